"""AZS-SU-006: production beside test, by what the inventory declares and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Consequence, Finding, Outcome, Reason, SeenRegistration, Source
from stampcheck.testing import Sample, assert_contract, judge_all, missing, stamp
from stampcheck.values import Environment
from stampcheck_rules.subscription.mixed_subscription import mixed_subscription

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
    return {one.stamp: one.outcome for one in judge_all(mixed_subscription, samples)}


def only(*samples: Sample) -> Finding:
    found = judge_all(mixed_subscription, samples)
    assert len({(one.outcome, one.message) for one in found}) == 1
    return found[0]


def test_a_mixed_subscription_fails_for_each_of_its_stamps_and_names_them_by_use() -> None:
    found = only(member("a", P), member("b", T), member("c", UNDECLARED))

    assert (found.outcome, found.severity) == (Outcome.FAIL, "low")
    assert found.causes == ("production-and-test-mixed",)
    assert found.actual == "production: a; development: b"
    assert ONE in found.message


@pytest.mark.parametrize("use", [P, T])
def test_stamps_of_one_use_pass(use: Environment) -> None:
    assert only(member("a", use), member("b", use)).outcome is Outcome.PASS


def test_separate_subscriptions_pass() -> None:
    found = outcomes(member("a", P), member("b", T, SUBSCRIPTION_ID=TWO))

    assert set(found.values()) == {Outcome.PASS}


def test_what_is_not_declared_matters_only_beside_others() -> None:
    assert outcomes(member("a")) == {"a": Outcome.PASS}
    beside = only(member("a"), member("b", P))
    assert (beside.outcome, beside.reason) == (Outcome.UNDETERMINED, Reason.NEEDS_HUMAN)
    assert "what these are for: a." in beside.message


def test_without_an_inventory_it_does_not_apply() -> None:
    samples = [
        member("a", HAS_INVENTORY=False),
        member("b", HAS_INVENTORY=False, SUBSCRIPTION_ID=missing("access-denied")),
    ]

    assert set(outcomes(*samples).values()) == {Outcome.NOT_APPLICABLE}


def test_one_stamp_under_two_names_is_the_fault_of_another_rule() -> None:
    found = only(member("a", P, CLOUD_ID="x"), member("b", T, CLOUD_ID="x"))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-ID-001" in found.message


def test_a_third_stamp_of_no_declared_use_does_not_tell_a_duplicate_apart() -> None:
    found = outcomes(member("a", P, CLOUD_ID="x"), member("b", T, CLOUD_ID="x"), member("c"))

    assert set(found.values()) == {Outcome.UNDETERMINED}


@pytest.mark.parametrize("fact", ["CLOUD_ID", "REGISTRATION_PRESENT"])
def test_a_neighbour_that_is_not_proven_leaves_both_undetermined(fact: str) -> None:
    found = judge_all(
        mixed_subscription, [member("a", P), member("b", T, **{fact: missing("access-denied")})]
    )

    assert {(one.outcome, str(one.reason)) for one in found} == {
        (Outcome.UNDETERMINED, "access-denied")
    }


def test_a_stamp_without_a_registration_neither_mixes_nor_counts() -> None:
    found = outcomes(member("a", P), member("b", T, REGISTRATION_PRESENT=False))

    assert found == {"a": Outcome.PASS, "b": Outcome.NOT_APPLICABLE}


def test_a_stamp_of_an_unknown_subscription_keeps_the_others_from_passing() -> None:
    found = outcomes(member("a", P), member("b", P, SUBSCRIPTION_ID=missing("access-denied")))

    assert set(found.values()) == {Outcome.UNDETERMINED}


def test_a_registration_that_nobody_claims_has_no_use() -> None:
    source = Source("list.json", "value[0]")
    stray = SeenRegistration(id="/r", name="r", subscription=ONE, cloud_id="x", source=source)
    found = judge_all(mixed_subscription, [member("a", P)], [stray])

    assert [one.outcome for one in found] == [Outcome.PASS]


def test_five_names_of_each_use_are_told_and_the_rest_counted() -> None:
    found = only(member("z", T), *(member(f"s{number}", P) for number in range(9)))

    assert found.actual == "production: s0, s1, s2, s3, s4 and 4 more; development: z"


STATES = st.fixed_dictionaries(
    {
        "SUBSCRIPTION_ID": st.sampled_from([ONE, ONE, TWO, missing("not-collected")]),
        "CLOUD_ID": st.sampled_from(["x", "y", "z", missing("not-collected")]),
        "ENVIRONMENT": st.sampled_from([P, T, UNDECLARED]),
        "REGISTRATION_PRESENT": st.sampled_from([True, True, False, missing("not-collected")]),
        "HAS_INVENTORY": st.sampled_from([True, True, True, False, missing("not-collected")]),
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

    told = judge_all(mixed_subscription, samples)
    assert {one.stamp: one for one in told} == {
        one.stamp: one for one in judge_all(mixed_subscription, mixed)
    }


@given(st.lists(st.sampled_from([P, T, UNDECLARED]), min_size=1, max_size=6))
def test_stamps_of_one_subscription_are_all_told_the_same(uses: list[object]) -> None:
    found = set(outcomes(*(member(f"s{place}", use) for place, use in enumerate(uses))).values())

    if P in uses and T in uses:
        assert found == {Outcome.FAIL}
    elif UNDECLARED in uses and len(uses) > 1:
        assert found == {Outcome.UNDETERMINED}
    else:
        assert found == {Outcome.PASS}


def test_its_examples_give_their_outcomes() -> None:
    for example in mixed_subscription.info.examples:
        stamps = [
            stamp(f"s{place}", **{fact.name: value for fact, value in facts.items()})
            for place, facts in enumerate((example.facts, *example.others))
        ]
        assert judge_all(mixed_subscription, stamps)[0].outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    samples = (
        member("a", P),
        member("a"),
        member("a", P, HAS_INVENTORY=False),
        member("a", T, REGISTRATION_PRESENT=False),
    )
    assert_contract(mixed_subscription, *samples)


def test_usage_reporting_itself_is_not_at_risk() -> None:
    assert mixed_subscription.info.consequences == (Consequence.SUPPORT,)
