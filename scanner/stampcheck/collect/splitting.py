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


def without_nesting(group: Group) -> list[Group]:
    """A folder of folders that hold different deployments is a folder of stamps."""
    by_folder: dict[str, list[Document]] = {}
    for document in group.documents:
        inner, slash, _ = document.label.partition("/")[2].partition("/")
        by_folder.setdefault(inner if slash else "", []).append(document)
    anchored = {name: _anchors(documents) for name, documents in by_folder.items()}
    told = [found for name, found in anchored.items() if name and found]
    if len(told) < 2 or _overlap(told) or anchored.get(""):
        return [group]
    return [
        described(Group(f"{group.name}/{name}" if name else group.name, documents))
        for name, documents in by_folder.items()
    ]


def _anchors(documents: list[Document]) -> set[str]:
    return {found for document in documents if (found := anchor(document))}


def _overlap(sets: list[set[str]]) -> bool:
    return sum(map(len, sets)) != len(set().union(*sets))


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
