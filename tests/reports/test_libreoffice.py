"""What the workbook and the CSV files promise, as LibreOffice opens them."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from stampcheck.record import ScanRecord, StampRecord, write_scan
from stampcheck_reports.csv import csv_format
from stampcheck_reports.xlsx import xlsx_format

SECONDS = 180
NAMES = (
    "0042",
    "1E5",
    "2026.10.01",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2",
    "🚀 lab 🧪",
    "a; =1+1",
    "ختم",
)
CLOUD_ID = "0e123456-0000-4000-8000-00000000000{}"
TEXT = "2"
"""LibreOffice's word for a column that is read as text."""


def export(mark: int) -> str:
    """Its CSV filter: mark, quote, UTF-8, from line 1, values as they are shown, every sheet."""
    return f"csv:Text - txt - csv (StarCalc):{mark},34,76,1,,0,false,true,false,false,false,-1"


def taken(columns: int, mark: int) -> str:
    """Its CSV filter for reading: mark, quote, UTF-8, and every column as a text."""
    kinds = "/".join(f"{column}/{TEXT}" for column in range(1, columns + 1))
    return f"CSV:{mark},34,76,1,{kinds},0,false,false,false"


class Office(NamedTuple):
    """LibreOffice's program, and a profile that its starts share: to make one takes the longest."""

    program: str
    profile: Path


@pytest.fixture(scope="module")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice; required in continuous integration, optional on a desk."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("STAMPCHECK_REQUIRE_LIBREOFFICE"):
            pytest.fail("soffice is not installed")
        pytest.skip("soffice is not installed")
    return Office(found, tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def odd(record: ScanRecord, tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    """Stamps whose names spreadsheets like to change, in place of the first of the sample."""
    folder = tmp_path_factory.mktemp("odd")
    stamps = list(record.stamps())[: len(NAMES)]
    renamed = [_renamed(stamp, place) for place, stamp in enumerate(stamps)]
    names = {old.stamp: new.stamp for old, new in zip(stamps, renamed, strict=True)}
    lines = [
        msgspec.json.encode(msgspec.structs.replace(found, stamp=names[found.stamp])) + b"\n"
        for found in record.findings()
        if found.stamp in names
    ]
    (folder / "findings.jsonl").write_bytes(b"".join(lines))
    scan = msgspec.structs.replace(record.scan, stamp_count=len(NAMES))
    write_scan(scan, map(msgspec.json.encode, renamed), folder / "scan.json")
    return ScanRecord(folder)


def _renamed(stamp: StampRecord, place: int) -> StampRecord:
    return msgspec.structs.replace(
        stamp,
        stamp=NAMES[place],
        cloud_id=CLOUD_ID.format(place),
        lock="1.2309.0.4",
        expires="2027-03-31T00:00:00Z" if place % 2 else "never",
    )


def opened(
    soffice: Office, source: Path, read_as: str, out: Path, *more: Path
) -> dict[str, list[dict[str, str]]]:
    """What LibreOffice shows of a file, by sheet; of more files in the same start too."""
    out.mkdir(parents=True)
    subprocess.run(
        [
            soffice.program,
            f"-env:UserInstallation={soffice.profile.as_uri()}",
            *("--headless", "--norestore", "--convert-to", export(44), "--outdir", str(out)),
            *([f"--infilter={read_as}"] if read_as else []),
            *map(str, (source, *more)),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    sheets = {}
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            sheets[path.stem.removeprefix(f"{source.stem}-")] = list(csv.DictReader(stream))
    return sheets


@pytest.fixture(scope="module")
def workbook(
    soffice: Office, odd: ScanRecord, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, str]]]:
    folder = tmp_path_factory.mktemp("workbook")
    xlsx_format.write(odd, folder)
    return opened(soffice, folder / "findings.xlsx", "", folder / "out")


def test_names_and_ids_come_through_as_the_texts_they_are(
    workbook: dict[str, list[dict[str, str]]],
) -> None:
    rows = workbook["Stamps"]

    assert [row["stamp"] for row in rows] == list(NAMES)
    assert [row["cloud_id"] for row in rows] == [CLOUD_ID.format(n) for n in range(len(NAMES))]
    assert {row["lock"] for row in rows} == {"1.2309.0.4"}


def test_dates_come_through_as_dates_and_counts_as_numbers(
    workbook: dict[str, list[dict[str, str]]], odd: ScanRecord
) -> None:
    rows = workbook["Stamps"]
    # Its export writes a date in a spelling of its own, and a text as it is.
    expires = [row["expires"].replace("Z", "").replace("T", " ") for row in rows]

    assert expires == [("never", "2027-03-31 00:00:00")[n % 2] for n in range(len(NAMES))]
    assert [int(row["failed"]) for row in rows] == [one.pairs.failed for one in odd.stamps()]


def test_every_finding_comes_through(
    workbook: dict[str, list[dict[str, str]]], odd: ScanRecord
) -> None:
    assert [
        (row["stamp"], row["finding_id"], row["outcome"], row["message"])
        for row in workbook["Findings"]
    ] == [(found.stamp, found.finding_id, found.outcome, found.message) for found in odd.findings()]


def test_no_formula_of_a_csv_runs_whatever_it_is_split_at(
    soffice: Office, odd: ScanRecord, tmp_path: Path
) -> None:
    csv_format.write(odd, tmp_path, delimiter="semicolon")
    # Cells are read by their look, as a double click does.
    # So that the test can fail: what is not neutralised does run.
    bare = tmp_path / "bare.csv"
    bare.write_bytes(b"stamp\r\n=1+1\r\n")
    right = opened(soffice, tmp_path / "stamps.csv", "CSV:59,34,76,1", tmp_path / "right", bare)
    ran = right.pop("bare-bare")
    split = opened(soffice, tmp_path / "stamps.csv", "CSV:44,34,76,1", tmp_path / "wrong")
    shown = [row["stamp"] for row in next(iter(right.values()))]

    assert _cells({"bare": ran}) == {"stamp", "2"}
    assert shown[3:7] == ["'=1+1", "'+cmd|' /C calc'!A0", "'@SUM(1)", "'-2"]
    assert shown[8] == "a; '=1+1"
    assert not {"2", "#NAME?", "Err:509"} & _cells(split)


def _cells(sheets: dict[str, list[dict[str, str]]]) -> set[str]:
    cells = {cell for rows in sheets.values() for row in rows for cell in (*row.values(), *row)}
    return {str(cell).strip() for cell in cells}


@pytest.mark.parametrize(("word", "mark"), [("comma", 44), ("semicolon", 59), ("tab", 9)])
def test_a_csv_whose_columns_are_read_as_texts_comes_through_whole(
    soffice: Office, odd: ScanRecord, tmp_path: Path, word: str, mark: int
) -> None:
    csv_format.write(odd, tmp_path, delimiter=word)
    with (tmp_path / "stamps.csv").open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.DictReader(stream, delimiter=chr(mark), strict=True))
    columns = len(written[0])

    sheets = opened(soffice, tmp_path / "stamps.csv", taken(columns, mark), tmp_path / "out")

    assert next(iter(sheets.values())) == written
