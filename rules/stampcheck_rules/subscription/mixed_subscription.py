"""Production and test share a subscription."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from stampcheck.facts import (
    CLOUD_ID,
    ENVIRONMENT,
    HAS_INVENTORY,
    REGISTRATION_PRESENT,
    SUBSCRIPTION_ID,
)
from stampcheck.facts import Environment as Use
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Fleet,
    Known,
    Missing,
    Outcome,
    Passage,
    Reason,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    fleet_rule,
    listed,
)

_EXPECTED: Final = "production or test, not both"
_NAMED: Final = 5


def _facts(cloud: int, use: Use, *, inventory: bool = True) -> dict[Fact[Any], Any]:
    return {
        HAS_INVENTORY: inventory,
        SUBSCRIPTION_ID: "0b2a1c3d-1111-4000-8000-000000000001",
        CLOUD_ID: f"5bf881b2-2222-4000-8000-{cloud:012d}",
        REGISTRATION_PRESENT: True,
        ENVIRONMENT: use,
    }


_MINE: Final = _facts(1, Use.PRODUCTION)
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _MINE, (_facts(2, Use.DEVELOPMENT),)),
    Example(Outcome.PASS, _MINE, (_facts(2, Use.PRODUCTION),)),
    Example(Outcome.NOT_APPLICABLE, _facts(1, Use.PRODUCTION, inventory=False)),
)


class _Member(NamedTuple):
    """A stamp, what it is for, and its Cloud ID; ``gap`` is why that, or more, is not proven."""

    stamp: Stamp
    use: Use | None
    cloud_id: str
    gap: Missing | None


class _Group(NamedTuple):
    """The stamps of one subscription; ``mixed`` names those of each use, where that is proven."""

    subscription: str
    size: int
    uses: frozenset[Use | None]
    cloud_ids: frozenset[str]
    gap: Missing | None
    mixed: str
    undeclared: str


@fleet_rule(
    RuleInfo(
        id="AZS-SU-006",
        title="Production and test share a subscription",
        severity=Severity.LOW,
        rationale=(
            "What is changed for tests, such as locks, roles or spending limits of the "
            "subscription, hits production. The article advises separate subscriptions."
        ),
        needs=(SUBSCRIPTION_ID,),
        uses=(HAS_INVENTORY, ENVIRONMENT, REGISTRATION_PRESENT, CLOUD_ID),
        fails_when="The inventory declares stamps there for production and others for development.",
        passes_when=(
            "All stamps there are declared for one environment, or there is only one stamp, and "
            "every stamp's subscription is known."
        ),
        not_applicable_when=(
            "There is no inventory, no registration (AZS-RG-001) or one Cloud ID only (AZS-ID-001)."
        ),
        undetermined_when=(
            "Stamps share the subscription, and the inventory does not declare what one of them"
            " is for: a person must add it. Or HAS_INVENTORY, REGISTRATION_PRESENT or CLOUD_ID "
            "of one of them is not known."
        ),
        causes=("production-and-test-mixed",),
        remediation="Register the stamps for development or test with another subscription.",
        consequences=(Consequence.SUPPORT,),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#verify-your-credentials",
        reviewed="2026-11-22",
        passages=(Passage("verify-your-credentials", "ece1bf85693ba324"),),
    )
)
def mixed_subscription(fleet: Fleet) -> Iterator[Verdict]:
    """Group the stamps by subscription and compare what the inventory declares them to be for."""
    groups: dict[str, list[_Member]] = {}
    for stamp in fleet.stamps:
        exempt = _exempt(stamp)
        identity = stamp.witness(SUBSCRIPTION_ID)
        if exempt:
            yield Verdict.not_applicable(stamp, message=exempt)
        elif isinstance(identity, Known):
            groups.setdefault(identity.value, []).append(_member(stamp))
    for subscription, members in groups.items():
        group = _group(subscription, members)
        for member in members:
            yield _judged(member, group)


def _exempt(stamp: Stamp) -> str:
    """Why the environment does not matter, or nothing."""
    inventory, present = stamp.witness(HAS_INVENTORY), stamp.witness(REGISTRATION_PRESENT)
    if isinstance(inventory, Known) and not inventory.value:
        return "There is no inventory that says which stamps are for production."
    if isinstance(present, Known) and not present.value:
        return "The stamp has no registration in Azure (AZS-RG-001)."
    return ""


def _member(stamp: Stamp) -> _Member:
    use, cloud_id = stamp.witness(ENVIRONMENT), stamp.witness(CLOUD_ID)
    known_use = use.value if isinstance(use, Known) else None
    for state in (stamp.witness(HAS_INVENTORY), stamp.witness(REGISTRATION_PRESENT), cloud_id):
        if isinstance(state, Missing):
            return _Member(stamp, known_use, "", state.of(stamp.label))
    return _Member(stamp, known_use, cloud_id.value if isinstance(cloud_id, Known) else "", None)


def _group(subscription: str, members: list[_Member]) -> _Group:
    declared = [one for one in members if one.cloud_id and one.use]
    is_mixed = min(len({one.cloud_id for one in declared}), len({one.use for one in declared})) > 1
    return _Group(
        subscription,
        len(members),
        frozenset(one.use for one in members),
        frozenset(one.cloud_id for one in members),
        next((one.gap for one in members if one.gap), None),
        "; ".join(f"{use.value}: {_names(members, use)}" for use in Use) if is_mixed else "",
        _names(members, None),
    )


def _names(members: list[_Member], use: Use | None) -> str:
    return listed([one.stamp.label for one in members if one.use is use], _NAMED)


def _judged(member: _Member, group: _Group) -> Verdict:
    stamp = member.stamp
    if group.mixed and member.cloud_id:
        return _mixed(stamp, group)
    for fact in (HAS_INVENTORY, REGISTRATION_PRESENT):
        state = stamp.witness(fact)
        if isinstance(state, Missing):
            return _unclear(stamp, group, state.reason, state.why)
    if group.size == 1 or (len(group.uses) == 1 and member.use):
        actual = member.use.value if member.use else "one stamp only"
        return Verdict.passed(stamp, expected=_EXPECTED, actual=actual)
    if group.gap is None and len(group.cloud_ids) == 1:
        return Verdict.not_applicable(stamp, message="All there have one Cloud ID (AZS-ID-001).")
    return _undecided(stamp, group)


def _mixed(stamp: Stamp, group: _Group) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("production-and-test-mixed",),
        expected=_EXPECTED,
        actual=group.mixed,
        message=f"Subscription {group.subscription} holds stamps for production and for test.",
    )


def _undecided(stamp: Stamp, group: _Group) -> Verdict:
    if group.gap is None or None in group.uses:
        words = f"The inventory does not say what these are for: {group.undeclared}."
        return _unclear(stamp, group, Reason.NEEDS_HUMAN, words)
    words = (
        f"It is not proven that this is a stamp of its own, registered there: {group.gap.detail}"
    )
    return _unclear(stamp, group, group.gap.reason, words)


def _unclear(stamp: Stamp, group: _Group, reason: Reason, why: str) -> Verdict:
    return Verdict.undetermined(
        stamp, reason=reason, expected=_EXPECTED, actual=group.subscription, message=why
    )
