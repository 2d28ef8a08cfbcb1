"""Directory tenant of the subscription changed."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    CONNECTION,
    REGISTRATION_PRESENT,
    ROLE_HELD,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    TENANT_REFERENCE,
    USAGE_ALERT_ERRORS,
    Connection,
    TenantHistory,
    TenantReference,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Known,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_CONTOSO: Final = "11111111-aaaa-4bbb-8ccc-000000000001"
_FABRIKAM: Final = "22222222-aaaa-4bbb-8ccc-000000000002"
_EXPECTED: Final[dict[Fact[Any], Any]] = {
    TENANT_REFERENCE: TenantReference(_CONTOSO, "the inventory"),
    REGISTRATION_PRESENT: True,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_EXPECTED, SUBSCRIPTION_TENANT: _FABRIKAM, ROLE_HELD: False}),
    Example(
        Outcome.FAIL,
        {
            TENANT_REFERENCE: TenantReference("", "nobody"),
            REGISTRATION_PRESENT: True,
            TENANT_HISTORY: TenantHistory(
                changed=True, why="the activity log shows a transfer on 2026-10-02T08:00:00Z"
            ),
        },
    ),
    Example(Outcome.PASS, {**_EXPECTED, SUBSCRIPTION_TENANT: _CONTOSO}),
    Example(Outcome.NOT_APPLICABLE, {REGISTRATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-TE-001",
        title="Directory tenant of the subscription changed",
        severity=Severity.CRITICAL,
        rationale=(
            "When a subscription moves to another directory, all its role assignments are deleted "
            "and the registration is reset: marketplace and usage reporting stop."
        ),
        needs=(TENANT_REFERENCE, REGISTRATION_PRESENT),
        any_of=((SUBSCRIPTION_TENANT, TENANT_HISTORY),),
        uses=(CONNECTION, ROLE_HELD, USAGE_ALERT_ERRORS),
        fails_when=(
            "The subscription's home tenant is not the one that the inventory or the earlier scan "
            "expects (medium where the registration was written after the change); or, where none "
            "is expected, the activity log shows a transfer after the registration's last write. "
            "High instead of critical on a disconnected stamp."
        ),
        passes_when=(
            "The tenant is the expected one; or, where none is expected, the registration's "
            "service principal still holds its role there (a transfer would have deleted it), or "
            "the offer (CSP) cannot change its directory."
        ),
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        undetermined_when=(
            "A tenant is expected, and SUBSCRIPTION_TENANT is not known; or none is expected, "
            "and TENANT_HISTORY is not known."
        ),
        causes=("directory-tenant-changed", "registration-not-accessible", "inventory-out-of-date"),
        remediation="Register the stamp again in the directory that the subscription is in now.",
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        source=(
            "register-azure-stack-hub.md#registration-failures; newer: "
            "transfer-subscription (Azure role-based access control)"
        ),
        reviewed="2026-11-22",
        examples=_EXAMPLES,
        passages=(
            Passage("registration-failures", "845dbd5967b6b2aa"),
            Passage("registration-failures", "57b9c9f8ddd033e1"),
        ),
        fresh=True,
    )
)
def changed_directory(stamp: Stamp) -> Iterator[Verdict]:
    """The stamp's own identity tenant is never asked: it may lawfully be another one."""
    if stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(stamp, message="There is no registration in any directory.")
        return
    stamp.undisputed(REGISTRATION_PRESENT)
    reference = stamp[TENANT_REFERENCE]
    yield _against(stamp, reference) if reference.tenant else _by_traces(stamp)


def _against(stamp: Stamp, reference: TenantReference) -> Verdict:
    tenant = stamp[SUBSCRIPTION_TENANT]
    expected = f"{reference.tenant} (by {reference.origin})"
    if tenant == reference.tenant:
        return Verdict.passed(stamp, expected=expected, actual=tenant)
    history = stamp.witness(TENANT_HISTORY)
    if isinstance(history, Known) and not history.value.changed:
        return _outdated_reference(stamp, expected, tenant, history.value.why)
    return _changed(
        stamp, expected, tenant, "The subscription is in another directory than expected."
    )


def _outdated_reference(stamp: Stamp, expected: str, tenant: str, why: str) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("inventory-out-of-date",),
        severity=Severity.MEDIUM,
        consequences=(Consequence.RENEWAL,),
        expected=expected,
        actual=tenant,
        message=f"The tenant is not the expected one, but {why}: update the inventory.",
    )


def _by_traces(stamp: Stamp) -> Verdict:
    history = stamp[TENANT_HISTORY]
    seen = stamp.witness(SUBSCRIPTION_TENANT)
    tenant = seen.value if isinstance(seen, Known) else "unknown"
    if history.changed:
        text = f"No tenant is expected, but {history.why}."
        return _changed(stamp, "no transfer since the registration was written", tenant, text)
    return Verdict.passed(
        stamp,
        expected="no change of directory",
        actual=tenant,
        message=f"Unchanged: {history.why}.",
    )


def _changed(stamp: Stamp, expected: str, tenant: str, message: str) -> Verdict:
    connection = stamp.witness(CONNECTION)
    cut_off = isinstance(connection, Known) and connection.value is Connection.DISCONNECTED
    return Verdict.failed(
        stamp,
        causes=("directory-tenant-changed", *_access_lost(stamp)),
        severity=Severity.HIGH if cut_off else None,
        # What is cut off from Azure has neither usage reporting nor a marketplace to lose.
        consequences=(Consequence.RENEWAL,) if cut_off else None,
        expected=expected,
        actual=tenant,
        message=message,
    )


def _access_lost(stamp: Stamp) -> tuple[str, ...]:
    """The cause that a lost role or a refused usage upload adds; never an outcome."""
    role, alerts = stamp.witness(ROLE_HELD), stamp.witness(USAGE_ALERT_ERRORS)
    lost = isinstance(role, Known) and not role.value
    refused = isinstance(alerts, Known) and "Unauthorized" in alerts.value
    return ("registration-not-accessible",) if lost or refused else ()
