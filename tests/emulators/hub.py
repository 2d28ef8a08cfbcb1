"""The admin Resource Manager of one stamp (facts/azure.md 2), data-driven."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

import msgspec

from tests.emulators import refusal
from tests.emulators.origin import Call, Origin, Route, ok
from tests.emulators.server import Response
from tests.emulators.shelf import listing_of

Body = dict[str, Any]

_SUBSCRIPTION: Final = r"/subscriptions/(?P<subscription>[^/]+)"
_SYSTEM: Final = rf"{_SUBSCRIPTION}/resourceGroups/(?P<group>System\.[^/]+)/providers"
_FABRIC: Final = rf"{_SYSTEM}/Microsoft\.Fabric\.Admin/fabricLocations"
_BRIDGE: Final = (
    rf"{_SUBSCRIPTION}/resourceGroups/(?P<group>azurestack-activation)"
    r"/providers/Microsoft\.AzureBridge\.Admin/activations"
)
_HEALTH: Final = rf"{_SYSTEM}/Microsoft\.InfrastructureInsights\.Admin/regionHealths/[^/]+/alerts"
_USAGE: Final = rf"{_SUBSCRIPTION}/providers/Microsoft\.Commerce\.Admin/subscriberUsageAggregates"
_OLD_FABRIC: Final = frozenset(("2016-05-01", "2018-10-01"))
_NEW_FABRIC: Final = frozenset(("2016-05-01", "2018-10-01", "2020-10-01"))
_FABRIC_TYPE: Final = "Microsoft.Fabric.Admin/fabricLocations"
_ONE: Final = "/(?P<name>[^/]+)"
_LISTS_AFTER: Final = "2018-05-01"


def _route(pattern: str, kind: str, kind_of: str, versions: frozenset[str]) -> Route:
    return Route(
        pattern=re.compile(pattern, re.IGNORECASE),
        kind=kind,
        type=kind_of,
        versions=versions,
        action=f"{kind_of}/read",
        needs_token=kind != "endpoints",
    )


def _two(pattern: str, kind: str, kind_of: str, versions: frozenset[str]) -> tuple[Route, Route]:
    """A listing and the single object below it."""
    return (
        _route(pattern, kind, kind_of, versions),
        _route(pattern + _ONE, f"one of {kind}", kind_of, versions),
    )


class Hub(Origin):
    """A handler. ``endpoints`` is what it says of itself without a sign-in, ``region`` its region.

    Of a subscription other than its own it answers SubscriptionNotFound.
    """

    routes: ClassVar = (
        _route("/metadata/endpoints", "endpoints", "", frozenset()),
        _route(
            "/subscriptions",
            "stamp-subscriptions",
            "Microsoft.Resources/subscriptions",
            frozenset(("2015-11-01", "2016-05-01", "2016-06-01")),
        ),
        *_two(
            _BRIDGE,
            "activation",
            "Microsoft.AzureBridge.Admin/activations",
            frozenset(("2016-01-01",)),
        ),
        *_two(_FABRIC, "fabric-locations", _FABRIC_TYPE, _OLD_FABRIC),
        *_two(
            f"{_FABRIC}/[^/]+/scaleUnits", "scale-units", f"{_FABRIC_TYPE}/scaleUnits", _NEW_FABRIC
        ),
        *_two(
            f"{_FABRIC}/[^/]+/scaleUnitNodes",
            "scale-unit-nodes",
            f"{_FABRIC_TYPE}/scaleUnitNodes",
            _NEW_FABRIC,
        ),
        *_two(
            _HEALTH,
            "alerts",
            "Microsoft.InfrastructureInsights.Admin/regionHealths/alerts",
            frozenset(("2016-05-01",)),
        ),
        _route(
            _USAGE,
            "usage-records",
            "Microsoft.Commerce.Admin/subscriberUsageAggregates",
            frozenset(("2015-06-01-preview",)),
        ),
    )

    def __init__(
        self, *, provider_subscription: str, region: str, endpoints: Body, **more: Any
    ) -> None:
        super().__init__(**more)
        self.provider_subscription = provider_subscription
        self.region = region
        self.endpoints = endpoints

    def resource(self, kind: str, body: Body) -> None:
        """Hold an object of a kind of ``document.KINDS`` (or ``usage-records``) by its id."""
        self.shelf.add(kind, body["id"], msgspec.json.encode(body))

    def _routed(self, call: Call) -> Response:
        if call.route.kind == "endpoints":
            return self._endpoints(call)
        # UNVERIFIED: facts/azure.md 2.1 (that a stamp words its refusals as Azure does)
        asked = call.found.get("subscription", "").lower()
        own = self.provider_subscription.lower()
        if asked and own and asked != own and call.key not in self.shelf.answers:
            return refusal.no_subscription(asked)
        answer = super()._routed(call)
        return _of_window(answer, call) if call.route.kind == "usage-records" else answer

    def _endpoints(self, call: Call) -> Response:
        version = call.query.get("api-version", "")
        if not version:
            return refusal.no_version(version)
        # UNVERIFIED: facts/azure.md 2.2 (from which version on endpoints are a list, and where)
        is_list = version > _LISTS_AFTER
        return ok(msgspec.json.encode([self.endpoints] if is_list else self.endpoints))

    def _computed(self, call: Call) -> Response:
        kind = call.route.kind
        if kind.startswith("one of "):
            return self._one(call, kind.removeprefix("one of "))
        if kind == "stamp-subscriptions":
            return self.listed(call, [told for _, told in self.shelf.items(kind)])
        if kind == "usage-records":
            return self.listed(call, [told for _, told in self.shelf.items(kind)])
        return self._listing(call)

    def _one(self, call: Call, kind: str) -> Response:
        body = self.shelf.item(kind, call.key)
        if body is not None:
            return ok(body)
        # UNVERIFIED: facts/azure.md 2.1 (which 404 a stamp gives that was never activated)
        group = call.found["group"]
        if kind == "activation" and not self._has(call):
            return refusal.no_group(group)
        return refusal.no_resource(call.route.type, call.found["name"], group)

    def _has(self, call: Call) -> bool:
        start = call.key.rpartition("/")[0] + "/"
        return any(path.startswith(start) for path in self.shelf.paths())

    def _listing(self, call: Call) -> Response:
        """What lies directly below the path, or the one whole answer that does."""
        start = call.key + "/"
        held = {
            path: told for path, told in self.shelf.items(call.route.kind) if path.startswith(start)
        }
        for path, answer in self.shelf.answers.items():
            if not path.startswith(start) or "/" in path[len(start) :]:
                continue
            if answer.status >= 400 and answer.status != 404:
                return answer
            if answer.status == 200 and listing_of(answer.body) is None:
                held[path] = answer.body
        if call.route.kind == "activation" and not held and not self._has(call):
            return refusal.no_group(call.found["group"])
        return self.listed(call, list(held.values()))


def fabric_location(hub: Hub, cloud_id: str) -> Body:
    """A location of the fabric that tells the Cloud ID (facts/azure.md 2.6)."""
    kind = "Microsoft.Fabric.Admin/fabricLocations"
    start = f"/subscriptions/{hub.provider_subscription}/resourceGroups/System.{hub.region}"
    return {
        "id": f"{start}/providers/{kind}/{hub.region}",
        "name": hub.region,
        "type": kind,
        "location": hub.region,
        "properties": {"stampCloudId": cloud_id, "exclusiveAdminOperationRunning": False},
    }


def _of_window(answer: Response, call: Call) -> Response:
    """The records as a stamp that collects usage every day gives them: those of the window."""
    start, end = (call.query.get(f"reported{word}time", "") for word in ("start", "end"))
    told = msgspec.json.decode(answer.body) if answer.status < 400 and start and end else None
    for record in told["value"] if isinstance(told, dict) and "value" in told else ():
        times = record.get("properties", {})
        if not start[:10] <= times.get("usageStartTime", start)[:10] <= end[:10]:
            times |= {"usageStartTime": start, "usageEndTime": end}
    return msgspec.structs.replace(answer, body=msgspec.json.encode(told)) if told else answer
