"""Resource provider is not registered."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import PROVIDER_STATE, REGISTRATION_PRESENT
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

_EXPECTED: Final = "Registered"
_NOT_REGISTERED: Final = ("notregistered", "unregistered", "unregistering")
_FACTS: Final[dict[Fact[Any], Any]] = {REGISTRATION_PRESENT: True, PROVIDER_STATE: "Registered"}


@stamp_rule(
    RuleInfo(
        id="AZS-SU-004",
        title="Resource provider is not registered",
        severity=Severity.HIGH,
        rationale=(
            "Without the provider Microsoft.AzureStack the subscription answers no request about "
            "registrations: neither the stamp nor the script can reach what is registered."
        ),
        needs=(REGISTRATION_PRESENT, PROVIDER_STATE),
        fails_when=(
            "The provider is NotRegistered, Unregistered or Unregistering in the subscription of "
            "the registration, or a request there was refused for that reason."
        ),
        passes_when=(
            "It is Registered. Registering is in progress and undetermined, and so is any other "
            "word."
        ),
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        undetermined_when=(
            "The provider is Registering, or in a state that stampcheck does not know."
        ),
        causes=("provider-not-registered",),
        remediation="Register the provider Microsoft.AzureStack in the subscription.",
        consequences=(Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=(
            Example(Outcome.FAIL, _FACTS | {PROVIDER_STATE: "NotRegistered"}),
            Example(Outcome.PASS, _FACTS),
            Example(Outcome.NOT_APPLICABLE, _FACTS | {REGISTRATION_PRESENT: False}),
            Example(Outcome.UNDETERMINED, _FACTS | {PROVIDER_STATE: "Registering"}),
        ),
        source="register-azure-stack-hub.md#register-with-pay-as-you-use-billing",
        reviewed="2026-11-22",
        passages=(
            Passage("verify-your-credentials", "7267b18e326d544f"),
            Passage("register-with-pay-as-you-use-billing", "25356141761e45f6"),
            Passage("register-with-pay-as-you-use-billing", "2cc4728481158ad4"),
        ),
    )
)
def unregistered_provider(stamp: Stamp) -> Iterator[Verdict]:
    """Judge the state without regard to case; a step in progress is neither."""
    if stamp.denies(REGISTRATION_PRESENT):
        message = "There is no registration in Azure that would need the provider."
        yield Verdict.not_applicable(stamp, message=message)
        return
    stamp.undisputed(REGISTRATION_PRESENT)
    state = stamp[PROVIDER_STATE]
    word = state.strip().lower()
    if word == _EXPECTED.lower():
        yield Verdict.passed(stamp, expected=_EXPECTED, actual=state)
    elif word in _NOT_REGISTERED:
        yield _not_registered(stamp, state)
    else:
        yield _unclear(stamp, state, in_progress=word == "registering")


def _not_registered(stamp: Stamp, state: str) -> Verdict:
    return Verdict.failed(
        stamp,
        causes=("provider-not-registered",),
        expected=_EXPECTED,
        actual=state,
        message=(
            "The subscription does not serve Microsoft.AzureStack: registering, renewing and "
            "syndication are refused until the provider is registered there."
        ),
    )


def _unclear(stamp: Stamp, state: str, *, in_progress: bool) -> Verdict:
    running = "The registration of the provider is in progress; look again in some minutes."
    return Verdict.undetermined(
        stamp,
        reason=Reason.AMBIGUOUS,
        expected=_EXPECTED,
        actual=state[:80],
        message=running if in_progress else "This state of a provider is not known.",
    )
