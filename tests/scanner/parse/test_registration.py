"""Which registration is the stamp's, and what it says, in every shape."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.bundle import Declared
from stampcheck.parse import registration as reader
from stampcheck.parse.evidence import Held
from stampcheck.parse.presence import is_present
from tests.scanner.parse import builders as b

RESOURCE = {
    "ResourceId": b.REGISTRATION,
    "Id": b.REGISTRATION,
    "Name": "hub-ams",
    "ResourceType": "Microsoft.AzureStack/registrations",
    "ResourceGroupName": "azurestack",
    "SubscriptionId": b.SUB,
    "Properties": b.registration()["properties"],
}
SHAPES = {
    "rest": b.registration(),
    "listing": b.listing(b.registration()),
    "powershell": b.powershell(b.registration()),
    "powershell, cut at depth": b.powershell(b.registration(), depth=0),
    "Get-AzResource": RESOURCE,
    "Get-AzResource, cut at depth": b.powershell(RESOURCE, depth=0),
    "Get-AzResource of several": {"value": [RESOURCE, RESOURCE | {"Id": None}], "Count": 2},
    "az resource show": b.registration() | {"resourceGroup": "azurestack", "sku": None},
}
ACTIVATION = b.held("activation.json", b.activation())
STRAY_CLOUD = "aaaaaaaa-0000-4000-8000-00000000c10d"


def seen(body: Any = None, at: str = b.AT, name: str = "registration.json") -> Held:
    return b.bare(name, body or b.registration(), at=at)


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_every_shape_says_the_same(body: Any) -> None:
    evidence = b.evidence(seen(body), ACTIVATION)

    assert b.value(is_present(evidence)) is True
    assert b.value(reader.identity(evidence)).text == b.REGISTRATION
    assert b.value(reader.cloud_id(evidence)) == b.CLOUD
    assert b.value(reader.billing_model(evidence)) == "PayAsYouUse"
    assert b.value(reader.object_id(evidence)) == b.PRINCIPAL


@pytest.mark.parametrize("told", [None, "", b.ZEROS, f"{{{b.ZEROS}}}", "  "])
def test_an_empty_object_id_means_none_where_the_properties_were_given(told: Any) -> None:
    evidence = b.evidence(seen(b.registration(objectId=told)))
    untold = b.evidence(seen(b.registration(objectId=told, cloudId=None, billingModel=None)))

    assert b.value(reader.object_id(evidence)) == ""
    assert b.reason(reader.object_id(untold)) == "absent-in-answer"


@pytest.mark.parametrize("properties", [{"properties": None}, {"properties": []}])
def test_a_listing_of_resources_without_properties_tells_no_model(properties: Any) -> None:
    evidence = b.evidence(seen(b.registration() | properties))

    assert b.value(is_present(evidence)) is True
    for fact in (reader.object_id, reader.cloud_id, reader.billing_model):
        assert b.reason(fact(evidence)) == "absent-in-answer"


@pytest.mark.parametrize(
    ("name", "told", "reason"),
    [
        ("cloudId", None, "absent-in-answer"),
        ("cloudId", b.ZEROS, "absent-in-answer"),
        ("cloudId", "x" * 1_000_000, "malformed"),
        ("cloudId", 5, "malformed"),
        ("billingModel", "Enterprise", "ambiguous"),
        ("billingModel", None, "absent-in-answer"),
        ("billingModel", 1, "ambiguous"),
        ("objectId", "../x", "malformed"),
        ("objectId", ["x"], "malformed"),
    ],
)
def test_a_hostile_property_is_missing(name: str, told: Any, reason: str) -> None:
    evidence = b.evidence(seen(b.registration(**{name: told})))
    readers = {
        "cloudId": reader.cloud_id,
        "billingModel": reader.billing_model,
        "objectId": reader.object_id,
    }

    assert b.reason(readers[name](evidence)) == reason


def test_the_one_that_the_activation_names_is_the_stamps() -> None:
    listing = b.listing(b.registration(b.OTHER, cloudId=STRAY_CLOUD), b.registration())

    evidence = b.evidence(seen(listing), ACTIVATION)
    assert b.value(reader.identity(evidence)).text == b.REGISTRATION


def test_the_one_that_the_inventory_names_is_next() -> None:
    listing = b.listing(b.registration(b.OTHER, cloudId=STRAY_CLOUD), b.registration())
    declared = Declared(registration=b.OTHER.upper())

    evidence = b.evidence(seen(listing), declared=declared)
    assert b.value(reader.identity(evidence)).text == b.OTHER


def test_the_inventory_does_not_outvote_the_activation() -> None:
    evidence = b.evidence(
        seen(b.registration(b.OTHER, cloudId=STRAY_CLOUD)),
        ACTIVATION,
        declared=Declared(registration=b.OTHER),
    )

    assert b.reason(reader.identity(evidence)) == "ambiguous"


def test_the_one_with_the_stamps_cloud_id_is_next_even_where_it_was_moved() -> None:
    listing = b.listing(b.registration(b.OTHER), b.registration(cloudId=STRAY_CLOUD))
    moved = b.activation(
        azureRegistrationResourceIdentifier=f"{b.GROUP}{b.REGISTRATIONS}/former-name"
    )

    evidence = b.evidence(seen(listing), b.held("a.json", moved), b.held("i.json", b.information()))
    assert b.value(reader.identity(evidence)).text == b.OTHER
    assert b.value(is_present(evidence)) is True


def test_two_with_the_stamps_cloud_id_are_ambiguous() -> None:
    listing = b.listing(b.registration(), b.registration(b.OTHER))

    evidence = b.evidence(seen(listing), b.held("i.json", b.information()))
    assert b.reason(reader.identity(evidence)) == "ambiguous"


def test_several_that_nothing_ties_to_the_stamp_are_ambiguous() -> None:
    listing = b.listing(b.registration(), b.registration(b.OTHER, cloudId=STRAY_CLOUD))

    assert b.reason(reader.identity(b.evidence(seen(listing)))) == "ambiguous"
    assert b.value(reader.identity(b.evidence(seen()))).text == b.REGISTRATION


@pytest.mark.parametrize(
    "documents",
    [
        (seen(b.registration(b.OTHER, cloudId=STRAY_CLOUD)), ACTIVATION),
        (seen(b.registration(cloudId=STRAY_CLOUD)), b.held("i.json", b.information())),
        (seen(b.registration()["properties"]), ACTIVATION),
    ],
)
def test_the_only_one_is_not_the_stamps_where_an_id_contradicts(documents: Any) -> None:
    assert b.reason(reader.identity(b.evidence(*documents))) == "ambiguous"
    assert b.reason(is_present(b.evidence(*documents))) in ("ambiguous", "not-collected")


@pytest.mark.parametrize(
    "below",
    [
        {
            "id": f"{b.REGISTRATION}/products/p",
            "type": "Microsoft.AzureStack/registrations/products",
        },
        {"billingModel": "Capacity", "cloudId": b.CLOUD, "issuer": "AzureBridge", "version": "1.0"},
    ],
)
def test_neither_a_product_nor_a_token_is_a_registration(below: Any) -> None:
    evidence = b.evidence(seen(below), ACTIVATION)

    assert b.reason(is_present(evidence)) == "not-collected"


def test_an_answer_without_the_cloud_id_is_filled_in_by_one_with_it() -> None:
    listing = seen(b.listing(b.registration(cloudId=None)), at=b.LATER, name="registrations.json")
    untold = b.registration(billingModel="Capacity")
    del untold["properties"]["cloudId"]
    newer = seen(b.listing(untold), at=b.LATER, name="registrations.json")

    evidence = b.evidence(seen(), newer, ACTIVATION)
    assert b.value(reader.cloud_id(evidence)) == b.CLOUD
    assert b.value(reader.billing_model(evidence)) == "Capacity"
    assert b.value(is_present(b.evidence(seen(), listing, ACTIVATION))) is True


def test_a_newer_bare_listing_of_resources_does_not_hide_the_properties() -> None:
    bare = seen(b.listing(b.registration() | {"properties": None}), at=b.LATER)

    evidence = b.evidence(seen(), bare, ACTIVATION)
    assert b.value(reader.billing_model(evidence)) == "PayAsYouUse"


def test_two_answers_of_one_time_that_differ_are_ambiguous() -> None:
    other = seen(b.registration(billingModel="Capacity"), name="registration-2.json")

    evidence = b.evidence(seen(), other, ACTIVATION)
    assert b.reason(reader.billing_model(evidence)) == "ambiguous"


def test_every_registration_of_a_document_is_seen_with_its_claim() -> None:
    listing = seen(b.listing(b.registration(), b.registration(b.OTHER), {"id": b.GROUP}))

    found = list(reader.seen_registrations(listing, {b.OTHER.lower(): "osl"}))
    assert [(one.id, one.claimed_by) for one in found] == [(b.REGISTRATION, ""), (b.OTHER, "osl")]
    assert {one.cloud_id for one in found} == {b.CLOUD}
    assert found[0].source.field == "value[0].properties.cloudId"
