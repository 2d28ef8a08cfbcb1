"""``stampcheck report``: render a saved scan again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stampcheck.cli import options
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import (
    Formats,
    chosen_formats,
    new_run,
    now,
    open_record,
    write_reports,
)
from stampcheck.cli.remembering import Memory
from stampcheck.cli.rendering import Rendering, rendering_options
from stampcheck.cli.reporting import Reporting
from stampcheck.errors import UsageError
from stampcheck.integrity.run_manifest import write_run_manifest
from stampcheck.record import ScanRecord


@click.command(cls=Reporting)
@click.argument("scan", type=options.PATH, required=False)
@options.output
@options.trend_of
@options.rendering
@click.option(
    "--export-templates", "export", type=options.PATH, metavar="DIR", help="Write ours to edit."
)
@options.talk
def report(  # noqa: PLR0913 (one parameter for each option)
    *,
    scan: Path | None,
    output_dir: Path,
    formats: Formats,
    history: str | None,
    export: Path | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of rendering)
) -> int:
    """Render SCAN, the folder of a run or a zip of it, again; judges nothing anew.

    The findings keep their as-of date; 'evaluate BUNDLE --as-of DATE' judges for another one.
    """
    rendering = rendering_options(given, formats)
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    if export is not None:
        return _export(export)
    if scan is None:
        raise UsageError("Name the folder of a run to render again.")
    record = open_record(scan)
    memory = Memory(history)
    record.templates = rendering.templates
    folder = new_run(output_dir, now())
    if history:
        record.trend = memory.trend(record)
    if rendering.redact:
        return _redacted(record, folder, formats, rendering, talk)
    succeeded = write_reports(record, folder, formats, talk)
    write_run_manifest(folder, record.scan)
    click.echo(folder)
    return 0 if succeeded else 5


def _redacted(
    record: ScanRecord, folder: Path, formats: Formats, rendering: Rendering, talk: Talk
) -> int:
    """Write the record and its reports with pseudonyms."""
    from stampcheck.cli.redacting import KEY, Original, export_run

    # The folder comes with what is in it, or not at all.
    folder.rmdir()
    key = rendering.redact_key or folder.parent / KEY
    succeeded = export_run(Original(record=record), folder, key, talk, formats)
    click.echo(folder)
    return 0 if succeeded else 5


def _export(folder: Path) -> int:
    """Write the templates of every format that has any into a new folder."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise UsageError(f"{folder}: is there already; name a new folder.") from None
    for form, _ in chosen_formats([]):
        for name, text in (form.templates.originals() if form.templates else {}).items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    click.echo(folder)
    return 0
