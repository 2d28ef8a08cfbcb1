"""One stamp of a bundle to its findings and its record: what runs on every chunk of stamps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from stampcheck.bundle import Bundle, Declared, Span, StampEntry
from stampcheck.causes.runbook import quote
from stampcheck.document import UNRECOGNISED, iso
from stampcheck.engine import RuleSet, judge_stamp, pair_outcomes
from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    AS_OF,
    AZURE_ENVIRONMENT,
    CLOUD_ID,
    CONNECTION,
    EXPIRY_WINDOWS,
    LOCKS,
    NODES,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_TENANT,
    TENANT_REFERENCE,
    USAGE_REPORTING,
)
from stampcheck.model import (
    UNCLAIMED,
    Fact,
    Facts,
    Finding,
    Known,
    Missing,
    Outcome,
    Reason,
    SeenRegistration,
    Severity,
    Source,
)
from stampcheck.parse.assemble import assemble
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.registration import Seen, registration, seen_registrations
from stampcheck.profile import Profile
from stampcheck.record import CauseTally, Counts, ProblemRecord, StampRecord
from stampcheck.standing import RECORD_FACTS, billing_model, standing, state, value

_SHARED_AT_HAND: Final = 512
_SINGLE: Final = ("activation", "stamp-information", "registration-token", "endpoints")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan judges by, besides rules and evidence. ``baseline`` gives the tenant of each
    stamp in an earlier scan, by the lower-case name and by the Cloud ID; ``only`` names the stamps
    to judge (empty: all).
    """

    profile: Profile
    as_of: datetime
    baseline: dict[str, str] = {}
    only: frozenset[str] = frozenset()

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
    """What judging one stamp gives; ``row`` holds the facts that the fleet rules need."""

    record: StampRecord
    findings: list[Finding]
    row: list[Known[Any] | Missing]
    seen: list[SeenRegistration]
    claimed: str
    problems: list[ProblemRecord]
    kinds: list[str]


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
        self._run_facts = settings.run_facts()
        self._oldest = settings.oldest
        self._wanted = tuple(dict.fromkeys((*rules.facts, *RECORD_FACTS)))
        self._columns = rules.fleet_facts
        self._shared = SharedDocuments()

    def judge(self, entry: StampEntry) -> Judged:
        """Read one stamp's documents and judge it by the stamp rules."""
        own = [self._hold(span) for span in entry.documents]
        shared = [self._shared.get(span, self._hold_shared) for span in entry.shared]
        held = [*own, *(document for document, _ in shared)]
        new = [*own, *(document for document, is_new in shared if is_new)]
        evidence = Evidence(entry.name, held, entry.declared, self._baseline_of(entry))
        facts = self._facts(evidence, entry)
        findings = judge_stamp(entry.name, facts, self.rules)
        chosen = registration(evidence)
        return Judged(
            record=_record(entry, evidence, facts, findings),
            findings=findings,
            row=[facts[fact] for fact in self._columns],
            seen=[seen for document in new for seen in _seen(document)],
            claimed=chosen.id.key if isinstance(chosen, Seen) and chosen.id else "",
            problems=list(problems(new, entry.name)),
            kinds=[document.kind for document in new],
        )

    def unclaimed(
        self, entry: StampEntry
    ) -> tuple[list[SeenRegistration], list[ProblemRecord], list[str]]:
        """The registrations and the problems of documents that serve no stamp, and their kinds."""
        held = [self._hold(span) for span in entry.documents]
        seen = [found for document in held for found in _seen(document)]
        found = [*problems(held, UNCLAIMED), *_useless(held)]
        return seen, found, [document.kind for document in held]

    def facts_of(self, entry: StampEntry) -> Facts:
        """Every wanted fact of one stamp, to explain it."""
        held = [self._hold(span) for span in entry.documents]
        held += [self._hold_shared(span) for span in entry.shared]
        evidence = Evidence(entry.name, held, entry.declared, self._baseline_of(entry))
        return self._facts(evidence, entry)

    def _facts(
        self, evidence: Evidence, entry: StampEntry
    ) -> dict[Fact[Any], Known[Any] | Missing]:
        facts = assemble(evidence, self._wanted, self._run_facts)
        if not self._baseline or entry.declared.expected_tenant or evidence.baseline_tenant:
            return facts
        cloud_id = facts[CLOUD_ID]
        if isinstance(cloud_id, Known) and cloud_id.value in self._baseline:
            evidence.baseline_tenant = self._baseline[cloud_id.value]
            facts |= assemble(evidence, (TENANT_REFERENCE,), self._run_facts)
        return facts

    def _baseline_of(self, entry: StampEntry) -> str:
        return self._baseline.get(entry.name.casefold(), "") if self._baseline else ""

    def _hold(self, span: Span, *, shared: bool = False) -> Held:
        document = self._bundle.document(span)
        is_old = document.collected_at.rstrip("Z") < self._oldest.rstrip("Z")
        return Held(document, stale=is_old and bool(document.collected_at), shared=shared)

    def _hold_shared(self, span: Span) -> Held:
        return self._hold(span, shared=True)


def _seen(held: Held) -> Iterator[SeenRegistration]:
    return seen_registrations(held, {}) if held.kind == "registration" else iter(())


def problems(documents: Iterable[Held], stamp: str) -> Iterator[ProblemRecord]:
    """The documents that are no evidence, and those that a newer one of their kind replaces."""
    newest: dict[str, Held] = {}
    for held in documents:
        document = held.document
        stamps = document.stamps or (stamp,)
        if document.reason is not None:
            reason, detail = document.reason.value, document.detail
        elif document.kind in _SINGLE and held.is_answer:
            older, reason = _older(newest, held), "superseded"
            if older is None:
                continue
            document = older.document
            detail = f"a newer {document.kind} document was used: {newest[document.kind].label}"
        else:
            continue
        yield ProblemRecord(
            document.label, document.kind, reason, detail, stamps[:20], document.size
        )


def _older(newest: dict[str, Held], held: Held) -> Held | None:
    """The older of two answers of one kind; the newer one is remembered."""
    other = newest.get(held.kind)
    if other is None:
        newest[held.kind] = held
        return None
    older, newer = sorted((other, held), key=lambda one: one.document.collected_at.rstrip("Z"))
    newest[held.kind] = newer
    return older


def _useless(documents: Iterable[Held]) -> Iterator[ProblemRecord]:
    for held in documents:
        document = held.document
        if document.reason is None and document.kind not in ("registration", UNRECOGNISED):
            yield ProblemRecord(
                document.label,
                document.kind,
                "unattached",
                "its ids name no stamp of this fleet",
                (),
                document.size,
            )


def _text(facts: Facts, fact: Fact[Any]) -> str:
    known = value(facts, fact)
    return "" if known is None else str(known)


def _record(
    entry: StampEntry, evidence: Evidence, facts: Facts, findings: list[Finding]
) -> StampRecord:
    model = billing_model(facts)
    reporting = value(facts, USAGE_REPORTING)
    newest = max((held.document.collected_at for held in evidence.all()), default="")
    return StampRecord(
        stamp=entry.name,
        state=state(facts),
        licence_standing=standing(facts),
        cloud_id=_text(facts, CLOUD_ID),
        registration_id=_text(facts, REGISTRATION_ID) or _text(facts, ACTIVATED_REGISTRATION),
        subscription_id=_text(facts, SUBSCRIPTION_ID),
        tenant_id=_text(facts, SUBSCRIPTION_TENANT),
        connection=_text(facts, CONNECTION),
        connection_source=_connection_source(facts, entry.declared),
        environment=entry.declared.environment,
        billing_model=model.value if model else "",
        usage_reporting="" if reporting is None else ("off", "on")[reporting],
        expires=_text(facts, ACTIVATION_EXPIRES),
        lock=_lock(facts),
        nodes=value(facts, NODES),
        pairs=counts(findings),
        causes=rank_causes(findings),
        collected_at=newest,
        in_inventory=entry.in_inventory,
        tags=entry.declared.tags,
        notes=entry.notes,
        values=_values(facts, entry.declared),
    )


def _connection_source(facts: Facts, declared: Declared) -> str:
    if declared.connection:
        return "declared"
    return "derived" if value(facts, CONNECTION) is not None else ""


def _lock(facts: Facts) -> str:
    locks = value(facts, LOCKS)
    if locks is None:
        return ""
    return "; ".join(f"{lock.name} ({lock.level})" for lock in locks) or "none"


def counts(findings: Iterable[Finding]) -> Counts:
    """Pairs by outcome: a rule counts once, by its worst finding."""
    counted = Counts()
    for outcome in pair_outcomes(findings).values():
        counted.add(outcome)
    return counted


def rank_causes(findings: Iterable[Finding]) -> list[CauseTally]:
    """The causes that a stamp's failures name: by rules explained, then worst failure, then how
    early the rule names them.
    """
    named: dict[str, tuple[list[str], int, int]] = {}
    for found in findings:
        if found.outcome is not Outcome.FAIL:
            continue
        for place, cause in enumerate(found.causes):
            rules, worst, first = named.get(cause, ([], len(Severity), len(found.causes)))
            if found.rule not in rules:
                rules.append(found.rule)
            named[cause] = (rules, min(worst, found.severity.rank), min(first, place))
    ranked = sorted(named.items(), key=lambda one: (-len(one[1][0]), *one[1][1:], one[0]))
    return [CauseTally(cause, rules) for cause, (rules, _, _) in ranked]


def _values(facts: Facts, declared: Declared) -> dict[str, str]:
    """What fills a runbook, quoted for PowerShell. What is unknown or unquotable stays out."""
    named = value(facts, REGISTRATION_ID) or value(facts, ACTIVATED_REGISTRATION)
    model = billing_model(facts)
    raw: Mapping[str, str] = {
        "cloud_id": _text(facts, CLOUD_ID) or _text(facts, REGISTRATION_CLOUD_ID),
        "subscription_id": _text(facts, SUBSCRIPTION_ID),
        "resource_group": named.resource_group if named else "",
        "registration_name": named.name if named else "",
        "registration_id": named.text if named else "",
        "billing_model": model.value if model else "",
        "cloud_environment": _text(facts, AZURE_ENVIRONMENT) or declared.cloud,
        "tenant_id": _text(facts, SUBSCRIPTION_TENANT),
        "expected_tenant": declared.expected_tenant,
        "expires": _text(facts, ACTIVATION_EXPIRES),
        "lock_name": "RegistrationResourceLock",
    }
    quoted = {name: quote(text) for name, text in raw.items() if text}
    return {name: text for name, text in quoted.items() if text is not None}


def reasons_of(findings: Iterable[Finding]) -> Iterator[Reason]:
    """The reasons of the undetermined findings."""
    return (found.reason for found in findings if found.reason is not None)
