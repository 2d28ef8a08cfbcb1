"""Registration was moved to another subscription."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_PRESENT,
    ONE_PARTNER_ID,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    SUBSCRIPTION_OFFER,
    ResourceId,
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

_PARTNER: Final = frozenset(("csp", "cspdevtest"))
_NO_PARTNER: Final = frozenset(
    (
        "aad",
        "azureforstudents",
        "azureinopen",
        "azurepass",
        "default",
        "dreamspark",
        "enterpriseagreement",
        "freetrial",
        "internal",
        "mpn",
        "msdn",
        "msdndevtest",
        "payasyougo",
        "sponsored",
    )
)
_CLOUD: Final = "5bf881b2-1111-4000-8000-000000000001"
_BELOW: Final = (
    "/resourceGroups/azurestack/providers/Microsoft.AzureStack/registrations/contoso-ams"
)
_HERE: Final = ResourceId.parse(f"/subscriptions/0b2a1c3d-1111-4000-8000-000000000001{_BELOW}")
_THERE: Final = ResourceId.parse(f"/subscriptions/0b2a1c3d-1111-4000-8000-000000000002{_BELOW}")
_STAYED: Final[dict[Fact[Any], Any]] = {
    ACTIVATION_PRESENT: True,
    REGISTRATION_PRESENT: True,
    ACTIVATED_REGISTRATION: _HERE,
    REGISTRATION_ID: _HERE,
    STAMP_CLOUD_ID: _CLOUD,
    REGISTRATION_CLOUD_ID: _CLOUD,
    SUBSCRIPTION_OFFER: "EnterpriseAgreement_2014-09-01",
}
_LEFT: Final = _STAYED | {REGISTRATION_ID: _THERE}
_LEFT_A_PARTNER: Final = _LEFT | {SUBSCRIPTION_OFFER: "CSP_2015-05-01"}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, _LEFT),
    Example(Outcome.PASS, _STAYED),
    Example(Outcome.FAIL, _LEFT_A_PARTNER | {ONE_PARTNER_ID: False}),
    Example(Outcome.PASS, _LEFT_A_PARTNER | {ONE_PARTNER_ID: True}),
    Example(Outcome.UNDETERMINED, _LEFT_A_PARTNER),
    Example(Outcome.NOT_APPLICABLE, {REGISTRATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-TE-003",
        title="Registration was moved to another subscription",
        severity=Severity.HIGH,
        rationale=(
            "A registration may leave its subscription only between CSP subscriptions of one "
            "Partner ID; otherwise the stamp has to be removed and registered anew."
        ),
        needs=(ACTIVATION_PRESENT, REGISTRATION_PRESENT, ACTIVATED_REGISTRATION, REGISTRATION_ID),
        uses=(STAMP_CLOUD_ID, REGISTRATION_CLOUD_ID, SUBSCRIPTION_OFFER, ONE_PARTNER_ID),
        fails_when=(
            "The activation names another subscription than the one in which the registration with "
            "this Cloud ID stands, and that one is no CSP subscription, or a person attests that "
            "the two have different Partner IDs."
        ),
        passes_when=(
            "Activation and Azure name the same subscription; or the registration moved to a CSP "
            "subscription, and a person attests that both have one Partner ID."
        ),
        not_applicable_when="One side is proven missing (AZS-RG-001 fails).",
        undetermined_when=(
            "The subscriptions differ, and the one in which Azure holds the registration is of "
            "CSP (and nobody attests one Partner ID), or its offer is not a known one; or the"
            " registration has another Cloud ID; or STAMP_CLOUD_ID, REGISTRATION_CLOUD_ID or "
            "SUBSCRIPTION_OFFER is missing."
        ),
        causes=("subscription-changed-without-removing", "move-between-subscriptions"),
        remediation=(
            "Remove the registration, then register the stamp in the subscription that it is to "
            "have."
        ),
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=_EXAMPLES,
        source=(
            "register-azure-stack-hub.md#move-a-registration-resource; "
            "register-azure-stack-hub.md#change-the-subscription-you-use"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("verify-azure-stack-hub-registration", "ff89c8b7803390fc"),
            Passage("change-the-subscription-you-use", "b351bb4c29460ef6"),
            Passage("move-a-registration-resource", "8f16648d53a102ce"),
        ),
    )
)
def moved_registration(stamp: Stamp) -> Iterator[Verdict]:
    """Azure refuses a second registration of a Cloud ID, so where one stands, there it went."""
    if stamp.denies(ACTIVATION_PRESENT) or stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(
            stamp, message="One of the two is proven missing, which AZS-RG-001 judges."
        )
        return
    named, seen = stamp[ACTIVATED_REGISTRATION], stamp[REGISTRATION_ID]
    if named.subscription == seen.subscription:
        yield Verdict.passed(stamp, expected=named.subscription, actual=seen.subscription)
    else:
        yield _moved(stamp, named, seen)


def _moved(stamp: Stamp, named: ResourceId, seen: ResourceId) -> Verdict:
    both = f"The activation names {named}, Azure holds {seen}"
    if stamp[STAMP_CLOUD_ID] != stamp[REGISTRATION_CLOUD_ID]:
        text = f"{both}, but for another Cloud ID than the stamp's."
        return _open(stamp, Reason.AMBIGUOUS, named, seen, text)
    offer = stamp[SUBSCRIPTION_OFFER]
    family = offer.partition("_")[0].lower()
    if family in _PARTNER:
        return _between_partners(stamp, named, seen, both)
    if family not in _NO_PARTNER:
        text = f"{both}; whether its offer {offer[:60]!r} is one of CSP is not known."
        return _open(stamp, Reason.AMBIGUOUS, named, seen, text)
    return Verdict.failed(
        stamp,
        causes=("move-between-subscriptions", "subscription-changed-without-removing"),
        expected=named.subscription,
        actual=seen.subscription,
        message=f"{both} for this Cloud ID: another subscription, which is no CSP one.",
    )


def _between_partners(stamp: Stamp, named: ResourceId, seen: ResourceId, both: str) -> Verdict:
    """A move to CSP is lawful within one Partner ID, which only a person can tell."""
    attested = stamp.witness(ONE_PARTNER_ID)
    if not isinstance(attested, Known):
        text = (
            f"{both} in a CSP subscription: lawful where both have one Partner ID; {attested.why}."
        )
        return _open(stamp, Reason.NEEDS_HUMAN, named, seen, text)
    if attested.value:
        return Verdict.passed(
            stamp,
            expected="one Partner ID",
            actual="one Partner ID",
            message=f"{both} in a CSP subscription of the same Partner ID, as a person attests.",
        )
    return Verdict.failed(
        stamp,
        causes=("move-between-subscriptions", "subscription-changed-without-removing"),
        expected="one Partner ID",
        actual="two Partner IDs",
        message=f"{both} in a CSP subscription of another Partner ID, as a person attests.",
    )


def _open(
    stamp: Stamp, reason: Reason, named: ResourceId, seen: ResourceId, message: str
) -> Verdict:
    return Verdict.undetermined(
        stamp,
        reason=reason,
        expected=named.subscription,
        actual=seen.subscription,
        message=message,
    )
