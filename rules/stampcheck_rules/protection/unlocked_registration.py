"""No lock protects the registration."""

from collections.abc import Iterator
from typing import Final

from stampcheck.facts import LOCKS, REGISTRATION_PRESENT, Lock, LockLevel, ResourceId
from stampcheck.model import (
    Consequence,
    Example,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_SUBSCRIPTION: Final = "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001"
_SCOPE: Final = ResourceId(
    text=_SUBSCRIPTION,
    key=_SUBSCRIPTION,
    subscription="0b2a1c3d-1111-4000-8000-000000000001",
    resource_group="",
    kind="",
    name="",
)
_INHERITED: Final = Lock("keep-production", LockLevel.CAN_NOT_DELETE, _SCOPE, inherited=True)
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {REGISTRATION_PRESENT: True, LOCKS: ()}),
    Example(Outcome.PASS, {REGISTRATION_PRESENT: True, LOCKS: (_INHERITED,)}),
    Example(Outcome.NOT_APPLICABLE, {REGISTRATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-PR-001",
        title="No lock protects the registration",
        severity=Severity.MEDIUM,
        rationale=(
            "Whoever deletes the registration by accident ends syndication and usage reporting; "
            "the registration script sets a lock, and a missing one may be the trace of a "
            "re-registration that failed."
        ),
        needs=(REGISTRATION_PRESENT, LOCKS),
        fails_when=(
            "No lock of level CanNotDelete or ReadOnly stands at the registration, its resource "
            "group or its subscription."
        ),
        passes_when="Such a lock was read: the script's own, another one, or an inherited one.",
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        causes=("lock-removed", "lock-not-restored", "lock-without-effect"),
        remediation="Put the lock back on the registration.",
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE),
        source="register-azure-stack-hub.md#move-a-registration-resource",
        reviewed="2026-11-22",
        examples=_EXAMPLES,
        passages=(
            Passage("move-a-registration-resource", "162e20fa0a250f3f"),
            Passage("move-a-registration-resource", "7d1e0ea3c8fd8c6b"),
        ),
        fresh=True,
    )
)
def unlocked_registration(stamp: Stamp) -> Iterator[Verdict]:
    """A lock counts wherever it stands above; ``NotSpecified`` protects nothing."""
    if stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(stamp, message="There is no registration to protect.")
        return
    stamp.undisputed(REGISTRATION_PRESENT)
    locks = stamp[LOCKS]
    protecting = [lock for lock in locks if lock.level.protects]
    if protecting:
        found = min(protecting, key=_distance)
        yield Verdict.passed(
            stamp,
            expected="CanNotDelete or ReadOnly",
            actual=f"{_kind(found)}: {found.name} ({found.level})",
        )
    else:
        yield _unprotected(stamp, locks)


def _distance(lock: Lock) -> int:
    """The script's own first, then others on the registration, then inherited ones."""
    return 0 if lock.is_the_scripts_own else 2 if lock.inherited else 1


def _kind(lock: Lock) -> str:
    return ("the script's own lock", "another lock", "an inherited lock")[_distance(lock)]


def _unprotected(stamp: Stamp, locks: tuple[Lock, ...]) -> Verdict:
    toothless = ", ".join(f"{lock.name} ({lock.level})" for lock in locks)
    if toothless:
        return Verdict.failed(
            stamp,
            causes=("lock-without-effect",),
            expected="CanNotDelete or ReadOnly",
            actual=toothless,
            message="A lock is there, but its level keeps nobody from deleting the registration.",
        )
    return Verdict.failed(
        stamp,
        causes=("lock-removed", "lock-not-restored"),
        expected="CanNotDelete or ReadOnly",
        actual="none",
        message=(
            "Nothing keeps the registration from being deleted. The lock was removed and not put "
            "back, by hand or by a re-registration that failed between the two."
        ),
    )
