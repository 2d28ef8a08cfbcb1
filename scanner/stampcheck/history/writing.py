"""Write many rows at once, in as few statements as the database can take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

_AT_ONCE: Final = 5_000

_One = TypeVar("_One")


def parts(rows: Sequence[_One]) -> Iterable[Sequence[_One]]:
    """The rows in parts that one statement takes."""
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def write_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, which all name the same columns and none of which is there yet."""
    if not rows:
        return
    # A server takes a column as one value; row by row each would be a message of its own.
    is_server = connection.dialect.name == "postgresql"
    names = list(rows[0])
    statement = insert(table)
    if is_server:
        columns = [func.unnest(bindparam(name, type_=ARRAY(table.c[name].type))) for name in names]
        statement = statement.from_select(names, select(*columns))
    for some in parts(rows):
        given = {name: [row[name] for row in some] for name in names} if is_server else list(some)
        connection.execute(statement, given)
