"""``stampcheck evaluate``: judge a bundle and write the reports."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.attesting import attested, attested_copy
from stampcheck.cli.baseline import compared
from stampcheck.cli.choice import check_choice
from stampcheck.cli.console import Talk, summary
from stampcheck.cli.pipeline import (
    Formats,
    JudgingOptions,
    bundle_time,
    exit_code,
    judge_bundle,
    judging_options,
    new_run,
    now,
    open_record,
    opened,
    write_reports,
)
from stampcheck.cli.remembering import Memory
from stampcheck.cli.rendering import Rendering, rendering_options
from stampcheck.cli.reporting import Reporting
from stampcheck.cli.unfinished import incomplete
from stampcheck.integrity.run_manifest import write_run_manifest
from stampcheck.record import ScanRecord


@click.command(cls=Reporting)
@click.argument("bundle", type=options.PATH)
@options.output
@options.history
@options.rendering
@options.judging
@options.attestations
@options.judges
@options.talk
def evaluate(  # noqa: PLR0913 (one parameter for each option)
    *,
    bundle: Path,
    output_dir: Path,
    formats: Formats,
    attestations: Path | None,
    history: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of judging)
) -> int:
    """Judge BUNDLE (folder or zip) and write the reports.

    Judges as of the collection, unless --as-of says otherwise. With --attestations the run holds a
    copy of the bundle that the answers were added to.
    """
    rendering = rendering_options(given, formats)
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    judging = judging_options(given)
    check_choice(judging)
    memory, moment = Memory(history), now()
    answers = attested(attestations, moment, judging.as_of)
    with ExitStack() as stack:
        evidence = stack.enter_context(opened(bundle))
        if answers is not None:
            # A wrong name is said before anything is written.
            answers.documents([entry.name for entry in evidence.entries()])
        folder = new_run(output_dir, moment)
        if answers is not None:
            copy = attested_copy(evidence, folder, answers, talk)
            evidence = stack.enter_context(Bundle(copy))
        as_of = judging.as_of or bundle_time(evidence)
        return judge_and_report(
            evidence,
            folder,
            judging,
            formats=formats,
            rendering=rendering,
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
    rendering: Rendering,
    talk: Talk,
    as_of: datetime,
    memory: Memory,
    place: Path | None = None,
) -> int:
    """Judge, write the reports into ``folder``, say what was found, keep it in ``memory``; the
    exit code. ``place`` is where the bundle was named, unless it lies in ``folder``.
    """
    scan = judge_bundle(bundle, folder, judging, talk=talk, as_of=as_of)
    record = ScanRecord(folder, rendering.templates)
    succeeded = judging.baseline is None or compared(open_record(judging.baseline), record, talk)
    memory.recall(record)
    succeeded = write_reports(record, folder, formats, talk) and succeeded
    own = bundle.manifest if bundle.folder.parent == folder else None
    write_run_manifest(folder, scan, own)
    summary(talk, record)
    click.echo(folder)
    succeeded = memory.keep(record, talk) and succeeded
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
