"""AZS-RG-001: two witnesses, and absence only where it is proven."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason, Severity
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel, ResourceId
from stampcheck_rules.registration.not_registered import not_registered

ID = ResourceId.parse(
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/ams"
)


def test_both_witnesses_pass() -> None:
    found = judge(
        not_registered,
        stamp(ACTIVATION_PRESENT=True, REGISTRATION_PRESENT=True, REGISTRATION_ID=ID),
    )

    assert found.outcome is Outcome.PASS
    assert found.actual == str(ID)


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({"ACTIVATION_PRESENT": False}, "not-registered"),
        ({"ACTIVATION_PRESENT": False, "REGISTRATION_PRESENT": True}, "activation-step-missing"),
        (
            {
                "ACTIVATION_PRESENT": True,
                "REGISTRATION_PRESENT": False,
                "ACTIVATED_REGISTRATION": ID,
            },
            "registration-deleted",
        ),
    ],
)
def test_a_proven_absence_fails(facts: dict[str, Any], cause: str) -> None:
    found = judge(not_registered, stamp(**facts))

    assert (found.outcome, found.severity, found.causes[0]) == (
        Outcome.FAIL,
        Severity.CRITICAL,
        cause,
    )


TOKEN = {"TOKEN_BILLING_MODEL": BillingModel.CAPACITY}


@pytest.mark.parametrize(
    ("facts", "causes"),
    [
        ({"ACTIVATION_PRESENT": False}, ("not-registered", "wrong-azure-context")),
        ({"ACTIVATION_PRESENT": False, "REGISTRATION_PRESENT": False}, ("not-registered",)),
        ({"ACTIVATION_PRESENT": False} | TOKEN, ("token-not-used", "wrong-azure-context")),
        (
            {"ACTIVATION_PRESENT": False, "REGISTRATION_PRESENT": False} | TOKEN,
            ("token-not-used",),
        ),
        (
            {"ACTIVATION_PRESENT": False, "REGISTRATION_PRESENT": True} | TOKEN,
            ("activation-step-missing",),
        ),
        ({"ACTIVATION_PRESENT": True, "REGISTRATION_PRESENT": False}, ("registration-deleted",)),
    ],
)
def test_the_causes_are_those_that_the_evidence_leaves_open(
    facts: dict[str, Any], causes: tuple[str, ...]
) -> None:
    assert judge(not_registered, stamp(**facts)).causes == causes


@pytest.mark.parametrize("model", ["BILLING_MODEL", "TOKEN_BILLING_MODEL"])
def test_pay_as_you_use_without_registration_breaks_the_licence_terms(model: str) -> None:
    facts = {"ACTIVATION_PRESENT": False, model: BillingModel.PAY_AS_YOU_USE}
    other = {"ACTIVATION_PRESENT": False, model: BillingModel.CAPACITY}

    assert "licence terms" in judge(not_registered, stamp(**facts)).message
    assert "licence terms" not in judge(not_registered, stamp(**other)).message


@pytest.mark.parametrize(
    ("facts", "lacking"),
    [
        ({"ACTIVATION_PRESENT": True}, "REGISTRATION_PRESENT"),
        ({"REGISTRATION_PRESENT": True}, "ACTIVATION_PRESENT"),
        ({}, "ACTIVATION_PRESENT"),
    ],
)
def test_one_witness_is_not_enough_and_the_other_is_named(
    facts: dict[str, Any], lacking: str
) -> None:
    found = judge(not_registered, stamp(**facts))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NOT_COLLECTED)
    assert lacking in found.message
    assert lacking in found.missing


def test_a_refusal_is_told_as_one() -> None:
    found = judge(
        not_registered,
        stamp(ACTIVATION_PRESENT=True, REGISTRATION_PRESENT=missing("access-denied", "403")),
    )

    assert found.reason is Reason.ACCESS_DENIED


def test_it_keeps_the_contract() -> None:
    assert_contract(
        not_registered,
        stamp(ACTIVATION_PRESENT=True, REGISTRATION_PRESENT=True, REGISTRATION_ID=ID),
        stamp(ACTIVATION_PRESENT=True, REGISTRATION_PRESENT=False, ACTIVATED_REGISTRATION=ID),
        stamp(ACTIVATION_PRESENT=False, REGISTRATION_PRESENT=True),
    )


def test_the_registration_is_shown_by_whoever_names_it() -> None:
    both = {"ACTIVATION_PRESENT": True, "REGISTRATION_PRESENT": True}
    other = ResourceId.parse(str(ID).replace("/ams", "/osl"))

    def shown(**facts: Any) -> str:
        return judge(not_registered, stamp(**both, **facts)).actual

    assert shown(REGISTRATION_ID=ID, ACTIVATED_REGISTRATION=other) == str(ID)
    assert shown(ACTIVATED_REGISTRATION=other) == str(other)
    assert shown() == "registered"


def test_a_registration_that_is_gone_is_named_where_the_activation_tells_it() -> None:
    gone = {"ACTIVATION_PRESENT": True, "REGISTRATION_PRESENT": False}

    assert str(ID) in judge(not_registered, stamp(**gone, ACTIVATED_REGISTRATION=ID)).message
    assert "activated for the registration, which" in judge(not_registered, stamp(**gone)).message
