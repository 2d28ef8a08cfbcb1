"""Usage does not reach Azure."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATION_PRESENT,
    CONNECTION,
    LOCAL_USAGE,
    REFUSAL_FOLLOWS,
    REGISTRATION_PRESENT,
    USAGE_ALERT_ERRORS,
    USAGE_REPORTING,
    Connection,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Known,
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

_EXPECTED: Final = "reporting on, no active usage alert"
_REFUSED: Final = "Unauthorized"
_NO_LOGIN: Final = "LoginError"
_ON: Final[dict[Fact[Any], Any]] = {
    ACTIVATION_PRESENT: True,
    REGISTRATION_PRESENT: True,
    CONNECTION: Connection.CONNECTED,
    USAGE_REPORTING: True,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_ON, USAGE_ALERT_ERRORS: ("NetworkError",)}),
    Example(Outcome.PASS, {**_ON, USAGE_ALERT_ERRORS: (), LOCAL_USAGE: 168}),
    Example(Outcome.UNDETERMINED, {**_ON, USAGE_ALERT_ERRORS: (), LOCAL_USAGE: 0}),
    Example(Outcome.NOT_APPLICABLE, {USAGE_REPORTING: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-BI-005",
        title="Usage does not reach Azure",
        severity=Severity.HIGH,
        rationale=(
            "The stamp collects usage itself and sends it to Azure; where the sending fails, "
            "pay-as-you-use is not billed and the stamp raises an alert with an error code."
        ),
        needs=(
            ACTIVATION_PRESENT,
            REGISTRATION_PRESENT,
            CONNECTION,
            USAGE_REPORTING,
            USAGE_ALERT_ERRORS,
            LOCAL_USAGE,
        ),
        uses=(REFUSAL_FOLLOWS,),
        fails_when="Usage reporting is on, and an alert of the usage bridge is active.",
        passes_when=(
            "Usage reporting is on, all alerts were read and none is of the usage bridge, and the "
            "stamp collected at least one usage record. Without a record nothing is proven."
        ),
        not_applicable_when=(
            "Usage reporting is off; or the fault is another rule's: no activation or registration "
            "(AZS-RG-001), a disconnected stamp told to report (AZS-BI-001), or a refusal that "
            "follows from another failure (AZS-TE-001, AZS-TE-002, AZS-TE-003, AZS-RG-002, "
            "AZS-RG-003, AZS-SU-003, AZS-SU-004)."
        ),
        undetermined_when=(
            "Reporting is on and no usage alert is active, but the stamp shows no usage record."
        ),
        causes=("registration-not-accessible", "directory-tenant-changed", "usage-upload-blocked"),
        remediation=(
            "Remove what the error code names: network, certificate or clock; after a refusal "
            "(Unauthorized) register the stamp again."
        ),
        consequences=(Consequence.USAGE,),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#registration-failures; newer: "
            "azure-stack-usage-issues (azure-stack-docs)"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("register-azure-stack-hub-with-azure", "cd84c62cb61d0fb5"),
            Passage("registration-failures", "57b9c9f8ddd033e1"),
        ),
        fresh=True,
    )
)
def undelivered_usage(stamp: Stamp) -> Iterator[Verdict]:
    """Local records prove that there is something to send; only the alerts tell of the sending."""
    beside = _beside_the_point(stamp)
    if beside:
        yield Verdict.not_applicable(stamp, message=beside)
        return
    # An alert is a fault only of a stamp that is known to report.
    _ = stamp[USAGE_REPORTING]
    errors = stamp[USAGE_ALERT_ERRORS]
    other, excused = _excused(stamp) if errors else ("", ())
    own = tuple(code for code in errors if code not in excused)
    if own:
        yield _failed(stamp, own)
    elif errors:
        text = f"Azure refuses the usage ({listed(errors, 5)}), which follows from {other}."
        yield Verdict.not_applicable(stamp, message=text)
    else:
        yield _by_records(stamp, stamp[LOCAL_USAGE])


def _beside_the_point(stamp: Stamp) -> str:
    """Why there is proven to be no usage to send, or another rule's fault, or nothing."""
    reporting, connection = stamp.witness(USAGE_REPORTING), stamp.witness(CONNECTION)
    if stamp.denies(ACTIVATION_PRESENT) or stamp.denies(REGISTRATION_PRESENT):
        return "One side of the registration is missing (AZS-RG-001)."
    if isinstance(reporting, Known) and not reporting.value:
        return "Usage reporting is off."
    if isinstance(connection, Known) and connection.value is Connection.DISCONNECTED:
        return "A disconnected stamp cannot send usage, whether it is told to or not (AZS-BI-001)."
    return ""


def _excused(stamp: Stamp) -> tuple[str, tuple[str, ...]]:
    """The rule that fails by the facts, and the codes that are only a consequence of its fault."""
    follows = stamp.witness(REFUSAL_FOLLOWS)
    other = follows.value if isinstance(follows, Known) else ""
    if not other:
        return "", ()
    # Who cannot sign in has lost the directory, or never reached it.
    return other, (_REFUSED, _NO_LOGIN) if other == "AZS-TE-001" else (_REFUSED,)


def _failed(stamp: Stamp, errors: tuple[str, ...]) -> Verdict:
    refused = ("registration-not-accessible", "directory-tenant-changed")
    causes = (*(refused if _REFUSED in errors else ()), *_blocked(errors))
    return Verdict.failed(
        stamp,
        causes=causes,
        expected=_EXPECTED,
        actual=f"reporting on, usage alert: {listed(errors, 5)}",
        message=f"The stamp cannot send its usage to Azure: {listed(errors, 5)}.",
    )


def _blocked(errors: tuple[str, ...]) -> tuple[str, ...]:
    return ("usage-upload-blocked",) if any(code != _REFUSED for code in errors) else ()


def _by_records(stamp: Stamp, number: int) -> Verdict:
    actual = f"reporting on, no active usage alert, {number} usage records"
    if number:
        return Verdict.passed(stamp, expected=_EXPECTED, actual=actual)
    text = (
        "The stamp raises no alert, but shows no usage record either, which proves nothing: look "
        "in the billing in Azure whether usage arrives."
    )
    return Verdict.undetermined(
        stamp, reason=Reason.NEEDS_HUMAN, message=text, expected=_EXPECTED, actual=actual
    )
