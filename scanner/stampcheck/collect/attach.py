"""What the inventory declares, and the documents for everyone, laid beside the groups."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from stampcheck.bundle import Declared
from stampcheck.collect.described import STAMP_SIDE, Group, described
from stampcheck.collect.log_document import cloud_ids_of
from stampcheck.document import AZURE_KINDS, LOG, Document
from stampcheck.inventory import Inventory
from stampcheck.model import sort_key
from stampcheck.parse.evidence import Held
from stampcheck.parse.registration import seen_in
from stampcheck.parse.subscription import bare_id
from stampcheck.values import ResourceId

_SUBSCRIPTION: Final = re.compile(r"/subscriptions/([0-9a-f-]{36})", re.IGNORECASE)


def declare(groups: list[Group], inventory: Inventory | None, notes: list[str]) -> None:
    """Lay the inventory beside the groups; what only it knows is a stamp without evidence."""
    if inventory is None:
        return
    matched = _matched(groups, inventory)
    for one in groups:
        name = matched.get(one.name, "")
        if name:
            _set_declared(one, name, inventory.stamps[name])
        else:
            notes.append(f"{one.name} is not in the inventory.")
    for name, declared in inventory.stamps.items():
        if name not in matched.values():
            groups.append(_set_declared(Group(name, []), name, declared))


def _matched(groups: list[Group], inventory: Inventory) -> dict[str, str]:
    """The declared name of each group: the same name goes before the same registration, and a
    name is given once.
    """
    by_name = {name.casefold(): name for name in inventory.stamps}
    by_registration = {
        declared.registration.lower(): name
        for name, declared in inventory.stamps.items()
        if declared.registration
    }
    matched: dict[str, str] = {}
    for one in sorted(groups, key=lambda g: (g.name not in inventory.stamps, sort_key(g.name))):
        name = by_name.get(one.name.casefold(), "")
        if name and name not in matched.values():
            matched[one.name] = name
    for one in groups:
        name = _by_ids(one, by_registration, set(matched.values()))
        if name and one.name not in matched:
            matched[one.name] = name
    return matched


def _by_ids(one: Group, by_registration: Mapping[str, str], taken: set[str]) -> str:
    keys = one.activated or one.registrations
    names = {by_registration[key] for key in keys if key in by_registration} - taken
    return names.pop() if len(names) == 1 else ""


def _set_declared(one: Group, name: str, declared: Declared) -> Group:
    if one.name.casefold() != name.casefold():
        one.notes.append(f"The folder {one.name} is the inventory's {name}, by its registration.")
    one.name = name
    one.declared, one.in_inventory = declared, True
    named = ResourceId.parse(declared.registration)
    own = {named.subscription} if named else set()
    one.subscriptions = one.subscriptions | own | ({declared.subscription} - {""})
    return one


class _Index:
    """The groups by the ids that they name."""

    def __init__(self, groups: list[Group]) -> None:
        self.groups = groups
        self.by_subscription: dict[str, list[Group]] = defaultdict(list)
        self.by_id: dict[str, list[Group]] = defaultdict(list)
        for one in groups:
            for subscription in one.subscriptions:
                self.by_subscription[subscription].append(one)
            for key in (one.activated or one.registrations) | one.cloud_ids:
                self.by_id[key].append(one)


def share(groups: list[Group], pool: Group) -> list[Document]:
    """Hand each document of the root to the stamps that its ids name; the rest serves none."""
    _learn_subscriptions(groups, pool)
    index = _Index(groups)
    unclaimed = []
    for document in pool.documents:
        serves = _serves(document, index)
        document.stamps = tuple(sorted((g.name for g in serves), key=sort_key))
        for one in serves:
            one.shared.append(document)
        if not serves:
            unclaimed.append(document)
    return unclaimed


def _learn_subscriptions(groups: list[Group], pool: Group) -> None:
    """Tell stamps that know only their Cloud ID in which subscription their registration stands."""
    by_cloud: dict[str, set[str]] = defaultdict(set)
    for document in pool.documents:
        if document.kind == "registration":
            for seen in seen_in(Held(document, stale=False)):
                if seen.cloud_id and seen.id is not None:
                    by_cloud[seen.cloud_id].add(seen.id.subscription)
    for one in groups:
        for cloud_id in one.cloud_ids & by_cloud.keys():
            one.subscriptions = one.subscriptions | by_cloud[cloud_id]


def _serves(document: Document, index: _Index) -> list[Group]:
    if document.kind in STAMP_SIDE or document.kind == "registration-token":
        return _of_one_stamp(document, index)
    if document.kind == LOG:
        named = cloud_ids_of(document)
        return [one for one in index.groups if named & (one.cloud_ids | _registered(one))]
    named = _subscriptions_of(document)
    if not named:
        return [] if document.kind not in AZURE_KINDS else list(index.groups)
    return _distinct(one for key in named for one in index.by_subscription.get(key, ()))


def _registered(group: Group) -> set[str]:
    """The Cloud IDs of the registrations among a stamp's documents."""
    return {
        seen.cloud_id
        for document in group.documents
        if document.kind == "registration"
        for seen in seen_in(Held(document, stale=False))
    }


def _of_one_stamp(document: Document, index: _Index) -> list[Group]:
    """The one stamp whose ids a document of the stamp's side bears."""
    alone = described(Group("", [document]))
    keys = alone.activated | alone.cloud_ids
    matching = _distinct(one for key in keys for one in index.by_id.get(key, ()))
    return matching if len(matching) == 1 else []


def _distinct(groups: Iterable[Group]) -> list[Group]:
    return list({id(one): one for one in groups}.values())


def _subscriptions_of(document: Document) -> set[str]:
    """The Azure subscriptions that a document is about, by its request and the ids in it."""
    held = Held(document, stale=False)
    texts: Iterable[str] = [held.path, *(item.id for item in held.items)]
    named = {match.lower() for text in texts for match in _SUBSCRIPTION.findall(text)}
    if document.kind == "subscription":
        named |= {bare_id(item) for item in held.items} - {""}
    return named
