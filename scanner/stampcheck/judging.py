"""One stamp of a bundle to its findings and its record: what runs on every chunk of stamps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from stampcheck.attestation import KIND as ATTESTATION
from stampcheck.bundle import Bundle, Span, StampEntry
from stampcheck.document import LOG, Document, iso
from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.fact_record import facts_line
from stampcheck.facts import (
    AS_OF,
    CLOUD_ID,
    EXPIRY_WINDOWS,
    HAS_INVENTORY,
    NODES_AT_REGISTRATION,
    TENANT_REFERENCE,
)
from stampcheck.model import (
    UNCLAIMED,
    Cause,
    Fact,
    Facts,
    Finding,
    Known,
    Missing,
    SeenRegistration,
    Source,
)
from stampcheck.parse.assemble import assemble
from stampcheck.parse.claim import claimed
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.registration import seen_registrations
from stampcheck.parse.value import Unreadable, moment
from stampcheck.problems import problems, useless
from stampcheck.profile import Profile
from stampcheck.proof import PROOF_FACTS, documents_of
from stampcheck.ranking import Contradictions
from stampcheck.record import DocumentRecord, ProblemRecord, StampRecord
from stampcheck.stamp_record import stamp_record
from stampcheck.standing import RECORD_FACTS
from stampcheck.tally import LogProof
from stampcheck.waiver import Waiver

_SHARED_AT_HAND: Final = 512
_IN_THE_HEAD: Final = (AS_OF, EXPIRY_WINDOWS)
_BY_BASELINE: Final = (TENANT_REFERENCE, NODES_AT_REGISTRATION)


class Baseline(msgspec.Struct, frozen=True):
    """What an earlier scan recorded of one stamp: its subscription's tenant, its nodes, and when
    its evidence was read (ISO 8601).
    """

    tenant: str = ""
    nodes: int | None = None
    read_at: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan judges by, besides rules and evidence. ``baseline`` gives what an earlier scan
    recorded of each stamp, by the lower-case name and by the Cloud ID; ``only`` names the stamps
    to judge (empty: all); ``waivers`` mark failures and change no outcome.
    """

    profile: Profile
    as_of: datetime
    baseline: dict[str, Baseline] = {}
    only: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()

    def run_facts(self) -> dict[Fact[Any], Known[Any]]:
        """The facts that the run itself brings."""
        return {
            AS_OF: Known(self.as_of, Source("", "as-of date")),
            EXPIRY_WINDOWS: Known(self.profile.windows, Source("", "profile")),
        }

    @property
    def oldest(self) -> str:
        """Documents collected before this moment (ISO 8601) cannot prove a pass."""
        age = timedelta(days=self.profile.max_age_days)
        first = datetime.min.replace(tzinfo=self.as_of.tzinfo) + age
        return iso(self.as_of - age) if self.as_of > first else ""


class Judged(msgspec.Struct):
    """What judging one stamp gives; ``row`` holds the facts that the fleet rules need, ``facts``
    its line of ``facts.jsonl``.
    """

    record: StampRecord
    findings: list[Finding]
    row: list[Known[Any] | Missing]
    seen: list[SeenRegistration]
    claimed: str
    problems: list[ProblemRecord]
    kinds: list[str]
    facts: bytes


class SharedDocuments:
    """Documents that serve several stamps, held while they are in use, the oldest let go first."""

    def __init__(self) -> None:
        self._held: OrderedDict[Span, Held] = OrderedDict()

    def get(self, span: Span, make: Callable[[Span], Held]) -> tuple[Held, bool]:
        """The document at a span, and whether it is new here."""
        held = self._held.get(span)
        if held is not None:
            self._held.move_to_end(span)
            return held, False
        held = self._held[span] = make(span)
        if len(self._held) > _SHARED_AT_HAND:
            self._held.popitem(last=False)
        return held, True


class Judge:
    """Judges the stamps of one bundle, one at a time."""

    def __init__(self, bundle: Bundle, rules: RuleSet, settings: Settings) -> None:
        self.rules = rules
        self._bundle = bundle
        self._baseline = settings.baseline
        has_inventory = Known(bool(bundle.manifest.inventory), Source("", "inventory"))
        self._run_facts = settings.run_facts() | {HAS_INVENTORY: has_inventory}
        self._as_of = iso(settings.as_of)
        self._oldest = settings.oldest.rstrip("Z")
        # What claims to be of a time after the collection proves nothing; a day for wrong clocks.
        self._newest = _a_day_after(bundle.manifest.collected_at).rstrip("Z")
        self._against = Contradictions(rules)
        recorded = (*RECORD_FACTS, *PROOF_FACTS)
        self._wanted = tuple(dict.fromkeys((*rules.facts, *recorded, *self._against.facts)))
        self._recorded = tuple(fact for fact in rules.facts if fact not in _IN_THE_HEAD)
        self._columns = rules.fleet_facts
        self._shared = SharedDocuments()

    def judge(self, entry: StampEntry) -> Judged:
        """Read one stamp's documents and judge it by the stamp rules."""
        own = [self._hold(span) for span in entry.documents]
        shared = [self._shared.get(span, self._hold_shared) for span in entry.shared]
        held = [*own, *(document for document, _ in shared)]
        new = [*own, *(document for document, is_new in shared if is_new)]
        evidence = self._evidence(entry, held)
        facts = self._facts(evidence)
        findings = judge_stamp(entry.name, facts, self.rules)
        logs = _shown([one.document for one in held if one.kind == LOG], self.rules.catalogue)
        return Judged(
            record=stamp_record(entry, evidence, facts, findings, self._against, logs),
            findings=findings,
            row=[facts[fact] for fact in self._columns],
            seen=[seen for document in new for seen in _seen(document)],
            claimed=claimed(evidence),
            problems=list(problems(new, entry.name)),
            kinds=[document.kind for document in new],
            facts=facts_line(entry.name, facts, self._recorded),
        )

    def unclaimed(
        self, entry: StampEntry
    ) -> tuple[list[SeenRegistration], list[ProblemRecord], list[str], list[DocumentRecord]]:
        """The registrations and the problems of documents that serve no stamp, their kinds, and
        what is recorded of them.
        """
        held = [self._hold(span) for span in entry.documents]
        seen = [found for document in held for found in _seen(document)]
        found = [*problems(held, UNCLAIMED), *useless(held)]
        kinds = [document.kind for document in held]
        return seen, found, kinds, documents_of(one.document for one in held)

    def facts_of(self, entry: StampEntry) -> Facts:
        """Every wanted fact of one stamp, to explain it."""
        held = [self._hold(span) for span in entry.documents]
        held += [self._hold_shared(span) for span in entry.shared]
        return self._facts(self._evidence(entry, held))

    def _evidence(self, entry: StampEntry, held: list[Held]) -> Evidence:
        evidence = Evidence(entry.name, held, entry.declared)
        evidence.as_of = self._as_of
        _refer(evidence, self._baseline.get(entry.name.casefold()) if self._baseline else None)
        return evidence

    def _facts(self, evidence: Evidence) -> dict[Fact[Any], Known[Any] | Missing]:
        facts = assemble(evidence, self._wanted, self._run_facts)
        if not self._baseline or evidence.name.casefold() in self._baseline:
            return facts
        # A stamp that bears another name now is known again by its Cloud ID.
        cloud_id = facts[CLOUD_ID]
        if isinstance(cloud_id, Known) and cloud_id.value in self._baseline:
            _refer(evidence, self._baseline[cloud_id.value])
            again = [fact for fact in _BY_BASELINE if fact in facts]
            facts |= assemble(evidence, again, self._run_facts)
        return facts

    def _hold(self, span: Span, *, shared: bool = False) -> Held:
        document = self._bundle.document(span)
        dated = document.collected_at.rstrip("Z")
        # What bears no date proves no pass either.
        is_out_of_time = not self._oldest <= dated <= self._newest
        # An attestation says itself how long it holds.
        is_stale = is_out_of_time and document.kind != ATTESTATION
        return Held(document, stale=is_stale, shared=shared)

    def _hold_shared(self, span: Span) -> Held:
        return self._hold(span, shared=True)


def _shown(logs: list[Document], causes: Mapping[str, Cause]) -> dict[str, tuple[LogProof, ...]]:
    """The causes that the logs of a stamp show; most stamps have none, so nothing is loaded."""
    if not logs:
        return {}
    from stampcheck.diagnose.stamp_logs import proofs_of

    return proofs_of(logs, causes)


def _refer(evidence: Evidence, baseline: Baseline | None) -> None:
    """Lay what an earlier scan recorded beside the evidence."""
    if baseline is not None:
        evidence.baseline_tenant, evidence.baseline_nodes = baseline.tenant, baseline.nodes
        evidence.baseline_read_at = baseline.read_at


def _a_day_after(collected_at: str) -> str:
    try:
        return iso(moment(collected_at) + timedelta(days=1))
    except (Unreadable, OverflowError):
        return ""


def _seen(held: Held) -> Iterator[SeenRegistration]:
    return seen_registrations(held, {}) if held.kind == "registration" else iter(())
