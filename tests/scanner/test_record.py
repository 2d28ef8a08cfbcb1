"""Saved scans: read as streams, whoever laid them out, and refused where they are none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from stampcheck.errors import IntegrityError, UsageError
from stampcheck.record import Counts, ScanRecord
from tests.scanner.conftest import Command


@pytest.fixture
def folder(stampcheck: Command, evidence: Path) -> Path:
    return Path(stampcheck("scan", "--from-files", evidence, "-q", "--format", "csv").out.strip())


def test_a_record_that_was_laid_out_anew_reads_the_same(folder: Path) -> None:
    before = ScanRecord(folder)
    scan, stamps = before.scan, list(before.stamps())
    path = folder / "scan.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    after = ScanRecord(folder)

    assert (after.scan, list(after.stamps())) == (scan, stamps)
    assert stamps


def test_a_record_is_json_as_it_stands(folder: Path) -> None:
    record = json.loads((folder / "scan.json").read_text())

    assert [stamp["stamp"] for stamp in record["stamps"]] == ["ams-01"]
    assert record["schema_version"] == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1}', "\x00"])
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "scan.json").write_text(text)

    with pytest.raises(UsageError, match="is no record"):
        ScanRecord(tmp_path)


def test_counts_count_each_outcome_once() -> None:
    counts = Counts()
    for word in ("fail", "pass", "pass", "undetermined", "not-applicable"):
        counts.add(word)

    assert counts == Counts(failed=1, undetermined=1, passed=2, not_applicable=1)
    assert counts.total == 5


def test_a_record_that_lost_a_stamp_or_a_finding_is_noticed(folder: Path) -> None:
    findings = folder / "findings.jsonl"
    findings.write_text(findings.read_text().replace('"stamp":"ams-01"', '"stamp":"gone"'))
    with pytest.raises(IntegrityError, match="findings"):
        list(ScanRecord(folder).by_stamp())
    path = folder / "scan.json"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-2]) + lines[-1])
    with pytest.raises(IntegrityError, match="scan"):
        list(ScanRecord(folder).stamps())


def test_a_scan_of_a_newer_schema_is_refused_in_one_sentence(
    folder: Path, stampcheck: Command
) -> None:
    path = folder / "scan.json"
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 2', 1))
    ran = stampcheck("report", folder, "-o", "again")

    assert ran.code == 2
    assert "schema version 2 is newer than 1, the newest that this stampcheck reads" in ran.err
    assert ran.err.count("\n") == 1
    assert not Path("again").exists()


def test_fields_that_are_not_known_yet_are_passed_over(folder: Path, stampcheck: Command) -> None:
    for name in ("scan.json", "findings.jsonl"):
        path = folder / name
        path.write_text(path.read_text().replace('"stamp":"', '"new_field":[1],"stamp":"'))
    ran = stampcheck("report", folder, "-o", "again")

    assert ran.code == 0, ran.err


def test_a_zipped_run_is_rendered_like_its_folder(folder: Path, stampcheck: Command) -> None:
    archive = shutil.make_archive("run", "zip", folder)
    ran = stampcheck("report", archive, "-o", "again", "--format", "csv")
    made = Path(ran.out.strip()) / "findings.csv"

    assert ran.code == 0, ran.err
    assert made.read_bytes() == (folder / "findings.csv").read_bytes()
