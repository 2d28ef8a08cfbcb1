"""Saved scans for programs: folders, files and zips, as streams and as frames."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import stampcheck
from stampcheck.demo import FLEETS, Fleet
from stampcheck.errors import IntegrityError, UsageError
from stampcheck.loading import LoadedScan
from tests.scanner.test_scan import scanned

README = Path(__file__).parents[2] / "README.md"
EXAMPLE = re.compile(r"```python\n(import stampcheck\n.*?)```", re.DOTALL)


@pytest.fixture(scope="module", params=FLEETS, ids=lambda fleet: fleet.name)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    fleet: Fleet = request.param
    return scanned(fleet, tmp_path_factory.mktemp("scan"), formats=("csv",)).folder


@pytest.fixture(scope="module")
def loaded(folder: Path) -> LoadedScan:
    return stampcheck.load_scan(folder)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", ["findings", "stamps", "rules", "causes"])
def test_a_frame_has_the_columns_and_rows_of_its_file(
    loaded: LoadedScan, folder: Path, name: str
) -> None:
    frame = getattr(loaded, f"{name}_frame")()
    written = rows(folder / f"{name}.csv")

    assert list(frame.columns) == list(written[0])
    assert len(frame) == len(written)


def test_no_identifier_is_mangled(loaded: LoadedScan, folder: Path) -> None:
    frame, written = loaded.findings_frame(), rows(folder / "findings.csv")

    for column in ("finding_id", "cloud_id", "subscription_id", "registration_id", "rule_id"):
        assert frame[column].dtype == "string"
        told = frame[column].fillna("").tolist()
        assert told == [row[column].removeprefix("'") for row in written]


def test_a_worse_outcome_and_severity_is_the_greater(loaded: LoadedScan) -> None:
    frame = loaded.findings_frame()

    assert list(frame["outcome"].cat.categories) == [
        *("not-applicable", "pass", "undetermined", "fail"),
    ]
    assert frame["outcome"].max() == "fail"
    assert set(frame["severity"][frame["severity"] >= "high"]) == {"high", "critical"}
    assert (frame["outcome"] == "fail").sum() == loaded.scan.findings.failed


def test_dates_are_moments_in_utc_and_never_is_the_last(loaded: LoadedScan) -> None:
    stamps = loaded.stamps_frame()
    by_name = {stamp.stamp: stamp.expires for stamp in loaded.stamps()}

    assert str(stamps["expires"].dt.tz) == "UTC"
    assert loaded.findings_frame()["as_of"].unique().tolist() == [pd.Timestamp(loaded.scan.as_of)]
    for name, expires in zip(stamps["stamp"], stamps["expires"], strict=True):
        told = by_name[name]
        assert pd.isna(expires) is (told == "")
        assert (expires is not pd.NaT and expires.year == 9999) is (told == "never")


def test_numbers_and_flags_can_be_reckoned_with(loaded: LoadedScan) -> None:
    stamps, rules = loaded.stamps_frame(), loaded.rules_frame()

    assert stamps["failed"].sum() == rules["failed"].sum() == loaded.scan.pairs.failed
    assert not loaded.findings_frame()["waived"].any()
    assert loaded.causes_frame()["documented"].any()


def test_parts_of_the_findings_are_the_whole(loaded: LoadedScan) -> None:
    parts = list(loaded.findings_frames(rows=500))

    assert [len(part) for part in parts[:-1]] == [500] * (len(parts) - 1)
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), loaded.findings_frame())
    with pytest.raises(ValueError, match="at least 1"):
        loaded.findings_frames(rows=0)


def test_findings_and_stamps_are_streams_too(loaded: LoadedScan) -> None:
    assert sum(1 for _ in loaded.findings()) == loaded.scan.findings.total
    assert sum(1 for _ in loaded.stamps()) == loaded.scan.stamp_count


def test_a_scan_without_findings_has_empty_columns(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "run")
    (tmp_path / "run" / "findings.jsonl").write_text("")
    frame = stampcheck.load_scan(tmp_path / "run").findings_frame()

    assert len(frame) == 0
    assert frame["finding_id"].dtype == "string"
    assert frame["severity"].cat.ordered


def test_a_file_and_a_zip_hold_the_same_scan(folder: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "run"), "zip", folder.parent, folder.name)
    by_zip = stampcheck.load_scan(archive)
    place = by_zip.record.folder

    assert by_zip.scan == stampcheck.load_scan(str(folder / "scan.json")).scan
    assert len(by_zip.findings_frame()) == by_zip.scan.findings.total
    del by_zip
    assert not place.exists()


def test_what_is_no_scan_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such scan"):
        stampcheck.load_scan(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"no scan\.json, so this is no saved scan"):
        stampcheck.load_scan(tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(UsageError, match=r"holds no scan\.json, so this is no saved scan"):
        stampcheck.load_scan(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("../scan.json", "{}")
    with pytest.raises(IntegrityError, match="leads out"):
        stampcheck.load_scan(tmp_path / "b.zip")


def test_pandas_comes_with_the_first_frame_only(folder: Path) -> None:
    text = (
        "import sys, stampcheck\n"
        "assert not [name for name in sys.modules if name.startswith('stampcheck.')]\n"
        f"loaded = stampcheck.load_scan({str(folder)!r})\n"
        "assert sum(1 for _ in loaded.findings()) and 'pandas' not in sys.modules\n"
        "loaded.stamps_frame()\n"
        "assert 'pandas' in sys.modules\n"
    )
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr


def test_the_example_of_the_readme_runs(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "RUN")
    (example,) = EXAMPLE.findall(README.read_text(encoding="utf-8"))
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "AZS-RG-001" in ran.stdout
