"""The report as one Excel workbook, for whoever filters, sorts and charts.

XlsxWriter writes it: it streams rows to disk, draws charts and tables, depends on nothing, stands
under the BSD licence and is kept up.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stampcheck.model import Outcome, Reason, Standing
from stampcheck.record import Scan, ScanRecord, report_format
from stampcheck_reports import balance
from stampcheck_reports.columns import Columns
from stampcheck_reports.row import (
    CAUSE_COLUMNS,
    FINDING_COLUMNS,
    RULE_COLUMNS,
    SETTLES,
    STAMP_COLUMNS,
    FindingWords,
    cause_rows,
    counts_cells,
    rule_cells,
    stamp_cells,
)
from stampcheck_reports.waiver_view import WAIVER_COLUMNS, waiver_cells
from stampcheck_reports.workbook import MOST_ROWS, Book, Streamed, page, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter.worksheet import Worksheet

_CHARTS_END: Final = (34, 17)
"""The row and the column of the summary at which its charts end."""

_COUNTS: Final = frozenset(("failed", "undetermined", "passed", "not_applicable"))
_WORDS: Final = frozenset(("outcome", "severity", "licence_standing"))
_STAMPS: Final = Columns(
    STAMP_COLUMNS,
    _COUNTS,
    frozenset(("expires", "collected_at")),
    _WORDS,
    frozenset(("top_cause", "consequences")),
).leading(
    *("stamp", "licence_standing", "state", "failed", "undetermined", "passed", "not_applicable"),
    *("expires", "top_cause", "consequences"),
)
_READING: Final = (
    *("stamp", "rule_id", "rule_title", "outcome", "severity", "message", "expected", "actual"),
    *("causes", "consequences", "reason", "waived", "subject", "source"),
)
"""The columns of a finding that a person reads first; the ids follow."""

_FINDINGS: Final = (
    Columns(
        FINDING_COLUMNS,
        frozenset(("schema_version",)),
        frozenset(("as_of",)),
        frozenset(("outcome",)),
        frozenset(("rule_title", "message", "expected", "actual")),
    )
    .leading(*_READING)
    ._replace(printed=_READING.index("actual") + 1)
)
_RULES: Final = Columns(
    RULE_COLUMNS,
    _COUNTS | {f"findings_{name}" for name in _COUNTS},
    frozenset(("reviewed",)),
    _WORDS,
).leading(
    *("rule_id", "title", "severity", "failed", "undetermined", "passed", "not_applicable"),
    *("fails_when", "remediation"),
)
_CAUSES: Final = Columns(
    CAUSE_COLUMNS,
    frozenset(("stamps", "likeliest_on", "contradicted_on")),
    frozenset(("reviewed",)),
).leading("cause_id", "title", "stamps", "likeliest_on", "explanation", "confirm", "runbook_id")
_OPEN: Final = Columns(
    (
        *("stamp", "rule_id", "rule_title", "severity", "reason", "settles", "message", "missing"),
        *("subject", "source", "finding_id"),
    ),
    coloured=_WORDS,
    wrapped=frozenset(("rule_title", "settles", "message", "missing")),
    printed=8,
)


_WAIVERS: Final = Columns(
    WAIVER_COLUMNS,
    frozenset(("findings", "days_left")),
    frozenset(("accepted", "expires")),
    frozenset(("status",)),
    frozenset(("reason", "said")),
).leading(
    *("status", "fault", "rule_id", "stamp", "tag", "reason", "ticket", "owner", "approver"),
    *("expires", "said"),
)


@report_format("xlsx", "An Excel workbook with charts, filters and tables", ("findings.xlsx",))
def xlsx_format(record: ScanRecord, folder: Path, *, most: int = MOST_ROWS) -> None:
    """Write findings.xlsx; ``most`` is the number of rows of a sheet."""
    scan = record.scan
    book = Book(folder / "findings.xlsx", f"stampcheck scan {scan.scan_id}", scan.as_of)
    _summary(book, scan)
    _streamed(book, record, most)
    book.close()


def _streamed(book: Book, record: ScanRecord, most: int) -> None:
    """The sheets that grow with the fleet in one pass, and the tables at their places."""
    scan, words = record.scan, FindingWords(record.scan)
    stamps = Streamed(book, "Stamps", _STAMPS, most)
    findings = Streamed(book, "Findings", _FINDINGS, most)
    table(book, "Rules", _RULES, map(rule_cells, scan.rules))
    table(book, "Causes", _CAUSES, cause_rows(scan))
    if scan.waivers:
        table(book, "Waivers", _WAIVERS, (waiver_cells(scan.scan_id, one) for one in scan.waivers))
    undetermined = Streamed(book, "Undetermined", _OPEN, most)
    for stamp, own in record.by_stamp():
        if stamp is not None:
            stamps.add(stamp_cells(stamp))
        for finding in own:
            cells = words.cells(finding, stamp)
            findings.add(cells)
            if finding.outcome is Outcome.UNDETERMINED:
                undetermined.add(_open(cells, finding.missing))
    for sheet in (stamps, findings, undetermined):
        sheet.end()


def _open(cells: tuple[str, ...], missing: Iterable[str]) -> tuple[str, ...]:
    """The row of an undetermined finding: what is missing, and what would settle it."""
    row = dict(zip(FINDING_COLUMNS, cells, strict=True))
    row["settles"] = SETTLES[Reason(row["reason"])] if row["reason"] else ""
    row["missing"] = "; ".join(missing)
    return tuple(row[name] for name in _OPEN.names)


def _summary(book: Book, scan: Scan) -> None:
    """What was judged, the sums, and two charts of them."""
    sheet = book.sheet("Summary")
    sheet.hide_gridlines(2)
    page(sheet)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 6, 15)
    headline = balance.headline(scan)
    sheet.write_string(0, 0, "Azure Stack Hub registration", book.large)
    sheet.write_string(1, 0, headline.text, book.bold)
    for place, words in enumerate([balance.compliance(scan.pairs), *headline.notes], 2):
        book.write(sheet, (place, 0), words)
    standings = [(word.value, str(scan.standings.get(word.value, 0))) for word in Standing]
    risks = [(word, str(number)) for word, number in scan.consequences.items()]
    sums, by_standing = 5, 10
    book.grid(sheet, sums, _sums(scan), "number")
    book.grid(sheet, by_standing, [("Licence standing", "Stamps"), *standings], "number")
    last = book.grid(sheet, by_standing + 6, [("At risk", "Stamps"), *risks], "number")
    end = book.grid(sheet, last + 1, [("What was judged", ""), *_identity(scan)])
    sheet.print_area(0, 0, max(end, _CHARTS_END[0]), _CHARTS_END[1])
    _chart(book, sheet, (sums, 1, sums, 4), "H2", Outcome)
    _chart(book, sheet, (by_standing + 1, 0, by_standing + 4, 0), "H18", Standing)


def _chart(
    book: Book, sheet: Worksheet, names: tuple[int, int, int, int], place: str, words: type[StrEnum]
) -> None:
    """A bar chart of the numbers under, or beside, the cells with the names."""
    down = names[0] != names[2]
    values = (
        (names[0], 1, names[2], 1) if down else (names[0] + 1, names[1], names[2] + 1, names[3])
    )
    title = "Stamps by licence standing" if down else "Pairs of rules and stamps by outcome"
    chart = book.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": title,
            "categories": [sheet.name, *names],
            "values": [sheet.name, *values],
            "points": [{"fill": {"color": book.solid(word)}} for word in words],
            "data_labels": {"value": True, "num_format": "#,##0"},
            "gap": 40,
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 620, "height": 300})
    sheet.insert_chart(place, chart, {"description": f"{title}; the numbers stand in the cells."})


def _sums(scan: Scan) -> list[tuple[str, ...]]:
    names = ("Pairs of rules and stamps", "Findings", "of them on unclaimed registrations")
    every = (scan.pairs, scan.findings, scan.unclaimed_findings)
    head = ("", *(word for _, _, word in balance.OUTCOME_WORDS), "Together")
    return [
        head,
        *(
            (name, *counts_cells(one), str(one.total))
            for name, one in zip(names, every, strict=True)
        ),
    ]


def _identity(scan: Scan) -> list[tuple[str, str]]:
    return [
        ("scan", scan.scan_id),
        ("SHA-256 of the bundle", scan.bundle.digest),
        ("collected", scan.bundle.collected_at),
        ("as of", scan.as_of),
        ("profile", scan.profile),
        ("stampcheck", scan.tool_version),
        *((f"rules of {one.name}", one.version) for one in scan.packages),
    ]
