"""Store a scan: once, whole or not at all, whoever else stores at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from stampcheck.history.around import tracks_around
from stampcheck.history.database import Database, connected
from stampcheck.history.edits import edits
from stampcheck.history.migration import migrate
from stampcheck.history.scope import Scans
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
from stampcheck.history.writing import parts, write_rows


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
        found = self._known(table, [row["digest"] for row in rows])
        new = [row for row in rows if row["digest"] not in found]
        if new:
            write_rows(self._connection, table, new)
            found.update(self._known(table, [row["digest"] for row in new]))
        return found

    def _known(self, table: Table, digests: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in parts(digests):
            query = select(table.c.digest, table.c.id).where(table.c.digest.in_(some))
            found.update((digest, number) for digest, number in self._connection.execute(query))
        return found

    def _set(self, sets: Table, members: Table, ids: Iterable[int]) -> int:
        """The id of a set of ids; scans that look at the same share it."""
        wanted = sorted(ids)
        digest = digest_of(" ".join(map(str, wanted)))
        known = self._known(sets, [digest])
        if known:
            return known[digest]
        number = self._ids(sets, [{"digest": digest}])[digest]
        rows = [{"set_id": number, "member_id": one} for one in wanted]
        write_rows(self._connection, members, rows)
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
        added: list[dict[str, Any]] = []
        removed: list[dict[str, Any]] = []
        wanted = {None, *self._rules.values()}
        for track in tracks_around(self._connection, stamp_set, scans, rank):
            if track.rule not in wanted:
                continue
            following = scans.first(later, track.stamp, track.rule) if later else None
            for edit in edits(track.changes, rank, is_now.get(track.id), following):
                row = {"track_id": track.id, "scan_id": scans.ranked[edit.rank].id}
                (removed if edit.remove else added).append({**row, "value_id": edit.value})
        self._apply(added, removed)

    def _apply(self, added: list[dict[str, Any]], removed: list[dict[str, Any]]) -> None:
        write_rows(self._connection, CHANGE, added)
        gone = delete(CHANGE).where(
            CHANGE.c.track_id == bindparam("track_id"), CHANGE.c.scan_id == bindparam("scan_id")
        )
        for some in parts(removed):
            keys = [{"track_id": one["track_id"], "scan_id": one["scan_id"]} for one in some]
            self._connection.execute(gone, keys)
