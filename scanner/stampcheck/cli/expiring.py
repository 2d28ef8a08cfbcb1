"""``stampcheck expiring``: what ends soon over the fleet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from stampcheck.cli import options
from stampcheck.cli.table import as_csv, as_json, as_text
from stampcheck.cli.within import record_within
from stampcheck.dated import PASSED, Due, dated, due, instant
from stampcheck.errors import UsageError

_HEADS: Final = {
    "window": "within",
    "days": "days",
    "ends": "ends",
    "stamp": "stamp",
    "kind": "what",
    "name": "which",
}


@click.command()
@options.within
@options.as_of
@click.option(
    "--days",
    type=click.IntRange(1, 36_500),
    default=90,
    show_default=True,
    metavar="N",
    help="How far to look ahead.",
)
@click.option("--doctor", type=options.PATH, metavar="FILE", help="JSON of 'doctor', too.")
@options.tabular
def expiring(
    *, within: Path | None, as_of: datetime | None, days: int, doctor: Path | None, listing: str
) -> None:
    """List what expires soon over the fleet.

    Registrations of a run or a bundle, and the certificates of the hosts that 'doctor --format
    json' saw. Counts from the as-of date of the scan, unless --as-of says otherwise. As a calendar:
    'stampcheck report RUN --format ics'.
    """
    with record_within(within) as record:
        when = as_of or instant(record.scan.as_of)
        things = dated(record)
    if when is None:
        raise UsageError("scan.json: its as-of date cannot be read; give one with --as-of DATE.")
    if doctor is not None:
        from stampcheck.cli.seen_certificates import seen_certificates

        things = sorted([*things, *seen_certificates(doctor)], key=lambda one: one.ends)
    found = due(things, when, days)
    if listing == "json":
        click.echo(as_json(found))
    elif listing == "csv":
        click.echo(as_csv(list(_HEADS), found))
    else:
        click.echo("\n".join(_lines(found, when, days)))


def _lines(found: Sequence[Due], when: datetime, days: int) -> Iterator[str]:
    if found:
        yield as_text(_HEADS, found)
        yield ""
    passed = sum(one.window == PASSED for one in found)
    told = f"As of {when:%Y-%m-%d}: {passed} passed, {len(found) - passed} within {days} days"
    yield f"{told}."
