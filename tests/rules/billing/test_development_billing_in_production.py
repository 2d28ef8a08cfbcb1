"""AZS-BI-003: only the inventory knows what a stamp is for, and a kit is for development."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel, Environment
from stampcheck_rules.billing.development_billing_in_production import (
    development_billing_in_production as rule,
)

HUB = {
    "REGISTRATION_PRESENT": True,
    "BILLING_MODEL": BillingModel.DEVELOPMENT,
    "HAS_INVENTORY": True,
    "IS_DEVELOPMENT_KIT": False,
}
PRODUCTION = {"ENVIRONMENT": Environment.PRODUCTION}
DEVELOPMENT = {"ENVIRONMENT": Environment.DEVELOPMENT}


def test_what_may_be_a_development_kit_does_not_fail() -> None:
    gap = {"IS_DEVELOPMENT_KIT": missing("not-collected")}

    assert judge(rule, stamp(**HUB | PRODUCTION | gap)).outcome is Outcome.UNDETERMINED


def test_development_billing_in_production_fails() -> None:
    found = judge(rule, stamp(**HUB | PRODUCTION))

    assert (found.outcome, found.causes) == (
        Outcome.FAIL,
        ("development-billing-in-production", "inventory-out-of-date"),
    )
    assert found.actual == "Development, production"


def test_development_billing_for_development_passes() -> None:
    assert judge(rule, stamp(**HUB | DEVELOPMENT)).outcome is Outcome.PASS


@pytest.mark.parametrize("word", [word for word in BillingModel if word != "Development"])
@pytest.mark.parametrize("environment", [PRODUCTION, DEVELOPMENT, {}])
def test_another_model_is_not_judged(word: BillingModel, environment: dict[str, Any]) -> None:
    found = judge(rule, stamp(**HUB | environment | {"BILLING_MODEL": word}))

    assert found.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "beside",
    [{"HAS_INVENTORY": False}, {"IS_DEVELOPMENT_KIT": True}, {"REGISTRATION_PRESENT": False}],
)
@pytest.mark.parametrize("environment", [PRODUCTION, {}])
def test_what_is_beside_the_point_is_not_judged(
    beside: dict[str, Any], environment: dict[str, Any]
) -> None:
    assert judge(rule, stamp(**HUB | environment | beside)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ({"ENVIRONMENT": missing("needs-human", "set environment")}, Reason.NEEDS_HUMAN),
        ({"ENVIRONMENT": missing("ambiguous")}, Reason.AMBIGUOUS),
        ({"BILLING_MODEL": missing("ambiguous", "'Barter'")}, Reason.AMBIGUOUS),
        ({"IS_DEVELOPMENT_KIT": missing("not-collected")}, Reason.NOT_COLLECTED),
        ({"REGISTRATION_PRESENT": missing("access-denied")}, Reason.ACCESS_DENIED),
        ({"HAS_INVENTORY": missing("not-collected")}, Reason.NOT_COLLECTED),
    ],
)
def test_what_is_not_known_decides_nothing(gap: dict[str, Any], reason: Reason) -> None:
    found = judge(rule, stamp(**HUB | DEVELOPMENT | gap))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, reason)


def test_an_environment_that_is_not_declared_says_which_key_to_set() -> None:
    gap = {"ENVIRONMENT": missing("needs-human", "set environment in the [[stamp]]")}

    assert "set environment in the [[stamp]]" in judge(rule, stamp(**HUB | gap)).message


def test_it_keeps_the_contract() -> None:
    every = [
        stamp(**HUB | environment | beside)
        for environment in (PRODUCTION, DEVELOPMENT)
        for beside in (
            {},
            {"HAS_INVENTORY": False},
            {"IS_DEVELOPMENT_KIT": True},
            {"REGISTRATION_PRESENT": False},
            {"BILLING_MODEL": BillingModel.CAPACITY},
        )
    ]
    assert_contract(rule, *every)


def test_its_examples_are_judged_as_they_say() -> None:
    for example in rule.info.examples:
        facts = {fact.name: value for fact, value in example.facts.items()}

        assert judge(rule, stamp(**facts)).outcome is example.outcome
