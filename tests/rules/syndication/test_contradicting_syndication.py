"""AZS-SY-001: syndication against the connection, declared and derived."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Known, Outcome, Reason, Severity, Source
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Connection
from stampcheck_rules.syndication.contradicting_syndication import (
    contradicting_syndication as rule,
)

ACTIVE = {"ACTIVATION_PRESENT": True}
HERE = ACTIVE | {"CONNECTION": Connection.CONNECTED}
CUT_OFF = ACTIVE | {"CONNECTION": Connection.DISCONNECTED}
ON = {"SYNDICATION": True}
OFF = {"SYNDICATION": False}


def declared(connection: Connection) -> dict[str, Any]:
    return {"CONNECTION": Known(connection, Source("inventory", "connection"))}


@pytest.mark.parametrize(
    ("facts", "severity", "cause"),
    [
        (CUT_OFF | ON, Severity.MEDIUM, "syndication-left-on-when-disconnected"),
        (HERE | OFF, Severity.LOW, "syndication-off-when-connected"),
    ],
)
@pytest.mark.parametrize("is_declared", [True, False])
def test_a_contradiction_fails_and_doubts_only_what_was_declared(
    facts: dict[str, Any], severity: Severity, cause: str, *, is_declared: bool
) -> None:
    said = declared(facts["CONNECTION"]) if is_declared else {}

    found = judge(rule, stamp(**facts | said))

    assert (found.outcome, found.severity) == (Outcome.FAIL, severity)
    assert found.causes == (cause, *(("inventory-out-of-date",) if is_declared else ()))
    assert ("declared by the inventory" in found.message) is is_declared


@pytest.mark.parametrize("facts", [HERE | ON, CUT_OFF | OFF])
def test_what_fits_passes(facts: dict[str, Any]) -> None:
    found = judge(rule, stamp(**facts))

    assert (found.outcome, found.actual) == (Outcome.PASS, found.expected)


@pytest.mark.parametrize("facts", [HERE | OFF, CUT_OFF | ON, {}])
def test_without_an_activation_nothing_is_offered(facts: dict[str, Any]) -> None:
    found = judge(rule, stamp(**facts | {"ACTIVATION_PRESENT": False}))

    assert found.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (ACTIVE | OFF | {"CONNECTION": missing("ambiguous")}, Reason.AMBIGUOUS),
        (HERE, Reason.NOT_COLLECTED),
        (CUT_OFF | {"SYNDICATION": missing("malformed")}, Reason.MALFORMED),
        (HERE | ON | {"ACTIVATION_PRESENT": missing("unreachable")}, Reason.UNREACHABLE),
    ],
)
def test_what_is_not_known_decides_nothing(facts: dict[str, Any], reason: Reason) -> None:
    found = judge(rule, stamp(**facts))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, reason)


def test_it_keeps_the_contract() -> None:
    every = [
        stamp(**side | switch | {"ACTIVATION_PRESENT": present})
        for side in (HERE, CUT_OFF)
        for switch in (ON, OFF)
        for present in (True, False)
    ]
    assert_contract(rule, *every)


def test_its_examples_are_judged_as_they_say() -> None:
    for example in rule.info.examples:
        facts = {fact.name: value for fact, value in example.facts.items()}

        assert judge(rule, stamp(**facts)).outcome is example.outcome
