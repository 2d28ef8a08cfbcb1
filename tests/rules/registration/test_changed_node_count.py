"""AZS-RG-005: nodes now against nodes then, of capacity billing only."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Known, Outcome, Reason, Source
from stampcheck.testing import Sample, assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel
from stampcheck_rules.registration.changed_node_count import changed_node_count


def sample(now: int = 4, then: int = 4, /, **facts: Any) -> Sample:
    told = {
        "ACTIVATION_PRESENT": True,
        "REGISTRATION_PRESENT": True,
        "BILLING_MODEL": BillingModel.CAPACITY,
        "NODES": now,
        "NODES_AT_REGISTRATION": Known(then, Source("inventory", "nodes_at_registration")),
    }
    return stamp("ams", **told | facts)


@given(st.integers(1, 64), st.integers(1, 64))
def test_equal_numbers_pass_and_others_fail(now: int, then: int) -> None:
    found = judge(changed_node_count, sample(now, then))

    assert found.outcome is (Outcome.PASS if now == then else Outcome.FAIL)
    assert ("more" in found.message) is (now > then)
    assert ("fewer" in found.message) is (now < then)
    assert ("not supported" in found.message) is (now < then)


def test_a_failure_says_how_many_and_who_told_the_former_number() -> None:
    found = judge(changed_node_count, sample(5, 4))

    assert found.causes == ("nodes-changed-without-re-registering",)
    assert (found.expected, found.actual) == (
        "4 nodes (by inventory nodes_at_registration)",
        "5 nodes",
    )
    assert "5 nodes, 1 more than the 4" in found.message
    assert judge(changed_node_count, sample(1, 4)).actual == "1 node"


@pytest.mark.parametrize("model", [model for model in BillingModel if model != "Capacity"])
def test_other_billing_models_do_not_count_nodes(model: BillingModel) -> None:
    found = judge(changed_node_count, sample(8, 4, BILLING_MODEL=model))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert model.value in found.message
    assert judge(changed_node_count, stamp(BILLING_MODEL=model)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("side", ["ACTIVATION_PRESENT", "REGISTRATION_PRESENT"])
def test_what_is_not_registered_recorded_no_nodes(side: str) -> None:
    found = judge(changed_node_count, stamp(**{side: False}))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-RG-001" in found.message


@pytest.mark.parametrize("reason", ["not-collected", "ambiguous"])
@pytest.mark.parametrize("fact", [fact.name for fact in changed_node_count.info.needs])
def test_every_gap_is_undetermined(fact: str, reason: str) -> None:
    found = judge(changed_node_count, sample(**{fact: missing(reason)}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_it_keeps_the_contract() -> None:
    assert_contract(
        changed_node_count,
        sample(),
        sample(5, 4),
        sample(3, 4),
        sample(BILLING_MODEL=BillingModel.CUSTOM),
        sample(REGISTRATION_PRESENT=False),
    )
