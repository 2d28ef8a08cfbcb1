"""What is asked of Azure: each subscription once, each registration by itself (facts/azure.md 1-9).

The provider is asked first, since that call can never lead to a registration of the provider. Pure:
it makes asks of answers and speaks to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from stampcheck.bundle import Declared
from stampcheck.collect.asking import Ask
from stampcheck.collect.notes import Notes
from stampcheck.collect.redact import scrub_text
from stampcheck.collect.role_definitions import principal_of, unknown_roles
from stampcheck.document import AZURE_KINDS, Document
from stampcheck.evidence import DAYS_AGO, RECIPES, REGISTRATIONS, ROLE_DEFINITION, filled_path
from stampcheck.model import Known
from stampcheck.parse.activation import activated_registration, azure_environment
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.recognise import request_path
from stampcheck.parse.registration import seen_in
from stampcheck.parse.value import Unreadable, guid
from stampcheck.targets import CLOUDS, Reach, Target
from stampcheck.values import ResourceId

MOST_REGISTRATIONS: Final = 2000
"""Registrations of one subscription that are asked one by one."""

_DEFAULT: Final = "default"
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([0-9a-f-]{36})(?:[/?]|$)", re.IGNORECASE)
_ROLES: Final = "/providers/Microsoft.Authorization/roleAssignments"
_USUAL_GROUP: Final = "azurestack"
_PER_SUBSCRIPTION: Final = ("subscription", "registration", "locks", "activity-log")


class _Subscription(msgspec.Struct):
    """A subscription, its registrations and their service principals by key; it is open once the
    state of the provider was answered, in whatever way.
    """

    identity: str
    wire: str
    named: dict[str, ResourceId] = {}
    principals: dict[str, str] = {}
    is_open: bool = False


class AzurePlan:
    """Asks of Azure. ``wanted`` holds kinds with their prerequisites; one thread uses it."""

    def __init__(self, reach: Reach, wanted: frozenset[str], today: date, notes: Notes) -> None:
        self._reach = reach
        self._wanted = wanted & AZURE_KINDS
        self._days = {name: str(today - timedelta(days=ago)) for name, ago in DAYS_AGO.items()}
        self._notes = notes
        self._subscriptions: dict[str, _Subscription] = {}
        self._placed: set[str] = set()
        self._invited = set(reach.azure.subscriptions)
        for target in reach.targets.values():
            self._invited |= self._declared(target)

    def first(self) -> list[Ask]:
        """The provider's state in every subscription that the inventory names."""
        asks: list[Ask] = []
        for target in self._reach.targets.values():
            asks += self._of_target(target)
        asks += self.discovered(self._wire(), self._reach.azure.subscriptions)
        return asks

    def discovered(self, wire: str, subscriptions: Iterable[str]) -> list[Ask]:
        """What follows from subscriptions that were found through a wire."""
        if not self._wanted or not wire:
            return []
        subscriptions = list(subscriptions)
        self._invited.update(subscriptions)
        return [ask for one in subscriptions for ask in self._open(wire, one)]

    def wires(self) -> list[str]:
        """The wires through which the inventory reaches Azure, in its order."""
        named = [*map(self._wire, self._reach.targets.values()), self._wire()]
        return list(dict.fromkeys(filter(None, named))) if self._wanted else []

    def activated(self, stamp: str, documents: list[Document]) -> list[Ask]:
        """What follows from the registration that a stamp's activation names."""
        held = [Held(document, stale=False) for document in documents]
        evidence = Evidence(stamp, held, Declared())
        found, cloud = activated_registration(evidence), azure_environment(evidence)
        target = self._reach.targets.get(stamp)
        if not isinstance(found, Known) or target is None or not self._wanted:
            return []
        if isinstance(cloud, Known) and _is_another_cloud(cloud.value, target.cloud):
            self._placed.add(stamp)
            told = scrub_text(cloud.value)[:60]
            self._notes.add(
                f"the activation says that the registration is in {told}, the inventory's cloud is "
                f"{target.cloud}; set cloud in the inventory to have it asked there.",
                stamp,
            )
            return []
        declared = self._declared(target)
        if declared and found.value.subscription not in declared | self._invited:
            self._notes.add(
                f"the stamp is activated in subscription {found.value.subscription}, the inventory "
                f"names {', '.join(sorted(declared))}; the other was not asked: correct the "
                "inventory, or add it to subscriptions in [azure].",
                stamp,
            )
            return []
        return self._named(target, found.value)

    def after(self, ask: Ask, documents: list[Document]) -> list[Ask]:
        """What an answer of Azure makes it possible to ask."""
        match = _SUBSCRIPTION.search(ask.path)
        one = self._subscriptions.get(match.group(1).lower()) if match else None
        if one is None:
            return []
        if ask.kind == "provider":
            return self._opened(one)
        if ask.kind != "registration":
            return self._roles(one, ask, documents) if ask.kind == "role-assignments" else []
        held = [Held(document, stale=False) for document in documents]
        asked = ResourceId.parse(request_path(ask.path))
        if asked is not None and asked.is_registration:
            one.principals[asked.key] = principal_of(documents, asked)
            gone = any(one.is_absence and one.error is not None for one in held)
            return [] if gone else self._of_registration(one, "role-assignments", asked)
        return self._listed(one, held)

    def conclude(self) -> None:
        """Note the stamps whose registration nobody could say where to look for."""
        if not self._wanted:
            return
        number = len(self._subscriptions)
        rest = (
            f"its registration is found only if it stands in one of the {number} subscriptions "
            "that were asked"
            if number
            else "nothing in Azure was asked for it"
        )
        for name in self._reach.targets:
            if name not in self._placed:
                self._notes.add(
                    "the inventory names neither registration nor subscription, and no activation "
                    f"names one, so {rest}.",
                    name,
                )

    def _of_target(self, target: Target) -> list[Ask]:
        if not self._wanted:
            return []
        asks: list[Ask] = []
        declared = ResourceId.parse(target.registration)
        if declared is not None:
            asks += self._named(target, declared)
        wire = self._wire(target)
        if target.subscription and wire:
            self._placed.add(target.name)
            asks += self._open(wire, target.subscription, target.name)
        return asks

    @staticmethod
    def _declared(target: Target) -> set[str]:
        """The subscriptions that the inventory names for a stamp: where it names any, the stamp
        itself cannot have others read with the auditor's rights.
        """
        named = ResourceId.parse(target.registration)
        return {target.subscription, named.subscription if named else ""} - {""}

    def _wire(self, target: Target | None = None) -> str:
        """The wire of a stamp's registration, or of the fleet; empty where the cloud is unknown."""
        clouds = {one.cloud for one in self._reach.targets.values()}
        cloud = target.cloud if target else clouds.pop() if len(clouds) == 1 else "AzureCloud"
        own = target.azure_sign_in if target else ""
        if cloud in self._reach.clouds:
            return f"azure:{cloud}:{own or self._reach.azure.sign_in or _DEFAULT}"
        self._notes.add(
            f"nothing says where {cloud} is; add [cloud.{cloud}] to the inventory.",
            target.name if target else "",
        )
        return ""

    def _named(self, target: Target, identity: ResourceId) -> list[Ask]:
        """A registration that the inventory or an activation names."""
        wire = self._wire(target)
        asks = self._open(wire, identity.subscription, target.name) if wire else []
        one = self._subscriptions.get(identity.subscription)
        if one is None or not identity.is_registration:
            return asks
        self._placed.add(target.name)
        return asks + self._registered(one, identity)

    def _open(self, wire: str, subscription: str, stamp: str = "") -> list[Ask]:
        """Ask for the provider's state in a subscription that is new."""
        try:
            identity = guid(subscription)
        except Unreadable:
            self._notes.add("a subscription is named by what is no GUID; it was not asked.", stamp)
            return []
        known = self._subscriptions.get(identity)
        if known is None:
            one = self._subscriptions[identity] = _Subscription(identity, wire)
            return self._of_subscription(one, "provider", RECIPES["provider"].path)
        if stamp and known.wire != wire:
            self._notes.add(
                f"subscription {identity} is reached by two sign-ins; it is asked through "
                f"{known.wire.partition(':')[2]}, not through {wire.partition(':')[2]}.",
                stamp,
            )
        return []

    def _opened(self, one: _Subscription) -> list[Ask]:
        """Whatever became of the provider's state, the rest is asked."""
        if one.is_open:
            return []
        one.is_open = True
        asks: list[Ask] = []
        for kind in _PER_SUBSCRIPTION:
            path = REGISTRATIONS if kind == "registration" else RECIPES[kind].path
            asks += self._of_subscription(one, kind, path)
        for identity in one.named.values():
            asks += self._of_registration(one, "registration", identity)
        return asks

    def _listed(self, one: _Subscription, held: list[Held]) -> list[Ask]:
        seen = {item.id.key: item.id for answer in held for item in seen_in(answer) if item.id}
        own = [seen[key] for key in sorted(seen) if seen[key].subscription == one.identity]
        if len(own) > MOST_REGISTRATIONS:
            self._notes.add(
                f"Subscription {one.identity} lists {len(own):,} registrations; the first "
                f"{MOST_REGISTRATIONS:,} were asked one by one."
            )
        return [
            ask for identity in own[:MOST_REGISTRATIONS] for ask in self._registered(one, identity)
        ]

    def _registered(self, one: _Subscription, identity: ResourceId) -> list[Ask]:
        """A registration that is new; it waits until its subscription is open."""
        if identity.key in one.named:
            return []
        one.named[identity.key] = identity
        return self._of_registration(one, "registration", identity) if one.is_open else []

    def _of_subscription(self, one: _Subscription, kind: str, path: str) -> list[Ask]:
        name = "registrations" if kind == "registration" else kind
        values = {"subscription_id": one.identity, "since": self._days["since"]}
        return self._ask(one, kind, name, path, values)

    def _of_registration(self, one: _Subscription, kind: str, identity: ResourceId) -> list[Ask]:
        values = {
            "registration_id": identity.text,
            "subscription_id": one.identity,
            "resource_group": identity.resource_group,
            "registration_name": identity.name,
        }
        # Names are unique in their group only; that of the script goes without saying.
        group = identity.resource_group
        above = "" if group.lower() == _USUAL_GROUP else f"{group}/"
        name = scrub_text(f"{above}{identity.name}/{kind}")
        return self._ask(one, kind, name, RECIPES[kind].path, values)

    def _roles(self, one: _Subscription, ask: Ask, documents: list[Document]) -> list[Ask]:
        """What its service principal's roles allow, where that is not known without asking."""
        identity = one.named.get(request_path(ask.path).rpartition(_ROLES)[0].lower())
        principal = one.principals.get(identity.key, "") if identity else ""
        asks: list[Ask] = []
        for role in unknown_roles(documents, principal, identity) if identity else ():
            values = {"subscription_id": one.identity, "role_definition_id": role}
            name = f"role-definitions/{role}"
            asks += self._ask(one, "role-definitions", name, ROLE_DEFINITION, values)
        return asks

    def _ask(
        self, one: _Subscription, kind: str, name: str, path: str, values: Mapping[str, str]
    ) -> list[Ask]:
        """The ask, unless its kind is not wanted or an id would lead elsewhere."""
        if kind not in self._wanted:
            return []
        try:
            filled = filled_path(path, values)
        except ValueError:
            self._notes.add(
                f"Subscription {one.identity} names a registration by an id that leads elsewhere; "
                "it was not asked."
            )
            return []
        return [
            Ask(wire=one.wire, kind=kind, path=filled, label=f"azure/{one.identity}/{name}.json")
        ]


def _is_another_cloud(told: str, declared: str) -> bool:
    """Whether two names are of two clouds; that of a custom one is the inventory's own."""
    return declared in CLOUDS and told.lower() != declared.lower()
