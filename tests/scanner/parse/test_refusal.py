"""Which failing rule explains that Azure refuses a stamp."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stampcheck.model import Fact, Known, Missing, Reason, Source
from stampcheck.parse.refusal import NEEDS, refusal_follows
from stampcheck.values import (
    Expiry,
    PrincipalRole,
    ResourceId,
    SubscriptionState,
    TenantHistory,
    TenantReference,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OLD = "72f988bf-0000-4000-8000-000000000001"
NEW = "72f988bf-0000-4000-8000-000000000002"
EXPECTS_OLD = {"TENANT_REFERENCE": TenantReference(OLD, "the inventory")}
EXPECTS_NONE = {"TENANT_REFERENCE": TenantReference("", "")}
CHANGED = {"TENANT_HISTORY": TenantHistory(changed=True, why="a transfer is logged")}
UNCHANGED = {"TENANT_HISTORY": TenantHistory(changed=False, why="the role is held")}
ROLE_LOST = {"PRINCIPAL_ROLE": PrincipalRole(fits=False, name="", why="none is assigned")}
ROLE_KEPT = {"PRINCIPAL_ROLE": PrincipalRole(fits=True, name="Owner", why="it may all")}
CLOSED = {"SUBSCRIPTION_STATE": SubscriptionState.DISABLED}
NOT_SERVED = {"PROVIDER_STATE": "NotRegistered"}
SAME = {"STAMP_CLOUD_ID": "one", "REGISTRATION_CLOUD_ID": "one"}
OTHER = {"STAMP_CLOUD_ID": "one", "REGISTRATION_CLOUD_ID": "two"}
EA = {"SUBSCRIPTION_OFFER": "EnterpriseAgreement_2014-09-01"}
CSP = {"SUBSCRIPTION_OFFER": "CSP_2015-05-01"}
UNTIED = {"REGISTRATION_PRESENT": Missing(Reason.AMBIGUOUS, "another stamp's")}


def names(seen: str, subscription: str = "0b2a1c3d-1111-4000-8000-000000000001") -> dict[str, Any]:
    start = "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    end = "/providers/Microsoft.AzureStack/registrations"
    there = f"/subscriptions/{subscription}/resourceGroups/azurestack{end}/{seen}"
    return {
        "ACTIVATED_REGISTRATION": ResourceId.parse(f"{start}{end}/hub"),
        "REGISTRATION_ID": ResourceId.parse(there),
    }


def expires_in(days: int) -> dict[str, Any]:
    return {"AS_OF": NOW, "ACTIVATION_EXPIRES": Expiry(NOW + timedelta(days=days))}


def follows(told: dict[str, Any]) -> str:
    unread: dict[Fact[Any], Known[Any] | Missing] = {
        fact: Missing(Reason.NOT_COLLECTED) for fact in NEEDS
    }
    by_name = {fact.name: fact for fact in NEEDS}
    known = {
        by_name[name]: value
        if isinstance(value, Missing)
        else Known(value, Source("file", "field"))
        for name, value in told.items()
    }
    return refusal_follows(unread | known).value


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        (EXPECTS_OLD | {"SUBSCRIPTION_TENANT": NEW}, "AZS-TE-001"),
        (EXPECTS_OLD | {"SUBSCRIPTION_TENANT": NEW} | CHANGED | ROLE_LOST, "AZS-TE-001"),
        (EXPECTS_NONE | CHANGED, "AZS-TE-001"),
        (ROLE_LOST, "AZS-TE-002"),
        (CLOSED, "AZS-SU-003"),
        (CLOSED | ROLE_LOST, "AZS-SU-003"),
        (NOT_SERVED, "AZS-SU-004"),
        (expires_in(0), "AZS-RG-002"),
        (names("hub-2026") | SAME, "AZS-RG-003"),
        (names("hub") | OTHER | UNTIED, "AZS-RG-003"),
        (names("hub", "0b2a1c3d-1111-4000-8000-000000000002") | SAME | EA, "AZS-TE-003"),
    ],
)
def test_the_rule_that_fails_is_named(told: dict[str, Any], rule: str) -> None:
    assert follows(told) == rule


@pytest.mark.parametrize(
    "told",
    [
        {},
        EXPECTS_OLD | {"SUBSCRIPTION_TENANT": OLD},
        EXPECTS_OLD | {"SUBSCRIPTION_TENANT": NEW} | UNCHANGED,
        EXPECTS_OLD | {"SUBSCRIPTION_TENANT": OLD} | CHANGED,
        EXPECTS_OLD,
        EXPECTS_NONE,
        EXPECTS_NONE | UNCHANGED,
        CHANGED,
        ROLE_KEPT,
        {"SUBSCRIPTION_STATE": SubscriptionState.WARNED},
        {"PROVIDER_STATE": "Registering"},
        expires_in(1),
        {"AS_OF": NOW, "ACTIVATION_EXPIRES": Expiry(None)},
        names("hub") | SAME,
        names("hub-2026") | OTHER,
        names("hub-2026"),
        names("hub", "0b2a1c3d-1111-4000-8000-000000000002") | SAME | CSP,
        names("hub", "0b2a1c3d-1111-4000-8000-000000000002") | SAME,
        ROLE_LOST | CLOSED | NOT_SERVED | UNTIED,
    ],
)
def test_what_fails_no_rule_explains_nothing(told: dict[str, Any]) -> None:
    assert follows(told) == ""
