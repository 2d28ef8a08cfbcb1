"""Role assignments and the activity log: whether the directory of the subscription changed since
the registration was written (facts/azure.md 5.4, 7).
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Final

import msgspec

from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.evidence import Evidence, Found, Held, covers, is_below
from stampcheck.parse.registration import Seen, object_id, registration, target_of
from stampcheck.parse.shape import ABSENT, Item, as_mapping
from stampcheck.parse.subscription import offer, subscription_id, tenant_dispute
from stampcheck.parse.value import Unreadable, guid, moment
from stampcheck.values import ResourceId, TenantHistory

_ROLE: Final = "6f12a6df-dd06-4f3e-bcb1-ce8be600526a"
_OLD_ROLE: Final = "registration reader"
_SUFFIX: Final = "/providers/microsoft.authorization/roleassignments"
_MANAGEMENT_GROUPS: Final = "/providers/microsoft.management/managementgroups/"
_WHAT: Final = "the registration's role assignments"
_TRANSFER: Final = "microsoft.subscription/updatetenant/action"
_WRITE: Final = "microsoft.azurestack/registrations/write"
_CSP: Final = frozenset(("csp", "cspdevtest"))
_HAPPENED: Final = frozenset(("succeeded", "success", "accepted", ""))


class Assignment(msgspec.Struct, frozen=True):
    """A role assignment; ``created`` is None where the answer does not date it, ``scope`` where it
    stands above all subscriptions: at a management group.
    """

    principal: str
    scope: ResourceId | None
    created: datetime | None
    found: Found

    @property
    def read_at(self) -> datetime:
        """When it was read; as early as can be where that is not known."""
        try:
            return moment(self.found.held.document.collected_at)
        except Unreadable:
            return datetime.min.replace(tzinfo=UTC)


def by_principal(held: Held) -> dict[str, list[Assignment]]:
    """The assignments of a listing by principal, sorted out once."""
    if "by_principal" not in held.__dict__:
        found: dict[str, list[Assignment]] = {}
        for item in held.items:
            assignment = _assignment(Found(item, held))
            if assignment is not None:
                found.setdefault(assignment.principal, []).append(assignment)
        held.__dict__["by_principal"] = found
    return held.__dict__["by_principal"]  # type: ignore[no-any-return]  # put in above


def _assignment(found: Found) -> Assignment | None:
    item = found.item
    principal = item.prop("principalId")
    if principal is ABSENT:
        principal = item.prop("objectId")
    scope = item.prop("scope")
    if not isinstance(scope, str):
        scope = item.id[: max(item.id.lower().rfind(_SUFFIX), 0)]
    parsed = ResourceId.parse(scope)
    if parsed is None and not scope.lower().startswith(_MANAGEMENT_GROUPS):
        return None
    try:
        return Assignment(guid(principal), parsed, _created(item), found)
    except Unreadable:
        return None


def _created(item: Item) -> datetime | None:
    try:
        return moment(item.prop("createdOn"))
    except Unreadable:
        return None


def _own_assignment(evidence: Evidence) -> Assignment | Missing:
    """The assignment of the registration's service principal, at or above the registration."""
    found = evidence.derived.get("own assignment")
    if found is None:
        found = evidence.derived["own assignment"] = _find_own_assignment(evidence)
    return found


def _find_own_assignment(evidence: Evidence) -> Assignment | Missing:
    principal, target = object_id(evidence), target_of(evidence)
    if isinstance(principal, Missing):
        return principal
    if isinstance(target, Missing):
        return target
    ended_at: str | None = None
    other: Assignment | None = None
    for held in evidence.of("role-assignments"):
        if ended_at not in (None, held.document.collected_at):
            break
        above = listed_above(held, principal.value, target.value) if held.is_answer else []
        own = next((one for one in above if _is_its_role(one.found.item)), None)
        if own is not None:
            return own
        other = other or next(iter(above), None)
        if covers(held, target.value, _SUFFIX, principal.value):
            ended_at = held.document.collected_at
    return _another_role(other) if other else evidence.gap("role-assignments", _WHAT)


def assignments_above(
    evidence: Evidence, principal: str, target: ResourceId
) -> tuple[list[Assignment], Held | None]:
    """What the newest listings give a principal at or above a registration, and the one that shows
    that there is no more.
    """
    found: list[Assignment] = []
    whole: Held | None = None
    for held in evidence.of("role-assignments"):
        if whole and whole.document.collected_at != held.document.collected_at:
            break
        found += listed_above(held, principal, target) if held.is_answer else []
        if whole is None and covers(held, target, _SUFFIX, principal):
            whole = held
    return found, whole


def listed_above(held: Held, principal: str, target: ResourceId) -> list[Assignment]:
    """What a listing gives that principal at or above the registration. It shows the management
    groups above its own scope: those of another subscription's listing need not be above this one.
    """
    given = by_principal(held).get(principal, ())
    return [one for one in given if _is_above(one, held, target)]


def _is_above(assignment: Assignment, held: Held, target: ResourceId) -> bool:
    if assignment.scope is not None:
        return assignment.scope.is_at_or_above(target)
    asked = ResourceId.parse(held.path.removesuffix(_SUFFIX))
    return asked is not None and asked.is_at_or_above(target)


def _is_its_role(item: Item) -> bool:
    """Whether it is the role of a registration: the built-in one, or the one of old tools."""
    definition, name = item.prop("roleDefinitionId"), item.prop("roleDefinitionName")
    is_built_in = isinstance(definition, str) and definition.lower().rpartition("/")[2] == _ROLE
    return is_built_in or (isinstance(name, str) and name.strip().lower() == _OLD_ROLE)


def _another_role(other: Assignment) -> Missing:
    return Missing(
        Reason.AMBIGUOUS,
        f"{other.found.source('roleDefinitionId')}: the service principal has a role, but it is "
        "not Azure Stack Registration Owner",
    )


def role_held(evidence: Evidence) -> Known[bool] | Missing:
    """Whether the service principal holds a role there; false only by a listing that covers it."""
    own = _own_assignment(evidence)
    if isinstance(own, Assignment):
        return Known(value=True, source=own.found.source("principalId"))
    target = target_of(evidence)
    principal = object_id(evidence)
    if isinstance(target, Missing) or isinstance(principal, Missing) or not principal.value:
        return own
    for held in evidence.of("role-assignments"):
        if covers(held, target.value, _SUFFIX, principal.value):
            if listed_above(held, principal.value, target.value):
                return own
            return Known(value=False, source=held.source("value (no assignment)"))
    return own


def tenant_history(evidence: Evidence) -> Known[TenantHistory] | Missing:
    """Traces of a change of directory, strongest first: an offer that cannot change it, a role that
    a change would have deleted, a transfer in the activity log against the last write.
    """
    by_offer = offer(evidence)
    if isinstance(by_offer, Known) and by_offer.value.partition("_")[0].lower() in _CSP:
        why = f"a CSP subscription ({by_offer.value}) cannot change its directory"
        return Known(TenantHistory(changed=False, why=why), by_offer.source)
    disputed = tenant_dispute(evidence)
    if disputed is not None:
        return disputed
    transfer = _last_transfer(evidence)
    own = _own_assignment(evidence)
    if isinstance(own, Missing):
        return _by_transfer(evidence, transfer) if transfer else own
    if transfer is not None and (own.created or own.read_at) >= transfer[0]:
        # The role was given again, so it says nothing of the transfer.
        return _by_transfer(evidence, transfer)
    return _by_role(own, transfer)


def _by_role(
    own: Assignment, transfer: tuple[datetime, Source] | None
) -> Known[TenantHistory] | Missing:
    source = own.found.source("principalId")
    if transfer:
        return Missing(
            Reason.AMBIGUOUS,
            f"{source} is older than the transfer of {transfer[0].date()} that {transfer[1]} "
            "shows, which would have deleted it",
        )
    since = f" since {own.created.date()}" if own.created else " (undated)"
    why = f"the registration's service principal still holds its role there{since}"
    return Known(TenantHistory(changed=False, why=why), source)


def _by_transfer(
    evidence: Evidence, transfer: tuple[datetime, Source]
) -> Known[TenantHistory] | Missing:
    when, source = transfer
    written = last_write(evidence)
    if written is None:
        return Missing(
            Reason.AMBIGUOUS,
            f"{source} shows a transfer on {when.date()}, but nothing dates the registration's "
            "last write",
        )
    if written > when:
        why = (
            f"the registration was written on {written.date()}, after the transfer of {when.date()}"
        )
        return Known(TenantHistory(changed=False, why=why), source)
    why = (
        f"the subscription was transferred on {when.date()}, and the registration was last written "
        f"on {written.date()}"
    )
    return Known(TenantHistory(changed=True, why=why), source)


def _last_transfer(evidence: Evidence) -> tuple[datetime, Source] | None:
    identity = subscription_id(evidence)
    if isinstance(identity, Missing):
        return None
    return _last_event(evidence, _TRANSFER, f"/subscriptions/{identity.value}")


def last_write(evidence: Evidence) -> datetime | None:
    """When the registration was last written, by its own system data or by the activity log."""
    target, chosen = target_of(evidence), registration(evidence)
    if isinstance(target, Missing):
        return None
    logged = _last_event(evidence, _WRITE, target.value.key)
    dates = [logged[0]] if logged else []
    if isinstance(chosen, Seen):
        system = Item(as_mapping(chosen.found.item.own("systemData")) or {})
        with contextlib.suppress(Unreadable):
            dates.append(moment(system.own("lastModifiedAt")))
    return max(dates, default=None)


def _last_event(evidence: Evidence, operation: str, scope: str) -> tuple[datetime, Source] | None:
    events = [
        (when, held.source(item.path("operationName")))
        for held in evidence.of("activity-log")
        if held.is_answer
        for item in held.items
        if (when := _event(item, operation, scope)) is not None
    ]
    return max(events, key=lambda event: event[0], default=None)


def _event(item: Item, operation: str, scope: str) -> datetime | None:
    named = _word(item, "operationName"), _word(item, "operationNameValue")
    happened = _word(item, "status") or _word(item, "statusValue")
    if operation not in named or happened not in _HAPPENED:
        return None
    about = [item.prop(name) for name in ("resourceId", "subscriptionId")]
    about.append(item.id)
    texts = [text.lower() for text in about if isinstance(text, str)]
    bare = scope.rpartition("/")[2]
    if not any(is_below(text, scope) or text == bare for text in texts):
        return None
    try:
        return moment(item.prop("eventTimestamp"))
    except Unreadable:
        return None


def _word(item: Item, name: str) -> str:
    """A field that is text, or an object with the text in ``value``, lower case."""
    value = item.prop(name)
    inner = as_mapping(value)
    if inner is not None:
        value = Item(inner).own("value")
    return value.strip().lower() if isinstance(value, str) else ""
