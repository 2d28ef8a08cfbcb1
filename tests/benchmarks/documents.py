"""REST-shaped answers of Azure and of a stamp, as a generated fleet needs them."""

from __future__ import annotations

from typing import Any

import msgspec

from stampcheck.document import Document, digest
from stampcheck.model import Reason

COLLECTED: str = "2026-11-20T08:00:00Z"
"""When every document was collected, and the date that the fleet is judged for."""

_ARM = "https://management.azure.com"
_HUB = "https://adminmanagement.east.contoso.com"
_OWNER_ROLE = "6f12a6df-dd06-4f3e-bcb1-ce8be600526a"
_SCRIPT_USER = "registrar@contoso.com"

Json = dict[str, Any]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The ids and settings of one stamp, whatever is wrong with it."""

    name: str
    cloud_id: str
    deployment_id: str
    principal: str
    provider_subscription: str
    subscription: str
    registration: str
    billing_model: str
    expires: str
    reports_usage: bool

    @property
    def registration_id(self) -> str:
        """Resource id of the registration in Azure."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/azurestack/providers"
            f"/Microsoft.AzureStack/registrations/{self.registration}"
        )

    @property
    def activation_path(self) -> str:
        """Path of the activation on the stamp."""
        return (
            f"/subscriptions/{self.provider_subscription}/resourceGroups/azurestack-activation"
            "/providers/Microsoft.AzureBridge.Admin/activations/default"
        )


def document(kind: str, label: str, request: str, body: Json, *, status: int = 200) -> Document:
    """An answer as a collection keeps it."""
    data = msgspec.json.encode(body)
    return Document(
        kind=kind,
        label=label,
        request=request,
        status=status,
        collected_at=COLLECTED,
        dated_by="response",
        sha256=digest(data),
        size=len(data),
        body=msgspec.Raw(data),
    )


def registration(one: Identity) -> Document:
    """The registration in Azure."""
    body = {
        "id": one.registration_id,
        "name": one.registration,
        "type": "Microsoft.AzureStack/registrations",
        "location": "global",
        "tags": {"owner": "platform", "costCenter": "4711"},
        "etag": '"0e00ab2b-0000-0000-0000-5a82517f0000"',
        "kind": "azurestack",
        "systemData": _system_data(),
        "properties": {
            "objectId": one.principal,
            "cloudId": one.cloud_id,
            "billingModel": one.billing_model,
        },
    }
    request = f"{_ARM}{one.registration_id}?api-version=2017-06-01"
    return document("registration", f"{one.name}/registration.json", request, body)


def _system_data() -> Json:
    return {
        "createdBy": _SCRIPT_USER,
        "createdByType": "User",
        "createdAt": "2025-01-14T09:30:00.1234567Z",
        "lastModifiedBy": _SCRIPT_USER,
        "lastModifiedByType": "User",
        "lastModifiedAt": "2026-01-14T09:30:00.1234567Z",
    }


def activation(one: Identity) -> Document:
    """The activation on the stamp."""
    body = {
        "id": one.activation_path,
        "name": "default",
        "type": "Microsoft.AzureBridge.Admin/activations",
        "etag": "W/\"datetime'2026-01-14T09%3A31%3A22.2578987Z'\"",
        "location": "east",
        "properties": {
            "displayName": "Azure Stack Activation",
            "azureRegistrationResourceIdentifier": one.registration_id,
            "azureEnvironmentName": "AzureCloud",
            "expiration": one.expires,
            "marketplaceSyndicationEnabled": True,
            "usageReportingEnabled": one.reports_usage,
            "provisioningState": "Succeeded",
        },
    }
    return _activation_answer(one, body)


def activation_absent(one: Identity) -> Document:
    """The 404 of a stamp that was never activated."""
    message = "The Resource 'Microsoft.AzureBridge.Admin/activations/default' was not found."
    body = {"error": {"code": "ResourceNotFound", "message": message}}
    return _activation_answer(one, body, status=404)


def activation_refused(one: Identity) -> Document:
    """The 403 of an account that may not read the stamp."""
    message = "The client does not have authorization to perform the action."
    body = {"error": {"code": "AuthorizationFailed", "message": message}}
    refused = _activation_answer(one, body, status=403)
    refused.reason, refused.detail = Reason.ACCESS_DENIED, f"AuthorizationFailed: {message}"
    return refused


def _activation_answer(one: Identity, body: Json, *, status: int = 200) -> Document:
    request = f"{_HUB}{one.activation_path}?api-version=2016-01-01"
    return document("activation", f"{one.name}/activation.json", request, body, status=status)


def stamp_subscriptions(one: Identity) -> Document:
    """The stamp's own subscriptions, which confirm where an activation would stand."""
    own = {
        "id": f"/subscriptions/{one.provider_subscription}",
        "subscriptionId": one.provider_subscription,
        "displayName": "Default Provider Subscription",
        "state": "Enabled",
        "subscriptionPolicies": {"locationPlacementId": "AzureStack"},
    }
    request = f"{_HUB}/subscriptions?api-version=2016-05-01"
    label = f"{one.name}/stamp-subscriptions.json"
    return document("stamp-subscriptions", label, request, {"value": [own]})


def stamp_information(one: Identity) -> Document:
    """What the privileged endpoint says of the stamp."""
    body = {
        "StampVersion": "1.2311.1.22",
        "CloudID": one.cloud_id,
        "DeploymentID": one.deployment_id,
        "IdentitySystem": "AzureAD",
        "NumberOfNodes": 4 + len(one.name) % 3 * 4,
        "HardwareOEM": "Contoso Hardware",
        "RegionName": "east",
        "ExternalDomainFQDN": "contoso.com",
        "Prefix": "azs",
        "AdminExternalEndpoints": {
            "AdminPortal": "https://adminportal.east.contoso.com/",
            "AdminResourceManager": f"{_HUB}/",
        },
        "EmergencyConsoleIPAddresses": ["192.0.2.225", "192.0.2.226", "192.0.2.227"],
    }
    label = f"{one.name}/stampinfo.json"
    return document("stamp-information", label, "Get-AzureStackStampInformation", body)


def role_assignments(one: Identity, *, wiped: bool) -> Document:
    """Role assignments at the registration: one of a group and, unless wiped, the stamp's own."""
    scope = f"/subscriptions/{one.subscription}"
    listed = [_assignment(scope, "b24988ac-6180-42a0-ab88-20f7382dd24c", one.deployment_id)]
    if not wiped:
        listed.append(_assignment(one.registration_id, _OWNER_ROLE, one.principal))
    suffix = "providers/Microsoft.Authorization/roleAssignments"
    request = f"{_ARM}{one.registration_id}/{suffix}?api-version=2022-04-01"
    label = f"{one.name}/role-assignments.json"
    return document("role-assignments", label, request, {"value": listed})


def _assignment(scope: str, role: str, principal: str) -> Json:
    provider = "providers/Microsoft.Authorization"
    return {
        "id": f"{scope}/{provider}/roleAssignments/{principal}",
        "properties": {
            "roleDefinitionId": f"/{provider}/roleDefinitions/{role}",
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "scope": scope,
            "createdOn": "2026-01-14T09:30:41.1234567Z",
        },
    }


def subscription(identity: str, tenant: str) -> Document:
    """The Azure subscription of some stamps."""
    body = {
        "id": f"/subscriptions/{identity}",
        "subscriptionId": identity,
        "tenantId": tenant,
        "displayName": "Azure Stack Hub registrations",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off",
        },
    }
    request = f"{_ARM}/subscriptions/{identity}?api-version=2022-12-01"
    return document("subscription", f"{identity}/subscription.json", request, body)


def provider(identity: str) -> Document:
    """The registration of the resource provider in a subscription."""
    path = f"/subscriptions/{identity}/providers/Microsoft.AzureStack"
    body = {
        "id": path,
        "namespace": "Microsoft.AzureStack",
        "registrationPolicy": "RegistrationRequired",
        "registrationState": "Registered",
        "resourceTypes": [{"resourceType": "registrations", "apiVersions": ["2017-06-01"]}],
    }
    request = f"{_ARM}{path}?api-version=2021-04-01"
    return document("provider", f"{identity}/provider.json", request, body)


def locks(identity: str, protected: list[Identity]) -> Document:
    """Every lock of a subscription."""
    suffix = "/providers/Microsoft.Authorization/locks"
    listed = [_lock(one, suffix) for one in protected]
    request = f"{_ARM}/subscriptions/{identity}{suffix}?api-version=2016-09-01"
    return document("locks", f"{identity}/locks.json", request, {"value": listed})


def _lock(one: Identity, suffix: str) -> Json:
    name = "RegistrationResourceLock"
    notes = f"Registration resource {one.registration} is needed for syndication."
    return {
        "id": f"{one.registration_id}{suffix}/{name}",
        "type": "Microsoft.Authorization/locks",
        "name": name,
        "properties": {"level": "CanNotDelete", "notes": notes},
    }


def alerts(one: Identity) -> Document:
    """Alerts of the stamp: a closed one about its usage, and an active one about something else."""
    told = [
        ("Unable to connect to the remote service", "UsageBridge", "Closed"),
        ("Infrastructure role is unhealthy", "Compute controller", "Active"),
    ]
    listed = [_alert(one, place, *words) for place, words in enumerate(told)]
    path = f"{_admin(one, 'InfrastructureInsights')}/regionHealths/east/alerts"
    return _of_stamp(one, "alerts", path, listed)


def _alert(one: Identity, place: int, title: str, component: str, state: str) -> Json:
    identity = f"{one.deployment_id[:-1]}{place}"
    active = state == "Active"
    return {
        "id": f"{_admin(one, 'InfrastructureInsights')}/regionHealths/east/alerts/{identity}",
        "name": f"east/{identity}",
        "type": "Microsoft.InfrastructureInsights.Admin/regionHealths/alerts",
        "properties": {
            "alertId": identity,
            "faultTypeId": f"{component}.Fault",
            "title": title,
            "severity": "Warning",
            "state": state,
            "createdTimestamp": "2026-11-15T21:51:37.863Z",
            "closedTimestamp": "0001-01-01T00:00:00Z" if active else "2026-11-16T00:00:00.5Z",
            "alertProperties": {},
            "impactedResourceDisplayName": component,
        },
    }


def fabric_locations(one: Identity) -> Document:
    """The region of the stamp."""
    path = f"{_admin(one, 'Fabric')}/fabricLocations"
    body = {
        "id": f"{path}/east",
        "name": "east",
        "type": "Microsoft.Fabric.Admin/fabricLocations",
        "properties": {"stampInformationId": one.deployment_id, "stampCloudId": one.cloud_id},
    }
    return _of_stamp(one, "fabric-locations", path, [body])


def scale_units(one: Identity) -> Document:
    """The scale unit of the stamp, with as many nodes as it says of itself."""
    path = f"{_admin(one, 'Fabric')}/fabricLocations/east/scaleUnits"
    nodes = 4 + len(one.name) % 3 * 4
    root = path.rpartition("/")[0]
    body = {
        "id": f"{path}/s-cluster",
        "name": "east/s-cluster",
        "type": "Microsoft.Fabric.Admin/fabricLocations/scaleUnits",
        "properties": {
            "scaleUnitType": "HyperConverged",
            "nodes": [f"{root}/scaleUnitNodes/node{number:02}" for number in range(nodes)],
            "state": "Running",
            "totalCapacity": {"memoryGB": 3065.84375, "cores": 256},
            "isMultiNode": True,
        },
    }
    return _of_stamp(one, "scale-units", path, [body])


def _admin(one: Identity, area: str) -> str:
    group = f"/subscriptions/{one.provider_subscription}/resourceGroups/System.east"
    return f"{group}/providers/Microsoft.{area}.Admin"


def _of_stamp(one: Identity, kind: str, path: str, listed: list[Json]) -> Document:
    request = f"{_HUB}{path}?api-version=2016-05-01"
    return document(kind, f"{one.name}/{kind}.json", request, {"value": listed})
