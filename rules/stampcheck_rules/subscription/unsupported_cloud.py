"""Azure cloud is not supported."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import AZURE_ENVIRONMENT, REGISTRATION_PRESENT
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
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
        fails_when=(
            "The registration is in Azure Germany: the activation names it, or the subscription "
            "was asked for at an address of that cloud (cloudapi.de)."
        ),
        passes_when=(
            "The cloud is AzureCloud, AzureUSGovernment or AzureChinaCloud. CustomCloud and "
            "AzureUSSec need a person who knows that cloud; another name is undetermined."
        ),
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        undetermined_when=(
            "The cloud is CustomCloud or AzureUSSec, which takes a person who knows it, or its "
            "name is not a known one."
        ),
        causes=("germany-cloud",),
        remediation=(
            "Register the stamp with a subscription of AzureCloud, AzureUSGovernment or "
            "AzureChinaCloud."
        ),
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=(
            Example(Outcome.FAIL, _FACTS | {AZURE_ENVIRONMENT: "AzureGermanCloud"}),
            Example(Outcome.PASS, _FACTS),
            Example(Outcome.NOT_APPLICABLE, _FACTS | {REGISTRATION_PRESENT: False}),
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
    else:
        yield _unclear(stamp, name, is_custom=word in _CUSTOM)


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


def _unclear(stamp: Stamp, name: str, *, is_custom: bool) -> Verdict:
    custom = "A cloud of its own: whoever runs it must say whether it takes registrations."
    other = "This name of a cloud is not known, so nothing says that it takes registrations."
    return Verdict.undetermined(
        stamp,
        reason=Reason.NEEDS_HUMAN if is_custom else Reason.AMBIGUOUS,
        expected=_EXPECTED,
        actual=name[:80],
        message=custom if is_custom else other,
    )
