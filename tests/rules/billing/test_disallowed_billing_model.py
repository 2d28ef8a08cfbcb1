"""AZS-BI-002: every model and identity of a disconnected stamp; a connected one is not judged."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Known, Outcome, Reason, Source
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel, Connection
from stampcheck_rules.billing.disallowed_billing_model import disallowed_billing_model

THERE = {"REGISTRATION_PRESENT": True}
HERE = THERE | {"CONNECTION": Connection.CONNECTED}
CUT_OFF = THERE | {"CONNECTION": Connection.DISCONNECTED}
DECLARED = THERE | {"CONNECTION": Known(Connection.DISCONNECTED, Source("inventory", "connection"))}
ADFS = {"IDENTITY_SYSTEM": "ADFS"}
ENTRA = {"IDENTITY_SYSTEM": "AzureAD"}


def model(word: str) -> dict[str, Any]:
    return {"BILLING_MODEL": BillingModel(word)}


@pytest.mark.parametrize("word", ["Capacity", "Custom", "Development"])
def test_a_disconnected_stamp_may_have_any_model_that_needs_no_reports(word: str) -> None:
    found = judge(disallowed_billing_model, stamp(**CUT_OFF, **ADFS, **model(word)))

    assert found.outcome is Outcome.PASS
    assert found.actual == f"{word}, disconnected, ADFS"


MODEL, IDENTITY = "billing-model-not-for-disconnected", "identity-not-for-disconnected"


@pytest.mark.parametrize(
    ("facts", "causes"),
    [
        (ADFS | model("PayAsYouUse"), (MODEL,)),
        (ENTRA | model("PayAsYouUse"), (MODEL, IDENTITY)),
        (ENTRA | model("Capacity"), (IDENTITY,)),
        (ENTRA | model("Ruggedized"), (IDENTITY,)),
        (model("PayAsYouUse"), (MODEL,)),
        (ENTRA, (IDENTITY,)),
        (ENTRA | {"BILLING_MODEL": missing("ambiguous")}, (IDENTITY,)),
    ],
)
def test_it_fails_as_soon_as_model_or_identity_is_proven_wrong_and_names_which(
    facts: dict[str, Any], causes: tuple[str, ...]
) -> None:
    found = judge(disallowed_billing_model, stamp(**CUT_OFF, **facts))

    assert (found.outcome, found.causes) == (Outcome.FAIL, causes)
    assert "derived from the evidence" in found.message


def test_a_declared_connection_may_itself_be_wrong() -> None:
    found = judge(disallowed_billing_model, stamp(**DECLARED, **ENTRA, **model("PayAsYouUse")))

    assert found.causes == (MODEL, IDENTITY, "inventory-out-of-date")
    assert "declared by the inventory" in found.message
    assert found.actual == "disconnected, PayAsYouUse, AzureAD"


def test_ruggedized_decides_nothing() -> None:
    found = judge(disallowed_billing_model, stamp(**CUT_OFF, **ADFS, **model("Ruggedized")))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)


@pytest.mark.parametrize("identity", [ADFS, ENTRA, {}])
@pytest.mark.parametrize("word", list(BillingModel))
def test_a_connected_stamp_is_not_judged(word: str, identity: dict[str, Any]) -> None:
    found = judge(disallowed_billing_model, stamp(**HERE, **identity, **model(word)))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_without_a_registration_there_is_no_model() -> None:
    facts = CUT_OFF | ENTRA | model("PayAsYouUse") | {"REGISTRATION_PRESENT": False}

    assert judge(disallowed_billing_model, stamp(**facts)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (THERE | ADFS | model("PayAsYouUse"), Reason.NOT_COLLECTED),
        (THERE | ENTRA | {"CONNECTION": missing("ambiguous")}, Reason.AMBIGUOUS),
        (CUT_OFF | ADFS, Reason.NOT_COLLECTED),
        (CUT_OFF | ADFS | {"BILLING_MODEL": missing("ambiguous", "'Barter'")}, Reason.AMBIGUOUS),
        (CUT_OFF | model("Capacity"), Reason.NOT_COLLECTED),
        (CUT_OFF | model("Capacity") | {"IDENTITY_SYSTEM": missing("malformed")}, Reason.MALFORMED),
        (CUT_OFF | model("Capacity") | ADFS | {"REGISTRATION_PRESENT": missing("access-denied")},
         Reason.ACCESS_DENIED),
    ],
)  # fmt: skip
def test_what_is_not_known_decides_nothing(facts: dict[str, Any], reason: Reason) -> None:
    found = judge(disallowed_billing_model, stamp(**facts))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, reason)


def test_it_keeps_the_contract() -> None:
    every = [
        stamp(**(connection | identity | model(word)))
        for connection in (HERE, CUT_OFF, DECLARED, CUT_OFF | {"REGISTRATION_PRESENT": False})
        for identity in (ADFS, ENTRA)
        for word in BillingModel
    ]
    assert_contract(disallowed_billing_model, *every)


def test_its_examples_are_judged_as_they_say() -> None:
    for example in disallowed_billing_model.info.examples:
        facts = {fact.name: value for fact, value in example.facts.items()}

        assert judge(disallowed_billing_model, stamp(**facts)).outcome is example.outcome
