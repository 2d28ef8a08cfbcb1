"""``stampcheck diff``: what changed between two scans, and why."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from stampcheck.change import ChangeClass, Comparison
from stampcheck.cli import options
from stampcheck.cli.baseline import diff_code, write_diff
from stampcheck.cli.console import Talk
from stampcheck.cli.diff_page import print_comparison
from stampcheck.cli.pipeline import new_run, now, open_record, severity_of
from stampcheck.cli.within import evidence_within
from stampcheck.comparison.compare import compare
from stampcheck.errors import UsageError
from stampcheck.record import ScanRecord
from stampcheck.registry import load_diff_formats
from stampcheck.tomlfile import nearest
from stampcheck.zipped import is_of


@click.command()
@click.argument("old", type=options.PATH)
@click.argument("new", type=options.PATH)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="WORD",
    help="Write html, csv or json below --output-dir; repeatable.",
)
@options.output
@click.option(
    "--fail-on", metavar="WORD", help="Mildest new failure for exit code 1. [that of NEW]"
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever changed.")
@options.talk
def diff(  # noqa: PLR0913 (one parameter for each option)
    *,
    old: Path,
    new: Path,
    formats: tuple[str, ...],
    output_dir: Path,
    fail_on: str | None,
    exit_zero: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_progress: bool,
) -> int:
    """Show what changed from scan OLD to scan NEW, and why.

    Each is a run (its folder, its scan.json or a zip), or a bundle (folder or zip), which is judged
    on the spot. Exit code 1: something regressed, or a failure at or above --fail-on is new, got
    worse or lost its waiver; 3: nothing of that, but something cannot be told any more.
    """
    talk = Talk(quiet=quiet, verbose=verbose, no_color=no_color, no_progress=no_progress)
    known = {form.id: form for form in load_diff_formats()}
    for word in formats:
        if word not in known:
            raise UsageError(f"There is no format {word!r} of a diff{nearest(word, list(known))}")
    limit = severity_of(fail_on, "--fail-on") if fail_on else None
    with ExitStack() as stack:
        records = [_record(stack, path) for path in (old, new)]
        comparison = compare(*records, fail_on=limit)
    if formats:
        folder = new_run(output_dir, now())
        write_diff(comparison, folder, [known[word] for word in dict.fromkeys(formats)])
        talk.say(in_short(comparison))
        click.echo(folder)
    else:
        print_comparison(comparison, verbose=verbose, no_color=no_color)
    return 0 if exit_zero else diff_code(comparison)


def _record(stack: ExitStack, path: Path) -> ScanRecord:
    """A saved scan, or that of a bundle which is judged here."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such scan or bundle.")
    if path.name == "scan.json" or (path / "scan.json").is_file() or _is_zipped_run(path):
        return open_record(path)
    return stack.enter_context(evidence_within(path, None))[1]


def _is_zipped_run(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and path.is_file() and is_of(path, "scan.json")


def in_short(comparison: Comparison) -> str:
    """The classes that are not empty, as one sentence."""
    words = [
        f"{comparison.counts[word.value]} {word.value}"
        for word in ChangeClass
        if comparison.counts.get(word.value)
    ]
    return f"Since {comparison.old.as_of}: {', '.join(words) or 'nothing'}."
