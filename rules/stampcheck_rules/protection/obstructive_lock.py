"""Lock is too strict."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import LOCKS, LOCKS_WHOLE, REGISTRATION_PRESENT, Lock, LockLevel, ResourceId
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    listed,
    stamp_rule,
)

_EXPECTED: Final = "no ReadOnly lock"
_NAMED: Final = 5
_SCOPE: Final = ResourceId.parse("/subscriptions/0b2a1c3d-1111-4000-8000-000000000001")


def _example(outcome: Outcome, level: LockLevel, *, present: bool = True) -> Example:
    assert _SCOPE is not None  # noqa: S101 (a constant of this module)
    lock = Lock("contoso-keep", level, _SCOPE, inherited=True)
    facts: dict[Fact[Any], object] = {
        REGISTRATION_PRESENT: present,
        LOCKS: (lock,),
        LOCKS_WHOLE: True,
    }
    return Example(outcome, facts)


@stamp_rule(
    RuleInfo(
        id="AZS-PR-002",
        title="Lock is too strict",
        severity=Severity.MEDIUM,
        rationale=(
            "A ReadOnly lock refuses writes and POST actions as well: the marketplace cannot "
            "syndicate, and the registration can neither be renewed nor changed."
        ),
        needs=(REGISTRATION_PRESENT, LOCKS, LOCKS_WHOLE),
        fails_when=(
            "A ReadOnly lock stands at the registration, its resource group or its subscription, "
            "whatever other locks stand there: the most restrictive one wins."
        ),
        passes_when=(
            "All locks at or above the registration were listed, and none of them is ReadOnly. "
            "That there is no lock at all is the fault of AZS-PR-001."
        ),
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        causes=("lock-too-strict",),
        remediation="Replace the ReadOnly lock by one of level CanNotDelete.",
        consequences=(Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=(
            _example(Outcome.FAIL, LockLevel.READ_ONLY),
            _example(Outcome.PASS, LockLevel.CAN_NOT_DELETE),
            _example(Outcome.NOT_APPLICABLE, LockLevel.READ_ONLY, present=False),
        ),
        source=(
            "register-azure-stack-hub.md#move-a-registration-resource; newer: "
            "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("move-a-registration-resource", "ce24ab637a971d57"),
            Passage("move-a-registration-resource", "7d1e0ea3c8fd8c6b"),
        ),
    )
)
def obstructive_lock(stamp: Stamp) -> Iterator[Verdict]:
    """A ReadOnly lock obstructs wherever it stands above; the nearest is named first."""
    if stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(stamp, message="There is no registration to lock.")
        return
    stamp.undisputed(REGISTRATION_PRESENT)
    locks = stamp[LOCKS]
    strict = sorted((lock for lock in locks if lock.level is LockLevel.READ_ONLY), key=_order)
    if strict:
        yield _too_strict(stamp, strict)
    else:
        # Read for the proof alone: the engine lets no pass stand without it.
        stamp.witness(LOCKS_WHOLE)
        levels = sorted({lock.level.value for lock in locks})
        yield Verdict.passed(stamp, expected=_EXPECTED, actual=", ".join(levels) or "no lock")


def _order(lock: Lock) -> tuple[int, int, str]:
    """The script's own first, then others on the registration, then the nearest inherited one."""
    distance = 0 if lock.is_the_scripts_own else 2 if lock.inherited else 1
    return distance, -len(lock.scope.key), lock.name.lower()


def _kind(lock: Lock) -> str:
    if lock.is_the_scripts_own:
        return "the script's own lock"
    if not lock.inherited:
        return "another lock"
    level = "resource group" if lock.scope.resource_group else "subscription"
    return f"an inherited lock of the {level}"


def _too_strict(stamp: Stamp, strict: list[Lock]) -> Verdict:
    found = listed([f"{_kind(lock)}: {lock.name}" for lock in strict], _NAMED, "; ")
    return Verdict.failed(
        stamp,
        causes=("lock-too-strict",),
        expected=_EXPECTED,
        actual=f"{found} (ReadOnly)",
        message=(
            "The lock refuses whatever is not a mere read: marketplace syndication, the activation "
            "key, and writing the registration anew. Renewal and re-registration will fail."
        ),
    )
