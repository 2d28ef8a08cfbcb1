"""Azure cloud is not supported."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import AZURE_ENVIRONMENT, CLOUD_SUPPORTED, REGISTRATION_PRESENT
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

_EXPECTED: Final = "AzureCloud, AzureUSGovernment or AzureChinaCloud"
_SUPPORTED: Final = ("azurecloud", "azureusgovernment", "azurechinacloud")
_CUSTOM: Final = ("customcloud", "azureussec")
_GERMANY: Final = ("azuregermancloud", "azuregermany")
_FACTS: Final[dict[Fact[Any], Any]] = {REGISTRATION_PRESENT: True, AZURE_ENVIRONMENT: "AzureCloud"}


@stamp_rule(
    RuleInfo(
        id="AZS-SU-002",
        title="Azure cloud is not supported",
        severity=Severity.HIGH,
        rationale=(
            "Registration works in three clouds. Azure Germany is none of them, and closed since "
            "October 2021: what names it reaches nobody."
        ),
        needs=(REGISTRATION_PRESENT, AZURE_ENVIRONMENT),
        uses=(CLOUD_SUPPORTED,),
        fails_when=(
            "The registration is in Azure Germany: the activation names it, or the subscription "
            "was asked for at an address of that cloud (cloudapi.de); or it is in a cloud of its "
            "own that takes no registrations, as a person attests."
        ),
        passes_when=(
            "The cloud is AzureCloud, AzureUSGovernment or AzureChinaCloud; or CustomCloud or "
            "AzureUSSec, and a person who knows that cloud attests that it takes registrations."
        ),
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        undetermined_when=(
            "The cloud is CustomCloud or AzureUSSec, and nobody who knows it attests whether it "
            "takes registrations, or its name is not a known one."
        ),
        causes=("germany-cloud", "cloud-not-supported"),
        remediation=(
            "Register the stamp with a subscription of AzureCloud, AzureUSGovernment or "
            "AzureChinaCloud."
        ),
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=(
            Example(Outcome.FAIL, _FACTS | {AZURE_ENVIRONMENT: "AzureGermanCloud"}),
            Example(Outcome.PASS, _FACTS),
            Example(Outcome.NOT_APPLICABLE, _FACTS | {REGISTRATION_PRESENT: False}),
            Example(
                Outcome.FAIL,
                _FACTS | {AZURE_ENVIRONMENT: "CustomCloud", CLOUD_SUPPORTED: False},
            ),
            Example(
                Outcome.PASS,
                _FACTS | {AZURE_ENVIRONMENT: "CustomCloud", CLOUD_SUPPORTED: True},
            ),
            Example(Outcome.UNDETERMINED, _FACTS | {AZURE_ENVIRONMENT: "CustomCloud"}),
        ),
        source=(
            "register-azure-stack-hub.md#verify-your-credentials; newer: "
            "https://learn.microsoft.com/azure-stack/operator/azure-stack-registration"
        ),
        reviewed="2026-11-22",
        passages=(
            Passage("verify-your-credentials", "804c938fdae5e646"),
            Passage("register-with-pay-as-you-use-billing", "5fbd88ff159a7cd7"),
        ),
    )
)
def unsupported_cloud(stamp: Stamp) -> Iterator[Verdict]:
    """Judge the name of the cloud without regard to case."""
    if stamp.denies(REGISTRATION_PRESENT):
        yield Verdict.not_applicable(stamp, message="There is no registration in any cloud.")
        return
    name = stamp[AZURE_ENVIRONMENT]
    word = name.strip().lower()
    if word in _GERMANY:
        yield _germany(stamp, name)
    elif word in _SUPPORTED:
        yield Verdict.passed(stamp, expected=_EXPECTED, actual=name)
    elif word in _CUSTOM:
        yield _of_its_own(stamp, name)
    else:
        text = "This name of a cloud is not known, so nothing says that it takes registrations."
        yield _unclear(stamp, name, Reason.AMBIGUOUS, text)


def _germany(stamp: Stamp, name: str) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("germany-cloud",),
        expected=_EXPECTED,
        actual=name,
        message=(
            "Subscriptions of Azure Germany are not supported, and that cloud is closed: the "
            "stamp can neither report usage nor be renewed there."
        ),
    )


def _of_its_own(stamp: Stamp, name: str) -> Verdict:
    """Only whoever runs a cloud of its own knows whether it takes registrations."""
    attested = stamp.witness(CLOUD_SUPPORTED)
    if not isinstance(attested, Known):
        text = "A cloud of its own: whoever runs it must say whether it takes registrations"
        return _unclear(stamp, name, Reason.NEEDS_HUMAN, f"{text}; {attested.why}.")
    if attested.value:
        text = "A cloud of its own that takes registrations, as a person attests."
        return Verdict.passed(stamp, expected=_EXPECTED, actual=name, message=text)
    return Verdict.failed(
        stamp,
        causes=("cloud-not-supported",),
        expected=_EXPECTED,
        actual=name,
        message="A cloud of its own that takes no registrations, as a person attests.",
    )


def _unclear(stamp: Stamp, name: str, reason: Reason, message: str) -> Verdict:
    return Verdict.undetermined(
        stamp, reason=reason, expected=_EXPECTED, actual=name[:80], message=message
    )
