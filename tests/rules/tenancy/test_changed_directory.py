"""AZS-TE-001: the reference first, Azure's own traces without one, the stamp's tenant never."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from stampcheck.model import Outcome, Reason, Severity
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Connection, TenantHistory, TenantReference
from stampcheck_rules.tenancy.changed_directory import changed_directory

HOME, OTHER = "72f988bf-0000-4000-8000-000000000001", "72f988bf-0000-4000-8000-000000000002"
DECLARED = {
    "REGISTRATION_PRESENT": True,
    "TENANT_REFERENCE": TenantReference(HOME, "the inventory"),
}
NOBODY = {"REGISTRATION_PRESENT": True, "TENANT_REFERENCE": TenantReference("", "nobody")}
HELD = {"TENANT_HISTORY": TenantHistory(changed=False, why="the role is held")}
MOVED = {"TENANT_HISTORY": TenantHistory(changed=True, why="it was transferred")}


def test_the_expected_tenant_passes() -> None:
    found = judge(changed_directory, stamp(**DECLARED, SUBSCRIPTION_TENANT=HOME))

    assert (found.outcome, found.actual) == (Outcome.PASS, HOME)


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        ({}, Severity.CRITICAL),
        (MOVED, Severity.CRITICAL),
        ({"CONNECTION": Connection.CONNECTED}, Severity.CRITICAL),
        ({"CONNECTION": Connection.DISCONNECTED}, Severity.HIGH),
        (HELD, Severity.MEDIUM),
    ],
)
def test_another_tenant_fails(facts: dict[str, Any], severity: Severity) -> None:
    found = judge(changed_directory, stamp(**DECLARED, SUBSCRIPTION_TENANT=OTHER, **facts))

    assert (found.outcome, found.severity) == (Outcome.FAIL, severity)
    assert HOME in found.expected


def test_written_after_the_change_means_the_inventory_is_out_of_date() -> None:
    found = judge(changed_directory, stamp(**DECLARED, SUBSCRIPTION_TENANT=OTHER, **HELD))

    assert found.causes == ("inventory-out-of-date",)
    assert "update the inventory" in found.message


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (HELD, Outcome.PASS),
        (MOVED, Outcome.FAIL),
        ({}, Outcome.UNDETERMINED),
        ({"SUBSCRIPTION_TENANT": HOME}, Outcome.UNDETERMINED),
    ],
)
def test_without_a_reference_azures_traces_decide(facts: dict[str, Any], outcome: Outcome) -> None:
    assert judge(changed_directory, stamp(**NOBODY, **facts)).outcome is outcome


@pytest.mark.parametrize("facts", [{"ROLE_HELD": False}, {"USAGE_ALERT_ERRORS": ("Unauthorized",)}])
def test_lost_access_adds_a_cause_and_never_an_outcome(facts: dict[str, Any]) -> None:
    failing = judge(changed_directory, stamp(**DECLARED, SUBSCRIPTION_TENANT=OTHER, **facts))
    passing = judge(changed_directory, stamp(**DECLARED, SUBSCRIPTION_TENANT=HOME, **facts))
    unknown = judge(changed_directory, stamp(**NOBODY, **facts))

    assert failing.causes == ("directory-tenant-changed", "registration-not-accessible")
    assert passing.outcome is Outcome.PASS
    assert unknown.outcome is Outcome.UNDETERMINED


def test_an_unreadable_tenant_is_undetermined() -> None:
    facts = {**DECLARED, "SUBSCRIPTION_TENANT": missing("access-denied")}

    assert judge(changed_directory, stamp(**facts)).reason is Reason.ACCESS_DENIED


def test_a_registration_that_is_gone_is_in_no_directory() -> None:
    found = judge(changed_directory, stamp(**{**DECLARED, "REGISTRATION_PRESENT": False}))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_it_keeps_the_contract() -> None:
    tenants: tuple[dict[str, Any], ...] = (
        {"SUBSCRIPTION_TENANT": HOME},
        {"SUBSCRIPTION_TENANT": OTHER},
        {},
    )
    every = [
        stamp(**reference, **tenant, **history)
        for reference, tenant, history in product((DECLARED, NOBODY), tenants, (HELD, MOVED, {}))
    ]
    gone = stamp(**{**DECLARED, "REGISTRATION_PRESENT": False}, SUBSCRIPTION_TENANT=HOME)
    assert_contract(changed_directory, *every, gone)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"ROLE_HELD": True},
        {"USAGE_ALERT_ERRORS": ("NetworkError",)},
        {"USAGE_ALERT_ERRORS": ()},
    ],
)
def test_access_that_is_not_known_to_be_lost_adds_no_cause(facts: dict[str, Any]) -> None:
    found = judge(changed_directory, stamp(**DECLARED, SUBSCRIPTION_TENANT=OTHER, **facts))

    assert found.causes == ("directory-tenant-changed",)


@pytest.mark.parametrize(
    ("facts", "actual"), [({"SUBSCRIPTION_TENANT": OTHER}, OTHER), ({}, "unknown")]
)
@pytest.mark.parametrize("history", [HELD, MOVED])
def test_without_a_reference_the_tenant_is_shown_where_it_is_known(
    facts: dict[str, Any], actual: str, history: dict[str, Any]
) -> None:
    assert judge(changed_directory, stamp(**NOBODY, **history, **facts)).actual == actual


def test_a_proven_absence_is_no_matter_of_the_witness_that_is_missing() -> None:
    unknown = {**DECLARED, "REGISTRATION_PRESENT": missing("unreachable")}
    found = judge(changed_directory, stamp(**unknown, SUBSCRIPTION_TENANT=HOME))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.UNREACHABLE)
    assert found.missing == ("REGISTRATION_PRESENT",)
