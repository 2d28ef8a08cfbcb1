"""The bodies that Azure and a stamp answer with, as REST gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stampcheck.demo.site import OWNER_ROLE, Site, guid

Body = dict[str, Any]

NEVER: Final = "9999-12-30T23:59:59Z"
"""The expiration of a registration that never expires."""

REGISTERED: Final = "2025-11-12T08:41:07.1234567Z"
"""When the demo registrations were made."""

_OFFERS: Final = {"ea": "EnterpriseAgreement_2014-09-01", "csp": "CSP_2015-05-01"}


def listing(*items: object, next_link: str = "") -> Body:
    """A list of things, cut off where there is a next link."""
    body: Body = {"value": list(items)}
    return body | {"nextLink": next_link} if next_link else body


def error(code: str, message: str) -> Body:
    """A refusal as ARM words it."""
    return {"error": {"code": code, "message": message}}


def registration(site: Site, *, written: str = REGISTERED, **properties: object) -> Body:
    """The registration; a property given as None is null in the answer."""
    told: Body = {"objectId": site.object_id} if site.principal else {}
    told |= {"cloudId": site.cloud_id, "billingModel": site.model}
    author = {"By": "operator@contoso.example", "ByType": "User"}
    return {
        "id": site.registration_id,
        "name": site.registration_name,
        "type": "Microsoft.AzureStack/registrations",
        "location": "global",
        "etag": f'"{guid("etag", site.name)}"',
        "systemData": {
            **{f"created{key}": value for key, value in author.items()},
            "createdAt": REGISTERED,
            **{f"lastModified{key}": value for key, value in author.items()},
            "lastModifiedAt": written,
        },
        "properties": told | properties,
    }


def activation(site: Site, **properties: object) -> Body:
    """The activation; what a stamp without a service principal lacks is off."""
    told: Body = {
        "displayName": "Azure Stack Activation",
        "azureRegistrationResourceIdentifier": site.registration_id,
        "azureEnvironmentName": site.cloud,
        "expiration": NEVER,
        "marketplaceSyndicationEnabled": site.principal,
        "usageReportingEnabled": site.principal and site.model not in ("Capacity", "Custom"),
        "provisioningState": "Succeeded",
    }
    return {
        "id": f"{_activations(site)}/default",
        "name": "default",
        "type": "Microsoft.AzureBridge.Admin/activations",
        "location": site.region,
        "properties": told | properties,
    }


def _activations(site: Site) -> str:
    return (
        f"/subscriptions/{site.provider_subscription}/resourceGroups/azurestack-activation"
        "/providers/Microsoft.AzureBridge.Admin/activations"
    )


def lock(
    scope: str, level: str = "CanNotDelete", name: str = "RegistrationResourceLock", notes: str = ""
) -> Body:
    """A lock at a scope; the usual one is what the registration script sets."""
    what = scope.rpartition("/")[2]
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/locks/{name}",
        "type": "Microsoft.Authorization/locks",
        "name": name,
        "properties": {
            "level": level,
            "notes": notes or f"Registration resource {what} is needed for syndication.",
        },
    }


def role_assignment(
    site: Site, *, created: str = REGISTERED, principal: str = "", role: str = OWNER_ROLE
) -> Body:
    """The role that the registration script gives to the registration's service principal."""
    name = guid("assignment", site.name, principal)
    return {
        "id": f"{site.registration_id}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "name": name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": f"{site.subscription_path}/providers/Microsoft.Authorization"
            f"/roleDefinitions/{role}",
            "principalId": principal or site.object_id,
            "principalType": "ServicePrincipal",
            "scope": site.registration_id,
            "createdOn": created,
        },
    }


def role_definition(site: Site) -> Body:
    """A role that the customer made instead of the built-in one."""
    name = guid("custom role")
    return {
        "id": f"{site.subscription_path}/providers/Microsoft.Authorization/roleDefinitions/{name}",
        "name": name,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": "Contoso stamp registration",
            "type": "CustomRole",
            "description": "What a stamp does with its registration.",
            "assignableScopes": [site.subscription_path],
            "permissions": [
                {
                    "actions": [
                        "Microsoft.AzureStack/registrations/read",
                        "Microsoft.AzureStack/registrations/products/*",
                    ],
                    "notActions": [],
                    "dataActions": [],
                    "notDataActions": [],
                }
            ],
        },
    }


def subscription(
    site: Site, *, tenant: str = "", offer: str = "ea", name: str = "", state: str = "Enabled"
) -> Body:
    """The Azure subscription of the registration."""
    return {
        "id": site.subscription_path,
        "subscriptionId": site.subscription_id,
        "tenantId": tenant or site.tenant,
        "displayName": name or f"Contoso {site.subscription or site.name}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "state": state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": _OFFERS.get(offer, offer),
            "spendingLimit": "Off",
        },
    }


def event(site: Site, operation: str, at: str, resource: str = "", text: str = "") -> Body:
    """An entry of the activity log."""
    about = resource or site.subscription_path
    name = guid("event", site.name, operation, at)
    return {
        "id": f"{about}/providers/Microsoft.Insights/events/{name}/ticks/1",
        "correlationId": name,
        "description": text,
        "eventTimestamp": at,
        "operationName": {"value": operation, "localizedValue": operation},
        "resourceId": about,
        "status": {"value": "Succeeded", "localizedValue": "Succeeded"},
        "subscriptionId": site.subscription_id,
    }


def stamp_information(site: Site, **changed: object) -> Body:
    """What Get-AzureStackStampInformation says."""
    return {
        "StampVersion": "1.2311.1.22",
        "CloudID": site.cloud_id,
        "DeploymentID": site.deployment_id,
        "AADTenantID": guid("identity", site.name),
        "AADTenantName": "contosostack.example",
        "IdentitySystem": site.identity,
        "NumberOfNodes": 4,
        "HardwareOEM": "Fabrikam",
        "RegionName": site.region,
        "ExternalDomainFQDN": site.suffix,
        "AdminExternalEndpoints": {"AdminResourceManager": f"{site.admin}/"},
        "EmergencyConsoleIPAddresses": ["192.0.2.225"],
    } | changed


def fabric_location(site: Site, **changed: object) -> Body:
    """What the fabric says of the region, with the Cloud ID."""
    return {
        "id": f"/subscriptions/{site.provider_subscription}/resourceGroups/System.{site.region}"
        f"/providers/Microsoft.Fabric.Admin/fabricLocations/{site.region}",
        "name": site.region,
        "type": "Microsoft.Fabric.Admin/fabricLocations",
        "location": site.region,
        "properties": {
            "pepIpAddresses": ["192.0.2.225", "192.0.2.226"],
            "stampInformationId": site.deployment_id,
            "stampCloudId": site.cloud_id,
            "exclusiveAdminOperationRunning": False,
        }
        | changed,
    }


def provider_subscription(site: Site) -> Body:
    """The stamp's Default Provider Subscription."""
    return {
        "id": f"/subscriptions/{site.provider_subscription}",
        "subscriptionId": site.provider_subscription,
        "displayName": "Default Provider Subscription",
        "offerId": f"/delegatedProviders/default/offers/{guid('offer', site.name)}",
        "tenantId": guid("identity", site.name),
        "state": "Enabled",
        "subscriptionPolicies": {"locationPlacementId": "AzureStack"},
    }


def provider(site: Site, state: str = "Registered") -> Body:
    """The resource provider in the subscription."""
    return {
        "id": f"{site.subscription_path}/providers/Microsoft.AzureStack",
        "namespace": "Microsoft.AzureStack",
        "registrationPolicy": "RegistrationRequired",
        "registrationState": state,
        "resourceTypes": [
            {
                "resourceType": "registrations",
                "locations": ["Global"],
                "apiVersions": ["2022-06-01", "2017-06-01", "2016-01-01"],
            }
        ],
    }


def token(site: Site, **changed: object) -> Mapping[str, object]:
    """The document inside a registration token, with a hash or two per node."""
    nodes = (f"ASRR1S45R12U{number:02d}" for number in range(1, 5))
    return {
        "billingModel": site.model,
        "objectId": site.object_id,
        "cloudId": site.cloud_id,
        "marketplaceSyndicationEnabled": site.principal,
        "usageReportingEnabled": False,
        "hardwareInfo": [
            {"name": node, "numCores": 32, "uuid": guid("node", site.name, node)} for node in nodes
        ],
        "issuer": "AzureBridge",
        "version": "1.0",
    } | changed
