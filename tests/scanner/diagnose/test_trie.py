"""The literals of a text are those that it holds, however they overlap."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.diagnose.trie import Literals

words = st.text(alphabet="abz'. R", min_size=1, max_size=6)


@settings(max_examples=60)
@given(st.lists(words, max_size=12), st.text(alphabet="abz'. R", max_size=60))
def test_a_text_holds_exactly_the_literals_that_stand_in_it(literals: list[str], text: str) -> None:
    found = Literals(literals)

    assert found.within(text) == {one for one in literals if one in text}
    assert found.is_in(text) is any(one in text for one in literals)


def test_the_first_place_from_a_sign_on_is_told() -> None:
    text, literals = "Error: it failed, Error: again", Literals(["failed", "Error:"])
    first = literals.place(text)
    second = literals.place(text, text.index("it"))
    third = literals.place(text, text.index("failed") + 1)

    assert first < text.index("it") < second < text.index(",") < third
    assert literals.place(text, text.index("again")) == -1


def test_without_literals_nothing_is_found() -> None:
    assert Literals([]).within("anything") == set()
