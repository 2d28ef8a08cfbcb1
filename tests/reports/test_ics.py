"""The calendar: any calendar program reads it, and nothing in it breaks out of its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

from stampcheck.dated import Dated
from stampcheck.record import ScanRecord
from stampcheck_reports.ics import calendar, ics_format
from tests.reports.sample import write_sample

HOSTILE = (
    "a, b; c\\d",
    "line\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "ختم-الرياض-٠١ 🚀" * 12,
    "\u202ereversed\x07\x1b[31m",
    "x" * 500,
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    return write_sample(tmp_path_factory.mktemp("ics"), 20)


def read_back(data: bytes) -> Any:
    return icalendar.Calendar.from_ical(data)


def things(*names: str) -> list[Dated]:
    ends = datetime(2026, 12, 24, 8, 30, tzinfo=UTC)
    return [
        Dated(kind="registration", stamp=name, name=name, ends=ends, then=name) for name in names
    ]


def test_a_calendar_program_reads_what_was_written(record: ScanRecord) -> None:
    data = calendar(record.scan, things(*HOSTILE))
    read = read_back(data)
    events = read.walk("VEVENT")

    assert len(events) == len(HOSTILE)
    assert not read.errors
    assert all(not event.errors for event in events)
    assert str(events[0]["SUMMARY"]) == "Registration of a, b; c\\d expires"
    assert str(events[2]["SUMMARY"]).count("🚀") == 12
    assert events[0]["DTSTART"].dt == datetime(2026, 12, 24, 8, 30, tzinfo=UTC)
    assert len({str(event["UID"]) for event in events}) == len(HOSTILE)
    assert all(event.walk("VALARM") for event in events)
    assert record.scan.bundle.digest in str(events[0]["DESCRIPTION"])


def test_lines_end_in_crlf_and_hold_75_octets_of_whole_characters(record: ScanRecord) -> None:
    data = calendar(record.scan, things(*HOSTILE))
    lines = data.split(b"\r\n")

    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") or line == b"" for line in lines)
    text = data.decode()
    assert not [sign for sign in text if sign not in "\r\n" and not sign.isprintable()]


def test_equal_scans_give_equal_bytes_dated_as_of(record: ScanRecord, tmp_path: Path) -> None:
    first = calendar(record.scan, things("a"))

    assert first == calendar(record.scan, things("a"))
    stamp = read_back(first).walk("VEVENT")[0]["DTSTAMP"].dt
    assert stamp == datetime.fromisoformat(record.scan.as_of)
    ics_format.write(record, tmp_path)
    assert (tmp_path / "expiry.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_a_calendar_in_which_nothing_ends_is_one_all_the_same(record: ScanRecord) -> None:
    read = read_back(calendar(record.scan, []))

    assert read.walk("VEVENT") == []
    assert len(read.subcomponents) == 1
