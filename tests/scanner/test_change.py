"""The classes of changes: a pair of findings has exactly one, and turning the pair mirrors it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.change import COUNTED_ONLY, MEANINGS, ChangeClass, class_of, side_of
from stampcheck.model import Finding, Outcome, Reason, Severity

C = ChangeClass
MIRROR = {
    C.REGRESSED: {C.FIXED},
    C.FIXED: {C.REGRESSED},
    C.NEW: {C.NEWLY_UNDETERMINED, C.NO_LONGER_CHECKED},
    C.WAIVER_EXPIRED: {C.NEWLY_WAIVED},
    C.NEWLY_WAIVED: {C.WAIVER_EXPIRED},
    C.NEWLY_UNDETERMINED: {C.NEW, C.DETERMINED, C.NO_LONGER_CHECKED},
    C.DETERMINED: {C.NEWLY_UNDETERMINED},
    C.NO_LONGER_CHECKED: {C.NEW, C.NEWLY_CHECKED, C.NEWLY_UNDETERMINED},
    C.NEWLY_CHECKED: {C.NO_LONGER_CHECKED},
    C.STILL_FAILING: {C.STILL_FAILING},
    C.STILL_UNDETERMINED: {C.STILL_UNDETERMINED},
    C.IN_ORDER: {C.IN_ORDER},
}
"""What a class becomes where old and new change places."""


def finding(outcome: Outcome, severity: Severity = Severity.HIGH, *, waived: bool) -> Finding:
    reason = Reason.ACCESS_DENIED if outcome is Outcome.UNDETERMINED else None
    return Finding("f", "ams-01", "AZS-PR-001", outcome, severity, reason=reason, waived=waived)


FINDINGS = st.one_of(
    st.none(),
    st.builds(finding, st.sampled_from(Outcome), st.sampled_from(Severity), waived=st.booleans()),
)
FAILS, WAIVED = finding(Outcome.FAIL, waived=False), finding(Outcome.FAIL, waived=True)
OPEN = finding(Outcome.UNDETERMINED, waived=False)
PASSES, SPARED = (finding(one, waived=False) for one in (Outcome.PASS, Outcome.NOT_APPLICABLE))


@given(FINDINGS, FINDINGS)
def test_every_pair_has_exactly_one_class(old: Finding | None, new: Finding | None) -> None:
    assert isinstance(class_of(old, new), ChangeClass)


@given(FINDINGS, FINDINGS)
def test_turning_a_pair_mirrors_its_class(old: Finding | None, new: Finding | None) -> None:
    assert class_of(new, old) in MIRROR[class_of(old, new)]


@given(FINDINGS)
def test_a_finding_compared_with_itself_has_not_changed(found: Finding | None) -> None:
    assert class_of(found, found) in {*COUNTED_ONLY, C.STILL_FAILING}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PASSES, FAILS, C.REGRESSED),
        (SPARED, FAILS, C.REGRESSED),
        (PASSES, WAIVED, C.REGRESSED),
        (None, FAILS, C.NEW),
        (OPEN, FAILS, C.NEW),
        (FAILS, PASSES, C.FIXED),
        (WAIVED, SPARED, C.FIXED),
        (FAILS, FAILS, C.STILL_FAILING),
        (WAIVED, WAIVED, C.STILL_FAILING),
        (WAIVED, FAILS, C.WAIVER_EXPIRED),
        (FAILS, WAIVED, C.NEWLY_WAIVED),
        (PASSES, OPEN, C.NEWLY_UNDETERMINED),
        (FAILS, OPEN, C.NEWLY_UNDETERMINED),
        (None, OPEN, C.NEWLY_UNDETERMINED),
        (OPEN, PASSES, C.DETERMINED),
        (OPEN, OPEN, C.STILL_UNDETERMINED),
        (None, PASSES, C.NEWLY_CHECKED),
        (PASSES, None, C.NO_LONGER_CHECKED),
        (FAILS, None, C.NO_LONGER_CHECKED),
        (OPEN, None, C.NO_LONGER_CHECKED),
        (PASSES, SPARED, C.IN_ORDER),
    ],
)
def test_the_class_is_the_one_that_its_words_say(
    old: Finding | None, new: Finding | None, expected: ChangeClass
) -> None:
    assert class_of(old, new) is expected


def test_every_class_occurs_and_has_a_meaning() -> None:
    states = (None, FAILS, WAIVED, OPEN, PASSES, SPARED)
    assert {class_of(old, new) for old, new in product(states, states)} == set(C) == set(MEANINGS)


def test_an_undetermined_finding_is_never_a_waived_one() -> None:
    flagged = finding(Outcome.UNDETERMINED, waived=True)
    assert class_of(FAILS, flagged) is C.NEWLY_UNDETERMINED


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (FAILS, "fail high"),
        (WAIVED, "fail high (waived)"),
        (OPEN, "undetermined access-denied"),
        (PASSES, "pass"),
    ],
)
def test_a_side_is_worded_by_what_belongs_to_its_outcome(found: Finding, word: str) -> None:
    side = side_of(found)
    assert side is not None
    assert side.word == word
