"""Whether Azure holds the stamp's registration: an absence counts only where it is proven
(requirements, "how to judge").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.activation import activated_registration
from stampcheck.parse.evidence import Evidence, Held, covers
from stampcheck.parse.registration import (
    LISTING,
    Seen,
    answers,
    cloud_id,
    identity,
    index,
    is_disputed,
    names_exactly,
    registration,
    seen_in,
)
from stampcheck.parse.stamp import own_cloud_id, stamp_side_cloud_id
from stampcheck.values import ResourceId


def is_present(evidence: Evidence) -> Known[bool] | Missing:
    """True where it was read, and is tied to the stamp. False only where the registration that the
    activation names is absent by id, and none with the stamp's Cloud ID stands elsewhere in that
    subscription.
    """
    present = evidence.derived.get("present")
    if present is None:
        present = evidence.derived["present"] = _is_present(evidence)
    return present


def _is_present(evidence: Evidence) -> Known[bool] | Missing:
    chosen = registration(evidence)
    if isinstance(chosen, Seen):
        return _untied(evidence) or Known(value=True, source=chosen.found.source("id"))
    activated = activated_registration(evidence)
    if isinstance(activated, Missing) or is_disputed(evidence, activated.value):
        return chosen
    absent = _absent_by_id(evidence, activated.value)
    if isinstance(absent, Missing):
        return absent if absent.reason is not Reason.NOT_COLLECTED else chosen
    elsewhere = _none_elsewhere(evidence, activated.value)
    return elsewhere if isinstance(elsewhere, Missing) else absent


def _untied(evidence: Evidence) -> Missing | None:
    """Why the registration chosen is not proven to be this stamp's, or None where it is."""
    seen, activated = identity(evidence), activated_registration(evidence)
    if isinstance(seen, Missing):
        return seen
    kinds = ("activation", "stamp-information", "fabric-locations")
    clashes = [clash for kind in kinds if (clash := evidence.contradiction(kind)) is not None]
    if clashes:
        return clashes[0]
    by_stamp, by_azure = stamp_side_cloud_id(evidence), cloud_id(evidence)
    if isinstance(by_stamp, Known) and isinstance(by_azure, Known):
        if by_stamp.value != by_azure.value:
            return _differ(by_stamp, by_azure)
        return _elsewhere(evidence, seen.value, activated)
    if isinstance(activated, Known):
        return None if activated.value == seen.value else _differ(activated, seen)
    return _differ(by_stamp, seen) if isinstance(by_stamp, Known) else None


def _differ(one: Known[Any], other: Known[Any]) -> Missing:
    return Missing(
        Reason.AMBIGUOUS, f"{one.source}: {one.value}, but {other.source}: {other.value}"
    )


def stamp_cloud_id(evidence: Evidence) -> Known[str] | Missing:
    """The Cloud ID by the stamp's side. A token alone, which may have been handed along by mistake,
    proves nothing against the registration that Azure shows.
    """
    by_stamp, by_azure = stamp_side_cloud_id(evidence), cloud_id(evidence)
    if isinstance(own_cloud_id(evidence), Known) or isinstance(by_stamp, Missing):
        return by_stamp
    if isinstance(by_azure, Known) and by_azure.value != by_stamp.value:
        return _differ(by_stamp, by_azure)
    return by_stamp


def _elsewhere(
    evidence: Evidence, seen: ResourceId, activated: Known[ResourceId] | Missing
) -> Missing | None:
    """A registration in another subscription than the activation names is the stamp's only where
    the one that it names is proven absent.
    """
    if isinstance(activated, Missing) or activated.value.subscription == seen.subscription:
        return None
    if isinstance(_absent_by_id(evidence, activated.value), Known):
        return None
    return Missing(
        Reason.AMBIGUOUS,
        f"the activation names {activated.value}, which is not proven absent; {seen} in another "
        "subscription has the stamp's Cloud ID",
    )


def _absent_by_id(evidence: Evidence, target: ResourceId) -> Known[bool] | Missing:
    """The proof that exactly this id is not there, or why there is none."""
    if not evidence.reads_subscription(target.subscription):
        return _unreadable_subscription(evidence, target)
    for held in evidence.of("registration"):
        if held.error is not None and held.is_absence and names_exactly(held, target):
            return Known(value=False, source=held.source(f"status {held.document.status}"))
        if covers(held, target, LISTING):
            return _absent_in_listing(evidence, held, target)
    return Missing(Reason.NOT_COLLECTED, f"nobody asked Azure for {target}")


def _unreadable_subscription(evidence: Evidence, target: ResourceId) -> Missing:
    refused = evidence.is_refused_in(target.subscription)
    if refused is not None:
        return refused.refusal()
    absence = next((held for held in evidence.of("registration") if held.is_absence), None)
    if absence is None:
        return Missing(Reason.NOT_COLLECTED, "")
    return Missing(
        Reason.AMBIGUOUS,
        f"{absence.label} shows no registration, but nothing shows that the same account can read "
        f"subscription {target.subscription}",
    )


def _absent_in_listing(evidence: Evidence, held: Held, target: ResourceId) -> Known[bool] | Missing:
    refused = evidence.is_refused_in(target.subscription)
    if refused is not None:
        return Missing(
            Reason.ACCESS_DENIED,
            f"{held.label} does not list {target}, but {refused.label} shows that the account "
            "has narrow rights there",
        )
    return Known(value=False, source=held.source("value"))


def _none_elsewhere(evidence: Evidence, target: ResourceId) -> Missing | None:
    """None where a whole listing of the subscription shows no registration with the Cloud ID."""
    for held in evidence.of("registration"):
        scope = ResourceId.parse(held.path.removesuffix(LISTING))
        whole = scope is not None and not scope.resource_group and covers(held, target, LISTING)
        if whole:
            return _foreign(evidence, held, target)
    return Missing(
        Reason.NOT_COLLECTED,
        f"{target} is not there, but nobody listed the registrations of its subscription, "
        "so it may have been moved",
    )


def _foreign(evidence: Evidence, listing: Held, target: ResourceId) -> Missing | None:
    """Whether every registration that a listing shows is known to be another stamp's."""
    others = [seen for seen in seen_in(listing) if seen.id != target]
    own = stamp_side_cloud_id(evidence)
    if others and isinstance(own, Missing):
        return Missing(
            Reason.AMBIGUOUS,
            f"{target} is not there, {len(others)} other registrations are, and the stamp's own "
            "Cloud ID is not known",
        )
    same = next(_of_the_stamp(evidence, target, own), None) if isinstance(own, Known) else None
    if same is not None:
        return Missing(
            Reason.AMBIGUOUS,
            f"{target} is not there, but {same} has the stamp's Cloud ID and may be its own",
        )
    unknown = [seen for seen in others if not seen.cloud_id and not _told_apart(evidence, seen)]
    if unknown:
        return Missing(
            Reason.ABSENT_IN_ANSWER,
            f"{listing.label} gives no Cloud ID of {unknown[0].id}; read that registration itself",
        )
    return None


def _of_the_stamp(evidence: Evidence, target: ResourceId, own: Known[str]) -> Iterator[ResourceId]:
    """Registrations with the stamp's Cloud ID in that subscription that no newer answer denies."""
    for held in answers(evidence):
        for seen in index(held)[1].get(own.value, ()):
            if seen.id is None or seen.id == target or seen.id.subscription != target.subscription:
                continue
            if is_disputed(evidence, seen.id):
                yield seen.id


def _told_apart(evidence: Evidence, seen: Seen) -> bool:
    """Whether another answer gives the Cloud ID that a listing leaves out."""
    key = seen.id.key if seen.id else ""
    return any(
        other.cloud_id for held in answers(evidence) for other in index(held)[0].get(key, ())
    )
