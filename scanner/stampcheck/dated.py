"""What of a fleet ends at a date: registrations, waivers, attestations. Pure.

``SOURCES`` is the list to add to: each source reads dated things from a saved scan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from stampcheck.attestation import KIND as ATTESTATION
from stampcheck.model import sort_key
from stampcheck.record import ScanRecord

WINDOWS: Final = (30, 60, 90)
"""Days ahead by which things are grouped."""

_DAY: Final = timedelta(days=1)
PASSED: Final = "passed"
"""The window of what has ended already."""


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """A thing with an end: its kind, the stamp it belongs to (empty: none), which one it is, and
    the moment at which it ends; ``then`` says in a sentence what that means, ``key`` tells it from
    others of its kind and stamp.
    """

    kind: str
    stamp: str
    name: str
    ends: datetime
    then: str = ""
    key: str = ""

    @property
    def uid(self) -> str:
        """What it is known by from scan to scan, whenever it ends and whatever it is called."""
        about = f"{self.kind}\0{self.stamp}\0{self.key}"
        return hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A dated thing as of a day: whole days that are left (below 0: passed) and its window."""

    kind: str
    stamp: str
    name: str
    ends: str
    days: int
    window: str


Source = Callable[[ScanRecord], Iterable[Dated]]


def registrations(record: ScanRecord) -> Iterator[Dated]:
    """The registrations whose end is known; those that never end are none."""
    for stamp in record.stamps():
        ends = instant(stamp.expires)
        if ends is not None:
            yield Dated(
                kind="registration",
                stamp=stamp.stamp,
                name=stamp.registration_id or "its registration",
                ends=ends,
                then="From then on the stamp is not licensed; renew the registration before.",
            )


def waivers(record: ScanRecord) -> Iterator[Dated]:
    """The waivers, each with the moment after its last day."""
    for one in record.scan.waivers:
        ends = instant(one.expires)
        if ends is not None:
            yield Dated(
                kind="waiver",
                stamp=one.stamp,
                name=f"{one.ticket}: {one.rule} on {f'tag {one.tag}' if one.tag else one.stamp}",
                ends=ends + _DAY,
                then="From then on what it accepts is open again; mend it, or have it renewed.",
                key=one.id,
            )


def attestations(record: ScanRecord) -> Iterator[Dated]:
    """What persons attested, each with the moment after its last day."""
    for stamp in record.stamps() if record.scan.documents_by_kind.get(ATTESTATION) else ():
        for one in stamp.attestations:
            ends = instant(one.valid_until)
            if ends is not None:
                yield Dated(
                    kind="attestation",
                    stamp=stamp.stamp,
                    name=f"{one.question} by {one.who}",
                    ends=ends + _DAY,
                    then="From then on the question is open again; have it attested anew.",
                    key=f"{one.question} {one.when}",
                )


SOURCES: Final[tuple[Source, ...]] = (registrations, waivers, attestations)


def dated(record: ScanRecord, sources: Iterable[Source] = SOURCES) -> list[Dated]:
    """Everything of a scan that ends, the soonest first."""
    found = [one for source in sources for one in source(record)]
    return sorted(found, key=lambda one: (one.ends, sort_key(one.stamp), one.kind, one.name))


def due(things: Iterable[Dated], as_of: datetime, days: int) -> list[Due]:
    """What has ended or ends within so many days, the soonest first."""
    end = as_of + timedelta(days=days)
    return [_due(one, as_of) for one in things if one.ends <= end]


def _due(one: Dated, as_of: datetime) -> Due:
    left = (one.ends - as_of).days
    return Due(
        kind=one.kind,
        stamp=one.stamp,
        name=one.name,
        ends=f"{one.ends:%Y-%m-%dT%H:%M:%S}Z",
        days=left,
        window=_window(one.ends - as_of),
    )


def _window(left: timedelta) -> str:
    if left <= timedelta():
        return PASSED
    return next((f"{days} days" for days in WINDOWS if left <= timedelta(days=days)), "later")


def instant(text: str) -> datetime | None:
    """A moment of the record; None for never and for what is not known."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
