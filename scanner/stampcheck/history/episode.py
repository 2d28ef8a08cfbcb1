"""From the changes of tracks to what a person asks: since when, until when, for how long. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from stampcheck.history.scope import instant
from stampcheck.history.snapshot import Value

_OPEN: Final = ("fail",)
_UNKNOWN: Final = ("undetermined",)
_GOES_ON: Final = (*_OPEN, *_UNKNOWN)


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A failure from the first scan that saw it to the first that no longer did, by as-of dates.

    ``closed`` is empty while it is open: what is undetermined closes nothing. ``days`` runs until
    it closed, else until ``looked``, the last scan that looked. ``is_unproven`` says that since the
    last change nobody knows.
    """

    stamp: str
    rule: str
    subject: str
    severity: str
    opened: str
    closed: str
    looked: str
    days: int
    is_waived: bool
    is_unproven: bool


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A stamp's state and licence standing from a scan on, until the next stretch."""

    since: str
    state: str
    standing: str
    expires: str
    registration_id: str
    billing_model: str
    top_cause: str


class Named(msgspec.Struct, frozen=True):
    """What a track is of, in words."""

    stamp: str
    rule: str
    subject: str


def episodes(
    named: Named, changes: Mapping[int, Value | None], dates: list[str], last: int
) -> list[Episode]:
    """The failures of a track; ``dates`` are the as-of dates by rank, ``last`` the rank of the last
    scan that looked at it.
    """
    found: list[Episode] = []
    run: list[tuple[int, Value]] = []
    for rank, value in sorted(changes.items()):
        goes_on = value is not None and value.outcome in (_OPEN if not run else _GOES_ON)
        if value is not None and goes_on:
            run.append((rank, value))
        elif run:
            found.append(_episode(named, run, dates, rank, closed=True))
            run = []
    if run:
        found.append(_episode(named, run, dates, last, closed=False))
    return found


def _episode(
    named: Named, run: list[tuple[int, Value]], dates: list[str], end: int, *, closed: bool
) -> Episode:
    opened, until = dates[run[0][0]], dates[end]
    failed = [value for _, value in run if value.outcome in _OPEN]
    return Episode(
        stamp=named.stamp,
        rule=named.rule,
        subject=named.subject,
        severity=failed[-1].severity,
        opened=opened,
        closed=until if closed else "",
        looked=until,
        days=max(0, (instant(until) - instant(opened)).days),
        is_waived=failed[-1].is_waived,
        is_unproven=run[-1][1].outcome in _UNKNOWN,
    )


def stretches(changes: Mapping[int, Value | None], dates: list[str]) -> list[Stretch]:
    """The states of a stamp in the order of time."""
    return [
        Stretch(
            since=dates[rank],
            state=value.state,
            standing=value.standing,
            expires=value.expires,
            registration_id=value.registration_id,
            billing_model=value.billing_model,
            top_cause=value.top_cause,
        )
        for rank, value in sorted(changes.items())
        if value is not None
    ]
