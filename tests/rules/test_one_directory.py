"""Four places ask whether the directory changed; over every knowledge of it they agree."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from stampcheck.facts import PrincipalRole
from stampcheck.model import Known, Outcome
from stampcheck.parse.due import registration_due
from stampcheck.parse.refusal import refusal_follows
from stampcheck.testing import judge, missing, stamp
from stampcheck.values import Connection, TenantHistory, TenantReference
from stampcheck_rules.billing.undelivered_usage import undelivered_usage
from stampcheck_rules.tenancy.changed_directory import changed_directory
from stampcheck_rules.tenancy.lost_principal_role import lost_principal_role

HOME, OTHER = "72f988bf-0000-4000-8000-000000000001", "72f988bf-0000-4000-8000-000000000002"
UNKNOWN = missing("access-denied")
REFERENCES = (TenantReference(HOME, "the inventory"), TenantReference("", "nobody"), UNKNOWN)
TENANTS = (HOME, OTHER, UNKNOWN)
HISTORIES = (
    TenantHistory(changed=False, why="the role is held"),
    TenantHistory(changed=True, why="it was transferred"),
    UNKNOWN,
)
REFUSED = {
    "ACTIVATION_PRESENT": True,
    "USAGE_REPORTING": True,
    "USAGE_ALERT_ERRORS": ("Unauthorized",),
    "REGISTRATION_OBJECT_ID": "0b2a1c3d-1111-4000-8000-0000000000a1",
    "PRINCIPAL_ROLE": PrincipalRole(fits=False, name="", why="it has no role there at all"),
}


@pytest.mark.parametrize(
    ("reference", "tenant", "history"), list(product(REFERENCES, TENANTS, HISTORIES))
)
def test_what_te_001_calls_a_change_is_one_everywhere(
    reference: Any, tenant: Any, history: Any
) -> None:
    known = {
        "REGISTRATION_PRESENT": True,
        "CONNECTION": Connection.CONNECTED,
        "TENANT_REFERENCE": reference,
        "SUBSCRIPTION_TENANT": tenant,
        "TENANT_HISTORY": history,
    }
    changed = "directory-tenant-changed" in judge(changed_directory, stamp(**known)).causes
    role = judge(lost_principal_role, stamp(**known, **REFUSED))
    follows = refusal_follows(stamp(**known, **REFUSED).facts)
    usage = judge(undelivered_usage, stamp(**known, **REFUSED, REFUSAL_FOLLOWS=follows))
    due = registration_due(stamp(**known).facts)

    assert ("AZS-TE-001" in role.message) is changed
    assert (role.outcome is Outcome.NOT_APPLICABLE) is changed
    assert ("AZS-TE-001" in usage.message) is changed
    assert isinstance(due, Known) is changed


def test_both_answers_are_in_the_grid() -> None:
    grid = [
        judge(
            changed_directory,
            stamp(
                REGISTRATION_PRESENT=True,
                TENANT_REFERENCE=reference,
                SUBSCRIPTION_TENANT=tenant,
                TENANT_HISTORY=history,
            ),
        )
        for reference, tenant, history in product(REFERENCES, TENANTS, HISTORIES)
    ]

    assert sum("directory-tenant-changed" in found.causes for found in grid) == 5
