"""Stamp raises a registration or usage alert that no other rule explains."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATION_EXPIRES,
    ACTIVATION_PRESENT,
    ACTIVATION_STATE,
    ALERTS,
    AS_OF,
    CONNECTION,
    EXPIRY_WINDOWS,
    REFUSAL_FOLLOWS,
    REGISTRATION_PRESENT,
    USAGE_REPORTING,
    ActiveAlerts,
    Alert,
    Connection,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Known,
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
_BROKEN: Final = ("failed", "canceled", "cancelled", "stopped")
_NETWORK: Final = ("Unable to connect to the remote service", "UsageBridge.UsageNetworkError")
_UPLOAD: Final = Alert(*_NETWORK, "UsageBridge")
_RAISED: Final[dict[Fact[Any], Any]] = {ALERTS: ActiveAlerts((_UPLOAD,)), USAGE_REPORTING: True}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _RAISED | {ACTIVATION_PRESENT: True, USAGE_REPORTING: False}),
    Example(Outcome.PASS, {ALERTS: ActiveAlerts(()), ACTIVATION_PRESENT: True}),
    Example(Outcome.NOT_APPLICABLE, _RAISED),
    Example(Outcome.UNDETERMINED, _RAISED | {ALERTS: ActiveAlerts((_UPLOAD,), "a further page")}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-ST-001",
        title="Stamp raises a registration or usage alert that no other rule explains",
        severity=Severity.HIGH,
        rationale=(
            "The stamp itself complains; where all that can be read looks right, the evidence is "
            "old, or something breaks that is not seen."
        ),
        needs=(ACTIVATION_PRESENT, ALERTS),
        uses=(
            REGISTRATION_PRESENT,
            ACTIVATION_STATE,
            REFUSAL_FOLLOWS,
            CONNECTION,
            ACTIVATION_EXPIRES,
            AS_OF,
            EXPIRY_WINDOWS,
            USAGE_REPORTING,
        ),
        fails_when=(
            "An alert about registration or usage, told by its title, fault or error code, is "
            "active, and the facts that would explain it are known and do not."
        ),
        passes_when="All active alerts were read, and none is about registration or usage.",
        not_applicable_when=(
            "Each such alert follows from another rule's fault: no activation or registration "
            "(AZS-RG-001), an expiry (AZS-RG-002), a failed activation (AZS-RG-006), usage that "
            "does not reach Azure (AZS-BI-005), or what makes Azure refuse the stamp."
        ),
        undetermined_when=(
            "An alert is active, and REGISTRATION_PRESENT, ACTIVATION_EXPIRES, AS_OF, "
            "EXPIRY_WINDOWS or USAGE_REPORTING, which could explain it, is not known; or only its "
            "role tells what it is about; or there may be further alerts than were read."
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
        yield Verdict.not_applicable(stamp, message="It warns of what AZS-RG-001 says.")
        return
    alerts = stamp[ALERTS]
    told = [(alert, _explanation(stamp, alert)) for alert in alerts.seen]
    unexplained = [alert for alert, explanation in told if explanation == ""]
    unknown = [missing for _, missing in told if isinstance(missing, Missing)]
    if unexplained:
        yield _failed(stamp, unexplained)
    elif unknown or alerts.doubt:
        gap = unknown[0] if unknown else Missing(Reason.AMBIGUOUS, alerts.doubt)
        what = "Whether another rule explains the alert" if unknown else "Whether it raises more"
        yield Verdict.undetermined(
            stamp,
            reason=gap.reason,
            message=f"{what} is not known: {gap.why}.",
            expected=_EXPECTED,
            actual=_titles(alerts.seen),
        )
    elif told:
        rules = ", ".join(sorted({str(rule) for _, rule in told}))
        yield Verdict.not_applicable(
            stamp, message=f"Explained by {rules}: {_titles(alerts.seen)}."
        )
    else:
        yield Verdict.passed(stamp, expected=_EXPECTED, actual="none")


def _explanation(stamp: Stamp, alert: Alert) -> str | Missing:
    """The rule whose fault raises the alert; empty where none does; why that is not known."""
    follows = stamp.witness(REFUSAL_FOLLOWS)
    if isinstance(follows, Known) and follows.value and alert.error_code == "Unauthorized":
        return follows.value
    if not alert.is_told and not stamp.denies(REGISTRATION_PRESENT):
        return Missing(Reason.NEEDS_HUMAN, f'"{alert.title}" tells only its role: read the alert')
    return _by_usage(stamp) if alert.is_of_usage else _by_title(stamp, alert.title.lower())


def _by_usage(stamp: Stamp) -> str | Missing:
    reporting, connection = stamp.witness(USAGE_REPORTING), stamp.witness(CONNECTION)
    if isinstance(reporting, Missing):
        return reporting
    if not reporting.value:
        return ""
    if stamp.denies(REGISTRATION_PRESENT):
        return "AZS-RG-001"
    told = connection.value if isinstance(connection, Known) else None
    return "AZS-BI-001" if told is Connection.DISCONNECTED else "AZS-BI-005"


def _by_title(stamp: Stamp, title: str) -> str | Missing:
    if title in ("activation expiring soon", "activation expired"):
        return _by_expiry(stamp, is_over=title == "activation expired")
    if stamp.denies(REGISTRATION_PRESENT):
        return "AZS-RG-001"
    facts = (ACTIVATION_PRESENT, REGISTRATION_PRESENT, ACTIVATION_STATE)
    if (missing := _first_missing(stamp, *facts)) is not None:
        return missing
    state = stamp[ACTIVATION_STATE]
    if state.lower() == "succeeded":
        return _by_expiry(stamp, is_over=True)
    if state.lower() in _BROKEN:
        return "AZS-RG-006"
    return Missing(Reason.AMBIGUOUS, f"how the activation ({state[:80]}) ends is not known yet")


def _by_expiry(stamp: Stamp, *, is_over: bool) -> str | Missing:
    if (missing := _first_missing(stamp, ACTIVATION_EXPIRES, AS_OF, EXPIRY_WINDOWS)) is not None:
        return missing
    ends, as_of = stamp[ACTIVATION_EXPIRES].at, stamp[AS_OF]
    widest = stamp[EXPIRY_WINDOWS].severity_days()[-1][1]
    fails = ends and (ends <= as_of or (not is_over and ends - as_of <= widest))
    return "AZS-RG-002" if fails else ""


def _first_missing(stamp: Stamp, *facts: Fact[Any]) -> Missing | None:
    return next((gap for one in facts if isinstance(gap := stamp.witness(one), Missing)), None)


def _titles(alerts: tuple[Alert, ...]) -> str:
    return listed([str(alert) for alert in alerts], 5, "; ")


def _failed(stamp: Stamp, unexplained: list[Alert]) -> Verdict:
    titles = _titles(tuple(unexplained))
    return Verdict.failed(
        stamp,
        causes=tuple(dict.fromkeys(one for alert in unexplained for one in _causes(alert))),
        expected=_EXPECTED,
        actual=titles,
        message=f"The stamp warns of what nothing else that was read explains: {titles}.",
    )


def _causes(alert: Alert) -> tuple[str, ...]:
    """The alert may be a leftover; one of a bridge may tell of what no document shows."""
    is_activation = alert.title.lower().startswith("activation ")
    if alert.error_code == "Unauthorized" or not (alert.is_of_usage or is_activation):
        return ("alert-not-cleared", "registration-not-accessible")
    return ("alert-not-cleared", *(("usage-upload-blocked",) if alert.is_of_usage else ()))
