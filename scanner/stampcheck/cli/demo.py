"""``stampcheck demo``: write and judge two demo fleets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from stampcheck.bundle import Bundle
from stampcheck.cli import options
from stampcheck.cli.collect import collect_into
from stampcheck.cli.console import Talk
from stampcheck.cli.evaluate import judge_and_report
from stampcheck.cli.pipeline import Formats, JudgingOptions, new_run, now
from stampcheck.cli.rendering import Rendering, rendering_options
from stampcheck.cli.reporting import Reporting
from stampcheck.demo import FLEETS, Fleet
from stampcheck.inventory import read_inventory


@click.command(cls=Reporting)
@click.option(
    "-o",
    "--output-dir",
    type=options.PATH,
    default=Path("stampcheck-demo"),
    show_default=True,
    metavar="DIR",
    help="Where the folder of the demo goes.",
)
@options.rendering
@options.talk
def demo(
    *,
    output_dir: Path,
    formats: Formats,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
    **given: Any,  # noqa: ANN401 (the options of rendering)
) -> int:
    """Write and judge two demo fleets, and say where to look.

    'complete' shows every rule with each outcome, 'troubled' what evidence can suffer from.
    """
    rendering = rendering_options(given, formats)
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    folder = new_run(output_dir, now())
    if rendering.redact and rendering.redact_key is None:
        # One key for both fleets, which share names.
        rendering = msgspec.structs.replace(rendering, redact_key=folder / "redact-key.json")
    codes = [_show(fleet, folder / fleet.name, formats, rendering, talk) for fleet in FLEETS]
    run = folder / FLEETS[0].name / "report"
    talk.say(f"\nOpen {run / 'report.html'}, or go on with:")
    talk.say(f"  stampcheck explain emea-prague AZS-RG-001 --in {run}")
    return 5 if 5 in codes else 0


def _show(fleet: Fleet, folder: Path, formats: Formats, rendering: Rendering, talk: Talk) -> int:
    """Write and judge one fleet as of its own date; the exit code of its scan."""
    evidence, report = folder / "evidence", folder / "report"
    talk.say(f"\nFleet {fleet.name!r}", "bold")
    fleet.write(evidence)
    report.mkdir()
    inventory = read_inventory(evidence / fleet.inventory) if fleet.inventory else None
    bundle, _ = collect_into(report, evidence, inventory, talk=talk, moment=fleet.as_of)
    with Bundle(bundle) as opened:
        return judge_and_report(
            opened,
            report,
            JudgingOptions(),
            formats=formats,
            rendering=rendering,
            talk=talk,
            as_of=fleet.as_of,
        )
