"""AZS-SU-003: each state says what it still allows; only Enabled passes."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Finding, Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import SubscriptionState
from stampcheck_rules.subscription.inactive_subscription import inactive_subscription

FACTS: dict[str, Any] = {
    "REGISTRATION_PRESENT": True,
    "SUBSCRIPTION_STATE": SubscriptionState.ENABLED,
}


def judged(**facts: Any) -> Finding:
    return judge(inactive_subscription, stamp(**FACTS | facts))


def test_an_enabled_subscription_passes() -> None:
    assert judged().outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("state", "severity", "words"),
    [
        ("Warned", "medium", "Everything still works"),
        ("PastDue", "medium", "payment is due"),
        ("Disabled", "critical", "Only reading and deleting still work"),
        ("Expired", "critical", "1 to 90 days"),
        ("Deleted", "critical", "Nothing works any more"),
    ],
)
def test_each_other_state_fails_and_says_what_still_works(
    state: str, severity: str, words: str
) -> None:
    found = judged(SUBSCRIPTION_STATE=SubscriptionState(state))

    assert (found.outcome, found.severity) == (Outcome.FAIL, severity)
    assert found.causes == ("subscription-not-active",)
    assert found.actual == state
    assert words in found.message


@pytest.mark.parametrize("state", SubscriptionState)
def test_every_state_is_judged(state: SubscriptionState) -> None:
    found = judged(SUBSCRIPTION_STATE=state)

    assert (found.outcome is Outcome.PASS) == (state is SubscriptionState.ENABLED)
    assert found.outcome is not Outcome.UNDETERMINED


@pytest.mark.parametrize("fact", ["REGISTRATION_PRESENT", "SUBSCRIPTION_STATE"])
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "ambiguous", "malformed"])
def test_each_gap_is_undetermined(fact: str, reason: str) -> None:
    found = judged(**{fact: missing(reason)})

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_a_disabled_subscription_fails_before_the_registration_was_seen() -> None:
    found = judged(
        REGISTRATION_PRESENT=missing("access-denied"),
        SUBSCRIPTION_STATE=SubscriptionState.DISABLED,
    )

    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize("state", SubscriptionState)
def test_a_registration_that_is_gone_needs_no_subscription(state: SubscriptionState) -> None:
    found = judged(REGISTRATION_PRESENT=False, SUBSCRIPTION_STATE=state)

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_its_examples_give_their_outcomes() -> None:
    for example in inactive_subscription.info.examples:
        sample = stamp(**{fact.name: value for fact, value in example.facts.items()})
        assert judge(inactive_subscription, sample).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    samples = [
        stamp(SUBSCRIPTION_STATE=state, REGISTRATION_PRESENT=present)
        for state in SubscriptionState
        for present in (True, False)
    ]
    assert_contract(inactive_subscription, *samples)
