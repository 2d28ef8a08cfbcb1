"""Sections of the Markdown report about what persons decided, what changed and what ends next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stampcheck.attestation import QUESTIONS
from stampcheck.change import Change, ChangeClass, Comparison, Side
from stampcheck.dated import WINDOWS, dated, due, instant
from stampcheck.record import Scan, ScanRecord
from stampcheck_reports.accepted import holder
from stampcheck_reports.attestation_view import attestations_context
from stampcheck_reports.markdown_text import head, plain, row
from stampcheck_reports.waiver_view import waivers_context

_CELL: Final = 120
_WORSE: Final = (
    ChangeClass.REGRESSED,
    ChangeClass.NEW,
    ChangeClass.WAIVER_EXPIRED,
    ChangeClass.NEWLY_UNDETERMINED,
)
_LISTED: Final = (*_WORSE, ChangeClass.NEWLY_WAIVED, ChangeClass.FIXED)


def more(left: int, what: str) -> str:
    """A line about what is left out, where anything is."""
    return f"\n{left:,} more {what} stand in the other reports.\n" if left > 0 else ""


def waivers(scan: Scan) -> Iterator[str]:
    """Every waiver, what is wrong with any first."""
    view = waivers_context(scan)
    if view is None:
        return
    yield "\n## Waivers\n\n"
    yield head("Status", "Rule", "Stamp or tag", "What became of it", "Why", "Who", "Last day")
    for one in view["waivers"]:
        status = f"{one.status} {one.fault}".rstrip()
        who = f"owned by {one.owner}, approved by {one.approver} on {one.accepted}"
        said = f"{one.said} {one.findings:,} waived." if one.findings else one.said
        why = f"{one.reason} ({one.ticket})"
        yield row(status, one.rule, holder(one), said, why, who, one.expires)


def faults(scan: Scan, most: int) -> Iterator[str]:
    """How many failures are waived, and what is wrong with waivers, in short."""
    if not scan.waivers:
        return
    wrong = [one for one in scan.waivers if one.fault]
    yield f"\n## Waivers\n\n{len(scan.waivers):,} given, failures waived: "
    yield f"{sum(scan.waived.values()):,}. Wrong with waivers: {len(wrong):,}.\n"
    if wrong:
        yield "\n" + head("What is wrong", "Rule", "Stamp or tag", "What became of it")
    for one in wrong[:most]:
        yield row(f"{one.status} {one.fault}", one.rule, holder(one), one.said, longest=_CELL)
    yield more(len(wrong) - most, "such waivers")


def attestations(record: ScanRecord) -> Iterator[str]:
    """What persons answered, what is worth nothing any more first."""
    view = attestations_context(record)
    if view is None:
        return
    yield "\n## Attestations\n\nWhat a person said, where no machine can tell.\n\n"
    yield head("Status", "Stamp", "Question", "Answer", "Who, when", "Last day")
    for one in view["attestations"]:
        given = one.answer
        question = QUESTIONS[given.question].text if given.question in QUESTIONS else one.question
        answer = f"{given.answer}. {given.said}" if given.said else given.answer
        who = f"{given.who}, {given.when}"
        yield row(given.status, one.stamp, question, answer, who, given.valid_until)
    yield more(view["number"] - len(view["attestations"]), "answers")


def changes(record: ScanRecord, most: int, *, whole: bool = True) -> Iterator[str]:
    """What changed since the baseline, the worst first; nothing without a baseline. ``whole`` also
    tells the facts that changed.
    """
    comparison = record.changes()
    if comparison is None:
        return
    yield f"\n## What changed since {plain(comparison.old.as_of)}\n\n"
    yield f"Against scan {plain(comparison.old.scan_id)}.\n\n" + head("Change", "Findings:")
    for kind in ChangeClass:
        if number := comparison.counts.get(kind.value):
            yield row(kind.value, number)
    yield from _changed(comparison, most, whole=whole)


def _changed(comparison: Comparison, most: int, *, whole: bool) -> Iterator[str]:
    listed = [one for one in comparison.changes if one.change in _LISTED]
    listed.sort(key=lambda one: _LISTED.index(one.change))
    if listed:
        yield "\n" + head("Change", "Stamp", "Rule", "Was", "Is", "Why")
    for one in listed[:most]:
        yield row(*_change(one, whole=whole), longest=_CELL * 2 if whole else _CELL)
    if len(listed) > most:
        yield f"\n{len(listed) - most:,} more stand in diff.csv.\n"


def _change(one: Change, *, whole: bool) -> tuple[str, ...]:
    stamp = f"{one.stamp} (was {one.old_stamp})" if one.old_stamp else one.stamp
    rule = f"{one.rule} {one.title}"
    why = " ".join([str(reason) if whole else reason.text for reason in one.why])
    return (one.change.value, stamp, rule, _side(one.old), _side(one.new), why)


def _side(side: Side | None) -> str:
    if side is None:
        return "not checked"
    return f"{side.word}: {side.actual}" if side.actual else side.word


def ahead(record: ScanRecord, most: int) -> Iterator[str]:
    """What ends within the longest window after the as-of date, the soonest first."""
    as_of = instant(record.scan.as_of)
    if as_of is None:
        return
    days = WINDOWS[-1]
    ending = [one for one in due(dated(record), as_of, days) if one.ends > record.scan.as_of]
    if not ending:
        return
    yield f"\n## What ends within {days} days\n\n" + head("When", "Days:", "What", "Stamp", "Which")
    for one in ending[:most]:
        yield row(one.ends, one.days, one.kind, one.stamp, one.name, longest=_CELL * 2)
    yield more(len(ending) - most, "ends")
