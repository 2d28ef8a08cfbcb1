"""Talk on stderr: the summary of a scan, notes, progress. Nothing hostile reaches the terminal."""

from __future__ import annotations

import heapq
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from stampcheck.cli.main import printable
from stampcheck.model import Finding, Outcome
from stampcheck.record import Counts, Scan, ScanRecord

_SHOWN: Final = 15
_CAUSES_SHOWN: Final = 3
_STYLES: Final = {
    "fail": "bold red",
    "undetermined": "yellow",
    "pass": "green",
    "not-applicable": "dim",
}
_MARKS: Final = {"fail": "x", "undetermined": "?", "pass": "+", "not-applicable": "-"}


class Talk:
    """What a command says beside its data: nothing when quiet, everything when verbose."""

    def __init__(
        self,
        *,
        quiet: bool = False,
        verbose: bool = False,
        no_color: bool = False,
        no_progress: bool = False,
    ) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.console = Console(
            stderr=True,
            no_color=no_color or bool(os.environ.get("NO_COLOR")),
            highlight=False,
            soft_wrap=not sys.stderr.isatty(),
        )
        self.shows_progress = not (quiet or no_progress) and sys.stderr.isatty()

    def say(self, text: str, style: str = "") -> None:
        """One line, unless quiet."""
        if not self.quiet:
            self.console.print(Text(printable(text), style=style))

    def warn(self, text: str) -> None:
        """One line, even when quiet."""
        self.console.print(Text(printable(text), style="yellow"))

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A bar that moves by the numbers it is told; none where nobody watches."""
        if not self.shows_progress:
            yield lambda _: None
            return
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        with bar:
            task = bar.add_task(what, total=total)
            yield lambda number: bar.advance(task, number)


def summary(talk: Talk, record: ScanRecord) -> None:
    """The balance of a scan, its licence standing and what failed."""
    if talk.quiet:
        return
    scan = record.scan
    talk.say(f"As of {scan.as_of}, evidence collected {scan.bundle.collected_at}.")
    talk.say(f"Scan {scan.scan_id}, bundle SHA-256 {scan.bundle.digest}.")
    if len(scan.packages) > 1:
        packages = ", ".join(f"{package.name} {package.version}" for package in scan.packages)
        talk.say(f"Rules and causes of {packages}.")
    talk.console.print(_balance(scan))
    standing = ", ".join(f"{number} {word}" for word, number in scan.standings.items())
    talk.say(f"Licence standing: {standing or 'no stamp'}.")
    _at_risk(talk, scan)
    _causes(talk, scan)
    _failures(talk, record)
    _waivers(talk, scan)
    if scan.problem_count:
        talk.say(
            f"{_count(scan.problem_count, 'document')} could not be used; see the report.", "yellow"
        )


def _waivers(talk: Talk, scan: Scan) -> None:
    """How many failures are waived, and what is wrong with the waivers."""
    if not scan.waivers:
        return
    failures = _count(sum(scan.waived.values()), "failure")
    talk.say(f"{_count(len(scan.waivers), 'waiver')} given, {failures} waived.")
    for one in scan.waivers:
        if one.fault:
            holder = f"tag {one.tag}" if one.tag else one.stamp
            talk.say(f"{one.fault} {one.status}: {one.rule} on {holder}. {one.said}", "yellow")


def _at_risk(talk: Talk, scan: Scan) -> None:
    """On how many stamps each consequence threatens."""
    stamps = {word: number for word, number in scan.consequences.items() if number}
    if stamps:
        words = (f"{word} on {_count(number, 'stamp')}" for word, number in stamps.items())
        talk.say(f"At risk: {', '.join(words)}.")


def _causes(talk: Talk, scan: Scan) -> None:
    """The causes that hold most stamps back; those that are never the likeliest are left out."""
    leading = sorted((one for one in scan.cause_stamps if one.top), key=lambda one: one.order)
    titles = {cause.id: cause.title for cause in scan.causes}
    for tally in leading[:_CAUSES_SHOWN]:
        title = printable(titles.get(tally.cause, tally.cause))
        named = f"named on {tally.named:,}" if tally.named != tally.top else ""
        against = f"contradicted on {tally.contradicted:,}" if tally.contradicted else ""
        more = ", ".join(filter(None, (named, against)))
        line = f"Likeliest cause of {_count(tally.top, 'stamp')}: {title}"
        talk.say(f"{line} ({more})" if more else line)
    if len(leading) > _CAUSES_SHOWN:
        more_causes = _count(len(leading) - _CAUSES_SHOWN, "more cause")
        talk.say(f"and {more_causes}; see causes.csv.")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _balance(scan: Scan) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("")
    for outcome in Outcome:
        table.add_column(outcome.value, justify="right", header_style=_STYLES[outcome])
    table.add_column("sum", justify="right")
    pairs = f"{_count(len(scan.rules), 'rule')} x {_count(scan.stamp_count, 'stamp')} = pairs"
    table.add_row(pairs, *_cells(scan.pairs))
    table.add_row("findings", *_cells(scan.findings))
    if scan.unclaimed_findings.total:
        table.add_row("  of these (unclaimed)", *_cells(scan.unclaimed_findings))
    return table


def _cells(counts: Counts) -> list[str]:
    numbers = (counts.failed, counts.undetermined, counts.passed, counts.not_applicable)
    return [f"{number:,}" for number in (*numbers, counts.total)]


def _failures(talk: Talk, record: ScanRecord) -> None:
    wanted = (Outcome.FAIL, Outcome.UNDETERMINED) if talk.verbose else (Outcome.FAIL,)
    shown = 0
    total = record.scan.findings.failed
    for found in _worst_first(record, wanted, None if talk.verbose else _SHOWN):
        talk.console.print(_line(found))
        shown += found.outcome is Outcome.FAIL
    if shown < total:
        talk.say(f"and {_count(total - shown, 'failure')} more; see the report.")


def _worst_first(
    record: ScanRecord, wanted: tuple[Outcome, ...], limit: int | None
) -> list[Finding]:
    found = (one for one in record.findings() if one.outcome in wanted)
    order = {outcome: rank for rank, outcome in enumerate(Outcome)}
    number = record.scan.findings.total if limit is None else limit
    return heapq.nsmallest(number, found, key=lambda one: (order[one.outcome], one.severity.rank))


def _line(found: Finding) -> Text:
    word = found.severity.value if found.outcome is Outcome.FAIL else str(found.reason)
    line = Text(f"{_MARKS[found.outcome]} ", style=_STYLES[found.outcome])
    line.append(f"{word:<12} ", style=_STYLES[found.outcome])
    line.append(printable(f"{found.stamp}  ").replace("\n", " "), style="bold")
    line.append(f"{found.rule}  ", style="cyan")
    if found.waived:
        line.append("(waived) ", style="dim")
    line.append(printable(found.message).replace("\n", " "))
    if found.consequences:
        line.append(f" At risk: {', '.join(found.consequences)}.", style="dim")
    return line
