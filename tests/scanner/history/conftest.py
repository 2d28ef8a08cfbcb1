"""Two databases to keep scans in: a file, and a PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from stampcheck.history.database import Database, connected, database
from tests.scanner.history.server import PROGRAMS, Server, programs


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server, where Debian's package postgresql is installed; demanded by a variable."""
    if programs() is None:
        if os.environ.get("STAMPCHECK_REQUIRE_POSTGRESQL"):
            pytest.fail(f"no PostgreSQL below {PROGRAMS}")
        pytest.skip("PostgreSQL is not installed")
    with Server() as running:
        yield running


def empty_database(server: Server, name: str) -> Database:
    """A new database on the server."""
    with server.admin() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    return database(server.url(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return database(str(tmp_path / "audit.db"))
    server: Server = request.getfixturevalue("server")
    return empty_database(server, server.fresh_name())


def rows(place: Database, table: str) -> int:
    """How many rows a table holds."""
    with connected(place) as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)
