"""One object, whatever the tool that wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.shape import (
    ABSENT,
    CONFLICT,
    Item,
    as_list,
    as_mapping,
    depth_string,
    fold,
    is_cut_off,
    items,
)
from tests.scanner.parse.builders import REGISTRATION, lock, powershell, registration


@pytest.mark.parametrize(
    ("mapping", "folded"),
    [
        ({"Id": 1, "name": 2}, {"id": 1, "name": 2}),
        ({"level": "a", "Level": "a"}, {"level": "a"}),
        ({"level": "a", "Level": "b"}, {"level": CONFLICT}),
        ({"level": "a", "Level": "b", "LEVEL": "a"}, {"level": CONFLICT}),
        ({}, {}),
    ],
)
def test_a_key_in_two_spellings_with_two_values_is_a_conflict(
    mapping: dict[str, Any], folded: dict[str, Any]
) -> None:
    assert fold(mapping) == folded


def test_an_object_of_a_thousand_keys_is_folded_too() -> None:
    assert fold({f"Key{number}": number for number in range(1000)})["key999"] == 999


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("@{}", {}),
        ("@{level=CanNotDelete}", {"level": "CanNotDelete"}),
        ("@{objectId=; cloudId=x; on=True}", {"objectId": "", "cloudId": "x", "on": "True"}),
        ("@{notes=keep; please; level=A}", {"notes": "keep; please", "level": "A"}),
        ("@{notes=a; level=B; level=A}", {"notes": "a", "level": CONFLICT}),
        ("@{a=@{level=B; x=1}; level=A}", {"a": "@{level=B; x=1}", "level": "A"}),
        ("@{notes=two\nlines; level=A}", {"notes": "two\nlines", "level": "A"}),
    ],
)
def test_a_depth_string_is_read_as_the_object_it_was(text: str, fields: dict[str, Any]) -> None:
    assert depth_string(text) == fields


@pytest.mark.parametrize(
    "text", ["", "@{", "level=A", "System.Object[]", "@{a=" + "b" * 99999 + "}"]
)
def test_other_text_is_no_depth_string(text: str) -> None:
    assert depth_string(text) is None


def test_a_stray_bracket_in_a_note_never_moves_a_value_to_another_key() -> None:
    fields = depth_string("@{notes=oops} }; level=NotSpecified; x=@{level=CanNotDelete}")

    assert fields is not None
    assert fields.get("level", "NotSpecified") == "NotSpecified"


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        ([1, 2], [1, 2]),
        ({"value": [1]}, [1]),
        ({"value": [1], "nextLink": "x"}, [1]),
        ({"value": [1], "Count": 1}, [1]),
        ({"Value": [1], "Count": 1}, [1]),
        ({"value": {"id": 1}, "Count": 1}, [{"id": 1}]),
        ({"value": {"id": 1}}, [{"id": 1}]),
        ({"value": {"id": 1}, "name": "x"}, None),
        ({"value": None}, None),
        ({"value": "@{a=1} @{a=2}", "Count": 2}, None),
        ({}, None),
        ("text", None),
        (None, None),
    ],
)
def test_a_listing_is_an_array_or_its_wrapping(body: object, entries: object) -> None:
    assert as_list(body) == entries


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        ({"value": [], "nextLink": "https://x"}, True),
        ({"value": [], "NextLink": "https://x"}, True),
        ({"value": [], "nextLink": ""}, False),
        ({"value": [], "nextLink": None}, False),
        ([], False),
    ],
)
def test_a_next_link_cuts_a_listing_off(body: object, *, cut: bool) -> None:
    assert is_cut_off(body) is cut


@pytest.mark.parametrize(
    "body",
    [
        registration(),
        powershell(registration()),
        powershell(registration(), depth=0),
        powershell(registration(), flat=True),
    ],
)
def test_a_field_is_found_in_each_shape(body: dict[str, Any]) -> None:
    item = Item(body)

    assert item.prop("billingModel") == "PayAsYouUse"
    assert item.prop("BILLINGMODEL") == "PayAsYouUse"
    assert item.id == REGISTRATION
    assert item.prop("nothing") is ABSENT
    assert item.own("nothing", "location") == "global"


def test_a_proof_names_the_place_of_a_field() -> None:
    rest, flat = Item(registration(), "value[2]."), Item(powershell(registration(), flat=True))

    assert rest.path("cloudId") == "value[2].properties.cloudId"
    assert rest.path("id") == "value[2].id"
    assert flat.path("cloudId") == "cloudId"


def test_properties_that_are_null_or_conflict_give_nothing() -> None:
    for mapping in ({"properties": None}, {"properties": {"a": 1}, "Properties": {"a": 2}}):
        assert Item(mapping).prop("a") is ABSENT


def test_the_id_of_a_lock_goes_before_the_id_of_what_it_locks() -> None:
    cmdlet = {"Name": "guard", "ResourceId": REGISTRATION, "LockId": lock()["id"]}

    assert Item(cmdlet).id == lock()["id"]
    assert Item({"id": 5, "ResourceId": REGISTRATION}).id == REGISTRATION
    assert Item({"id": "5bf881b2"}).id == ""


@pytest.mark.parametrize(
    ("body", "prefixes"),
    [
        ({"id": 1}, [""]),
        ([{"id": 1}, {"id": 2}], ["[0].", "[1]."]),
        ({"value": [{"id": 1}, None, "@{id=2}"]}, ["value[0].", "value[2]."]),
        ({"value": []}, []),
        ("text", []),
        (5, []),
    ],
)
def test_objects_of_a_body_know_their_place(body: object, prefixes: list[str]) -> None:
    assert [item.prefix for item in items(body)] == prefixes


def test_a_mapping_is_an_object_or_its_depth_string() -> None:
    assert as_mapping({"a": 1}) == {"a": 1}
    assert as_mapping("@{a=1}") == {"a": "1"}
    assert as_mapping("a=1") is None
    assert as_mapping([]) is None


@pytest.mark.parametrize("key", ["nextLink", "@odata.nextLink", "$skipToken", "odata.NEXTLINK"])
def test_a_further_page_by_whatever_name_cuts_a_listing_off(key: str) -> None:
    assert is_cut_off({"value": [], key: "x"})
    assert not is_cut_off({"value": [], key: None})


@pytest.mark.parametrize(
    ("flat", "nested", "expected"),
    [("a", "b", CONFLICT), ("A", "a", "a"), (None, "a", "a"), (True, False, CONFLICT)],
)
def test_a_field_at_both_levels_must_not_differ(
    flat: object, nested: object, expected: object
) -> None:
    assert Item({"state": flat, "properties": {"state": nested}}).prop("state") == expected
    assert Item({"name": flat, "properties": {"name": nested}}).prop("name") == nested
