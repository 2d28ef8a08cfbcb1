"""The role of the registration's service principal, by what it allows and never by its name."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.evidence import Held
from stampcheck.parse.principal_role import principal_role
from stampcheck.parse.roles import role_held
from tests.scanner.parse import builders as b

REGISTRATION = b.held("registration.json", b.registration(), b.REGISTRATION)
OWN = "Microsoft.AzureStack/registrations"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
SECOND = "0d6e0000-0000-4000-8000-000000000002"
CMDLET = {
    "Name": "Registration Reader",
    "Id": b.ROLE,
    "IsCustom": True,
    "Description": "words",
    "Actions": b.definition()["properties"]["permissions"][0]["actions"],
    "NotActions": [],
    "DataActions": [],
    "AssignableScopes": [b.SUBSCRIPTION],
}
FLAT = b.definition()["properties"] | {"id": b.definition()["id"], "name": b.ROLE}


def held_role(*roles: str, asked: str = b.REGISTRATION, at: str = b.AT, **rest: Any) -> Held:
    path = f"{b.SUBSCRIPTION}{b.DEFINITIONS}"
    found = [b.assignment(roleDefinitionId=f"{path}/{role}", **rest) for role in roles]
    request = f"{asked}{b.ROLES}?$filter=atScope()"
    return b.held("roles.json", b.listing(*found), request, at=at, kind="role-assignments")


def role(*documents: Held) -> Any:
    return principal_role(b.evidence(REGISTRATION, *documents))


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ("6F12A6DF-dd06-4f3e-bcb1-ce8be600526a", "Azure Stack Registration Owner"),
        (OWNER, "Owner"),
        (CONTRIBUTOR, "Contributor"),
    ],
)
def test_built_in_roles_that_are_enough_fit_without_their_definition(
    identity: str, name: str
) -> None:
    found = b.value(role(held_role(identity)))

    assert (found.fits, found.name) == (True, name)
    assert b.REGISTRATION in found.why


@pytest.mark.parametrize("scope", [b.GROUP, b.SUBSCRIPTION.upper(), b.REGISTRATION.lower()])
def test_a_role_counts_wherever_it_stands_above(scope: str) -> None:
    assert b.value(role(held_role(OWNER, scope=scope))).fits


def test_a_role_at_a_management_group_counts() -> None:
    scope = "/providers/Microsoft.Management/managementGroups/contoso"
    listing = held_role("6f12a6df-dd06-4f3e-bcb1-ce8be600526a", scope=scope)

    assert "management group" in b.value(role(listing)).why
    assert b.value(role_held(b.evidence(REGISTRATION, listing))) is True


@pytest.mark.parametrize(
    "body",
    [
        b.definition(),
        b.listing(b.definition(identity=SECOND), b.definition()),
        b.powershell(b.definition()),
        CMDLET,
        [CMDLET],
        [FLAT],
        CMDLET | {"Actions": " ".join(CMDLET["Actions"]), "NotActions": ""},
    ],
)
def test_the_role_of_old_tools_fits_in_every_shape_of_its_definition(body: Any) -> None:
    found = b.value(role(held_role(b.ROLE), b.bare("role-definitions.json", body)))

    assert (found.fits, found.name) == (True, "Registration Reader")


@pytest.mark.parametrize(
    ("actions", "without", "fits"),
    [
        (("*",), (), True),
        (("Microsoft.AzureStack/*",), (), True),
        ((f"{OWN}/*",), (f"{OWN}/delete",), True),
        ((f"{OWN}/read", f"{OWN}/products/*"), (), True),
        ((f"{OWN}/read", f"{OWN}/products/*/action"), (), True),
        ((f"{OWN}/*",), (f"{OWN}/products/*/action",), False),
        (("*",), ("Microsoft.AzureStack/*",), False),
        (("*/read",), (), False),
        ((f"{OWN}/products/*/action", f"{OWN}/products/read"), (), False),
    ],
)
def test_a_custom_role_is_judged_by_its_actions(
    actions: tuple[str, ...], without: tuple[str, ...], *, fits: bool
) -> None:
    body = b.definition(*actions, without=without)

    assert b.value(role(held_role(b.ROLE), b.bare("d.json", body))).fits is fits


def test_what_is_missing_is_named() -> None:
    found = b.value(role(held_role(READER)))

    assert (found.fits, found.name) == (False, "Reader")
    assert found.why == f"it does not allow {OWN.lower()}/products/listdetails/action"


def test_several_roles_add_up() -> None:
    more = b.definition(f"{OWN}/products/listDetails/action")

    found = b.value(role(held_role(READER, b.ROLE), b.bare("d.json", more)))
    assert (found.fits, found.name) == (True, "Reader, Registration Reader")


def test_what_is_known_may_be_enough_whatever_else_is_not() -> None:
    assert b.value(role(held_role(SECOND, OWNER))).fits


def test_a_role_of_unknown_definition_decides_nothing() -> None:
    named = held_role(b.ROLE, roleDefinitionName="Registration Reader")
    refused = b.held(
        "d.json",
        b.error("AuthorizationFailed"),
        f"{b.SUBSCRIPTION}{b.DEFINITIONS}/{b.ROLE}",
        status=403,
    )

    assert b.reason(role(named)) == "not-collected"
    assert b.reason(role(named, b.bare("d.json", b.definition(identity=SECOND)))) == "ambiguous"
    assert b.reason(role(named, refused)) == "access-denied"
    assert b.reason(role(held_role("no-guid"))) == "ambiguous"
    assert b.reason(role(held_role(READER, SECOND))) == "not-collected"


@pytest.mark.parametrize(
    "permissions",
    [None, [], "words", [5], [{}], [{"actions": None, "notActions": []}], [{"actions": ["*"]}], {}],
)
def test_a_definition_that_cannot_be_read_decides_nothing(permissions: Any) -> None:
    body = b.definition(permissions=permissions)

    assert b.reason(role(held_role(b.ROLE), b.bare("d.json", body))) in (
        "malformed",
        "absent-in-answer",
    )


MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/contoso"
HERE = f"https://management.azure.com{b.SUBSCRIPTION}{b.DEFINITIONS}/{b.ROLE}"
ELSEWHERE = HERE.replace(b.SUB, b.DPS)


@pytest.mark.parametrize(
    ("scopes", "asked"),
    [
        (["/"], ""),
        ([b.SUBSCRIPTION.upper()], ELSEWHERE),
        ([f"/subscriptions/{b.DPS}", b.GROUP], ""),
        ([b.REGISTRATION], ""),
        (f"/subscriptions/{b.DPS} {b.SUBSCRIPTION}", ""),
        ([MANAGEMENT_GROUP], HERE),
        ("System.Object[]", ""),
        ([], ""),
        (None, ""),
        ([5], ""),
    ],
)
def test_a_definition_counts_where_its_role_may_be_given(scopes: Any, asked: str) -> None:
    body = b.definition(assignableScopes=scopes)

    found = role(held_role(b.ROLE), b.held("d.json", body, asked, kind="role-definitions"))
    assert b.value(found).fits


@pytest.mark.parametrize(
    ("scopes", "asked"),
    [
        ([f"/subscriptions/{b.DPS}"], HERE),
        ([f"{b.SUBSCRIPTION}0"], HERE),
        ([f"{b.SUBSCRIPTION}/resourceGroups/another"], HERE),
        (f"/subscriptions/{b.DPS} /subscriptions/x", HERE),
        ([MANAGEMENT_GROUP], ELSEWHERE),
        ([MANAGEMENT_GROUP], ""),
    ],
)
def test_a_definition_of_a_role_of_elsewhere_decides_nothing(scopes: Any, asked: str) -> None:
    body = b.definition("*", assignableScopes=scopes)

    found = role(held_role(b.ROLE), b.held("d.json", body, asked, kind="role-definitions"))
    assert b.reason(found) == "ambiguous"
    assert "assignableScopes" in str(found)


def test_the_newest_definition_counts_and_two_of_one_time_that_differ_do_not() -> None:
    old, new = b.definition("*"), b.definition("*/read")

    newer = b.bare("new.json", new, at=b.LATER)
    assert not b.value(role(held_role(b.ROLE), b.bare("old.json", old), newer)).fits
    both = b.bare("old.json", old), b.bare("new.json", new)
    assert b.reason(role(held_role(b.ROLE), *both)) == "ambiguous"


def test_no_role_is_none_only_by_a_listing_that_would_show_it() -> None:
    found = b.value(role(held_role()))

    assert (found.fits, found.name) == (False, "")
    assert b.reason(role(held_role(asked=b.SUBSCRIPTION))) == "ambiguous"
    assert b.reason(role(b.bare("role-assignments.json", []))) == "ambiguous"
    assert b.reason(role()) == "not-collected"
    loose = b.bare("role-assignments.json", [b.assignment(roleDefinitionId=READER)])
    assert b.reason(role(loose)) == "ambiguous"


def test_the_newest_listing_wins() -> None:
    old, new = held_role(OWNER), held_role(at=b.LATER)

    assert not b.value(role(old, new)).fits
    assert b.value(role(held_role(), held_role(OWNER, at=b.LATER))).fits


def test_without_registration_or_service_principal_there_is_no_answer() -> None:
    without = b.held("r.json", b.registration(objectId=""), b.REGISTRATION)

    assert b.reason(principal_role(b.evidence(without, held_role()))) == "absent-in-answer"
    assert b.reason(principal_role(b.evidence(held_role()))) == "not-collected"
