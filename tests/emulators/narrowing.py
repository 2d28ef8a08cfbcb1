"""What the query of a request leaves of an answer (facts/azure.md 4.3, 5.2, 5.4, 7)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from tests.emulators.origin import Call

_SINCE: Final = re.compile(r"eventTimestamp (ge|le) '([^']*)'", re.IGNORECASE)
_PROVIDER: Final = re.compile(r"resourceProvider eq '([^']*)'", re.IGNORECASE)
_PRINCIPAL: Final = re.compile(r"(?:principalId eq|assignedTo\()\s*'([^']*)'", re.IGNORECASE)
_FEW: Final = frozenset(("tenantId", "managedByTenants", "tags", "homeTenantId"))


def as_versioned(call: Call, body: bytes) -> bytes:
    """The object as the api-version that was asked for gives it."""
    # UNVERIFIED: facts/azure.md 5.2 (whether 2016-06-01 sends a tenantId; here it does not)
    if call.query.get("api-version", "") > "2016-06-01" or "subscription" not in call.route.kind:
        return body
    told = {name: value for name, value in msgspec.json.decode(body).items() if name not in _FEW}
    return msgspec.json.encode(told)


def has_principal(call: Call, body: bytes) -> bool:
    """Whether a role assignment is one that the filter lets through."""
    wanted = _PRINCIPAL.search(call.query.get("$filter", ""))
    return wanted is None or wanted.group(1).lower() in body.decode().lower()


def is_let_through(call: Call, body: bytes) -> bool:
    """Whether an event is one that the filter lets through."""
    told = msgspec.json.decode(body)
    wanted = call.query.get("$filter", "")
    at = str(told.get("eventTimestamp", ""))
    for word, bound in _SINCE.findall(wanted):
        if at and ((word.lower() == "ge" and at < bound) or (word.lower() == "le" and at > bound)):
            return False
    provider = _PROVIDER.search(wanted)
    operation = told.get("operationName", "")
    name = operation.get("value", "") if isinstance(operation, dict) else str(operation)
    return provider is None or name.lower().startswith(provider.group(1).lower() + "/")


def subscription_of(path: str) -> str:
    """The subscription that a path lies in, lower case, or an empty string."""
    parts = path.lower().split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""


def is_at_or_above(one: str, other: str) -> bool:
    """Whether a path is another one's, or lies above it."""
    return other == one or other.startswith(one + "/")
