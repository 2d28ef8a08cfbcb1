"""Which documents belong to which stamp. Pure: works on documents that were read already.

A folder is a stamp. Files at the root serve every stamp that their ids name. Two folders are one
stamp only where they hold the same documents, or where one is the Azure half and the other the
stamp half of it and their ids agree. Files of several deployments in one place are told apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import msgspec

from stampcheck.bundle import Declared
from stampcheck.collect.attach import declare, share
from stampcheck.collect.described import Group, described
from stampcheck.collect.splitting import apart, without_nesting
from stampcheck.document import Document
from stampcheck.inventory import Inventory
from stampcheck.model import UNCLAIMED, sort_key
from stampcheck.parse.evidence import Held
from stampcheck.parse.registration import seen_in
from stampcheck.values import ResourceId


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
    groups = [
        one
        for name, documents in folders.items()
        for one in without_nesting(described(Group(name, list(documents))))
    ]
    pool = described(Group(root_name, list(root)))
    if pool.has_stamp_side and not any(g.has_stamp_side or g.has_azure_side for g in groups):
        nested = [document for g in groups for document in g.documents]
        groups, pool = _of_flat_folder(described(Group(root_name, pool.documents + nested)))
    groups = _without_copies(groups, notes)
    groups = _joined(groups, notes)
    groups, pool = _pooled(groups, pool)
    if not groups and inventory is None:
        groups, pool = _stamps_of_pool(pool, root_name)
    _name_apart(groups)
    declare(groups, inventory, notes)
    unclaimed = share(groups, pool)
    groups.sort(key=lambda g: sort_key(g.name))
    return Grouped(groups, unclaimed, notes)


def _of_flat_folder(whole: Group) -> tuple[list[Group], Group]:
    groups, pool = apart(whole)
    return (groups, pool) if groups else ([whole], Group("", []))


def _name_apart(groups: list[Group]) -> None:
    """No two stamps share a name, and none has the pseudo-stamp's."""
    taken = {UNCLAIMED}
    for one in groups:
        name, number = one.name, 2
        while one.name in taken:
            one.name = f"{name} ({number})"
            number += 1
        taken.add(one.name)


def _without_copies(groups: list[Group], notes: list[str]) -> list[Group]:
    """One group of each set of equal documents. Documents that name no id, such as an empty list
    or a refusal, are nobody's copy, and neither are those that could not be read.
    """
    kept: dict[frozenset[str], Group] = {}
    result = []
    for one in sorted(groups, key=lambda g: sort_key(g.name)):
        digests = frozenset(document.sha256 for document in one.documents)
        twin = kept.get(digests) if one.names_something and "" not in digests else None
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
    partners = _partners(azure, stamps)
    claims = Counter(id(stamp) for found in partners for stamp in found)
    joined: set[int] = set()
    for half, found in zip(azure, partners, strict=True):
        if len(found) != 1 or claims[id(found[0])] != 1:
            continue
        note = f"{half.name} (Azure) and {found[0].name} (stamp) are the two halves of one stamp."
        found[0].documents += half.documents
        found[0].notes += [*half.notes, note]
        notes.append(note)
        described(found[0])
        joined.add(id(half))
    return [g for g in groups if id(g) not in joined]


def _partners(azure: list[Group], stamps: list[Group]) -> list[list[Group]]:
    """For each half of Azure's the halves of stamps that agree with it."""
    by_id: dict[str, list[Group]] = defaultdict(list)
    for stamp in stamps:
        for key in stamp.activated | stamp.cloud_ids:
            by_id[key].append(stamp)
    partners = []
    for half in azure:
        near = [one for key in half.registrations | half.cloud_ids for one in by_id.get(key, ())]
        distinct = {id(one): one for one in near}.values()
        partners.append([stamp for stamp in distinct if _agree(stamp, half)])
    return partners


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
    moved = {id(g) for g in wide}
    rest = [g for g in groups if id(g) not in moved]
    return rest, described(Group(pool.name, documents))


def _stamps_of_pool(pool: Group, root_name: str) -> tuple[list[Group], Group]:
    """Files for one stamp; or, without any folder, one stamp for each registration at hand."""
    if not pool.documents:
        return [], pool
    if pool.has_stamp_side or len(pool.registrations) < 2:
        return [described(Group(root_name, pool.documents))], Group("", [])
    return [_of_registration(identity) for identity in _identities(pool)], pool


def _identities(pool: Group) -> list[ResourceId]:
    """The registrations at hand in their own spelling, sorted by id."""
    spelled = {
        seen.id.key: seen.id
        for document in reversed(pool.documents)
        if document.kind == "registration"
        for seen in seen_in(Held(document, stale=False))
        if seen.id is not None
    }
    asked = {key: parsed for key in pool.registrations if (parsed := ResourceId.parse(key))}
    by_key = asked | spelled
    return [by_key[key] for key in sorted(by_key)]


def _of_registration(identity: ResourceId) -> Group:
    return Group(
        identity.name,
        [],
        registrations={identity.key},
        subscriptions={identity.subscription},
        declared=Declared(registration=identity.text),
    )
