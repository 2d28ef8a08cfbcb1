"""``stampcheck find``: who holds a Cloud ID."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from stampcheck.cli import options
from stampcheck.cli.main import printable
from stampcheck.cli.within import record_within
from stampcheck.errors import UsageError
from stampcheck.parse.value import Unreadable, guid


@click.command()
@click.argument("cloud_id", metavar="CLOUD-ID")
@options.within
@options.as_of
def find(*, cloud_id: str, within: Path | None, as_of: datetime | None) -> None:
    """Find the stamps and registrations that hold CLOUD-ID.

    Any spelling of the GUID will do. Prints a line each: stamp, state, registration.
    """
    try:
        wanted = guid(cloud_id)
    except Unreadable:
        raise UsageError(f"{cloud_id!r} is no Cloud ID; it is a GUID of 32 hex digits.") from None
    with record_within(within, as_of) as record:
        lines = [
            f"{stamp.stamp}\t{stamp.state}\t{stamp.registration_id or 'no registration known'}"
            for stamp in record.stamps()
            if stamp.cloud_id == wanted
        ]
        lines += [
            f"(unclaimed)\tregistration without a stamp\t{one.registration_id}"
            for one in record.scan.unclaimed
            if one.cloud_id == wanted
        ]
    for line in lines:
        click.echo(printable(line))
    if not lines:
        click.echo(f"Nobody in this scan holds {wanted}.", err=True)
