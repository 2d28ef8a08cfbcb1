"""The trend of a fleet: a column a scan, the newest ones, and the same in words."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from stampcheck.record import ScanRecord, TrendPoint, write_trend
from stampcheck_reports import html
from stampcheck_reports.trend_view import COLUMNS, HEIGHT, ROWS, WIDTH, trend
from tests.reports.sample import write_sample


def point(day: int, **standings: int) -> TrendPoint:
    return TrendPoint(
        scan_id=f"{day}",
        as_of=f"20{26 + day // 300}-{day % 12 + 1:02}-01T00:00:00Z",
        stamps=sum(standings.values()),
        failed=day,
        undetermined=0,
        passed=1,
        not_applicable=0,
        standings={name.replace("_", "-"): number for name, number in standings.items()},
    )


@pytest.fixture
def record(tmp_path: Path) -> ScanRecord:
    return write_sample(tmp_path, 2)


def view(record: ScanRecord, points: list[TrendPoint]) -> Any:
    record.trend = points
    return trend(record)


def test_one_scan_is_no_trend(record: ScanRecord) -> None:
    assert view(record, []) is None
    assert view(record, [point(1, licensed=1)]) is None
    assert 'id="trend"' not in html.page(record)


def test_a_column_is_filled_by_the_shares_of_the_standings(record: ScanRecord) -> None:
    points = [point(1, licensed=3, in_violation=1), point(2)]
    first, second = view(record, points)["columns"]

    assert [(part.shape, part.y, part.height) for part in first.parts] == [
        ("pass", 25.0, 75.0),
        ("fail", 0.0, 25.0),
    ]
    assert first.title == "2026-02-01: 3 licensed, 1 in-violation"
    assert second.parts == ()
    assert second.title.endswith("no stamp")


def test_however_many_scans_the_picture_and_the_table_stay_small(record: ScanRecord) -> None:
    shown = view(record, [point(day, licensed=day + 1) for day in range(1000)])
    columns = shown["columns"]

    assert (len(columns), len(shown["rows"]), shown["number"]) == (COLUMNS, ROWS, 1000)
    assert all(0 < column.middle < WIDTH for column in columns)
    assert all(sum(part.height for part in column.parts) <= HEIGHT + 0.1 for column in columns)
    dated = [column.middle for column in columns if column.date]
    assert columns[-1].date
    assert min(after - before for before, after in pairwise(dated)) >= 60


def test_the_page_says_in_words_what_the_picture_shows(tmp_path: Path) -> None:
    record = write_sample(tmp_path, 2)
    write_trend([point(1, licensed=5), point(2, licensed=4, expired=1)], tmp_path)
    page = html.page(ScanRecord(tmp_path))
    label = re.search(r'<svg class="trend"[^>]*aria-label="([^"]*)"', page)

    assert record.trend == []
    assert label
    assert "2026-02-01: 5 licensed. 2026-03-01: 4 licensed, 1 expired." in label[1]
    assert "Failed pairs 1 then, 2 now" in label[1]
    assert 'href="#trend"' in page


def test_a_hostile_trend_is_text(record: ScanRecord) -> None:
    bad = point(1, licensed=1)
    bad.as_of = '"><script>x'
    record.trend = [bad, bad]

    assert "<script>x" not in html.page(record)


def test_the_page_tells_the_chain_of_custody(record: ScanRecord) -> None:
    page = html.page(record)

    assert "Chain of custody" in page
    assert page.count(record.scan.bundle.digest) >= 2
