"""Parts of sample scans: findings, registrations that no stamp claims, documents of no use."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from stampcheck.model import UNCLAIMED, Finding, Outcome, Reason, Severity, Source
from stampcheck.record import (
    BundleRecord,
    Disagreement,
    DocumentRecord,
    PackageRecord,
    ProblemRecord,
    RuleRecord,
    StampRecord,
    UnclaimedRecord,
)

TENANT: Final = "5d0f4f7e-9a0b-4b1c-8f21-0c2a44e0f9d3"
SUBSCRIPTION: Final = "0b7e4c11-5c9e-4b7a-a1f0-3c2d9b8e7f60"


def failed(found: Finding, rule: RuleRecord, stamp: StampRecord, *, waived: bool) -> Finding:
    return msgspec.structs.replace(
        found,
        outcome=Outcome.FAIL,
        severity=Severity(rule.severity),
        causes=tuple(rule.causes),
        message=f"{rule.title}: {stamp.stamp}, seen in the activation and in Azure.",
        actual=f"{rule.needs[0]} = {stamp.registration_id.rpartition('/')[2]}",
        waived=waived,
        consequences=rule.consequences,
    )


def undetermined(found: Finding, rule: RuleRecord, reason: Reason) -> Finding:
    return msgspec.structs.replace(
        found,
        outcome=Outcome.UNDETERMINED,
        reason=reason,
        message=f"{rule.needs[0]} is not known: HTTP 403 AuthorizationFailed.",
        actual="",
        missing=(rule.needs[0],),
        sources=found.sources[1:],
    )


def sources(rule: RuleRecord, name: str) -> tuple[Source, ...]:
    return (
        Source(f"arm/{name}/activation.json", f"properties.{rule.needs[0].lower()}"),
        Source(f"azure/{name}/registration.json", "properties.cloudId", rule.id.endswith("001")),
    )


def documents(name: str, place: int) -> list[DocumentRecord]:
    """What was read of a stamp: the activation by a request with an id."""
    request = finding_id("request", name)
    return [
        DocumentRecord(
            f"arm/{name}/activation.json", f"2026-11-21T08:{place % 60:02}:00Z", request
        ),
        DocumentRecord(f"azure/{name}/registration.json", "2026-11-20T08:00:00Z"),
    ]


def disagreement(name: str, registration: str) -> Disagreement:
    """The stamp is activated for another registration than Azure holds."""
    return Disagreement(
        "Registration",
        f"{registration}-old",
        Source(f"arm/{name}/activation.json", "properties.activated_registration"),
        registration,
        Source(f"azure/{name}/registration.json", "properties.cloudId"),
    )


def stray(place: int) -> UnclaimedRecord:
    return UnclaimedRecord(
        registration_id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/old/providers/"
        f"Microsoft.AzureStack/registrations/lab-{place}",
        cloud_id=f"0000000{place}-1111-4222-8333-444444444444",
        subscription_id=SUBSCRIPTION,
        document="azure/registrations.json",
    )


def stray_finding(stray: UnclaimedRecord) -> Finding:
    name = stray.registration_id.rpartition("/")[2]
    return Finding(
        finding_id("AZS-ID-001", UNCLAIMED, stray.registration_id),
        UNCLAIMED,
        "AZS-ID-001",
        Outcome.FAIL if name.endswith("0") else Outcome.PASS,
        Severity.HIGH,
        subject=stray.registration_id,
        message=f"No stamp claims the registration {name}.",
        causes=("cloned-stamp",) if name.endswith("0") else (),
        sources=(Source("azure/registrations.json", "value[3].properties.cloudId"),),
    )


def bundle(stamps: int) -> BundleRecord:
    return BundleRecord(
        digest=hashlib.sha256(b"sample").hexdigest(),
        collected_at="2026-11-21T08:00:00Z",
        tool_version="0.1.0",
        documents=stamps * 7,
        sources=["live collection", "handed-over/turin.zip"],
        inventory="fleet.toml",
    )


def problems() -> list[ProblemRecord]:
    return [
        ProblemRecord(
            "azure/lima-01/locks.json", "locks", "access-denied", "HTTP 403", ("lima-01",)
        ),
        ProblemRecord("handed-over/notes.txt", "unknown", "malformed", "No kind of document fits."),
        ProblemRecord(
            "arm/riga-02/activation.json",
            "activation",
            "stale",
            "A newer one was read.",
            ("riga-02",),
            2_104,
        ),
    ]


def values(name: str) -> dict[str, str]:
    """What fills the runbooks of a stamp, quoted for PowerShell."""
    return {
        "environment": "'AzureCloud'",
        "subscription_id": f"'{SUBSCRIPTION}'",
        "tenant_id": f"'{TENANT}'",
        "registration_name": "'" + name.replace("'", "''") + "'",
        "billing_model": "'PayAsYouUse'",
    }


def finding_id(*names: str) -> str:
    """Sixteen hex digits of rule, stamp and subject."""
    return hashlib.blake2b("\0".join(names).encode(), digest_size=8).hexdigest()


def packages() -> list[PackageRecord]:
    """Our own package and another's."""
    return [PackageRecord("stampcheck", "0.1.0"), PackageRecord("contoso-rules", "2.3.1")]
