"""The documents of a bundle put where they would have been answered from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from stampcheck.document import AZURE_KINDS, Document
from stampcheck.parse.error import arm_error
from stampcheck.parse.recognise import request_path
from stampcheck.parse.shape import Item
from tests.emulators.arm import Arm
from tests.emulators.estate import (
    HUB_KINDS,
    Estate,
    NotServed,
    Stamp,
    bare_id,
    cloud_of,
    raw_items,
    subscriptions_of,
)
from tests.emulators.hub import Hub, fabric_location
from tests.emulators.origin import Call
from tests.emulators.server import Response
from tests.emulators.shelf import Shelf

_LISTING: Final = "/providers/microsoft.azurestack/registrations"
_JSON: Final = {"content-type": "application/json; charset=utf-8"}
_WHOLE: Final = frozenset(("invalidauthenticationtokentenant", "subscriptionnotfound"))
_OLD_DAYS: Final = 7
_SINGLE: Final = {"lock": "locks", "role-definition": "role-definitions"}
_FROM_NOWHERE: Final = "a {} document comes from no endpoint"


class Turned:
    """Puts documents on the shelves; ``not_served`` tells what does not come back."""

    def __init__(self, estate: Estate, arms: dict[str, Arm], hubs: dict[str, Hub]) -> None:
        self.not_served: list[NotServed] = []
        self.stamp_information: dict[str, bytes] = {}
        self._arms = arms
        self._hubs = hubs
        self._covered: set[tuple[str, str]] = set()
        self._hub_kinds: set[tuple[str, str]] = set()
        self._orphans: set[str] = set()
        self._tokens: list[tuple[Document, Stamp]] = []
        self._now = estate.collected_at
        for document, stamp in _in_order(estate.documents):
            self._put(document, stamp)
        self._follow(estate)
        for arm in arms.values():
            arm.is_gap = self._azure_gap(arm)
        for name, hub in hubs.items():
            hub.is_gap = self._hub_gap(name)

    def _miss(self, document: Document, why: str) -> None:
        self.not_served.append(NotServed(document.label, why))

    def _put(self, document: Document, stamp: Stamp | None) -> None:
        if document.kind == "stamp-information" and stamp is not None:
            self._put_information(document, stamp)
        elif document.kind in AZURE_KINDS:
            self._put_azure(document, stamp)
        elif document.kind in HUB_KINDS and stamp is not None:
            self._put_hub(document, stamp)
        elif document.kind == "registration-token" and stamp is not None:
            self._tokens.append((document, stamp))
        else:
            self._miss(document, _FROM_NOWHERE.format(document.kind))

    def _put_information(self, document: Document, stamp: Stamp) -> None:
        if document.reason is not None or document.body == msgspec.Raw(b"null"):
            self._miss(document, _no_answer(document))
        elif stamp.name in self.stamp_information:
            self._miss(document, "a later answer is served")
        else:
            self._age(document)
            self.stamp_information[stamp.name] = bytes(document.body)

    def _put_azure(self, document: Document, stamp: Stamp | None) -> None:
        arm = self._arms[cloud_of(document) or (stamp.cloud if stamp else "AzureCloud")]
        named = subscriptions_of(document)
        own = {stamp.subscription} if stamp is not None and stamp.subscription else set()
        arm.known |= named or own
        if not self._shelve(document, arm.shelf, next(iter(own), "")):
            return
        self._covered |= {(document.kind, subscription) for subscription in named or own}
        error = arm_error(document.content())
        if error is not None and error.code.lower() in _WHOLE:
            for subscription in named:
                arm.refused.setdefault(subscription, _answer(document))

    def _put_hub(self, document: Document, stamp: Stamp) -> None:
        hub = self._hubs[stamp.name]
        if document.kind == "endpoints" and document.reason is None:
            told = document.content()
            login = hub.endpoints["authentication"]["loginEndpoint"]
            sign_in = told.get("authentication", {}) | {"loginEndpoint": login}
            hub.endpoints = told | {"authentication": sign_in}
            self._miss(document, "is served with the emulated sign-in as its loginEndpoint")
        elif self._shelve(document, hub.shelf, stamp.provider_subscription):
            self._hub_kinds.add((stamp.name, document.kind))

    def _shelve(self, document: Document, shelf: Shelf, subscription: str) -> bool:
        """Put a document on a shelf; whether it is served."""
        if not _is_answer(document):
            self._miss(document, _no_answer(document))
            return False
        path = request_path(document.request)
        if path and not shelf.put(path, _answer(document), at=document.collected_at):
            self._miss(document, "a later answer is served for the same path")
            return False
        if not path and document.status >= 400:
            self._miss(document, "a refusal without the request that it answers")
            return False
        added = _add_items(document, shelf, path, subscription)
        if not path and not added:
            self._miss(document, "has neither a request nor an id to be asked for by")
            return False
        self._age(document)
        return True

    def _age(self, document: Document) -> None:
        told = document.collected_at
        if told and self._now:
            days = (datetime.fromisoformat(self._now) - datetime.fromisoformat(told)).days
            if days > _OLD_DAYS:
                self._miss(document, f"is served as of now, but was {days} days old")

    def _follow(self, estate: Estate) -> None:
        """What follows for the rest of Azure from what is known of it."""
        for arm in self._arms.values():
            # A provider that is not registered would have refused what was read (facts/azure.md 8).
            for subscription in _read_in(arm.shelf):
                arm.states.setdefault(subscription, "Registered")
            for path, body in arm.shelf.items("subscription"):
                told = msgspec.json.decode(body)
                tenant = told.get("homeTenantId") or told.get("tenantId") or told.get("TenantId")
                arm.tenants[path.split("/")[2]] = str(tenant or "")
            _refuse_listings(arm)
        for token, stamp in self._tokens:
            why = _FROM_NOWHERE.format(token.kind)
            in_its_place = "; its Cloud ID is served by the fabric instead"
            self._miss(token, why + (in_its_place if self._stand_in(stamp, token) else ""))
        for stamp in estate.stamps.values():
            named = {*stamp.activated, stamp.declared.registration.lower()} - {""}
            arm = self._arms[stamp.cloud]
            arm.known |= {path.split("/")[2] for path in named}
            if not any(one.kind == "registration" for one in stamp.documents):
                self._orphans |= named

    def _stand_in(self, stamp: Stamp, token: Document) -> bool:
        """Where only a token tells the Cloud ID, have the fabric tell it; whether that is so."""
        told = token.content() if token.reason is None else None
        kind = "fabric-locations"
        is_known = stamp.name in self.stamp_information or (stamp.name, kind) in self._hub_kinds
        hub = self._hubs.get(stamp.name)
        if is_known or hub is None or not isinstance(told, dict) or not told.get("cloudId"):
            return False
        hub.resource(kind, fabric_location(hub, told["cloudId"]))
        self._hub_kinds.add((stamp.name, kind))
        return True

    def _azure_gap(self, arm: Arm) -> Callable[[Call], bool]:
        def is_gap(call: Call) -> bool:
            subscription = call.found.get("subscription", "").lower()
            kind = _SINGLE.get(call.route.kind, call.route.kind)
            start = f"/subscriptions/{subscription}/"
            match kind:
                case "endpoints" | "subscriptions" | "tenants":
                    return False
                case "registrations":
                    return not any(p.startswith(start) for p, _ in arm.shelf.items("registration"))
                case "registration":
                    known = arm.shelf.item("registration", call.key) is not None
                    covered = ("registration", subscription) in self._covered
                    return not known and (call.key in self._orphans or not covered)
                case "provider":
                    return subscription not in arm.states
                case "role-assignments":
                    scope = call.found["scope"].lower()
                    return not any(_is_near(p, scope) for p, _ in arm.shelf.items(kind))
                case _:
                    return (kind, subscription) not in self._covered

        return is_gap

    def _hub_gap(self, name: str) -> Callable[[Call], bool]:
        def is_gap(call: Call) -> bool:
            return (name, call.route.kind.removeprefix("one of ")) not in self._hub_kinds

        return is_gap


def _read_in(shelf: Shelf) -> set[str]:
    """The subscriptions out of which something was read."""
    answered = (path for path, answer in shelf.answers.items() if answer.status == 200)
    paths = [*answered, *(p for p, _ in shelf.items("registration"))]
    return {path.split("/")[2] for path in paths if path.startswith("/subscriptions/")}


def _is_near(path: str, scope: str) -> bool:
    own = path.partition("/providers/microsoft.authorization/")[0]
    return f"{scope}/".startswith(f"{own}/") or f"{own}/".startswith(f"{scope}/")


def _in_order(
    documents: list[tuple[Document, Stamp | None]],
) -> list[tuple[Document, Stamp | None]]:
    """Answers before refusals, the newest first."""
    newest = sorted(documents, key=lambda one: one[0].collected_at, reverse=True)
    return sorted(newest, key=lambda one: not _is_answer(one[0]) or _is_refusal(one[0].status))


def _is_refusal(status: int) -> bool:
    return status >= 400 and status != 404


def _is_answer(document: Document) -> bool:
    """Whether it can be served: it came over HTTP, or is an object that was exported."""
    is_empty = bytes(document.body) == b"null"
    if document.reason is None:
        return not is_empty or document.status >= 400
    return document.status >= 400 or (document.status > 0 and not is_empty)


def _no_answer(document: Document) -> str:
    why = document.reason.value if document.reason is not None else "empty"
    return f"is no answer that a server gives ({why}: {document.detail})"


def _answer(document: Document) -> Response:
    body = b"" if bytes(document.body) == b"null" else bytes(document.body)
    headers = _JSON | {name.lower(): told for name, told in document.headers.items()}
    return Response(status=document.status or 200, body=body, headers=headers)


def _add_items(document: Document, shelf: Shelf, path: str, subscription: str) -> bool:
    """Keep the objects of an answer by their ids; whether there were any."""
    if document.status >= 400 or arm_error(document.content()) is not None:
        return False
    added = False
    for number, (item, body) in enumerate(raw_items(document)):
        place = _place(document, item, path, subscription, number)
        if place:
            shelf.add(document.kind, place, body, at=document.collected_at)
            added = True
    return added


def _place(document: Document, item: Item, path: str, subscription: str, number: int) -> str:
    """Where an object of a document is asked for."""
    if document.kind == "subscription":
        bare = bare_id(item)
        return f"/subscriptions/{bare}" if bare else ""
    if item.id:
        return item.id
    if path and not path.lower().endswith(_LISTING):
        return path
    start = f"/subscriptions/{subscription}"
    return f"{start}/providers/unnamed/{document.label}/{number}" if subscription else ""


def _refuse_listings(arm: Arm) -> None:
    """Where one registration is refused, so is the listing that would have shown it."""
    for path, answer in list(arm.shelf.answers.items()):
        start, found, _ = path.partition(f"{_LISTING}/")
        if not found or answer.status < 400 or answer.status == 404:
            continue
        listing = "/".join(start.split("/")[:3]) + _LISTING
        if listing not in arm.shelf.answers and "/providers/" not in path.partition(found)[2]:
            arm.shelf.put(listing, answer)
