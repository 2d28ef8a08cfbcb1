"""``stampcheck scan``: collect evidence, judge it and write the reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.collect import collect_into
from stampcheck.cli.console import Talk
from stampcheck.cli.evaluate import judge_and_report
from stampcheck.cli.pipeline import choose, chosen_formats, judging_options, new_run, now


@click.command()
@options.from_files
@options.inventory
@options.output
@options.formats
@options.judging
@options.talk
def scan(  # noqa: PLR0913 (one parameter for each option)
    *,
    source: Path | None,
    inventory: Path | None,
    output_dir: Path,
    formats: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of judging)
) -> int:
    """Collect evidence, judge it and write the reports.

    The folder of evidence holds one folder per stamp, or the files of one stamp; files at its top
    that cover a whole subscription serve every stamp that their ids name.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    wanted = options.require_source(source)
    judging = judging_options(given)
    # A wrong rule or format is said before the evidence is read.
    choose(judging)
    chosen_formats(formats)
    moment = now()
    folder = new_run(output_dir, moment)
    path, collected = collect_into(folder, wanted, inventory, talk=talk, moment=moment)
    with Bundle(path) as bundle:
        code = judge_and_report(
            bundle, folder, judging, formats=formats, talk=talk, as_of=judging.as_of or moment
        )
    return 130 if collected.interrupted else code
