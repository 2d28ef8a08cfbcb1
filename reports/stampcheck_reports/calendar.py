"""What ends when: the dates of a scan laid out by month, for whatever has an end.

The layout knows nothing of registrations; who has more dates (waivers, attestations, certificates)
hands in more of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from stampcheck.record import StampRecord

REGISTRATION: Final = "registration"
NEVER: Final = "never"
MONTHS: Final = 13
"""Months that are shown one by one, from that of the as-of date on."""

_NAMES: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_FULL: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?", re.ASCII)


class Expiry(NamedTuple):
    """Something that ends: at an ISO 8601 date or moment (UTC), its kind, and whose it is."""

    at: str
    kind: str
    holder: str


class Month(NamedTuple):
    """What ends in one stretch of time, the earliest first; ``key`` is ``2026-11``, ``past`` for
    what had ended at the as-of date, or ``later``. ``soon`` says that it begins within the days
    that are asked for.
    """

    key: str
    title: str
    expiries: tuple[Expiry, ...]
    soon: bool = False


class Calendar(NamedTuple):
    """The months with what ended before and after them, and how much never ends or has no date."""

    months: tuple[Month, ...]
    never: int
    unknown: int

    @property
    def most(self) -> int:
        """The fullest month's number."""
        return max(len(month.expiries) for month in self.months)

    @property
    def total(self) -> int:
        """How much ends at all."""
        return sum(len(month.expiries) for month in self.months)


def registrations(stamps: Iterable[StampRecord]) -> Iterator[Expiry]:
    """When the registration of each stamp ends, as its activation says."""
    for stamp in stamps:
        yield Expiry(stamp.expires, REGISTRATION, stamp.stamp)


def calendar(expiries: Iterable[Expiry], as_of: str, days: int = 0) -> Calendar:
    """Lay out what ends; ``as_of`` is an ISO 8601 moment, and what ends at it has ended. ``days``
    from there on are soon.
    """
    now = moment(as_of) or datetime(1, 1, 1, tzinfo=UTC)
    soon = place(now + timedelta(days=days), now) if days else ""
    found: dict[str, list[tuple[datetime, Expiry]]] = {key: [] for key in _keys(now)}
    never = unknown = 0
    for expiry in expiries:
        at = moment(expiry.at)
        if at is not None:
            found[place(at, now)].append((at, expiry))
        elif expiry.at == NEVER:
            never += 1
        else:
            unknown += 1
    months = (
        Month(key, title(key), _in_order(dated), soon=key <= soon) for key, dated in found.items()
    )
    return Calendar(tuple(months), never, unknown)


def _in_order(dated: list[tuple[datetime, Expiry]]) -> tuple[Expiry, ...]:
    return tuple(expiry for _, expiry in sorted(dated))


def place(at: datetime, now: datetime) -> str:
    """The key of the month that a moment belongs to."""
    if at <= now:
        return "past"
    ahead = 12 * (at.year - now.year) + at.month - now.month
    return f"{at.year:04}-{at.month:02}" if ahead < MONTHS else "later"


def _keys(now: datetime) -> Iterator[str]:
    yield "past"
    for ahead in range(MONTHS):
        years, month = divmod(now.month - 1 + ahead, 12)
        yield f"{now.year + years:04}-{month + 1:02}"
    yield "later"


def title(key: str) -> str:
    """A key in words, such as ``Nov 2026``."""
    if key in ("past", "later"):
        return {"past": "Expired", "later": "Later"}[key]
    year, _, month = key.partition("-")
    at = 3 * (int(month) - 1)
    return f"{_NAMES[at : at + 3]} {year}"


def moment(text: str) -> datetime | None:
    """An ISO 8601 date or moment in UTC; None for anything else."""
    if not _FULL.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
