"""OCSF: each finding a valid Compliance Finding of the newest schema at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ocsf_json_schema import get_packaged_versions

from stampcheck.model import Finding
from stampcheck.record import ScanRecord
from stampcheck_reports.ocsf import VERSION, ocsf_format
from tests.reports.cut_short import interrupted
from tests.reports.schemas import of_ocsf
from tests.reports.written import ocsf


@pytest.fixture(scope="module", params=["record", "hostile"])
def events(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Finding, dict[str, Any]]]:
    """The events, each with the finding that it tells of."""
    folder = tmp_path_factory.mktemp("ocsf")
    record: ScanRecord = request.getfixturevalue(request.param)
    ocsf_format.write(record, folder)
    return list(zip(record.findings(), ocsf(folder), strict=True))


def test_the_version_is_the_newest_that_can_be_validated() -> None:
    assert max(get_packaged_versions(), key=_release) == VERSION


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-", maxsplit=1)[0].split("."))


def test_every_event_is_valid(events: list[tuple[Finding, dict[str, Any]]]) -> None:
    assert [str(fault) for _, one in events for fault in of_ocsf().iter_errors(one)] == []


def test_severity_and_standing_of_the_finding_are_kept(
    events: list[tuple[Finding, dict[str, Any]]],
) -> None:
    for found, one in events:
        assert one["severity"].lower() == found.severity
        assert one["status"] == (
            "Suppressed"
            if found.waived
            else "Unknown"
            if found.outcome == "undetermined"
            else "New"
        )
        assert one["compliance"]["status_code"] == found.outcome
        assert one["metadata"]["event_code"] == found.rule


def test_a_gap_says_its_reason_and_what_would_settle_it(
    events: list[tuple[Finding, dict[str, Any]]],
) -> None:
    gaps = [(found, one) for found, one in events if found.reason]

    assert gaps
    for found, one in gaps:
        assert one["compliance"]["status"] == "Warning"
        assert one["compliance"]["status_details"][0] == found.reason
    assert all(
        "status_details" not in one["compliance"] for found, one in events if not found.reason
    )


def test_the_proof_stands_beside_each_event(
    events: list[tuple[Finding, dict[str, Any]]],
) -> None:
    for found, one in events:
        assert [(seen["data"]["document"], seen["data"]["field"]) for seen in one["evidences"]] == [
            (seen.document, seen.field) for seen in found.sources
        ]


def test_every_event_of_an_interrupted_scan_says_so(record: ScanRecord, tmp_path: Path) -> None:
    ocsf_format.write(record, tmp_path)
    whole = {one["unmapped"]["complete"] for one in ocsf(tmp_path)}
    ocsf_format.write(interrupted(record, tmp_path / "scan"), tmp_path)

    assert whole == {True}
    assert {one["unmapped"]["complete"] for one in ocsf(tmp_path)} == {False}
