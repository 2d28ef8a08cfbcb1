"""Open a history to read it; it is not made, and brought up to date only where it is old."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from stampcheck.errors import UsageError
from stampcheck.history.asking import History
from stampcheck.history.database import Database, connected
from stampcheck.history.migration import MIGRATIONS, check_version, migrate, version_of


@contextlib.contextmanager
def reading(
    place: Database, until: datetime | None = None, *, may_be_new: bool = False
) -> Iterator[History]:
    """The history of a database; ``UsageError`` where it holds none. One that ``may_be_new`` is
    begun.
    """
    if place.file is not None and not place.file.exists():
        raise UsageError(f"{place.name}: there is no such database; 'scan --history' makes it.")
    with connected(place) as connection:
        version = version_of(connection)
    check_version(place.name, version)
    if not version and not may_be_new:
        raise UsageError(f"{place.name}: holds no history; 'scan --history' begins one.")
    if version < len(MIGRATIONS):
        with connected(place, writes=True) as connection:
            migrate(connection, place.name)
    with connected(place) as connection:
        yield History(connection, until)
