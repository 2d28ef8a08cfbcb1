"""What is asked of a stamp: its endpoints, which of its subscriptions is the provider's, then the
rest below that one (facts/azure.md 2). Pure: it makes asks of answers and speaks to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from stampcheck.address import REGION, is_region
from stampcheck.collect.answered import DATED_BY
from stampcheck.collect.asking import Ask
from stampcheck.collect.notes import Notes
from stampcheck.document import Document
from stampcheck.evidence import DAYS_AGO, RECIPES, filled_path
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held
from stampcheck.parse.shape import Item
from stampcheck.parse.subscription import bare_id
from stampcheck.targets import Target

BELOW: Final = (
    "activation",
    "fabric-locations",
    "alerts",
    "scale-units",
    "scale-unit-nodes",
    "usage-records",
)
"""Kinds that stand below the Default Provider Subscription, in the order they are asked for."""

_PEP: Final = "stamp-information"
_NEEDS_REGION: Final = frozenset(("fabric-locations", "alerts", "scale-units", "scale-unit-nodes"))
_OLDER: Final = {"scale-units": "2016-05-01", "scale-unit-nodes": "2016-05-01"}
_VERSION: Final = re.compile(r"(?<=[?&]api-version=)[^&]+")
_REGION: Final = re.compile(rf"admin(?:management|portal)\.({REGION.pattern})\..+", REGION.flags)
_PROVIDER_NAME: Final = "default provider subscription"


class StampPlan:
    """Asks of one stamp. ``wanted`` holds kinds with their prerequisites; one thread uses it."""

    def __init__(self, target: Target, wanted: frozenset[str], today: date, notes: Notes) -> None:
        self._target = target
        self._kinds = [kind for kind in BELOW if kind in wanted]
        self._wanted = wanted
        self._days = {name: str(today - timedelta(days=ago)) for name, ago in DAYS_AGO.items()}
        self._notes = notes
        self._region = ""
        self._is_below = False
        self._stopped: tuple[str, ...] = ()
        self._stop: Document | None = None

    def first(self) -> list[Ask]:
        """The endpoints and the privileged endpoint, where the inventory names them."""
        target, asks = self._target, []
        if "endpoints" in self._wanted and target.admin_endpoint:
            asks.append(self._ask("entry", "endpoints", RECIPES["endpoints"].path))
        elif "endpoints" in self._wanted:
            self._note("admin_endpoint", ["endpoints", "stamp-subscriptions", *self._kinds])
        if _PEP in self._wanted and target.privileged_endpoints:
            asks.append(self._ask("pep", _PEP, RECIPES[_PEP].path))
        elif _PEP in self._wanted:
            self._note("privileged_endpoints", [_PEP])
        return asks

    def after(self, ask: Ask, documents: list[Document]) -> list[Ask]:
        """What an answer of the stamp makes it possible to ask."""
        if ask.kind == "endpoints":
            return self._after_endpoints(documents)
        if ask.kind == "stamp-subscriptions" and not self._is_below:
            return self._after_subscriptions(documents)
        if ask.kind in _OLDER and any(map(_is_unsupported, documents)):
            return self._older(ask)
        return []

    def unasked(self) -> list[Document]:
        """A Document for each kind that was wanted but could no longer be asked, with the reason of
        what stood in the way.
        """
        stop = self._stop
        if stop is None:
            return []
        why = stop.detail or "it tells too little"
        return [
            Document(
                kind=kind,
                label=self._label(kind),
                collected_at=stop.collected_at,
                dated_by=DATED_BY,
                reason=stop.reason or Reason.NOT_COLLECTED,
                detail=f"was not asked for, because of {stop.label}: {why}"[:1000],
            )
            for kind in self._stopped
        ]

    def _after_endpoints(self, documents: list[Document]) -> list[Ask]:
        known = self._target.provider_subscription
        self._region = _region(self._target, documents)
        rest = ("stamp-subscriptions",) if "stamp-subscriptions" in self._wanted else ()
        if not any(Held(document, stale=False).is_answer for document in documents):
            self._end(documents, (*rest, *self._kinds))
            return []
        asks = [self._ask("stamp", kind, RECIPES[kind].path) for kind in rest]
        return asks + (self._below(known) if known else [])

    def _after_subscriptions(self, documents: list[Document]) -> list[Ask]:
        found = _provider_subscription(documents)
        if found:
            return self._below(found)
        self._end(documents, tuple(self._kinds))
        self._note("provider_subscription", self._kinds)
        return []

    def _below(self, subscription: str) -> list[Ask]:
        self._is_below = True
        region = self._region
        values = {"provider_subscription_id": subscription, "region": region, **self._days}
        kinds = [kind for kind in self._kinds if region or kind not in _NEEDS_REGION]
        if len(kinds) < len(self._kinds):
            self._note("region", [kind for kind in self._kinds if kind not in kinds])
        return [self._ask("stamp", kind, filled_path(RECIPES[kind].path, values)) for kind in kinds]

    def _older(self, ask: Ask) -> list[Ask]:
        """The same, as older builds answer it (facts/azure.md 2.6)."""
        version = _OLDER[ask.kind]
        path = _VERSION.sub(version, ask.path)
        if path == ask.path:
            return []
        return [self._ask("stamp", ask.kind, path, f" ({version})")]

    def _ask(self, wire: str, kind: str, path: str, variant: str = "") -> Ask:
        name = self._target.name
        label = self._label(kind + variant)
        # That there are records at all is what is asked; they name tenants' resources.
        pages = 1 if kind == "usage-records" else 0
        return Ask(
            wire=f"{wire}:{name}", kind=kind, path=path, label=label, owner=name, pages=pages
        )

    def _label(self, kind: str) -> str:
        return f"{self._target.name}/{kind}.json"

    def _end(self, documents: list[Document], kinds: tuple[str, ...]) -> None:
        """Nothing more can be asked: remember why, for each kind."""
        refused = [document for document in documents if document.reason is not None]
        self._stop = next(iter([*refused, *documents]), None)
        self._stopped = kinds
        if kinds and self._stop is not None and self._stop.kind == "endpoints":
            self._notes.add(
                f"{', '.join(kinds)} not asked for, since the stamp's endpoints were not read.",
                self._target.name,
            )

    def _note(self, key: str, kinds: Sequence[str]) -> None:
        if kinds:
            names = ", ".join(kinds)
            self._notes.add(
                f"{names} not asked for; {key} in the inventory would allow it.", self._target.name
            )


def _region(target: Target, documents: list[Document]) -> str:
    """The region by the inventory, else by the names of the stamp's own endpoints."""
    if target.region:
        return target.region if is_region(target.region) else ""
    items = [item for one in documents for item in Held(one, stale=False).items]
    told = [item.own(name) for item in items for name in ("portalendpoint", "galleryendpoint")]
    names = [_region_in(text) for text in (target.admin_endpoint, *told) if isinstance(text, str)]
    return next(filter(None, names), "")


def _region_in(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    match = _REGION.fullmatch(host)
    return match.group(1) if match else ""


def _is_unsupported(document: Document) -> bool:
    return document.reason is Reason.UNSUPPORTED_VERSION


def _provider_subscription(documents: list[Document]) -> str:
    """The Default Provider Subscription: by its name, else the only one without an offer, else the
    only one; empty where nothing tells.
    """
    held = [Held(document, stale=False) for document in documents]
    items = [item for answer in held for item in answer.items if bare_id(item)]
    is_whole = all(answer.is_whole for answer in held if answer.is_answer)
    named = {bare_id(item) for item in items if _name(item) == _PROVIDER_NAME}
    if named or not is_whole:
        return named.pop() if len(named) == 1 else ""
    own = {bare_id(item) for item in items if not _has_offer(item)}
    every = {bare_id(item) for item in items}
    return next((one.pop() for one in (own, every) if len(one) == 1), "")


def _name(item: Item) -> str:
    return str(item.own("displayname", "name")).strip().lower()


def _has_offer(item: Item) -> bool:
    offer = item.own("offerid")
    return isinstance(offer, str) and bool(offer.strip())
