"""AZS-BI-001: every billing model, reporting on and off, connected, disconnected and unknown."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason, Severity
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel, Connection
from stampcheck_rules.billing.contradicting_usage_reporting import contradicting_usage_reporting

SIDES = {"ACTIVATION_PRESENT": True, "REGISTRATION_PRESENT": True}
ON = {**SIDES, "USAGE_REPORTING": True}
OFF = {**SIDES, "USAGE_REPORTING": False}
HERE = {"CONNECTION": Connection.CONNECTED}
CUT_OFF = {"CONNECTION": Connection.DISCONNECTED}


def model(word: str) -> dict[str, Any]:
    return {"BILLING_MODEL": BillingModel(word)}


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        (OFF | HERE | model("PayAsYouUse"), Severity.CRITICAL),
        (OFF | CUT_OFF | model("PayAsYouUse"), Severity.CRITICAL),
        (OFF | model("PayAsYouUse"), Severity.CRITICAL),
        (ON | CUT_OFF, Severity.MEDIUM),
        (ON | CUT_OFF | model("Capacity"), Severity.MEDIUM),
        (ON | CUT_OFF | model("Development"), Severity.MEDIUM),
        (ON | HERE | model("Capacity"), Severity.LOW),
        (ON | HERE | model("Custom"), Severity.LOW),
        (ON | model("Capacity"), Severity.LOW),
    ],
)
def test_a_contradiction_fails_as_soon_as_it_is_proven(
    facts: dict[str, Any], severity: Severity
) -> None:
    found = judge(contradicting_usage_reporting, stamp(**facts))

    assert (found.outcome, found.severity) == (Outcome.FAIL, severity)


@pytest.mark.parametrize(
    "facts",
    [
        *(OFF | model(word) for word in ("Capacity", "Custom", "Development", "Ruggedized")),
        *(ON | HERE | model(word) for word in ("PayAsYouUse", "Development", "Ruggedized")),
        OFF | CUT_OFF | model("Capacity"),
    ],
)
def test_what_fits_passes(facts: dict[str, Any]) -> None:
    assert judge(contradicting_usage_reporting, stamp(**facts)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (SIDES | HERE | model("Capacity"), Reason.NOT_COLLECTED),
        (OFF | HERE, Reason.NOT_COLLECTED),
        (ON | HERE, Reason.NOT_COLLECTED),
        (ON | model("PayAsYouUse"), Reason.NOT_COLLECTED),
        (ON | model("Development"), Reason.NOT_COLLECTED),
        (ON | HERE | {"BILLING_MODEL": missing("ambiguous", "'Barter'")}, Reason.AMBIGUOUS),
        (SIDES | HERE | {"USAGE_REPORTING": missing("malformed")}, Reason.MALFORMED),
    ],
)
def test_what_is_not_known_decides_nothing(facts: dict[str, Any], reason: Reason) -> None:
    found = judge(contradicting_usage_reporting, stamp(**facts))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, reason)


@pytest.mark.parametrize("side", ["ACTIVATION_PRESENT", "REGISTRATION_PRESENT"])
def test_a_missing_side_is_one_failure_elsewhere(side: str) -> None:
    facts = ON | CUT_OFF | {side: False}

    found = judge(contradicting_usage_reporting, stamp(**facts))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_it_keeps_the_contract() -> None:
    every = [
        stamp(**(reporting | connection | model(word)))
        for reporting in (ON, OFF)
        for connection in (HERE, CUT_OFF, {})
        for word in BillingModel
    ]
    gone = [stamp(**(OFF | model("Capacity") | {side: False})) for side in SIDES]
    assert_contract(contradicting_usage_reporting, *every, *gone)


@pytest.mark.parametrize(
    ("facts", "causes"),
    [
        (
            OFF | model("PayAsYouUse"),
            ("usage-reporting-turned-off", "billing-model-changed-without-re-registering"),
        ),
        (ON | CUT_OFF | model("Capacity"), ("usage-reporting-left-on",)),
        (
            ON | HERE | model("Capacity"),
            ("usage-reporting-left-on", "billing-model-changed-without-re-registering"),
        ),
    ],
)
def test_each_contradiction_names_its_causes(
    facts: dict[str, Any], causes: tuple[str, ...]
) -> None:
    assert judge(contradicting_usage_reporting, stamp(**facts)).causes == causes


def test_by_use_and_cut_off_the_model_is_the_fault_and_not_the_reporting() -> None:
    found = judge(contradicting_usage_reporting, stamp(**OFF | CUT_OFF | model("PayAsYouUse")))

    assert found.causes[0] == "billing-model-not-for-disconnected"
    assert "usage-reporting-turned-off" not in found.causes
