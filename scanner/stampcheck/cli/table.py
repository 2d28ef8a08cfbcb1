"""Rows of a listing command as text, JSON or CSV; nothing in them steers a terminal or a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from stampcheck.cell import escaped, line
from stampcheck.cli.main import printable

_GAP: Final = "  "


def as_json(body: Any) -> str:  # noqa: ANN401 (structs of any kind)
    """Structs as JSON that a person can read too."""
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_csv(names: Sequence[str], rows: Sequence[msgspec.Struct]) -> str:
    """Fields of structs as CSV with a head; a line break ends each record but the last."""
    records = [line(tuple(names)), *(_record(row, names) for row in rows)]
    return "".join(records).removesuffix("\r\n")


def _record(row: msgspec.Struct, names: Sequence[str]) -> str:
    """A line of CSV; a number stays one, also below zero."""
    values = [getattr(row, name) for name in names]
    cells = [str(one) if type(one) is int else escaped(_word(one)) for one in values]
    return ",".join(cells) + "\r\n"


def as_text(heads: dict[str, str], rows: Sequence[msgspec.Struct]) -> str:
    """Fields of structs, by name, under their heads; columns as wide as they need to be."""
    table = [tuple(heads.values()), *(_cells(row, list(heads)) for row in rows)]
    return "\n".join(_aligned([tuple(_flat(cell) for cell in cells) for cells in table]))


def _aligned(table: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def _cells(row: msgspec.Struct, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_word(getattr(row, name)) for name in names)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _flat(text: str) -> str:
    return " ".join(printable(text).split())
