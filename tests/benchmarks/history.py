"""Fills a history with many scans and times what is asked of it, and prints a table.

    python -m tests.benchmarks.history [--scans N] [--stamps N] [--rules N] [--churn SHARE]
                                       [--database FILE|URL]

Each scan after the first changes a share of all findings. The first is stored as ``scan --history``
stores it; the others are written into the tables as it would leave them, which is quicker, and the
last two are stored by it again: one at the end, one among the oldest. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, insert, select

from stampcheck.history.database import Database, connected, database
from stampcheck.history.keeping import keep
from stampcheck.history.tables import CHANGE, SCAN, TRACK, VALUE
from tests.scanner.history.scans import taken

_FIRST: Final = date(2024, 1, 1)
_LETTERS: Final = "pppppppppfffuu"
_STAMPCHECK: Final = "import sys; from stampcheck.cli.main import main; main()"


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=1_000)
    parser.add_argument("--stamps", type=int, default=1_000)
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--churn", type=float, default=0.01)
    parser.add_argument("--database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        named = chosen.database or str(Path(folder) / "audit.db")
        _measure(database(named), named, chosen)


def _measure(place: Database, named: str, chosen: argparse.Namespace) -> None:
    chance = random.Random(7)
    rules = [f"R-{number:03}" for number in range(chosen.rules)]
    stamps = [f"stamp-{number:05}" for number in range(chosen.stamps)]
    print(f"{chosen.scans:,} scans of {chosen.stamps:,} stamps by {chosen.rules} rules")
    _told("store the first scan", lambda: _store(place, 0, stamps, rules, chance))
    _told("fill the rest", lambda: _fill(place, chosen.scans - 2, chosen.churn, chance))
    _told("store one more", lambda: _store(place, chosen.scans, stamps, rules, chance))
    _told("store an older one", lambda: _store(place, -1, stamps, rules, chance))
    with connected(place) as connection:
        for table in (SCAN, TRACK, CHANGE):
            print(f"  {table.name}: {connection.scalar(select(func.count()).select_from(table)):,}")
    if place.file is not None:
        print(f"  {place.file.stat().st_size / 1e6:.0f} MB")
    for words in (
        ("list",),
        ("trend",),
        ("stamp", stamps[-1]),
        ("rule", rules[-1]),
    ):
        _told(f"history {' '.join(words)}", lambda words=words: _ask(named, *words))


def _told(what: str, do: Any) -> None:
    began = time.perf_counter()
    do()
    print(f"{what:<28} {time.perf_counter() - began:8.2f} s")


def _store(
    place: Database, day: int, stamps: list[str], rules: list[str], chance: random.Random
) -> None:
    cells = {stamp: {rule: chance.choice(_LETTERS) for rule in rules} for stamp in stamps}
    assert keep(place, taken(f"{_FIRST + timedelta(day)}", cells, rules=rules, scan_id=f"s{day}"))


def _fill(place: Database, number: int, churn: float, chance: random.Random) -> None:
    with connected(place, writes=True) as connection:
        first = dict(connection.execute(select(SCAN)).mappings().one())
        values = list(connection.scalars(select(VALUE.c.id).where(VALUE.c.outcome != "")))
        tracks = select(TRACK.c.id).where(TRACK.c.rule_id.is_not(None))
        rows = connection.execute(
            select(CHANGE.c.track_id, CHANGE.c.value_id).where(CHANGE.c.track_id.in_(tracks))
        )
        is_now = {track: value for track, value in rows}  # noqa: C416 (rows are no pairs)
        del first["id"]
        for day in range(1, number + 1):
            row = {**first, "scan_id": f"s{day}", "as_of": f"{_FIRST + timedelta(day)}T00:00:00Z"}
            made = connection.execute(insert(SCAN).returning(SCAN.c.id), row).scalar_one()
            changes = list(_changes(is_now, values, churn, chance))
            cells = [
                {"track_id": one, "scan_id": made, "value_id": value} for one, value in changes
            ]
            connection.execute(insert(CHANGE), cells)


def _changes(
    is_now: dict[int, int], values: list[int], churn: float, chance: random.Random
) -> Iterator[tuple[int, int]]:
    for track in chance.sample(sorted(is_now), int(len(is_now) * churn)):
        other = chance.choice([one for one in values if one != is_now[track]])
        is_now[track] = other
        yield track, other


def _ask(named: str, *words: str) -> None:
    command = [sys.executable, "-c", _STAMPCHECK, "history", *words, "--history", named]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
