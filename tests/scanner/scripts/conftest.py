"""Azure and a stamp that answer everything, for the bash scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanner.scripts.fake_azure_cli import (
    ARM,
    LOCKS,
    PROVIDER,
    REGISTRATIONS,
    STAMP,
    SUBSCRIPTION,
    Az,
    lock,
    registration,
    stamp_subscription,
)


@pytest.fixture
def azure(tmp_path: Path) -> Az:
    """Azure with one registration of an ordinary name."""
    az = Az(tmp_path, ARM)
    subscription = f"/subscriptions/{SUBSCRIPTION}"
    provider = {
        "id": f"{subscription}/providers/Microsoft.AzureStack",
        "namespace": "Microsoft.AzureStack",
    }
    az.answer(f"{subscription}/providers/Microsoft.AzureStack", provider)
    az.answer(subscription, {"id": subscription, "subscriptionId": SUBSCRIPTION, "tenantId": "t"})
    az.answer(REGISTRATIONS, {"value": [registration("hub")]})
    one = registration("hub")
    az.answer(one["id"], one)
    az.answer(f"{one['id']}/providers/Microsoft.Authorization/roleAssignments", {"value": []})
    az.answer(f"{subscription}/providers/Microsoft.Authorization/roleDefinitions", {"value": []})
    az.answer(LOCKS, {"value": [lock("a")]})
    log = f"{subscription}/providers/Microsoft.Insights/eventtypes/management/values"
    az.answer(log, {"value": []})
    return az


@pytest.fixture
def stamp(tmp_path: Path) -> Az:
    """A stamp that answers everything."""
    az = Az(tmp_path, STAMP)
    az.answer("/metadata/endpoints", {"galleryEndpoint": "g", "authentication": {}})
    names = ("Metering Subscription", "Default Provider Subscription")
    az.answer("/subscriptions", {"value": [stamp_subscription(name) for name in names]})
    base = f"/subscriptions/{PROVIDER}/resourceGroups"
    activation = (
        f"{base}/azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations/default"
    )
    az.answer(activation, {"id": activation, "properties": {"expiration": "9999-12-30T23:59:59Z"}})
    system = f"{base}/System.east/providers"
    locations = f"{system}/Microsoft.Fabric.Admin/fabricLocations"
    az.answer(locations, {"value": [{"name": "east", "properties": {"stampCloudId": "c"}}]})
    for part in ("scaleUnits", "scaleUnitNodes"):
        az.answer(f"{locations}/east/{part}", {"value": [{"id": f"{locations}/east/{part}/x"}]})
    az.answer(
        f"{system}/Microsoft.InfrastructureInsights.Admin/regionHealths/east/alerts", {"value": []}
    )
    return az
