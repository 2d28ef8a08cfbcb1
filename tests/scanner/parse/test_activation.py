"""The activation in every shape; it is absent only in a confirmed provider subscription."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse import activation as reader
from tests.scanner.parse import builders as b

SHAPES = {
    "rest": b.activation(),
    "listing": b.listing(b.activation()),
    "powershell": b.powershell(b.activation()),
    "powershell, cut at depth": b.powershell(b.activation(), depth=0),
    "powershell, a list of one": {"value": [b.powershell(b.activation())], "Count": 1},
    "cmdlet": b.powershell(b.activation(), flat=True),
    "cmdlet without its id": b.powershell(b.activation(), flat=True) | {"Id": None},
}
MISSING_PROVIDER = "the stamp's Default Provider Subscription"


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_every_shape_says_the_same(body: Any) -> None:
    evidence = b.evidence(b.bare("activation.json", body))

    assert b.value(reader.is_present(evidence)) is True
    assert b.value(reader.activated_registration(evidence)).text == b.REGISTRATION
    assert b.value(reader.expires(evidence)).at is None
    assert b.value(reader.usage_reporting(evidence)) is True
    assert b.value(reader.syndication(evidence)) is True
    assert b.value(reader.provisioning_state(evidence)) == "Succeeded"
    assert b.value(reader.azure_environment(evidence)) == "AzureCloud"


def test_a_registration_below_lower_case_groups_is_read() -> None:
    told = b.REGISTRATION.replace("resourceGroups", "resourcegroups") + "/"
    evidence = b.evidence(
        b.bare("activation.json", b.activation(azureRegistrationResourceIdentifier=told))
    )

    assert b.value(reader.activated_registration(evidence)).key == b.REGISTRATION.lower()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (None, "absent-in-answer"),
        ("", "absent-in-answer"),
        (5, "malformed"),
        ("../../hub", "malformed"),
        (b.SUBSCRIPTION, "malformed"),
        (f"{b.REGISTRATION}/products/p", "malformed"),
        ("x" * 1_000_000, "malformed"),
    ],
)
def test_an_activation_that_names_no_registration_says_so(told: Any, reason: str) -> None:
    evidence = b.evidence(
        b.bare("activation.json", b.activation(azureRegistrationResourceIdentifier=told))
    )

    assert b.reason(reader.activated_registration(evidence)) == reason
    assert b.value(reader.is_present(evidence)) is True


@pytest.mark.parametrize("name", ["expiration", "usageReportingEnabled", "provisioningState"])
@pytest.mark.parametrize("spelled", [None, "", [], {}, "\x00"])
def test_a_field_of_no_use_is_missing(name: str, spelled: Any) -> None:
    evidence = b.evidence(b.bare("activation.json", b.activation(**{name: spelled})))
    readers = (reader.expires, reader.usage_reporting, reader.provisioning_state)
    names = ("expiration", "usageReportingEnabled", "provisioningState")

    assert b.reason(readers[names.index(name)](evidence)) in ("absent-in-answer", "malformed")


def test_a_key_in_two_spellings_is_ambiguous() -> None:
    body = b.activation(usageReportingEnabled=True)
    body["properties"]["UsageReportingEnabled"] = False

    evidence = b.evidence(b.bare("activation.json", body))
    assert b.reason(reader.usage_reporting(evidence)) == "ambiguous"


def gone(request: str = b.ACTIVATION, code: str = "ResourceNotFound", status: int = 404) -> Any:
    return b.held("activation.json", b.error(code), request, status=status, kind="activation")


def listed(*entries: Any, **rest: Any) -> Any:
    asked = b.ACTIVATION.rpartition("/")[0]
    return b.held("activation.json", b.listing(*entries, **rest), asked, kind="activation")


PROVIDER = b.held(
    "s.json",
    b.listing(b.provider_subscription(), b.provider_subscription(displayName="x")),
    "https://adminmanagement.ams/subscriptions",
)
FABRIC = b.held("fabric-locations.json", b.listing(b.fabric()))


@pytest.mark.parametrize(
    "absence",
    [
        gone(),
        gone(f"https://adminmanagement.ams.contoso.com{b.ACTIVATION}?api-version=2016-01-01"),
        gone(b.ACTIVATION.upper()),
        gone(code="ResourceGroupNotFound"),
        listed(),
    ],
)
@pytest.mark.parametrize("confirming", [PROVIDER, FABRIC])
def test_an_absence_in_the_provider_subscription_is_proven(absence: Any, confirming: Any) -> None:
    evidence = b.evidence(absence, confirming)

    assert b.value(reader.is_present(evidence)) is False
    assert b.reason(reader.expires(evidence)) == "absent-in-answer"


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        ((), "not-collected"),
        ((gone(),), "ambiguous"),
        ((gone(""), PROVIDER), "ambiguous"),
        ((gone(b.ACTIVATION.replace(b.DPS, b.SUB)), PROVIDER), "ambiguous"),
        ((gone(status=403), PROVIDER), "access-denied"),
        ((gone(code="SubscriptionNotFound"), PROVIDER), "access-denied"),
        ((gone(status=200), PROVIDER), "ambiguous"),
        ((gone(code="InternalServerError", status=500), PROVIDER), "unreachable"),
        ((listed(nextLink="https://adminmanagement.ams/x"), PROVIDER), "ambiguous"),
        ((b.bare("activation.json", []), PROVIDER), "ambiguous"),
        ((b.bare("activation.json", b.error("ResourceNotFound")), PROVIDER), "ambiguous"),
    ],
)
def test_any_other_absence_is_not(documents: tuple[Any, ...], reason: str) -> None:
    assert b.reason(reader.is_present(b.evidence(*documents))) == reason


def test_the_only_subscription_of_a_stamp_is_its_provider_subscription() -> None:
    only = b.held(
        "s.json",
        b.provider_subscription(displayName="Renamed", offerId=None),
        "https://adminmanagement.ams/subscriptions",
    )

    assert b.value(reader.is_present(b.evidence(gone(), only))) is False
    elsewhere = b.held("f.json", b.listing(b.fabric() | {"id": b.FABRIC.replace(b.DPS, b.SUB)}))
    assert b.reason(reader.is_present(b.evidence(gone(), only, elsewhere))) == "ambiguous"


@pytest.mark.parametrize("rest", [{"offerId": "/offers/x"}, {"nextLink": "https://x"}])
def test_the_only_subscription_of_a_tenant_confirms_nothing(rest: dict[str, str]) -> None:
    name, offer = {"displayName": "Tenant 42"}, {"offerId": rest.get("offerId")}
    body = b.listing(b.provider_subscription(**name, **offer), nextLink=rest.get("nextLink"))
    only = b.held("s.json", body, "https://adminmanagement.ams/subscriptions")

    assert b.reason(reader.is_present(b.evidence(gone(), only))) == "ambiguous"


@pytest.mark.parametrize("at", [b.AT, b.LATER])
def test_activations_of_two_stamps_supersede_nothing(at: str) -> None:
    named = b.activation(azureRegistrationResourceIdentifier=b.OTHER)
    other = b.held("osl-activation.json", named, at=at)
    evidence = b.evidence(b.held("ams-activation.json", b.activation()), other)

    for fact in (reader.is_present, reader.activated_registration, reader.expires):
        found = fact(evidence)
        assert b.reason(found) == "ambiguous"
        assert "osl-activation.json" in str(found)
        assert "ams-activation.json" in str(found)


def test_an_absence_does_not_hide_the_activation_of_another_stamp() -> None:
    own = b.activation(b.ACTIVATION.replace(b.DPS, b.SUB))
    older = b.held("activation-2.json", own, at="2026-10-01T00:00:00Z")

    assert b.reason(reader.is_present(b.evidence(gone(), older, PROVIDER))) == "ambiguous"


def test_an_absence_and_an_activation_of_one_time_are_ambiguous() -> None:
    seen = b.held("activation-2.json", b.activation())

    for order in ((gone(), seen, PROVIDER), (seen, gone(), PROVIDER)):
        assert b.reason(reader.is_present(b.evidence(*order))) == "ambiguous"


def test_the_newest_of_an_absence_and_an_activation_wins() -> None:
    seen = b.held("activation-2.json", b.activation(), at=b.LATER)
    older = b.held("activation-3.json", b.activation(), at="2026-10-01T00:00:00Z")

    assert b.value(reader.is_present(b.evidence(gone(), seen, PROVIDER))) is True
    assert b.value(reader.is_present(b.evidence(gone(), older, PROVIDER))) is False
