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
from stampcheck.cli.remembering import Memory
from stampcheck.cli.reporting import Reporting
from stampcheck.cli.unfinished import incomplete
from stampcheck.integrity.run_manifest import write_run_manifest
from stampcheck.record import ScanRecord


@click.command(cls=Reporting)
@click.argument("bundle", type=options.PATH)
@options.output
@options.history
@options.judging
@options.judges
@options.talk
def evaluate(  # noqa: PLR0913 (one parameter for each option)
    *,
    bundle: Path,
    output_dir: Path,
    formats: Formats,
    history: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of judging)
) -> int:
    """Judge BUNDLE (folder or zip) and write the reports.

    Judges as of the collection, unless --as-of says otherwise.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    judging = judging_options(given)
    # A wrong rule is said before anything is written.
    choose(judging)
    memory = Memory(history)
    with opened(bundle) as evidence:
        folder = new_run(output_dir, now())
        as_of = judging.as_of or bundle_time(evidence)
        return judge_and_report(
            evidence,
            folder,
            judging,
            formats=formats,
            talk=talk,
            as_of=as_of,
            memory=memory,
            place=bundle,
        )


def judge_and_report(  # noqa: PLR0913 (what a run is put together from)
    bundle: Bundle,
    folder: Path,
    judging: JudgingOptions,
    *,
    formats: Formats,
    talk: Talk,
    as_of: datetime,
    memory: Memory,
    place: Path | None = None,
) -> int:
    """Judge, write the reports into ``folder``, say what was found, keep it in ``memory``; the
    exit code. ``place`` is where the bundle was named, unless it lies in ``folder``.
    """
    scan = judge_bundle(bundle, folder, judging, talk=talk, as_of=as_of)
    record = ScanRecord(folder)
    memory.recall(record)
    succeeded = write_reports(record, folder, formats, talk)
    own = bundle.manifest if bundle.folder.parent == folder else None
    write_run_manifest(folder, scan, own)
    summary(talk, record)
    click.echo(folder)
    succeeded = memory.keep(record, talk) and succeeded
    if not bundle.manifest.complete:
        talk.warn(incomplete(bundle.manifest, place or folder))
    return exit_code(scan, judging) if succeeded else 5
