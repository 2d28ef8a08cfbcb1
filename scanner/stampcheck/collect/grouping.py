"""Which documents belong to which stamp. Pure: works on documents that were read already.

A folder is a stamp. Files at the root serve every stamp that their ids name. Two folders are one
stamp only where they hold the same documents, or where one is the Azure half and the other the
stamp half of it and their ids agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from stampcheck.bundle import Declared
from stampcheck.document import AZURE_KINDS, STAMP_KINDS, Document
from stampcheck.inventory import Inventory
from stampcheck.model import Known, sort_key
from stampcheck.parse.activation import activated_registration
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.registration import seen_in
from stampcheck.parse.stamp import stamp_side_cloud_id
from stampcheck.parse.subscription import bare_id
from stampcheck.values import ResourceId

_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([0-9a-f-]{36})", re.IGNORECASE)
# A token is made on the stamp and carried to Azure, so it says nothing of the side it lies on.
_STAMP_SIDE: Final = STAMP_KINDS - {"registration-token"}


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
        return any(document.kind in _STAMP_SIDE for document in self.documents)

    @property
    def has_azure_side(self) -> bool:
        """Whether a document is Azure's."""
        return any(document.kind in AZURE_KINDS for document in self.documents)


class Grouped(msgspec.Struct):
    """The stamps, sorted by name, and the documents that serve none of them."""

    stamps: list[Group]
    unclaimed: list[Document]
    notes: list[str]


def group(
    folders: Mapping[str, list[Document]],
    root: list[Document],
    root_name: str,
    inventory: Inventory | None,
) -> Grouped:
    """Sort documents to stamps; ``folders`` and ``root`` hold what was read from each place."""
    notes: list[str] = []
    groups = [_described(Group(name, list(documents))) for name, documents in folders.items()]
    pool = _described(Group(root_name, list(root)))
    if pool.has_stamp_side and not any(g.has_stamp_side or g.has_azure_side for g in groups):
        nested = [document for g in groups for document in g.documents]
        groups, pool = [_described(Group(root_name, pool.documents + nested))], Group("", [])
    groups = _without_copies(groups, notes)
    groups = _joined(groups, notes)
    groups, pool = _pooled(groups, pool)
    if not groups and inventory is None:
        groups, pool = _stamps_of_pool(pool, root_name)
    _declare(groups, inventory, notes)
    unclaimed = _share(groups, pool)
    groups.sort(key=lambda g: sort_key(g.name))
    return Grouped(groups, unclaimed, notes)


def _described(described: Group) -> Group:
    """Fill in the ids that the documents name."""
    held = [Held(document, stale=False) for document in described.documents]
    evidence = Evidence(described.name, held, Declared())
    activated = activated_registration(evidence)
    cloud_id = stamp_side_cloud_id(evidence)
    described.activated = {activated.value.key} if isinstance(activated, Known) else set()
    described.cloud_ids = {cloud_id.value} if isinstance(cloud_id, Known) else set()
    described.registrations = set()
    for document in held:
        if document.kind == "registration":
            _describe_registrations(described, document)
    described.subscriptions = {
        parsed.subscription
        for key in described.registrations | described.activated
        if (parsed := ResourceId.parse(key))
    }
    return described


def _describe_registrations(described: Group, held: Held) -> None:
    for seen in seen_in(held):
        if seen.id is not None:
            described.registrations.add(seen.id.key)
        if seen.cloud_id and not described.has_stamp_side:
            described.cloud_ids.add(seen.cloud_id)


def _without_copies(groups: list[Group], notes: list[str]) -> list[Group]:
    """One group of each set of equal documents; an empty one is nobody's copy."""
    kept: dict[frozenset[str], Group] = {}
    result = []
    for one in sorted(groups, key=lambda g: sort_key(g.name)):
        digests = frozenset(document.sha256 for document in one.documents)
        twin = kept.get(digests) if any(document.size for document in one.documents) else None
        if twin is None:
            kept.setdefault(digests, one)
            result.append(one)
            continue
        note = f"{one.name} holds the same documents as {twin.name}: it is one stamp, told once."
        twin.notes.append(note)
        notes.append(note)
    return result


def _joined(groups: list[Group], notes: list[str]) -> list[Group]:
    """Join the two halves of a stamp, where each half agrees with exactly one other."""
    azure = [g for g in groups if g.has_azure_side and not g.has_stamp_side]
    stamps = [g for g in groups if g.has_stamp_side and not g.has_azure_side]
    joined: set[str] = set()
    for half in azure:
        partners = [g for g in stamps if _agree(g, half)]
        if len(partners) != 1 or sum(_agree(partners[0], other) for other in azure) != 1:
            continue
        note = (
            f"{half.name} (Azure) and {partners[0].name} (stamp) are the two halves of one stamp."
        )
        partners[0].documents += half.documents
        partners[0].notes.append(note)
        notes.append(note)
        _described(partners[0])
        joined.add(half.name)
    return [g for g in groups if g.name not in joined]


def _agree(stamp: Group, azure: Group) -> bool:
    """Whether two halves name one registration: at least one id in common, and no other one."""
    if len(azure.registrations) > 1:
        return False
    pairs = (
        (stamp.activated, azure.registrations),
        (stamp.cloud_ids, azure.cloud_ids),
    )
    told = [(left, right) for left, right in pairs if left and right]
    return bool(told) and all(left == right for left, right in told)


def _pooled(groups: list[Group], pool: Group) -> tuple[list[Group], Group]:
    """Move folders of Azure's that hold several registrations to the documents for everyone."""
    wide = [
        g for g in groups if g.has_azure_side and not g.has_stamp_side and len(g.registrations) > 1
    ]
    if not wide:
        return groups, pool
    documents = pool.documents + [document for g in wide for document in g.documents]
    rest = [g for g in groups if g not in wide]
    return rest, _described(Group(pool.name, documents))


def _stamps_of_pool(pool: Group, root_name: str) -> tuple[list[Group], Group]:
    """Files for one stamp; or, without any folder, one stamp for each registration at hand."""
    if not pool.documents:
        return [], pool
    if pool.has_stamp_side or len(pool.registrations) < 2:
        return [_described(Group(root_name, pool.documents))], Group("", [])
    by_name: dict[str, list[str]] = {}
    for key in sorted(pool.registrations):
        by_name.setdefault(_spelling(pool, key).name, []).append(key)
    groups = [
        _of_registration(name if len(keys) == 1 else f"{name} ({place})", _spelling(pool, key))
        for name, keys in by_name.items()
        for place, key in enumerate(keys, start=1)
    ]
    return groups, pool


def _spelling(pool: Group, key: str) -> ResourceId:
    for document in pool.documents:
        if document.kind == "registration":
            for seen in seen_in(Held(document, stale=False)):
                if seen.id is not None and seen.id.key == key:
                    return seen.id
    raise KeyError(key)


def _of_registration(name: str, identity: ResourceId) -> Group:
    return Group(
        name,
        [],
        registrations={identity.key},
        subscriptions={identity.subscription},
        declared=Declared(registration=identity.text),
    )


def _declare(groups: list[Group], inventory: Inventory | None, notes: list[str]) -> None:
    """Lay the inventory beside the groups; what only it knows is a stamp without evidence."""
    if inventory is None:
        return
    by_registration = {
        declared.registration.lower(): name
        for name, declared in inventory.stamps.items()
        if declared.registration
    }
    taken: set[str] = set()
    for one in groups:
        name = inventory.named(one.name) or _by_ids(one, by_registration, taken)
        if not name:
            notes.append(f"{one.name} is not in the inventory.")
            continue
        taken.add(name)
        _set_declared(one, name, inventory.stamps[name])
    for name, declared in inventory.stamps.items():
        if name not in taken:
            groups.append(_set_declared(Group(name, []), name, declared))


def _by_ids(one: Group, by_registration: Mapping[str, str], taken: set[str]) -> str:
    keys = one.activated or one.registrations
    names = {by_registration[key] for key in keys if key in by_registration} - taken
    return names.pop() if len(names) == 1 else ""


def _set_declared(one: Group, name: str, declared: Declared) -> Group:
    if one.name != name:
        one.notes.append(f"The folder {one.name} is the inventory's {name}, by its registration.")
        one.name = name
    one.declared, one.in_inventory = declared, True
    named = ResourceId.parse(declared.registration)
    own = {named.subscription} if named else set()
    one.subscriptions = one.subscriptions | own | ({declared.subscription} - {""})
    return one


def _share(groups: list[Group], pool: Group) -> list[Document]:
    """Hand each document of the root to the stamps that its ids name; the rest serves none."""
    _learn_subscriptions(groups, pool)
    unclaimed = []
    for document in pool.documents:
        serves = _serves(document, groups)
        document.stamps = tuple(sorted((g.name for g in serves), key=sort_key))
        for one in serves:
            one.shared.append(document)
        if not serves:
            unclaimed.append(document)
    return unclaimed


def _learn_subscriptions(groups: list[Group], pool: Group) -> None:
    """Tell stamps that know only their Cloud ID in which subscription their registration stands."""
    by_cloud: dict[str, set[str]] = {}
    for document in pool.documents:
        if document.kind == "registration":
            for seen in seen_in(Held(document, stale=False)):
                if seen.cloud_id and seen.id is not None:
                    by_cloud.setdefault(seen.cloud_id, set()).add(seen.id.subscription)
    for one in groups:
        for cloud_id in one.cloud_ids:
            one.subscriptions = one.subscriptions | by_cloud.get(cloud_id, set())


def _serves(document: Document, groups: list[Group]) -> list[Group]:
    if document.kind in _STAMP_SIDE or document.kind == "registration-token":
        return _of_one_stamp(document, groups)
    named = _subscriptions_of(document)
    if not named:
        return [] if document.kind not in AZURE_KINDS else list(groups)
    return [g for g in groups if g.subscriptions & named]


def _of_one_stamp(document: Document, groups: list[Group]) -> list[Group]:
    """The one stamp whose ids a document of the stamp's side bears."""
    alone = _described(Group("", [document]))
    matching = [
        g
        for g in groups
        if (alone.activated & (g.activated or g.registrations)) or (alone.cloud_ids & g.cloud_ids)
    ]
    return matching if len(matching) == 1 else []


def _subscriptions_of(document: Document) -> set[str]:
    """The Azure subscriptions that a document is about, by its request and the ids in it."""
    held = Held(document, stale=False)
    texts: Iterable[str] = [document.request, *(item.id for item in held.items)]
    named = {match.lower() for text in texts for match in _SUBSCRIPTION.findall(text)}
    if document.kind == "subscription":
        named |= {bare_id(item) for item in held.items} - {""}
    return named
