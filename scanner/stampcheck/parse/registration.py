"""The stamp's registration in Azure: which one it is, whether it is there, what it says
(facts/azure.md 1.3).

Many registrations may be at hand, since one listing serves many stamps. The one that the
activation names is the stamp's, else the one that the inventory names, else the one that bears the
stamp's Cloud ID, else the only one that was handed over with the stamp.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from stampcheck.model import Known, Missing, Reason, SeenRegistration, Source
from stampcheck.parse.activation import activated_registration
from stampcheck.parse.evidence import Evidence, Found, Held, covers, read_field
from stampcheck.parse.shape import ABSENT, Item
from stampcheck.parse.stamp import stamp_side_cloud_id
from stampcheck.parse.value import Unreadable, guid, member
from stampcheck.values import BillingModel, ResourceId

_WHAT: Final = "the stamp's registration in Azure"
_TYPE: Final = "microsoft.azurestack/registrations"
_LISTING: Final = "/providers/microsoft.azurestack/registrations"


class Seen(msgspec.Struct, frozen=True):
    """A registration in a document. ``id`` is None and ``cloud_id`` empty where not given."""

    found: Found
    id: ResourceId | None
    cloud_id: str


def seen_in(held: Held) -> list[Seen]:
    """The registrations in a document, read once however many stamps it serves."""
    if "seen" not in held.__dict__:
        held.__dict__["seen"] = [_seen(Found(item, held)) for item in held.items]
    return held.__dict__["seen"]  # type: ignore[no-any-return]  # what was put in above


def _seen(found: Found) -> Seen:
    parsed = ResourceId.parse(found.item.id)
    own = parsed if parsed is not None and parsed.kind == _TYPE else None
    try:
        cloud_id = guid(found.item.prop("cloudId"))
    except Unreadable:
        cloud_id = ""
    return Seen(found, own, cloud_id)


def _index(held: Held) -> tuple[dict[str, list[Seen]], dict[str, list[Seen]]]:
    """The registrations of a document by id and by Cloud ID."""
    if "index" not in held.__dict__:
        by_id: dict[str, list[Seen]] = {}
        by_cloud: dict[str, list[Seen]] = {}
        for seen in seen_in(held):
            if seen.id is not None:
                by_id.setdefault(seen.id.key, []).append(seen)
            if seen.cloud_id:
                by_cloud.setdefault(seen.cloud_id, []).append(seen)
        held.__dict__["index"] = (by_id, by_cloud)
    return held.__dict__["index"]  # type: ignore[no-any-return]  # what was put in above


def registration(evidence: Evidence) -> Seen | Missing:
    """The stamp's registration, chosen once for all facts."""
    chosen = evidence.derived.get("registration")
    if chosen is None:
        chosen = evidence.derived["registration"] = _choose(evidence)
    return chosen


def _choose(evidence: Evidence) -> Seen | Missing:
    activated = activated_registration(evidence)
    declared = ResourceId.parse(evidence.declared.registration)
    wanted = [activated.value] if isinstance(activated, Known) else []
    for identity in (*wanted, *((declared,) if declared else ())):
        by_id = _best(
            seen for held in _answers(evidence) for seen in _index(held)[0].get(identity.key, ())
        )
        if by_id is not None:
            return by_id
    cloud_id = stamp_side_cloud_id(evidence)
    if isinstance(cloud_id, Known):
        by_cloud = _best(
            seen for held in _answers(evidence) for seen in _index(held)[1].get(cloud_id.value, ())
        )
        if by_cloud is not None:
            return by_cloud
    return _only_one(evidence, wanted, cloud_id)


def _answers(evidence: Evidence) -> Iterator[Held]:
    return (held for held in evidence.of("registration") if held.is_answer)


def _best(candidates: Iterator[Seen]) -> Seen | None:
    """The newest; of one id an answer that gives the Cloud ID goes before one that does not."""
    seen = list(candidates)
    if not seen:
        return None
    same = [other for other in seen if other.id == seen[0].id]
    return next((other for other in same if other.cloud_id), same[0])


def _only_one(
    evidence: Evidence, wanted: list[ResourceId], cloud_id: Known[str] | Missing
) -> Seen | Missing:
    own = [seen for held in _answers(evidence) if not held.shared for seen in seen_in(held)]
    keys = {seen.id.key if seen.id else "" for seen in own}
    if not own:
        return _nothing(evidence)
    best = _best(iter(own)) or own[0]
    label = best.found.held.label
    if len(keys) > 1:
        return Missing(
            Reason.AMBIGUOUS, f"{len(keys)} registrations were handed over, none tied to the stamp"
        )
    if wanted and best.id is not None and best.id != wanted[0]:
        return Missing(
            Reason.AMBIGUOUS, f"{label} is {best.id}, but the activation names {wanted[0]}"
        )
    if isinstance(cloud_id, Known) and best.cloud_id and best.cloud_id != cloud_id.value:
        return Missing(
            Reason.AMBIGUOUS,
            f"{label} has Cloud ID {best.cloud_id}, the stamp {cloud_id.value}",
        )
    return best


def _nothing(evidence: Evidence) -> Missing:
    if any(held.shared for held in _answers(evidence)):
        return Missing(Reason.AMBIGUOUS, "no registration at hand is tied to this stamp")
    return evidence.gap("registration", _WHAT)


def is_present(evidence: Evidence) -> Known[bool] | Missing:
    """True where it was read. False only where the registration that the activation names is
    absent by id, and none with the stamp's Cloud ID stands elsewhere in that subscription.
    """
    chosen = registration(evidence)
    if isinstance(chosen, Seen):
        return Known(value=True, source=chosen.found.source("id"))
    activated = activated_registration(evidence)
    if isinstance(activated, Missing):
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
        if held.error is not None and held.is_absence and _names(held, target):
            return Known(value=False, source=held.source(f"status {held.document.status}"))
        if covers(held, target, _LISTING):
            return _absent_in_listing(evidence, held, target)
    return Missing(Reason.NOT_COLLECTED, f"nobody asked Azure for {target}")


def _names(held: Held, target: ResourceId) -> bool:
    """Whether a 404 speaks of exactly this registration, or of its whole resource group."""
    if held.path == target.key:
        return True
    error = held.error
    group_gone = error is not None and error.code.lower() == "resourcegroupnotfound"
    return group_gone and held.path.startswith(target.group_id + "/")


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
        scope = ResourceId.parse(held.path.removesuffix(_LISTING))
        whole = scope is not None and not scope.resource_group and covers(held, target, _LISTING)
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
        other.cloud_id for held in _answers(evidence) for other in _index(held)[0].get(key, ())
    )


def _found(evidence: Evidence) -> Found | Missing:
    chosen = registration(evidence)
    return chosen.found if isinstance(chosen, Seen) else chosen


def identity(evidence: Evidence) -> Known[ResourceId] | Missing:
    """Id of the registration as Azure shows it."""
    chosen = registration(evidence)
    if isinstance(chosen, Missing):
        return chosen
    if chosen.id is None:
        label = chosen.found.held.label
        return Missing(Reason.ABSENT_IN_ANSWER, f"{label} id: is not the id of a registration")
    return Known(chosen.id, chosen.found.source("id"))


def target_of(evidence: Evidence) -> Known[ResourceId] | Missing:
    """The registration that lock, role and subscription belong to: as Azure shows it, else as the
    activation names it.
    """
    seen = identity(evidence)
    if isinstance(seen, Known):
        return seen
    named = activated_registration(evidence)
    return named if isinstance(named, Known) else seen


def cloud_id(evidence: Evidence) -> Known[str] | Missing:
    """Cloud ID that Azure holds."""
    return read_field(_found(evidence), "cloudId", guid)


def billing_model(evidence: Evidence) -> Known[BillingModel] | Missing:
    """Billing model of the registration."""
    return read_field(_found(evidence), "billingModel", _BILLING_MODEL)


_BILLING_MODEL: Final = member(BillingModel)


def object_id(evidence: Evidence) -> Known[str] | Missing:
    """Object id of its service principal; empty where the answer shows that there is none."""
    found = _found(evidence)
    if isinstance(found, Missing):
        return found
    value = found.item.prop("objectId")
    if _is_empty(value) and _is_told(found.item):
        return Known("", found.source("objectId"))
    return read_field(found, "objectId", guid)


def _is_empty(value: object) -> bool:
    return value is ABSENT or value is None or (isinstance(value, str) and not value.strip("0-{} "))


def _is_told(item: Item) -> bool:
    """Whether the answer gave its properties at all, so that what it lacks is not there."""
    return any(isinstance(item.prop(name), str) for name in ("cloudId", "billingModel"))


def seen_registrations(held: Held, names: dict[str, str]) -> Iterator[SeenRegistration]:
    """Every registration of a document that has an id; ``names`` gives the stamp that claims it."""
    for seen in seen_in(held):
        if seen.id is not None:
            yield SeenRegistration(
                id=seen.id.text,
                name=seen.id.name,
                subscription=seen.id.subscription,
                cloud_id=seen.cloud_id,
                source=Source(held.label, seen.found.item.path("cloudId"), held.stale),
                claimed_by=names.get(seen.id.key, ""),
            )
