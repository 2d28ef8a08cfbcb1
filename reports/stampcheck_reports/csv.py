"""The report as CSV: findings, stamps, rules, causes and waivers, for spreadsheets and for scripts.

A line is joined from a part per stamp and a part per verdict, each escaped once, and written as
it comes: memory stays flat however many findings there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from stampcheck.model import Consequence, Finding
from stampcheck.record import ReportOption, Scan, ScanRecord, StampRecord, report_format
from stampcheck_reports.cell import escaped, line
from stampcheck_reports.row import (
    FINDING_COLUMNS,
    JOIN,
    STAMP_COLUMNS,
    FindingWords,
    source_cell,
    stamp_cells,
)
from stampcheck_reports.summary import causes_table, rules_table
from stampcheck_reports.waiver_view import WAIVER_COLUMNS, waiver_cells

if TYPE_CHECKING:
    import pandas as pd


_MARKS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}


@report_format(
    "csv",
    "Comma-separated values, one file each for findings, stamps, rules, causes and waivers",
    ("findings.csv", "stamps.csv", "rules.csv", "causes.csv", "waivers.csv"),
    ReportOption(
        "delimiter", "Between cells of CSV: comma, semicolon or tab. [comma]", tuple(_MARKS)
    ),
)
def csv_format(record: ScanRecord, folder: Path, *, delimiter: str = "comma") -> None:
    """Write the five files."""
    mark = _MARKS[delimiter]
    with _open(folder / "findings.csv") as findings, _open(folder / "stamps.csv") as stamps:
        findings.write(line(FINDING_COLUMNS, mark))
        stamps.write(line(STAMP_COLUMNS, mark))
        lines = FindingLines(record.scan, mark)
        for stamp, own in record.by_stamp():
            findings.write("".join(lines.of_stamp(stamp, own)))
            if stamp is not None:
                stamps.write(line(stamp_cells(stamp), mark))
    _write_table(rules_table(record.scan), folder / "rules.csv", mark)
    _write_table(causes_table(record.scan), folder / "causes.csv", mark)
    with _open(folder / "waivers.csv") as waivers:
        waivers.write(line(WAIVER_COLUMNS, mark))
        for waiver in record.scan.waivers:
            waivers.write(line(waiver_cells(record.scan.scan_id, waiver), mark))


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8-sig", newline="")


def _write_table(table: pd.DataFrame, path: Path, mark: str) -> None:
    with _open(path) as stream:
        stream.write(line(tuple(table.columns), mark))
        for cells in table.itertuples(index=False, name=None):
            stream.write(line(tuple(map(str, cells)), mark))


class FindingLines:
    """Makes the lines of findings.csv; equal to escaping the cells of ``FindingWords`` in turn."""

    def __init__(self, scan: Scan, mark: str = ",") -> None:
        self._words, self._mark = FindingWords(scan), mark
        self._scan_part = self._joined(self._words.scan_cells)
        self._as_of = escaped(self._words.as_of)
        self._bundle = escaped(self._words.bundle_digest)
        self._rule_parts = {rule.id: self._joined(self._words.rule(rule.id)) for rule in scan.rules}
        self._cause_parts: dict[tuple[str, ...], str] = {}
        self._consequence_parts: dict[tuple[Consequence, ...], str] = {}

    def of_stamp(self, stamp: StampRecord | None, findings: Iterable[Finding]) -> list[str]:
        """The lines of one stamp's findings, or of those of unclaimed registrations."""
        words, scan = self._words, self._scan_part
        if stamp is not None:
            holder = self._holder(words.holder(stamp, ""))
            return [self._line(finding, scan, holder) for finding in findings]
        return [
            self._line(finding, scan, self._holder(words.holder(None, finding.subject)))
            for finding in findings
        ]

    def _line(self, finding: Finding, scan: str, holder: str) -> str:
        causes, rule, at_risk = finding.causes, finding.rule, finding.consequences
        parts = (
            scan,
            escaped(finding.finding_id),
            holder,
            self._rule_parts.get(rule) or self._joined(self._words.rule(rule)),
            escaped(finding.subject) if finding.subject else "",
            finding.outcome,
            finding.severity,
            finding.reason or "",
            escaped(finding.message) if finding.message else "",
            escaped(finding.expected) if finding.expected else "",
            escaped(finding.actual) if finding.actual else "",
            (self._cause_parts.get(causes) or self._causes(causes)) if causes else "",
            "true" if finding.waived else "false",
            escaped(source_cell(finding)),
            (self._consequence_parts.get(at_risk) or self._consequences(at_risk))
            if at_risk
            else "",
            self._bundle,
        )
        return self._mark.join(parts) + "\r\n"

    def _holder(self, cells: tuple[str, ...]) -> str:
        return f"{self._as_of}{self._mark}{self._joined(cells)}"

    def _consequences(self, consequences: tuple[Consequence, ...]) -> str:
        part = self._consequence_parts[consequences] = escaped(JOIN.join(consequences))
        return part

    def _causes(self, causes: tuple[str, ...]) -> str:
        part = self._cause_parts[causes] = escaped(JOIN.join(causes))
        return part

    def _joined(self, cells: tuple[str, ...]) -> str:
        return self._mark.join([escaped(cell) for cell in cells])
