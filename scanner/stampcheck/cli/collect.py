"""``stampcheck collect``: evidence into a bundle."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from stampcheck.cli import options
from stampcheck.cli.attesting import attest_bundle, attested
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import new_run, now
from stampcheck.collect.files import Collected, collect_files
from stampcheck.errors import StampcheckError, UsageError
from stampcheck.inventory import Inventory, read_inventory


@click.command()
@options.from_files
@options.inventory
@options.output
@options.attestations
@options.live
@options.collectors
@options.talk
def collect(  # noqa: PLR0913 (one parameter for each option)
    *,
    source: Path | None,
    inventory: Path | None,
    output_dir: Path,
    attestations: Path | None,
    workers: int | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of a live collection)
) -> int:
    """Collect evidence into a bundle, to be judged later or elsewhere.

    Asks Azure, the stamps and their privileged endpoints as the inventory says; with --from-files
    it reads a folder instead, of one folder per stamp or of the files of one stamp.
    """
    from stampcheck.cli.gathering import check_collected, gather_into, live_options

    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    declared = declared_in(source, inventory)
    live = live_options(given, source)
    moment = now()
    answers = attested(attestations, moment)
    folder = new_run(output_dir, moment)
    if source is not None:
        bundle, collected = collect_into(folder, source, declared, talk=talk, moment=moment)
    else:
        from stampcheck.collect.plan import LIVE_KINDS

        assert declared is not None  # noqa: S101 (one of the two is named)
        bundle = folder / "bundle"
        collected = gather_into(
            folder, declared, live, kinds=LIVE_KINDS, workers=workers, talk=talk
        )
        say_collected(collected, str(inventory), talk)
    attest_bundle(bundle, answers, talk)
    click.echo(bundle)
    return check_collected(collected, 0)


def declared_in(source: Path | None, inventory: Path | None) -> Inventory | None:
    """The inventory, if there is one; ``UsageError`` where neither files nor anybody to ask were
    named.
    """
    if source is None and inventory is None:
        raise UsageError(
            "Name whom to ask with --inventory FILE, or a folder of evidence with --from-files DIR."
        )
    return read_inventory(inventory) if inventory else None


def collect_into(
    folder: Path, source: Path, declared: Inventory | None, *, talk: Talk, moment: datetime
) -> tuple[Path, Collected]:
    """Collect files into ``folder/bundle``; a folder that stays empty is taken away again."""
    try:
        with talk.progress("Reading files") as progress:
            collected = collect_files(source, folder / "bundle", moment, declared, progress)
    except StampcheckError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    say_collected(collected, str(source), talk)
    return folder / "bundle", collected


def say_collected(collected: Collected, place: str, talk: Talk) -> None:
    """What was collected, and what is remarkable about it."""
    stamps = f"{collected.stamps} stamp{'' if collected.stamps == 1 else 's'}"
    talk.say(f"{stamps}, {collected.documents} documents from {place}.")
    for note in collected.notes[: None if talk.verbose else 10]:
        talk.say(f"Note: {note}")
    if len(collected.notes) > 10 and not talk.verbose:
        talk.say(f"and {len(collected.notes) - 10} more notes; see --verbose.")
