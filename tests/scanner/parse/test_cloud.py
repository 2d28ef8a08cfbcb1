"""The cloud of a registration: by the activation, the host that answered, or the inventory."""

from __future__ import annotations

import pytest

from stampcheck.bundle import Declared
from stampcheck.model import Known
from stampcheck.parse.cloud import azure_environment
from stampcheck.parse.evidence import Held
from tests.scanner.parse.builders import (
    ACTIVATION,
    REGISTRATION,
    SUBSCRIPTION,
    activation,
    bare,
    document,
    envelope,
    error,
    evidence,
    held,
    reason,
    registration,
    subscription,
    value,
)

ADMIN = f"https://adminmanagement.ams.contoso.com{ACTIVATION}"


def activated(name: object = "AzureCloud") -> Held:
    return held("activation.json", activation(azureEnvironmentName=name), ADMIN)


def from_host(host: str) -> Held:
    return held("registration.json", registration(), f"https://{host}{REGISTRATION}")


def test_the_activation_names_it() -> None:
    found = azure_environment(evidence(activated("AzureUSGovernment")))

    assert value(found) == "AzureUSGovernment"
    assert isinstance(found, Known)
    assert found.source.field == "properties.azureEnvironmentName"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("management.azure.com", "AzureCloud"),
        ("MANAGEMENT.azure.com:443", "AzureCloud"),
        ("management.usgovcloudapi.net", "AzureUSGovernment"),
        ("management.chinacloudapi.cn", "AzureChinaCloud"),
    ],
)
@pytest.mark.parametrize("silent", [None, ""])
def test_where_the_activation_does_not_say_the_host_that_answered_does(
    host: str, name: str, silent: object
) -> None:
    found = azure_environment(evidence(activated(silent), from_host(host)))

    assert value(found) == name
    assert isinstance(found, Known)
    assert str(found.source) == "registration.json request"


def test_the_inventory_speaks_last() -> None:
    declared = Declared(cloud="AzureChinaCloud")
    plain = bare("registration.json", registration())

    assert value(azure_environment(evidence(plain, declared=declared))) == "AzureChinaCloud"
    asked = from_host("management.azure.com")
    assert value(azure_environment(evidence(asked, declared=declared))) == "AzureCloud"


@pytest.mark.parametrize("word", ["AzureMoonCloud", "x" * 5_000, "Azure\nCloud"])
def test_an_unfamiliar_word_of_a_bundles_inventory_is_no_cloud(word: str) -> None:
    plain = bare("registration.json", registration())

    found = azure_environment(evidence(plain, declared=Declared(cloud=word)))
    assert reason(found) in ("ambiguous", "malformed")


def test_without_a_witness_it_is_missing() -> None:
    assert reason(azure_environment(evidence(activated(None)))) == "absent-in-answer"
    assert reason(azure_environment(evidence())) == "not-collected"
    strange = from_host("management.evil.example")
    assert reason(azure_environment(evidence(strange))) == "not-collected"


def test_two_of_the_known_clouds_are_ambiguous() -> None:
    both = evidence(activated("AzureUSGovernment"), from_host("management.azure.com"))

    assert reason(azure_environment(both)) == "ambiguous"
    agreed = evidence(activated("AZURECLOUD"), from_host("management.azure.com"))
    assert value(azure_environment(agreed)) == "AZURECLOUD"


@pytest.mark.parametrize("name", ["CustomCloud", "AzureMoonCloud"])
def test_a_name_that_is_not_known_stays_as_it_is(name: str) -> None:
    found = azure_environment(evidence(activated(name), from_host("management.azure.com")))

    assert value(found) == name


def test_a_name_of_a_wrong_type_is_not_replaced_by_a_guess() -> None:
    found = azure_environment(evidence(activated(7), from_host("management.azure.com")))

    assert reason(found) == "malformed"


class TestGermany:
    @pytest.mark.parametrize(
        "host", ["management.core.cloudapi.de", "management.microsoftazure.de"]
    )
    def test_outweighs_every_other_word(self, host: str) -> None:
        found = azure_environment(evidence(activated(), from_host(host)))

        assert value(found) == "AzureGermanCloud"

    def test_shows_in_what_did_not_answer_as_well(self) -> None:
        asked = f"https://management.core.cloudapi.de{SUBSCRIPTION}"
        gone = held("subscription.json", error("GatewayTimeout"), asked, status=504)

        assert value(azure_environment(evidence(activated(), gone))) == "AzureGermanCloud"

    def test_is_not_told_by_the_subscription_of_another_stamp(self) -> None:
        asked = "https://management.core.cloudapi.de/subscriptions/other"
        other = held("subscription.json", subscription(), asked)

        assert value(azure_environment(evidence(activated(), other))) == "AzureCloud"

    def test_needs_the_stamps_own_document_where_the_subscription_is_unknown(self) -> None:
        asked = f"https://management.core.cloudapi.de{REGISTRATION}"
        body = error("GatewayTimeout")
        own = held("registration.json", body, asked, status=504)
        everyones = Held(
            document("registration.json", envelope(body, asked, status=504)),
            stale=False,
            shared=True,
        )

        assert value(azure_environment(evidence(own))) == "AzureGermanCloud"
        assert reason(azure_environment(evidence(everyones))) == "not-collected"

    def test_is_no_part_of_another_host_name(self) -> None:
        found = azure_environment(evidence(from_host("cloudapi.de.evil.example")))

        assert reason(found) == "not-collected"
