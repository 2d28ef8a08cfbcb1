"""A finding in words and numbers as other tools take them: one text, levels, the time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from stampcheck.model import Finding, Outcome, Severity
from stampcheck.record import Scan, ScanRecord, StampRecord
from stampcheck.waiver import WaiverRecord
from stampcheck_reports.accepted import Accepted
from stampcheck_reports.display import clipped, shown
from stampcheck_reports.row import FINDING_COLUMNS, FindingWords

OUTCOMES: Final = {
    Outcome.FAIL: "Fails",
    Outcome.UNDETERMINED: "Could not be determined",
    Outcome.PASS: "Passes",
    Outcome.NOT_APPLICABLE: "Does not apply",
}
SCORES: Final = {
    Severity.CRITICAL: 9.5,
    Severity.HIGH: 8.0,
    Severity.MEDIUM: 5.5,
    Severity.LOW: 3.0,
    Severity.INFORMATIONAL: 0.1,
}
"""Severities on the scale that GitHub reads: low from 0.1, medium from 4, high from 7, critical
above 9.
"""


class Told(NamedTuple):
    """A finding with its stamp (None: unclaimed), its row by column and its waivers."""

    stamp: StampRecord | None
    finding: Finding
    cells: dict[str, str]
    waivers: list[WaiverRecord]


def told(record: ScanRecord) -> Iterator[Told]:
    """Every finding of a scan in canonical order."""
    teller = Teller(record.scan)
    for stamp, findings in record.by_stamp():
        yield from teller.of(stamp, findings)


class Teller:
    """Tells the findings of one scan, stamp by stamp."""

    def __init__(self, scan: Scan) -> None:
        self._words, self._accepted = FindingWords(scan), Accepted(scan)

    def of(self, stamp: StampRecord | None, findings: list[Finding]) -> Iterator[Told]:
        """The findings of one stamp."""
        for finding in findings:
            cells = dict(zip(FINDING_COLUMNS, self._words.cells(finding, stamp), strict=True))
            yield Told(stamp, finding, cells, self._accepted.of(finding, stamp))


def statement(finding: Finding) -> str:
    """What the rule says: its message, then what it expected and found; never empty."""
    parts = [shown(finding.message).strip() or f"{OUTCOMES[finding.outcome]}."]
    if finding.expected:
        parts.append(f"Expected: {clipped(finding.expected)}.")
    if finding.actual:
        parts.append(f"Found: {clipped(finding.actual)}.")
    return " ".join(parts)


def incomplete(scan: Scan) -> bool:
    """Whether evidence or stamps may be missing because something was interrupted."""
    return not (scan.complete and scan.bundle.complete)


def milliseconds(moment: str) -> int:
    """A moment of the record (ISO 8601) since 1970; 0 where it is none."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return 0
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)
