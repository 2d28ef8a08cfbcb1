"""Capacity registration without an agreement number."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    AGREEMENT_NUMBER,
    BILLING_MODEL,
    REGISTRATION_PRESENT,
    BillingModel,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_CAPACITY: Final[dict[Fact[Any], Any]] = {
    REGISTRATION_PRESENT: True,
    BILLING_MODEL: BillingModel.CAPACITY,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_CAPACITY, AGREEMENT_NUMBER: ""}),
    Example(Outcome.PASS, {**_CAPACITY, AGREEMENT_NUMBER: "ends in 42"}),
    Example(Outcome.NOT_APPLICABLE, {**_CAPACITY, BILLING_MODEL: BillingModel.PAY_AS_YOU_USE}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-BI-004",
        title="Capacity registration without an agreement number",
        severity=Severity.MEDIUM,
        rationale=(
            "Capacity is ordered under an Enterprise Agreement; Azure refuses a capacity "
            "registration that does not name its number, so the next one fails without it."
        ),
        needs=(REGISTRATION_PRESENT, BILLING_MODEL, AGREEMENT_NUMBER),
        fails_when=(
            "The billing model is Capacity, a saved registration token asked for it with an empty "
            "agreement number or a person attests that there is none, and the inventory declares "
            "none."
        ),
        passes_when=(
            "The inventory, a saved registration token or a person's attestation shows that there "
            "is an agreement number; it is never printed whole. Where nothing tells of one, "
            "somebody has to look."
        ),
        not_applicable_when=(
            "The billing model is another one, or the registration is proven absent in Azure "
            "(AZS-RG-001 fails)."
        ),
        causes=("agreement-number-missing",),
        remediation=(
            "Find the number of the agreement that the capacity was ordered under, register with "
            "it, and note in the inventory that it is on record."
        ),
        consequences=(Consequence.LICENCE, Consequence.RENEWAL),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#set-azsregistration; newer: "
            "https://github.com/MicrosoftDocs/azure-docs/issues/11907"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("register-with-capacity-billing", "9779cc418d95e19b"),
            Passage(
                "get-a-registration-token-from-the-azure-stack-hub-environment", "2feae20ae004c869"
            ),
            Passage("set-azsregistration", "66a6402933908fc8"),
        ),
    )
)
def missing_agreement_number(stamp: Stamp) -> Iterator[Verdict]:
    """Azure does not give the number back, so only what people keep can show it."""
    if not stamp[REGISTRATION_PRESENT]:
        text = "There is no registration with a billing model (AZS-RG-001)."
        yield Verdict.not_applicable(stamp, message=text)
    elif stamp[BILLING_MODEL] is not BillingModel.CAPACITY:
        text = f"Only Capacity needs an agreement number; this one is {stamp[BILLING_MODEL]}."
        yield Verdict.not_applicable(stamp, message=text)
    else:
        yield _of_capacity(stamp, f"{stamp[BILLING_MODEL]}, agreement number", "on record")


def _of_capacity(stamp: Stamp, what: str, expected: str) -> Verdict:
    number = stamp[AGREEMENT_NUMBER]
    if number:
        return Verdict.passed(stamp, expected=f"{what} {expected}", actual=f"{what} {number}")
    return Verdict.failed(
        stamp,
        causes=("agreement-number-missing",),
        expected=f"{what} {expected}",
        actual=f"{what} empty",
        message=(
            "Capacity was asked for with an empty agreement number, which Azure refuses, and "
            "neither inventory nor attestation shows one."
        ),
    )
