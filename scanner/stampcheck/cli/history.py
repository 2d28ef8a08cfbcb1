"""``stampcheck history``: what scans kept in a database answer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from stampcheck.cli import options
from stampcheck.cli.table import as_csv, as_json, as_text

if TYPE_CHECKING:
    from stampcheck.history.asking import History, StampHistory
    from stampcheck.history.episode import Episode
    from stampcheck.record import TrendPoint

_FAILURES: Final = {
    "stamp": "stamp",
    "rule": "rule",
    "severity": "severity",
    "opened": "first failed",
    "closed": "closed",
    "days": "days",
    "note": "",
    "subject": "subject",
}
_SCANS: Final = {
    "as_of": "as of",
    "scan_id": "scan",
    "scope": "scope",
    "stamps": "stamps",
    "failed": "failed",
    "undetermined": "undetermined",
    "passed": "passed",
    "not_applicable": "not applicable",
}
_STATES: Final = {
    "since": "since",
    "standing": "licence standing",
    "state": "state",
    "expires": "expires",
    "billing_model": "billing model",
    "top_cause": "likeliest cause",
}
_TREND: Final = {
    "as_of": "as of",
    "stamps": "stamps",
    "licensed": "licensed",
    "expired": "expired",
    "in_violation": "in violation",
    "not_proven": "not proven",
    "failed": "failed",
    "undetermined": "undetermined",
}

_database = click.option(
    "--history",
    "place",
    required=True,
    metavar="DATABASE",
    help="An SQLite file or postgresql://HOST/NAME.",
)
_until = click.option(
    "--as-of", type=options.Moment(), metavar="DATE", help="As it was known then."
)


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An episode as it is listed."""

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

    @property
    def note(self) -> str:
        """What has to be known beside the dates."""
        unproven = self.is_unproven and not self.closed
        words = ("waived" if self.is_waived else "", "unproven since" if unproven else "")
        return ", ".join(filter(None, words))


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the trend, a cell for each licence standing."""

    scan_id: str
    as_of: str
    stamps: int
    failed: int
    undetermined: int
    passed: int
    not_applicable: int
    licensed: int
    expired: int
    in_violation: int
    not_proven: int


@click.group()
def history() -> None:
    """Show what scans kept in a database: since when, how long, the trend.

    'scan' and 'evaluate' keep theirs with --history DATABASE. The password of a server comes from
    PGPASSWORD or a password file.
    """


@history.command("add")
@click.argument("runs", type=options.PATH, nargs=-1, required=True, metavar="RUN...")
@_database
def add(*, runs: tuple[Path, ...], place: str) -> None:
    """Keep the scans of RUN... too; those that are there already change nothing."""
    from stampcheck.cli.pipeline import open_record
    from stampcheck.history.database import database
    from stampcheck.history.keeping import keep
    from stampcheck.history.snapshot import snapshot

    where = database(place)
    for record in [open_record(run) for run in runs]:
        is_new = keep(where, snapshot(record))
        click.echo(f"{record.scan.scan_id}: {'kept' if is_new else 'was there already'}.")


@history.command("list")
@_database
@_until
@options.tabular
def list_scans(*, place: str, as_of: datetime | None, listing: str) -> None:
    """List every scan that is kept, in the order of time."""
    with _read(place, as_of) as kept:
        scans = kept.scans()
    if listing == "text":
        click.echo(as_text(_SCANS, scans))
    else:
        _print(listing, scans, list(scans[0].__struct_fields__) if scans else list(_SCANS))


@history.command("stamp")
@click.argument("name", metavar="STAMP")
@_database
@_until
@options.tabular
def of_stamp(*, name: str, place: str, as_of: datetime | None, listing: str) -> None:
    """Show STAMP over time: licence standing, and since when it fails which rule.

    CSV lists the failures. A failure is open until a scan sees it gone; what nobody could determine
    closes nothing.
    """
    with _read(place, as_of) as kept:
        found = kept.stamp(name)
    if listing == "json":
        click.echo(as_json(found))
    elif listing == "csv":
        _print("csv", _failures(found.failures), list(Failure.__struct_fields__))
    else:
        click.echo("\n".join(_stamp_lines(found)))


@history.command("rule")
@click.argument("name", metavar="RULE")
@_database
@_until
@options.tabular
def of_rule(*, name: str, place: str, as_of: datetime | None, listing: str) -> None:
    """Show which stamps failed RULE, since when and for how long."""
    with _read(place, as_of) as kept:
        found = _failures(kept.rule(name))
    if listing != "text":
        _print(listing, found, list(Failure.__struct_fields__))
        return
    still = sum(not one.closed for one in found)
    click.echo(f"{name.upper()}: {len(found)} failures, {still} of them open.")
    if found:
        heads = {name: head for name, head in _FAILURES.items() if name != "rule"}
        click.echo(as_text(heads, found))


@history.command("trend")
@click.option("--stamp", metavar="NAME", help="The fleet of this stamp. [that of the newest scan]")
@_database
@_until
@options.tabular
def trend(*, stamp: str | None, place: str, as_of: datetime | None, listing: str) -> None:
    """Show licence standing and failures of a fleet over time, a line a scan."""
    with _read(place, as_of) as kept:
        name = kept.stamp(stamp).stamp if stamp else ""
        points = [_point(one) for one in kept.trend((name,) if name else ())]
    if listing == "text":
        click.echo(as_text(_TREND, points) if points else "No whole fleet was scanned yet.")
    else:
        _print(listing, points, list(Point.__struct_fields__))


@contextlib.contextmanager
def _read(place: str, as_of: datetime | None) -> Iterator[History]:
    from stampcheck.history.database import database
    from stampcheck.history.reading import reading

    with reading(database(place), as_of) as kept:
        yield kept


def _print(listing: str, rows: list[Any], names: list[str]) -> None:
    click.echo(as_json(rows) if listing == "json" else as_csv(names, rows))


def _failures(found: list[Episode]) -> list[Failure]:
    return [Failure(**msgspec.structs.asdict(one)) for one in found]


def _point(one: TrendPoint) -> Point:
    cells = msgspec.structs.asdict(one)
    standings = cells.pop("standings")
    return Point(**cells, **{word.replace("-", "_"): number for word, number in standings.items()})


def _stamp_lines(found: StampHistory) -> Iterator[str]:
    from stampcheck.cli.main import printable

    seen = f"{found.stamp}: looked at from {found.first_scan} to {found.last_scan}."
    yield printable(seen)
    yield ""
    yield as_text(_STATES, found.states)
    yield ""
    if not found.failures:
        yield "It never failed a rule."
        return
    failures = _failures(found.failures)
    first = failures[0]
    yield f"First failed {first.opened} ({first.rule})."
    heads = {name: head for name, head in _FAILURES.items() if name != "stamp"}
    yield as_text(heads, failures)
