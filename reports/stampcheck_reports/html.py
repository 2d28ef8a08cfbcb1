"""The report as one HTML file that loads nothing: summary, findings explorer, rules, evidence.

Above ``LIMIT`` findings the file is the summary page and says where the rest is.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from stampcheck.model import Cause, Finding, Outcome, Standing, State
from stampcheck.record import Scan, ScanRecord, StampRecord, Templates, report_format
from stampcheck.tally import FleetTally, in_words
from stampcheck_reports import balance, template
from stampcheck_reports.payload import Columns, packed_scan
from stampcheck_reports.row import FindingWords, source_cell
from stampcheck_reports.rule_view import rule_views
from stampcheck_reports.settle import Settlement, Settlements

LIMIT: Final = 100_000
"""Findings above which the page leaves the explorer out."""

STATIC_ROWS: Final = 500
"""Findings that a reader without JavaScript sees."""

SUMMARY_ROWS: Final = 100
"""Findings that the summary page shows, so that it stays light."""

_STYLES: Final = ("tokens", "page", "summary", "explorer", "panel", "print")
_SCRIPTS: Final = (
    "dom",
    "data",
    "state",
    "search",
    "filter",
    "group",
    "list",
    "facet",
    "copy",
    "runbook",
    "finding",
    "stamp",
    "panel",
    "theme",
    "print",
    "main",
)


@report_format(
    "html",
    "One page that explains itself and loads nothing",
    ("report.html",),
    templates=Templates(template.originals, template.check),
)
def html_format(record: ScanRecord, folder: Path) -> None:
    """Write report.html."""
    (folder / "report.html").write_text(page(record), encoding="utf-8", newline="\n")


class StaticRow(NamedTuple):
    """A finding as the page shows it without JavaScript."""

    finding: Finding
    holder: tuple[str, str, str, str]
    rule: tuple[str, str]
    proof: str


class StaticStamp(NamedTuple):
    """A stamp that fails, with its likeliest cause, as the page shows it without JavaScript."""

    stamp: StampRecord
    cause: str
    said: str


class Reading(NamedTuple):
    """What one pass over the findings brings: rows, gaps and, if it fits, the data block."""

    rows: list[StaticRow]
    stamps: list[StaticStamp]
    settles: list[Settlement]
    data: bytes


def page(record: ScanRecord) -> str:
    """The whole page; equal records give equal pages."""
    from markupsafe import Markup

    scan = record.scan
    total = scan.findings.total
    explorer = total <= LIMIT
    style = template.joined("styles", _STYLES, "css", record.templates)
    script = template.joined("scripts", _SCRIPTS, "js", record.templates)
    reading = _read(record) if explorer else _read_summary(record)
    context = {
        **_context(scan),
        "explorer": explorer,
        "total": total,
        "rows": reading.rows,
        "stamps": reading.stamps,
        "settles": reading.settles,
        "data": reading.data.decode("ascii"),
        "style": Markup(style),  # noqa: S704 (a source file, ours or the user's own)
        "script": Markup(script),  # noqa: S704 (a source file, ours or the user's own)
        "policy": policy(style, script),
    }
    return template.render("report.html", record.templates, context)


def policy(style: str, script: str) -> str:
    """The content security policy: our own style and script by digest, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _read(record: ScanRecord) -> Reading:
    columns, stamps = Columns(record.scan), []
    rows, settles = _StaticRows(record.scan, STATIC_ROWS), Settlements(record.scan)
    for stamp, findings in record.by_stamp():
        columns.add(findings)
        rows.add(stamp, findings)
        settles.add(stamp, findings)
        if stamp is not None:
            stamps.append(stamp)
    data = packed_scan(record, columns, stamps)
    return Reading(rows.chosen, rows.stamps, settles.ranked, data)


def _read_summary(record: ScanRecord) -> Reading:
    rows, settles = _StaticRows(record.scan, SUMMARY_ROWS), Settlements(record.scan)
    for stamp, findings in record.by_stamp():
        rows.add(stamp, findings)
        settles.add(stamp, findings)
    return Reading(rows.chosen, rows.stamps, settles.ranked, b"")


class _StaticRows:
    """The first failures, then the first undetermined findings where there is room."""

    def __init__(self, scan: Scan, most: int) -> None:
        self._words = FindingWords(scan)
        self._most = most
        self._failed: list[StaticRow] = []
        self._open: list[StaticRow] = []
        self._titles = {cause.id: cause.title for cause in scan.causes}
        self._contradictions = scan.contradictions
        self.stamps: list[StaticStamp] = []

    def add(self, stamp: StampRecord | None, findings: list[Finding]) -> None:
        if stamp is not None and stamp.causes and len(self.stamps) < SUMMARY_ROWS:
            self.stamps.append(self._stamp(stamp))
        for found in findings:
            if found.outcome is Outcome.FAIL and len(self._failed) < self._most:
                self._failed.append(self._row(found, stamp))
            elif found.outcome is Outcome.UNDETERMINED and len(self._open) < self._most:
                self._open.append(self._row(found, stamp))

    def _row(self, found: Finding, stamp: StampRecord | None) -> StaticRow:
        words = self._words
        holder = words.holder(stamp, found.subject)
        return StaticRow(found, holder, words.rule(found.rule), source_cell(found))

    def _stamp(self, stamp: StampRecord) -> StaticStamp:
        top = stamp.causes[0]
        said = in_words(top, stamp.pairs.failed, self._contradictions)
        return StaticStamp(stamp, self._titles.get(top.cause, top.cause), said)

    @property
    def chosen(self) -> list[StaticRow]:
        return (self._failed + self._open)[: self._most]


def _context(scan: Scan) -> dict[str, Any]:
    return {
        "scan": scan,
        "headline": balance.headline(scan),
        "compliance": balance.compliance(scan.pairs),
        "coverage": balance.coverage(scan.pairs),
        "segments": balance.segments,
        "standings": [(word.value, scan.standings.get(word.value, 0)) for word in Standing],
        "states": [(word.value, scan.states.get(word.value, 0)) for word in State],
        "first": list(_ranked_causes(scan)),
        "rules": rule_views(scan),
        "at_risk": [(word, number) for word, number in scan.consequences.items() if number],
    }


def _ranked_causes(scan: Scan) -> Iterator[tuple[Cause, FleetTally, str]]:
    """The causes that hold stamps, those of most stamps first, each with its runbook's title."""
    causes = {cause.id: cause for cause in scan.causes}
    titles = {runbook.id: runbook.title for runbook in scan.runbooks}
    tallies = [tally for tally in scan.cause_stamps if tally.cause in causes and tally.explains]
    for tally in sorted(tallies, key=lambda tally: tally.order):
        cause = causes[tally.cause]
        yield cause, tally, titles.get(cause.runbook, "")
