"""Predicates against causes: read strictly, true only where the facts say so."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.causes.catalogue import load, read
from stampcheck.contradiction import Unparsable, parse, words
from stampcheck.errors import RunError
from stampcheck.testing import missing, stamp
from stampcheck.values import (
    BillingModel,
    Expiry,
    Lock,
    LockLevel,
    ResourceId,
    TenantHistory,
    TenantReference,
)
from tests.scanner.causes.test_catalogue import GOOD_CAUSE, write

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
TENANT = "5d0f4f7e-9a0b-4b1c-8f21-0c2a44e0f9d3"
REGISTRATION = ResourceId.parse(
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/contoso-1"
)
assert REGISTRATION
LOCK = Lock("RegistrationResourceLock", LockLevel.CAN_NOT_DELETE, REGISTRATION, inherited=False)
TOOTHLESS = Lock("old", LockLevel.NOT_SPECIFIED, REGISTRATION, inherited=False)

# A predicate, facts under which it holds, and facts under which it does not.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("ROLE_HELD is true", {"ROLE_HELD": True}, {"ROLE_HELD": False}),
    ("ROLE_HELD is False", {"ROLE_HELD": False}, {"ROLE_HELD": True}),
    ("ROLE_HELD is not true", {"ROLE_HELD": False}, {"ROLE_HELD": True}),
    (
        "BILLING_MODEL is payasyouuse",
        {"BILLING_MODEL": BillingModel.PAY_AS_YOU_USE},
        {"BILLING_MODEL": BillingModel.CAPACITY},
    ),
    (
        "PROVIDER_STATE is not Registered",
        {"PROVIDER_STATE": "gone"},
        {"PROVIDER_STATE": "REGISTERED"},
    ),
    ("NODES is 4", {"NODES": 4}, {"NODES": 5}),
    ("LOCKS.protects has true", {"LOCKS": (TOOTHLESS, LOCK)}, {"LOCKS": (TOOTHLESS,)}),
    (
        "LOCKS.level lacks ReadOnly",
        {"LOCKS": ()},
        {"LOCKS": (Lock("x", LockLevel.READ_ONLY, REGISTRATION, inherited=True),)},
    ),
    (
        "USAGE_ALERT_ERRORS lacks Unauthorized",
        {"USAGE_ALERT_ERRORS": ()},
        {"USAGE_ALERT_ERRORS": ("unauthorized",)},
    ),
    (
        "TENANT_HISTORY.changed is false",
        {"TENANT_HISTORY": TenantHistory(changed=False, why="")},
        {"TENANT_HISTORY": TenantHistory(changed=True, why="")},
    ),
    (
        "SUBSCRIPTION_TENANT equals TENANT_REFERENCE.tenant",
        {"SUBSCRIPTION_TENANT": TENANT, "TENANT_REFERENCE": TenantReference(TENANT.upper(), "x")},
        {"SUBSCRIPTION_TENANT": TENANT, "TENANT_REFERENCE": TenantReference("", "x")},
    ),
    (
        "TOKEN_BILLING_MODEL differs from BILLING_MODEL",
        {"TOKEN_BILLING_MODEL": BillingModel.CAPACITY, "BILLING_MODEL": BillingModel.CUSTOM},
        {"TOKEN_BILLING_MODEL": BillingModel.CUSTOM, "BILLING_MODEL": BillingModel.CUSTOM},
    ),
    (
        "ACTIVATION_EXPIRES after AS_OF",
        {"ACTIVATION_EXPIRES": Expiry(None), "AS_OF": NOW},
        {"ACTIVATION_EXPIRES": Expiry(NOW), "AS_OF": NOW},
    ),
    (
        "ACTIVATION_EXPIRES.at before AS_OF",
        {"ACTIVATION_EXPIRES": Expiry(NOW - DAY), "AS_OF": NOW},
        {"ACTIVATION_EXPIRES": Expiry(None), "AS_OF": NOW},
    ),
    (
        "ACTIVATION_EXPIRES is never",
        {"ACTIVATION_EXPIRES": Expiry(None)},
        {"ACTIVATION_EXPIRES": Expiry(NOW)},
    ),
]


@pytest.mark.parametrize(("text", "true", "false"), CASES, ids=[case[0] for case in CASES])
def test_a_predicate_holds_where_the_facts_say_so(
    text: str, true: dict[str, Any], false: dict[str, Any]
) -> None:
    predicate = parse(text)

    assert predicate.holds(stamp("one", **true).facts)
    assert not predicate.holds(stamp("one", **false).facts)


@pytest.mark.parametrize(("text", "true", "_"), CASES, ids=[case[0] for case in CASES])
def test_a_missing_fact_never_contradicts(text: str, true: dict[str, Any], _: object) -> None:
    predicate = parse(text)

    assert not predicate.holds({})
    for name in true:
        gap = {**true, name: missing("access-denied")}
        assert not predicate.holds(stamp("one", **gap).facts)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("NO_SUCH_FACT is true", "there is no fact NO_SUCH_FACT"),
        ("ROLE_HELD equals NO_SUCH_FACT", "there is no fact NO_SUCH_FACT"),
        ("ROLE_HELD equals true", "'true' is no fact"),
        ("LOCKS.colour has red", "LOCKS has no attribute 'colour'"),
        ("LOCKS._name has red", "LOCKS has no attribute '_name'"),
        ("CLOUD_ID.text is x", "CLOUD_ID has no attribute 'text'"),
        ("ROLE_HELD resembles true", "is no FACT, operator and value"),
        ("ROLE_HELD is", "is no FACT, operator and value"),
        ("a sentence", "is no FACT, operator and value"),
        ("", "is no FACT, operator and value"),
        ("LOCKS is x", "LOCKS holds several values"),
        ("ROLE_HELD has true", "ROLE_HELD holds one value"),
        ("CLOUD_ID equals LOCKS", "LOCKS holds several values"),
        ("CLOUD_ID after AS_OF", "CLOUD_ID is no moment"),
        ("AS_OF before BILLING_MODEL", "BILLING_MODEL is no moment"),
        ("ROLE_HELD is yes", "'yes' is no value of ROLE_HELD"),
        ("BILLING_MODEL is Free", "'Free' is no value of BILLING_MODEL"),
    ],
)
def test_what_is_not_in_the_grammar_is_a_fault(text: str, fault: str) -> None:
    with pytest.raises(Unparsable, match=fault.replace("(", r"\(")):
        parse(text)


@given(st.text(max_size=40))
def test_any_text_is_a_predicate_or_a_fault(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert parse(text).text == text


def test_a_wrong_predicate_is_named_with_its_file_when_the_catalogue_is_read(
    tmp_path: Path,
) -> None:
    write(tmp_path, GOOD_CAUSE + 'contradicted_by = ["ROLE_HELD is true", "ROLE_HELDS is true"]\n')

    with pytest.raises(RunError, match=r"causes/a-cause\.toml: contradicted_by: 'ROLE_HELDS is"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ROLE_HELD is true", "the registration's service principal holds a role"),
        ("ROLE_HELD is false", "it is not so that the registration's service principal holds"),
        ("ROLE_HELD is not false", "the registration's service principal holds a role"),
        ("LOCKS.protects lacks true", "none of the locks at or above the registration protects ("),
        ("LOCKS.level has ReadOnly", "one of the locks at or above the registration has the level"),
        ("TENANT_HISTORY.changed is false", "it is not so that the directory changed since"),
        ("PRINCIPAL_ROLE.fits is true", "the role of the registration's service principal at or"),
        ("CONNECTION is connected", "the connection is connected ("),
        (
            "PROVIDER_STATE is Registered",
            "the registration state of the provider Microsoft.AzureStack",
        ),
        ("REGISTRATION_ID.name is x", "the name of the stamp's registration as seen in Azure is x"),
        ("BILLING_MODEL is Capacity", "the billing model of the registration is Capacity"),
        ("ACTIVATION_EXPIRES after AS_OF", "the moment when the registration expires is after"),
    ],
)
def test_a_predicate_reads_as_a_sentence_with_itself_behind_it(text: str, said: str) -> None:
    assert words(text).startswith(said)
    assert words(text).endswith(f" ({text})")


def test_every_predicate_of_the_catalogue_has_words() -> None:
    for cause in load().causes.values():
        assert all(map(words, cause.contradicted_by))
