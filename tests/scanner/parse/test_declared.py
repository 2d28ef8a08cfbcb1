"""What the inventory declares, and an agreement number that is never shown whole."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.bundle import Declared
from stampcheck.model import Known, Source
from stampcheck.parse import declared as reader
from stampcheck.parse.evidence import Held
from tests.scanner.parse import builders as b


def token(**fields: Any) -> Held:
    told = {"billingModel": "Capacity", "cloudId": b.CLOUD, "issuer": "AzureBridge"} | fields
    return b.bare("registration-token.json", told)


def agreement(declared: str = "", *documents: Held) -> Any:
    evidence = b.evidence(*documents, declared=Declared(agreement_number=declared))
    return reader.agreement_number(evidence)


@pytest.mark.parametrize("word", ["production", "development", "Production"])
def test_the_environment_is_the_declared_one(word: str) -> None:
    found = reader.environment(b.evidence(declared=Declared(environment=word)))

    assert found == Known(word.lower(), Source("inventory", "environment"))


def test_an_environment_that_is_not_declared_needs_a_human_and_says_the_key() -> None:
    found = reader.environment(b.evidence())

    assert b.reason(found) == "needs-human"
    assert 'set environment = "production"' in str(found)


def test_an_unfamiliar_environment_is_ambiguous() -> None:
    found = reader.environment(b.evidence(declared=Declared(environment="staging")))

    assert b.reason(found) == "ambiguous"


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("yes", "on record"),
        ("YES", "on record"),
        ("42", "ends in 42"),
        ("...1742", "ends in 1742"),
        ("…742", "ends in 742"),
        ("***42", "ends in 42"),
        ("12345678", "ends in 78"),
        ("55555", "ends in 55"),
    ],
)
def test_a_declared_number_is_on_record_and_masked(word: str, shown: str) -> None:
    assert agreement(word) == Known(shown, Source("inventory", "agreement_number"))


@pytest.mark.parametrize(
    "word", ["", "no", "pending", "4", "9" * 200, "\u0661\u0662", "42\n43", "E12345"]
)
def test_a_word_that_is_no_number_is_none(word: str) -> None:
    assert b.reason(agreement(word)) == "needs-human"


@given(st.text(alphabet="0123456789", min_size=5, max_size=64))
def test_no_whole_number_is_ever_shown(number: str) -> None:
    by_inventory = agreement(number)
    by_token = agreement("", token(agreementNumber=number))

    assert number not in str(by_inventory)
    assert number not in str(by_token)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"agreementNumber": "12345678"}, "ends in 78"),
        ({"agreementNumber": "1234"}, "on record"),
        ({"agreementNumberHeld": True, "agreementNumberEnds": "42"}, "ends in 42"),
        ({"agreementNumberHeld": True, "agreementNumberEnds": "12345678"}, "on record"),
        ({"agreementNumberHeld": True}, "on record"),
        ({"agreementNumber": "12345678", "billingModel": "Custom"}, "ends in 78"),
        ({"agreementNumber": ""}, ""),
        ({"agreementNumber": "  "}, ""),
        ({"agreementNumber": None}, ""),
        ({"agreementNumberHeld": False, "billingModel": "capacity"}, ""),
    ],
)
def test_a_saved_token_shows_whether_it_holds_a_number(fields: dict[str, Any], shown: str) -> None:
    assert b.value(agreement("", token(**fields))) == shown


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"agreementNumber": 12345678},
        {"agreementNumber": "", "billingModel": "PayAsYouUse"},
        {"agreementNumber": "", "billingModel": "Barter"},
        {"agreementNumberHeld": "yes"},
    ],
)
def test_a_token_that_does_not_tell_leaves_it_to_a_human(fields: dict[str, Any]) -> None:
    assert b.reason(agreement("", token(**fields))) == "needs-human"


@pytest.mark.parametrize("number", ["", "12345678"])
def test_a_token_of_another_stamp_shows_nothing_of_this_ones_number(number: str) -> None:
    foreign = token(cloudId=b.DEPLOYMENT, agreementNumber=number)

    found = agreement("", foreign, b.bare("stamp-information.json", b.information()))

    assert b.reason(found) == "needs-human"
    assert "is of another stamp" in str(found)


def test_an_encoded_token_is_read_as_well() -> None:
    inner = {"billingModel": "Capacity", "cloudId": b.CLOUD, "agreementNumber": "12345678"}
    whole = base64.b64encode(json.dumps(inner).encode()).decode()
    document = b.bare("put-body.json", {"properties": {"registrationToken": whole}})

    assert b.value(agreement("", document)) == "ends in 78"


def test_the_inventory_speaks_before_the_token_and_two_tokens_must_agree() -> None:
    empty, other = token(agreementNumber=""), token(agreementNumber="", cloudId=b.TENANT)

    assert b.value(agreement("yes", empty)) == "on record"
    assert b.value(agreement("nonsense", empty)) == ""
    assert b.reason(agreement("", empty, other)) == "needs-human"
