"""The workbook: texts stay texts, dates are dates, limits are kept, nothing is a formula."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from stampcheck.record import ScanRecord
from stampcheck_reports.display import shown
from stampcheck_reports.row import FINDING_COLUMNS, finding_rows, stamp_cells
from stampcheck_reports.workbook import MOST_UNITS, fitting, moment
from stampcheck_reports.xlsx import xlsx_format
from tests.reports.cut_short import changed
from tests.reports.written import of_record, of_xlsx, sheet, values

naive = partial(datetime, tzinfo=None)
"""A moment as a workbook holds it: without a zone."""

SHEETS = ["Summary", "Stamps", "Findings", "Rules", "Causes", "Undetermined"]


@pytest.fixture(scope="module", params=["record", "hostile"])
def scan(request: pytest.FixtureRequest) -> ScanRecord:
    made: ScanRecord = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module")
def folder(scan: ScanRecord, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("xlsx")
    xlsx_format.write(scan, target)
    return target


@pytest.fixture(scope="module")
def book(folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / "findings.xlsx")


def test_the_sheets_are_those_that_are_promised(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_no_cell_is_a_formula_or_a_link(folder: Path, book: openpyxl.Workbook) -> None:
    cells = [cell for one in book for row in one.iter_rows() for cell in row]
    with zipfile.ZipFile(folder / "findings.xlsx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}

    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [
        name for name, part in parts.items() if name.startswith("xl/worksheets/") and "<f>" in part
    ]
    assert not [name for name, part in parts.items() if "TargetMode" in part or "ddeLink" in part]


def test_streamed_sheets_have_a_frozen_head_and_a_filter(book: openpyxl.Workbook) -> None:
    for name in ("Stamps", "Findings", "Undetermined"):
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref == book[name].dimensions


def test_small_sheets_are_real_tables(book: openpyxl.Workbook) -> None:
    for name in ("Rules", "Causes"):
        assert book[name].tables[name].ref == book[name].dimensions


def test_the_summary_has_charts_with_a_text_for_those_who_do_not_see_them(folder: Path) -> None:
    with zipfile.ZipFile(folder / "findings.xlsx") as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]

    assert len(charts) == 2
    assert drawing.count('descr="') == 2


def test_outcomes_are_coloured_by_a_rule_of_the_sheet(book: openpyxl.Workbook) -> None:
    for name in ("Stamps", "Findings", "Rules", "Undetermined"):
        assert len(book[name].conditional_formatting) >= 1


def test_the_severity_of_a_finding_is_coloured_where_it_fails_only(
    book: openpyxl.Workbook,
) -> None:
    formats = book["Findings"].conditional_formatting
    formulas = [
        rule.formula[0] for one in formats for rule in one.rules if rule.type == "expression"
    ]

    assert formulas == [f'AND($D2="fail",$E2="{word}")' for word in ("critical", "high", "medium")]


def test_every_text_of_a_finding_is_the_same_text_in_its_cell(
    scan: ScanRecord, folder: Path
) -> None:
    for cells, row in zip(finding_rows(scan), sheet(folder, "Findings"), strict=True):
        for name, text in zip(FINDING_COLUMNS, cells, strict=True):
            if name not in ("as_of", "schema_version"):
                assert (row[name] or "") == _unescaped(shown(text)), name


def _unescaped(text: str) -> str:
    """What openpyxl makes of line breaks."""
    return text.replace("\r\n", "\n")


def test_numbers_are_numbers_and_moments_are_moments(scan: ScanRecord, folder: Path) -> None:
    for stamp, row in zip(scan.stamps(), sheet(folder, "Stamps"), strict=True):
        assert row["failed"] == stamp.pairs.failed
        assert row["collected_at"] == naive(2026, 11, 21, 8)
        has_date = stamp.expires.endswith("Z")
        assert isinstance(row["expires"], datetime) == has_date
        shown_as = row["expires"].isoformat() + "Z" if has_date else row["expires"]
        assert shown_as == (stamp.expires or None)
        assert len(stamp_cells(stamp)) == len(row)


@pytest.mark.parametrize(
    "text", ["007", "1E5", "1e5", "1.10", "2026-11", "TRUE", "3/4", "=1", "@A1"]
)
def test_what_looks_like_a_number_or_a_date_stays_the_text_it_is(
    record: ScanRecord, tmp_path: Path, text: str
) -> None:
    bundle = msgspec.structs.replace(record.scan.bundle, tool_version=text)
    packages = [msgspec.structs.replace(one, version=text) for one in record.scan.packages]
    xlsx_format.write(
        changed(record, tmp_path / "scan", bundle=bundle, packages=packages, profile=text), tmp_path
    )

    assert values(tmp_path, "Summary").count(text) == 1 + len(packages)


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(record: ScanRecord, tmp_path: Path) -> None:
    xlsx_format.write(record, tmp_path, most=21)
    names = openpyxl.load_workbook(tmp_path / "findings.xlsx", read_only=True).sheetnames

    assert names[:3] == ["Summary", "Stamps", "Findings"]
    assert {"Stamps 2", "Findings 2"} <= set(names)
    assert of_xlsx(tmp_path) == of_record(record)


@pytest.mark.parametrize("sign", ["x", "\U0001f680", "\x07", "\ud800"])
def test_a_text_that_is_too_long_says_that_it_was_cut(sign: str) -> None:
    cut = fitting(sign * 40_000)

    assert len(cut.encode("utf-16-le")) <= 2 * MOST_UNITS
    assert cut.endswith("findings.jsonl and scan.json hold all]")
    assert fitting("x" * MOST_UNITS) == "x" * MOST_UNITS


def test_no_character_breaks_the_file(record: ScanRecord, tmp_path: Path) -> None:
    nasty = "a\x00\x0b\x1f\ufffe\uffff_x0041_<&>\"'\u202e b"
    xlsx_format.write(changed(record, tmp_path / "scan", profile=nasty), tmp_path)
    found = [value for value in values(tmp_path, "Summary") if str(value).startswith("a⟨")]

    assert re.sub(r"⟨U\+[0-9A-F]{4}⟩", "", found[0]) == "a\ufffd\ufffd_x0041_<&>\"' b"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2027-03-31T00:00:00Z", naive(2027, 3, 31)),
        ("2027-03-31T02:00:00+02:00", naive(2027, 3, 31)),
        ("2026-11-22", naive(2026, 11, 22)),
        ("9999-12-30T23:59:59Z", naive(9999, 12, 30, 23, 59, 59)),
        ("0001-01-01T00:00:00Z", None),
        ("never", None),
        ("", None),
    ],
)
def test_a_moment_is_one_that_excel_can_count(text: str, read: Any) -> None:
    assert moment(text) == read


def test_nothing_is_left_beside_the_workbook(folder: Path) -> None:
    assert [path.name for path in folder.iterdir()] == ["findings.xlsx"]


def test_paper_gets_the_columns_that_a_person_reads(record: ScanRecord, tmp_path: Path) -> None:
    xlsx_format.write(record, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "findings.xlsx")
    printed = {
        sheet.title: [cell.value for cell in next(iter(sheet[sheet.print_area.split("!")[1]]))]
        for sheet in book
        if sheet.title != "Summary"
    }

    assert printed["Findings"][-3:] == ["message", "expected", "actual"]
    assert printed["Stamps"][:3] == ["stamp", "licence_standing", "state"]
    assert printed["Rules"][-1] == "remediation"
    assert all(len(names) <= 11 for names in printed.values())
    assert {(one.page_setup.orientation, one.page_setup.paperSize) for one in book} == {
        ("landscape", 9)
    }


def test_a_row_is_as_high_as_its_wrapped_texts(record: ScanRecord, tmp_path: Path) -> None:
    xlsx_format.write(record, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "findings.xlsx")["Findings"]
    heads = [cell.value for cell in sheet[1]]
    place = heads.index("message")
    lengths = {row[0].row: len(row[place].value or "") for row in sheet.iter_rows(min_row=2)}
    longest = max(lengths, key=lambda row: lengths[row])

    assert (sheet.row_dimensions[longest].height or 15) > 15
