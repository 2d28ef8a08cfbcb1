"""The role of the registration's service principal (facts/azure.md 7): judged by what its roles
allow, since their names say little.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Found, Held, is_below
from stampcheck.parse.permission import Grant, grant, lacking
from stampcheck.parse.registration import object_id, target_of
from stampcheck.parse.roles import Assignment, assignments_above
from stampcheck.parse.shape import ABSENT, Item, as_mapping
from stampcheck.parse.value import Unreadable, guid, shown, text
from stampcheck.values import PrincipalRole, ResourceId

_STACK: Final = "microsoft.azurestack/registrations"
NEEDED: Final = (
    f"{_STACK}/read",
    f"{_STACK}/products/listdetails/action",
)
"""What the stamp does with its registration, lower case: it reads it and acts on its products."""

BUILT_IN: Final = {
    "6f12a6df-dd06-4f3e-bcb1-ce8be600526a": (
        "Azure Stack Registration Owner",
        Grant((f"{_STACK}/products/*/action", f"{_STACK}/products/read", f"{_STACK}/read")),
    ),
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": ("Owner", Grant(("*",))),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": (
        "Contributor",
        Grant(("*",), ("microsoft.authorization/*/delete", "microsoft.authorization/*/write")),
    ),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": ("Reader", Grant(("*/read",))),
}
"""Built-in roles by id, with what of them concerns a registration; nobody has to be asked."""

_WHAT: Final = "the service principal's roles"
_MANAGEMENT_GROUPS: Final = "/providers/microsoft.management/managementgroups/"
_SHOWN: Final = 80


class _Role(msgspec.Struct, frozen=True):
    """A role that is held; ``grants`` are missing where its definition is not known."""

    name: str
    grants: tuple[Grant, ...] | Missing
    assignment: Assignment


def principal_role(evidence: Evidence) -> Known[PrincipalRole] | Missing:
    """The role at or above the registration, and whether it fits; that there is none only by a
    listing that would show it.
    """
    principal, target = object_id(evidence), target_of(evidence)
    if isinstance(principal, Missing):
        return principal
    if isinstance(target, Missing):
        return target
    if not principal.value:
        return Missing(
            Reason.ABSENT_IN_ANSWER, f"{principal.source}: there is no service principal"
        )
    found, whole = assignments_above(evidence, principal.value, target.value)
    roles = [_role(evidence, one, target.value) for one in found]
    return _judged(evidence, roles, whole)


def _judged(
    evidence: Evidence, roles: list[_Role], whole: Held | None
) -> Known[PrincipalRole] | Missing:
    known = [(role, role.grants) for role in roles if not isinstance(role.grants, Missing)]
    grants = [one for _, own in known for one in own]
    missed = lacking(grants, NEEDED)
    if not missed:
        enough = [role for role, own in known if not lacking(own, NEEDED)][:1]
        return _fitting(enough or [role for role, _ in known])
    unknown = next((role.grants for role in roles if isinstance(role.grants, Missing)), None)
    if unknown is not None:
        return unknown
    if whole is None:
        return evidence.gap("role-assignments", _WHAT)
    names = ", ".join(role.name for role in roles)
    why = f"it does not allow {', '.join(missed)}" if roles else "it has no role there at all"
    value = PrincipalRole(fits=False, name=names, why=why)
    place = roles[0].assignment.found.source("roleDefinitionId") if roles else None
    return Known(value, place or whole.source("value (no assignment)"))


def _fitting(roles: list[_Role]) -> Known[PrincipalRole]:
    first = roles[0].assignment
    scope = first.scope.text if first.scope else "a management group"
    value = PrincipalRole(
        fits=True, name=", ".join(role.name for role in roles), why=f"given at {scope}"
    )
    return Known(value, first.found.source("roleDefinitionId"))


def _role(evidence: Evidence, assignment: Assignment, target: ResourceId) -> _Role:
    item = assignment.found.item
    named = _short(item.prop("roleDefinitionName"))
    identity = definition_id(item)
    if identity in BUILT_IN:
        name, own = BUILT_IN[identity]
        return _Role(name, (own,), assignment)
    found = _definition(evidence, identity) if identity else _unnamed(assignment)
    if isinstance(found, Missing):
        return _Role(named or identity, found, assignment)
    name = _name(found.item) or named or identity
    return _Role(name, _elsewhere(found, target) or _grants(found), assignment)


def _elsewhere(found: Found, target: ResourceId) -> Missing | None:
    """Why a definition is that of a role which cannot be given at the registration: the scopes
    where it may be given are known, and are others.
    """
    scopes = _scopes(found.item.prop("assignableScopes"))
    above = any(scope.startswith(_MANAGEMENT_GROUPS) for scope in scopes)
    is_asked_here = is_below(found.held.path, f"/subscriptions/{target.subscription}")
    if not scopes or (above and is_asked_here) or any(_reaches(one, target) for one in scopes):
        return None
    source = found.source("assignableScopes")
    return Missing(
        Reason.AMBIGUOUS,
        f"{source}: the role may be given at {shown(scopes[0])}, which does not show that it is a "
        "role of the registration's subscription",
    )


def _scopes(value: object) -> list[str]:
    """The scopes, lower case, none where they are not known; PowerShell may join them."""
    listed = value.split() if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed:
        return []
    texts = [one.strip().lower() for one in listed if isinstance(one, str)]
    return texts if len(texts) == len(listed) and all(one[:1] == "/" for one in texts) else []


def _reaches(scope: str, target: ResourceId) -> bool:
    parsed = ResourceId.parse(scope)
    return scope == "/" or (parsed is not None and parsed.is_at_or_above(target))


def definition_id(item: Item) -> str:
    """The GUID of the role that an assignment names, lower case, or an empty string."""
    value = item.prop("roleDefinitionId")
    return _last_guid(value)


def _unnamed(assignment: Assignment) -> Missing:
    source = assignment.found.source("roleDefinitionId")
    return Missing(Reason.AMBIGUOUS, f"{source}: it is not told which role this is")


def _definition(evidence: Evidence, identity: str) -> Found | Missing:
    """The newest definition of a role; two of one time that differ are none."""
    found = [
        Found(item, held)
        for held in evidence.of("role-definitions")
        if held.is_answer
        for item in _by_id(held).get(identity, ())
    ]
    if not found:
        return evidence.gap("role-definitions", f"role {identity}, which the service principal has")
    first = found[0]
    newest = first.held.document.collected_at
    rivals = [one for one in found[1:] if one.held.document.collected_at == newest]
    if any(_grants(one) != _grants(first) for one in rivals):
        return Missing(Reason.AMBIGUOUS, f"role {identity} is defined in two ways at one time")
    return first


def _by_id(held: Held) -> dict[str, list[Item]]:
    """The definitions of a document by their id, sorted out once."""
    if "by_definition" not in held.__dict__:
        by_id: dict[str, list[Item]] = {}
        for item in held.items:
            names = (item.id, item.own("id"), item.own("name"))
            identity = next((one for name in names if (one := _last_guid(name))), "")
            by_id.setdefault(identity, []).append(item)
        held.__dict__["by_definition"] = by_id
    return held.__dict__["by_definition"]  # type: ignore[no-any-return]  # put in above


def _last_guid(value: object) -> str:
    try:
        return guid(value.rpartition("/")[2]) if isinstance(value, str) else ""
    except Unreadable:
        return ""


def _grants(found: Found) -> tuple[Grant, ...] | Missing:
    """The permissions of a definition: a list of them, or flat as PowerShell gives them."""
    item = found.item
    permissions = item.prop("permissions")
    listed: list[Any] = [permissions] if as_mapping(permissions) else []
    if isinstance(permissions, list):
        listed = permissions
    mappings = [as_mapping(one) for one in listed]
    parts = [Item(one) for one in mappings if one is not None]
    if permissions is ABSENT:
        parts = [item]
    try:
        own = tuple(grant(one.prop("actions"), one.prop("notActions")) for one in parts)
    except Unreadable as why:
        return Missing(why.reason, f"{found.source('permissions')}: {why.detail}")
    if own and len(own) == max(len(listed), 1):
        return own
    return Missing(Reason.MALFORMED, f"{found.source('permissions')}: holds no permissions")


def _name(item: Item) -> str:
    return _short(item.prop("roleName")) or _short(item.own("name"))


def _short(value: object) -> str:
    try:
        return text(value)[:_SHOWN]
    except Unreadable:
        return ""
