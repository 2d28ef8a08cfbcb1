"""``stampcheck collect``: evidence into a bundle."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import click

from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import new_run, now
from stampcheck.collect.files import Collected, collect_files
from stampcheck.errors import StampcheckError
from stampcheck.inventory import read_inventory


@click.command()
@options.from_files
@options.inventory
@options.output
@options.talk
def collect(
    *,
    source: Path | None,
    inventory: Path | None,
    output_dir: Path,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
) -> int:
    """Collect evidence into a bundle, to be judged later or elsewhere.

    The folder of evidence holds one folder per stamp, or the files of one stamp; files at its top
    that cover a whole subscription serve every stamp that their ids name.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    moment = now()
    wanted = options.require_source(source)
    bundle, collected = collect_into(
        new_run(output_dir, moment), wanted, inventory, talk=talk, moment=moment
    )
    click.echo(bundle)
    return 130 if collected.interrupted else 0


def collect_into(
    folder: Path, source: Path, inventory: Path | None, *, talk: Talk, moment: datetime
) -> tuple[Path, Collected]:
    """Collect files into ``folder/bundle``; a folder that stays empty is taken away again."""
    try:
        declared = read_inventory(inventory) if inventory else None
        with talk.progress("Reading files") as progress:
            collected = collect_files(source, folder / "bundle", moment, declared, progress)
    except StampcheckError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    stamps = f"{collected.stamps} stamp{'' if collected.stamps == 1 else 's'}"
    talk.say(f"{stamps}, {collected.documents} documents from {source}.")
    for note in collected.notes[: None if talk.verbose else 10]:
        talk.say(f"Note: {note}")
    if len(collected.notes) > 10 and not talk.verbose:
        talk.say(f"and {len(collected.notes) - 10} more notes; see --verbose.")
    return folder / "bundle", collected
