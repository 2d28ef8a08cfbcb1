"""AZS-TE-002: a role is judged by what it allows, and one fault is one failure."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.facts import PrincipalRole, TenantHistory, TenantReference
from stampcheck.model import Outcome, Reason
from stampcheck.testing import Sample, assert_contract, judge, missing, stamp
from stampcheck.values import Connection, Lock, LockLevel, ResourceId
from stampcheck_rules.tenancy.changed_directory import changed_directory
from stampcheck_rules.tenancy.lost_principal_role import lost_principal_role

TENANT = "0b2a1c3d-1111-4000-8000-0000000000b1"
OTHER = "0b2a1c3d-1111-4000-8000-0000000000b2"
FITS = PrincipalRole(fits=True, name="Azure Stack Registration Owner", why="given at /x")
READER = PrincipalRole(fits=False, name="Reader", why="it does not allow x/products/read")
NONE = PrincipalRole(fits=False, name="", why="it has no role there at all")
STAYED = TenantHistory(changed=False, why="the registration was written on 2026-10-02")
SCOPE = ResourceId.parse("/subscriptions/0b2a1c3d-1111-4000-8000-000000000001")
assert SCOPE is not None
LOCK = Lock("RegistrationResourceLock", LockLevel.CAN_NOT_DELETE, SCOPE, inherited=False)
MOVED = TenantHistory(changed=True, why="transferred on 2026-10-01")


def connected(**facts: Any) -> Sample:
    told = {
        "REGISTRATION_PRESENT": True,
        "CONNECTION": Connection.CONNECTED,
        "REGISTRATION_OBJECT_ID": "0b2a1c3d-1111-4000-8000-0000000000a1",
        "TENANT_REFERENCE": TenantReference(TENANT, "inventory"),
        "SUBSCRIPTION_TENANT": TENANT,
    }
    return stamp(**(told | facts))


def test_a_role_that_fits_passes_and_is_named() -> None:
    found = judge(lost_principal_role, connected(PRINCIPAL_ROLE=FITS))

    assert (found.outcome, found.actual) == (
        Outcome.PASS,
        "Azure Stack Registration Owner, given at /x",
    )


@pytest.mark.parametrize("role", [NONE, READER])
def test_no_role_or_too_small_a_one_fails_and_says_what_is_missing(role: PrincipalRole) -> None:
    found = judge(lost_principal_role, connected(PRINCIPAL_ROLE=role))

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("service-principal-lost-role",))
    assert role.why in found.message
    assert found.actual == (role.name or "no role")


@pytest.mark.parametrize(
    "fact", ["REGISTRATION_PRESENT", "CONNECTION", "REGISTRATION_OBJECT_ID", "PRINCIPAL_ROLE"]
)
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "ambiguous"])
def test_it_does_not_pass_over_a_gap(fact: str, reason: str) -> None:
    found = judge(lost_principal_role, gap(fact, reason))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def gap(fact: str, reason: str) -> Sample:
    return connected(**({"PRINCIPAL_ROLE": FITS} | {fact: missing(reason)}))


@pytest.mark.parametrize(
    "facts",
    [
        {"REGISTRATION_PRESENT": False},
        {"CONNECTION": Connection.DISCONNECTED},
        {"REGISTRATION_OBJECT_ID": "", "PRINCIPAL_ROLE": missing("absent-in-answer")},
    ],
)
def test_who_never_signs_in_needs_no_role(facts: dict[str, Any]) -> None:
    found = judge(lost_principal_role, connected(**({"PRINCIPAL_ROLE": NONE} | facts)))

    assert found.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "facts",
    [
        {"SUBSCRIPTION_TENANT": OTHER},
        {"TENANT_REFERENCE": TenantReference("", ""), "TENANT_HISTORY": MOVED},
    ],
)
def test_roles_that_a_change_of_directory_took_are_one_failure(facts: dict[str, Any]) -> None:
    sample = connected(PRINCIPAL_ROLE=NONE, **facts)
    found = judge(lost_principal_role, sample)

    assert judge(changed_directory, sample).outcome is Outcome.FAIL
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-TE-001" in found.message


@pytest.mark.parametrize(
    ("facts", "is_suspected"),
    [
        ({}, False),
        ({"TENANT_REFERENCE": TenantReference("", "")}, True),
        ({"SUBSCRIPTION_TENANT": missing("access-denied")}, True),
        ({"SUBSCRIPTION_TENANT": OTHER, "TENANT_HISTORY": STAYED}, False),
        ({"TENANT_REFERENCE": missing("not-collected")}, True),
    ],
)
def test_a_change_of_directory_is_a_cause_unless_it_is_ruled_out(
    facts: dict[str, Any], *, is_suspected: bool
) -> None:
    found = judge(lost_principal_role, connected(**({"PRINCIPAL_ROLE": NONE} | facts)))

    assert found.outcome is Outcome.FAIL
    assert ("directory-tenant-changed" in found.causes) is is_suspected


def test_a_refused_usage_upload_adds_its_cause() -> None:
    told = {"PRINCIPAL_ROLE": NONE, "USAGE_ALERT_ERRORS": ("NetworkError", "Unauthorized")}

    found = judge(lost_principal_role, connected(**told))
    assert found.causes == ("service-principal-lost-role", "registration-not-accessible")


@pytest.mark.parametrize(
    ("locks", "is_named"),
    [((), True), (missing("not-collected"), False), ((LOCK,), False)],
)
def test_a_lock_that_is_gone_too_tells_of_a_registration_that_stopped_half_way(
    locks: object, *, is_named: bool
) -> None:
    found = judge(lost_principal_role, connected(PRINCIPAL_ROLE=NONE, LOCKS=locks))

    assert ("lock-not-restored" in found.causes) is is_named


def test_a_role_given_again_after_a_change_of_directory_passes() -> None:
    found = judge(lost_principal_role, connected(PRINCIPAL_ROLE=FITS, SUBSCRIPTION_TENANT=OTHER))

    assert found.outcome is Outcome.PASS


def test_its_examples_are_judged_as_they_say() -> None:
    for example in lost_principal_role.info.examples:
        told = {fact.name: value for fact, value in example.facts.items()}
        assert judge(lost_principal_role, stamp(**told)).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    assert_contract(
        lost_principal_role,
        connected(PRINCIPAL_ROLE=FITS),
        connected(PRINCIPAL_ROLE=NONE),
        connected(PRINCIPAL_ROLE=READER, SUBSCRIPTION_TENANT=OTHER),
        connected(PRINCIPAL_ROLE=FITS, CONNECTION=Connection.DISCONNECTED),
        connected(PRINCIPAL_ROLE=FITS, REGISTRATION_OBJECT_ID=""),
        connected(PRINCIPAL_ROLE=FITS, REGISTRATION_PRESENT=False),
    )
