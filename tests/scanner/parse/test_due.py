"""When a registration is due: by any one trace; not due only where both sides are seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from stampcheck import facts
from stampcheck.facts import ALL_FACTS
from stampcheck.model import Fact, Known, Missing, Reason, Source
from stampcheck.parse.due import NEEDS, registration_due
from stampcheck.values import (
    BillingModel,
    Expiry,
    ExpiryWindows,
    Lock,
    LockLevel,
    ResourceId,
    TenantHistory,
    TenantReference,
)
from tests.scanner.parse import builders as b

ACTIVATED = {
    "AS_OF": b.NOW,
    "EXPIRY_WINDOWS": ExpiryWindows(),
    "ACTIVATION_PRESENT": True,
    "REGISTRATION_PRESENT": True,
    "ACTIVATION_EXPIRES": Expiry(None),
    "ACTIVATION_STATE": "Succeeded",
    "TENANT_REFERENCE": TenantReference("", ""),
}
RENAMED = {
    "REGISTRATION_PRESENT": True,
    "ACTIVATED_REGISTRATION": ResourceId.parse(b.REGISTRATION),
    "REGISTRATION_ID": ResourceId.parse(b.OTHER),
}
REGROUPED = b.REGISTRATION.replace("/resourceGroups/", "/resourceGroups/rg-")
SILENT = {
    "REGISTRATION_PRESENT": True,
    "BILLING_MODEL": BillingModel.PAY_AS_YOU_USE,
    "USAGE_REPORTING": False,
}
CORE = ("ACTIVATION_PRESENT", "REGISTRATION_PRESENT", "ACTIVATION_EXPIRES", "ACTIVATION_STATE")
SCOPE = ResourceId.parse(b.SUBSCRIPTION)
UNCHANGED = TenantHistory(changed=False, why="written after it")
DIRECTORY = {
    "TENANT_REFERENCE": TenantReference(b.TENANT, "inventory"),
    "SUBSCRIPTION_TENANT": b.GUEST_TENANT,
}
NODES = {"BILLING_MODEL": BillingModel.CAPACITY, "NODES": 6, "NODES_AT_REGISTRATION": 4}


def due(**told: Any) -> Known[Any] | Missing:
    by_name = {fact.name: fact for fact in ALL_FACTS}
    known: dict[Fact[Any], Any] = {
        fact: Missing(Reason.NOT_COLLECTED, f"no {fact.name}") for fact in NEEDS
    }
    for name, value in (ACTIVATED | told).items():
        state = value if isinstance(value, Missing) else Known(value, Source("d.json", name))
        known[by_name[name]] = state
    return registration_due(known)


def in_days(days: float) -> Expiry:
    return Expiry(b.NOW + timedelta(days=days))


def test_a_stamp_that_is_registered_for_long_has_nobody_register() -> None:
    for expires in (Expiry(None), in_days(90.01)):
        found = due(ACTIVATION_EXPIRES=expires)

        assert not b.value(found).due
        assert str(expires) in b.value(found).why
    ending = b.value(due(ACTIVATION_EXPIRES=Expiry(None))).why
    assert ending == "the stamp is registered, and its activation never expires"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"ACTIVATION_PRESENT": False}, "is not activated"),
        ({"REGISTRATION_PRESENT": False}, "not in Azure"),
        ({"ACTIVATION_EXPIRES": in_days(0)}, "expired on 2026-11-22"),
        ({"ACTIVATION_EXPIRES": in_days(-400)}, "expired on"),
        ({"ACTIVATION_EXPIRES": in_days(90)}, "expires on"),
        ({"ACTIVATION_STATE": "failed"}, "did not succeed (failed)"),
        ({"ACTIVATION_STATE": "Stopped"}, "did not succeed"),
        ({"LOCKS": (), "ROLE_HELD": False}, "half way"),
        (DIRECTORY, "another directory"),
        (
            DIRECTORY | {"TENANT_HISTORY": TenantHistory(changed=True, why="x")},
            "another directory",
        ),
        ({"TENANT_HISTORY": TenantHistory(changed=True, why="x")}, "another directory"),
        (NODES, "6 nodes, 4 when"),
        (RENAMED, "Azure holds"),
        (SILENT, "does not report it"),
    ],
)
def test_one_trace_is_enough_and_is_told_with_its_place(told: dict[str, Any], words: str) -> None:
    gone = {name: Missing(Reason.NOT_COLLECTED, "") for name in CORE if name not in told}

    for found in (due(**told), due(**(gone | told))):
        assert b.value(found).due
        assert words in b.value(found).why
        assert isinstance(found, Known)
        assert found.source.document == "d.json"


@pytest.mark.parametrize(
    "told",
    [
        DIRECTORY | {"TENANT_HISTORY": UNCHANGED},
        DIRECTORY | {"SUBSCRIPTION_TENANT": b.TENANT},
        DIRECTORY | {"SUBSCRIPTION_TENANT": Missing(Reason.NOT_COLLECTED, "")},
        {"TENANT_HISTORY": UNCHANGED},
        {"TENANT_REFERENCE": Missing(Reason.NOT_COLLECTED, "")},
        NODES | {"BILLING_MODEL": BillingModel.PAY_AS_YOU_USE},
        NODES | {"NODES": 4},
        RENAMED | {"REGISTRATION_ID": ResourceId.parse(b.REGISTRATION.upper())},
        RENAMED | {"REGISTRATION_ID": ResourceId.parse(REGROUPED)},
        SILENT | {"BILLING_MODEL": BillingModel.CAPACITY},
        SILENT | {"USAGE_REPORTING": True},
        {"LOCKS": (), "ROLE_HELD": True},
        {"LOCKS": (), "ROLE_HELD": Missing(Reason.ACCESS_DENIED, "")},
    ],
)
def test_what_is_no_trace_makes_nothing_due(told: dict[str, Any]) -> None:
    assert not b.value(due(**told)).due


def test_a_lock_shows_that_the_registration_came_to_its_end() -> None:
    assert SCOPE is not None
    lock = Lock("keep", LockLevel.CAN_NOT_DELETE, SCOPE, inherited=True)

    assert not b.value(due(LOCKS=(lock,), ROLE_HELD=False)).due


@pytest.mark.parametrize("name", CORE)
def test_without_both_sides_nothing_says_that_it_is_not_due(name: str) -> None:
    found = due(**{name: Missing(Reason.ACCESS_DENIED, "403")})

    assert (b.reason(found), found) == ("access-denied", Missing(Reason.ACCESS_DENIED, "403"))


@pytest.mark.parametrize("state", ["Running", "Starting", "Downloading", "Odd"])
def test_a_registration_on_its_way_is_open(state: str) -> None:
    assert b.reason(due(ACTIVATION_STATE=state)) == "ambiguous"


@pytest.mark.parametrize("name", ["AS_OF", "EXPIRY_WINDOWS"])
def test_without_a_day_nothing_is_far_away(name: str) -> None:
    gone = {name: Missing(Reason.NOT_COLLECTED, "")}

    assert b.reason(due(ACTIVATION_EXPIRES=in_days(5), **gone)) == "not-collected"


def test_taking_a_fact_away_never_proves_that_nobody_has_to_register() -> None:
    core = {"ACTIVATION_PRESENT": False, "ACTIVATION_EXPIRES": in_days(1)}
    for name in CORE:
        poorer = due(**(core | {name: Missing(Reason.NOT_COLLECTED, "")}))

        assert isinstance(poorer, Missing) or poorer.value.due


def test_it_names_all_that_it_reads() -> None:
    assert facts.TENANT_HISTORY in NEEDS
    assert len(set(NEEDS)) == len(NEEDS)
