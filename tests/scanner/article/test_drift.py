"""What a newer copy changed is told with the rules to review, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.article.drift import Drift, article_of, drift, source_anchor
from stampcheck.article.markdown import read
from stampcheck.article.replacement import replacements
from stampcheck.article.table import Table
from stampcheck.model import Passage, RuleInfo, Runbook, Step
from tests.scanner.article.sample import ARTICLE, LOCK_ON, NAME, OFF_BEFORE, info, table

LOCKED = info(passages=(Passage("locks", LOCK_ON),))
MOVED = info("AZS-PR-902", (Passage("locks", OFF_BEFORE),))
NO_TABLE: Table | None = None


def of(text: str, *infos: RuleInfo, known: Table | None = NO_TABLE) -> Drift:
    return drift(NAME, read(text), known, infos)


def states(found: Drift) -> dict[str, str]:
    return {one.rule: one.passage.state for one in found.passages}


def test_the_article_itself_has_not_drifted() -> None:
    found = of(ARTICLE, LOCKED, MOVED, known=table())

    assert found.is_none
    assert states(found) == {"AZS-PR-901": "unchanged", "AZS-PR-902": "unchanged"}


@given(st.sampled_from(["**Keep** the lock `on`", "KEEP THE LOCK ON", "Keep  the\n> lock on"]))
def test_another_form_of_the_same_words_is_no_drift(form: str) -> None:
    assert of(ARTICLE.replace("Keep the lock `on`", form), LOCKED, known=table()).is_none


def test_changed_words_name_the_rule_and_show_what_stands_there_now() -> None:
    found = of(ARTICLE.replace("Take it off", "Leave it on"), LOCKED, MOVED, known=table())

    assert states(found) == {"AZS-PR-901": "unchanged", "AZS-PR-902": "gone"}
    assert found.passages[1].passage.instead == ("Leave it on before a move.",)
    assert [one.about for one in found.changed] == ["off for a move"]
    assert found.unknown == ()
    assert not found.is_none
    assert [(one.id, one.why) for one in found.review] == [
        ("AZS-PR-902", "a passage that it relies on was changed or is gone"),
    ]


def test_what_is_hit_directly_comes_before_what_only_shares_the_heading() -> None:
    text = ARTICLE.replace("- Take it off before", "- Look at it.\n- Leave it on before")
    found = of(
        text.replace("Put it back.", "Put it back.\n\nLook twice."), LOCKED, MOVED, known=table()
    )

    assert [one.text for one in found.unknown] == ["Look twice."]
    assert found.passages[1].passage.instead == ("Look at it.", "Leave it on before a move.")
    assert [(one.id, one.why) for one in found.review] == [
        ("AZS-PR-902", "a passage that it relies on was changed or is gone"),
        ("AZS-PR-901", "there is a new sentence under locks"),
        ("cause:x", "there is a new sentence under locks"),
    ]


def test_new_words_that_name_a_cmdlet_lead_to_every_runbook_that_uses_it() -> None:
    runbooks = [
        Runbook(name, name, "s", "d", (Step("Go", powershell=f"{cmdlet} -Name keep"),))
        for name, cmdlet in (("a", "Remove-Lock"), ("b", "Clear-Lock"), ("c", "Remove-Lock"))
    ]
    text = ARTICLE.replace("Remove-Lock -Name keep", "Remove-Lock -Name keep -Force")
    found = drift(NAME, read(text), table(), [], runbooks)

    assert [(one.id, one.why) for one in found.review] == [
        (f"runbook:{name}", "a passage that is new or changed names Remove-Lock, which it uses")
        for name in "ac"
    ]
    assert drift(NAME, read(ARTICLE), table(), [], runbooks).is_none


def test_gone_sentences_are_paired_with_what_stands_in_their_place() -> None:
    assert replacements("abcd", "aXYd") == {"b": ("X",), "c": ("Y",)}
    assert replacements("abcd", "aXd") == {"b": ("X",), "c": ("X",)}
    assert replacements("abcd", "abXcd") == replacements("abcd", "abd") == {}


def test_a_heading_of_another_name_has_moved_its_sentences() -> None:
    text = ARTICLE.replace("## Locks\n\n>", "## Protection\n\n>")
    found = of(text, MOVED, known=table())

    assert states(found) == {"AZS-PR-902": "moved"}
    assert found.passages[0].passage.now == ("protection",)
    assert found.new_headings == ("protection",)
    assert found.lost_headings == ("locks-1",)
    # They are known, and missed where they stood: nobody has to read them as news.
    assert found.unknown == ()


def test_a_sentence_that_is_gone_from_one_of_its_places_is_told() -> None:
    text = ARTICLE.replace("Keep the lock on.\n::: zone-end", "::: zone-end")
    found = of(text, LOCKED, known=table())

    assert [(one.anchor, one.state) for one in found.changed] == [("locks-1", "gone")]
    assert [one.id for one in found.review] == ["AZS-PR-901", "cause:x"]


def test_known_words_under_one_more_heading_are_new_there() -> None:
    text = ARTICLE.replace("# Care of stamps\n", "# Care of stamps\n\nKeep the lock on.\n")
    found = of(text, LOCKED, known=table())

    assert [(one.anchor, one.text) for one in found.unknown] == [
        ("care-of-stamps", "Keep the lock on.")
    ]


def test_a_new_sentence_and_a_new_heading_are_told() -> None:
    found = of(ARTICLE + "\n## More\n\nStay awake.\n", LOCKED, known=table())

    assert (found.new_headings, [one.text for one in found.unknown]) == (("more",), ["Stay awake."])
    assert found.review == ()
    assert not found.is_none


def test_a_long_new_sentence_is_cut() -> None:
    found = of(ARTICLE + "x" * 5_000, LOCKED, known=table())

    assert [len(one.text) for one in found.unknown] == [100]


def test_an_article_of_somebody_else_has_passages_but_no_table() -> None:
    own = info("OTHER-PR-001", (Passage("locks", OFF_BEFORE),))

    assert of(ARTICLE, own).is_none
    changed = of(ARTICLE.replace("Take it off", "Leave it on"), own)
    assert states(changed) == {"OTHER-PR-001": "gone"}
    assert "Leave it on before a move." in changed.passages[0].passage.instead
    assert (changed.unknown, changed.new_headings) == ((), ())
    assert [one.id for one in changed.review] == ["OTHER-PR-001"]


def test_a_rule_without_a_digest_is_named_and_reviewed_once_its_heading_is_gone() -> None:
    bare = info("OTHER-PR-001", source=f"{NAME}#locks-2; newer: elsewhere")
    found = of(ARTICLE, bare)

    assert found.without_digest == ("OTHER-PR-001",)
    assert [one.why for one in found.review] == ["the heading of its source is gone: locks-2"]


@pytest.mark.parametrize(
    ("source", "article", "anchor"),
    [
        ("a.md#b; newer: c.md#d", "a.md", "b"),
        ("a.md", "a.md", ""),
        ("https://example.com/a#b", "", "b"),
        ("a handbook", "", ""),
    ],
)
def test_the_first_source_of_a_rule_counts(source: str, article: str, anchor: str) -> None:
    one = info(source=source)

    assert (article_of(one), source_anchor(one)) == (article, anchor)
