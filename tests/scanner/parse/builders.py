"""Documents of one consistent stamp in the shapes that tools give, for the tests of the parsers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from stampcheck.bundle import Declared
from stampcheck.collect.reader import read
from stampcheck.document import Document
from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Evidence, Held

SUB: Final = "11111111-2222-4333-8444-555555555555"
DPS: Final = "99999999-8888-4777-8666-555555555555"
CLOUD: Final = "5bf881b2-0000-4000-8000-00000000c10d"
DEPLOYMENT: Final = "2757c369-0000-4000-8000-0000000de910"
PRINCIPAL: Final = "2dbdd5f4-0000-4000-8000-000000000b1d"
TENANT: Final = "72f988bf-0000-4000-8000-0000000007e1"
GUEST_TENANT: Final = "aaaabbbb-0000-4000-8000-0000000007e1"
ZEROS: Final = "00000000-0000-0000-0000-000000000000"
NEVER: Final = "9999-12-30T23:59:59Z"
AT: Final = "2026-11-01T00:00:00Z"
LATER: Final = "2026-11-02T00:00:00Z"
NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
SUBSCRIPTION: Final = f"/subscriptions/{SUB}"
GROUP: Final = f"{SUBSCRIPTION}/resourceGroups/azurestack"
REGISTRATIONS: Final = "/providers/Microsoft.AzureStack/registrations"
REGISTRATION: Final = f"{GROUP}{REGISTRATIONS}/hub-ams"
OTHER: Final = f"{GROUP}{REGISTRATIONS}/hub-osl"
ACTIVATION: Final = (
    f"/subscriptions/{DPS}/resourceGroups/azurestack-activation"
    "/providers/Microsoft.AzureBridge.Admin/activations/default"
)
LOCKS: Final = "/providers/Microsoft.Authorization/locks"
ROLES: Final = "/providers/Microsoft.Authorization/roleAssignments"
DEFINITIONS: Final = "/providers/Microsoft.Authorization/roleDefinitions"
ROLE: Final = "0d6e0000-0000-4000-8000-000000000001"
FABRIC: Final = (
    f"/subscriptions/{DPS}/resourceGroups/System.ams"
    "/providers/Microsoft.Fabric.Admin/fabricLocations/ams"
)
PROVIDER: Final = "/providers/Microsoft.AzureStack"
ALERTS: Final = (
    f"/subscriptions/{DPS}/resourceGroups/System.ams"
    "/providers/Microsoft.InfrastructureInsights.Admin/regionHealths/ams/alerts"
)
USAGE: Final = f"/subscriptions/{DPS}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates"

Body = dict[str, Any]


def registration(identity: str = REGISTRATION, **properties: Any) -> Body:
    told = {"objectId": PRINCIPAL, "cloudId": CLOUD, "billingModel": "PayAsYouUse"} | properties
    return {
        "id": identity,
        "name": identity.rpartition("/")[2],
        "type": "Microsoft.AzureStack/registrations",
        "location": "global",
        "etag": '"0e00ab2b-0000-0000-0000-5a82517f0000"',
        "properties": told,
    }


def activation(identity: str = ACTIVATION, **properties: Any) -> Body:
    told = {
        "displayName": "Azure Stack Activation",
        "azureRegistrationResourceIdentifier": REGISTRATION,
        "azureEnvironmentName": "AzureCloud",
        "expiration": NEVER,
        "marketplaceSyndicationEnabled": True,
        "usageReportingEnabled": True,
        "provisioningState": "Succeeded",
    }
    return {
        "id": identity,
        "name": "default",
        "type": "Microsoft.AzureBridge.Admin/activations",
        "location": "ams",
        "properties": told | properties,
    }


def lock(scope: str = REGISTRATION, level: str = "CanNotDelete", name: str = "guard") -> Body:
    return {
        "id": f"{scope}{LOCKS}/{name}",
        "type": "Microsoft.Authorization/locks",
        "name": name,
        "properties": {"level": level, "notes": "needed for syndication; please keep"},
    }


def assignment(scope: str = REGISTRATION, **properties: Any) -> Body:
    told = {
        "roleDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/"
        "6f12a6df-dd06-4f3e-bcb1-ce8be600526a",
        "principalId": PRINCIPAL,
        "principalType": "ServicePrincipal",
        "scope": scope,
        "createdOn": "2025-11-12T08:41:07.1234567Z",
    }
    return {
        "id": f"{scope}{ROLES}/0c1e0000-0000-4000-8000-000000000001",
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": told | properties,
    }


def definition(
    *actions: str, without: tuple[str, ...] = (), identity: str = ROLE, **properties: Any
) -> Body:
    """A role; without actions the one that old tools made."""
    own = actions or (
        "*/read",
        "Microsoft.AzureStack/registrations/products/listDetails/action",
        "Microsoft.AzureStack/registrations/products/read",
    )
    allowed = {"actions": [*own], "notActions": [*without], "dataActions": [], "notDataActions": []}
    told = {
        "roleName": "Registration Reader",
        "type": "CustomRole",
        "assignableScopes": [SUBSCRIPTION],
        "permissions": [allowed],
    }
    return {
        "id": f"{SUBSCRIPTION}{DEFINITIONS}/{identity}",
        "name": identity,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": told | properties,
    }


def subscription(**fields: Any) -> Body:
    policies = {"locationPlacementId": "Public_2014-09-01", "spendingLimit": "Off"}
    return {
        "id": SUBSCRIPTION,
        "subscriptionId": SUB,
        "tenantId": TENANT,
        "displayName": "Contoso hubs",
        "state": "Enabled",
        "subscriptionPolicies": policies | {"quotaId": "EnterpriseAgreement_2014-09-01"},
    } | fields


def information(**fields: Any) -> Body:
    return {
        "StampVersion": "1.2311.1.22",
        "CloudID": CLOUD,
        "DeploymentID": DEPLOYMENT,
        "AADTenantID": GUEST_TENANT,
        "IdentitySystem": "AzureAD",
        "NumberOfNodes": 4,
    } | fields


def fabric(**properties: Any) -> Body:
    return {
        "id": FABRIC,
        "name": "ams",
        "type": "Microsoft.Fabric.Admin/fabricLocations",
        "properties": {"stampInformationId": DEPLOYMENT, "stampCloudId": CLOUD} | properties,
    }


def provider_subscription(**fields: Any) -> Body:
    return {
        "id": f"/subscriptions/{DPS}",
        "subscriptionId": DPS,
        "displayName": "Default Provider Subscription",
        "offerId": "/delegatedProviders/default/offers/x",
        "tenantId": GUEST_TENANT,
        "state": "Enabled",
        "subscriptionPolicies": {"locationPlacementId": "AzureStack"},
    } | fields


def alert(code: str = "NetworkError", **properties: Any) -> Body:
    told = {
        "alertId": "a1e70000-0000-4000-8000-000000000001",
        "faultTypeId": "UsageBridge.UsageNetworkError",
        "severity": "Warning",
        "state": "Active",
        "closedTimestamp": "0001-01-01T00:00:00Z",
        "alertProperties": {"errorCode": code},
    }
    return {"name": "ams/a1e7", "properties": told | properties}


def provider(**fields: Any) -> Body:
    told = {"namespace": "Microsoft.AzureStack", "registrationState": "Registered"}
    return {"id": f"{SUBSCRIPTION}{PROVIDER}"} | told | fields


def usage_record() -> Body:
    told = {"usageStartTime": "2026-10-30T00:00:00+00:00", "quantity": 1.5, "meterId": DEPLOYMENT}
    return {"type": "Microsoft.Commerce/UsageAggregate", "properties": told}


def event(operation: str, at: str, resource: str = SUBSCRIPTION, status: str = "Succeeded") -> Body:
    return {
        "id": f"{resource}/providers/Microsoft.Insights/events/e/ticks/1",
        "operationName": {"value": operation, "localizedValue": "words"},
        "status": {"value": status, "localizedValue": "words"},
        "resourceId": resource,
        "subscriptionId": SUB,
        "eventTimestamp": at,
    }


def listing(*entries: Any, **rest: Any) -> Body:
    return {"value": list(entries)} | rest


def error(code: str, message: str = "words") -> Body:
    return {"error": {"code": code, "message": message}}


def envelope(body: Any, request: str = "", **fields: Any) -> Body:
    told = {"stampcheck": 1, "request": request, "status": 200, "collected_at": AT, "body": body}
    return told | fields


def document(name: str, body: Any) -> Document:
    """What the reader makes of a file with this JSON, so that parsers see what they will see."""
    return read(name, json.dumps(body).encode(), NOW)


def held(
    name: str, body: Any, request: str = "", *, at: str = AT, status: int = 200, kind: str = ""
) -> Held:
    """An answer in our envelope, read."""
    wrapped = envelope(body, request, status=status, collected_at=at)
    return Held(document(name, wrapped | ({"kind": kind} if kind else {})), stale=False)


def bare(name: str, body: Any, *, at: str = AT) -> Held:
    """A file as a tool wrote it, read; nothing tells what was asked."""
    read_in = document(name, body)
    read_in.collected_at = at
    return Held(read_in, stale=False)


def evidence(*documents: Held, declared: Declared | None = None) -> Evidence:
    return Evidence("ams-01", documents, declared or Declared())


def stamp_documents() -> dict[str, Held]:
    """Every kind of document of a stamp that meets each requirement, with its requests."""
    azure, admin = "https://management.azure.com", "https://adminmanagement.ams.contoso.com"
    bodies: Mapping[str, tuple[Any, str]] = {
        "registration": (registration(), f"{azure}{REGISTRATION}?api-version=2017-06-01"),
        "registrations": (
            listing(registration(cloudId=None)),
            f"{azure}{SUBSCRIPTION}{REGISTRATIONS}?api-version=2017-06-01",
        ),
        "locks": (listing(lock()), f"{azure}{SUBSCRIPTION}{LOCKS}?api-version=2016-09-01"),
        "subscription": (subscription(), f"{azure}{SUBSCRIPTION}?api-version=2022-12-01"),
        "roles": (listing(assignment()), f"{azure}{REGISTRATION}{ROLES}?$filter=atScope()"),
        "activation": (activation(), f"{admin}{ACTIVATION}?api-version=2016-01-01"),
        "subscriptions": (listing(provider_subscription()), f"{admin}/subscriptions"),
        "fabric": (listing(fabric()), f"{admin}{FABRIC.rpartition('/')[0]}"),
        "information": (information(), "Get-AzureStackStampInformation"),
        "provider": (provider(), f"{azure}{SUBSCRIPTION}{PROVIDER}?api-version=2021-04-01"),
        "alerts": (listing(), f"{admin}{ALERTS}?api-version=2016-05-01"),
        "usage": (listing(usage_record()), f"{admin}{USAGE}?api-version=2015-06-01-preview"),
    }
    return {name: held(f"{name}.json", body, asked) for name, (body, asked) in bodies.items()}


def powershell(value: Any, depth: int = 20, *, flat: bool = False) -> Any:
    """What Windows PowerShell's ConvertTo-Json makes of an answer: PascalCase, ``/Date()/``, and
    ``@{...}`` below its depth. ``flat`` lifts the properties, as cmdlets do.
    """
    if isinstance(value, dict):
        if flat and isinstance(value.get("properties"), dict):
            value = {key: told for key, told in value.items() if key != "properties"} | value[
                "properties"
            ]
        if depth < 0:
            return "@{" + "; ".join(f"{_pascal(k)}={_plain(v)}" for k, v in value.items()) + "}"
        return {_pascal(key): powershell(told, depth - 1) for key, told in value.items()}
    if isinstance(value, list):
        return [powershell(told, depth - 1) for told in value]
    return _powershell_date(value) if isinstance(value, str) else value


def _pascal(key: str) -> str:
    return key[:1].upper() + key[1:]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _powershell_date(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", text):
        return text
    moment = datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)
    milliseconds = int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000
    return f"/Date({milliseconds})/"


def value(fact: Known[Any] | Missing) -> Any:
    """The value of a fact that must be known."""
    assert isinstance(fact, Known), fact
    return fact.value


def reason(fact: Known[Any] | Missing) -> str:
    """Why a fact that must be missing is missing."""
    assert isinstance(fact, Missing), fact
    return fact.reason.value


def raw(body: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(body))
