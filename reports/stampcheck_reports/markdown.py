"""The report as Markdown: whole for a repository or a ticket, and short for a job's summary.

The short form fits a pull request's comment (65,536 characters) and thus a job summary (1 MiB).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import chain
from pathlib import Path
from typing import Final

from stampcheck.model import UNCLAIMED, Cause, Finding, Outcome, Standing, sort_key
from stampcheck.record import Counts, Scan, ScanRecord, StampRecord, report_format
from stampcheck.tally import FleetTally
from stampcheck.waiver import WaiverRecord
from stampcheck_reports import balance
from stampcheck_reports.accepted import Accepted
from stampcheck_reports.markdown_section import (
    ahead,
    attestations,
    changes,
    faults,
    more,
    waivers,
)
from stampcheck_reports.markdown_text import head, plain, row
from stampcheck_reports.row import SETTLES, counts_cells, source_cell
from stampcheck_reports.settle import Settlements
from stampcheck_reports.statement import statement

_SHORT: Final = 10
_MOST: Final = 1000
_COMMENT: Final = 65_000
_CELL: Final = 120
_MARKS: Final = {"fail": "\u274c", "undetermined": "\u2754", "pass": "\u2705"}
_SUMS: Final = ("Failed:", "Undetermined:", "Passed:", "Not applicable:")

_STAMP: Final = ("Stamp", "Licence standing", "Registration", *_SUMS, "Likeliest cause")


@report_format(
    "markdown",
    "Markdown as GitHub renders it, whole and as a job's summary",
    ("report.md", "summary.md"),
)
def markdown_format(record: ScanRecord, folder: Path) -> None:
    """Write report.md and summary.md."""
    short = _fitting(_short(record), list(_identity(record.scan)))
    for name, parts in (("report.md", _whole(record)), ("summary.md", short)):
        with (folder / name).open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(parts)


def _whole(record: ScanRecord) -> Iterator[str]:
    scan = record.scan
    yield from _top(scan)
    yield from _first(scan, len(scan.cause_stamps))
    yield from _missing(record, len(scan.reasons) * len(scan.facts))
    yield from changes(record, _MOST)
    yield from waivers(scan)
    yield from attestations(record)
    yield from ahead(record, _MOST)
    yield from _stamps(record)
    yield from _rules(scan)
    yield "\n## Failures\n\n"
    yield from _findings(record, Outcome.FAIL)
    yield "\n## Undetermined\n\n"
    yield from _findings(record, Outcome.UNDETERMINED)
    yield from _identity(scan)


def _short(record: ScanRecord) -> Iterator[str]:
    scan = record.scan
    yield from _top(scan)
    yield from _first(scan, _SHORT)
    yield from _missing(record, _SHORT)
    yield from changes(record, _SHORT, whole=False)
    yield from faults(scan, _SHORT)
    yield from ahead(record, _SHORT)
    yield from _worst(record)


def _fitting(parts: Iterable[str], last: list[str]) -> Iterator[str]:
    """The parts that there is room for in a comment, and at any rate the last ones."""
    room = _COMMENT - sum(map(len, last))
    for part in parts:
        room -= len(part)
        if room < 0:
            yield "\nThe rest has no room here; it stands in report.md.\n"
            break
        yield part
    yield from last


def _top(scan: Scan) -> Iterator[str]:
    line = balance.headline(scan)
    yield "# Azure Stack Hub registration\n\n"
    yield f"**{_MARKS[line.tone]} {plain(line.text)}** {balance.compliance(scan.pairs)}\n"
    for note in line.notes:
        yield f"\n> **Incomplete.** {plain(note)}\n"
    yield f"\n{scan.stamp_count:,} stamps against {len(scan.rules):,} rules, "
    yield f"as of {plain(scan.as_of)}.\n\n"
    yield head("", *_SUMS, "Together:")
    yield _sums(f"Pairs of {scan.stamp_count:,} stamps x {len(scan.rules):,} rules", scan.pairs)
    yield _sums("Findings", scan.findings)
    yield _sums("of them on unclaimed registrations", scan.unclaimed_findings)
    yield "\n" + head("Licence standing", "Stamps:")
    yield from (row(word.value, scan.standings.get(word.value, 0)) for word in Standing)
    at_risk = [(word, number) for word, number in scan.consequences.items() if number]
    if at_risk:
        yield "\n" + head("At risk", "Stamps:")
        yield from (row(*cells) for cells in at_risk)


def _sums(name: str, counts: Counts) -> str:
    return row(name, *counts_cells(counts), counts.total)


def _first(scan: Scan, most: int) -> Iterator[str]:
    """The causes that hold stamps, the likeliest on most stamps first."""
    causes = {cause.id: cause for cause in scan.causes}
    tallies = sorted(
        (one for one in scan.cause_stamps if one.cause in causes and one.explains),
        key=lambda one: one.order,
    )
    if not tallies:
        return
    yield "\n## What to do first\n\n" + head("Cause", "Likeliest on:", "Named on:", "Runbook")
    yield from (_cause(causes[one.cause], one) for one in tallies[:most])
    yield more(len(tallies) - most, "causes")


def _cause(cause: Cause, tally: FleetTally) -> str:
    return row(cause.title, tally.top, tally.named, cause.runbook)


def _missing(record: ScanRecord, most: int) -> Iterator[str]:
    """What would settle the undetermined findings, most of them first."""
    if not record.scan.findings.undetermined:
        return
    settles = Settlements(record.scan)
    for stamp, findings in record.by_stamp():
        settles.add(stamp, findings)
    ranked, titles = settles.ranked, record.scan.document_titles
    yield "\n## What is missing\n\n"
    yield head("What would settle it", "Reason", "Documents", "Findings:", "Stamps:")
    for one in ranked[:most]:
        kinds = ", ".join([titles.get(kind, kind) for kind in one.kinds])
        yield row(one.to_do, one.reason, kinds, one.findings, one.stamps)
    yield more(len(ranked) - most, "such gaps")


def _stamps(record: ScanRecord) -> Iterator[str]:
    yield "\n## Stamps\n\n"
    yield head(*_STAMP)
    titles = _titles(record.scan)
    for stamp in record.stamps():
        yield row(*_stamp(stamp, titles))


def _titles(scan: Scan) -> dict[str, str]:
    return {cause.id: cause.title for cause in scan.causes}


def _stamp(stamp: StampRecord, titles: dict[str, str]) -> tuple[str, ...]:
    likeliest = titles.get(stamp.top_cause, stamp.top_cause)
    words = (stamp.stamp, stamp.licence_standing.value, stamp.state.value)
    return (*words, *counts_cells(stamp.pairs), likeliest)


def _worst(record: ScanRecord) -> Iterator[str]:
    """The stamps that fail most, so many that the summary stays short."""
    failing = (stamp for stamp in record.stamps() if stamp.pairs.failed)
    chosen = nsmallest(_SHORT, failing, key=lambda one: (-one.pairs.failed, sort_key(one.stamp)))
    if chosen:
        yield "\n## Stamps that fail most\n\n"
        titles = _titles(record.scan)
        yield head(*_STAMP)
        yield from (row(*_stamp(one, titles), longest=_CELL) for one in chosen)


def _rules(scan: Scan) -> Iterator[str]:
    yield "\n## Rules\n\n" + head("Rule", "States the fault", "Severity", *_SUMS)
    for rule in scan.rules:
        yield row(rule.id, rule.title, rule.severity, *counts_cells(rule.pairs))


def _findings(record: ScanRecord, outcome: Outcome) -> Iterator[str]:
    titles = {rule.id: rule.title for rule in record.scan.rules}
    accepted = Accepted(record.scan)
    lines = (
        _finding(finding, titles, accepted.of(finding, stamp))
        for stamp, findings in record.by_stamp()
        for finding in findings
        if finding.outcome is outcome
    )
    first = next(lines, None)
    if first is None:
        yield "None.\n"
        return
    yield head("Stamp", "Rule", "Severity", "What was found", "Proof", "Finding")
    yield from chain((first,), lines)


def _finding(found: Finding, titles: dict[str, str], waived: list[WaiverRecord]) -> str:
    words = [statement(found)]
    words += [f"Waived by {one.ticket} until {one.expires}." for one in waived]
    if found.stamp == UNCLAIMED or found.subject:
        words.insert(0, f"{found.subject}:")
    if found.reason is not None:
        words.append(f"({found.reason}) {SETTLES[found.reason]}.")
    severity = f"{found.severity}, waived" if found.waived else found.severity.value
    rule = f"{found.rule} {titles.get(found.rule, '')}"
    proof = source_cell(found)
    return row(found.stamp, rule, severity, " ".join(words), proof, found.finding_id, longest=600)


def _identity(scan: Scan) -> Iterable[str]:
    yield "\n## What was judged\n\n" + head("", "")
    packages = ", ".join(f"{one.name} {one.version}" for one in scan.packages)
    yield row("Scan", scan.scan_id)
    yield row("SHA-256 of the bundle", scan.bundle.digest)
    yield row("Collected", scan.bundle.collected_at)
    yield row("As of", scan.as_of)
    yield row("Profile", scan.profile)
    yield row("Judged by", f"stampcheck {scan.tool_version}; rules: {packages}")
