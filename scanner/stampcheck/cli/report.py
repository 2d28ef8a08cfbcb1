"""``stampcheck report``: render a saved scan again."""

from __future__ import annotations

from pathlib import Path

import click

from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import Formats, new_run, now, open_record, write_reports
from stampcheck.cli.remembering import Memory
from stampcheck.cli.reporting import Reporting
from stampcheck.integrity.run_manifest import write_run_manifest


@click.command(cls=Reporting)
@click.argument("scan", type=options.PATH)
@options.output
@options.trend_of
@options.talk
def report(  # noqa: PLR0913 (one parameter for each option)
    *,
    scan: Path,
    output_dir: Path,
    formats: Formats,
    history: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
) -> int:
    """Render SCAN, the folder of a run, again; judges nothing anew.

    The findings keep their as-of date; 'evaluate BUNDLE --as-of DATE' judges for another one.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    record = open_record(scan)
    memory = Memory(history)
    folder = new_run(output_dir, now())
    if history:
        record.trend = memory.trend(record)
    succeeded = write_reports(record, folder, formats, talk)
    write_run_manifest(folder, record.scan)
    click.echo(folder)
    return 0 if succeeded else 5
