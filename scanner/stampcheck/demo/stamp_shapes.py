"""The bodies in which a stamp and its operator's machine tell of their health."""

from __future__ import annotations

from typing import Final

from stampcheck.demo.shapes import Body, fabric_location
from stampcheck.demo.site import Site, guid

USAGE_BRIDGE: Final = "UsageBridge"
AZURE_BRIDGE: Final = "AzureBridge"

_NETWORK: Final = "Unable to connect to the remote service"


def alert(
    site: Site,
    title: str = _NETWORK,
    *,
    code: str = "",
    component: str = USAGE_BRIDGE,
    is_active: bool = True,
) -> Body:
    """An alert; the usual one is that of a usage bridge which cannot reach Azure."""
    name = guid("alert", site.name, title, code)
    return {
        "id": f"{alerts_path(site)}/{name}",
        "name": f"{site.region}/{name}",
        "type": "Microsoft.InfrastructureInsights.Admin/regionHealths/alerts",
        "properties": {
            "alertId": name,
            "faultTypeId": f"{component}.{'UsageNetworkError' if code else 'Activation'}",
            "title": title,
            "severity": "Warning",
            "state": "Active" if is_active else "Closed",
            "createdTimestamp": "2026-10-12T21:51:37.863Z",
            "closedTimestamp": "0001-01-01T00:00:00Z" if is_active else "2026-10-14T08:00:00.1Z",
            "alertProperties": {"errorCode": code} if code else {},
            "impactedResourceDisplayName": component,
        },
    }


def alerts_path(site: Site) -> str:
    """Path of the alerts of the stamp's region."""
    return (
        f"/subscriptions/{site.provider_subscription}/resourceGroups/System.{site.region}"
        "/providers/Microsoft.InfrastructureInsights.Admin"
        f"/regionHealths/{site.region}/alerts"
    )


def usage_record(site: Site) -> Body:
    """A day of one meter of one tenant subscription."""
    tenant, meter = guid("tenant subscription", site.name), guid("meter")
    name = f"{tenant}-{meter}"
    return {
        "id": f"/subscriptions/{site.provider_subscription}/providers/Microsoft.Commerce"
        f"/UsageAggregate/{name}",
        "name": name,
        "type": "Microsoft.Commerce/UsageAggregate",
        "properties": {
            "subscriptionId": tenant,
            "usageStartTime": "2026-10-28T00:00:00+00:00",
            "usageEndTime": "2026-10-29T00:00:00+00:00",
            "instanceData": '{"Microsoft.Resources":{"resourceUri":"/subscriptions/'
            f'{tenant}/resourceGroups/web","location":"{site.region}"}}}}',
            "quantity": 96.0,
            "meterId": meter,
            "name": name,
        },
    }


def _nodes(site: Site) -> list[str]:
    return [f"{site.region}/ASRR1S45R12U{number:02d}" for number in range(1, 5)]


def scale_unit(site: Site) -> Body:
    """The one scale unit of the stamp, with its nodes."""
    location = fabric_location(site)["id"]
    return {
        "id": f"{location}/scaleUnits/s-cluster",
        "name": f"{site.region}/s-cluster",
        "type": "Microsoft.Fabric.Admin/fabricLocations/scaleUnits",
        "location": site.region,
        "properties": {
            "scaleUnitType": "HyperConverged",
            "nodes": [
                f"{location}/scaleUnitNodes/{name.partition('/')[2]}" for name in _nodes(site)
            ],
            "state": "Running",
            "totalCapacity": {"memoryGB": 3065.84375, "cores": 256},
            "isMultiNode": True,
        },
    }


def scale_unit_nodes(site: Site) -> list[Body]:
    """The nodes of the scale unit."""
    location = fabric_location(site)["id"]
    return [
        {
            "id": f"{location}/scaleUnitNodes/{name.partition('/')[2]}",
            "name": name,
            "type": "Microsoft.Fabric.Admin/fabricLocations/scaleUnitNodes",
            "location": site.region,
            "properties": {
                "scaleUnitNodeStatus": "Running",
                "powerState": "Running",
                "scaleUnitName": f"{site.region}/s-cluster",
                "capacity": {"memoryGB": 766.460938, "cores": 64},
            },
        }
        for name in _nodes(site)
    ]


def operator(site: Site, **changed: object) -> Body:
    """The machine and the account that register the stamp, as the operator script writes it."""
    return {
        "language_mode": "FullLanguage",
        "powershell_version": "5.1.20348.2227",
        "powershell_edition": "Desktop",
        "modules": [
            {"name": "Az.Accounts", "version": "2.2.8", "prerelease": ""},
            {"name": "Az.Resources", "version": "0.12.0", "prerelease": "preview"},
            {"name": "AzureStack", "version": "2.4.0", "prerelease": ""},
        ],
        "loaded_modules": [{"name": "Az.Accounts", "version": "2.2.8", "prerelease": ""}],
        "tools": {
            "found": True,
            "path": r"C:\AzureStack-Tools-az\Registration\RegisterWithAzure.psm1",
            "branch": "az",
            "sha256": guid("tools").replace("-", "").upper() * 2,
        },
        "sign_ins": [
            {
                "modules": "Az",
                "account": "operator@contoso.example",
                "account_kind": "User",
                "subscription": site.subscription_id,
                "tenant": site.tenant,
                "environment": site.cloud,
                "resource_manager": f"{site.azure}/",
            }
        ],
        "roles_asked": True,
        "roles": [
            {
                "role": "Owner",
                "scope": site.subscription_path,
                "actions": ["*"],
                "not_actions": [],
            }
        ],
        "privileged_endpoints": [
            {"endpoint": "192.0.2.225", "port": 5985, "reachable": True, "problem": ""}
        ],
    } | changed
