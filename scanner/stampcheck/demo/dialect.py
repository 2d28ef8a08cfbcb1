"""How tools write down an answer: our envelope, REST, Azure CLI, Windows PowerShell 5.1."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stampcheck.demo.answer import Answer
from stampcheck.demo.shapes import Body

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DEPTH: Final = 2


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def envelope(answer: Answer) -> bytes:
    """The envelope that the collecting scripts write."""
    head: Body = {
        "stampcheck": 1,
        "kind": answer.kind,
        "request": answer.request,
        "status": answer.status,
        "collected_at": answer.collected_at,
    }
    headers = {"headers": dict(answer.headers)} if answer.headers else {}
    return _json(head | headers | {"body": answer.body}).encode()


def raw(answer: Answer) -> bytes:
    """The body alone, as REST and ``az rest`` give it."""
    return _json(answer.body).encode()


def with_mark(data: bytes) -> bytes:
    """UTF-8 with a byte order mark, what ``Out-File -Encoding utf8`` writes."""
    return b"\xef\xbb\xbf" + data


def wide(data: bytes) -> bytes:
    """UTF-16LE with a byte order mark, what ``Out-File`` of Windows PowerShell writes."""
    return b"\xff\xfe" + data.decode().encode("utf-16-le")


def az_resource(body: Body, group: str) -> bytes:
    """``az resource show``."""
    return _json(body | {"resourceGroup": group, "sku": None, "tags": {}}).encode()


def az_locks(*locks: Body) -> bytes:
    """``az lock list``: flat, and without a word on what was listed."""
    return _json([_az_lock(lock) for lock in locks]).encode()


def _az_lock(lock: Body) -> Body:
    parts = lock["id"].split("/")
    group = parts[4] if parts[3] == "resourceGroups" else None
    told: Body = lock["properties"]
    named = {key: lock[key] for key in ("id", "name", "type")}
    return named | told | {"owners": None, "resourceGroup": group}


def az_account_shown(subscription: Body, signed_in: str) -> bytes:
    """``az account show`` of an older Azure CLI: only the tenant that was signed in to."""
    return _json(_az_account(subscription, signed_in) | {"environmentName": "AzureCloud"}).encode()


def az_accounts(*subscriptions: Body, signed_in: str) -> bytes:
    """``az account list``, which names the home tenant beside the one that was signed in to."""
    return _json(
        [
            _az_account(one, signed_in)
            | {"cloudName": "AzureCloud", "homeTenantId": one["tenantId"]}
            for one in subscriptions
        ]
    ).encode()


def _az_account(subscription: Body, signed_in: str) -> Body:
    return {
        "id": subscription["subscriptionId"],
        "isDefault": False,
        "name": subscription["displayName"],
        "state": subscription["state"],
        "tenantId": signed_in,
        "user": {"name": "auditor@contoso.example", "type": "user"},
    }


def az_roles(*assignments: Body) -> bytes:
    """``az role assignment list``: flat."""
    flat = [
        {key: entry[key] for key in ("id", "name", "type")} | entry["properties"]
        for entry in assignments
    ]
    return _json(flat).encode()


def powershell(body: object) -> bytes:
    """``ConvertTo-Json`` of Windows PowerShell 5.1: its dates, its depth limit, its line ends."""
    text = _json(_cut(body, _DEPTH))
    text = re.sub(r'"/Date\((-?\d+)\)/"', r'"\\/Date(\1)\\/"', text)
    return text.replace("\n", "\r\n").encode()


def _cut(value: object, depth: int) -> object:
    if isinstance(value, dict):
        if depth < 0:
            return "@{" + "; ".join(f"{key}={inner}" for key, inner in value.items()) + "}"
        return {key: _cut(inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cut(inner, depth - 1) for inner in value]
    return _ticks(value) if isinstance(value, str) and _DATE.fullmatch(value) else value


def _ticks(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"/Date({(moment - _EPOCH) // timedelta(milliseconds=1)})/"


def pascal(mapping: Mapping[str, object]) -> Body:
    """The same with keys in PascalCase, as PowerShell objects have them."""
    return {key[0].upper() + key[1:]: value for key, value in mapping.items()}


def azure_resource(body: Body, subscription: str, group: str) -> Body:
    """``Get-AzResource -ExpandProperties``."""
    return {
        "ResourceId": body["id"],
        "Name": body["name"],
        "ResourceType": body["type"],
        "ResourceGroupName": group,
        "Location": body["location"],
        "SubscriptionId": subscription,
        "Properties": body["properties"],
    }


def bridge_activation(body: Body) -> Body:
    """``Get-AzsAzureBridgeActivation``: flat, without a level of properties."""
    own = {key: body[key] for key in ("id", "name", "type", "location")}
    return pascal(own | body["properties"])


def resource_lock(lock: Body) -> Body:
    """``Get-AzResourceLock``; its properties end in a string where the depth does."""
    return {
        "Name": lock["name"],
        "ResourceId": lock["id"],
        "ExtensionResourceType": "Microsoft.Authorization/locks",
        "Properties": lock["properties"],
        "LockId": lock["id"],
    }


def azure_subscription(body: Body) -> Body:
    """``Get-AzSubscription``."""
    return {
        "Id": body["subscriptionId"],
        "Name": body["displayName"],
        "State": body["state"],
        "SubscriptionId": body["subscriptionId"],
        "TenantId": body["tenantId"],
        "HomeTenantId": body["tenantId"],
        "SubscriptionPolicies": pascal(body["subscriptionPolicies"]),
    }


def role_assignment(body: Body) -> Body:
    """``Get-AzRoleAssignment``."""
    told: dict[str, Any] = body["properties"]
    return {
        "RoleAssignmentName": body["name"],
        "RoleAssignmentId": body["id"],
        "Scope": told["scope"],
        "RoleDefinitionName": "Azure Stack Registration Owner",
        "RoleDefinitionId": told["roleDefinitionId"].rpartition("/")[2],
        "ObjectId": told["principalId"],
        "ObjectType": told["principalType"],
    }


def counted(*items: object) -> Body:
    """A list as ``ConvertTo-Json`` of Windows PowerShell sometimes gives it."""
    return {"value": list(items), "Count": len(items)}


def token_file(claims: Mapping[str, object]) -> bytes:
    """A registration token as a person saves it: base64, wrapped."""
    encoded = base64.b64encode(json.dumps(claims).encode()).decode()
    lines = (encoded[start : start + 76] for start in range(0, len(encoded), 76))
    return "\r\n".join(lines).encode() + b"\r\n"
