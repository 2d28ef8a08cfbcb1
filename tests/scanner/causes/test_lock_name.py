"""The lock that a runbook removes is one that was read at the registration itself, or is asked."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.bundle import Declared
from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import PLACEHOLDERS, fill
from stampcheck.facts import ALL_FACTS, LOCKS
from stampcheck.model import Fact, Known, Missing, Reason, Source
from stampcheck.stamp_record import _values
from stampcheck.values import Lock, LockLevel, ResourceId

PARSED = ResourceId.parse("/subscriptions/0b2a1c3d-1111-4000-8000-000000000001")
assert PARSED is not None
SCOPE: ResourceId = PARSED


def lock(name: str, level: str = "CanNotDelete", *, inherited: bool = False) -> Lock:
    return Lock(name, LockLevel(level), SCOPE, inherited)


def values(locks: tuple[Lock, ...] | None) -> dict[str, str]:
    unknown = Missing(Reason.NOT_COLLECTED)
    facts: dict[Fact[Any], Known[Any] | Missing] = dict.fromkeys(ALL_FACTS, unknown)
    if locks is not None:
        facts[LOCKS] = Known(locks, Source("locks.json", "value[]"))
    return _values(facts, Declared())


@pytest.mark.parametrize(
    ("locks", "name"),
    [
        ((lock("RegistrationResourceLock"),), "'RegistrationResourceLock'"),
        ((lock("keep"),), "'keep'"),
        ((lock("o'brien"),), "'o''brien'"),
        ((lock("all", inherited=True), lock("keep", "ReadOnly"), lock("b")), "'keep'"),
        ((lock("paper", "NotSpecified"), lock("keep")), "'keep'"),
    ],
)
def test_the_first_own_lock_that_protects_is_named(locks: tuple[Lock, ...], name: str) -> None:
    assert values(locks)["lock_name"] == name


@pytest.mark.parametrize(
    "locks", [None, (), (lock("all", inherited=True),), (lock("paper", "NotSpecified"),)]
)
def test_without_such_a_lock_the_name_stays_open(locks: tuple[Lock, ...] | None) -> None:
    filled = fill(load().runbooks["renew-after-expiry"], values(locks))

    assert PLACEHOLDERS["lock_name"] in filled.unfilled


@pytest.mark.parametrize(
    ("locks", "name"),
    [
        ((lock("keep"), lock("strict", "ReadOnly")), "'strict'"),
        ((lock("keep"),), None),
        ((lock("all", "ReadOnly", inherited=True),), None),
        (None, None),
    ],
)
def test_only_a_read_only_lock_of_the_registration_itself_is_loosened(
    locks: tuple[Lock, ...] | None, name: str | None
) -> None:
    assert values(locks).get("strict_lock_name") == name
