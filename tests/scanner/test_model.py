"""Words that rules share: lists that stay short, gaps that say whose they are, proven denials."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.facts import ACTIVATION_PRESENT, NODES
from stampcheck.model import Known, Missing, Reason, Source, Stamp, UndeclaredFact, listed

WORDS = st.lists(st.text("abc", min_size=1), max_size=9)


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a; b"), (["a", "b", "c", "d"], "a; b and 2 more")],
)
def test_a_list_names_the_first_few_and_counts_the_rest(words: list[str], text: str) -> None:
    assert listed(words, 2, "; ") == text


@given(WORDS, st.integers(1, 9))
def test_no_word_is_dropped_without_being_counted(words: list[str], most: int) -> None:
    shown, _, more = listed(words, most).partition(" and ")

    assert len(list(filter(None, shown.split(", ")))) + int(more.split()[0] if more else 0) == len(
        words
    )


def test_a_gap_says_why_and_whose_it_is() -> None:
    refused, silent = Missing(Reason.ACCESS_DENIED, "refused."), Missing(Reason.STALE)

    assert (refused.why, silent.why) == ("refused", "stale")
    assert refused.of("ams-01") == Missing(Reason.ACCESS_DENIED, "ams-01 (refused)")


@pytest.mark.parametrize(
    ("state", "denied"),
    [
        (Known(False, Source("a.json", "b")), True),
        (Known(True, Source("a.json", "b")), False),
        (Missing(Reason.ABSENT_IN_ANSWER), False),
    ],
)
def test_only_what_is_proven_false_is_denied(state: Known[bool] | Missing, denied: bool) -> None:  # noqa: FBT001 (a parameter of a test)
    stamp = Stamp("ams-01", {ACTIVATION_PRESENT: state})

    assert stamp.denies(ACTIVATION_PRESENT) is denied
    assert stamp.reads == [ACTIVATION_PRESENT]
    with pytest.raises(UndeclaredFact):
        stamp.witness(NODES)
