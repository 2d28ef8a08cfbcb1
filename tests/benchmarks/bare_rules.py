"""The six rules as the bare loop has them: ifs over the structs, worded like the real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from tests.benchmarks.bare_shapes import AssignmentFields, Case

_AS_OF: Final = datetime(2026, 11, 20, 8, tzinfo=UTC)
_LATER: Final = "later than 90 days after 2026-11-20"
_BOTH: Final = "activation and registration"
_LOCKED: Final = "CanNotDelete or ReadOnly"
_ALLOWED: Final = "reporting on only where it may be"


class Row(NamedTuple):
    """What a rule says of a stamp; the severity where it is not the rule's own."""

    rule: str
    outcome: str
    source: str = ""
    actual: str = ""
    expected: str = ""
    message: str = ""
    causes: str = ""
    severity: str = ""
    reason: str = ""


def _absent(rule: str, message: str) -> Row:
    return Row(rule, "not-applicable", message=message)


def _refused(rule: str, fact: str, case: Case) -> Row:
    message = f"{fact} is not known: {case.activation.label}: {case.activation.reason}."
    return Row(rule, "undetermined", message=message, reason=case.activation.reason)


def billing(case: Case) -> Row:
    """Billing model contradicts usage reporting."""
    rule = "AZS-BI-001"
    if case.is_absent:
        return _absent(rule, "One side of the registration is missing: nothing to compare.")
    fields = case.activation.body.properties
    if fields is None:
        return _refused(rule, "USAGE_REPORTING", case)
    model = case.registration.body.properties.billing_model
    source = (
        f"{case.activation.label} id; {case.registration.label} id; "
        f"{case.activation.label} properties.usageReportingEnabled; "
        f"{case.registration.label} properties.objectId; "
        f"{case.registration.label} properties.billingModel"
    )
    return _reporting(model, source) if fields.usage_reporting_enabled else _silent(model, source)


def _reporting(model: str, source: str) -> Row:
    rule, actual = "AZS-BI-001", f"{model}, connected, reporting on"
    if model not in ("Capacity", "Custom"):
        return Row(rule, "pass", source, actual, _ALLOWED)
    causes = "usage-reporting-left-on; billing-model-changed-without-re-registering"
    message = f"The article asks to turn reporting off for {model} billing."
    return Row(rule, "fail", source, actual, f"{model}, reporting off", message, causes, "low")


def _silent(model: str, source: str) -> Row:
    rule, actual = "AZS-BI-001", f"{model}, reporting off"
    if model != "PayAsYouUse":
        return Row(rule, "pass", source, actual, _ALLOWED)
    causes = "usage-reporting-turned-off; billing-model-changed-without-re-registering"
    message = "The stamp is billed by its usage, but does not report it."
    return Row(rule, "fail", source, actual, "PayAsYouUse, reporting on", message, causes)


def lock(case: Case) -> Row:
    """No lock protects the registration."""
    rule = "AZS-PR-001"
    found = case.shared.locks.get(case.registration.body.id)
    source = f"{case.registration.label} id; {case.shared.locks_label} value[].properties.level"
    if found is not None and found.properties.level in ("CanNotDelete", "ReadOnly"):
        actual = f"the script's own lock: {found.name} ({found.properties.level})"
        return Row(rule, "pass", source, actual, _LOCKED)
    message = (
        "Nothing keeps the registration from being deleted. The registration script removes its "
        "lock and sets it again, so this may be the trace of a re-registration that failed."
    )
    return Row(rule, "fail", source, "none", _LOCKED, message, "lock-not-restored; lock-removed")


def registered(case: Case) -> Row:
    """Stamp is not registered."""
    rule = "AZS-RG-001"
    source = f"{case.activation.label} id; {case.registration.label} id"
    if case.is_absent:
        message = "Azure holds its registration, but the stamp has no activation."
        actual = "registration without activation"
        return Row(rule, "fail", source, actual, _BOTH, message, "activation-step-missing")
    if case.activation.reason:
        return _refused(rule, "ACTIVATION_PRESENT", case)
    return Row(rule, "pass", source, case.registration.body.id, _BOTH)


def expiry(case: Case) -> Row:
    """Registration has expired or expires soon."""
    rule = "AZS-RG-002"
    if case.is_absent:
        return _absent(rule, "There is no activation that could expire.")
    fields = case.activation.body.properties
    if fields is None:
        return _refused(rule, "ACTIVATION_EXPIRES", case)
    source = (
        f"{case.activation.label} id; {case.activation.label} properties.expiration; "
        f"{case.registration.label} properties.billingModel"
    )
    if fields.expiration.year >= 9999:
        return Row(rule, "pass", source, "never", _LATER)
    return _dated(fields.expiration, source)


def _dated(at: datetime, source: str) -> Row:
    rule, text = "AZS-RG-002", at.strftime("%Y-%m-%dT%H:%M:%SZ")
    days = (at - _AS_OF).days
    if at <= _AS_OF:
        message = f"The registration expired on {text}, {-days - 1} days ago."
        causes = "capacity-subscription-expired; expired-registration-not-deleted"
        return Row(rule, "fail", source, text, _LATER, message, causes)
    if days < 90:
        severity = "high" if days < 7 else "medium" if days < 30 else "low"
        message = f"The registration expires on {text}, in {days} days: renew it."
        return Row(rule, "fail", source, text, _LATER, message, "renewal-due", severity)
    return Row(rule, "pass", source, text, _LATER)


def tenant(case: Case) -> Row:
    """Directory tenant of the subscription changed."""
    own, subscription = _own_role(case), case.shared.subscription
    if case.expected_tenant:
        return _against(case, own)
    if own is None:
        return Row("AZS-TE-001", "undetermined", reason="not-collected")
    source = (
        f"{case.registration.label} id; {case.roles.label} value[1].properties.principalId; "
        f"{subscription.label} tenantId"
    )
    message = (
        "Unchanged: the registration's service principal still holds its role there since "
        f"{own.created_on[:10]}."
    )
    seen = subscription.body.tenant_id
    return Row("AZS-TE-001", "pass", source, seen, "no change of directory", message)


def _own_role(case: Case) -> AssignmentFields | None:
    principal = case.registration.body.properties.object_id
    for assignment in case.roles.body.value:
        fields = assignment.properties
        if fields.principal_id == principal and case.registration.body.id.startswith(fields.scope):
            return fields
    return None


def _against(case: Case, own: AssignmentFields | None) -> Row:
    rule, wanted, seen = "AZS-TE-001", case.expected_tenant, case.shared.subscription.body.tenant_id
    expected = f"{wanted} (by the inventory)"
    label = case.shared.subscription.label
    source = f"{case.registration.label} id; inventory expected_tenant; {label} tenantId"
    if seen == wanted:
        return Row(rule, "pass", source, seen, expected)
    if own is not None:
        message = "The tenant is not the expected one, but the role still stands."
        return Row(rule, "fail", source, seen, expected, message, "inventory-out-of-date", "medium")
    message = "The subscription is in another directory than expected."
    causes = "directory-tenant-changed; registration-not-accessible"
    return Row(rule, "fail", source, seen, expected, message, causes)


class Holder(NamedTuple):
    """Who holds a Cloud ID, and what it takes to write a row of it."""

    name: str
    deployment_id: str
    label: str
    cells: str


def shared_cloud_id(cloud_id: str, holders: Sequence[Holder]) -> Iterator[tuple[Holder, Row]]:
    """Two registrations share a Cloud ID: the row of each of its holders."""
    rule, expected = "AZS-ID-001", "one registration"
    if len(holders) == 1:
        source = f"{holders[0].label} CloudID"
        yield holders[0], Row(rule, "pass", source, cloud_id, expected)
        return
    message = f"Cloud ID {cloud_id} is held by {', '.join(holder.name for holder in holders)}."
    differ = len({holder.deployment_id for holder in holders}) > 1
    causes = "cloned-stamp" if differ else "same-stamp-twice"
    for holder in holders:
        source = f"{holder.label} CloudID; {holder.label} DeploymentID"
        yield holder, Row(rule, "fail", source, cloud_id, expected, message, causes)


STAMP_RULES: Final = (billing, lock, registered, expiry, tenant)
