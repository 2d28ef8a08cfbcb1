"""Registration's service principal lost its role."""

from collections.abc import Iterator
from typing import Any

from stampcheck.facts import (
    CONNECTION,
    LOCKS,
    PRINCIPAL_ROLE,
    REGISTRATION_OBJECT_ID,
    REGISTRATION_PRESENT,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    TENANT_REFERENCE,
    USAGE_ALERT_ERRORS,
    Connection,
    PrincipalRole,
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

_EXPECTED = "Azure Stack Registration Owner, or a role that allows as much"
_PRINCIPAL = "0b2a1c3d-1111-4000-8000-0000000000a1"
_TENANT = "0b2a1c3d-1111-4000-8000-0000000000b1"
_LOST = PrincipalRole(fits=False, name="", why="it has no role there at all")
_CONNECTED: dict[Fact[Any], Any] = {
    REGISTRATION_PRESENT: True,
    CONNECTION: Connection.CONNECTED,
    REGISTRATION_OBJECT_ID: _PRINCIPAL,
    TENANT_REFERENCE: TenantReference(_TENANT, "inventory"),
    SUBSCRIPTION_TENANT: _TENANT,
}
_EXAMPLES = (
    Example(Outcome.FAIL, {**_CONNECTED, PRINCIPAL_ROLE: _LOST}),
    Example(
        Outcome.PASS,
        {
            **_CONNECTED,
            PRINCIPAL_ROLE: PrincipalRole(
                fits=True, name="Azure Stack Registration Owner", why="given at the registration"
            ),
        },
    ),
    Example(Outcome.NOT_APPLICABLE, {**_CONNECTED, CONNECTION: Connection.DISCONNECTED}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-TE-002",
        title="Registration's service principal lost its role",
        severity=Severity.HIGH,
        rationale=(
            "A connected stamp reads its registration and downloads marketplace items as the "
            "service principal that was made when it was registered; without its role Azure "
            "refuses it."
        ),
        needs=(REGISTRATION_PRESENT, CONNECTION, REGISTRATION_OBJECT_ID, PRINCIPAL_ROLE),
        uses=(TENANT_REFERENCE, SUBSCRIPTION_TENANT, TENANT_HISTORY, USAGE_ALERT_ERRORS, LOCKS),
        fails_when=(
            "At or above the registration its service principal has no role, or only roles whose "
            "definitions together do not allow to read the registration and to act on its products."
        ),
        passes_when=(
            "It has the built-in role Azure Stack Registration Owner (known by its id), or roles "
            "whose definitions allow as much, such as the one that old tools made."
        ),
        not_applicable_when=(
            "The stamp is disconnected, the registration has no service principal or is proven "
            "absent (AZS-RG-001 fails), or the subscription changed its directory, which deletes "
            "every role (AZS-TE-001 fails)."
        ),
        causes=(
            "service-principal-lost-role",
            "lock-not-restored",
            "directory-tenant-changed",
            "registration-not-accessible",
        ),
        remediation=(
            "Give the role back to the service principal at the registration, or register the "
            "stamp again with the same name, which does it."
        ),
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.SUPPORT),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#registration-failures; newer: built-in-roles "
            "(Azure role-based access control)"
        ),
        reviewed="2026-11-22",
        passages=(Passage("registration-failures", "750362ad18ae9538"),),
    )
)
def lost_principal_role(stamp: Stamp) -> Iterator[Verdict]:
    """By what its roles allow; a change of directory that took them is AZS-TE-001's failure."""
    exempt = _exemption(stamp)
    if exempt:
        yield Verdict.not_applicable(stamp, message=exempt)
        return
    role = stamp[PRINCIPAL_ROLE]
    if role.fits:
        yield Verdict.passed(stamp, expected=_EXPECTED, actual=f"{role.name}, {role.why}")
    elif _was_transferred(stamp):
        yield Verdict.not_applicable(
            stamp,
            message=(
                "The subscription changed its directory, which deleted the role with all others: "
                "see AZS-TE-001."
            ),
        )
    else:
        yield _lost(stamp, role)


def _exemption(stamp: Stamp) -> str:
    """Why the stamp needs no role, or nothing."""
    present, connection = stamp.witness(REGISTRATION_PRESENT), stamp.witness(CONNECTION)
    if isinstance(present, Known) and not present.value:
        return "There is no registration (AZS-RG-001), so nobody needs a role there."
    if isinstance(connection, Known) and connection.value is Connection.DISCONNECTED:
        return "A disconnected stamp never signs in to Azure."
    _ = stamp[REGISTRATION_PRESENT]
    principal = stamp.witness(REGISTRATION_OBJECT_ID)
    if isinstance(principal, Known) and not principal.value:
        return "The registration has no service principal."
    return ""


def _tenants(stamp: Stamp) -> tuple[TenantReference | None, str, TenantHistory | None]:
    """The expected tenant, the subscription's and what Azure's traces show, as far as known."""
    reference = stamp.witness(TENANT_REFERENCE)
    tenant, history = stamp.witness(SUBSCRIPTION_TENANT), stamp.witness(TENANT_HISTORY)
    return (
        reference.value if isinstance(reference, Known) else None,
        tenant.value if isinstance(tenant, Known) else "",
        history.value if isinstance(history, Known) else None,
    )


def _was_transferred(stamp: Stamp) -> bool:
    """Whether AZS-TE-001 fails for a change of directory."""
    reference, tenant, history = _tenants(stamp)
    if reference is None:
        return False
    if not reference.tenant:
        return history is not None and history.changed
    unchanged = history is not None and not history.changed
    return bool(tenant) and tenant != reference.tenant and not unchanged


def _is_unlocked(stamp: Stamp) -> bool:
    """Whether the lock is gone too: a re-registration takes it away before it gives the role."""
    locks = stamp.witness(LOCKS)
    return isinstance(locks, Known) and not locks.value


def _lost(stamp: Stamp, role: PrincipalRole) -> Verdict:
    reference, tenant, history = _tenants(stamp)
    same = reference is not None and bool(tenant) and tenant == reference.tenant
    stayed = same or (history is not None and not history.changed)
    alerts = stamp.witness(USAGE_ALERT_ERRORS)
    refused = isinstance(alerts, Known) and "Unauthorized" in alerts.value
    return Verdict.failed(
        stamp,
        causes=(
            "service-principal-lost-role",
            *(("lock-not-restored",) if _is_unlocked(stamp) and not role.name else ()),
            *(() if stayed or role.name else ("directory-tenant-changed",)),
            *(("registration-not-accessible",) if refused else ()),
        ),
        expected=_EXPECTED,
        actual=role.name or "no role",
        message=f"The service principal cannot use the registration: {role.why}.",
    )
