"""Which roles a live collection has to ask for: those that a registration's service principal has
and that are not known without asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stampcheck.document import Document
from stampcheck.parse.evidence import Held
from stampcheck.parse.permission import lacking
from stampcheck.parse.principal_role import BUILT_IN, NEEDED, definition_id
from stampcheck.parse.roles import listed_above
from stampcheck.parse.value import Unreadable, guid
from stampcheck.values import ResourceId

MOST: Final = 5
"""Roles of one service principal that are asked for."""


def principal_of(documents: Iterable[Document], identity: ResourceId) -> str:
    """The service principal that an answer about one registration names, or an empty string."""
    for document in documents:
        for item in Held(document, stale=False).items:
            parsed = ResourceId.parse(item.id)
            if parsed == identity:
                return _guid_or_nothing(item.prop("objectId"))
    return ""


def _guid_or_nothing(value: object) -> str:
    try:
        return guid(value)
    except Unreadable:
        return ""


def unknown_roles(
    documents: Iterable[Document], principal: str, identity: ResourceId
) -> tuple[str, ...]:
    """The ids of its roles at or above the registration that somebody has to be asked about; none
    where a built-in one is enough, whatever else it has.
    """
    held = [Held(document, stale=False) for document in documents]
    given = [one for each in held for one in listed_above(each, principal, identity)]
    roles = list(dict.fromkeys(definition_id(one.found.item) for one in given))
    known = [BUILT_IN[role][1] for role in roles if role in BUILT_IN]
    if not principal or not lacking(known, NEEDED):
        return ()
    return tuple(role for role in roles if role and role not in BUILT_IN)[:MOST]
