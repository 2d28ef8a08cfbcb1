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
from stampcheck.parse.evidence import Evidence, Found, Held, agrees, covers, read_field
from stampcheck.parse.shape import ABSENT, Item
from stampcheck.parse.stamp import stamp_side_cloud_id
from stampcheck.parse.value import Unreadable, guid, is_empty, member
from stampcheck.values import BillingModel, ResourceId

_WHAT: Final = "the stamp's registration in Azure"
LISTING: Final = "/providers/microsoft.azurestack/registrations"
"""How the request of a listing ends, lower case."""


class Seen(msgspec.Struct, frozen=True):
    """A registration in a document. ``id`` is None and ``cloud_id`` empty where not given."""

    found: Found
    id: ResourceId | None
    cloud_id: str

    @property
    def read_at(self) -> str:
        """When it was read."""
        return self.found.held.document.collected_at


def seen_in(held: Held) -> list[Seen]:
    """The registrations in a document, read once however many stamps it serves."""
    if "seen" not in held.__dict__:
        held.__dict__["seen"] = [_seen(Found(item, held)) for item in held.items]
    return held.__dict__["seen"]  # type: ignore[no-any-return]  # what was put in above


def _seen(found: Found) -> Seen:
    parsed = ResourceId.parse(found.item.id)
    own = parsed if parsed is not None and parsed.is_registration else None
    try:
        cloud_id = guid(found.item.prop("cloudId"))
    except Unreadable:
        cloud_id = ""
    return Seen(found, own, cloud_id)


def index(held: Held) -> tuple[dict[str, list[Seen]], dict[str, list[Seen]]]:
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
    """By the activation, else the inventory, else the Cloud ID, else the only one at hand."""
    activated = activated_registration(evidence)
    declared = ResourceId.parse(evidence.declared.registration)
    wanted = activated.value if isinstance(activated, Known) else None
    named = wanted or declared
    by_id = _best(evidence, _with_id(evidence, named.key)) if named else None
    if by_id is not None:
        return by_id
    cloud_id = stamp_side_cloud_id(evidence)
    by_cloud = (
        _best(evidence, _with_cloud_id(evidence, cloud_id.value))
        if isinstance(cloud_id, Known)
        else None
    )
    return by_cloud or _only_one(evidence, wanted, cloud_id)


def answers(evidence: Evidence) -> Iterator[Held]:
    """The answers about registrations, newest first."""
    return (held for held in evidence.of("registration") if held.is_answer)


def _with_id(evidence: Evidence, key: str) -> list[Seen]:
    return [seen for held in answers(evidence) for seen in index(held)[0].get(key, ())]


def _with_cloud_id(evidence: Evidence, cloud_id: str) -> list[Seen]:
    return [seen for held in answers(evidence) for seen in index(held)[1].get(cloud_id, ())]


def _best(evidence: Evidence, seen: list[Seen]) -> Seen | Missing | None:
    """The newest that no newer answer calls gone, unless two answers of one time differ; of one id
    an answer that gives properties goes before one that leaves them out.
    """
    standing = [one for one in seen if not _is_gone(evidence, one)]
    if not standing:
        return None
    first = standing[0]
    if len(standing) == 1 and len(evidence.of("registration")) == 1:
        return first
    dispute = _dispute(evidence, first, standing[1:])
    if dispute is not None:
        return dispute
    same = [one for one in standing if one.id == first.id]
    fullest = (one for one in same if one.cloud_id and one.read_at == first.read_at)
    return next(fullest, next((one for one in same if _is_told(one.found.item)), first))


def _dispute(evidence: Evidence, first: Seen, others: list[Seen]) -> Missing | None:
    """What of the same time contradicts it."""
    rivals = [one for one in others if one.read_at == first.read_at]
    other = next((one for one in rivals if one.id != first.id), None)
    if other is not None:
        what = f"{first.id} and {other.id} both have Cloud ID {first.cloud_id}"
        return Missing(Reason.AMBIGUOUS, what)
    held = [one.found.held for one in rivals if not agrees(first.found, one.found)]
    denial = held[0] if held else _denial(evidence, first)
    if denial is None:
        return None
    what = f"{first.found.held.label} and {denial.label} are of the same time and differ"
    return Missing(Reason.AMBIGUOUS, what)


def is_disputed(evidence: Evidence, identity: ResourceId) -> bool:
    """Whether an answer shows this registration that no newer one calls gone."""
    return any(not _is_gone(evidence, seen) for seen in _with_id(evidence, identity.key))


def _is_gone(evidence: Evidence, seen: Seen) -> bool:
    """Whether a newer answer shows that exactly this registration is not there."""
    denial = _denial(evidence, seen)
    return denial is not None and denial.document.collected_at != seen.read_at


def _denial(evidence: Evidence, seen: Seen) -> Held | None:
    """The newest answer that shows that it is not there, unless that is older than the one seen."""
    documents = evidence.of("registration")
    if len(documents) < 2 or seen.id is None:
        return None
    read_at = seen.read_at.rstrip("Z")
    for held in documents:
        if held.document.collected_at.rstrip("Z") < read_at:
            return None
        if held is not seen.found.held and _denies(held, seen.id):
            return held
    return None


def _denies(held: Held, target: ResourceId) -> bool:
    if held.error is not None:
        return held.is_absence and names_exactly(held, target)
    return target.key not in index(held)[0] and covers(held, target, LISTING)


def names_exactly(held: Held, target: ResourceId) -> bool:
    """Whether a 404 speaks of exactly this registration, or of its whole resource group."""
    if held.path == target.key:
        return True
    error = held.error
    group_gone = error is not None and error.code.lower() == "resourcegroupnotfound"
    return group_gone and held.path.startswith(target.group_id + "/")


def _only_one(
    evidence: Evidence, wanted: ResourceId | None, cloud_id: Known[str] | Missing
) -> Seen | Missing:
    own = [seen for held in answers(evidence) if not held.shared for seen in seen_in(held)]
    keys = {seen.id.key if seen.id else f"Cloud ID {seen.cloud_id}" for seen in own}
    if len(keys) > 1:
        return Missing(
            Reason.AMBIGUOUS, f"{len(keys)} registrations were handed over, none tied to the stamp"
        )
    best = _best(evidence, own)
    if best is None:
        return _nothing(evidence)
    return best if isinstance(best, Missing) else _contradiction(best, wanted, cloud_id) or best


def _contradiction(
    best: Seen, wanted: ResourceId | None, cloud_id: Known[str] | Missing
) -> Missing | None:
    label = best.found.held.label
    if wanted is not None and best.id != wanted:
        what = best.id or "a registration without its id"
        return Missing(Reason.AMBIGUOUS, f"{label} is {what}, but the activation names {wanted}")
    if isinstance(cloud_id, Known) and best.cloud_id and best.cloud_id != cloud_id.value:
        return Missing(
            Reason.AMBIGUOUS,
            f"{label} has Cloud ID {best.cloud_id}, the stamp {cloud_id.value}",
        )
    return None


def _nothing(evidence: Evidence) -> Missing:
    if any(held.shared for held in answers(evidence)):
        return Missing(Reason.AMBIGUOUS, "no registration at hand is tied to this stamp")
    return evidence.gap("registration", _WHAT)


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
    """Cloud ID that Azure holds; a listing may leave it out (facts/azure.md 1.3)."""
    chosen = registration(evidence)
    if isinstance(chosen, Missing):
        return chosen
    found = chosen.found
    if chosen.id is not None and found.item.prop("cloudId") is ABSENT:
        same = _with_id(evidence, chosen.id.key)
        found = next((seen.found for seen in same if seen.cloud_id), found)
    return read_field(found, "cloudId", guid)


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
    if is_empty(value) and _is_told(found.item):
        return Known("", found.source("objectId"))
    return read_field(found, "objectId", guid)


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
