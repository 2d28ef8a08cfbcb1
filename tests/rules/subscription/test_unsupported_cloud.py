"""AZS-SU-002: three clouds pass, Germany fails, and nobody guesses about the rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Finding, Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck_rules.subscription.unsupported_cloud import unsupported_cloud

FACTS: dict[str, Any] = {"REGISTRATION_PRESENT": True, "AZURE_ENVIRONMENT": "AzureCloud"}
CUSTOM: dict[str, Any] = {"AZURE_ENVIRONMENT": "CustomCloud"}
SUPPORTED = ("AzureCloud", "AzureUSGovernment", "AzureChinaCloud")


def judged(**facts: Any) -> Finding:
    return judge(unsupported_cloud, stamp(**FACTS | facts))


@pytest.mark.parametrize("name", [*SUPPORTED, *(word.upper() for word in SUPPORTED), " azurecloud"])
def test_the_three_clouds_pass_in_any_case(name: str) -> None:
    assert judged(AZURE_ENVIRONMENT=name).outcome is Outcome.PASS


@pytest.mark.parametrize("name", ["AzureGermanCloud", "azuregermancloud", "AzureGermany"])
def test_germany_fails(name: str) -> None:
    found = judged(AZURE_ENVIRONMENT=name)

    assert (found.outcome, found.severity) == (Outcome.FAIL, "high")
    assert found.causes == ("germany-cloud",)


def test_germany_fails_before_the_registration_was_seen() -> None:
    found = judged(
        AZURE_ENVIRONMENT="AzureGermanCloud", REGISTRATION_PRESENT=missing("unreachable")
    )

    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize("name", ["CustomCloud", "AzureUSSec", "customcloud"])
def test_a_cloud_of_its_own_needs_a_person(name: str) -> None:
    found = judged(AZURE_ENVIRONMENT=name)

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NEEDS_HUMAN)


@pytest.mark.parametrize("name", ["CustomCloud", "AzureUSSec"])
def test_whoever_knows_a_cloud_of_its_own_decides(name: str) -> None:
    assert judged(AZURE_ENVIRONMENT=name, CLOUD_SUPPORTED=True).outcome is Outcome.PASS
    refused = judged(AZURE_ENVIRONMENT=name, CLOUD_SUPPORTED=False)

    assert (refused.outcome, refused.causes) == (Outcome.FAIL, ("cloud-not-supported",))


@pytest.mark.parametrize("name", ["AzureGermanCloud", "AzureMoonCloud"])
def test_nobody_attests_a_cloud_that_is_no_cloud_of_its_own(name: str) -> None:
    assert judged(AZURE_ENVIRONMENT=name, CLOUD_SUPPORTED=True).outcome is not Outcome.PASS


@pytest.mark.parametrize("name", ["AzureMoonCloud", "Azure Cloud", "AzureCloud2", "="])
def test_an_unfamiliar_name_is_ambiguous(name: str) -> None:
    found = judged(AZURE_ENVIRONMENT=name)

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)


@given(st.text(max_size=1024))
def test_only_the_three_names_pass(name: str) -> None:
    found = judged(AZURE_ENVIRONMENT=name)

    assert len(found.actual) <= 1024 // 8
    known = name.strip().lower() in {word.lower() for word in SUPPORTED}
    assert (found.outcome is Outcome.PASS) == known


@pytest.mark.parametrize("fact", ["REGISTRATION_PRESENT", "AZURE_ENVIRONMENT"])
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "malformed"])
def test_each_gap_is_undetermined(fact: str, reason: str) -> None:
    found = judged(**{fact: missing(reason)})

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_a_registration_that_is_gone_is_in_no_cloud() -> None:
    found = judged(REGISTRATION_PRESENT=False, AZURE_ENVIRONMENT="AzureGermanCloud")

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_its_examples_give_their_outcomes() -> None:
    for example in unsupported_cloud.info.examples:
        sample = stamp(**{fact.name: value for fact, value in example.facts.items()})
        assert judge(unsupported_cloud, sample).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    names = ("AzureCloud", "AzureGermanCloud", "CustomCloud", "?")
    samples = [
        stamp(AZURE_ENVIRONMENT=name, REGISTRATION_PRESENT=present)
        for name in names
        for present in (True, False)
    ]
    attested = [stamp(**FACTS | CUSTOM | {"CLOUD_SUPPORTED": said}) for said in (True, False)]
    assert_contract(unsupported_cloud, *samples, *attested)


def test_a_cloud_of_its_own_and_an_unfamiliar_name_are_told_apart_in_words() -> None:
    assert "whoever runs it" in judged(AZURE_ENVIRONMENT="CustomCloud").message
    assert "whoever runs it" not in judged(AZURE_ENVIRONMENT="AzureMoonCloud").message
    assert "is not known" in judged(AZURE_ENVIRONMENT="AzureMoonCloud").message
