"""Several stamps in one place: their documents are told apart by ids, so that none is lost."""

from __future__ import annotations

from collections import Counter

from stampcheck.bundle import Declared
from stampcheck.collect.described import STAMP_SIDE, Group, anchor, described
from stampcheck.document import Document
from stampcheck.model import Known
from stampcheck.parse.activation import activated_registration
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.registration import seen_in
from stampcheck.parse.stamp import stamp_side_cloud_id


def without_nesting(group: Group, depth: int = 1) -> list[Group]:
    """A folder of folders that each hold documents of a stamp's side is a folder of stamps, unless
    their ids show that they are of one stamp, such as folders by date.
    """
    by_folder = _by_folder(group.documents, depth)
    inner = [name for name in by_folder if name]
    if len(inner) == 1 and len(by_folder) == 1:
        name = f"{group.name}/{inner[0]}"
        deeper = without_nesting(Group(name, group.documents), depth + 1)
        return deeper if len(deeper) > 1 else [group]
    told = [name for name in inner if _has_stamp_side(by_folder[name])]
    if len(told) < 2 or _has_stamp_side(by_folder.get("", [])):
        return [group]
    joined = _by_stamp({name: by_folder[name] for name in told})
    if len(joined) < 2:
        return [group]
    rest = {name: by_folder[name] for name in by_folder if name not in told}
    return [
        one
        for name, documents in (joined | rest).items()
        for one in _nested(f"{group.name}/{name}" if name else group.name, documents, depth)
    ]


def _nested(name: str, documents: list[Document], depth: int) -> list[Group]:
    return without_nesting(described(Group(name, documents)), depth + 1)


def _by_folder(documents: list[Document], depth: int) -> dict[str, list[Document]]:
    by_folder: dict[str, list[Document]] = {}
    for document in documents:
        parts = document.label.split("/")
        inner = parts[depth] if len(parts) > depth + 1 else ""
        by_folder.setdefault(inner, []).append(document)
    return by_folder


def _has_stamp_side(documents: list[Document]) -> bool:
    return any(document.kind in STAMP_SIDE for document in documents)


def _by_stamp(folders: dict[str, list[Document]]) -> dict[str, list[Document]]:
    """The folders of one stamp joined, under the name of the first of them."""
    joined: dict[str, list[Document]] = {}
    known: dict[str, tuple[set[str], ...]] = {}
    for name, documents in folders.items():
        own = _identity(documents)
        twin = next((other for other, ids in known.items() if _is_one(ids, own)), name)
        joined.setdefault(twin, []).extend(documents)
        before = known.get(twin, own)
        known[twin] = tuple(left | right for left, right in zip(before, own, strict=True))
    return joined


def _identity(documents: list[Document]) -> tuple[set[str], ...]:
    """Provider subscriptions, deployments, activated registrations and Cloud IDs of a folder."""
    anchors = {found for document in documents if (found := anchor(document))}
    providers = {found for found in anchors if found.startswith("provider")}
    alone = [described(Group("", [one])) for one in documents if one.kind in STAMP_SIDE]
    activated = {key for one in alone for key in one.activated}
    cloud_ids = {key for one in alone for key in one.cloud_ids}
    return providers, anchors - providers, activated, cloud_ids


def _is_one(ids: tuple[set[str], ...], others: tuple[set[str], ...]) -> bool:
    """Whether two folders have an id in common, and none that contradicts."""
    told = [(one, other) for one, other in zip(ids, others, strict=True) if one and other]
    return bool(told) and all(one == other for one, other in told)


def apart(pool: Group) -> tuple[list[Group], Group]:
    """Files of several deployments in one place: a group for each, and what is left for everyone.

    No group at all where they are of one. What is of the stamp's side goes with the deployment
    whose Cloud ID or registration it names.
    """
    found = {known for document in pool.documents if (known := anchor(document))}
    kinds = Counter(known.rpartition(" ")[0] for known in found)
    if max(kinds.values(), default=0) < 2:
        return [], pool
    sets = _Sets()
    for document in pool.documents:
        sets.join(_tied_ids(document))
    clusters: dict[str, list[Document]] = {}
    rest: list[Document] = []
    for document in pool.documents:
        ids = _own_ids(document)
        place = clusters.setdefault(sets.root(ids[0]), []) if ids else rest
        place.append(document)
    groups = [described(Group(_name(documents), documents)) for documents in clusters.values()]
    return groups, described(Group(pool.name, rest))


class _Sets:
    """Ids that belong together."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, key: str) -> str:
        while self._parent.setdefault(key, key) != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, keys: list[str]) -> None:
        for key in keys[1:]:
            self._parent[self.root(key)] = self.root(keys[0])


def _own_ids(document: Document) -> list[str]:
    """The ids of a stamp that a document of its side bears."""
    if document.kind not in STAMP_SIDE and document.kind != "registration-token":
        return []
    alone = described(Group("", [document]))
    return sorted({anchor(document), *alone.activated, *alone.cloud_ids} - {""})


def _tied_ids(document: Document) -> list[str]:
    if document.kind != "registration":
        return _own_ids(document)
    seen = seen_in(Held(document, stale=False))
    # Of a listing each registration is another stamp's.
    ids = {one.id.key for one in seen if one.id} | {one.cloud_id for one in seen}
    return sorted(ids - {""}) if len(seen) == 1 else []


def _name(documents: list[Document]) -> str:
    """What the stamp's registration is called, else its Cloud ID."""
    evidence = Evidence("", [Held(one, stale=False) for one in documents], Declared())
    activated, cloud_id = activated_registration(evidence), stamp_side_cloud_id(evidence)
    if isinstance(activated, Known):
        return activated.value.name
    return cloud_id.value if isinstance(cloud_id, Known) else anchor(documents[0])
