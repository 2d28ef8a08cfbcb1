"""Which subscriptions an account sees. It finds ids only: whatever they hold is asked by the plan.

Either all of them, by azure-mgmt-subscription over the pipeline of a wire, or those that hold
registrations, by Azure Resource Graph, which lags behind and so is no evidence (facts/azure.md 9).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import msgspec
from azure.core.pipeline.policies import ContentDecodePolicy, CustomHookPolicy
from azure.mgmt.subscription import SubscriptionClient

from stampcheck.collect.answered import answered
from stampcheck.collect.asking import Ask, Failure, Fetched, Wire
from stampcheck.collect.client import NoCredential, Policy
from stampcheck.collect.deadline import at_most
from stampcheck.collect.diagnosis import in_seconds
from stampcheck.collect.sdk_pages import Walk
from stampcheck.collect.wire import ArmWire
from stampcheck.document import Document
from stampcheck.model import Reason
from stampcheck.parse.shape import Item, items
from stampcheck.parse.value import Unreadable, guid

MOST_SUBSCRIPTIONS: Final = 5000
"""Subscriptions of one account that are asked; who sees more must name those that matter."""

_SECONDS: Final = 120
_NAME_THEM: Final = "name those that matter in [azure].subscriptions"
_QUERY: Final = (
    "resources | where type =~ 'microsoft.azurestack/registrations' | project id, subscriptionId"
)


class Discovered(msgspec.Struct, frozen=True):
    """What an account sees, as lower-case GUIDs; ``documents`` serve no stamp in particular."""

    subscriptions: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    documents: list[Document] = []
    notes: list[str] = []


class _Sight:
    """What came so far. One thread adds to it; once given up, it takes nothing more."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, None] = {}
        self.homes: set[str] = set()
        self.tenants: set[str] = set()
        self.documents: list[Document] = []
        self.is_listed = False
        self._is_given_up = False
        self._lock = threading.Lock()

    def take(self, ask: Ask, fetched: Fetched, rows: Iterable[Item]) -> bool:
        """Add an answer with its rows; whether more is wanted."""
        documents, rows = answered(ask, fetched), list(rows)
        found, homes = _guids(rows, "subscriptionId"), _guids(rows, "tenantId")
        with self._lock:
            if not self._is_given_up:
                self.documents += documents
                self.subscriptions.update(dict.fromkeys(found))
                self.homes.update(homes)
        return not self._is_given_up

    def take_tenants(self, rows: Iterable[Item]) -> bool:
        """Add tenants; whether more is wanted."""
        found = _guids(rows, "tenantId")
        with self._lock:
            if not self._is_given_up:
                self.tenants.update(found)
        return not self._is_given_up

    def within(self, seconds: float, work: Callable[[], object]) -> bool:
        """Whether the subscriptions were all listed in time; what came until then stays."""
        at_most(seconds, work)
        with self._lock:
            self._is_given_up = True
        return self.is_listed

    def bounded(self, notes: list[str]) -> Discovered:
        """What was found, of too many subscriptions those that were listed first."""
        found = list(self.subscriptions)
        if len(found) > MOST_SUBSCRIPTIONS:
            notes = [
                *notes,
                (
                    f"The account sees {len(found)} subscriptions, of which only the first "
                    f"{MOST_SUBSCRIPTIONS} of its listing are asked; {_NAME_THEM}."
                ),
            ]
        kept = tuple(sorted(found[:MOST_SUBSCRIPTIONS]))
        return Discovered(kept, tuple(sorted(self.tenants)), self.documents, notes)


def discover(
    wire: Wire,
    name: str,
    mode: str,
    clock: Callable[[], datetime],
    *,
    seconds: float = _SECONDS,
) -> Discovered:
    """Ask through the wire to Azure with this name, which says why where it cannot be used.
    ``mode`` is ``subscriptions`` or ``resource-graph``. After so many seconds it is given up; what
    was found until then counts, and a note says so. Whatever Azure answers, nothing is raised but
    what the journal raises.
    """
    rest = name.partition(":")[2].replace(":", "-")
    ask = _ask(name, "subscription", "/subscriptions", f"{rest}/subscriptions")
    if not isinstance(wire, ArmWire):
        return _without_answer(answered(ask, wire.fetch(ask)))
    if mode == "resource-graph":
        ask = _ask(name, "registration", "", f"{rest}/resource-graph")
        return _by_graph(wire, ask, clock, seconds)
    return _by_listing(wire, ask, clock, seconds)


def _ask(wire: str, kind: str, path: str, label: str) -> Ask:
    return Ask(wire=wire, kind=kind, path=path, label=f"azure/{label}.json")


def _without_answer(documents: list[Document]) -> Discovered:
    details = [document.detail for document in documents]
    notes = [f"Subscriptions could not be discovered: {detail}" for detail in details if detail]
    return Discovered(documents=documents, notes=notes)


def _by_graph(wire: ArmWire, ask: Ask, clock: Callable[[], datetime], seconds: float) -> Discovered:
    sight, notes = _Sight(), list[str]()

    def look() -> None:
        fetched = wire.post_graph({"query": _QUERY, "options": {"$top": 1000}})
        answer = fetched.answer
        if answer is None or answer.status != 200:
            sight.take(ask, fetched, ())
            notes.extend(_without_answer(sight.documents).notes)
        else:
            # Its rows are no evidence, so that only what went wrong becomes a document.
            broken = Fetched(failure=fetched.failure)
            sight.take(ask, broken, _rows(answer.body, "data"))
            notes.extend(f"Azure Resource Graph broke off: {one.detail}" for one in sight.documents)
        sight.is_listed = True

    if not sight.within(seconds, look):
        return _late(sight, ask, wire, clock, seconds)
    return sight.bounded(notes)


def _by_listing(
    wire: ArmWire, ask: Ask, clock: Callable[[], datetime], seconds: float
) -> Discovered:
    sight = _Sight()

    def look() -> None:
        client = SubscriptionClient(
            NoCredential(), wire.base_url, policies=_policies(wire), transport=wire.transport()
        )
        walk = Walk(f"{wire.base_url}/subscriptions", clock, _NAME_THEM)
        walk.through(client.subscriptions.list, lambda page: _page(sight, ask, page, walk.pages))
        sight.is_listed = True
        walk = Walk(f"{wire.base_url}/tenants", clock)
        walk.through(client.tenants.list, lambda page: sight.take_tenants(_listed(page)))

    if not sight.within(seconds, look):
        return _late(sight, ask, wire, clock, seconds)
    refused = [document for document in sight.documents if document.reason is not None]
    return sight.bounded([*_without_answer(refused).notes, *_elsewhere(sight)])


def _page(sight: _Sight, ask: Ask, page: Fetched, number: int) -> bool:
    label = ask.label if number == 1 else f"{ask.label} (page {number})"
    return sight.take(msgspec.structs.replace(ask, label=label), page, _listed(page))


def _late(
    sight: _Sight, ask: Ask, wire: ArmWire, clock: Callable[[], datetime], seconds: float
) -> Discovered:
    """What came in time, and that it is not all."""
    detail = f"they were not all listed within {in_seconds(seconds)}; {_NAME_THEM}"
    url = wire.base_url + ask.path
    failure = Failure(url=url, reason=Reason.UNREACHABLE, detail=detail, at=clock())
    label = f"{ask.label} (given up)"
    late = answered(msgspec.structs.replace(ask, label=label), Fetched(failure=failure))
    refused = [one for one in sight.documents if one.reason is not None]
    sight.documents += late
    return sight.bounded(_without_answer([*refused, *late]).notes)


def _elsewhere(sight: _Sight) -> list[str]:
    unseen = sorted(sight.tenants - sight.homes)
    if not unseen:
        return []
    return [
        (
            f"The account is also in {len(unseen)} tenants whose subscriptions this sign-in does "
            f"not show ({', '.join(unseen[:5])}); give the stamps there a sign_in with that tenant."
        )
    ]


def _policies(wire: ArmWire) -> list[Policy]:
    """Those of the wire, with what catches an answer before anybody decodes it."""
    policies: list[Policy] = []
    for policy in wire.policies(is_decoding=True):
        policies.append(policy)
        if isinstance(policy, ContentDecodePolicy):
            policies.append(CustomHookPolicy())
    return policies


def _listed(page: Fetched) -> list[Item]:
    answer = page.answer
    return _rows(answer.body, "value") if answer is not None and answer.status == 200 else []


def _rows(body: bytes, name: str) -> list[Item]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return []
    return list(items(found.get(name))) if isinstance(found, dict) else []


def _guids(rows: Iterable[Item], name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        try:
            found[guid(row.own(name))] = None
        except Unreadable:
            continue
    return tuple(found)
