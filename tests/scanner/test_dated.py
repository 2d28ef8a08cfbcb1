"""What ends when: whole days, grouped; never is no date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stampcheck.dated import Dated, dated, due, instant
from stampcheck.model import Standing, State
from stampcheck.record import ScanRecord, StampRecord, write_scan
from tests.reports.sample import write_sample

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def thing(ends: datetime, name: str = "x") -> Dated:
    return Dated(kind="registration", stamp="ams-01", name=name, ends=ends)


@pytest.mark.parametrize(
    ("left", "days", "window"),
    [
        (timedelta(days=-1, hours=1), -1, "passed"),
        (timedelta(), 0, "passed"),
        (timedelta(hours=1), 0, "30 days"),
        (timedelta(days=30), 30, "30 days"),
        (timedelta(days=30, seconds=1), 30, "60 days"),
        (timedelta(days=60), 60, "60 days"),
        (timedelta(days=90), 90, "90 days"),
        (timedelta(days=91), 91, "later"),
    ],
)
def test_a_thing_is_due_in_whole_days_and_in_one_window(
    left: timedelta, days: int, window: str
) -> None:
    (found,) = due([thing(NOW + left)], NOW, 100)

    assert (found.days, found.window) == (days, window)


def test_what_ends_later_than_asked_is_left_out() -> None:
    assert due([thing(NOW + timedelta(days=91))], NOW, 90) == []


def test_registrations_are_dated_where_their_end_is_known(tmp_path: Path) -> None:
    record = write_sample(tmp_path, 1)
    stamps = [
        StampRecord(stamp=name, state=State.ACTIVE, licence_standing=Standing.LICENSED, expires=end)
        for name, end in (("a", "2027-01-01T00:00:00Z"), ("b", "never"), ("c", ""), ("d", "soon"))
    ]
    record.scan.stamp_count = len(stamps)
    import msgspec

    write_scan(record.scan, (msgspec.json.encode(one) for one in stamps), tmp_path / "scan.json")
    (found,) = dated(ScanRecord(tmp_path))

    assert (found.stamp, found.ends) == ("a", datetime(2027, 1, 1, tzinfo=UTC))


def test_an_id_outlives_a_renewal_and_a_rename_but_not_the_stamp() -> None:
    same = {thing(NOW).uid, thing(NOW + timedelta(365), "other").uid}
    other = Dated(kind="waiver", stamp="ams-01", name="x", ends=NOW)

    assert len(same) == 1
    assert other.uid not in same


def test_a_moment_without_a_zone_is_utc() -> None:
    assert instant("2026-11-01T12:00:00") == NOW
    assert instant("2026-11-01T13:00:00+01:00") == NOW
    assert instant("never") is None
