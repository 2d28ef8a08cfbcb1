"""Billing model contradicts usage reporting."""

from collections.abc import Iterator
from typing import Final

from stampcheck.facts import (
    ACTIVATION_PRESENT,
    BILLING_MODEL,
    CONNECTION,
    REGISTRATION_PRESENT,
    USAGE_REPORTING,
    BillingModel,
    Connection,
)
from stampcheck.model import (
    Consequence,
    Example,
    Known,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_OFF_IS_ADVISED: Final = (BillingModel.CAPACITY, BillingModel.CUSTOM)

_BOTH_SIDES: Final = {ACTIVATION_PRESENT: True, REGISTRATION_PRESENT: True}
_EXAMPLES: Final = (
    Example(
        Outcome.FAIL,
        {**_BOTH_SIDES, USAGE_REPORTING: False, BILLING_MODEL: BillingModel.PAY_AS_YOU_USE},
    ),
    Example(
        Outcome.FAIL,
        {**_BOTH_SIDES, USAGE_REPORTING: True, CONNECTION: Connection.DISCONNECTED},
    ),
    Example(
        Outcome.FAIL,
        {**_BOTH_SIDES, USAGE_REPORTING: True, BILLING_MODEL: BillingModel.CAPACITY},
    ),
    Example(
        Outcome.PASS,
        {**_BOTH_SIDES, USAGE_REPORTING: False, BILLING_MODEL: BillingModel.CAPACITY},
    ),
    Example(Outcome.NOT_APPLICABLE, {ACTIVATION_PRESENT: False, REGISTRATION_PRESENT: True}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-BI-001",
        title="Billing model contradicts usage reporting",
        severity=Severity.CRITICAL,
        rationale=(
            "Pay-as-you-use is billed by the usage that the stamp reports; a disconnected stamp "
            "cannot report, and capacity billing does not need it."
        ),
        needs=(ACTIVATION_PRESENT, REGISTRATION_PRESENT, USAGE_REPORTING, BILLING_MODEL),
        uses=(CONNECTION,),
        fails_when=(
            "Pay-as-you-use with reporting off (critical); a disconnected stamp with reporting on "
            "(medium); Capacity or Custom, connected, with reporting on (low: the article wants it "
            "off, newer Microsoft text allows it)."
        ),
        passes_when=(
            "Reporting is off under any other model than pay-as-you-use, or on for a connected "
            "stamp under PayAsYouUse, Development or Ruggedized."
        ),
        not_applicable_when="One side of the registration is proven missing (AZS-RG-001 fails).",
        undetermined_when=(
            "Reporting is on under PayAsYouUse, Development or Ruggedized, and CONNECTION is "
            "not known."
        ),
        causes=(
            "billing-model-not-for-disconnected",
            "usage-reporting-turned-off",
            "usage-reporting-left-on",
            "billing-model-changed-without-re-registering",
        ),
        remediation="Register again with the usage reporting that the billing model asks for.",
        consequences=(Consequence.LICENCE, Consequence.USAGE),
        source=(
            "register-azure-stack-hub.md#disable-or-enable-usage-reporting; newer: "
            "azure-stack-usage-reporting (2022-11-10)"
        ),
        reviewed="2026-11-22",
        examples=_EXAMPLES,
        passages=(
            Passage("register-with-capacity-billing", "dcadfe7b9f64d0c7"),
            Passage("renew-or-change-registration", "1297fc7bd5c4ef70"),
            Passage("disable-or-enable-usage-reporting", "3cd5d7c9a24fe723"),
            Passage("disable-or-enable-usage-reporting", "0d107db19c3bfcea"),
            Passage("disable-or-enable-usage-reporting", "d96db001d604da23"),
            Passage("set-azsregistration", "0dc86107577015bc"),
        ),
        fresh=True,
    )
)
def contradicting_usage_reporting(stamp: Stamp) -> Iterator[Verdict]:
    """Reporting stands on the stamp, the model in Azure, the connection follows from both."""
    if stamp.denies(ACTIVATION_PRESENT) or stamp.denies(REGISTRATION_PRESENT):
        text = "One side of the registration is missing, so there is nothing to compare."
        yield Verdict.not_applicable(stamp, message=text)
        return
    yield _reporting(stamp) if stamp[USAGE_REPORTING] else _silent(stamp)


def _silent(stamp: Stamp) -> Verdict:
    _ = stamp[REGISTRATION_PRESENT]
    model = stamp[BILLING_MODEL]
    actual = f"{model}, reporting off"
    if model is not BillingModel.PAY_AS_YOU_USE:
        return Verdict.passed(stamp, expected="reporting on only where it may be", actual=actual)
    connection = stamp.witness(CONNECTION)
    if isinstance(connection, Known) and connection.value is Connection.DISCONNECTED:
        return _cut_off(stamp, actual)
    return Verdict.failed(
        stamp,
        causes=("usage-reporting-turned-off", "billing-model-changed-without-re-registering"),
        expected="PayAsYouUse, reporting on",
        actual=actual,
        message="The stamp is billed by its usage, but does not report it.",
    )


def _cut_off(stamp: Stamp, actual: str) -> Verdict:
    """To turn reporting on would mend nothing there: the model is the fault."""
    return Verdict.failed(
        stamp,
        causes=(
            "billing-model-not-for-disconnected",
            "billing-model-changed-without-re-registering",
        ),
        expected="another model than PayAsYouUse on a disconnected stamp",
        actual=f"{actual}, disconnected",
        message="The stamp is billed by its usage, which it cannot report (see AZS-BI-002).",
    )


def _reporting(stamp: Stamp) -> Verdict:
    connection, model = stamp.witness(CONNECTION), stamp.witness(BILLING_MODEL)
    if isinstance(connection, Known) and connection.value is Connection.DISCONNECTED:
        return _disconnected(stamp)
    # A model counts only where the registration that has it is proven to be the stamp's.
    _ = stamp[REGISTRATION_PRESENT]
    if isinstance(model, Known) and model.value in _OFF_IS_ADVISED:
        return _advised_off(stamp, model.value)
    # Only a connected stamp may report, so the pass needs the connection as well.
    connected = stamp[CONNECTION]
    actual = f"{stamp[BILLING_MODEL]}, {connected}, reporting on"
    return Verdict.passed(stamp, expected="reporting on only where it may be", actual=actual)


def _disconnected(stamp: Stamp) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("usage-reporting-left-on",),
        severity=Severity.MEDIUM,
        consequences=(Consequence.USAGE,),
        expected="disconnected, reporting off",
        actual="disconnected, reporting on",
        message="The stamp is disconnected, so the usage that it is told to report goes nowhere.",
    )


def _advised_off(stamp: Stamp, model: BillingModel) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("usage-reporting-left-on", "billing-model-changed-without-re-registering"),
        severity=Severity.LOW,
        consequences=(Consequence.USAGE,),
        expected=f"{model}, reporting off",
        actual=f"{model}, reporting on",
        message=(
            f"The article asks to turn reporting off for {model} billing; Microsoft's usage "
            "reporting text of 2022-11-10 calls it optional, and old tools left it on."
        ),
    )
