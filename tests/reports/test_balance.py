"""The head of a page never promises more than the sums prove."""

from __future__ import annotations

import msgspec
import pytest

from stampcheck.record import BundleRecord, Counts, Scan, ScanRecord
from stampcheck_reports.balance import compliance, coverage, headline, segments


def scan(record: ScanRecord, **changes: object) -> Scan:
    """A scan without failure and gap, but for the changes."""
    clean = {"pairs": Counts(passed=9, not_applicable=1), "unclaimed_findings": Counts()}
    return msgspec.structs.replace(record.scan, **(clean | changes))


def test_all_passes_are_green(record: ScanRecord) -> None:
    assert headline(scan(record)).tone == "pass"


@pytest.mark.parametrize(
    ("changes", "tone"),
    [
        ({"pairs": Counts(passed=9, failed=1)}, "fail"),
        ({"pairs": Counts(passed=9, failed=1, undetermined=3)}, "fail"),
        ({"pairs": Counts(passed=9, undetermined=1)}, "undetermined"),
        ({"pairs": Counts()}, "undetermined"),
        ({"unclaimed_findings": Counts(failed=1)}, "fail"),
        ({"unclaimed_findings": Counts(failed=2, undetermined=1)}, "fail"),
        ({"unclaimed_findings": Counts(undetermined=1)}, "undetermined"),
        ({"complete": False}, "undetermined"),
        (
            {
                "bundle": BundleRecord(
                    digest="", collected_at="", tool_version="", documents=0, complete=False
                )
            },
            "undetermined",
        ),
    ],
)
def test_nothing_else_is_green(record: ScanRecord, changes: dict[str, object], tone: str) -> None:
    verdict = headline(scan(record, **changes))

    assert verdict.tone == tone
    assert verdict.text.endswith(".")


def test_an_interrupted_collection_is_told_once(record: ScanRecord) -> None:
    bundle = msgspec.structs.replace(record.scan.bundle, complete=False)

    assert headline(scan(record, bundle=bundle, complete=False)).notes == (
        "The collection of the evidence was interrupted; stamps may be missing.",
    )
    assert headline(scan(record)).notes == ()


@pytest.mark.parametrize(
    ("counts", "text", "covered"),
    [
        (Counts(82, 9, 0, 0), "0 to 9 % compliant, 9 % not proven", "90 %"),
        (Counts(9, 9, 82, 50), "82 to 91 % compliant, 9 % not proven", "91 %"),
        (Counts(1, 0, 999, 0), "99 % compliant, everything proven", "100 %"),
        (Counts(0, 0, 5, 0), "100 % compliant, everything proven", "100 %"),
        (Counts(5, 1, 9994, 0), "99 % compliant, under 1 % not proven", "99 %"),
        (Counts(0, 0, 0, 4), "Nothing could be judged", "0 %"),
    ],
)
def test_compliance_is_a_range_that_is_never_rounded_up(
    counts: Counts, text: str, covered: str
) -> None:
    assert compliance(counts) == text
    assert coverage(counts) == covered


@pytest.mark.parametrize(
    "counts", [Counts(), Counts(1, 0, 100_000, 0), Counts(1, 2, 3, 4), Counts(0, 0, 0, 7)]
)
def test_segments_fill_the_bar_and_show_what_occurs(counts: Counts) -> None:
    parts = segments(counts)

    assert sum(part.width for part in parts) == (1000 if counts.total else 0)
    assert all((part.width > 0) == (part.number > 0) for part in parts)
