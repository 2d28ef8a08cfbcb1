"""The law of gaps is tried with every set of gaps that there is time for, and by every reason."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from stampcheck.facts import (
    ACTIVATION_PRESENT,
    CLOUD_ID,
    HAS_INVENTORY,
    IS_DEVELOPMENT_KIT,
    LOCKS_WHOLE,
    REGISTRATION_PRESENT,
    ROLE_HELD,
    SYNDICATION,
    USAGE_REPORTING,
)
from stampcheck.model import Missing, Outcome, Reason, Rule, Stamp, Verdict, stamp_rule
from stampcheck.testing import SampleFleet, stamp
from stampcheck.testing.law import law_breaches
from tests.scanner.test_engine import info

USED = (
    ACTIVATION_PRESENT,
    HAS_INVENTORY,
    IS_DEVELOPMENT_KIT,
    LOCKS_WHOLE,
    REGISTRATION_PRESENT,
    ROLE_HELD,
    SYNDICATION,
    USAGE_REPORTING,
)


def gaps_that_fail(used: int, gaps: int) -> Rule:
    """A rule that fails where so many of the facts that it only uses, or more, are missing."""
    told = msgspec.structs.replace(info("AZS-XX-001", needs=(CLOUD_ID,)), uses=USED[:used])

    @stamp_rule(told)
    def counted(stamp: Stamp) -> Iterator[Verdict]:
        missing = [fact for fact in USED[:used] if isinstance(stamp.witness(fact), Missing)]
        if len(missing) >= gaps:
            yield Verdict.failed(stamp, causes=told.causes, message=stamp[CLOUD_ID])
        else:
            yield Verdict.passed(stamp)

    return counted


def breaches(rule: Rule) -> list[str]:
    known = {fact.name: True for fact in rule.info.uses}
    return list(law_breaches(rule, SampleFleet((stamp(CLOUD_ID="one", **known),))))


@pytest.mark.parametrize(
    ("used", "gaps", "seen"),
    [(6, 1, True), (6, 3, True), (6, 6, True), (7, 1, True), (7, 2, True), (7, 3, False)],
)
def test_of_seven_facts_every_set_of_gaps_is_tried_of_more_up_to_two(
    used: int, gaps: int, *, seen: bool
) -> None:
    found = breaches(gaps_that_fail(used, gaps))

    assert bool(found) is seen
    assert all(breach.startswith("fails once ") for breach in found)
    assert all(breach.count(",") == max(gaps - 2, 0) for breach in found)


@pytest.mark.parametrize(
    "reason",
    [Reason.NOT_COLLECTED, Reason.ACCESS_DENIED, Reason.ABSENT_IN_ANSWER, Reason.AMBIGUOUS],
)
@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.FAIL, "fails"), (Outcome.NOT_APPLICABLE, "says not applicable")],
)
def test_no_reason_of_a_gap_makes_a_verdict_of_it(
    reason: Reason, outcome: Outcome, words: str
) -> None:
    told = msgspec.structs.replace(info("AZS-XX-001", needs=(CLOUD_ID,)), uses=USED[:1])

    @stamp_rule(told)
    def by_reason(stamp: Stamp) -> Iterator[Verdict]:
        state = stamp.witness(USED[0])
        if not (isinstance(state, Missing) and state.reason is reason):
            yield Verdict.passed(stamp)
        elif outcome is Outcome.FAIL:
            yield Verdict.failed(stamp, causes=told.causes, message=stamp[CLOUD_ID])
        else:
            yield Verdict.not_applicable(stamp, message=stamp[CLOUD_ID])

    assert set(breaches(by_reason)) == {f"{words} once ACTIVATION_PRESENT is taken away"}
