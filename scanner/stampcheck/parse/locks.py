"""Locks at or above the registration; inheritance is read from the ids (facts/azure.md 4)."""

from __future__ import annotations

from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Found, Held, covers
from stampcheck.parse.presence import is_present
from stampcheck.parse.registration import identity
from stampcheck.parse.value import Unreadable, member
from stampcheck.values import Lock, LockLevel, ResourceId

_SUFFIX: Final = "/providers/microsoft.authorization/locks"
_LEVEL: Final = member(LockLevel)
_WHAT: Final = "the registration's locks"
_NOWHERE: Final = ResourceId("", "", "", "", "", "")
_GROUP_DEPTH: Final = 4
_RESOURCE_DEPTH: Final = 9

_Applying = tuple[list[tuple[Lock, Found]], list[Missing], Held | None]


def locks(evidence: Evidence) -> Known[tuple[Lock, ...]] | Missing:
    """The locks that apply. Without any, only a listing that would have shown one proves that."""
    found = evidence.derived.get("locks")
    if found is None:
        found = evidence.derived["locks"] = _locks(evidence)
    return found


def _locks(evidence: Evidence) -> Known[tuple[Lock, ...]] | Missing:
    aimed = _seen_registration(evidence)
    if isinstance(aimed, Missing):
        return aimed
    target = aimed.value
    disputed = _disputed(evidence, target)
    if disputed is not None:
        return disputed
    applying, faults, covering = _read(evidence, target)
    if covering and not covering.path and not any(one.level.protects for one, _ in applying):
        refused = _refused(evidence, target)
        if refused is not None:
            return refused
    return _known(applying, faults, covering) or _unproven(evidence, target, faults)


def are_whole(evidence: Evidence) -> Known[bool] | Missing:
    """True where a listing covers the registration and was understood whole, so that no lock that
    applies is left unknown; a lock that protects may be known without.
    """
    known = locks(evidence)
    aimed = _seen_registration(evidence)
    if isinstance(known, Missing) or isinstance(aimed, Missing):
        return known if isinstance(known, Missing) else Missing(Reason.AMBIGUOUS, "")
    applying, faults, covering = _read(evidence, aimed.value)
    if faults:
        return faults[0]
    if covering is None:
        label = applying[0][1].held.label
        what = f"{label} does not say what it lists, or not all; there may be further locks"
        return Missing(Reason.AMBIGUOUS, what)
    refused = None if covering.path else _refused(evidence, aimed.value)
    return refused or Known(value=True, source=covering.source("value"))


def _read(evidence: Evidence, target: ResourceId) -> _Applying:
    """The locks that apply, what was not understood, and the listing that covers the target.

    Goes from the newest listing to the first that covers the registration; an empty one that does
    not say what it lists ends the search as well, since the newest wins.
    """
    read: _Applying | None = evidence.derived.get("applying locks")
    if read is None:
        read = evidence.derived["applying locks"] = _read_all(evidence, target)
    return read


def _read_all(evidence: Evidence, target: ResourceId) -> _Applying:
    applying: list[tuple[Lock, Found]] = []
    faults: list[Missing] = []
    covering: Held | None = None
    for held in evidence.of("locks"):
        if not held.is_answer:
            continue
        if covering and held.document.collected_at != covering.document.collected_at:
            break
        found, faulty = _applying(held, target)
        applying.extend(found)
        faults.extend(faulty)
        if _covers(held, target):
            covering = covering or held
        elif not held.items:
            break
    return applying, faults, covering


def _seen_registration(evidence: Evidence) -> Known[ResourceId] | Missing:
    """The registration as Azure shows it; what nobody saw there lacks no lock."""
    present = is_present(evidence)
    if isinstance(present, Missing):
        return present
    if not present.value:
        return Missing(Reason.ABSENT_IN_ANSWER, "there is no registration to lock")
    return identity(evidence)


def _refused(evidence: Evidence, target: ResourceId) -> Missing | None:
    """A refusal to list the locks at or above the registration: it outranks what is inferred."""
    for held in evidence.of("locks"):
        if held.document.reason is Reason.ACCESS_DENIED:
            asked = held.path or (held.error.scope.lower() if held.error else "")
            scope = ResourceId.parse(asked.partition(_SUFFIX)[0])
            if scope is None or scope.is_at_or_above(target):
                return held.refusal()
    return None


def _disputed(evidence: Evidence, target: ResourceId) -> Missing | None:
    """Two answers, one with a lock and one of no lesser age that shows it is not there."""
    same = evidence.of("locks")
    if len(same) < 2:
        return None
    for held in same:
        for _, entry in _applying(held, target)[0] if held.is_answer else ():
            key = entry.item.id.lower()
            denial = next((one for one in same if _denies(one, held, key, target)), None)
            if denial is not None:
                return Missing(
                    Reason.AMBIGUOUS, f"{held.label} shows a lock, {denial.label} does not"
                )
    return None


def _denies(held: Held, seen: Held, key: str, target: ResourceId) -> bool:
    at, seen_at = (one.document.collected_at.rstrip("Z") for one in (held, seen))
    if held.error is not None:
        return held.is_absence and held.path == key and at >= seen_at
    covering = at == seen_at and bool(held.path) and covers(held, target, _SUFFIX)
    return covering and all(item.id.lower() != key for item in held.items)


def _known(
    applying: list[tuple[Lock, Found]], faults: list[Missing], covering: Held | None
) -> Known[tuple[Lock, ...]] | None:
    """The locks, each once, the newest answer about it first. That none of them protects is known
    only from a listing that covers the registration, and that was understood whole.
    """
    by_key: dict[tuple[str, str], Lock] = {}
    for lock, _ in applying:
        by_key.setdefault((lock.scope.key, lock.name.lower()), lock)
    if not any(lock.level.protects for lock in by_key.values()) and (covering is None or faults):
        return None
    if covering is not None and not applying:
        how = "" if covering.path else ", inferred"
        return Known((), covering.source(f"value (no lock{how})"))
    return Known(tuple(by_key.values()), applying[0][1].source("level"))


def _unproven(evidence: Evidence, target: ResourceId, faults: list[Missing]) -> Missing:
    if faults:
        return faults[0]
    listed = next((held for held in evidence.of("locks") if held.is_answer), None)
    if listed is None:
        return evidence.gap("locks", _WHAT)
    why = "does not say what it lists" if listed.is_whole else "is not the whole listing"
    return Missing(
        Reason.AMBIGUOUS, f"{listed.label} shows no lock that protects {target}, but {why}"
    )


def _applying(held: Held, target: ResourceId) -> tuple[list[tuple[Lock, Found]], list[Missing]]:
    """The locks at or above the target, and those among them whose level is not understood."""
    by_scope = _by_scope(held)
    found: list[tuple[Lock, Found]] = []
    faults = [
        Missing(Reason.MALFORMED, f"{entry.source('id')}: is not the id of a lock")
        for _, entry in by_scope.get("", ())
    ]
    for scope in (f"/subscriptions/{target.subscription}", target.group_id, target.key):
        for item_scope, entry in by_scope.get(scope, ()):
            name = entry.item.id.rpartition("/")[2]
            try:
                level = _LEVEL(entry.item.prop("level"))
            except Unreadable as why:
                faults.append(Missing(why.reason, f"{entry.source('level')}: {why.detail}"))
                continue
            found.append((Lock(name, level, item_scope, item_scope != target), entry))
    return found, faults


def _by_scope(held: Held) -> dict[str, list[tuple[ResourceId, Found]]]:
    """The locks of a listing by the lower-case id of their scope, sorted out once; those without a
    readable id under an empty one.
    """
    if "by_scope" not in held.__dict__:
        sorted_out: dict[str, list[tuple[ResourceId, Found]]] = {}
        for item in held.items:
            scope = lock_scope(item.id) or _NOWHERE
            sorted_out.setdefault(scope.key, []).append((scope, Found(item, held)))
        held.__dict__["by_scope"] = sorted_out
    return held.__dict__["by_scope"]  # type: ignore[no-any-return]  # what was put in above


def lock_scope(lock_id: str) -> ResourceId | None:
    """What a lock protects: the part of its id before the lock itself."""
    place = lock_id.lower().rfind(_SUFFIX + "/")
    return ResourceId.parse(lock_id[:place]) if place > 0 else None


def _covers(held: Held, target: ResourceId) -> bool:
    if held.path:
        return covers(held, target, _SUFFIX)
    # A list in the stamp's own folder may be anything; one for everyone is a subscription's.
    inferred = _inferred_scope(held) if held.shared else None
    return held.is_whole and inferred is not None and inferred.is_at_or_above(target)


def _inferred_scope(held: Held) -> ResourceId | None:
    """The least that a listing without its request must have listed.

    A listing shows what is at, above and below its scope. Two locks of which neither lies above
    the other can only stand in a listing of something above both.
    """
    if "inferred" not in held.__dict__:
        held.__dict__["inferred"] = _common_scope(_by_scope(held).keys() - {""})
    return held.__dict__["inferred"]  # type: ignore[no-any-return]  # what was put in above


def _common_scope(scopes: set[str]) -> ResourceId | None:
    paths = sorted((scope.split("/") for scope in scopes), key=len)
    while len(paths) > 1 and all(path[: len(paths[0])] == paths[0] for path in paths[1:]):
        paths.pop(0)
    if len(paths) < 2:
        return None
    first, last = min(paths), max(paths)
    shared = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(last)),
    )
    return ResourceId.parse("/".join(first[: _depth(shared)]))


def _depth(shared: int) -> int:
    """How many parts of a path make up the last whole id within its first ``shared`` parts."""
    if shared >= _RESOURCE_DEPTH:
        return shared - (shared - _RESOURCE_DEPTH) % 2
    return min(_GROUP_DEPTH + 1 if shared > _GROUP_DEPTH else 3, shared)
