"""What a registration shows counts against a stamp only where it is proven to be that stamp's."""

from __future__ import annotations

import pytest

from stampcheck.facts import CONNECTION, USAGE_REPORTING
from stampcheck.model import Example, Outcome, RuleInfo
from stampcheck.registry import load_rules
from stampcheck.testing import judge, missing, stamp
from stampcheck.values import Connection

UNTIED = {"REGISTRATION_PRESENT": missing("ambiguous", "its Cloud ID is another stamp's")}
BY_THE_REGISTRATION = tuple(
    f"AZS-{rule}"
    for rule in (
        *("BI-001", "BI-002", "BI-003", "BI-004", "PR-001", "PR-002", "RG-004", "RG-005"),
        *("SU-001", "SU-003", "SU-004", "TE-001", "TE-002"),
    )
)
RULES = {one.rule.info.id: one.rule for one in load_rules()}


def of_the_stamp_alone(example: Example) -> bool:
    """Whether reporting without a connection is the fault, which the stamp's own side proves."""
    facts = example.facts
    return facts.get(CONNECTION) is Connection.DISCONNECTED and facts.get(USAGE_REPORTING) is True


def failing(info: RuleInfo) -> list[Example]:
    return [
        one for one in info.examples if one.outcome is Outcome.FAIL and not of_the_stamp_alone(one)
    ]


@pytest.mark.parametrize("rule", BY_THE_REGISTRATION)
def test_a_registration_that_may_be_anothers_fails_no_rule(rule: str) -> None:
    examples = failing(RULES[rule].info)

    for example in examples:
        facts = {fact.name: value for fact, value in example.facts.items()} | UNTIED
        assert judge(RULES[rule], stamp(**facts)).outcome is Outcome.UNDETERMINED
    assert examples
