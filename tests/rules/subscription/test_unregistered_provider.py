"""AZS-SU-004: registered or not; what is in progress is neither."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Finding, Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck_rules.subscription.unregistered_provider import unregistered_provider

FACTS: dict[str, Any] = {"REGISTRATION_PRESENT": True, "PROVIDER_STATE": "Registered"}


def judged(**facts: Any) -> Finding:
    return judge(unregistered_provider, stamp(**FACTS | facts))


@pytest.mark.parametrize("state", ["Registered", "registered", " REGISTERED "])
def test_a_registered_provider_passes(state: str) -> None:
    assert judged(PROVIDER_STATE=state).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "state", ["NotRegistered", "Unregistered", "Unregistering", "notregistered"]
)
def test_a_provider_that_is_not_registered_or_about_to_be_fails(state: str) -> None:
    found = judged(PROVIDER_STATE=state)

    assert (found.outcome, found.severity) == (Outcome.FAIL, "high")
    assert (found.causes, found.actual) == (("provider-not-registered",), state)


@pytest.mark.parametrize(("state", "words"), [("Registering", "in progress"), ("Odd", "not known")])
def test_a_step_in_progress_or_an_unfamiliar_word_is_undetermined(state: str, words: str) -> None:
    found = judged(PROVIDER_STATE=state)

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)
    assert words in found.message


@given(st.text(max_size=1024))
def test_only_one_word_passes(state: str) -> None:
    found = judged(PROVIDER_STATE=state)

    assert len(found.actual) < 1024 // 8
    assert (found.outcome is Outcome.PASS) == (state.strip().lower() == "registered")


def test_it_fails_before_the_registration_could_be_read() -> None:
    found = judged(PROVIDER_STATE="NotRegistered", REGISTRATION_PRESENT=missing("absent-in-answer"))

    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize("fact", ["REGISTRATION_PRESENT", "PROVIDER_STATE"])
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "unreachable"])
def test_each_gap_is_undetermined(fact: str, reason: str) -> None:
    found = judged(**{fact: missing(reason)})

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_a_registration_that_is_gone_needs_no_provider() -> None:
    found = judged(REGISTRATION_PRESENT=False, PROVIDER_STATE="NotRegistered")

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_its_examples_give_their_outcomes() -> None:
    for example in unregistered_provider.info.examples:
        sample = stamp(**{fact.name: value for fact, value in example.facts.items()})
        assert judge(unregistered_provider, sample).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    samples = [
        stamp(PROVIDER_STATE=state, REGISTRATION_PRESENT=present)
        for state in ("Registered", "NotRegistered", "Registering", "?")
        for present in (True, False)
    ]
    assert_contract(unregistered_provider, *samples)
