"""The emulated Resource Manager of a stamp answers as facts/azure.md 2 says the real one does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stampcheck.demo import answer as demo
from stampcheck.demo import shapes
from stampcheck.demo.site import Site
from stampcheck.demo.stamp_shapes import alert
from tests.emulators.caller import Caller, called
from tests.emulators.hub import Hub

SITE = Site(name="emea-lab")
OWN = f"/subscriptions/{SITE.provider_subscription}"
ACTIVATIONS = (
    f"{OWN}/resourceGroups/azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations"
)


@pytest.fixture
def hub() -> Hub:
    hub = Hub(
        provider_subscription=SITE.provider_subscription,
        region=SITE.region,
        endpoints={"portalEndpoint": "https://adminportal.lab.example/"},
    )
    hub.resource("stamp-subscriptions", shapes.provider_subscription(SITE))
    hub.resource("fabric-locations", shapes.fabric_location(SITE))
    hub.resource("alerts", alert(SITE, code="NetworkError"))
    return hub


@pytest.fixture
def caller(hub: Hub, tmp_path: Path) -> Iterator[Caller]:
    with called(hub, tmp_path) as one:
        yield one


def test_endpoints_are_an_object_or_in_newer_versions_a_list(hub: Hub, tmp_path: Path) -> None:
    with called(hub, tmp_path, token="") as nobody:
        old = nobody.get("/metadata/endpoints?api-version=2015-01-01").json()
        new = nobody.get("/metadata/endpoints?api-version=2022-09-01").json()
        assert (old, new) == (hub.endpoints, [hub.endpoints])
        assert nobody.get("/subscriptions?api-version=2016-05-01").status_code == 401


def test_the_default_provider_subscription_is_listed(caller: Caller) -> None:
    found = caller.get("/subscriptions?api-version=2016-05-01").json()["value"]
    assert found == [shapes.provider_subscription(SITE)]


def test_a_stamp_that_was_never_activated_has_no_activation(caller: Caller) -> None:
    answer = caller.get(f"{ACTIVATIONS}/default?api-version=2016-01-01")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ResourceGroupNotFound")


def test_an_activation_is_given_by_name_and_in_the_listing(hub: Hub, caller: Caller) -> None:
    hub.resource("activation", shapes.activation(SITE))
    one = caller.get(f"{ACTIVATIONS}/default?api-version=2016-01-01").json()
    listed = caller.get(f"{ACTIVATIONS}?api-version=2016-01-01").json()
    assert [one] == listed["value"] == [shapes.activation(SITE)]


def test_the_fabric_and_the_alerts_are_listed_below_their_region(caller: Caller) -> None:
    fabric = demo.fabric_locations(SITE).request.removeprefix(SITE.admin)
    alerts = demo.alerts(SITE).request.removeprefix(SITE.admin)
    units = f"{fabric.partition('?')[0]}/{SITE.region}/scaleUnits?api-version=2020-10-01"
    assert len(caller.pages(fabric)) == len(caller.pages(alerts)) == 1
    assert caller.pages(units) == []


def test_another_subscription_is_not_there(caller: Caller) -> None:
    path = ACTIVATIONS.replace(SITE.provider_subscription, SITE.subscription_id)
    answer = caller.get(f"{path}/default?api-version=2016-01-01")
    assert answer.json()["error"]["code"] == "SubscriptionNotFound"
