"""``stampcheck inventory``: make and check an inventory of the fleet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from stampcheck.bundle import Declared
from stampcheck.cli import options
from stampcheck.cli.within import record_within
from stampcheck.errors import UsageError
from stampcheck.inventory import CLOUDS, read_inventory, render_inventory
from stampcheck.record import ScanRecord, StampRecord


@click.group()
def inventory() -> None:
    """Make and check an inventory of the fleet."""


@inventory.command()
@click.argument("file", type=options.PATH)
def check(*, file: Path) -> None:
    """Check FILE and say what it declares."""
    found = read_inventory(file)
    click.echo(f"{file}: {len(found.stamps)} stamps, no fault.")
    for key in ("environment", "connection", "expected_tenant", "registration"):
        lacking = [name for name, declared in found.stamps.items() if not getattr(declared, key)]
        if lacking:
            click.echo(f"  {key} is not declared of {len(lacking)}: {', '.join(lacking[:5])}")


@inventory.command()
@click.argument("path", type=options.PATH)
@click.option(
    "-o", "--output", type=options.PATH, metavar="FILE", help="Write here, not to stdout."
)
def init(*, path: Path, output: Path | None) -> None:
    """Write an inventory from PATH: a run, a bundle or a folder of evidence.

    What the evidence proves is filled in; the rest stands as comments to fill in.
    """
    with record_within(path) as record:
        text = render_inventory(_stamps(record))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{output}: exists already; it is never overwritten.") from None
    click.echo(output)


def _stamps(record: ScanRecord) -> Iterator[tuple[str, Declared]]:
    for stamp in record.stamps():
        yield stamp.stamp, _declared(stamp)


def _declared(stamp: StampRecord) -> Declared:
    """What evidence proves; tenant, connection and former nodes are for a person to say."""
    cloud = stamp.values.get("cloud_environment", "").strip("'")
    return Declared(
        environment=stamp.environment,
        connection=stamp.connection if stamp.connection_source == "declared" else "",
        cloud=cloud if cloud in CLOUDS else "",
        registration=stamp.registration_id,
        tags=stamp.tags,
    )
