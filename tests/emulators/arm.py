"""Azure's Resource Manager of one cloud (facts/azure.md 1, 4, 5, 7, 8, 9), data-driven."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final

import msgspec

from stampcheck.parse.recognise import request_path
from tests.emulators import refusal
from tests.emulators.narrowing import (
    as_versioned,
    has_principal,
    is_at_or_above,
    is_let_through,
    subscription_of,
)
from tests.emulators.origin import Call, Origin, Route, ok
from tests.emulators.resource_graph import PATH as GRAPH
from tests.emulators.resource_graph import ResourceGraph
from tests.emulators.server import Request, Response

Body = dict[str, Any]

_SUBSCRIPTION: Final = r"/subscriptions/(?P<subscription>[^/]+)"
_GROUP: Final = r"(?:/resourceGroups/(?P<group>[^/]+))?"
_SCOPE: Final = rf"(?P<scope>{_SUBSCRIPTION}(?:/.+?)?)"
_AUTHORIZATION: Final = "/providers/Microsoft.Authorization"
_STACK: Final = "/providers/Microsoft.AzureStack"
_SUBSCRIPTIONS: Final = frozenset(
    f"{year}-01" for year in ("2014-04", "2016-06", "2018-06", "2019-06", "2020-01", "2021-01")
) | {"2022-09-01", "2022-12-01"}
_PROVIDERS: Final = frozenset(
    ("2016-02-01", "2020-06-01", "2021-04-01", "2022-09-01", "2025-04-01")
)
_REGISTRATIONS: Final = frozenset(("2016-01-01", "2017-06-01", "2020-06-01-preview", "2022-06-01"))
_LOCKS: Final = frozenset(("2015-01-01", "2016-09-01", "2020-05-01"))
_ROLES: Final = frozenset(("2015-07-01", "2020-04-01-preview", "2022-04-01"))
_LOG: Final = frozenset(("2014-04-01", "2015-04-01"))


def _route(pattern: str, kind: str, kind_of: str, versions: frozenset[str], **more: Any) -> Route:
    return Route(
        pattern=re.compile(pattern, re.IGNORECASE),
        kind=kind,
        type=kind_of,
        versions=versions,
        action=more.pop("action", f"{kind_of}/read"),
        **more,
    )


_REGISTRATION_TYPE: Final = "Microsoft.AzureStack/registrations"
_LOCK_TYPE: Final = "Microsoft.Authorization/locks"
_ROLE_TYPE: Final = "Microsoft.Authorization/roleAssignments"
_ROLE_KIND: Final = "Microsoft.Authorization/roleDefinitions"
_SINGLE: Final = {"lock": "locks", "role-definition": "role-definitions"}


class Arm(Origin):
    """A handler. Everything asked of a subscription that nobody told of is SubscriptionNotFound.

    ``tenants`` holds the home tenant of each subscription; where ``tenant_of`` gives a tenant for a
    token, that must be the subscription's. ``states`` holds the state of the provider; where it is
    ``NotRegistered``, registrations are refused with 409.
    """

    routes: ClassVar = (
        _route("/metadata/endpoints", "endpoints", "", frozenset(), needs_token=False),
        _route(
            "/subscriptions", "subscriptions", "Microsoft.Resources/subscriptions", _SUBSCRIPTIONS
        ),
        _route("/tenants", "tenants", "Microsoft.Resources/tenants", _SUBSCRIPTIONS),
        _route(_SUBSCRIPTION, "subscription", "Microsoft.Resources/subscriptions", _SUBSCRIPTIONS),
        _route(
            _SUBSCRIPTION + _STACK,
            "provider",
            "Microsoft.Resources/subscriptions/providers",
            _PROVIDERS,
        ),
        _route(
            f"{_SUBSCRIPTION}{_GROUP}{_STACK}/registrations",
            "registrations",
            _REGISTRATION_TYPE,
            _REGISTRATIONS,
        ),
        _route(
            f"{_SUBSCRIPTION}{_GROUP}{_STACK}/registrations/(?P<name>[^/]+)",
            "registration",
            _REGISTRATION_TYPE,
            _REGISTRATIONS,
        ),
        _route(f"{_SCOPE}{_AUTHORIZATION}/locks", "locks", _LOCK_TYPE, _LOCKS),
        _route(f"{_SCOPE}{_AUTHORIZATION}/locks/(?P<name>[^/]+)", "lock", _LOCK_TYPE, _LOCKS),
        _route(f"{_SCOPE}{_AUTHORIZATION}/roleAssignments", "role-assignments", _ROLE_TYPE, _ROLES),
        _route(f"{_SCOPE}{_AUTHORIZATION}/roleDefinitions", "role-definitions", _ROLE_KIND, _ROLES),
        _route(
            f"{_SCOPE}{_AUTHORIZATION}/roleDefinitions/(?P<name>[^/]+)",
            "role-definition",
            _ROLE_KIND,
            _ROLES,
        ),
        _route(
            f"{_SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values",
            "activity-log",
            "Microsoft.Insights/eventtypes/values",
            _LOG,
        ),
    )

    def __init__(
        self,
        *,
        tenant_of: Callable[[str], str] = lambda _token: "",
        lists_cloud_ids: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.tenant_of = tenant_of
        self.lists_cloud_ids = lists_cloud_ids
        self.known: set[str] = set()
        self.tenants: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.refused: dict[str, Response] = {}
        self.endpoints: Body = {}
        self.graph = ResourceGraph(self._registrations, self.tenants)

    # What it holds.

    def subscription(self, body: Body) -> None:
        """Hold a subscription (as GET gives it, api-version 2022-12-01)."""
        self.hold("subscription", body["id"], msgspec.json.encode(body))
        self.tenants[body["subscriptionId"].lower()] = body["tenantId"]

    def provider(self, subscription: str, state: str) -> None:
        """Set the state of Microsoft.AzureStack in a subscription."""
        self.known.add(subscription.lower())
        self.states[subscription.lower()] = state

    def resource(self, kind: str, body: Body) -> None:
        """Hold a registration, a lock (``locks``), a role, its assignment or an event by its id."""
        self.hold(kind, body["id"], msgspec.json.encode(body))

    def hold(self, kind: str, path: str, body: bytes, *, at: str = "") -> None:
        """Hold an object as it came."""
        self.shelf.add(kind, path, body, at=at)
        self.known |= {subscription_of(path)} - {""}

    # How it answers.

    @property
    def writes(self) -> list[Any]:
        """What was asked that could have changed something; Resource Graph's query is none."""
        return [one for one in super().writes if (one.method, _path(one.target)) != ("POST", GRAPH)]

    def _special(self, request: Request) -> Response | None:
        if (request.method, request_path(request.target).lower()) != ("POST", GRAPH):
            return None
        return self._refused(_token(request)) or self.graph(request)

    def _routed(self, call: Call) -> Response:
        subscription = call.found.get("subscription", "").lower()
        held = call.key in self.shelf.answers
        if subscription and not held:
            refused = self._refused_in(subscription, call)
            if refused is not None:
                return refused
        return super()._routed(call)

    def _refused_in(self, subscription: str, call: Call) -> Response | None:
        """Why nothing of a subscription is told."""
        if subscription in self.refused:
            return self.refused[subscription]
        if subscription not in self.known:
            return refusal.no_subscription(subscription)
        right, given = self.tenants.get(subscription, ""), self.tenant_of(call.token)
        if right and given and right.lower() != given.lower():
            return refusal.wrong_tenant(self.login, right, given)
        # UNVERIFIED: facts/azure.md 8 (that reads of an unregistered provider are refused so)
        if call.route.kind.startswith("registration") and self.states.get(subscription) in (
            "NotRegistered",
            "Unregistered",
        ):
            return refusal.not_registered()
        return None

    def _computed(self, call: Call) -> Response:
        match call.route.kind:
            case "endpoints":
                return ok(msgspec.json.encode(self.endpoints))
            case "subscriptions":
                return self.listed(
                    call, [as_versioned(call, told) for _, told in self._subscriptions()]
                )
            case "tenants":
                return self.listed(call, self._tenants())
            case "subscription" | "registration" | "lock" | "role-definition":
                return self._one(call)
            case "provider":
                return self._provider(call)
            case _:
                return self.listed(call, self._listing(call))

    def _one(self, call: Call) -> Response:
        kind = _SINGLE.get(call.route.kind, call.route.kind)
        body = self.shelf.item(kind, call.key)
        if body is not None:
            return ok(as_versioned(call, body))
        if kind == "subscription":
            return refusal.no_subscription(call.found["subscription"])
        group = call.found.get("group", "")
        if group and not self._has_group(call.found["subscription"], group):
            return refusal.no_group(group)
        return refusal.no_resource(call.route.type, call.found["name"], group)

    def _has_group(self, subscription: str, group: str) -> bool:
        start = f"/subscriptions/{subscription}/resourcegroups/{group}/".lower()
        return any(path.startswith(start) for path in self.shelf.paths())

    def _provider(self, call: Call) -> Response:
        subscription = call.found["subscription"]
        state = self.states.get(subscription.lower(), "NotRegistered")
        kinds = [
            {
                "resourceType": "registrations",
                "locations": ["Global"],
                "apiVersions": sorted(_REGISTRATIONS, reverse=True),
            }
        ]
        body = {
            "id": f"/subscriptions/{subscription}/providers/Microsoft.AzureStack",
            "namespace": "Microsoft.AzureStack",
            "registrationPolicy": "RegistrationRequired",
            "registrationState": state,
            "resourceTypes": kinds,
        }
        return ok(msgspec.json.encode(body))

    def _listing(self, call: Call) -> list[bytes]:
        match call.route.kind:
            case "registrations":
                return [self._as_listed(told) for told in self._below(call)]
            case "locks" | "role-definitions":
                return self._scoped(call)
            case "role-assignments":
                return [told for told in self._scoped(call) if has_principal(call, told)]
            case _:
                start = f"/subscriptions/{call.found['subscription']}".lower()
                events = self.shelf.items("activity-log")
                return [
                    told
                    for path, told in events
                    if path.startswith(start) and is_let_through(call, told)
                ]

    def _below(self, call: Call) -> list[bytes]:
        start = call.key.partition("/providers/")[0] + "/"
        return [told for path, told in self.shelf.items("registration") if path.startswith(start)]

    def _as_listed(self, body: bytes) -> bytes:
        # UNVERIFIED: facts/azure.md 1.3 and 15 (whether listings carry the Cloud ID)
        if self.lists_cloud_ids:
            return body
        told = msgspec.json.decode(body)
        told.get("properties", {}).pop("cloudId", None)
        return msgspec.json.encode(told)

    def _scoped(self, call: Call) -> list[bytes]:
        """What is at, above and (without ``atScope()``) below the scope asked for."""
        # UNVERIFIED: facts/azure.md 4.3 (whether what is below the scope is shown without a filter)
        scope = call.found["scope"].lower().replace("//", "/")
        kind = call.route.kind
        only_above = "atscope()" in call.query.get("$filter", "").lower()
        found = []
        for path, told in self.shelf.items(kind):
            own = path.partition("/providers/microsoft.authorization/")[0]
            if is_at_or_above(own, scope) or (not only_above and is_at_or_above(scope, own)):
                found.append(told)
        return found

    def _subscriptions(self) -> list[tuple[str, bytes]]:
        return list(self.shelf.items("subscription"))

    def _tenants(self) -> list[bytes]:
        told = sorted(set(self.tenants.values()))
        return [msgspec.json.encode({"id": f"/tenants/{one}", "tenantId": one}) for one in told]

    def _registrations(self) -> list[tuple[str, bytes]]:
        return list(self.shelf.items("registration"))


def _token(request: Request) -> str:
    return request.headers.get("authorization", "").partition(" ")[2]


def _path(target: str) -> str:
    return request_path(target).lower()
