"""What would settle the undetermined: every gap once, and the documents that are asked for."""

from __future__ import annotations

from collections import Counter

import msgspec

from stampcheck.cli.request import wanted_evidence
from stampcheck.model import Finding, Outcome, Reason
from stampcheck.record import ScanRecord
from stampcheck_reports.settle import Settlement, Settlements


def collected(record: ScanRecord) -> list[Settlement]:
    """What settles the gaps of a scan."""
    settles = Settlements(record.scan)
    for stamp, findings in record.by_stamp():
        settles.add(stamp, findings)
    return settles.ranked


def test_every_undetermined_finding_is_counted_once(record: ScanRecord) -> None:
    by_reason: Counter[str] = Counter()
    for one in collected(record):
        by_reason[one.reason] += one.findings

    assert by_reason == record.scan.reasons
    assert by_reason.total() == record.scan.findings.undetermined


def test_the_kinds_are_those_that_request_asks_for(record: ScanRecord) -> None:
    asked = {one.kind for one in wanted_evidence(record)}

    assert {kind for one in collected(record) for kind in one.kinds} == asked


def test_a_group_counts_findings_and_stamps(record: ScanRecord) -> None:
    stamp = next(record.stamps())
    gap = gap_of(record, Reason.ACCESS_DENIED, ("LOCKS", "CLOUD_ID"))
    settles = Settlements(record.scan)
    for holder, number in ((stamp, 2), (stamp, 1), (None, 3)):
        settles.add(holder, [gap] * number)

    assert settles.ranked == [
        Settlement(
            "Grant read access, then collect again",
            "access-denied",
            ("locks", "stamp-information"),
            6,
            2,
        )
    ]


def test_what_no_document_settles_comes_last(record: ScanRecord) -> None:
    reasons = [Reason.FLEET_INCOMPLETE] * 3 + [Reason.NOT_COLLECTED]
    settles = Settlements(record.scan)
    settles.add(None, [gap_of(record, reason, ("LOCKS",)) for reason in reasons])

    assert [(one.reason, one.kinds) for one in settles.ranked] == [
        ("not-collected", ("locks",)),
        ("fleet-incomplete", ()),
    ]


def gap_of(record: ScanRecord, reason: Reason, missing: tuple[str, ...]) -> Finding:
    """An undetermined finding."""
    found = next(record.findings())
    return msgspec.structs.replace(
        found, outcome=Outcome.UNDETERMINED, reason=reason, missing=missing
    )
