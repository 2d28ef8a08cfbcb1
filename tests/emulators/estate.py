"""A bundle turned round: what Azure and each stamp would have to hold for it to be collected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from stampcheck.bundle import Bundle, Declared, StampEntry
from stampcheck.collect.described import Group, described
from stampcheck.document import AZURE_KINDS, STAMP_KINDS, Document
from stampcheck.model import UNCLAIMED, Known
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.recognise import request_path
from stampcheck.parse.shape import Item
from stampcheck.parse.stamp import identity_system
from stampcheck.targets import CLOUDS

HUB_KINDS: Final = STAMP_KINDS - {"stamp-information", "registration-token"}
"""Kinds that a stamp's Resource Manager answers."""

_HOST: Final = re.compile(r"https?://([^/?#]+)", re.IGNORECASE)
_PROVIDER: Final = re.compile(
    r"/subscriptions/([^/]+)/resourcegroups/(?:azurestack-activation|system\.([^/]+))/"
)
_ADMIN: Final = re.compile(r"adminmanagement\.([^.]+)\.", re.IGNORECASE)
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([^/]+)")
_HOSTS: Final = {cloud.arm.removeprefix("https://"): name for name, cloud in CLOUDS.items()}


class NotServed(msgspec.Struct, frozen=True):
    """A document that does not come back over the wire as it was, and why."""

    label: str
    why: str


class Stamp(msgspec.Struct, kw_only=True):
    """One stamp of the bundle; what is empty the bundle does not know."""

    name: str
    declared: Declared
    documents: list[Document]
    cloud: str = "AzureCloud"
    identity: str = ""
    region: str = ""
    domain: str = ""
    provider_subscription: str = ""
    subscription: str = ""
    activated: frozenset[str] = frozenset()

    @property
    def has_hub(self) -> bool:
        """Whether the stamp's Resource Manager answered anything."""
        return any(document.kind in HUB_KINDS for document in self.documents)

    @property
    def has_azure(self) -> bool:
        """Whether Azure answered anything about it."""
        return any(document.kind in AZURE_KINDS for document in self.documents)


class Estate(msgspec.Struct):
    """The stamps by name, and the documents of the fleet, each once with its stamp."""

    stamps: dict[str, Stamp]
    documents: list[tuple[Document, Stamp | None]]
    collected_at: str


def read_estate(folder: Path) -> Estate:
    """Read a whole bundle folder into memory."""
    stamps: dict[str, Stamp] = {}
    seen: dict[tuple[int, int], tuple[Document, Stamp | None]] = {}
    with Bundle(folder) as bundle:
        for entry in bundle.entries():
            own = [bundle.document(span) for span in entry.documents]
            shared = [bundle.document(span) for span in entry.shared]
            stamp = None if entry.name == UNCLAIMED else _stamp(entry, own, shared)
            if stamp is not None:
                stamps[stamp.name] = stamp
            spans = [*entry.documents, *entry.shared]
            for span, document in zip(spans, [*own, *shared], strict=True):
                seen.setdefault(span, (document, stamp))
        return Estate(stamps, list(seen.values()), bundle.manifest.collected_at)


def _stamp(entry: StampEntry, own: list[Document], shared: list[Document]) -> Stamp:
    documents = [*own, *shared]
    group = described(Group(entry.name, own))
    texts = list(_texts(documents))
    evidence = Evidence(entry.name, [Held(one, stale=False) for one in documents], Declared())
    identity = identity_system(evidence)
    provider, region = _place(documents, texts)
    return Stamp(
        name=entry.name,
        declared=entry.declared,
        documents=documents,
        cloud=_cloud(entry.declared, documents),
        identity=identity.value if isinstance(identity, Known) else "",
        region=region,
        domain=_domain(documents),
        provider_subscription=provider,
        subscription=_subscription(entry.declared, own, shared),
        activated=frozenset(group.activated),
    )


def _texts(documents: list[Document]) -> Iterator[str]:
    """Paths and ids in the documents, lower case."""
    for document in documents:
        held = Held(document, stale=False)
        yield held.path
        yield from (item.id.lower() for item in held.items)


def _place(documents: list[Document], texts: list[str]) -> tuple[str, str]:
    """The Default Provider Subscription and the region."""
    found = [match for text in texts if (match := _PROVIDER.search(text))]
    provider = next((match.group(1) for match in found), "")
    region = next((told for match in found if (told := match.group(2))), "")
    for document in documents:
        for item in Held(document, stale=False).items:
            if document.kind == "stamp-subscriptions" and _is_default(item):
                provider = provider or str(item.own("subscriptionid"))
            if document.kind == "stamp-information":
                region = region or _text(item.prop("RegionName"))
        named = _ADMIN.search(document.request)
        region = region or (named.group(1) if named else "")
    return provider, region


def _domain(documents: list[Document]) -> str:
    """The external domain, with the region, by the host that a request went to."""
    hosts = (urlsplit(document.request).hostname or "" for document in documents)
    named = (host for host in hosts if host.startswith("adminmanagement."))
    return next(named, "").removeprefix("adminmanagement.")


def _is_default(item: Item) -> bool:
    return _text(item.own("displayname")).lower() == "default provider subscription"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def cloud_of(document: Document) -> str:
    """The cloud whose Resource Manager was asked, or an empty string."""
    host = _HOST.search(document.request)
    return _HOSTS.get(host.group(1).lower(), "") if host else ""


def _cloud(declared: Declared, documents: list[Document]) -> str:
    asked = (cloud_of(one) for one in documents if one.kind in AZURE_KINDS)
    told = (
        _text(item.prop("azureEnvironmentName"))
        for one in documents
        if one.kind == "activation"
        for item in Held(one, stale=False).items
    )
    known = {name.lower(): name for name in CLOUDS}
    found = next((name for name in asked if name), "")
    named = next((known[name.lower()] for name in told if name.lower() in known), "")
    return declared.cloud or found or named or "AzureCloud"


def _subscription(declared: Declared, own: list[Document], shared: list[Document]) -> str:
    """The one Azure subscription that the documents of Azure's are about, or nothing."""
    named = _SUBSCRIPTION.search(declared.registration)
    if declared.subscription or named:
        return declared.subscription or (named.group(1) if named else "")
    for documents in (own, shared):
        found = {
            told for one in documents if one.kind in AZURE_KINDS for told in subscriptions_of(one)
        }
        if len(found) == 1:
            return found.pop()
    return ""


def subscriptions_of(document: Document) -> set[str]:
    """The Azure subscriptions that a document names by its request, its ids or its error."""
    held = Held(document, stale=False)
    scope = held.error.scope.lower() if held.error else ""
    texts = [request_path(document.request).lower(), scope, *(i.id.lower() for i in held.items)]
    found = {match.group(1) for text in texts if (match := _SUBSCRIPTION.match(text))}
    if document.kind == "subscription":
        found |= {told for item in held.items if (told := bare_id(item))}
    return found


def bare_id(item: Item) -> str:
    """The subscription's id, however the tool spells it, in lower case."""
    return _text(item.own("subscriptionid", "id")).rpartition("/")[2].lower()


def raw_items(document: Document) -> list[tuple[Item, bytes]]:
    """The objects of a document with their bytes as they came."""
    body = bytes(document.body)
    parts = _parts(body)
    found = []
    for part in parts:
        told: Any = msgspec.json.decode(part)
        if isinstance(told, Mapping):
            found.append((Item(dict(told)), part))
    return found


def _parts(body: bytes) -> list[bytes]:
    told = msgspec.json.decode(body)
    if isinstance(told, list):
        return [bytes(part) for part in msgspec.json.decode(body, type=list[msgspec.Raw])]
    if isinstance(told, dict):
        fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        value = fields.get("value", fields.get("Value"))
        if value is not None and bytes(value).lstrip()[:1] == b"[":
            return _parts(bytes(value))
        if value is not None and bytes(value).lstrip()[:1] == b"{":
            return [bytes(value)]
    return [body]
