"""AZS-PR-001: which lock protects, and that none is only none where that is proven."""

from __future__ import annotations

import pytest

from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Lock, LockLevel, ResourceId
from stampcheck_rules.protection.unlocked_registration import unlocked_registration

PARSED = ResourceId.parse("/subscriptions/0b2a1c3d-1111-4000-8000-000000000001")
assert PARSED is not None
SCOPE: ResourceId = PARSED


def lock(name: str, level: str = "CanNotDelete", *, inherited: bool = False) -> Lock:
    return Lock(name, LockLevel(level), SCOPE, inherited)


@pytest.mark.parametrize(
    ("locks", "words"),
    [
        ((lock("RegistrationResourceLock"),), "the script's own lock"),
        ((lock("registrationresourcelock"),), "the script's own lock"),
        ((lock("keep"),), "another lock: keep"),
        ((lock("RegistrationResourceLock", inherited=True),), "an inherited lock"),
        ((lock("all", "ReadOnly", inherited=True),), "an inherited lock: all (ReadOnly)"),
        ((lock("all", inherited=True), lock("mine")), "another lock: mine"),
        ((lock("none", "NotSpecified"), lock("all", inherited=True)), "an inherited lock: all"),
    ],
)
def test_a_protecting_lock_passes_and_is_named(locks: tuple[Lock, ...], words: str) -> None:
    found = judge(unlocked_registration, stamp(REGISTRATION_PRESENT=True, LOCKS=locks))

    assert found.outcome is Outcome.PASS
    assert words in found.actual


def test_no_lock_at_all_fails() -> None:
    found = judge(unlocked_registration, stamp(REGISTRATION_PRESENT=True, LOCKS=()))

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("lock-removed", "lock-not-restored"))
    assert "failed" in found.message


def test_a_lock_that_protects_nothing_fails_and_is_not_called_removed() -> None:
    locks = (lock("paper", "NotSpecified"),)
    found = judge(unlocked_registration, stamp(REGISTRATION_PRESENT=True, LOCKS=locks))

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("lock-without-effect",))
    assert found.actual == "paper (NotSpecified)"
    assert "A lock is there" in found.message
    assert "removed" not in found.message


@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "ambiguous"])
def test_unknown_locks_are_undetermined(reason: str) -> None:
    found = judge(unlocked_registration, stamp(REGISTRATION_PRESENT=True, LOCKS=missing(reason)))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_a_registration_that_is_gone_needs_no_lock() -> None:
    found = judge(unlocked_registration, stamp(REGISTRATION_PRESENT=False, LOCKS=()))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_it_keeps_the_contract() -> None:
    assert_contract(
        unlocked_registration,
        stamp(LOCKS=(), REGISTRATION_PRESENT=True),
        stamp(LOCKS=(lock("keep"),), REGISTRATION_PRESENT=True),
        stamp(LOCKS=(lock("keep"),), REGISTRATION_PRESENT=False),
    )
