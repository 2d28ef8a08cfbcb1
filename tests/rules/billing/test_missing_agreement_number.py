"""AZS-BI-004: a number on record passes, an empty one fails, silence asks a person."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel
from stampcheck_rules.billing.missing_agreement_number import missing_agreement_number as rule

CAPACITY = {"REGISTRATION_PRESENT": True, "BILLING_MODEL": BillingModel.CAPACITY}


@pytest.mark.parametrize("number", ["on record", "ends in 42"])
def test_a_number_on_record_passes(number: str) -> None:
    found = judge(rule, stamp(**CAPACITY, AGREEMENT_NUMBER=number))

    assert (found.outcome, found.actual) == (
        Outcome.PASS,
        f"Capacity, agreement number {number}",
    )


def test_a_token_that_asked_for_capacity_with_an_empty_number_fails() -> None:
    found = judge(rule, stamp(**CAPACITY, AGREEMENT_NUMBER=""))

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("agreement-number-missing",))


@pytest.mark.parametrize("word", [word for word in BillingModel if word != "Capacity"])
@pytest.mark.parametrize("number", [{}, {"AGREEMENT_NUMBER": ""}])
def test_another_model_needs_none(word: BillingModel, number: dict[str, str]) -> None:
    found = judge(rule, stamp(**CAPACITY | {"BILLING_MODEL": word} | number))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_without_a_registration_there_is_no_model() -> None:
    found = judge(rule, stamp(**CAPACITY | {"REGISTRATION_PRESENT": False}))

    assert found.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ({"AGREEMENT_NUMBER": missing("needs-human", "set it")}, Reason.NEEDS_HUMAN),
        ({"BILLING_MODEL": missing("not-collected")}, Reason.NOT_COLLECTED),
        ({"BILLING_MODEL": missing("ambiguous", "'Barter'")}, Reason.AMBIGUOUS),
        ({"REGISTRATION_PRESENT": missing("access-denied")}, Reason.ACCESS_DENIED),
    ],
)
def test_what_is_not_known_decides_nothing(gap: dict[str, Any], reason: Reason) -> None:
    found = judge(rule, stamp(**CAPACITY | {"AGREEMENT_NUMBER": "on record"} | gap))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, reason)


def test_it_keeps_the_contract() -> None:
    every = [
        stamp(**CAPACITY | {"AGREEMENT_NUMBER": number} | beside)
        for number in ("", "on record")
        for beside in (
            {},
            {"REGISTRATION_PRESENT": False},
            {"BILLING_MODEL": BillingModel.CUSTOM},
        )
    ]
    assert_contract(rule, *every)


def test_its_examples_are_judged_as_they_say() -> None:
    for example in rule.info.examples:
        facts = {fact.name: value for fact, value in example.facts.items()}

        assert judge(rule, stamp(**facts)).outcome is example.outcome
