"""What one pass over a saved scan brings for the page: rows, gaps, dates and, if it fits, the data
block. Memory grows with the stamps that have dates or disagreements, not with the findings.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from stampcheck.model import Finding, Outcome, Source
from stampcheck.record import DocumentRecord, Scan, ScanRecord, StampRecord
from stampcheck.tally import in_words
from stampcheck_reports.calendar import Calendar, Expiry, calendar, registrations
from stampcheck_reports.payload import Columns, packed_scan
from stampcheck_reports.row import FindingWords
from stampcheck_reports.settle import Settlement, Settlements

LIMIT: Final = 100_000
"""Findings above which the page leaves the explorer out."""

STATIC_ROWS: Final = 500
"""Findings that a reader without JavaScript sees."""

SUMMARY_ROWS: Final = 40
"""Findings that the summary page shows, so that it stays light."""

STATIC_STAMPS: Final = 100
"""Stamps that are listed with their likeliest cause; on the summary page half of them."""


class Proof(NamedTuple):
    """A place that a finding was read from: document, field, time and request id."""

    document: str
    field: str
    collected_at: str
    request_id: str
    stale: bool


class StaticRow(NamedTuple):
    """A finding as the page shows it without JavaScript."""

    finding: Finding
    holder: tuple[str, str, str, str]
    rule: tuple[str, str]
    proof: list[Proof]


class StaticStamp(NamedTuple):
    """A stamp that fails, with its likeliest cause, as the page shows it without JavaScript."""

    stamp: StampRecord
    cause: str
    said: str


class Reading(NamedTuple):
    """What one pass over the findings brings."""

    record: ScanRecord
    rows: list[StaticRow]
    waived: list[StaticRow]
    waived_count: int
    stamps: list[StaticStamp]
    settles: list[Settlement]
    disagreeing: list[StampRecord]
    calendar: Calendar
    data: bytes

    @property
    def scan(self) -> Scan:
        """The head of the scan."""
        return self.record.scan


def read(record: ScanRecord) -> Reading:
    """Read a saved scan once."""
    scan = record.scan
    columns = Columns(scan) if scan.findings.total <= LIMIT else None
    rows = StaticRows(scan, STATIC_ROWS if columns else SUMMARY_ROWS)
    settles, stamps = Settlements(scan), _Stamps(keep=columns is not None)
    for stamp, findings in record.by_stamp():
        rows.add(stamp, findings)
        settles.add(stamp, findings)
        if columns:
            columns.add(findings)
        if stamp is not None:
            stamps.add(stamp)
    return Reading(
        record,
        rows.chosen,
        rows.waived,
        rows.waived_count,
        rows.stamps,
        settles.ranked,
        stamps.disagreeing,
        calendar(stamps.expiries, scan.as_of, max(scan.expiry_days.values(), default=0)),
        packed_scan(record, columns, stamps.kept) if columns else b"",
    )


class _Stamps:
    """What is kept of the stamps as they go by."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self.kept: list[StampRecord] = []
        self.disagreeing: list[StampRecord] = []
        self.expiries: list[Expiry] = []

    def add(self, stamp: StampRecord) -> None:
        self.expiries += registrations((stamp,))
        if self._keep:
            self.kept.append(stamp)
        if stamp.disagreements:
            self.disagreeing.append(stamp)


class StaticRows:
    """The first failures, then the first undetermined findings where there is room; the waived
    failures apart.
    """

    def __init__(self, scan: Scan, most: int) -> None:
        self._words = FindingWords(scan)
        self._most = most
        self._most_stamps = STATIC_STAMPS if most == STATIC_ROWS else STATIC_STAMPS // 2
        self._failed: list[StaticRow] = []
        self._open: list[StaticRow] = []
        self._titles = {cause.id: cause.title for cause in scan.causes}
        self._contradictions = scan.contradictions
        self._unattached = {one.document: one for one in scan.documents}
        self.stamps: list[StaticStamp] = []
        self.waived: list[StaticRow] = []
        self.waived_count = 0

    def add(self, stamp: StampRecord | None, findings: list[Finding]) -> None:
        """Take over what there is room for."""
        if stamp is not None and stamp.causes and len(self.stamps) < self._most_stamps:
            self.stamps.append(self._stamp(stamp))
        for found in findings:
            is_waived = found.waived and found.outcome is Outcome.FAIL
            self.waived_count += is_waived
            rows = self.waived if is_waived else self._rows(found.outcome)
            room = self._most if rows is not self.waived else self._most // 5
            if rows is not None and len(rows) < room:
                rows.append(self._row(found, stamp))

    def _rows(self, outcome: Outcome) -> list[StaticRow] | None:
        return {Outcome.FAIL: self._failed, Outcome.UNDETERMINED: self._open}.get(outcome)

    def _row(self, found: Finding, stamp: StampRecord | None) -> StaticRow:
        holder = self._words.holder(stamp, found.subject)
        read_of = {one.document: one for one in stamp.documents} if stamp else {}
        proof = [_proof(seen, self._unattached | read_of) for seen in found.sources]
        return StaticRow(found, holder, self._words.rule(found.rule), proof)

    def _stamp(self, stamp: StampRecord) -> StaticStamp:
        top = stamp.causes[0]
        said = in_words(top, stamp.pairs.failed, self._contradictions)
        return StaticStamp(stamp, self._titles.get(top.cause, top.cause), said)

    @property
    def chosen(self) -> list[StaticRow]:
        """The rows, failures first."""
        return (self._failed + self._open)[: self._most]


def _proof(seen: Source, documents: dict[str, DocumentRecord]) -> Proof:
    read_of = documents.get(seen.document) or DocumentRecord(seen.document)
    return Proof(seen.document, seen.field, read_of.collected_at, read_of.request_id, seen.stale)
