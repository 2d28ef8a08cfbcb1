"""Subscription is not active."""

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import REGISTRATION_PRESENT, SUBSCRIPTION_STATE, SubscriptionState
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

_DISABLED: Final = (
    "Only reading and deleting still work: no re-registration, no activation key, no "
    "marketplace. After 1 to 90 days the subscription is deleted with all that is in it."
)
_ALLOWS: Final = {
    SubscriptionState.WARNED: (
        "Everything still works, but the subscription will be disabled if nothing is done."
    ),
    SubscriptionState.PAST_DUE: (
        "Everything still works, but a payment is due: the subscription will be disabled if "
        "nothing is done."
    ),
    SubscriptionState.DISABLED: _DISABLED,
    SubscriptionState.EXPIRED: _DISABLED,
    SubscriptionState.DELETED: (
        "Nothing works any more: the registration is lost with the subscription, and the stamp "
        "must be registered with another one."
    ),
}
"""What each state still allows (facts/azure.md 5.1)."""

_MILD: Final = (SubscriptionState.WARNED, SubscriptionState.PAST_DUE)
_FACTS: Final[dict[Fact[Any], Any]] = {
    REGISTRATION_PRESENT: True,
    SUBSCRIPTION_STATE: SubscriptionState.ENABLED,
}


@stamp_rule(
    RuleInfo(
        id="AZS-SU-003",
        title="Subscription is not active",
        severity=Severity.CRITICAL,
        rationale=(
            "A registration lives and dies with its subscription: a disabled one takes no usage, "
            "serves no marketplace and refuses any renewal, until it is deleted."
        ),
        needs=(REGISTRATION_PRESENT, SUBSCRIPTION_STATE),
        fails_when=(
            "The state of the subscription is Disabled, Expired or Deleted (critical), or Warned "
            "or PastDue (medium)."
        ),
        passes_when="The state is Enabled.",
        not_applicable_when="The registration is proven absent in Azure (AZS-RG-001 fails).",
        causes=("subscription-not-active",),
        remediation=(
            "Let the owner of the subscription reactivate it, or change to another subscription "
            "before it is deleted."
        ),
        consequences=(Consequence.USAGE, Consequence.MARKETPLACE, Consequence.RENEWAL),
        examples=(
            Example(Outcome.FAIL, _FACTS | {SUBSCRIPTION_STATE: SubscriptionState.DISABLED}),
            Example(Outcome.PASS, _FACTS),
            Example(Outcome.NOT_APPLICABLE, _FACTS | {REGISTRATION_PRESENT: False}),
        ),
        source=(
            "register-azure-stack-hub.md#verify-your-credentials; newer: https://learn.microsoft.com"
            "/azure/cost-management-billing/manage/subscription-states"
        ),
        reviewed="2026-11-22",
        passages=(Passage("verify-your-credentials", "eff54910f4fc9f3e"),),
    )
)
def inactive_subscription(stamp: Stamp) -> Iterator[Verdict]:
    """Only Enabled passes; what the others still allow is said."""
    if stamp.denies(REGISTRATION_PRESENT):
        message = "There is no registration in Azure that a subscription could take along."
        yield Verdict.not_applicable(stamp, message=message)
        return
    stamp.undisputed(REGISTRATION_PRESENT)
    state = stamp[SUBSCRIPTION_STATE]
    if state is SubscriptionState.ENABLED:
        yield Verdict.passed(stamp, expected="Enabled", actual=state.value)
        return
    yield Verdict.failed(
        stamp,
        causes=("subscription-not-active",),
        expected="Enabled",
        actual=state.value,
        message=_ALLOWS[state],
        severity=Severity.MEDIUM if state in _MILD else None,
    )
