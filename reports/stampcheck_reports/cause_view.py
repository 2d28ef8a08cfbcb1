"""A cause as the page shows it: its words, where it was found, its runbook with the gaps open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stampcheck.model import Cause, Runbook
from stampcheck.record import Scan
from stampcheck.tally import FleetTally
from stampcheck_reports.display import shown

if TYPE_CHECKING:
    from markupsafe import Markup

_GAP: Final = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")


class CauseView(NamedTuple):
    """A cause, its runbook, the rules that name it and the causes next to it, with their titles.
    ``told_at`` is the cause whose page has the steps of the runbook: each is told once.
    """

    cause: Cause
    tally: FleetTally
    runbook: Runbook | None
    rules: list[tuple[str, str]]
    neighbours: list[tuple[str, str, str]]
    against: list[str]
    told_at: str = ""


def cause_views(scan: Scan) -> list[CauseView]:
    """Every cause of the catalogue: those that hold most stamps first, then by title."""
    tallies = {tally.cause: tally for tally in scan.cause_stamps}
    views = [_view(cause, scan, tallies) for cause in scan.causes]
    views.sort(key=lambda view: (-view.tally.named, view.cause.title))
    told: dict[str, str] = {}
    return [
        view._replace(told_at=told.setdefault(view.cause.runbook, view.cause.id)) for view in views
    ]


def _view(cause: Cause, scan: Scan, tallies: dict[str, FleetTally]) -> CauseView:
    rules = {rule.id: rule.title for rule in scan.rules}
    titles = {other.id: other.title for other in scan.causes}
    return CauseView(
        cause,
        tallies.get(cause.id) or FleetTally(cause.id, []),
        next((one for one in scan.runbooks if one.id == cause.runbook), None),
        [(rule, rules[rule]) for rule in cause.explains if rule in rules],
        [
            (one.cause, titles.get(one.cause, one.cause), one.difference)
            for one in cause.neighbours
            if one.cause in titles
        ],
        [scan.contradictions.get(one, one) for one in cause.contradicted_by],
    )


class Gaps:
    """Marks what a reader has to fill in, in the words of the scan."""

    def __init__(self, scan: Scan) -> None:
        self._words = scan.placeholders

    def words(self, name: str) -> str:
        """The words of one placeholder."""
        return self._words.get(name, name.replace("_", " "))

    def filled(self, text: str, quotes: str = "") -> Markup:
        """The text with ``<FILL: words>`` for each placeholder, marked, within these quotes."""
        from markupsafe import Markup, escape

        pieces = _GAP.split(text)
        mark = Markup("<mark>{}</mark>")
        return Markup("").join(
            mark.format(f"{quotes}<FILL: {self.words(piece)}>{quotes}")
            if place % 2
            else escape(shown(piece))
            for place, piece in enumerate(pieces)
        )
