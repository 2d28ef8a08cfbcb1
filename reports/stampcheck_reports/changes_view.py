"""What changed between two scans, as a page shows it: changes by class, long lists by stamp."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from stampcheck.change import MEANINGS, Change, ChangeClass, Comparison, Side

MOST_ROWS: Final = 300
"""Changes of one class that a page shows; diff.csv holds all."""

_BY_STAMP: Final = frozenset((ChangeClass.NO_LONGER_CHECKED, ChangeClass.NEWLY_CHECKED))
_SHAPES: Final = {
    ChangeClass.REGRESSED: "fail",
    ChangeClass.NEW: "fail",
    ChangeClass.WAIVER_EXPIRED: "fail",
    ChangeClass.NEWLY_UNDETERMINED: "undetermined",
    ChangeClass.NO_LONGER_CHECKED: "undetermined",
    ChangeClass.STILL_FAILING: "fail",
    ChangeClass.STILL_UNDETERMINED: "undetermined",
    ChangeClass.NEWLY_WAIVED: "not-applicable",
}
_OPEN: Final = frozenset(
    (
        ChangeClass.REGRESSED,
        ChangeClass.NEW,
        ChangeClass.WAIVER_EXPIRED,
        ChangeClass.NEWLY_UNDETERMINED,
        ChangeClass.FIXED,
    )
)


class OfStamp(NamedTuple):
    """The changes of one stamp that are told in one row: how many rules, and the first reason."""

    stamp: str
    rules: tuple[str, ...]
    why: str


class ClassView(NamedTuple):
    """A class of changes: its word, what it means, the shape of its mark, its number, its rows."""

    word: str
    meaning: str
    shape: str
    number: int
    is_open: bool
    rows: list[Change]
    stamps: list[OfStamp]

    @property
    def is_listed(self) -> bool:
        """Whether there are rows to show."""
        return bool(self.rows or self.stamps)


def changes_context(comparison: Comparison | None) -> Mapping[str, Any] | None:
    """What the section shows; None where nothing was compared."""
    if comparison is None:
        return None
    by_class: dict[ChangeClass, list[Change]] = {word: [] for word in ChangeClass}
    for change in comparison.changes:
        by_class[change.change].append(change)
    return {
        "changes": comparison,
        "classes": [_view(word, own, comparison) for word, own in by_class.items()],
        "most": MOST_ROWS,
        "word_of": _word,
    }


def _view(word: ChangeClass, changes: list[Change], comparison: Comparison) -> ClassView:
    by_stamp = word in _BY_STAMP
    return ClassView(
        word.value,
        MEANINGS[word],
        _SHAPES.get(word, "pass"),
        comparison.counts.get(word.value, 0),
        word in _OPEN,
        [] if by_stamp else changes[:MOST_ROWS],
        _stamps(changes)[:MOST_ROWS] if by_stamp else [],
    )


def _stamps(changes: Iterable[Change]) -> list[OfStamp]:
    by_stamp: dict[str, list[Change]] = {}
    for change in changes:
        by_stamp.setdefault(change.stamp, []).append(change)
    return [
        OfStamp(stamp, tuple(dict.fromkeys(one.rule for one in own)), _first_reason(own[0]))
        for stamp, own in by_stamp.items()
    ]


def _first_reason(change: Change) -> str:
    return change.why[0].text if change.why else ""


def _word(side: Side | None) -> str:
    return side.word if side else "not checked"
