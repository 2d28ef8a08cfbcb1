"""A demo fleet: the files of evidence that it consists of, and when they were written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

AS_OF: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""The moment that both fleets are to be judged for."""

_FILES_AGE: Final = timedelta(days=2)


def in_days(days: int, *, seconds: int = 0) -> str:
    """A moment before or after the as-of date, ISO 8601."""
    return (AS_OF + timedelta(days=days, seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


Folder = tuple[str, dict[str, bytes]]
"""A folder (empty: the root) and the files in it, by name."""


class Fleet(msgspec.Struct, frozen=True):
    """A fleet by name; ``folders`` makes it anew each time. ``inventory`` names its inventory at
    the root, empty where it has none.
    """

    name: str
    folders: Callable[[], Iterable[Folder]]
    inventory: str = ""
    as_of: datetime = AS_OF

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file: its path relative to the fleet, with slashes, and its bytes."""
        for folder, files in self.folders():
            for name, data in files.items():
                yield (f"{folder}/{name}" if folder else name), data

    def write(self, target: Path) -> None:
        """Write the fleet into a folder, each file with a fixed date, which dates the raw ones."""
        written = (self.as_of - _FILES_AGE).timestamp()
        for relative, data in self.files():
            path = target / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (written, written))
