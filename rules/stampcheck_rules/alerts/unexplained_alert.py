"""Stamp raises a registration or usage alert that no other rule explains."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATION_EXPIRES,
    ACTIVATION_PRESENT,
    ALERTS,
    AS_OF,
    EXPIRY_WINDOWS,
    REGISTRATION_PRESENT,
    USAGE_REPORTING,
    ActiveAlerts,
    Alert,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Missing,
    Outcome,
    Passage,
    Reason,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    listed,
    stamp_rule,
)

_EXPECTED: Final = "no active alert about registration or usage"
_SHOWN: Final = 5
_REQUIRED: Final = Alert("Activation Required", component="AzureBridge", severity="Warning")
_UPLOAD: Final = Alert(
    "Unable to connect to the remote service",
    fault_type="UsageBridge.UsageNetworkError",
    component="UsageBridge",
    error_code="NetworkError",
    severity="Warning",
)
_EXAMPLES: Final = (
    Example(
        Outcome.FAIL,
        {ALERTS: ActiveAlerts((_REQUIRED,)), ACTIVATION_PRESENT: True, REGISTRATION_PRESENT: True},
    ),
    Example(Outcome.PASS, {ALERTS: ActiveAlerts(()), ACTIVATION_PRESENT: True}),
    Example(Outcome.NOT_APPLICABLE, {ALERTS: ActiveAlerts((_UPLOAD,)), USAGE_REPORTING: True}),
    Example(
        Outcome.UNDETERMINED,
        {
            ALERTS: ActiveAlerts((_UPLOAD,), "ams-01/alerts.json goes on at a further page"),
            USAGE_REPORTING: True,
        },
    ),
)


@stamp_rule(
    RuleInfo(
        id="AZS-ST-001",
        title="Stamp raises a registration or usage alert that no other rule explains",
        severity=Severity.HIGH,
        rationale=(
            "The stamp itself complains about its activation or its usage bridge; where all that "
            "can be read looks right, the evidence is old, or something breaks that is not seen."
        ),
        needs=(ACTIVATION_PRESENT, ALERTS),
        uses=(
            REGISTRATION_PRESENT,
            ACTIVATION_EXPIRES,
            AS_OF,
            EXPIRY_WINDOWS,
            USAGE_REPORTING,
        ),
        fails_when=(
            "An alert about registration or usage is active, and the facts that would explain it "
            "are known and do not: told by its title, then by the bridge that raised it."
        ),
        passes_when="All active alerts were read, and none is about registration or usage.",
        not_applicable_when=(
            "Each such alert follows from another rule's fault: no activation or registration "
            "(AZS-RG-001), an expiry (AZS-RG-002), usage that does not reach Azure (AZS-BI-005)."
        ),
        undetermined_when=(
            "An alert is active, and REGISTRATION_PRESENT, ACTIVATION_EXPIRES, AS_OF, "
            "EXPIRY_WINDOWS or USAGE_REPORTING, which could explain it, is not known; or there "
            "may be further alerts than those that were read."
        ),
        causes=("alert-not-cleared", "registration-not-accessible", "usage-upload-blocked"),
        remediation="Read the alert on the stamp, remove what it names, then close it.",
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#verify-azure-stack-hub-registration; newer: "
            "AzureBridgeServiceAlertTemplates (2019), azure-stack-usage-issues (azure-stack-docs)"
        ),
        reviewed="2026-11-22",
        passages=(Passage("verify-azure-stack-hub-registration", "2de8459c99e4c1e6"),),
        fresh=True,
    )
)
def unexplained_alert(stamp: Stamp) -> Iterator[Verdict]:
    """An alert is explained, or is not, or the fact that would tell is missing: then it is open."""
    if stamp.denies(ACTIVATION_PRESENT):
        text = "Without an activation the stamp warns of what AZS-RG-001 says."
        yield Verdict.not_applicable(stamp, message=text)
        return
    alerts = stamp[ALERTS]
    told = [(alert, _explanation(stamp, alert)) for alert in alerts.seen]
    unexplained = [alert for alert, explanation in told if explanation == ""]
    unknown = [missing for _, missing in told if isinstance(missing, Missing)]
    if unexplained:
        yield _failed(stamp, unexplained)
    elif unknown:
        text = f"Whether another rule explains the alert is not known: {unknown[0].why}."
        yield _undetermined(stamp, unknown[0].reason, text, alerts)
    elif alerts.doubt:
        text = f"There may be further alerts: {alerts.doubt}."
        yield _undetermined(stamp, Reason.AMBIGUOUS, text, alerts)
    elif told:
        rules = ", ".join(sorted({str(rule) for _, rule in told}))
        text = f"Explained by {rules}: {_titles(alerts.seen)}."
        yield Verdict.not_applicable(stamp, message=text)
    else:
        yield Verdict.passed(stamp, expected=_EXPECTED, actual="none")


def _explanation(stamp: Stamp, alert: Alert) -> str | Missing:
    """The rule whose fault raises the alert; empty where none does; why that is not known."""
    title = alert.title.lower()
    if alert.is_of_usage:
        reporting = stamp.witness(USAGE_REPORTING)
        if isinstance(reporting, Missing):
            return reporting
        return "AZS-BI-005" if reporting.value else ""
    if title in ("activation expiring soon", "activation expired"):
        return _by_expiry(stamp, is_over=title == "activation expired")
    if stamp.denies(REGISTRATION_PRESENT):
        return "AZS-RG-001"
    return _first_missing(stamp, ACTIVATION_PRESENT, REGISTRATION_PRESENT) or ""


def _by_expiry(stamp: Stamp, *, is_over: bool) -> str | Missing:
    missing = _first_missing(stamp, ACTIVATION_EXPIRES, AS_OF, EXPIRY_WINDOWS)
    if missing is not None:
        return missing
    expires, as_of = stamp[ACTIVATION_EXPIRES], stamp[AS_OF]
    widest = stamp[EXPIRY_WINDOWS].severity_days()[-1][1]
    if expires.at is None:
        return ""
    fails = expires.at <= as_of or (not is_over and expires.at - as_of <= widest)
    return "AZS-RG-002" if fails else ""


def _first_missing(stamp: Stamp, *facts: Fact[Any]) -> Missing | None:
    states = (stamp.witness(fact) for fact in facts)
    return next((state for state in states if isinstance(state, Missing)), None)


def _titles(alerts: tuple[Alert, ...]) -> str:
    return listed([str(alert) for alert in alerts], _SHOWN, "; ")


def _failed(stamp: Stamp, unexplained: list[Alert]) -> Verdict:
    titles = _titles(tuple(unexplained))
    causes = dict.fromkeys(cause for alert in unexplained for cause in _causes(alert))
    return Verdict.failed(
        stamp,
        causes=tuple(causes),
        expected=_EXPECTED,
        actual=titles,
        message=f"The stamp warns of what nothing else that was read explains: {titles}.",
    )


def _causes(alert: Alert) -> tuple[str, ...]:
    """The alert may be a leftover; one of a bridge may tell of what no document shows."""
    if alert.error_code == "Unauthorized" or not (
        alert.is_of_usage or alert.title.lower().startswith("activation ")
    ):
        return ("alert-not-cleared", "registration-not-accessible")
    return ("alert-not-cleared", *(("usage-upload-blocked",) if alert.is_of_usage else ()))


def _undetermined(stamp: Stamp, reason: Reason, message: str, alerts: ActiveAlerts) -> Verdict:
    return Verdict.undetermined(
        stamp,
        reason=reason,
        message=message,
        expected=_EXPECTED,
        actual=_titles(alerts.seen),
    )
