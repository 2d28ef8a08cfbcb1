"""AZS-SU-005: who shares a subscription, told once, and only where two stamps are proven."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Consequence, Finding, Outcome, SeenRegistration, Source
from stampcheck.testing import Sample, assert_contract, judge_all, missing, stamp
from stampcheck.values import Environment
from stampcheck_rules.subscription.mixed_subscription import mixed_subscription
from stampcheck_rules.subscription.shared_subscription import shared_subscription

P, T = Environment.PRODUCTION, Environment.DEVELOPMENT
UNDECLARED = missing("not-collected", "the inventory does not declare it")
ONE, TWO = (f"0b2a1c3d-1111-4000-8000-00000000000{number}" for number in (1, 2))


def member(name: str, use: object = UNDECLARED, **facts: Any) -> Sample:
    told = {
        "SUBSCRIPTION_ID": ONE,
        "CLOUD_ID": f"cloud-{name}",
        "ENVIRONMENT": use,
        "REGISTRATION_PRESENT": True,
        "HAS_INVENTORY": True,
    }
    return stamp(name, **told | facts)


def outcomes(*samples: Sample) -> dict[str, Outcome]:
    return {one.stamp: one.outcome for one in judge_all(shared_subscription, samples)}


def only(*samples: Sample) -> Finding:
    """What all of them are told, in the same words but for the names."""
    found = judge_all(shared_subscription, samples)
    assert len({one.outcome for one in found}) == 1
    return found[0]


def test_a_subscription_for_each_passes() -> None:
    found = outcomes(member("a", P), member("b", P, SUBSCRIPTION_ID=TWO))

    assert found == {"a": Outcome.PASS, "b": Outcome.PASS}


@pytest.mark.parametrize("uses", [(P, P), (T, T), (UNDECLARED, P), (UNDECLARED, UNDECLARED)])
def test_two_stamps_of_one_use_fail_and_name_each_other(uses: tuple[object, object]) -> None:
    found = only(member("a", uses[0]), member("b", uses[1]))

    assert (found.outcome, found.severity) == (Outcome.FAIL, "low")
    assert found.causes == ("subscription-shared",)
    assert "also bills b;" in found.message


def test_production_and_test_alone_are_the_fault_of_the_other_rule() -> None:
    found = only(member("a", P), member("b", T))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-SU-006" in found.message


def test_two_for_production_and_one_for_test_are_two_faults_with_one_failure_each() -> None:
    samples = [member("a", P), member("b", P), member("c", T)]

    assert outcomes(*samples) == {
        "a": Outcome.FAIL,
        "b": Outcome.FAIL,
        "c": Outcome.NOT_APPLICABLE,
    }
    mixed = judge_all(mixed_subscription, samples)
    assert {one.outcome for one in mixed} == {Outcome.FAIL}


def test_one_stamp_under_two_names_is_the_fault_of_another_rule() -> None:
    found = only(member("a", P, CLOUD_ID="x"), member("b", T, CLOUD_ID="x"))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-ID-001" in found.message
    again = outcomes(member("a", CLOUD_ID="x"), member("b", CLOUD_ID="x"), member("c"))
    assert set(again.values()) == {Outcome.FAIL}


@pytest.mark.parametrize("fact", ["CLOUD_ID", "REGISTRATION_PRESENT"])
def test_a_neighbour_that_is_not_proven_leaves_both_undetermined(fact: str) -> None:
    found = judge_all(
        shared_subscription, [member("a"), member("b", **{fact: missing("access-denied", "no")})]
    )

    assert {(one.outcome, str(one.reason)) for one in found} == {
        (Outcome.UNDETERMINED, "access-denied")
    }


def test_a_stamp_without_a_registration_neither_shares_nor_counts() -> None:
    found = outcomes(member("a"), member("b", REGISTRATION_PRESENT=False))

    assert found == {"a": Outcome.PASS, "b": Outcome.NOT_APPLICABLE}


def test_a_stamp_of_an_unknown_subscription_keeps_the_others_from_passing() -> None:
    found = outcomes(member("a"), member("b", SUBSCRIPTION_ID=missing("access-denied")))

    assert set(found.values()) == {Outcome.UNDETERMINED}


def test_a_registration_that_nobody_claims_is_the_fault_of_another_rule() -> None:
    source = Source("list.json", "value[0]")
    stray = SeenRegistration(id="/r", name="r", subscription=ONE, cloud_id="", source=source)
    found = judge_all(shared_subscription, [member("a")], [stray])

    assert [one.outcome for one in found] == [Outcome.PASS]


def test_five_names_are_told_and_the_rest_counted() -> None:
    found = only(*(member(f"s{number}", P) for number in range(9)))

    assert "bills s1, s2, s3, s4, s5 and 3 more;" in found.message


STATES = st.fixed_dictionaries(
    {
        "SUBSCRIPTION_ID": st.sampled_from([ONE, ONE, TWO, missing("not-collected")]),
        "CLOUD_ID": st.sampled_from(["x", "y", "z", missing("not-collected")]),
        "ENVIRONMENT": st.sampled_from([P, T, UNDECLARED]),
        "REGISTRATION_PRESENT": st.sampled_from([True, True, False, missing("not-collected")]),
        "HAS_INVENTORY": st.just(value=True),
    }
)
FLEETS = st.lists(STATES, min_size=1, max_size=5)


def fleet_of(states: list[dict[str, Any]]) -> list[Sample]:
    return [stamp(f"s{place}", **facts) for place, facts in enumerate(states)]


@given(FLEETS, st.data())
def test_taking_a_fact_of_any_stamp_away_makes_no_pass_and_no_failure_of_a_pass(
    states: list[dict[str, Any]], data: st.DataObject
) -> None:
    before = outcomes(*fleet_of(states))
    victim = data.draw(st.sampled_from(states))
    fact = data.draw(st.sampled_from(sorted(victim)))
    after = outcomes(
        *fleet_of([one | {fact: missing("stale")} if one is victim else one for one in states])
    )

    for name, outcome in after.items():
        assert outcome is not Outcome.PASS or before[name] is Outcome.PASS
        assert (before[name], outcome) != (Outcome.PASS, Outcome.FAIL)


@given(FLEETS, st.randoms())
def test_it_does_not_depend_on_the_order_of_the_evidence(
    states: list[dict[str, Any]], dice: Any
) -> None:
    samples = fleet_of(states)
    mixed = list(samples)
    dice.shuffle(mixed)

    told = judge_all(shared_subscription, samples)
    assert {one.stamp: one for one in told} == {
        one.stamp: one for one in judge_all(shared_subscription, mixed)
    }


@given(FLEETS)
def test_it_fails_exactly_where_two_proven_stamps_of_one_use_share(
    states: list[dict[str, Any]],
) -> None:
    def proven(one: dict[str, Any]) -> bool:
        return isinstance(one["CLOUD_ID"], str) and one["REGISTRATION_PRESENT"] is True

    def shares(one: dict[str, Any], other: dict[str, Any]) -> bool:
        uses = {one["ENVIRONMENT"], other["ENVIRONMENT"]}
        fits = len(uses) == 1 or UNDECLARED in uses
        return fits and one["SUBSCRIPTION_ID"] == other["SUBSCRIPTION_ID"] in (ONE, TWO)

    found = outcomes(*fleet_of(states))
    for place, one in enumerate(states):
        partners = [other for other in states if proven(other) and shares(one, other)]
        clouds = {other["CLOUD_ID"] for other in partners}
        fails = proven(one) and len(clouds) > 1
        assert (found[f"s{place}"] is Outcome.FAIL) == fails


def test_its_examples_give_their_outcomes() -> None:
    for example in shared_subscription.info.examples:
        stamps = [
            stamp(f"s{place}", **{fact.name: value for fact, value in facts.items()})
            for place, facts in enumerate((example.facts, *example.others))
        ]
        assert judge_all(shared_subscription, stamps)[0].outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    samples = (member("a", P), member("a"), member("a", T, REGISTRATION_PRESENT=False))
    assert_contract(shared_subscription, *samples)


def test_usage_reporting_itself_is_not_at_risk() -> None:
    assert shared_subscription.info.consequences == (Consequence.SUPPORT,)
