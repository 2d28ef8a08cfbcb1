"""``stampcheck scan``: collect evidence, judge it and write the reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.attesting import attest_bundle, attested
from stampcheck.cli.choice import check_choice
from stampcheck.cli.collect import collect_into, declared_in, say_collected
from stampcheck.cli.console import Talk
from stampcheck.cli.evaluate import judge_and_report
from stampcheck.cli.pipeline import (
    Formats,
    bundle_time,
    judging_options,
    new_run,
    now,
)
from stampcheck.cli.remembering import Memory
from stampcheck.cli.rendering import rendering_options
from stampcheck.cli.reporting import Reporting


@click.command(cls=Reporting)
@options.from_files
@options.inventory
@options.output
@options.history
@options.rendering
@options.live
@options.judging
@options.attestations
@options.collectors
@options.talk
def scan(  # noqa: PLR0913 (one parameter for each option)
    *,
    source: Path | None,
    inventory: Path | None,
    output_dir: Path,
    formats: Formats,
    attestations: Path | None,
    history: str | None,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of collecting and judging)
) -> int:
    """Collect evidence, judge it and write the reports.

    Asks Azure, the stamps and their privileged endpoints as the inventory says; with --from-files
    it reads a folder instead, of one folder per stamp or of the files of one stamp.
    """
    from stampcheck.cli.gathering import check_collected, gather_into, live_options

    rendering = rendering_options(given, formats)
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    declared = declared_in(source, inventory)
    live, workers = live_options(given, source), given.pop("workers")
    judging = judging_options({**given, "workers": (workers or 1) if source else 1})
    chosen, _ = check_choice(judging)
    memory, moment = Memory(history), now()
    answers = attested(attestations, moment, judging.as_of)
    folder = new_run(output_dir, moment)
    if source is not None:
        path, collected = collect_into(folder, source, declared, talk=talk, moment=moment)
    else:
        from stampcheck.collect.plan import kinds_of

        assert declared is not None  # noqa: S101 (one of the two is named)
        path = folder / "bundle"
        collected = gather_into(
            folder,
            declared,
            live,
            kinds=kinds_of(chosen.rules.facts),
            stamps=judging.stamps,
            workers=workers,
            talk=talk,
        )
        say_collected(collected, str(inventory), talk)
    attest_bundle(path, answers, talk)
    with Bundle(path) as bundle:
        # What was asked live was answered after the start, and is judged as of its end.
        as_of = judging.as_of or (moment if source else bundle_time(bundle))
        code = judge_and_report(
            bundle,
            folder,
            judging,
            formats=formats,
            rendering=rendering,
            talk=talk,
            as_of=as_of,
            memory=memory,
        )
    return check_collected(collected, code)
