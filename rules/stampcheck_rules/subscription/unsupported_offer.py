"""Subscription offer is not supported."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    CONNECTION,
    IS_DEVELOPMENT_KIT,
    REGISTRATION_PRESENT,
    SUBSCRIPTION_OFFER,
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
    stamp_rule,
)

_EXPECTED: Final = "EA, CSP or CSP shared services"
_ENTERPRISE: Final = "enterpriseagreement"
_PARTNER: Final = ("csp", "cspdevtest")
_UNSUPPORTED: Final = {
    "payasyougo": "pay-as-you-go",
    "msdn": "Visual Studio subscribers",
    "mpn": "Microsoft partner network",
    "freetrial": "free trial",
    "azureinopen": "Azure in Open Licensing",
    "azurepass": "Azure pass",
    "sponsored": "sponsorship",
    "dreamspark": "students (DreamSpark)",
    "azureforstudents": "Azure for Students",
    "aad": "directory only",
    "default": "support plan or default",
    "internal": "internal use",
}
"""Offers by the part of the quotaId before its date (facts/azure.md 5.3)."""

_SUPPORTED_FACTS: Final[dict[Fact[Any], Any]] = {
    REGISTRATION_PRESENT: True,
    IS_DEVELOPMENT_KIT: False,
    SUBSCRIPTION_OFFER: "CSP_2015-05-01",
    CONNECTION: Connection.CONNECTED,
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _SUPPORTED_FACTS | {SUBSCRIPTION_OFFER: "PayAsYouGo_2014-09-01"}),
    Example(Outcome.FAIL, _SUPPORTED_FACTS | {CONNECTION: Connection.DISCONNECTED}),
    Example(Outcome.PASS, _SUPPORTED_FACTS),
    Example(Outcome.NOT_APPLICABLE, _SUPPORTED_FACTS | {IS_DEVELOPMENT_KIT: True}),
    Example(
        Outcome.UNDETERMINED, _SUPPORTED_FACTS | {SUBSCRIPTION_OFFER: "MSDNDevTest_2014-09-01"}
    ),
)


@stamp_rule(
    RuleInfo(
        id="AZS-SU-001",
        title="Subscription offer is not supported",
        severity=Severity.HIGH,
        rationale=(
            "Only some kinds of subscription can be billed for a stamp; one of another kind may "
            "refuse the registration, or leave it without support."
        ),
        needs=(REGISTRATION_PRESENT, IS_DEVELOPMENT_KIT, SUBSCRIPTION_OFFER),
        uses=(CONNECTION,),
        fails_when=(
            "The quotaId of the subscription is that of an offer which is not supported, such as "
            "pay-as-you-go, or the stamp is disconnected and the offer is not EA (newer text)."
        ),
        passes_when=(
            "The quotaId is that of CSP, or the one that EA shares with the Azure plan of the "
            "Microsoft Customer Agreement. An unknown quotaId is undetermined: CSP shared "
            "services have none that is published."
        ),
        not_applicable_when=(
            "The stamp is a development kit, or the registration is proven absent (AZS-RG-001)."
        ),
        undetermined_when=(
            "The quotaId is not known, or offers of several agreements share it (MSDNDevTest); "
            "or it is that of CSP, and CONNECTION is not known."
        ),
        causes=("subscription-offer-not-supported",),
        remediation=(
            "Remove the registration and register the stamp with a subscription of a supported "
            "offer."
        ),
        consequences=(Consequence.LICENCE, Consequence.RENEWAL, Consequence.SUPPORT),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#verify-your-credentials; newer: "
            "https://learn.microsoft.com/azure-stack/operator/azure-stack-registration"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("verify-your-credentials", "25a23f00d40aa651"),
            Passage("set-azsregistration", "80c8e21b8f62443f"),
        ),
    )
)
def unsupported_offer(stamp: Stamp) -> Iterator[Verdict]:
    """Judge by the part of the quotaId before its date; a new quotaId is no fault."""
    exempt = _exempt(stamp)
    if exempt:
        yield Verdict.not_applicable(stamp, message=exempt)
        return
    offer = stamp[SUBSCRIPTION_OFFER]
    family = offer.partition("_")[0].strip().lower()
    if family in _UNSUPPORTED:
        yield _unsupported(stamp, offer, family)
    elif family == _ENTERPRISE:
        yield _probably(stamp, offer)
    elif family in _PARTNER:
        yield _partner(stamp, offer)
    else:
        yield _unknown(stamp, offer)


def _exempt(stamp: Stamp) -> str:
    """Why the offer does not matter, or nothing."""
    resource, kit = stamp.witness(REGISTRATION_PRESENT), stamp.witness(IS_DEVELOPMENT_KIT)
    if isinstance(resource, Known) and not resource.value:
        return "There is no registration in Azure that a subscription could be billed for."
    if isinstance(kit, Known) and kit.value:
        return "A development kit may be registered with any offer."
    stamp.undisputed(REGISTRATION_PRESENT)
    return ""


def _unsupported(stamp: Stamp, offer: str, family: str) -> Verdict:
    # A development kit may have it, so that the stamp must be known to be none.
    _ = stamp[IS_DEVELOPMENT_KIT]
    return Verdict.failed(
        stamp,
        causes=("subscription-offer-not-supported",),
        expected=_EXPECTED,
        actual=f"{offer[:80]} ({_UNSUPPORTED[family]})",
        message="This offer may be used to register a development kit, but no integrated system.",
    )


def _probably(stamp: Stamp, offer: str) -> Verdict:
    return Verdict.passed(
        stamp,
        expected=_EXPECTED,
        actual=f"{offer[:80]} (EA, or a Microsoft Customer Agreement)",
        message=(
            "Probably supported: the quotaId is EA's, but the Azure plan of the Microsoft Customer "
            "Agreement has the same one."
        ),
    )


def _partner(stamp: Stamp, offer: str) -> Verdict:
    if stamp[CONNECTION] is Connection.CONNECTED:
        actual = f"{offer[:80]} (CSP)"
        message = "Supported: a CSP subscription of a connected stamp."
        return Verdict.passed(stamp, expected=_EXPECTED, actual=actual, message=message)
    _ = stamp[IS_DEVELOPMENT_KIT]
    return Verdict.failed(
        stamp,
        causes=("subscription-offer-not-supported",),
        expected="EA for a disconnected stamp",
        actual=f"{offer[:80]} (CSP), disconnected",
        message=(
            "The article of 2020 allows CSP without saying more; newer text allows only EA "
            "subscriptions for disconnected stamps."
        ),
    )


def _unknown(stamp: Stamp, offer: str) -> Verdict:
    mixed = offer.lower().startswith("msdndevtest")
    why = (
        "Offers of several agreements share this quotaId, EA dev/test among them"
        if mixed
        else "This quotaId is not known; CSP shared services have none that is published"
    )
    return Verdict.undetermined(
        stamp,
        reason=Reason.AMBIGUOUS,
        expected=_EXPECTED,
        actual=offer[:80],
        message=f"{why}. Ask the owner of the subscription which agreement it belongs to.",
    )
