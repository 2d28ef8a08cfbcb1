"""Markdown: what a reader of GitHub sees is the scan, whole or short, whatever the names."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.record import ScanRecord
from stampcheck_reports.display import clipped, shown
from stampcheck_reports.markdown import markdown_format
from tests.reports.cut_short import changed, interrupted
from tests.reports.sample import write_sample
from tests.reports.written import Table, tables

COMMENT = 65_536
"""Characters that a comment of GitHub may have; a job summary may have 1 MiB."""


def by_heading(path: Path) -> dict[str, Table]:
    return {table.heading: table for table in tables(path)}


@pytest.mark.parametrize("name", ["record", "hostile"])
def test_the_report_names_every_stamp_as_it_is_called(
    request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    record: ScanRecord = request.getfixturevalue(name)
    markdown_format.write(record, tmp_path)
    rows = by_heading(tmp_path / "report.md")["Stamps"].rows

    assert [row[0].rstrip("…") for row in rows] == [
        " ".join(shown(stamp.stamp).split())[: 299 if len(stamp.stamp) > 300 else None]
        for stamp in record.stamps()
    ]


def test_a_failure_bears_severity_proof_and_id(record: ScanRecord, tmp_path: Path) -> None:
    markdown_format.write(record, tmp_path)
    rows = by_heading(tmp_path / "report.md")["Failures"].rows
    failed = [found for found in record.findings() if found.outcome == "fail"]

    for row, found in zip(rows, failed, strict=True):
        assert row[2] == (f"{found.severity}, waived" if found.waived else found.severity)
        assert row[4].startswith(clipped(found.sources[0].document))
        assert row[5] == found.finding_id
    assert any(found.waived for found in failed)


def test_both_say_what_is_missing_and_what_would_settle_it(
    record: ScanRecord, tmp_path: Path
) -> None:
    markdown_format.write(record, tmp_path)
    whole = by_heading(tmp_path / "report.md")["What is missing"].rows

    assert sum(int(row[3]) for row in whole) == record.scan.findings.undetermined
    assert by_heading(tmp_path / "summary.md")["What is missing"].rows == whole[:10]


@pytest.mark.parametrize("name", ["report.md", "summary.md"])
def test_an_interrupted_scan_says_so_before_its_sums(
    record: ScanRecord, tmp_path: Path, name: str
) -> None:
    markdown_format.write(interrupted(record, tmp_path / "scan"), tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")

    assert 0 < text.index("**Incomplete.**") < text.index("| Failed")
    markdown_format.write(record, tmp_path)
    assert "**Incomplete.**" not in (tmp_path / name).read_text(encoding="utf-8")


def test_the_short_form_fits_a_comment_however_large_the_fleet_and_its_names(
    hostile: ScanRecord, tmp_path: Path
) -> None:
    many = write_sample(tmp_path / "scan", 600, fail=0.5)
    worst = changed(hostile, tmp_path / "worst", profile="<@|" * 10_000)
    for record in (many, hostile, worst):
        markdown_format.write(record, tmp_path)
        assert len((tmp_path / "summary.md").read_text(encoding="utf-8")) < COMMENT


def test_a_scan_without_failure_or_gap_says_none(tmp_path: Path) -> None:
    record = write_sample(tmp_path / "scan", 3, fail=0, gap=0)
    markdown_format.write(record, tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")

    assert "## Failures\n\nNone.\n" in text
    assert "## Undetermined\n\nNone.\n" in text
    assert "✅" in text
