"""``stampcheck evaluate``: judge a bundle and write the reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.console import Talk, summary
from stampcheck.cli.pipeline import (
    Formats,
    JudgingOptions,
    bundle_time,
    choose,
    exit_code,
    judge_bundle,
    judging_options,
    new_run,
    now,
    opened,
    write_reports,
)
from stampcheck.cli.rendering import Rendering, rendering_options
from stampcheck.cli.reporting import Reporting
from stampcheck.cli.unfinished import incomplete
from stampcheck.record import ScanRecord


@click.command(cls=Reporting)
@click.argument("bundle", type=options.PATH)
@options.output
@options.rendering
@options.judging
@options.judges
@options.talk
def evaluate(
    *,
    bundle: Path,
    output_dir: Path,
    formats: Formats,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of judging)
) -> int:
    """Judge BUNDLE (folder or zip) and write the reports.

    Judges as of the collection, unless --as-of says otherwise.
    """
    rendering = rendering_options(given, formats)
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    judging = judging_options(given)
    # A wrong rule is said before anything is written.
    choose(judging)
    with opened(bundle) as evidence:
        folder = new_run(output_dir, now())
        as_of = judging.as_of or bundle_time(evidence)
        return judge_and_report(
            evidence,
            folder,
            judging,
            formats=formats,
            rendering=rendering,
            talk=talk,
            as_of=as_of,
            place=bundle,
        )


def judge_and_report(  # noqa: PLR0913 (what was judged, and what is wanted of it)
    bundle: Bundle,
    folder: Path,
    judging: JudgingOptions,
    *,
    formats: Formats,
    rendering: Rendering,
    talk: Talk,
    as_of: datetime,
    place: Path | None = None,
) -> int:
    """Judge, write the reports into ``folder``, say what was found; the exit code. ``place`` is
    where the bundle was named, unless it lies in ``folder``.
    """
    scan = judge_bundle(bundle, folder, judging, talk=talk, as_of=as_of)
    record = ScanRecord(folder, rendering.templates)
    succeeded = write_reports(record, folder, formats, talk)
    summary(talk, record)
    click.echo(folder)
    if rendering.redact:
        succeeded &= _export(record, bundle, formats, rendering, talk)
    if not bundle.manifest.complete:
        talk.warn(incomplete(bundle.manifest, place or folder))
    return exit_code(scan, judging) if succeeded else 5


def _export(
    record: ScanRecord, bundle: Bundle, formats: Formats, rendering: Rendering, talk: Talk
) -> bool:
    """Write the run anew with pseudonyms, beside it; whether every format succeeded."""
    from stampcheck.cli.redacting import KEY, Original, export_run

    run = record.folder
    folder, key = run.with_name(f"{run.name}-redacted"), rendering.redact_key or run.parent / KEY
    succeeded = export_run(Original(record=record, bundle=bundle), folder, key, talk, formats)
    click.echo(folder)
    return succeeded
