"""What a history answers: its scans, one stamp over time, one rule over time, the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from stampcheck.errors import UsageError
from stampcheck.history.episode import Episode, Named, Stretch, episodes, stretches
from stampcheck.history.scope import Scans, changes_of, instant
from stampcheck.history.snapshot import Value, digest_of
from stampcheck.history.tables import CHANGE, RULE, SCAN, STAMP, STAMP_MEMBER, TRACK, VALUE
from stampcheck.model import Standing, sort_key
from stampcheck.record import TrendPoint
from stampcheck.tomlfile import nearest

_SAMPLE: Final = 500
_AT_ONCE: Final = 5_000


class KeptScan(msgspec.Struct, frozen=True, kw_only=True):
    """A stored scan; ``scope`` is ``fleet``, or ``some stamps`` where it was narrowed, and says
    where the evidence was incomplete.
    """

    scan_id: str
    as_of: str
    collected_at: str
    bundle_digest: str
    tool_version: str
    profile: str
    scope: str
    stamps: int
    rules: int
    failed: int
    undetermined: int
    passed: int
    not_applicable: int


class StampHistory(msgspec.Struct, frozen=True):
    """One stamp over time: its states and its failures, each in the order of time."""

    stamp: str
    first_scan: str
    last_scan: str
    states: list[Stretch]
    failures: list[Episode]


class History:
    """Answers from one state of the database; nothing later than ``until`` counts, if given."""

    def __init__(self, connection: Connection, until: datetime | None = None) -> None:
        self._connection = connection
        self._scans = Scans(connection)
        ranked = self._scans.ranked
        self._number = len([one for one in ranked if until is None or instant(one.as_of) <= until])
        self._dates = [one.as_of for one in ranked]
        self._values: dict[int, Value] = {}

    def scans(self) -> list[KeptScan]:
        """Every scan, in the order of time."""
        rows = {row.id: row for row in self._connection.execute(select(SCAN))}
        return [_kept(rows[one.id]) for one in self._scans.ranked[: self._number]]

    def stamp(self, name: str) -> StampHistory:
        """One stamp over time; ``UsageError`` where no scan looked at it."""
        number, spelled = self._named(STAMP, "stamp", name)
        ranks = range(self._number)
        first = self._scans.first(ranks, number, None)
        last = self._scans.first(reversed(ranks), number, None)
        if first is None or last is None:
            raise UsageError(f"No scan until then looked at {spelled!r}.")
        failures: list[Episode] = []
        states: list[Stretch] = []
        for track in self._tracks(TRACK.c.stamp_id == number):
            if track.rule_id is None:
                states = stretches(track.changes, self._dates)
            else:
                failures += self._episodes(track)
        dates = self._dates[first], self._dates[last]
        return StampHistory(spelled, *dates, states, _in_order(failures))

    def rule(self, name: str) -> list[Episode]:
        """The failures by one rule, in the order of time; ``UsageError`` where no scan had it."""
        number, _ = self._named(RULE, "rule", name)
        tracks = self._tracks(TRACK.c.rule_id == number)
        return _in_order([one for track in tracks for one in self._episodes(track)])

    def trend(self, stamps: Sequence[str] = ()) -> list[TrendPoint]:
        """The scans of one fleet that were not narrowed to some stamps, in the order of time: those
        that hold half of ``stamps`` or more; without names, half of the newest scan's.
        """
        ranked = self._scans.ranked[: self._number]
        rows = {row.id: row for row in self._connection.execute(select(SCAN))}
        whole = [one for one in ranked if not rows[one.id].is_narrowed]
        if not whole:
            return []
        wanted = self._sample(stamps) if stamps else self._scans.stamps(whole[-1])
        sets = self._sets_with_half_of(sorted(wanted)[:: max(1, len(wanted) // _SAMPLE)])
        return [_point(rows[one.id]) for one in whole if one.stamp_set in sets]

    def _sample(self, names: Sequence[str]) -> list[int]:
        """The ids of some of the stamps, spread over all of them."""
        some = [digest_of(name) for name in names[:: max(1, len(names) // _SAMPLE)]]
        return list(self._connection.scalars(select(STAMP.c.id).where(STAMP.c.digest.in_(some))))

    def _sets_with_half_of(self, stamps: Sequence[int]) -> set[int]:
        held = (
            select(STAMP_MEMBER.c.set_id)
            .where(STAMP_MEMBER.c.member_id.in_(stamps))
            .group_by(STAMP_MEMBER.c.set_id)
            .having(2 * func.count() >= len(stamps))
        )
        return set(self._connection.scalars(held))

    def _named(self, table: Table, what: str, name: str) -> tuple[int, str]:
        """The id of a stamp or rule and how it is spelled; its case matters only among several."""
        exact = select(table.c.id, table.c.name).where(table.c.digest == digest_of(name))
        found = self._connection.execute(exact).first()
        if found is not None:
            return found.id, found.name
        rows = self._connection.execute(select(table.c.name, table.c.id))
        every = {row.name: row.id for row in rows}
        alike = [one for one in every if one.casefold() == name.casefold()]
        if len(alike) != 1:
            raise UsageError(f"The history knows no {what} {name!r}{nearest(name, list(every))}")
        return every[alike[0]], alike[0]

    def _tracks(self, which: ColumnElement[bool]) -> list[_Track]:
        """Tracks with their changes by rank."""
        about = select(TRACK.c.id, TRACK.c.stamp_id, TRACK.c.rule_id, TRACK.c.subject)
        named = about.add_columns(STAMP.c.name, RULE.c.name).join(STAMP).join(RULE, isouter=True)
        found = {row[0]: row for row in self._connection.execute(named.where(which))}
        changes = (
            select(CHANGE.c.track_id, CHANGE.c.scan_id, CHANGE.c.value_id)
            .join(TRACK)
            .where(which)
            .order_by(CHANGE.c.track_id)
        )
        rows = self._connection.execute(changes)
        by_track = dict(changes_of(rows, self._scans.rank))
        self._read_values({one for changed in by_track.values() for one in changed.values()})
        return [
            _Track(stamp, rule, Named(name, rule_name or "", subject), self._in_time(by_track[one]))
            for one, stamp, rule, subject, name, rule_name in found.values()
            if one in by_track
        ]

    def _in_time(self, changes: Mapping[int, int | None]) -> dict[int, Value | None]:
        return {
            rank: None if value is None else self._values[value]
            for rank, value in changes.items()
            if rank < self._number
        }

    def _read_values(self, wanted: set[int | None]) -> None:
        new = sorted(one for one in wanted if one is not None and one not in self._values)
        names = [VALUE.c[name] for name in Value.__struct_fields__]
        for start in range(0, len(new), _AT_ONCE):
            some = VALUE.c.id.in_(new[start : start + _AT_ONCE])
            for number, *cells in self._connection.execute(select(VALUE.c.id, *names).where(some)):
                fields = dict(zip(Value.__struct_fields__, cells, strict=True))
                self._values[number] = Value(**fields)

    def _episodes(self, track: _Track) -> list[Episode]:
        if not any(value and value.outcome == "fail" for value in track.changes.values()):
            return []
        ranks = reversed(range(self._number))
        last = self._scans.first(ranks, track.stamp_id, track.rule_id)
        return episodes(track.named, track.changes, self._dates, last or 0)


class _Track(NamedTuple):
    stamp_id: int
    rule_id: int | None
    named: Named
    changes: dict[int, Value | None]


def _in_order(found: list[Episode]) -> list[Episode]:
    return sorted(
        found,
        key=lambda one: (instant(one.opened), sort_key(one.stamp), one.rule, one.subject),
    )


def _kept(row: Row[Any]) -> KeptScan:
    cells = row._mapping  # noqa: SLF001 (SQLAlchemy's public name for it)
    names = [name for name in KeptScan.__struct_fields__ if name != "scope"]
    scope = "some stamps" if row.is_narrowed else "fleet"
    scope += "" if row.is_complete else ", incomplete"
    return KeptScan(**{name: cells[name] for name in names}, scope=scope)


def _point(row: Row[Any]) -> TrendPoint:
    cells = row._mapping  # noqa: SLF001 (SQLAlchemy's public name for it)
    names = [name for name in TrendPoint.__struct_fields__ if name != "standings"]
    standings = {word.value: cells[word.value.replace("-", "_")] for word in Standing}
    return TrendPoint(**{name: cells[name] for name in names}, standings=standings)
