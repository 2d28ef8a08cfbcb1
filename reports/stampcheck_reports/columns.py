"""The columns of a sheet of the workbook: their order, their widths, and which are printed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

_WIDEST: Final = 60
_WRAPPED: Final = 40
_WORDS: Final = {"reason": 20}
"""Widths of columns of single words that are longer than most."""

_MOST_LINES: Final = 12
"""Lines that a row of wrapped texts has at most."""

_FILL: Final = 1.05
"""Letters on a line for each unit of width, which is that of a digit, before a word is wrapped."""

_WIDTHS: Final = {
    **dict.fromkeys(("message", "explanation", "rationale", "remediation", "confirm"), _WIDEST),
    **dict.fromkeys(("fails_when", "passes_when", "not_applicable_when"), _WIDEST),
    **dict.fromkeys(("cloud_id", "subscription_id", "tenant_id"), 38),
    **dict.fromkeys(("rule_title", "title", "source", "settles", "said"), 40),
    **dict.fromkeys(("expected", "actual"), 34),
    **dict.fromkeys(("needs", "uses", "contradicted_by", "rules"), 40),
    **dict.fromkeys(("registration_id", "causes", "top_cause", "consequences", "lock"), 34),
    **dict.fromkeys(("stamp", "state", "owner", "approver"), 22),
    **dict.fromkeys(("scan_id", "runbook_title", "cause_id"), 34),
}

Cells = Sequence[str]


class Columns(NamedTuple):
    """The columns of a sheet: their names, and which hold numbers, moments, coloured words and
    texts that are wrapped; so many of the first are printed (0: all). ``places`` says where in the
    row that is handed in each stands; empty where the order is the same.
    """

    names: Cells
    numbers: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    coloured: frozenset[str] = frozenset()
    wrapped: frozenset[str] = frozenset()
    printed: int = 0
    places: tuple[int, ...] = ()

    def leading(self, *names: str) -> Columns:
        """The same columns with these first, which are the ones that are printed."""
        order = (*names, *(name for name in self.names if name not in names))
        places = tuple(map(self.names.index, order))
        return self._replace(names=order, printed=len(names), places=places)

    def ordered(self, cells: Cells) -> Cells:
        """A row in the order of the names."""
        return [cells[place] for place in self.places] if self.places else cells

    def lines(self, cells: Cells, *, every: bool = False) -> int:
        """About how many lines the fullest wrapped text of an ordered row takes; ``every`` where
        all texts are wrapped.
        """
        texts = (
            len(text) / (width(name, self) * _FILL)
            for name, text in zip(self.names, cells, strict=True)
            if every or name in self.wrapped
        )
        return min(ceil(max(texts, default=1)), _MOST_LINES)


def width(name: str, columns: Columns) -> float:
    """How wide a column is, in characters."""
    if name in columns.numbers:
        return len(name) + 3
    if name in columns.moments:
        return max(21, len(name) + 3)
    return _WIDTHS.get(
        name, _WRAPPED if name in columns.wrapped else max(_WORDS.get(name, 14), len(name) + 3)
    )
