"""Which waiver marks a failure: that of its rule, its stamp or tag, and its subject."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from stampcheck.record import ScanRecord
from stampcheck.waiver import WaiverRecord, WaiverStatus
from stampcheck_reports.accepted import Accepted, holder, justification
from tests.reports.cut_short import changed


def waiver(**about: Any) -> WaiverRecord:
    given: dict[str, Any] = {
        "id": "1",
        "rule": "AZS-PR-001",
        "owner": "the owner",
        "approver": "the approver",
        "reason": "Because.",
        "ticket": "RISK-1",
        "accepted": "2026-11-01",
        "expires": "2026-12-31",
        "status": WaiverStatus.APPLIED,
        "findings": 1,
    }
    return WaiverRecord(**(given | about))


@pytest.mark.parametrize(
    ("about", "is_of_it"),
    [
        ({"stamp": "Oslo-01"}, True),
        ({"tag": "region:emea"}, True),
        ({"stamp": "oslo-01", "subject": "one"}, True),
        ({"stamp": "oslo-01", "subject": "another"}, False),
        ({"stamp": "oslo-02"}, False),
        ({"tag": "region:amer"}, False),
        ({"stamp": "oslo-01", "rule": "AZS-PR-002"}, False),
        ({"stamp": "oslo-01", "findings": 0, "status": WaiverStatus.EXPIRED}, False),
    ],
)
def test_a_waiver_marks_the_failures_that_it_is_about(
    record: ScanRecord, tmp_path: Path, about: dict[str, Any], *, is_of_it: bool
) -> None:
    given = waiver(**about)
    accepted = Accepted(changed(record, tmp_path, waivers=[given]).scan)
    stamp = msgspec.structs.replace(
        next(record.stamps()), stamp="oslo-01", tags=("region:emea", "lab")
    )
    found = msgspec.structs.replace(
        next(record.findings()), stamp="oslo-01", rule="AZS-PR-001", subject="one", waived=True
    )

    assert accepted.of(found, stamp) == ([given] if is_of_it else [])
    assert accepted.of(msgspec.structs.replace(found, waived=False), stamp) == []


def test_the_justification_says_why_by_whom_and_until_when() -> None:
    said = justification(waiver(stamp="oslo-01"))

    assert said == (
        "Because. (RISK-1; owned by the owner, approved by the approver on 2026-11-01, holds until "
        "2026-12-31)"
    )
    assert holder(waiver(tag="lab", subject="one")) == "tag lab (one)"
