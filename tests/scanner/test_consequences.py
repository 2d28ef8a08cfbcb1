"""Each failure says what stops or is at risk: the rule's consequences, or some of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stampcheck.engine import RuleSet, judge_stamp, worst_first
from stampcheck.model import Consequence, Finding, Outcome, Reason, Stamp, Verdict, stamp_rule
from stampcheck.stamp_record import consequences
from tests.scanner.test_engine import CAUSE, COLOUR, facts, info, known

UNSORTED = (Consequence.SUPPORT, Consequence.LICENCE, Consequence.USAGE)
NARROWED = {
    "mild": (Consequence.SUPPORT, Consequence.USAGE),
    "strange": (Consequence.RENEWAL,),
    "none": (),
}


@stamp_rule(info(consequences=UNSORTED))
def at_risk(stamp: Stamp) -> Iterator[Verdict]:
    colour = stamp[COLOUR]
    if colour == "green":
        yield Verdict.passed(stamp)
    else:
        narrowed = NARROWED.get(colour)
        yield Verdict.failed(stamp, causes=(CAUSE,), message=colour, consequences=narrowed)


def judged(colour: str) -> Finding:
    (found,) = judge_stamp("s", facts(COLOUR=known(colour)), RuleSet([at_risk], [CAUSE]))
    return found


def test_a_failure_bears_the_consequences_of_its_rule_worst_first() -> None:
    assert judged("red").consequences == (
        Consequence.LICENCE,
        Consequence.USAGE,
        Consequence.SUPPORT,
    )


def test_a_milder_case_bears_some_of_them() -> None:
    assert judged("mild").consequences == (Consequence.USAGE, Consequence.SUPPORT)


@pytest.mark.parametrize(
    ("colour", "words"),
    [("strange", "named consequence renewal"), ("none", "narrowed its consequences to none")],
)
def test_a_consequence_that_the_rule_does_not_have_breaks_the_contract(
    colour: str, words: str
) -> None:
    found = judged(colour)

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.RULE_CRASHED)
    assert words in found.message
    assert found.consequences == ()


def test_what_does_not_fail_endangers_nothing() -> None:
    (gap,) = judge_stamp("s", facts(), RuleSet([at_risk], [CAUSE]))

    assert judged("green").consequences == gap.consequences == ()


def test_a_stamp_bears_those_of_all_its_failures_each_once() -> None:
    found = [judged("mild"), judged("red"), judged("green")]

    assert consequences(found) == worst_first(UNSORTED)
    assert consequences([]) == ()
