"""A bundle to the record of a scan: the map step over stamps, the reduce step over the fleet, and
the merge of both into files, in the canonical order.

Findings stream through spool files, so that memory holds the columns of the fleet rules, the
registrations seen and one chunk of stamps.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck import __version__
from stampcheck.bundle import Bundle, StampEntry
from stampcheck.causes.catalogue import Catalogue
from stampcheck.causes.runbook import STATE_RUNBOOKS
from stampcheck.document import iso
from stampcheck.engine import Columns, FleetEvidence, RuleSet, in_order, judge_fleet
from stampcheck.errors import NothingEvaluated
from stampcheck.facts import CLOUD_ID, REGISTRATION_ID, SUBSCRIPTION_ID
from stampcheck.judging import Judge, Judged, Settings, counts, rank_causes, reasons_of
from stampcheck.model import (
    UNCLAIMED,
    Facts,
    Finding,
    Known,
    Missing,
    Outcome,
    Reason,
    SeenRegistration,
)
from stampcheck.parse.value import Unreadable, resource_id
from stampcheck.record import (
    BundleRecord,
    CauseTally,
    Counts,
    FactRecord,
    PackageRecord,
    ProblemRecord,
    RuleRecord,
    Scan,
    StampRecord,
    UnclaimedRecord,
    write_scan,
)
from stampcheck.registry import Loaded, Package

_MAX_PROBLEMS: Final = 1000
_PREFIX: Final = 4

Progress = Callable[[int], None]

_encode: Final = msgspec.json.Encoder().encode


class Chosen(msgspec.Struct, frozen=True):
    """The rules of a scan with the packages that brought them."""

    rules: RuleSet
    loaded: tuple[Loaded, ...]
    packages: tuple[Package, ...]


class Sums:
    """What is counted while stamps go by."""

    def __init__(self, rules: RuleSet) -> None:
        self.pairs, self.findings, self.unclaimed = Counts(), Counts(), Counts()
        self.by_rule = {rule.info.id: (Counts(), Counts()) for rule in rules.rules}
        self.standings: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.causes: dict[str, list[str]] = {}
        self.problems: list[ProblemRecord] = []
        self.problem_count = 0
        self.stamps = 0

    def add_documents(self, kinds: Iterable[str], problems: list[ProblemRecord]) -> None:
        """Count documents by kind, and those that are no evidence."""
        self.kinds.update(kinds)
        self.problem_count += len(problems)
        self.problems.extend(problems[: _MAX_PROBLEMS - len(self.problems)])

    def add_stamp(self, record: StampRecord, findings: list[Finding]) -> None:
        """Count one stamp's pairs, findings and causes."""
        self.stamps += 1
        self.standings[record.licence_standing] += 1
        self.states[record.state] += 1
        worst: dict[str, Outcome] = {}
        for found in findings:
            self._add(found)
            known = worst.get(found.rule)
            if known is None or _RANK[found.outcome] < _RANK[known]:
                worst[found.rule] = found.outcome
        for rule, outcome in worst.items():
            self.pairs.add(outcome)
            self.by_rule[rule][0].add(outcome)
        self.reasons.update(reason.value for reason in reasons_of(findings))
        for tally in record.causes:
            self.causes.setdefault(tally.cause, []).append(record.stamp)

    def add_unclaimed(self, findings: list[Finding]) -> None:
        """Count the findings of the pseudo-stamp, which no pair counts."""
        for found in findings:
            self._add(found)
            self.unclaimed.add(found.outcome)

    def _add(self, found: Finding) -> None:
        self.findings.add(found.outcome)
        self.by_rule[found.rule][1].add(found.outcome)
        if found.outcome is Outcome.FAIL:
            self.failures[found.severity] += 1


_RANK: Final = {outcome: rank for rank, outcome in enumerate(Outcome)}


class Spool:
    """Findings and records of stamp rules on disk until the fleet rules have spoken.

    Each finding is a line behind the position of its rule, so that merging need not decode it.
    """

    def __init__(self, folder: Path, rules: RuleSet) -> None:
        self._findings = (folder / "findings.part").open("w+b")
        self._records = (folder / "stamps.part").open("w+b")
        self._paths = [folder / "findings.part", folder / "stamps.part"]
        self._positions = {rule: b"%03d " % place for rule, place in rules.positions.items()}

    def add(self, record: StampRecord, findings: list[Finding]) -> None:
        """Write one stamp."""
        lines = [self._positions[found.rule] + _encode(found) for found in findings]
        self._findings.write(b"%d\n" % len(lines) + b"\n".join(lines) + b"\n" * bool(lines))
        self._records.write(_encode(record) + b"\n")

    def stamps(self) -> Iterator[tuple[bytes, list[bytes]]]:
        """Each stamp's record and its findings, as they were written."""
        self._findings.seek(0)
        self._records.seek(0)
        for record in self._records:
            number = int(self._findings.readline())
            yield record, [self._findings.readline().rstrip(b"\n") for _ in range(number)]

    def lines(self, findings: Iterable[Finding]) -> list[bytes]:
        """Findings in the form of the spool."""
        return [self._positions[found.rule] + _encode(found) for found in findings]

    def close(self) -> None:
        """Remove the files."""
        self._findings.close()
        self._records.close()
        for path in self._paths:
            path.unlink(missing_ok=True)


class Registrations:
    """The registrations seen in Azure: one entry an id, an answer with a Cloud ID preferred."""

    def __init__(self) -> None:
        self._seen: dict[str, SeenRegistration] = {}
        self._claims: dict[str, str] = {}

    def add(self, judged: Judged) -> None:
        """Take over what one stamp's documents show, and which of it the stamp claims."""
        self.see(judged.seen)
        if judged.claimed:
            self._claims[judged.claimed] = judged.record.stamp

    def see(self, seen: Iterable[SeenRegistration]) -> None:
        """Take over registrations."""
        for one in seen:
            known = self._seen.get(one.id.lower())
            if known is None or (one.cloud_id and not known.cloud_id):
                self._seen[one.id.lower()] = one

    def all(self) -> tuple[SeenRegistration, ...]:
        """Every registration by id, each with the stamp that claims it."""
        return tuple(
            msgspec.structs.replace(one, claimed_by=self._claims.get(key, ""))
            for key, one in sorted(self._seen.items())
        )


def _facts_of_unclaimed(seen: SeenRegistration, rules: RuleSet) -> Facts:
    """The facts that a registration offers to the fleet rules by itself."""
    gap = Missing(Reason.ABSENT_IN_ANSWER, f"{seen.source.document} does not give it")
    facts: dict[Any, Known[Any] | Missing] = dict.fromkeys(rules.fleet_facts, gap)
    told: dict[Any, Any] = {CLOUD_ID: seen.cloud_id, SUBSCRIPTION_ID: seen.subscription}
    with contextlib.suppress(Unreadable):
        told[REGISTRATION_ID] = resource_id(seen.id)
    for fact, value in told.items():
        if fact in facts and value:
            facts[fact] = Known(value, seen.source)
    return facts


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
    """Judge a bundle and write ``findings.jsonl`` and ``scan.json`` into ``folder``.

    ``judged`` yields every stamp in the order of the bundle, from wherever it was judged.
    """
    rules = chosen.rules
    spool, columns = Spool(folder, rules), Columns(rules.fleet_facts)
    registrations, sums = Registrations(), Sums(rules)
    try:
        for one in judged:
            spool.add(one.record, one.findings)
            columns.add_row(one.record.stamp, one.row)
            registrations.add(one)
            sums.add_documents(one.kinds, one.problems)
            progress(1)
        if not columns.names:
            raise NothingEvaluated(f"{bundle.folder}: holds no stamp, so nothing was evaluated.")
        _unattached(bundle, rules, settings, registrations, sums)
        unclaimed = [one for one in registrations.all() if not one.claimed_by]
        fleet = judge_fleet(
            FleetEvidence(
                columns,
                registrations.all(),
                tuple((one.id, _facts_of_unclaimed(one, rules)) for one in unclaimed),
                "the stamps that were left out" if settings.only else "",
            ),
            rules,
        )
        stamps = _merge(folder, spool, fleet, sums)
        scan = _head(bundle, chosen, catalogue, settings, sums, unclaimed)
        write_scan(scan, stamps, folder / "scan.json")
        return scan
    finally:
        spool.close()


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
            seen, problems, kinds = judge.unclaimed(entry)
            registrations.see(seen)
            sums.add_documents(kinds, problems)


def _merge(
    folder: Path, spool: Spool, fleet: dict[str, list[Finding]], sums: Sums
) -> Iterator[bytes]:
    """Write ``findings.jsonl`` with the fleet's findings at their places; the stamps' records."""
    merged = folder / "stamps.merged"
    with (folder / "findings.jsonl").open("wb") as findings, merged.open("wb") as records:
        for line, own in spool.stamps():
            record, lines = _complete(line, own, spool, fleet, sums)
            findings.writelines(text[_PREFIX:] + b"\n" for text in lines)
            records.write(record + b"\n")
        unclaimed = in_order(fleet.get(UNCLAIMED, ()))
        sums.add_unclaimed(unclaimed)
        findings.writelines(text[_PREFIX:] + b"\n" for text in spool.lines(unclaimed))
    return _lines_then_gone(merged)


def _lines_then_gone(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from stream
    path.unlink()


_finding_of: Final = msgspec.json.Decoder(Finding).decode
_record_of: Final = msgspec.json.Decoder(StampRecord).decode


def _complete(
    line: bytes,
    own: list[bytes],
    spool: Spool,
    fleet: dict[str, list[Finding]],
    sums: Sums,
) -> tuple[bytes, list[bytes]]:
    """One stamp's record and finding lines, those of the fleet rules among them."""
    record = _record_of(line)
    added = in_order(fleet.pop(record.stamp, ()))
    findings = [_finding_of(text[_PREFIX:]) for text in own] + added
    if added:
        record.pairs, record.causes = counts(findings), rank_causes(findings)
    sums.add_stamp(record, findings)
    # The sort is stable and goes by the rule only, so that subjects keep their order.
    lines = sorted(own + spool.lines(added), key=lambda text: text[:_PREFIX])
    return _encode(record), lines


def _head(
    bundle: Bundle,
    chosen: Chosen,
    catalogue: Catalogue,
    settings: Settings,
    sums: Sums,
    unclaimed: list[SeenRegistration],
) -> Scan:
    as_of = iso(settings.as_of)
    return Scan(
        scan_id=_scan_id(bundle, chosen, settings),
        as_of=as_of,
        tool_version=__version__,
        profile=settings.profile.name,
        fail_on=settings.profile.fail_on.value,
        expiry_days=msgspec.structs.asdict(settings.profile.windows),
        max_age_days=settings.profile.max_age_days,
        bundle=_bundle_record(bundle),
        packages=[PackageRecord(package.name, package.version) for package in chosen.packages],
        stamp_count=sums.stamps,
        pairs=sums.pairs,
        findings=sums.findings,
        unclaimed_findings=sums.unclaimed,
        failures=dict(sorted(sums.failures.items())),
        standings=dict(sorted(sums.standings.items())),
        states=dict(sorted(sums.states.items())),
        rules=[_rule_record(loaded, chosen.rules, sums) for loaded in chosen.loaded],
        facts=[
            FactRecord(fact.name, fact.meaning, fact.documents)
            for fact in sorted(chosen.rules.facts, key=lambda fact: fact.name)
        ],
        causes=list(catalogue.causes.values()),
        runbooks=list(catalogue.runbooks.values()),
        state_runbooks={state.value: runbook for state, runbook in STATE_RUNBOOKS.items()},
        cause_stamps=sorted(
            (CauseTally(cause, stamps) for cause, stamps in sums.causes.items()),
            key=lambda tally: (-len(tally.explains), tally.cause),
        ),
        reasons=dict(sorted(sums.reasons.items())),
        documents_by_kind=dict(sorted(sums.kinds.items())),
        problems=sums.problems,
        problem_count=sums.problem_count,
        unclaimed=[_unclaimed_record(one) for one in unclaimed],
        complete=bundle.manifest.complete,
    )


def _scan_id(bundle: Bundle, chosen: Chosen, settings: Settings) -> str:
    """A digest of evidence, rules, profile, reference and date: equal scans have equal ids."""
    parts = [bundle.digest, settings.profile.digest, iso(settings.as_of), __version__]
    parts += [
        f"{one.rule.info.id} {one.package.name} {one.package.version}" for one in chosen.loaded
    ]
    parts += sorted(settings.only)
    parts += [f"{stamp} {tenant}" for stamp, tenant in sorted(settings.baseline.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _bundle_record(bundle: Bundle) -> BundleRecord:
    manifest = bundle.manifest
    return BundleRecord(
        digest=bundle.digest,
        collected_at=manifest.collected_at,
        tool_version=manifest.tool_version,
        documents=manifest.documents,
        complete=manifest.complete,
        sources=manifest.sources,
        inventory=manifest.inventory,
    )


def _rule_record(loaded: Loaded, rules: RuleSet, sums: Sums) -> RuleRecord:
    info = loaded.rule.info
    pairs, findings = sums.by_rule[info.id]
    return RuleRecord(
        id=info.id,
        title=info.title,
        severity=rules.severities[info.id].value,
        rationale=info.rationale,
        fails_when=info.fails_when,
        passes_when=info.passes_when,
        not_applicable_when=info.not_applicable_when,
        remediation=info.remediation,
        source=info.source,
        reviewed=info.reviewed,
        needs=[fact.name for fact in info.needs],
        uses=[fact.name for fact in info.facts if fact not in info.needs],
        causes=list(info.causes),
        is_fleet=loaded.rule.is_fleet,
        package=loaded.package.name,
        pairs=pairs,
        findings=findings,
    )


def _unclaimed_record(seen: SeenRegistration) -> UnclaimedRecord:
    return UnclaimedRecord(
        registration_id=seen.id,
        cloud_id=seen.cloud_id,
        subscription_id=seen.subscription,
        document=seen.source.document,
    )
