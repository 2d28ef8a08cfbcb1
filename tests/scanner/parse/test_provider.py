"""The provider's state: of the registration's own subscription, in whatever shape a tool gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Known, Missing
from stampcheck.parse.evidence import Held
from stampcheck.parse.provider import provider_state
from tests.scanner.parse.builders import (
    LATER,
    REGISTRATION,
    SUB,
    SUBSCRIPTION,
    Body,
    bare,
    document,
    envelope,
    error,
    evidence,
    held,
    listing,
    powershell,
    reason,
    registration,
    value,
)

AZURE = "https://management.azure.com"
ASKED = f"{AZURE}{SUBSCRIPTION}/providers/Microsoft.AzureStack?api-version=2021-04-01"
OTHER_SUB = "22222222-2222-4333-8444-555555555555"
NOT_REGISTERED = error(
    "MissingSubscriptionRegistration",
    "The subscription is not registered to use namespace 'Microsoft.AzureStack'. See "
    "https://aka.ms/rps-not-found for how to register subscriptions.",
)


def provider(state: object = "Registered", subscription: str = SUB, **fields: Any) -> Body:
    return {
        "id": f"/subscriptions/{subscription}/providers/Microsoft.AzureStack",
        "namespace": "Microsoft.AzureStack",
        "registrationPolicy": "RegistrationRequired",
        "registrationState": state,
        "resourceTypes": [{"resourceType": "registrations", "apiVersions": ["2017-06-01"]}],
    } | fields


def row(state: str = "Registered", namespace: str = "Microsoft.AzureStack") -> Body:
    """A line of Get-AzResourceProvider."""
    return {
        "ProviderNamespace": namespace,
        "RegistrationState": state,
        "ResourceTypes": [{"ResourceTypeName": "registrations", "Locations": ["Global"]}],
        "Locations": ["Global"],
    }


def told(*documents: Held) -> Known[str] | Missing:
    own = held("registration.json", registration(), f"{AZURE}{REGISTRATION}")
    return provider_state(evidence(own, *documents))


def shared(body: Any, request: str = "") -> Held:
    return Held(document("all.json", envelope(body, request)), stale=False, shared=True)


@pytest.mark.parametrize("state", ["Registered", "NotRegistered", "Registering", "Odd"])
def test_the_state_is_given_verbatim(state: str) -> None:
    found = told(held("p.json", provider(state), ASKED))

    assert value(found) == state
    assert isinstance(found, Known)
    assert str(found.source) == "p.json registrationState"


def test_a_file_of_azure_cli_and_one_of_powershell_are_read() -> None:
    assert value(told(bare("provider.json", provider()))) == "Registered"
    assert value(told(bare("p.json", powershell(provider())))) == "Registered"
    assert value(told(bare("p.json", row()))) == "Registered"
    asked = "Get-AzResourceProvider -ProviderNamespace Microsoft.AzureStack"
    assert value(told(held("p.json", [row()], asked))) == "Registered"
    assert value(told(bare("p.json", [row("NotRegistered"), row("NotRegistered")]))) == (
        "NotRegistered"
    )


def test_it_is_found_in_a_listing_of_all_providers() -> None:
    others = [
        provider(id=f"{SUBSCRIPTION}/providers/{name}", namespace=name)
        for name in ("Microsoft.Compute", "Microsoft.Authorization", "Microsoft.AzureStackHCI")
    ]
    body = listing(*others, provider("Unregistered"))

    assert value(told(held("all.json", body, f"{AZURE}{SUBSCRIPTION}/providers"))) == "Unregistered"
    assert value(told(bare("all.json", body["value"]))) == "Unregistered"
    assert value(told(shared(body))) == "Unregistered"
    rows = [row("Registered", "Microsoft.Compute"), row("NotRegistered")]
    assert value(told(bare("rows.json", rows))) == "NotRegistered"


def test_rows_that_differ_are_ambiguous() -> None:
    assert reason(told(bare("p.json", [row(), row("Unregistering")]))) == "ambiguous"


def test_another_subscription_says_nothing() -> None:
    found = told(held("p.json", provider(subscription=OTHER_SUB), ASKED.replace(SUB, OTHER_SUB)))

    assert reason(found) == "ambiguous"
    assert reason(told(held("p.json", provider(), ASKED.replace(SUB, OTHER_SUB)))) == "ambiguous"
    assert reason(told(bare("p.json", provider(subscription=OTHER_SUB)))) == "ambiguous"


def test_the_subscription_compares_without_case() -> None:
    assert value(told(bare("p.json", provider(subscription=SUB.upper())))) == "Registered"


def test_rows_without_a_subscription_count_in_the_stamps_own_folder_only() -> None:
    assert value(told(bare("p.json", [row()]))) == "Registered"
    assert reason(told(shared([row()]))) == "ambiguous"
    assert value(told(shared([row()], ASKED))) == "Registered"


def test_another_provider_says_nothing() -> None:
    other = provider(
        id=f"{SUBSCRIPTION}/providers/Microsoft.Compute", namespace="Microsoft.Compute"
    )

    mixed = listing(other, other | {"id": None})
    assert reason(told(held("p.json", other, ASKED, kind="provider"))) == "malformed"
    assert reason(told(held("p.json", mixed, ASKED, kind="provider"))) == "malformed"


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (None, "absent-in-answer"),
        ("", "absent-in-answer"),
        (7, "malformed"),
        (["Registered"], "malformed"),
        ("a\nb", "malformed"),
        ("x" * 2000, "malformed"),
    ],
)
def test_a_null_or_wrong_type_is_a_reason_that_names_document_and_field(
    state: object, why: str
) -> None:
    found = told(held("p.json", provider(state), ASKED))

    assert reason(found) == why
    assert isinstance(found, Missing)
    assert "p.json registrationState" in found.detail


def test_the_newest_answer_counts_and_two_of_one_time_must_agree() -> None:
    old, new = held("a.json", provider(), ASKED), held("b.json", provider("Odd"), ASKED, at=LATER)

    assert value(told(old, new)) == value(told(new, old)) == "Odd"
    same = held("c.json", provider("NotRegistered"), ASKED)
    assert reason(told(old, same)) == "ambiguous"


class TestARefusal:
    def test_for_want_of_the_provider_proves_that_it_is_not_registered(self) -> None:
        asked = f"{AZURE}{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations"
        found = told(held("r.json", NOT_REGISTERED, asked, status=409))

        assert value(found) == "NotRegistered"

    def test_in_another_subscription_or_for_another_provider_proves_nothing(self) -> None:
        asked = f"{AZURE}{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations"
        elsewhere = held("r.json", NOT_REGISTERED, asked.replace(SUB, OTHER_SUB), status=409)
        insights = error(
            "MissingSubscriptionRegistration",
            "The subscription is not registered to use namespace 'Microsoft.Insights'.",
        )

        assert reason(told(elsewhere)) == "not-collected"
        assert reason(told(held("r.json", insights, asked, status=409))) == "not-collected"

    def test_that_names_no_provider_is_told_by_its_request(self) -> None:
        quiet = error("MissingSubscriptionRegistration", "words")
        here = f"{AZURE}{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations"
        locks = f"{AZURE}{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"

        assert value(told(held("r.json", quiet, here, status=409))) == "NotRegistered"
        assert reason(told(held("r.json", quiet, locks, status=409))) == "not-collected"

    def test_in_a_bare_file_of_the_stamp_counts(self) -> None:
        assert value(told(bare("registrations.json", NOT_REGISTERED))) == "NotRegistered"

    def test_is_outdated_by_a_newer_answer(self) -> None:
        asked = f"{AZURE}{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations"
        refused = held("r.json", NOT_REGISTERED, asked, status=409)
        now = held("p.json", provider(), ASKED, at=LATER)

        assert value(told(refused, now)) == "Registered"
        assert reason(told(refused, held("p.json", provider(), ASKED))) == "ambiguous"


@pytest.mark.parametrize(
    ("code", "status", "why"),
    [
        ("AuthorizationFailed", 403, "access-denied"),
        ("SubscriptionNotFound", 404, "access-denied"),
        ("TooManyRequests", 429, "unreachable"),
    ],
)
def test_a_refusal_to_read_it_is_the_reason(code: str, status: int, why: str) -> None:
    assert reason(told(held("p.json", error(code), ASKED, status=status))) == why


def test_without_a_document_it_was_not_collected() -> None:
    assert reason(told()) == "not-collected"


def test_without_a_subscription_there_is_no_provider_to_choose() -> None:
    assert isinstance(provider_state(evidence(held("p.json", provider(), ASKED))), Missing)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)


@given(JSON, JSON)
def test_no_json_breaks_the_reader(state: Any, namespace: Any) -> None:
    body = provider(state, namespace=namespace)
    found = told(held("p.json", body, ASKED, kind="provider"))

    assert isinstance(found, (Known, Missing))


def test_a_refusal_is_no_answer_whatever_it_holds() -> None:
    refused = held("p.json", provider("NotRegistered"), ASKED, status=403)

    assert isinstance(told(refused), Missing)
    assert value(told(refused, held("q.json", provider(), ASKED))) == "Registered"
