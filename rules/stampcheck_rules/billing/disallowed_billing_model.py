"""Billing model is not allowed for this connection."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    BILLING_MODEL,
    CONNECTION,
    IDENTITY_SYSTEM,
    REGISTRATION_PRESENT,
    BillingModel,
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
    stamp_rule,
)

_EXPECTED: Final = "Capacity, Custom or Development, with AD FS"
_CUT_OFF: Final[dict[Fact[Any], Any]] = {
    REGISTRATION_PRESENT: True,
    CONNECTION: Connection.DISCONNECTED,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_CUT_OFF, BILLING_MODEL: BillingModel.PAY_AS_YOU_USE}),
    Example(
        Outcome.PASS,
        {**_CUT_OFF, BILLING_MODEL: BillingModel.CAPACITY, IDENTITY_SYSTEM: "ADFS"},
    ),
    Example(
        Outcome.UNDETERMINED,
        {**_CUT_OFF, BILLING_MODEL: BillingModel.RUGGEDIZED, IDENTITY_SYSTEM: "ADFS"},
    ),
    Example(Outcome.NOT_APPLICABLE, {CONNECTION: Connection.CONNECTED}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-BI-002",
        title="Billing model is not allowed for this connection",
        severity=Severity.HIGH,
        rationale=(
            "A disconnected stamp cannot report the usage that pay-as-you-use is billed by, and "
            "cannot ask Microsoft Entra ID who signs in: only capacity billing with AD FS is left."
        ),
        needs=(REGISTRATION_PRESENT, CONNECTION, BILLING_MODEL, IDENTITY_SYSTEM),
        fails_when=(
            "The stamp is disconnected, and it is billed as PayAsYouUse or signs in by Microsoft "
            "Entra ID."
        ),
        passes_when=(
            "The stamp is disconnected, is billed as Capacity, Custom or Development, and signs in "
            "by AD FS. Ruggedized decides nothing: Microsoft's texts on it differ."
        ),
        not_applicable_when=(
            "The stamp is connected, or the registration is proven absent in Azure (AZS-RG-001 "
            "fails)."
        ),
        undetermined_when=(
            "The stamp is disconnected, signs in by AD FS and is billed as Ruggedized, on which"
            " Microsoft's texts differ."
        ),
        causes=(
            "billing-model-not-for-disconnected",
            "identity-not-for-disconnected",
            "inventory-out-of-date",
        ),
        remediation=(
            "Register again with capacity billing, or correct the connection that the inventory "
            "declares; an identity system is changed only by deploying the stamp anew."
        ),
        consequences=(Consequence.LICENCE, Consequence.USAGE),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#determine-your-billing-model; newer: "
            "RegisterWithAzure.psm1 (AzureStack-Tools, branch az, 2023-07-26)"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("determine-your-billing-model", "7dc6a066aabce133"),
            Passage("determine-your-billing-model", "3c37b5ba8c7859b3"),
            Passage("re-register-using-connected-steps", "00698e1280a5937d"),
            Passage("set-azsregistration", "8325161bdd52fdce"),
        ),
    )
)
def disallowed_billing_model(stamp: Stamp) -> Iterator[Verdict]:
    """AD FS alone says nothing of the connection, but the connection says a lot of the model."""
    if stamp.denies(REGISTRATION_PRESENT):
        text = "There is no registration with a billing model (AZS-RG-001)."
        yield Verdict.not_applicable(stamp, message=text)
    elif stamp[CONNECTION] is Connection.CONNECTED:
        text = "A connected stamp may have either billing model and either identity system."
        yield Verdict.not_applicable(stamp, message=text)
    else:
        yield _disconnected(stamp)


def _disconnected(stamp: Stamp) -> Verdict:
    model, identity = _own_model(stamp), stamp.witness(IDENTITY_SYSTEM)
    wrong = {}
    if isinstance(model, Known) and model.value is BillingModel.PAY_AS_YOU_USE:
        wrong["billing-model-not-for-disconnected"] = (
            "is billed by usage that it cannot report (PayAsYouUse)"
        )
    if isinstance(identity, Known) and identity.value == "AzureAD":
        wrong["identity-not-for-disconnected"] = (
            "signs in by Microsoft Entra ID, which it cannot reach"
        )
    if wrong:
        return _failed(stamp, wrong)
    _ = stamp[REGISTRATION_PRESENT]
    told = f"{stamp[BILLING_MODEL]}, disconnected, {stamp[IDENTITY_SYSTEM]}"
    if stamp[BILLING_MODEL] is BillingModel.RUGGEDIZED:
        text = "Microsoft's texts differ on Ruggedized billing of a disconnected stamp: ask them."
        return Verdict.undetermined(
            stamp, reason=Reason.AMBIGUOUS, message=text, expected=_EXPECTED, actual=told
        )
    return Verdict.passed(stamp, expected=_EXPECTED, actual=told)


def _own_model(stamp: Stamp) -> Known[BillingModel] | Missing:
    """The billing model, where the registration that has it is proven to be the stamp's."""
    present = stamp.witness(REGISTRATION_PRESENT)
    return present if isinstance(present, Missing) else stamp.witness(BILLING_MODEL)


def _failed(stamp: Stamp, wrong: dict[str, str]) -> Verdict:
    """``wrong`` says what is, by the cause of it."""
    model, identity = _own_model(stamp), stamp.witness(IDENTITY_SYSTEM)
    told = [str(state.value) for state in (model, identity) if isinstance(state, Known)]
    connection = stamp.witness(CONNECTION)
    declared = isinstance(connection, Known) and connection.source.document == "inventory"
    by = "declared by the inventory" if declared else "derived from the evidence"
    return Verdict.failed(
        stamp,
        causes=(
            *wrong,
            *(("inventory-out-of-date",) if declared else ()),
        ),
        expected=_EXPECTED,
        actual=", ".join(["disconnected", *told]),
        message=f"The stamp is disconnected ({by}), but it {' and '.join(wrong.values())}.",
    )
