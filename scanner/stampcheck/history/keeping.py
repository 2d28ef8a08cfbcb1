"""Store a scan: once, whole or not at all, whoever else stores at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from stampcheck.history.database import Database, connected
from stampcheck.history.edits import edits
from stampcheck.history.migration import migrate
from stampcheck.history.scope import Scans, changes_of
from stampcheck.history.snapshot import Snapshot, Track, Value, digest_of, storable
from stampcheck.history.tables import (
    CHANGE,
    RULE,
    RULE_MEMBER,
    RULE_SET,
    SCAN,
    STAMP,
    STAMP_MEMBER,
    STAMP_SET,
    TRACK,
    VALUE,
)

_AT_ONCE: Final = 5_000


def keep(place: Database, taken: Snapshot) -> bool:
    """Store a scan; False where it is there already, and then nothing changes.

    ``RunError`` says what the database said instead; then nothing was stored.
    """
    with connected(place, writes=True) as connection:
        migrate(connection, place.name)
        known = select(SCAN.c.id).where(SCAN.c.scan_id == taken.scan["scan_id"])
        if connection.scalar(known) is not None:
            return False
        _Writer(connection, taken).write()
        return True


class _Writer:
    """Writes one scan in a transaction that nobody else writes in."""

    def __init__(self, connection: Connection, taken: Snapshot) -> None:
        self._connection = connection
        self._taken = taken
        self._stamps = self._named(STAMP, taken.stamps)
        self._rules = self._named(RULE, taken.rules)

    def write(self) -> None:
        """Write the scan, what is new of names and values, and what changed."""
        taken = self._taken
        stamp_set = self._set(STAMP_SET, STAMP_MEMBER, self._stamps.values())
        rule_set = self._set(RULE_SET, RULE_MEMBER, self._rules.values())
        row = {**taken.scan, "stamp_set_id": stamp_set, "rule_set_id": rule_set}
        made = self._connection.execute(insert(SCAN).returning(SCAN.c.id), row)
        number = made.scalar_one()
        tracks = self._tracks()
        self._change(number, stamp_set, tracks, self._values())

    def _named(self, table: Table, names: Sequence[str]) -> dict[str, int]:
        """The ids of names, new ones among them."""
        digests = {digest_of(name): name for name in names}
        rows = [{"digest": one, "name": storable(name)} for one, name in digests.items()]
        ids = self._ids(table, rows)
        return {name: ids[one] for one, name in digests.items()}

    def _ids(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """The ids of rows by their digest; those that are not there yet are written."""
        self._insert_new(table, rows)
        found: dict[str, int] = {}
        for some in _parts([row["digest"] for row in rows]):
            query = select(table.c.digest, table.c.id).where(table.c.digest.in_(some))
            found.update((digest, number) for digest, number in self._connection.execute(query))
        return found

    def _insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        is_server = self._connection.dialect.name == "postgresql"
        statement = (postgresql.insert if is_server else sqlite.insert)(table)
        for some in _parts(rows):
            self._connection.execute(statement.on_conflict_do_nothing(), some)

    def _set(self, sets: Table, members: Table, ids: Iterable[int]) -> int:
        """The id of a set of ids; scans that look at the same share it."""
        wanted = sorted(ids)
        digest = digest_of(" ".join(map(str, wanted)))
        number = self._ids(sets, [{"digest": digest}])[digest]
        self._insert_new(members, [{"set_id": number, "member_id": one} for one in wanted])
        return number

    def _tracks(self) -> dict[Track, int]:
        tracks = list(self._taken.values)
        rows = [
            {
                "digest": one.digest,
                "stamp_id": self._stamps[one.stamp],
                "rule_id": self._rules[one.rule] if one.rule else None,
                "subject": one.subject,
            }
            for one in tracks
        ]
        ids = self._ids(TRACK, rows)
        return {one: ids[one.digest] for one in tracks}

    def _values(self) -> dict[Value, int]:
        digests = {one: one.digest for one in set(self._taken.values.values())}
        rows = [
            {"digest": digest, **msgspec.structs.asdict(one)} for one, digest in digests.items()
        ]
        ids = self._ids(VALUE, sorted(rows, key=lambda row: str(row["digest"])))
        return {one: ids[digest] for one, digest in digests.items()}

    def _change(
        self, scan: int, stamp_set: int, tracks: dict[Track, int], values: dict[Value, int]
    ) -> None:
        """Bring the changes of every track that this scan looked at up to date."""
        scans = Scans(self._connection)
        rank = scans.rank[scan]
        later = range(rank + 1, len(scans.ranked))
        is_now = {tracks[one]: values[value] for one, value in self._taken.values.items()}
        place = self._looked_at(stamp_set)
        added: list[dict[str, Any]] = []
        removed: list[dict[str, Any]] = []
        for track, changes in changes_of(self._changes(stamp_set), scans.rank):
            if track not in place:
                continue
            following = scans.first(later, *place[track]) if later else None
            for edit in edits(changes, rank, is_now.get(track), following):
                row = {"track_id": track, "scan_id": scans.ranked[edit.rank].id}
                (removed if edit.remove else added).append({**row, "value_id": edit.value})
        self._apply(added, removed)

    def _looked_at(self, stamp_set: int) -> dict[int, tuple[int, int | None]]:
        """Every track of the scan's stamps, by its rules and by none, as (stamp, rule)."""
        of_set = and_(
            STAMP_MEMBER.c.member_id == TRACK.c.stamp_id, STAMP_MEMBER.c.set_id == stamp_set
        )
        query = select(TRACK.c.id, TRACK.c.stamp_id, TRACK.c.rule_id).join(STAMP_MEMBER, of_set)
        wanted = {None, *self._rules.values()}
        rows = self._connection.execute(query)
        return {track: (stamp, rule) for track, stamp, rule in rows if rule in wanted}

    def _changes(self, stamp_set: int) -> Any:  # noqa: ANN401 (rows)
        of_set = and_(
            STAMP_MEMBER.c.member_id == TRACK.c.stamp_id, STAMP_MEMBER.c.set_id == stamp_set
        )
        query = (
            select(TRACK.c.id, CHANGE.c.scan_id, CHANGE.c.value_id)
            .join(STAMP_MEMBER, of_set)
            .join(CHANGE, CHANGE.c.track_id == TRACK.c.id, isouter=True)
            .order_by(TRACK.c.id)
        )
        return self._connection.execute(query)

    def _apply(self, added: list[dict[str, Any]], removed: list[dict[str, Any]]) -> None:
        for some in _parts(added):
            self._connection.execute(insert(CHANGE), some)
        gone = delete(CHANGE).where(
            CHANGE.c.track_id == bindparam("track_id"), CHANGE.c.scan_id == bindparam("scan_id")
        )
        for some in _parts(removed):
            keys = [{"track_id": one["track_id"], "scan_id": one["scan_id"]} for one in some]
            self._connection.execute(gone, keys)


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
