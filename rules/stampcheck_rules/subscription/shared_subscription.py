"""Several stamps share a subscription."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from stampcheck.facts import CLOUD_ID, ENVIRONMENT, REGISTRATION_PRESENT, SUBSCRIPTION_ID
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
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    fleet_rule,
)

_EXPECTED: Final = "a subscription of its own"
_NAMED: Final = 5


def _facts(cloud: int, use: Use, *, subscription: int = 1) -> dict[Fact[Any], Any]:
    return {
        SUBSCRIPTION_ID: f"0b2a1c3d-1111-4000-8000-{subscription:012d}",
        CLOUD_ID: f"5bf881b2-2222-4000-8000-{cloud:012d}",
        REGISTRATION_PRESENT: True,
        ENVIRONMENT: use,
    }


_MINE: Final = _facts(1, Use.PRODUCTION)
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _MINE, (_facts(2, Use.PRODUCTION),)),
    Example(Outcome.PASS, _MINE, (_facts(2, Use.PRODUCTION, subscription=2),)),
    Example(Outcome.NOT_APPLICABLE, _MINE, (_facts(2, Use.DEVELOPMENT),)),
)


class _Member(NamedTuple):
    """A stamp whose registration is in the subscription, or may be; ``cloud_id`` is empty where it
    is not proven to be a deployment, and a registration, of its own.
    """

    stamp: Stamp
    use: Use | None
    cloud_id: str
    gap: Missing | None


class _Peers(NamedTuple):
    """Whom a stamp is compared with: the members of its use, and those of an unknown one. ``gap``
    is why one of them is not proven.
    """

    members: Sequence[_Member]
    cloud_ids: frozenset[str]
    gap: Missing | None


@fleet_rule(
    RuleInfo(
        id="AZS-SU-005",
        title="Several stamps share a subscription",
        severity=Severity.LOW,
        rationale=(
            "Usage is billed by subscription: where several stamps share one, nobody can tell "
            "whose usage it is. The article advises a subscription for each."
        ),
        needs=(SUBSCRIPTION_ID,),
        uses=(CLOUD_ID, ENVIRONMENT, REGISTRATION_PRESENT),
        fails_when=(
            "Another stamp, of another Cloud ID, is registered in the same subscription, and the "
            "inventory does not declare the two for different environments."
        ),
        passes_when="No other stamp is registered there, and every stamp's subscription is known.",
        not_applicable_when=(
            "Only stamps of the other environment share it (AZS-SU-006), only the same Cloud ID "
            "does (AZS-ID-001), or the registration is proven absent (AZS-RG-001)."
        ),
        undetermined_when=(
            "Whether the stamp, or one that shares its subscription, is registered there "
            "(REGISTRATION_PRESENT) is not known, or whether two that share it are one stamp "
            "(CLOUD_ID)."
        ),
        causes=("subscription-shared",),
        remediation="Register each stamp with a subscription of its own.",
        consequences=(Consequence.SUPPORT,),
        examples=_EXAMPLES,
        source="register-azure-stack-hub.md#verify-your-credentials",
        reviewed="2026-11-22",
        passages=(Passage("verify-your-credentials", "c371245ffd1c2852"),),
    )
)
def shared_subscription(fleet: Fleet) -> Iterator[Verdict]:
    """Group the stamps by subscription; what no stamp claims is the fault of AZS-ID-003."""
    groups: dict[str, list[_Member]] = {}
    for stamp in fleet.stamps:
        identity = stamp.witness(SUBSCRIPTION_ID)
        present = stamp.witness(REGISTRATION_PRESENT)
        if isinstance(present, Known) and not present.value:
            message = "The stamp has no registration in Azure (AZS-RG-001)."
            yield Verdict.not_applicable(stamp, message=message)
        elif isinstance(identity, Known):
            groups.setdefault(identity.value, []).append(_member(stamp, present))
    for subscription, members in groups.items():
        yield from _judged(subscription, members)


def _member(stamp: Stamp, present: Known[bool] | Missing) -> _Member:
    cloud_id, use = stamp.witness(CLOUD_ID), stamp.witness(ENVIRONMENT)
    known_use = use.value if isinstance(use, Known) else None
    for state in (present, cloud_id):
        if isinstance(state, Missing):
            return _Member(stamp, known_use, "", state.of(stamp.label))
    return _Member(stamp, known_use, cloud_id.value if isinstance(cloud_id, Known) else "", None)


def _judged(subscription: str, members: list[_Member]) -> Iterator[Verdict]:
    by_use = {use: _peers(members, use) for use in {member.use for member in members}}
    everyone = _peers(members, None)
    for member in members:
        if len(members) == 1:
            yield _alone(member, subscription)
        else:
            yield _among(member, subscription, by_use[member.use], everyone)


def _peers(members: list[_Member], use: Use | None) -> _Peers:
    peers = [one for one in members if use is None or one.use is None or one.use is use]
    cloud_ids = frozenset(one.cloud_id for one in peers if one.cloud_id)
    return _Peers(peers, cloud_ids, next((one.gap for one in peers if one.gap), None))


def _alone(member: _Member, subscription: str) -> Verdict:
    if isinstance(member.stamp.witness(REGISTRATION_PRESENT), Missing) and member.gap is not None:
        return _unproven(member.stamp, subscription, member.gap)
    return Verdict.passed(member.stamp, expected=_EXPECTED, actual=subscription)


def _among(member: _Member, subscription: str, peers: _Peers, everyone: _Peers) -> Verdict:
    """Two proven stamps are enough for a failure; that there is none takes all to be proven."""
    stamp = member.stamp
    if member.cloud_id and len(peers.cloud_ids) > 1:
        return _shared(stamp, subscription, peers.members)
    gap = member.gap or peers.gap
    if gap is not None:
        return _unproven(stamp, subscription, gap)
    message = "Only stamps of the other environment share the subscription (AZS-SU-006)."
    if len(everyone.cloud_ids) == 1 and everyone.gap is None:
        message = "Only the same Cloud ID shares the subscription (AZS-ID-001)."
    return Verdict.not_applicable(stamp, message=message)


def _unproven(stamp: Stamp, subscription: str, gap: Missing) -> Verdict:
    return Verdict.undetermined(
        stamp,
        reason=gap.reason,
        expected=_EXPECTED,
        actual=subscription,
        message=f"It is not proven that this is a stamp of its own, registered there: {gap.detail}",
    )


def _shared(stamp: Stamp, subscription: str, peers: Sequence[_Member]) -> Verdict:
    others = [one.stamp.label for one in peers[: _NAMED + 1] if one.stamp is not stamp][:_NAMED]
    more = len(peers) - 1 - len(others)
    names = ", ".join(others) + (f" and {more} more" if more else "")
    return Verdict.failed(
        stamp,
        causes=("subscription-shared",),
        expected=_EXPECTED,
        actual=subscription,
        message=f"The subscription also bills {names}; its usage cannot be told apart.",
    )
