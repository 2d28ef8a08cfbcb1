"""Comparisons as CSV and HTML: every change once, nothing hostile gets through."""

from __future__ import annotations

import csv
import html
import io
from pathlib import Path

import msgspec
import pytest

from stampcheck.change import ChangeClass, Comparison
from stampcheck.comparison.compare import compare
from stampcheck.record import ScanRecord
from stampcheck_reports.change_row import CHANGE_COLUMNS, change_cells
from stampcheck_reports.changes_csv import changes_csv
from stampcheck_reports.changes_html import changes_html
from stampcheck_reports.changes_json import changes_json
from stampcheck_reports.changes_view import changes_context
from stampcheck_reports.html import html_format
from tests.reports.sample import write_sample


@pytest.fixture(scope="module")
def comparison(hostile: ScanRecord, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two scans of stamps whose names attack whatever shows them."""
    folder = tmp_path_factory.mktemp("later") / "scan"
    later = write_sample(folder, 17, hostile=True, fail=0.5, gap=0.2)
    return compare(hostile, later)


def test_every_change_is_one_line_of_the_csv(comparison: Comparison, tmp_path: Path) -> None:
    changes_csv.write(comparison, tmp_path / "diff.csv")
    data = (tmp_path / "diff.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == CHANGE_COLUMNS
    assert len(rows) == 1 + len(comparison.changes)
    assert data.count(b"\r\n") == len(rows)
    assert {len(row) for row in rows} == {len(CHANGE_COLUMNS)}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_csv_counts_as_the_comparison_does(comparison: Comparison) -> None:
    place = CHANGE_COLUMNS.index("change")
    told = [change_cells(comparison, change)[place] for change in comparison.changes]
    for word in set(told):
        assert told.count(word) == comparison.counts[word]


def test_the_json_is_the_comparison(comparison: Comparison, tmp_path: Path) -> None:
    changes_json.write(comparison, tmp_path / "diff.json")
    read = msgspec.json.decode((tmp_path / "diff.json").read_bytes(), type=Comparison)
    assert read == comparison


def test_the_page_runs_nothing_and_loads_nothing(comparison: Comparison, tmp_path: Path) -> None:
    changes_html.write(comparison, tmp_path / "diff.html")
    page = (tmp_path / "diff.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in html.unescape(page)
    assert "<script" not in page
    assert "<img" not in page
    assert "http://" not in page
    assert "\u202e" not in page


def test_the_page_tells_each_class_with_its_number(comparison: Comparison, tmp_path: Path) -> None:
    changes_html.write(comparison, tmp_path / "diff.html")
    page = (tmp_path / "diff.html").read_text(encoding="utf-8")
    for word, number in comparison.counts.items():
        assert word in page
        assert f'<b class="num">{number:,}</b>' in page


def test_a_scan_without_a_baseline_has_no_such_section(record: ScanRecord, tmp_path: Path) -> None:
    assert changes_context(record.changes()) is None
    html_format.write(record, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="changes"' not in page
    assert 'id="waivers"' not in page


def test_long_lists_of_stamps_are_told_stamp_by_stamp(comparison: Comparison) -> None:
    context = changes_context(comparison)
    assert context is not None
    by_word = {view.word: view for view in context["classes"]}
    added = by_word[ChangeClass.NEWLY_CHECKED.value]
    assert added.rows == []
    assert {one.stamp for one in added.stamps} >= set(comparison.added)
