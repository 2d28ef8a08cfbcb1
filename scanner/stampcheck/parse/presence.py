"""Whether Azure holds the stamp's registration: an absence counts only where it is proven
(requirements, "how to judge").
"""

from __future__ import annotations

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.activation import activated_registration
from stampcheck.parse.evidence import Evidence, Held, covers
from stampcheck.parse.registration import (
    LISTING,
    Seen,
    answers,
    index,
    is_disputed,
    names_exactly,
    registration,
    seen_in,
)
from stampcheck.parse.stamp import stamp_side_cloud_id
from stampcheck.values import ResourceId


def is_present(evidence: Evidence) -> Known[bool] | Missing:
    """True where it was read. False only where the registration that the activation names is
    absent by id, and none with the stamp's Cloud ID stands elsewhere in that subscription.
    """
    chosen = registration(evidence)
    if isinstance(chosen, Seen):
        return Known(value=True, source=chosen.found.source("id"))
    activated = activated_registration(evidence)
    if isinstance(activated, Missing) or is_disputed(evidence, activated.value):
        return chosen
    absent = _absent_by_id(evidence, activated.value)
    if isinstance(absent, Missing):
        return absent if absent.reason is not Reason.NOT_COLLECTED else chosen
    elsewhere = _none_elsewhere(evidence, activated.value)
    return elsewhere if isinstance(elsewhere, Missing) else absent


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
    cloud_id = stamp_side_cloud_id(evidence)
    if others and isinstance(cloud_id, Missing):
        return Missing(
            Reason.AMBIGUOUS,
            f"{target} is not there, {len(others)} other registrations are, and the stamp's own "
            "Cloud ID is not known",
        )
    unknown = [seen for seen in others if not seen.cloud_id and not _told_apart(evidence, seen)]
    if unknown:
        return Missing(
            Reason.ABSENT_IN_ANSWER,
            f"{listing.label} gives no Cloud ID of {unknown[0].id}; read that registration itself",
        )
    return None


def _told_apart(evidence: Evidence, seen: Seen) -> bool:
    """Whether another answer gives the Cloud ID that a listing leaves out."""
    key = seen.id.key if seen.id else ""
    return any(
        other.cloud_id for held in answers(evidence) for other in index(held)[0].get(key, ())
    )
