"""Two records to one comparison, stamp by stamp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stampcheck.change import (
    COUNTED_ONLY,
    Change,
    ChangeClass,
    Comparison,
    Reasoning,
    Renamed,
    ScanName,
    Why,
    WordChange,
    class_of,
    side_of,
)
from stampcheck.comparison.matching import matched
from stampcheck.comparison.notes import notes
from stampcheck.comparison.reasons import Heads, Seen
from stampcheck.comparison.shelf import Shelf
from stampcheck.fact_record import FactStates
from stampcheck.model import UNCLAIMED, Finding, Severity, sort_key
from stampcheck.record import Scan, ScanRecord, StampRecord

_WORST_FIRST: Final = {word: rank for rank, word in enumerate(ChangeClass)}
_NOTHING: Final[FactStates] = {}

Findings = dict[tuple[str, str], Finding]


def compare(old: ScanRecord, new: ScanRecord, *, fail_on: Severity | None = None) -> Comparison:
    """What changed from one scan to another. Comparing a scan with itself shows no change."""
    return _Comparing(old, new).all(fail_on or Severity(new.scan.fail_on))


class _Comparing:
    def __init__(self, old: ScanRecord, new: ScanRecord) -> None:
        self._old, self._new = Shelf(old), Shelf(new)
        self._heads = Heads(
            old.scan, new.scan, have_facts=self._old.has_facts and self._new.has_facts
        )
        self._old_stamps = {stamp.stamp: stamp for stamp in _light(old)}
        self._new_stamps = {stamp.stamp: stamp for stamp in _light(new)}
        self._former = matched(
            {name: stamp.cloud_id for name, stamp in self._old_stamps.items()},
            {name: stamp.cloud_id for name, stamp in self._new_stamps.items()},
        )
        self._counts: Counter[ChangeClass] = Counter()

    def all(self, fail_on: Severity) -> Comparison:
        old, new = self._heads.old, self._heads.new
        changes = sorted(self._changes(), key=_order)
        known = set(self._former.values())
        return Comparison(
            old=_name(old),
            new=_name(new),
            fail_on=fail_on.value,
            notes=notes(old, new, self._redeployed()),
            renamed=self._renamed(),
            added=[] if old.only else [one for one in self._new_stamps if one not in self._former],
            removed=[] if new.only else [one for one in self._old_stamps if one not in known],
            standings=list(self._words()),
            counts={word.value: self._counts[word] for word in ChangeClass if self._counts[word]},
            changes=changes,
        )

    def _pairs(self) -> Iterator[tuple[str | None, str | None]]:
        """The stamps of both scans, each once, as (old name, new name)."""
        yield from ((self._former.get(name), name) for name in self._new_stamps)
        known = set(self._former.values())
        yield from ((name, None) for name in self._old_stamps if name not in known)
        yield UNCLAIMED, UNCLAIMED

    def _changes(self) -> Iterator[Change]:
        for old, new in self._pairs():
            before = self._old.findings(old) if old else {}
            now = self._new.findings(new) if new else {}
            for key in dict.fromkeys((*now, *before)):
                change = class_of(before.get(key), now.get(key))
                self._counts[change] += 1
                if change not in COUNTED_ONLY:
                    yield self._change(change, key, (old, before.get(key)), (new, now.get(key)))

    def _change(
        self,
        change: ChangeClass,
        key: tuple[str, str],
        old: tuple[str | None, Finding | None],
        new: tuple[str | None, Finding | None],
    ) -> Change:
        stamp = new[0] or old[0] or ""
        before, now = old[1], new[1]
        return Change(
            change=change,
            stamp=stamp,
            rule=key[0],
            title=self._heads.title(key[0]),
            subject=key[1],
            old_stamp=old[0] if old[0] and old[0] != stamp else "",
            old=side_of(before),
            new=side_of(now),
            worse=_is_worse(before, now),
            why=self._why(change, key[0], old, new),
        )

    def _why(
        self,
        change: ChangeClass,
        rule: str,
        old: tuple[str | None, Finding | None],
        new: tuple[str | None, Finding | None],
    ) -> tuple[Reasoning, ...]:
        if not old[0] or not new[0]:
            return (Reasoning(Why.COVERAGE, self._where(is_in_new=bool(new[0]))),)
        if new[0] == UNCLAIMED and (old[1] is None or new[1] is None):
            there = "new" if new[1] else "old"
            text = f"Such a registration, claimed by no stamp, is in the {there} scan only."
            return (Reasoning(Why.FLEET, text),)
        if change is ChangeClass.STILL_FAILING and _is_alike(old[1], new[1]):
            return ()
        return self._heads.reasons(
            rule,
            Seen(old[1], self._old.facts(old[0])),
            Seen(new[1], self._new.facts(new[0])),
        )

    def _where(self, *, is_in_new: bool) -> str:
        """Why only one of the scans has a stamp."""
        other = self._heads.old if is_in_new else self._heads.new
        if other.only:
            return f"The {'old' if is_in_new else 'new'} scan was asked for other stamps only."
        return f"The stamp is in the {'new' if is_in_new else 'old'} scan only."

    def _renamed(self) -> list[Renamed]:
        return [
            Renamed(old, new, self._new_stamps[new].cloud_id)
            for new, old in self._former.items()
            if new != old
        ]

    def _redeployed(self) -> list[str]:
        """Stamps that bear the name of another Cloud ID."""
        return [
            new
            for new, old in self._former.items()
            if self._old_stamps[old].cloud_id
            and self._new_stamps[new].cloud_id
            and self._old_stamps[old].cloud_id != self._new_stamps[new].cloud_id
        ]

    def _words(self) -> Iterator[WordChange]:
        """The stamps whose licence standing or state is another one."""
        for old, new in self._pairs():
            before = self._old_stamps.get(old or "")
            now = self._new_stamps.get(new or "")
            name = new or old or ""
            if (before is None and self._heads.old.only) or (now is None and self._heads.new.only):
                continue
            for what in ("licence_standing", "state"):
                was, is_now = _word(before, what), _word(now, what)
                if was != is_now:
                    yield WordChange(name, what.replace("_", " "), was, is_now)


def _word(stamp: StampRecord | None, what: str) -> str:
    return str(getattr(stamp, what).value) if stamp is not None else ""


def _light(record: ScanRecord) -> Iterator[StampRecord]:
    """The stamps without what fills their runbooks, so that memory stays small."""
    for stamp in record.stamps():
        yield StampRecord(
            stamp=stamp.stamp,
            state=stamp.state,
            licence_standing=stamp.licence_standing,
            cloud_id=stamp.cloud_id,
        )


def _is_alike(old: Finding | None, new: Finding | None) -> bool:
    """Whether two failures are the same failure, as bad and of the same evidence."""
    return (
        old is not None
        and new is not None
        and (old.severity, old.actual, old.causes) == (new.severity, new.actual, new.causes)
    )


def _is_worse(old: Finding | None, new: Finding | None) -> bool:
    return (
        old is not None
        and new is not None
        and class_of(old, new) is ChangeClass.STILL_FAILING
        and new.severity.rank < old.severity.rank
    )


def _order(change: Change) -> tuple[object, ...]:
    severity = change.new or change.old
    rank = Severity(severity.severity).rank if severity else 0
    return (
        _WORST_FIRST[change.change],
        rank,
        sort_key(change.stamp),
        change.rule,
        change.subject,
    )


def _name(scan: Scan) -> ScanName:
    return ScanName(
        scan.scan_id,
        scan.as_of,
        scan.bundle.collected_at,
        scan.bundle.digest,
        scan.tool_version,
        scan.profile,
        scan.stamp_count,
    )
