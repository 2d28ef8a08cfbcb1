"""Migrations of the schema: an ordered list of functions, each made once in the transaction that
needs it. A list of our own, since alembic wants a folder of scripts and a configuration beside the
program, and ours has to work from a wheel on a customer's laptop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, insert, inspect, select

from stampcheck import __version__
from stampcheck.errors import UsageError
from stampcheck.history.tables import METADATA, SCHEMA

Migration = Callable[[Connection], None]


def _first(connection: Connection) -> None:
    METADATA.create_all(connection)


MIGRATIONS: Final[tuple[Migration, ...]] = (_first,)
"""The first makes version 1. A changed table is another one at the end, and ``_first`` then makes
the tables as they were.
"""


def version_of(connection: Connection) -> int:
    """The version of the schema; 0 where there is no history yet."""
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    return max(connection.scalars(select(SCHEMA.c.version)), default=0)


def check_version(name: str, version: int, newest: int = len(MIGRATIONS)) -> None:
    """``UsageError`` where a newer stampcheck made the schema."""
    if version > newest:
        raise UsageError(
            f"{name}: its schema is version {version}, newer than {newest}, the newest that "
            f"stampcheck {__version__} knows; use the version that wrote it."
        )


def migrate(
    connection: Connection, name: str, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Bring the schema up to date, in the transaction of the connection."""
    version = version_of(connection)
    check_version(name, version, len(migrations))
    for number in range(version + 1, len(migrations) + 1):
        migrations[number - 1](connection)
        connection.execute(insert(SCHEMA).values(version=number))
