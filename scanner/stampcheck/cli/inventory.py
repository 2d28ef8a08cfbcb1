"""``stampcheck inventory``: make and check an inventory of the fleet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from stampcheck.bundle import Declared
from stampcheck.cli import options
from stampcheck.cli.declared_files import check_files
from stampcheck.cli.main import printable
from stampcheck.cli.within import record_within
from stampcheck.errors import UsageError
from stampcheck.inventory import CLOUDS, read_inventory, render_inventory
from stampcheck.model import listed
from stampcheck.record import ScanRecord, StampRecord
from stampcheck.targets import Reach, Target


@click.group()
def inventory() -> None:
    """Make and check an inventory of the fleet."""


@inventory.command()
@click.argument("file", type=options.PATH)
def check(*, file: Path) -> None:
    """Check FILE and say what it declares."""
    found = read_inventory(file)
    check_files(found)
    click.echo(f"{file}: {len(found.stamps)} stamps, no fault.")
    for key in ("environment", "connection", "expected_tenant", "registration"):
        lacking = [name for name, declared in found.stamps.items() if not getattr(declared, key)]
        if lacking:
            click.echo(f"  {key} is not declared of {len(lacking)}: {', '.join(lacking[:5])}")
    for line in secrets_sent(found.reach):
        click.echo(f"  {printable(line)}")


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


def secrets_sent(reach: Reach) -> list[str]:
    """Which sign-in is used where, a line each: an inventory says where secrets are sent."""
    sent: dict[str, list[str]] = {}
    for target in reach.targets.values():
        for name, place in _uses(reach, target):
            places = sent.setdefault(name, [])
            if place not in places:
                places.append(place)
    return [
        f"{_what(reach, name)} is used for {listed(places, 4)}"
        for name, places in sorted(sent.items())
    ]


def _uses(reach: Reach, target: Target) -> Iterator[tuple[str, str]]:
    cloud = reach.clouds.get(target.cloud)
    if cloud is not None and (target.registration or target.subscription):
        own = _authority(reach, target.azure_sign_in, cloud.authority)
        yield target.azure_sign_in, f"{cloud.arm} (signed in to at {own})"
    if target.admin_endpoint:
        home = cloud.authority if cloud else "its cloud"
        own = _authority(reach, target.stamp_sign_in, f"{home} or its AD FS")
        yield target.stamp_sign_in, f"{target.admin_endpoint} (signed in to at {own})"
    for place in target.privileged_endpoints:
        if target.privileged_endpoint_sign_in:
            yield target.privileged_endpoint_sign_in, place


def _authority(reach: Reach, name: str, usual: str) -> str:
    sign_in = reach.sign_ins.get(name)
    return sign_in.authority if sign_in and sign_in.authority else usual


def _what(reach: Reach, name: str) -> str:
    sign_in = reach.sign_ins.get(name)
    if sign_in is None:
        return "the account of the Azure CLI"
    return f"sign-in {name} ({sign_in.secret or sign_in.method})"


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
