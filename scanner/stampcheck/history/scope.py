"""The stored scans in the order of time, and which of them looked at which stamp by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, select

from stampcheck import dated
from stampcheck.history.tables import RULE_MEMBER, SCAN, STAMP_MEMBER


class Scope(NamedTuple):
    """What a scan looked at: its place among the scans, and its sets."""

    id: int
    scan_id: str
    as_of: str
    stamp_set: int
    rule_set: int


class Scans:
    """Every stored scan, ranked by as-of date and id; sets of members are read when needed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        columns = (SCAN.c.id, SCAN.c.scan_id, SCAN.c.as_of, SCAN.c.stamp_set_id, SCAN.c.rule_set_id)
        rows = [Scope(*row) for row in connection.execute(select(*columns))]
        self.ranked = sorted(rows, key=lambda one: (instant(one.as_of), one.scan_id))
        self.rank = {one.id: place for place, one in enumerate(self.ranked)}
        self._members: dict[tuple[str, int], frozenset[int]] = {}

    def looked(self, one: Scope, stamp: int, rule: int | None) -> bool:
        """Whether a scan looked at a stamp, and by a rule unless that is None."""
        if stamp not in self._of(STAMP_MEMBER, one.stamp_set):
            return False
        return rule is None or rule in self._of(RULE_MEMBER, one.rule_set)

    def stamps(self, one: Scope) -> frozenset[int]:
        """The stamps that a scan looked at."""
        return self._of(STAMP_MEMBER, one.stamp_set)

    def first(self, ranks: Iterable[int], stamp: int, rule: int | None) -> int | None:
        """The first of some ranks whose scan looked there."""
        return next((rank for rank in ranks if self.looked(self.ranked[rank], stamp, rule)), None)

    def _of(self, table: Table, number: int) -> frozenset[int]:
        key = (table.name, number)
        if key not in self._members:
            members = select(table.c.member_id).where(table.c.set_id == number)
            self._members[key] = frozenset(self._connection.scalars(members))
        return self._members[key]


def instant(text: str) -> datetime:
    """A moment in ISO 8601 as it compares; one that cannot be read comes before all others."""
    return dated.instant(text) or datetime.min.replace(tzinfo=UTC)


def changes_of(
    rows: Iterable[tuple[Any, ...] | Row[Any]], rank: dict[int, int]
) -> Iterator[tuple[int, dict[int, int | None]]]:
    """Rows (track, scan, value), those of a track together, as the changes of each by rank."""
    held: int | None = None
    changes: dict[int, int | None] = {}
    for row in rows:
        track, scan, value = tuple(row)
        if track != held:
            if held is not None:
                yield held, changes
            held, changes = track, {}
        if scan is not None:
            changes[rank[scan]] = value
    if held is not None:
        yield held, changes
