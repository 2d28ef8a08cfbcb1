"""What ends when, as a calendar (RFC 5545) that any calendar program can subscribe to or import.

Equal scans give equal bytes: the time stamp of every event is the as-of date of the scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from stampcheck.dated import Dated, dated, instant
from stampcheck.record import Scan, ScanRecord, report_format

_OCTETS: Final = 75
_SPECIAL: Final = re.compile(r"[\\;,]")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ALARM_DAYS: Final = 30
# A calendar holds one component at least, even where nothing ends.
_EMPTY: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@report_format("ics", "Calendar of what expires, for any calendar program", ("expiry.ics",))
def ics_format(record: ScanRecord, folder: Path) -> None:
    """Write expiry.ics."""
    (folder / "expiry.ics").write_bytes(calendar(record.scan, dated(record)))


def calendar(scan: Scan, things: list[Dated]) -> bytes:
    """The calendar of dated things."""
    return b"".join(_folded(line) for line in _lines(scan, things))


def _lines(scan: Scan, things: list[Dated]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:-//stampcheck//stampcheck {_text(scan.tool_version)}//EN"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield "X-WR-CALNAME:Azure Stack Hub registrations"
    yield f"X-STAMPCHECK-SCAN-ID:{_text(scan.scan_id)}"
    yield f"X-STAMPCHECK-BUNDLE-DIGEST:{_text(scan.bundle.digest)}"
    stamped = _moment(instant(scan.as_of) or datetime(1970, 1, 1, tzinfo=UTC))
    for one in things:
        yield from _event(one, scan, stamped)
    if not things:
        yield from _EMPTY
    yield "END:VCALENDAR"


def _event(one: Dated, scan: Scan, stamped: str) -> Iterator[str]:
    title = f"{one.kind.capitalize()} of {one.stamp} expires" if one.stamp else f"{one.name} ends"
    told = f"{one.name}\n{one.then}\nScan {scan.scan_id}, bundle SHA-256 {scan.bundle.digest}"
    days = scan.expiry_days.get("medium", _ALARM_DAYS)
    yield "BEGIN:VEVENT"
    yield f"UID:{one.uid}@stampcheck"
    yield f"DTSTAMP:{stamped}"
    yield f"DTSTART:{_moment(one.ends)}"
    yield f"SUMMARY:{_text(title)}"
    yield f"DESCRIPTION:{_text(told)}"
    yield f"CATEGORIES:{_text(one.kind)}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_text(title)}"
    yield f"TRIGGER:-P{days}D"
    yield "END:VALARM"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return f"{moment.year:04}{moment:%m%dT%H%M%S}Z"


def _text(text: str) -> str:
    """A value of the type TEXT: on one line, with nothing that ends or hides it."""
    plain = _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SPECIAL.sub(r"\\\g<0>", plain).replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A content line of at most 75 octets each, never broken within a character."""
    data, start, room = line.encode("utf-8"), 0, _OCTETS
    parts: list[bytes] = []
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[start:end])
        start, room = end, _OCTETS - 1
    parts.append(data[start:])
    return b"\r\n ".join(parts) + b"\r\n"
