"""The documents of one folder, and the ids that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from stampcheck.bundle import Declared
from stampcheck.document import AZURE_KINDS, STAMP_KINDS, Document
from stampcheck.model import Known
from stampcheck.parse.activation import activated_registration
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.registration import seen_in
from stampcheck.parse.stamp import deployment_id, stamp_side_cloud_id
from stampcheck.values import ResourceId

# A token is made on the stamp and carried to Azure, so it says nothing of the side it lies on.
STAMP_SIDE: Final = STAMP_KINDS - {"registration-token"}
"""Kinds that only the stamp's side can have handed over."""

_PROVIDER_SUBSCRIPTION: Final = re.compile(
    r"/subscriptions/([0-9a-f-]{36})/resourcegroups/(?:azurestack-activation|system\.[^/]+)/"
)


class Group(msgspec.Struct):
    """The documents of one stamp, with the ids that they name (lower case)."""

    name: str
    documents: list[Document]
    registrations: set[str] = set()
    activated: set[str] = set()
    cloud_ids: set[str] = set()
    subscriptions: set[str] = set()
    declared: Declared = Declared()
    in_inventory: bool = False
    shared: list[Document] = []
    notes: list[str] = []

    @property
    def has_stamp_side(self) -> bool:
        """Whether a document is the stamp's."""
        return any(document.kind in STAMP_SIDE for document in self.documents)

    @property
    def has_azure_side(self) -> bool:
        """Whether a document is Azure's."""
        return any(document.kind in AZURE_KINDS for document in self.documents)

    @property
    def names_something(self) -> bool:
        """Whether any id in it tells whose documents these are."""
        return bool(self.registrations or self.activated or self.cloud_ids)


def described(group: Group) -> Group:
    """Fill in the ids that the documents name."""
    held = [Held(document, stale=False) for document in group.documents]
    evidence = Evidence(group.name, held, Declared())
    activated = activated_registration(evidence)
    cloud_id = stamp_side_cloud_id(evidence)
    group.activated = {activated.value.key} if isinstance(activated, Known) else set()
    group.cloud_ids = {cloud_id.value} if isinstance(cloud_id, Known) else set()
    group.registrations = set()
    for document in held:
        if document.kind == "registration":
            _describe_registrations(group, document)
    group.subscriptions = {
        parsed.subscription
        for key in group.registrations | group.activated
        if (parsed := ResourceId.parse(key))
    }
    return group


def _describe_registrations(group: Group, held: Held) -> None:
    asked = ResourceId.parse(held.path)
    if asked is not None and asked.is_registration:
        group.registrations.add(asked.key)
    for seen in seen_in(held):
        if seen.id is not None:
            group.registrations.add(seen.id.key)
        if seen.cloud_id and not group.has_stamp_side:
            group.cloud_ids.add(seen.cloud_id)


def anchor(document: Document) -> str:
    """What tells one deployment from another: its provider subscription, else its Deployment ID."""
    if document.kind not in STAMP_SIDE:
        return ""
    held = Held(document, stale=False)
    texts: Iterable[str] = (held.path, *(item.id.lower() for item in held.items[:1]))
    found = next((match for text in texts if (match := _PROVIDER_SUBSCRIPTION.search(text))), None)
    if found:
        return f"provider subscription {found.group(1)}"
    if document.kind != "stamp-information":
        return ""
    deployment = deployment_id(Evidence("", [held], Declared()))
    return f"deployment {deployment.value}" if isinstance(deployment, Known) else ""
