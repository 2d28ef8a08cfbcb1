"""The trend of a fleet as a page shows it: licence standings in columns, and the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from stampcheck.model import Standing
from stampcheck.record import ScanRecord, TrendPoint

COLUMNS: Final = 40
"""Scans that the picture shows, the newest ones."""

ROWS: Final = 12
"""Scans that the table shows, the newest ones."""

HEIGHT: Final = 100
WIDTH: Final = 800
_WIDEST: Final = 66
"""A column with room for its date."""

_SHAPES: Final = {
    Standing.LICENSED: "pass",
    Standing.NOT_PROVEN: "undetermined",
    Standing.EXPIRED: "expired",
    Standing.IN_VIOLATION: "fail",
}
"""The kinds of a column from the bottom, and how each is filled."""


class Part(NamedTuple):
    """A part of a column: its fill, where it begins from the top and how high it is."""

    shape: str
    y: float
    height: float


class Column(NamedTuple):
    """A scan in the picture: where it stands, the words on it, its parts, and its date if there is
    room for it.
    """

    middle: float
    title: str
    parts: tuple[Part, ...]
    date: str


def trend(record: ScanRecord) -> Mapping[str, Any] | None:
    """What the section shows; None where there are no two scans to compare."""
    points = record.trend
    if len(points) < 2:
        return None
    shown = points[-COLUMNS:]
    return {
        "columns": _columns(shown),
        "bar": round(pitch_of(len(shown)) * 0.55, 2),
        "width": WIDTH,
        "kinds": [(shape, word.value) for word, shape in _SHAPES.items()],
        "rows": points[-ROWS:],
        "number": len(points),
        "summary": _summary(shown),
        "standings": [word.value for word in Standing],
    }


def _columns(points: Sequence[TrendPoint]) -> list[Column]:
    pitch = pitch_of(len(points))
    step, last = -(-_WIDEST // pitch), len(points) - 1
    return [
        Column(
            round(pitch * (at + 0.5), 2),
            in_words(point),
            _parts(point),
            # The newest has a date, and each that many before it.
            point.as_of[:10] if (last - at) % step == 0 else "",
        )
        for at, point in enumerate(points)
    ]


def pitch_of(number: int) -> float:
    """The room of a column, so that all of them fit."""
    return min(_WIDEST, round(WIDTH / number, 2))


def _parts(point: TrendPoint) -> tuple[Part, ...]:
    total = sum(point.standings.values())
    parts, top = [], float(HEIGHT)
    for word, shape in _SHAPES.items():
        number = point.standings.get(word.value, 0)
        if number:
            height = round(HEIGHT * number / total, 2)
            top -= height
            parts.append(Part(shape, round(max(top, 0.0), 2), height))
    return tuple(parts)


def in_words(point: TrendPoint) -> str:
    """A scan in words: its date and its stamps by licence standing."""
    told = ", ".join(
        f"{point.standings.get(word.value, 0):,} {word.value}"
        for word in Standing
        if point.standings.get(word.value, 0)
    )
    return f"{point.as_of[:10]}: {told or 'no stamp'}"


def _summary(points: Sequence[TrendPoint]) -> str:
    """First and last in one sentence, for who does not see the picture."""
    first, last = points[0], points[-1]
    return (
        f"Licence standing over {len(points)} scans. {in_words(first)}. {in_words(last)}. Failed "
        f"pairs {first.failed:,} then, {last.failed:,} now; undetermined {first.undetermined:,} "
        f"then, {last.undetermined:,} now."
    )
