"""What a scan records of one stamp: its two words, its ids, its sums, its causes, its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stampcheck.attestation import KIND as ATTESTATION
from stampcheck.bundle import Declared, StampEntry
from stampcheck.causes.runbook import quote
from stampcheck.document import LOG
from stampcheck.engine import pair_outcomes, worst_first
from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    AZURE_ENVIRONMENT,
    CLOUD_ID,
    CONNECTION,
    LOCKS,
    NODES,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_OBJECT_ID,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_TENANT,
    USAGE_REPORTING,
    LockLevel,
)
from stampcheck.model import Consequence, Fact, Facts, Finding
from stampcheck.parse.attested import records
from stampcheck.parse.evidence import Evidence
from stampcheck.proof import disagreements, documents_of
from stampcheck.ranking import Contradictions, rank_causes
from stampcheck.record import Counts, StampRecord
from stampcheck.standing import billing_model, standing, state, value
from stampcheck.tally import LogProof


def _text(facts: Facts, fact: Fact[Any]) -> str:
    known = value(facts, fact)
    return "" if known is None else str(known)


def stamp_record(
    entry: StampEntry,
    evidence: Evidence,
    facts: Facts,
    findings: list[Finding],
    against: Contradictions,
    logs: Mapping[str, tuple[LogProof, ...]],
) -> StampRecord:
    """The record of one stamp, by its facts and the findings of the stamp rules."""
    model = billing_model(facts)
    reporting = value(facts, USAGE_REPORTING)
    contradicted = against.of_stamp(facts, findings) | against.of_logs(facts, logs)
    evident = (held.document for held in evidence.all() if held.kind not in (ATTESTATION, LOG))
    newest = max((document.collected_at for document in evident), default="")
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
        causes=rank_causes(findings, contradicted, logs),
        consequences=consequences(findings),
        contradicted=against.of_fleet(facts),
        collected_at=newest,
        in_inventory=entry.in_inventory,
        tags=entry.declared.tags,
        notes=entry.notes,
        values=_values(facts, entry.declared),
        attestations=records(evidence),
        documents=documents_of(held.document for held in evidence.all()),
        disagreements=disagreements(facts),
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


def consequences(findings: Iterable[Finding]) -> tuple[Consequence, ...]:
    """What the failures of a stamp stop or endanger, worst first."""
    return worst_first(one for found in findings for one in found.consequences)


def _values(facts: Facts, declared: Declared) -> dict[str, str]:
    """What fills a runbook, quoted for PowerShell. What is unknown or unquotable stays out."""
    named = value(facts, REGISTRATION_ID) or value(facts, ACTIVATED_REGISTRATION)
    model = billing_model(facts)
    own = [lock for lock in value(facts, LOCKS) or () if lock.level.protects and not lock.inherited]
    strict = (lock.name for lock in own if lock.level is LockLevel.READ_ONLY)
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
        "lock_name": own[0].name if own else "",
        "strict_lock_name": next(strict, ""),
        "service_principal_id": _text(facts, REGISTRATION_OBJECT_ID),
        "admin_arm_endpoint": declared.admin_endpoint,
        "privileged_endpoint": declared.privileged_endpoint,
    }
    quoted = {name: quote(text) for name, text in raw.items() if text}
    return {name: text for name, text in quoted.items() if text is not None}
