"""What the tracks of a scan's stamps were just before it and are from the next change on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    values,
)

from stampcheck.history.scope import Scans
from stampcheck.history.tables import CHANGE, STAMP_MEMBER, TRACK

_WIDTH: Final = 1 << 32
"""More than any id, so that a rank and an id are one number that orders by rank."""


class Around(NamedTuple):
    """A track, and of its changes (value by rank) the last before a scan and the next after it."""

    id: int
    stamp: int
    rule: int | None
    changes: dict[int, int | None]


def tracks_around(
    connection: Connection, stamp_set: int, scans: Scans, rank: int
) -> Iterator[Around]:
    """Every track of the stamps of a set, as it is around the scan of a rank.

    The database picks the two changes; a long history holds a hundred times as many.
    """
    for number, stamp, rule, before, after in connection.execute(_query(stamp_set, scans, rank)):
        changes = dict(_change(one) for one in (before, after) if one is not None)
        yield Around(number, stamp, rule, changes)


def _change(both: int) -> tuple[int, int | None]:
    """Rank and value of what the database handed over as one number."""
    rank, value = divmod(both, _WIDTH)
    return rank, value or None


def _query(stamp_set: int, scans: Scans, rank: int) -> Select[Any]:
    # A sum has no type of a column's: only so SQLite makes an index of the ranks for the join.
    scan = CHANGE.c.scan_id + literal_column("0", Integer)
    of_set = and_(STAMP_MEMBER.c.member_id == TRACK.c.stamp_id, STAMP_MEMBER.c.set_id == stamp_set)
    pairs = [(one.id, place) for place, one in enumerate(scans.ranked)]
    ranks = (
        values(column("scan_id", Integer), column("rank", Integer), name="r", literal_binds=True)
        .data(pairs)
        .cte("ranks")
    )
    both = cast(ranks.c.rank, BigInteger) * literal_column(str(_WIDTH), BigInteger) + func.coalesce(
        CHANGE.c.value_id, 0
    )

    def only(which: ColumnElement[bool]) -> ColumnElement[int]:
        return case((which, both))

    return (
        select(
            TRACK.c.id,
            TRACK.c.stamp_id,
            TRACK.c.rule_id,
            func.max(only(ranks.c.rank < rank)),
            func.min(only(ranks.c.rank > rank)),
        )
        .join(STAMP_MEMBER, of_set)
        .join(CHANGE, CHANGE.c.track_id == TRACK.c.id, isouter=True)
        .join(ranks, ranks.c.scan_id == scan, isouter=True)
        .group_by(TRACK.c.id, TRACK.c.stamp_id, TRACK.c.rule_id)
    )
