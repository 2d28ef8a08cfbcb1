"""A bundle to the record of a scan: the map step over stamps, the reduce step over the fleet, and
the merge of both into files, in the canonical order.

Findings stream through spool files, so that memory holds the columns of the fleet rules, the
registrations seen and one chunk of stamps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from stampcheck.bundle import Bundle, StampEntry
from stampcheck.causes.catalogue import Catalogue
from stampcheck.engine import RuleSet, in_order
from stampcheck.errors import NothingEvaluated
from stampcheck.fact_record import FACTS_FILE, StampFacts
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.head import Chosen, head
from stampcheck.judging import Judge, Judged, Settings
from stampcheck.left_over import LeftOvers
from stampcheck.model import UNCLAIMED, Finding, SeenRegistration
from stampcheck.ranking import rank_causes
from stampcheck.record import Scan, StampRecord, write_scan
from stampcheck.registrations import Registrations, unclaimed_of
from stampcheck.spool import PREFIX, Spool
from stampcheck.stamp_record import consequences, counts
from stampcheck.sums import Sums
from stampcheck.waiving import Holder, Waiving

Progress = Callable[[int], None]
"""Told how many stamps were judged since it was last told."""

_encode: Final = msgspec.json.Encoder().encode


def evaluate(
    bundle: Bundle,
    folder: Path,
    *,
    chosen: Chosen,
    catalogue: Catalogue,
    settings: Settings,
    judged: Iterable[Judged],
    progress: Progress,
) -> Scan:
    """Judge a bundle and write ``findings.jsonl``, ``facts.jsonl`` and ``scan.json`` into
    ``folder``.

    ``judged`` yields every stamp in the order of the bundle, from wherever it was judged.
    """
    rules = chosen.rules
    spool, sums = Spool(folder, rules), Sums(rules)
    try:
        columns, registrations = _map(_kept(judged, folder), rules, spool, sums, progress)
        if not columns.names:
            raise NothingEvaluated(f"{bundle.folder}: holds no stamp, so nothing was evaluated.")
        _unattached(bundle, rules, settings, registrations, sums)
        left_out = "the stamps that were left out" if settings.only else ""
        unclaimed, fleet = _reduce(columns, registrations, rules, left_out)
        waiving = _waiving(bundle, rules, settings)
        stamps = _merge(folder, spool, fleet, LeftOvers(unclaimed), sums, waiving)
        scan = head(bundle, chosen, catalogue, settings, sums, unclaimed, waiving.records())
        write_scan(scan, stamps, folder / "scan.json")
        return scan
    finally:
        spool.close()
        (folder / "stamps.merged").unlink(missing_ok=True)
        (folder / f"{FACTS_FILE}.part").unlink(missing_ok=True)


def _kept(judged: Iterable[Judged], folder: Path) -> Iterator[Judged]:
    """Write the facts of each stamp as it goes by."""
    scratch = folder / f"{FACTS_FILE}.part"
    with scratch.open("wb") as stream:
        for one in judged:
            stream.write(one.facts)
            yield one
    scratch.replace(folder / FACTS_FILE)


def _waiving(bundle: Bundle, rules: RuleSet, settings: Settings) -> Waiving:
    """The waivers of the scan, laid over the stamps that it judges."""
    reads = {rule.info.id: tuple(fact.name for fact in rule.facts) for rule in rules.rules}
    entries = chosen_entries(bundle, settings) if settings.waivers else ()
    holders = (Holder(entry.name, entry.declared.tags) for entry in entries)
    return Waiving(settings.waivers, settings.as_of, reads, holders)


def _map(
    judged: Iterable[Judged], rules: RuleSet, spool: Spool, sums: Sums, progress: Progress
) -> tuple[Columns, Registrations]:
    """Put each judged stamp aside; what the fleet rules need of all of them stays."""
    columns, registrations = Columns(rules.fleet_facts), Registrations()
    for one in judged:
        spool.add(one.record, one.findings)
        columns.add_row(one.record.stamp, one.row)
        registrations.add(one)
        sums.add_documents(one.kinds, one.problems)
        progress(1)
    return columns, registrations


def _reduce(
    columns: Columns, registrations: Registrations, rules: RuleSet, left_out: str
) -> tuple[list[SeenRegistration], dict[str, list[Finding]]]:
    """The registrations that nobody claims, and the findings of the fleet rules by stamp."""
    seen = registrations.all()
    unclaimed = unclaimed_of(seen, rules)
    findings = judge_fleet(FleetEvidence(columns, seen, unclaimed, left_out), rules)
    if left_out:
        # A stamp that was left out may claim them, so nothing is said of them by themselves.
        findings.pop(UNCLAIMED, None)
        return [], findings
    return [one for one in seen if not one.claimed_by], findings


def judge_serially(bundle: Bundle, rules: RuleSet, settings: Settings) -> Iterator[Judged]:
    """Judge every stamp in this process, in the order of the bundle."""
    judge = Judge(bundle, rules, settings)
    for entry in chosen_entries(bundle, settings):
        yield judge.judge(entry)


def chosen_entries(bundle: Bundle, settings: Settings) -> Iterator[StampEntry]:
    """The stamps to judge, in the order of the bundle."""
    for entry in bundle.entries():
        if entry.name != UNCLAIMED and (not settings.only or entry.name in settings.only):
            yield entry


def _unattached(
    bundle: Bundle,
    rules: RuleSet,
    settings: Settings,
    registrations: Registrations,
    sums: Sums,
) -> None:
    """Take over what the documents that serve no stamp show."""
    judge = Judge(bundle, rules, settings)
    for entry in bundle.entries():
        if entry.name == UNCLAIMED:
            seen, problems, kinds, documents = judge.unclaimed(entry)
            registrations.see(seen)
            sums.unattached += documents
            sums.add_documents(kinds, problems)


def _merge(
    folder: Path,
    spool: Spool,
    fleet: dict[str, list[Finding]],
    left_overs: LeftOvers,
    sums: Sums,
    waiving: Waiving,
) -> Iterator[bytes]:
    """Write ``findings.jsonl`` with the fleet's findings at their places; the stamps' records."""
    merged = folder / "stamps.merged"
    with (folder / "findings.jsonl.part").open("wb") as findings, merged.open("wb") as records:
        for (line, own), facts in zip(spool.stamps(), _lines(folder / FACTS_FILE), strict=True):
            told = _Told(line, own, facts)
            record, lines = _complete(told, spool, fleet, left_overs, sums, waiving)
            findings.writelines(text[PREFIX:] + b"\n" for text in lines)
            records.write(record + b"\n")
        unclaimed = in_order(fleet.get(UNCLAIMED, ()))
        unclaimed = waiving.mark(UNCLAIMED, unclaimed, {})
        sums.add_unclaimed(unclaimed)
        findings.writelines(text[PREFIX:] + b"\n" for text in spool.lines(unclaimed))
    (folder / "findings.jsonl.part").replace(folder / "findings.jsonl")
    return _lines(merged)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from stream


_finding_of: Final = msgspec.json.Decoder(Finding).decode
_facts_of: Final = msgspec.json.Decoder(StampFacts).decode
_record_of: Final = msgspec.json.Decoder(StampRecord).decode


class _Told(NamedTuple):
    """What the map step told of one stamp, as it was written."""

    record: bytes
    findings: list[bytes]
    facts: bytes


def _complete(
    told: _Told,
    spool: Spool,
    fleet: dict[str, list[Finding]],
    left_overs: LeftOvers,
    sums: Sums,
    waiving: Waiving,
) -> tuple[bytes, list[bytes]]:
    """One stamp's record and finding lines, those of the fleet rules among them."""
    record, own = _record_of(told.record), told.findings
    added = in_order(fleet.pop(record.stamp, ()))
    findings = [_finding_of(text[PREFIX:]) for text in own]
    if waiving.concerns(record.stamp):
        facts = _facts_of(told.facts).facts
        findings = waiving.mark(record.stamp, findings, facts)
        added = waiving.mark(record.stamp, added, facts)
        own = spool.lines(findings)
    findings += added
    if added:
        known = {one.cause: tuple(one.contradicted_by) for one in record.causes}
        logs = {one.cause: one.logs for one in record.causes if one.logs}
        record.causes = rank_causes(findings, record.contradicted | known, logs)
        record.pairs, record.consequences = counts(findings), consequences(findings)
    record.contradicted = {}
    record.values |= left_overs.values(record)
    sums.add_stamp(record, findings)
    # The sort is stable and goes by the rule only, so that subjects keep their order.
    lines = sorted(own + spool.lines(added), key=lambda text: text[:PREFIX])
    return _encode(record), lines
