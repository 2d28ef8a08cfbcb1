"""Which database is meant, how it is opened, and one sentence for whatever it says instead."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from stampcheck.errors import RunError, UsageError

_PATIENCE: Final = 30.0
"""Seconds that a writer waits for another one."""

_OPTIONS: Final = frozenset(
    ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "passfile")
)
# One number for all histories of a server: who writes one waits for the others, which is rare.
_LOCK: Final = 0x57A3_9C4E
_FORMS: Final = "name a file such as audit.db, or postgresql://HOST/NAME"


class Database(msgspec.Struct, frozen=True):
    """A database by its URL; ``name`` is how it is spoken of, without anything secret."""

    url: URL
    name: str
    patience: float = _PATIENCE

    @property
    def is_postgresql(self) -> bool:
        """Whether it is a server's, and not a file."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return None if self.is_postgresql else Path(self.url.database or "")


def database(text: str) -> Database:
    """The database that a text names: a file, ``sqlite:///FILE`` or ``postgresql://HOST/NAME``.

    ``UsageError`` where it cannot be one. A password in it is refused: command lines are seen by
    everybody on the machine. The text itself is in no sentence, for it may hold one.
    """
    if "://" not in text:
        return _file(URL.create("sqlite", database=text), _PATIENCE)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(f"--history: that is no address of a database; {_FORMS}.") from None
    if url.password is not None or "password" in url.query:
        raise UsageError(
            "--history: a password does not belong on a command line; leave it out and set "
            "PGPASSWORD, or use a password file."
        )
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        return _file(url.set(query={}), _seconds(url))
    if backend in ("postgresql", "postgres"):
        return _server(url)
    raise UsageError(f"--history: {backend} is not known; {_FORMS}.")


def _seconds(url: URL) -> float:
    try:
        return float(str(url.query.get("timeout", _PATIENCE)))
    except ValueError:
        raise UsageError("--history: timeout is a number of seconds.") from None


def _file(url: URL, patience: float) -> Database:
    path = Path(url.database or "")
    if not url.database or url.database == ":memory:" or path.is_dir():
        raise UsageError(f"--history: {url.database or 'an empty name'} is no file; {_FORMS}.")
    if not path.parent.is_dir():
        raise UsageError(f"--history: {path.parent}: there is no such folder for {path.name}.")
    return Database(url.set(drivername="sqlite"), str(path), patience)


def _server(url: URL) -> Database:
    unknown = sorted(set(url.query) - _OPTIONS)
    if unknown:
        raise UsageError(
            f"--history: {unknown[0]} is not understood; known are {', '.join(sorted(_OPTIONS))}."
        )
    try:
        import psycopg  # noqa: F401 (only whether it is there)
    except ImportError:
        raise UsageError(
            "--history: PostgreSQL needs psycopg; run pip install 'stampcheck[postgresql]'."
        ) from None
    url = url.set(drivername="postgresql+psycopg")
    return Database(url, url.set(drivername="postgresql", query={}).render_as_string())


def engine_of(place: Database, *, writes: bool = False) -> Engine:
    """An engine whose transactions see one state of the database; one that writes has it alone."""
    if place.is_postgresql:
        arguments: dict[str, Any] = {}
        if "connect_timeout" not in place.url.query:
            arguments["connect_timeout"] = 10
        level = "READ COMMITTED" if writes else "REPEATABLE READ"
        engine = create_engine(
            place.url, poolclass=NullPool, connect_args=arguments, isolation_level=level
        )
        if writes:
            event.listen(engine, "begin", _lock(place.patience))
        return engine
    arguments = {"timeout": place.patience}
    engine = create_engine(place.url, poolclass=NullPool, connect_args=arguments)
    # The driver would begin by itself, and too late.
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin("IMMEDIATE" if writes else "DEFERRED"))
    return engine


def _leave_transactions_to_us(connection: Any, _: object) -> None:  # noqa: ANN401 (the driver's)
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(kind: str) -> Any:  # noqa: ANN401 (a listener)
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {kind}")

    return begin


def _lock(patience: float) -> Any:  # noqa: ANN401 (a listener)
    def lock(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    return lock


@contextlib.contextmanager
def connected(place: Database, *, writes: bool = False) -> Iterator[Connection]:
    """A transaction: all or nothing. What the database says instead is one sentence."""
    with spoken(place):
        engine = engine_of(place, writes=writes)
        with engine.begin() as connection:
            yield connection


@contextlib.contextmanager
def spoken(place: Database) -> Iterator[None]:
    """Errors of the database as one sentence, without statements and values."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _explained(place, error) from None
    except OverflowError:
        raise RunError(f"{place.name}: a number of the scan is too large to be kept.") from None


def _explained(place: Database, error: SQLAlchemyError) -> RunError | UsageError:
    orig = getattr(error, "orig", None)
    said = str(orig or type(error).__name__).strip().partition("\n")[0][:200].rstrip(".")
    if "not a database" in said:
        return UsageError(f"{place.name}: is no SQLite database; {_FORMS}.")
    if "locked" in said or "lock timeout" in said:
        return RunError(f"{place.name}: another program holds it ({said}); try again later.")
    if "full" in said or "No space left" in said:
        return RunError(f"{place.name}: has no space left ({said}).")
    return RunError(f"{place.name}: the database failed ({said}).")
