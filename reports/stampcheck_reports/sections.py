"""The parts of the page in the order they are read.

To add one, give it a template under ``templates/``, a function that makes its context from what
was read (None leaves it out, with its entry in the navigation), a style sheet under ``styles/`` if
it needs one, and a line in ``SECTIONS``. The template finds its context as ``own``, and may use
``scan``, ``explorer`` (whether the page can filter) and the macros of ``parts.html``; it begins
with ``<section id="..." aria-labelledby="...">``, where the id is the section's. A section that is
not to be printed with the summary has the class ``details-only``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from stampcheck.custody import chain
from stampcheck.model import Cause
from stampcheck.record import Scan, StampRecord
from stampcheck.tally import FleetTally
from stampcheck_reports.attestation_view import attestations_context
from stampcheck_reports.cause_view import cause_views
from stampcheck_reports.changes_view import changes_context
from stampcheck_reports.reading import Reading
from stampcheck_reports.rule_view import rule_views
from stampcheck_reports.trend_view import trend
from stampcheck_reports.waiver_view import waivers_context

Context = Mapping[str, Any]

MOST_DISAGREEMENTS: Final = 20
MOST_NAMES: Final = 12
"""Stamps that a month of the calendar names."""


class Section(NamedTuple):
    """A part of the page: its anchor, its word in the navigation, its template, what it shows, and
    the name of its own style sheet, if it has one.
    """

    id: str
    title: str
    template: str
    context: Callable[[Reading], Context | None]
    style: str = ""


class Shown(NamedTuple):
    """A section that this page has, with what it shows."""

    section: Section
    own: Context


def _first(reading: Reading) -> Context:
    return {"causes": list(_ranked(reading.scan)), "settles": reading.settles}


def _ranked(scan: Scan) -> Iterator[tuple[Cause, FleetTally, str]]:
    """The causes that hold stamps, those of most stamps first, each with its runbook's title."""
    causes = {cause.id: cause for cause in scan.causes}
    titles = {runbook.id: runbook.title for runbook in scan.runbooks}
    tallies = [tally for tally in scan.cause_stamps if tally.cause in causes and tally.explains]
    for tally in sorted(tallies, key=lambda tally: tally.order):
        cause = causes[tally.cause]
        yield cause, tally, titles.get(cause.runbook, "")


def _witnesses(reading: Reading) -> Context | None:
    stamps: list[StampRecord] = reading.disagreeing
    if not stamps:
        return None
    return {"stamps": stamps[:MOST_DISAGREEMENTS], "number": len(stamps)}


def _calendar(reading: Reading) -> Context | None:
    ends = reading.calendar
    return {"calendar": ends, "most_names": MOST_NAMES} if ends.total or ends.never else None


def _findings(reading: Reading) -> Context:
    return {"rows": reading.rows, "waived": reading.waived, "stamps": reading.stamps}


def _changes(reading: Reading) -> Context | None:
    return changes_context(reading.record.changes())


def _waivers(reading: Reading) -> Context | None:
    return waivers_context(reading.scan)


def _attestations(reading: Reading) -> Context | None:
    return attestations_context(reading.record)


def _evidence(_: Reading) -> Context:
    return {}


def _trend(reading: Reading) -> Context | None:
    return trend(reading.record)


def _custody(reading: Reading) -> Context:
    return {"chain": list(chain(reading.scan))}


def _rules(reading: Reading) -> Context:
    return {"rules": rule_views(reading.scan)}


def _causes(reading: Reading) -> Context:
    return {"causes": cause_views(reading.scan)}


SECTIONS: Final = (
    Section("first", "What to do first", "first.html", _first),
    Section("changes", "Changes", "changes.html", _changes, "changes"),
    Section("witnesses", "Two witnesses", "witnesses.html", _witnesses, "witnesses"),
    Section("calendar", "Expiry", "calendar.html", _calendar, "calendar"),
    Section("findings", "Findings", "findings.html", _findings),
    Section("waivers", "Waivers", "waivers.html", _waivers),
    Section("attestations", "Attestations", "attestations.html", _attestations),
    Section("trend", "Trend", "trend.html", _trend, "trend"),
    Section("evidence", "Evidence", "evidence.html", _evidence),
    Section("custody", "Custody", "custody.html", _custody, "custody"),
    Section("rules", "Rules", "rules.html", _rules),
    Section("causes", "Causes", "causes.html", _causes),
)
"""The order of the page, below its summary."""


def shown(reading: Reading) -> list[Shown]:
    """The sections that this scan has something for."""
    found = ((section, section.context(reading)) for section in SECTIONS)
    return [Shown(section, own) for section, own in found if own is not None]
