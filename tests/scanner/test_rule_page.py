"""The page of a rule says the same in the terminal, in its file and in the record of a scan."""

from __future__ import annotations

import msgspec

from stampcheck.facts import CLOUD_ID, LOCKS, SUBSCRIPTION_TENANT, TENANT_HISTORY
from stampcheck.model import Cause, Consequence, Fact, Outcome
from stampcheck.rule_page import endings, page_of, undetermined_when
from stampcheck.rule_render import MARK, as_markdown, as_text, catalogue, given_lines, says
from tests.scanner.test_rule_example import INFO, rule_of

CAUSE = Cause("cloned-stamp", "Cloned", "Why.", "a.md", "2026-11-22", True, (), "Ask.", "register")
FULL = msgspec.structs.replace(
    INFO,
    source="a.md#b; newer: a page (2022)",
    consequences=(Consequence.USAGE, Consequence.SUPPORT),
    any_of=((SUBSCRIPTION_TENANT, TENANT_HISTORY),),
    uses=(LOCKS,),
    fresh=True,
)
PAGE = page_of(rule_of(FULL), "somebody 1.2", {"cloned-stamp": CAUSE})


def test_a_page_holds_the_metadata() -> None:
    assert (PAGE.source, PAGE.newer, PAGE.package) == ("a.md#b", "a page (2022)", "somebody 1.2")
    assert PAGE.consequences == ("usage reporting", "support")
    assert [cause.title for cause in PAGE.causes] == ["Cloned"]
    assert [ending.outcome for ending in PAGE.endings] == list(Outcome)
    assert PAGE.endings[-1].when == "Never."


def test_it_tells_what_is_read_and_by_which_permission() -> None:
    parts = {read.name: read.part for read in PAGE.reads}
    permissions = {one.kind: one.permission for read in PAGE.reads for one in read.documents}

    assert parts["AS_OF"] == parts["CLOUD_ID"] == "needs"
    assert parts["TENANT_HISTORY"] == "one of"
    assert parts["LOCKS"] == "uses"
    assert permissions["locks"] == "Microsoft.Authorization/locks/read"


def test_a_document_that_is_not_known_is_shown_as_such() -> None:
    own = Fact[str]("OWN", "Of somebody else.", ("own-kind",))
    page = page_of(rule_of(msgspec.structs.replace(INFO, uses=(own,), examples=())), "x", {})

    assert page.reads[-1].documents[0].permission == "not known to this version"


def test_the_law_of_gaps_is_told_in_the_words_of_the_rule() -> None:
    text = undetermined_when(rule_of(FULL))

    assert "one of AS_OF, ACTIVATION_PRESENT, CLOUD_ID is not known" in text
    assert "or none of SUBSCRIPTION_TENANT, TENANT_HISTORY is." in text
    assert "max_age" in text
    assert undetermined_when(rule_of(msgspec.structs.replace(INFO, needs=(CLOUD_ID,)))) == (
        "It does not fail, and CLOUD_ID is not known."
    )
    exempt = msgspec.structs.replace(INFO, needs=(CLOUD_ID,), not_applicable_when="It is off.")
    assert undetermined_when(rule_of(exempt)) == (
        "It neither fails nor is not applicable, and CLOUD_ID is not known."
    )
    own = msgspec.structs.replace(INFO, needs=(CLOUD_ID,), undetermined_when="It may be another's.")
    assert undetermined_when(rule_of(own)) == (
        "It does not fail, and CLOUD_ID is not known. Also: It may be another's."
    )


def test_an_example_is_given_with_what_the_rule_says() -> None:
    by_outcome = {ending.outcome: ending.cases for ending in endings(rule_of(INFO))}
    (gap,), (met,) = by_outcome[Outcome.UNDETERMINED], by_outcome[Outcome.PASS]

    assert given_lines(met) == [
        "AS_OF = 2026-11-22T00:00:00Z; ACTIVATION_PRESENT = yes; CLOUD_ID = one"
    ]
    assert says(met) == "pass."
    assert says(gap).startswith("undetermined: Not known: whether the stamp holds its activation")
    assert by_outcome[Outcome.FAIL] == ()


def test_text_and_markdown_hold_every_word_of_the_page() -> None:
    text = " ".join(as_text(PAGE).split())
    markdown = " ".join(as_markdown(PAGE).replace("\\", "").split())
    words = [
        *(PAGE.title, PAGE.rationale, PAGE.remediation, PAGE.source, PAGE.newer, PAGE.package),
        *PAGE.consequences,
        *(ending.when for ending in PAGE.endings),
        *(case.message for ending in PAGE.endings for case in ending.cases),
        *(one.value for ending in PAGE.endings for case in ending.cases for one in case.given),
        *(one for read in PAGE.reads for one in (read.name, read.meaning)),
        *(one.permission for read in PAGE.reads for one in read.documents),
        *(one for cause in PAGE.causes for one in (cause.id, cause.title)),
    ]

    for word in words:
        assert word in text, word
        assert word in markdown, word


def test_no_line_of_the_text_is_too_wide() -> None:
    assert all(len(line) <= 100 for line in as_text(PAGE).splitlines())


def test_words_are_no_markup() -> None:
    nasty = msgspec.structs.replace(INFO, title="A | <b>*fault*</b> [x](y)", rationale="a\n# b")
    made = page_of(rule_of(nasty), "p", {})

    for file in (as_markdown(made), catalogue([made])):
        assert file.startswith(MARK)
        assert "<b>" not in file
        assert "\n# b" not in file
        assert r"\[x\](y)" in file


def test_the_index_names_each_page() -> None:
    assert "| [AZS-XX-001](pages/AZS-XX-001.md) | A fault | low |" in catalogue([PAGE])
