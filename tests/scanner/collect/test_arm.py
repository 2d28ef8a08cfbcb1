"""What is asked of Azure: subscriptions once, registrations by id, and nothing by a hostile one."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import unquote

import pytest

from stampcheck.collect.asking import Ask
from stampcheck.collect.plan import Plan
from stampcheck.document import AZURE_KINDS, Document
from stampcheck.parse.recognise import kind_of_request, request_path
from stampcheck.targets import Azure, Cloud, Reach, Target
from stampcheck.values import ResourceId
from tests.scanner.collect.answers import (
    EVERYTHING,
    TODAY,
    failed,
    labels,
    of,
    plan,
    registered,
    told,
)
from tests.scanner.parse import builders as b

AZURE_ONLY = AZURE_KINDS
OTHER_SUB = "22222222-2222-4333-8444-555555555555"
NAMED = Target(name="ams", registration=b.REGISTRATION)
PER_SUBSCRIPTION = ["subscription", "registrations", "locks", "activity-log"]


def opened(chosen: Plan) -> list[Ask]:
    """What follows once the state of the provider is known."""
    return chosen.after(of(chosen.first(), "provider.json"), [])


def listed(chosen: Plan, *identities: str, **rest: Any) -> list[Ask]:
    asks = opened(chosen)
    listing = of(asks, "registrations.json")
    found = b.listing(*map(b.registration, identities), **rest)
    return chosen.after(listing, told(listing, found))


def held_by(*roles: str, **rest: Any) -> dict[str, Any]:
    """A listing in which the registration's service principal has these roles."""
    path = f"{b.SUBSCRIPTION}{b.DEFINITIONS}"
    return b.listing(*(b.assignment(roleDefinitionId=f"{path}/{one}", **rest) for one in roles))


def after_roles(body: Any, registration: Any = None, status: int = 200) -> list[Ask]:
    """What is asked once the roles at a registration are known."""
    chosen = plan(NAMED)
    one = of(opened(chosen), "/registration.json")
    (roles,) = chosen.after(one, told(one, registration or b.registration()))
    return chosen.after(roles, told(roles, body, status))


def test_a_role_that_is_not_built_in_is_asked_for_by_its_id() -> None:
    (ask,) = after_roles(held_by(b.ROLE.upper(), b.ROLE))

    path = f"{b.SUBSCRIPTION}{b.DEFINITIONS}/{b.ROLE}"
    assert (ask.kind, request_path(ask.path)) == ("role-definitions", path)
    assert ask.label == f"azure/{b.SUB}/role-definitions/{b.ROLE}.json"


@pytest.mark.parametrize(
    "body",
    [
        b.listing(b.assignment()),
        held_by("6F12A6DF-dd06-4f3e-bcb1-ce8be600526a", b.ROLE),
        held_by("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", b.ROLE),
        held_by("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
        held_by(b.ROLE, principalId=b.TENANT),
        held_by(b.ROLE, scope=b.OTHER),
        held_by("..", "x", "{subscription_id}"),
        b.listing(),
        b.error("AuthorizationFailed"),
    ],
)
def test_a_role_that_is_known_or_of_no_weight_causes_no_request(body: Any) -> None:
    assert after_roles(body) == []


def test_of_a_registration_without_a_service_principal_no_role_is_asked_for() -> None:
    assert after_roles(held_by(b.ROLE), b.registration(objectId=None)) == []
    assert after_roles(held_by(b.ROLE), b.registration(b.OTHER)) == []
    assert after_roles(held_by(b.ROLE), b.registration(objectId="words")) == []


def test_no_more_than_a_few_roles_of_one_service_principal_are_asked_for() -> None:
    roles = [f"0d6e0000-0000-4000-8000-{number:012}" for number in range(1, 40)]

    assert len(after_roles(held_by(*roles))) == 5


def test_the_provider_is_asked_first_and_then_everything_of_the_subscription() -> None:
    chosen = plan(NAMED)
    (first,) = chosen.first()

    assert (first.wire, first.owner) == ("azure:AzureCloud:default", "")
    assert first.label == f"azure/{b.SUB}/provider.json"
    for answer in ([], failed(first), told(first, b.error("AuthorizationFailed"), 403)):
        chosen = plan(NAMED)
        asks = chosen.after(chosen.first()[0], answer)
        assert labels(asks) == [
            *(f"azure/{b.SUB}/{name}.json" for name in PER_SUBSCRIPTION),
            f"azure/{b.SUB}/hub-ams/registration.json",
        ]
        assert chosen.after(first, answer) == []


def test_every_ask_asks_for_its_kind() -> None:
    chosen = plan(NAMED)
    asks = chosen.first()
    asks += chosen.after(of(asks, "provider.json"), [])
    one = of(asks, "/registration.json")
    asks += chosen.after(one, told(one, b.registration()))
    asks += chosen.after(asks[-1], told(asks[-1], held_by(b.ROLE)))

    assert {ask.kind for ask in asks} == AZURE_KINDS
    for ask in asks:
        assert kind_of_request("https://management.azure.com" + ask.path) == ask.kind
        assert "{" not in ask.path
    log = of(asks, "activity-log.json")
    assert f"eventTimestamp%20ge%20%27{TODAY.replace(month=8, day=25)}T" in log.path


def test_each_registration_that_is_listed_is_read_by_itself_and_then_its_roles() -> None:
    chosen = plan(Target(name="ams", subscription=b.SUB.upper()))
    asks = listed(chosen, registered(2, "rg-paris"), registered(1))
    assert labels(asks) == [
        f"azure/{b.SUB}/hub-1/registration.json",
        f"azure/{b.SUB}/rg-paris/hub-2/registration.json",
    ]
    roles = chosen.after(asks[0], told(asks[0], b.registration(registered(1))))
    assert labels(roles) == [f"azure/{b.SUB}/hub-1/role-assignments.json"]
    assert request_path(roles[0].path) == registered(1) + b.ROLES
    refused = chosen.after(asks[1], told(asks[1], b.error("AuthorizationFailed"), 403))
    assert labels(refused) == [f"azure/{b.SUB}/rg-paris/hub-2/role-assignments.json"]


def test_of_a_registration_that_is_gone_no_roles_are_asked() -> None:
    chosen = plan(NAMED)
    one = of(opened(chosen), "/registration.json")

    assert chosen.after(one, told(one, b.error("ResourceNotFound"), 404)) == []


def test_a_registration_that_is_named_is_asked_by_id_whatever_the_listing_shows() -> None:
    for body, status in ((b.error("AuthorizationFailed"), 403), (b.listing(), 200)):
        chosen = plan(NAMED)
        asks = opened(chosen)
        assert of(asks, "hub-ams/registration.json").kind == "registration"
        listing = of(asks, "registrations.json")
        assert chosen.after(listing, told(listing, body, status)) == []


def test_no_registration_is_asked_twice_however_it_is_spelled() -> None:
    chosen = plan(NAMED, Target(name="osl", registration=b.REGISTRATION.upper()))
    asks = listed(chosen, b.REGISTRATION, b.REGISTRATION.lower())

    assert asks == []


@pytest.mark.parametrize(
    "identity",
    [
        registered(1, subscription=OTHER_SUB),
        f"{b.SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",
        f"{b.REGISTRATION}/customerSubscriptions/x",
        f"{b.SUBSCRIPTION}{b.REGISTRATIONS}/no-group",
        f"{b.SUBSCRIPTION}/resourceGroups/..{b.REGISTRATIONS}/x",
        f"{b.SUBSCRIPTION}/resourceGroups/rg{b.REGISTRATIONS}/..",
        f"{b.SUBSCRIPTION}/../subscriptions/{OTHER_SUB}/resourceGroups/rg{b.REGISTRATIONS}/x",
        "https://evil.example/" + b.REGISTRATION,
        "x" * 5000,
        7,
        None,
    ],
)
def test_a_listing_cannot_lead_elsewhere(identity: Any) -> None:
    entry = b.registration() | {"id": identity}
    chosen = plan(Target(name="ams", subscription=b.SUB))
    listing = of(opened(chosen), "registrations.json")

    assert chosen.after(listing, told(listing, b.listing(entry, "words", None))) == []


@pytest.mark.parametrize(
    "name", ["a?b=c", "a#b", "{since}", "a%2f..%2fb", "a b", "ä", "a\\b", "%", "a&$x"]
)
def test_a_name_stays_one_part_of_the_path(name: str) -> None:
    identity = f"{b.GROUP}{b.REGISTRATIONS}/{name}"
    chosen = plan(Target(name="ams", subscription=b.SUB))
    (one,) = listed(chosen, identity)
    path, _, query = one.path.partition("?")

    assert query == "api-version=2017-06-01"
    assert [unquote(part) for part in path.split("/")] == identity.split("/")
    assert path.isascii()
    (roles,) = chosen.after(one, [])
    assert unquote(roles.path.partition("?")[0]) == identity + b.ROLES


def test_only_what_is_wanted_is_asked() -> None:
    chosen = plan(NAMED, wanted=["role-assignments"])
    asks = chosen.first()
    asks += chosen.after(of(asks, "provider.json"), [])
    asks += chosen.after(of(asks, "registration.json"), [])

    assert {ask.kind for ask in asks} == {
        "provider",
        "subscription",
        "registration",
        "role-assignments",
    }
    assert plan(NAMED, wanted=["endpoints", "operator", "registration-token"]).first() == []
    assert plan(NAMED, azure=Azure(subscriptions=(b.SUB,)), wanted=[]).wires() == []
    assert plan(NAMED, wanted=[]).discovered("azure:AzureCloud:default", [b.SUB]) == []


def test_a_subscription_is_named_by_the_fleet_or_found() -> None:
    azure = Azure(sign_in="audit", subscriptions=(b.SUB, OTHER_SUB))
    chosen = plan(Target(name="ams", subscription=b.SUB, azure_sign_in="own"), azure=azure)
    wires = {ask.label: ask.wire for ask in chosen.first()}

    assert wires == {
        f"azure/{b.SUB}/provider.json": "azure:AzureCloud:own",
        f"azure/{OTHER_SUB}/provider.json": "azure:AzureCloud:audit",
    }
    assert chosen.wires() == ["azure:AzureCloud:own", "azure:AzureCloud:audit"]
    third = "33333333-2222-4333-8444-555555555555"
    found = chosen.discovered("azure:AzureCloud:audit", [OTHER_SUB, third, "no-guid"])
    assert labels(found) == [f"azure/{third}/provider.json"]
    assert any("no GUID" in note for note in chosen.notes())


def test_a_fleet_of_one_cloud_looks_there_for_what_names_none() -> None:
    azure = Azure(subscriptions=(OTHER_SUB,))
    us = Target(name="bos", cloud="AzureUSGovernment")
    assert plan(us, azure=azure).first()[0].wire == "azure:AzureUSGovernment:default"
    mixed = plan(us, Target(name="ams"), azure=azure).first()
    assert mixed[0].wire == "azure:AzureCloud:default"


def test_two_sign_ins_to_one_subscription_are_told_and_the_first_is_used() -> None:
    second = Target(name="osl", subscription=b.SUB, azure_sign_in="own")
    chosen = plan(NAMED, second)

    assert [ask.wire for ask in chosen.first()] == ["azure:AzureCloud:default"]
    assert chosen.notes_of("osl")[:1] == [
        (
            f"subscription {b.SUB} is reached by two sign-ins; it is asked through "
            "AzureCloud:default, not through AzureCloud:own."
        )
    ]


def test_a_cloud_that_nobody_knows_is_told() -> None:
    chosen = plan(Target(name="ams", cloud="CustomCloud", registration=b.REGISTRATION))

    assert chosen.first() == []
    assert "ams: nothing says where CustomCloud is; add [cloud.CustomCloud]" in chosen.notes()[0]
    custom = Cloud(name="CustomCloud", arm="https://arm.x", authority="https://s.x", audience="a")
    target = Target(name="ams", cloud="CustomCloud", registration=b.REGISTRATION)
    known = Plan(Reach(clouds={"CustomCloud": custom}, targets={"ams": target}), EVERYTHING, TODAY)
    assert known.first()[0].wire == "azure:CustomCloud:default"


def activation(**properties: Any) -> tuple[Ask, list[Document]]:
    asked = Ask(
        wire="stamp:ams",
        kind="activation",
        path=f"{b.ACTIVATION}?api-version=2016-01-01",
        label="ams/activation.json",
        owner="ams",
    )
    return asked, told(asked, b.activation(**properties))


def test_the_activation_names_the_registration() -> None:
    chosen = plan(Target(name="ams"))
    (provider,) = chosen.after(*activation())

    assert provider.label == f"azure/{b.SUB}/provider.json"
    assert f"azure/{b.SUB}/hub-ams/registration.json" in labels(chosen.after(provider, []))
    assert not any("names neither" in note for note in chosen.notes())


def test_an_activation_that_comes_late_names_a_registration_of_an_open_subscription() -> None:
    chosen = plan(Target(name="ams", subscription=b.SUB))
    opened(chosen)

    asked, documents = activation(azureRegistrationResourceIdentifier=registered(9, "rg"))
    assert labels(chosen.after(asked, documents)) == [f"azure/{b.SUB}/rg/hub-9/registration.json"]


@pytest.mark.parametrize(
    "properties",
    [
        {"azureRegistrationResourceIdentifier": "/subscriptions/../x"},
        {"azureRegistrationResourceIdentifier": "https://evil.example/"},
        {"azureRegistrationResourceIdentifier": None},
        {"azureRegistrationResourceIdentifier": b.SUBSCRIPTION},
        {"azureRegistrationResourceIdentifier": b.REGISTRATION.replace(b.SUB, "..")},
        {"azureRegistrationResourceIdentifier": b.REGISTRATION.replace(b.SUB, "a-name")},
        {"azureEnvironmentName": "AzureUSGovernment"},
    ],
)
def test_an_activation_leads_to_no_other_place(properties: dict[str, Any]) -> None:
    chosen = plan(Target(name="ams"))

    assert chosen.after(*activation(**properties)) == []
    assert chosen.notes_of("ams") or chosen.notes()


def test_a_cloud_that_the_activation_names_otherwise_is_told() -> None:
    chosen = plan(Target(name="ams"))
    chosen.after(*activation(azureEnvironmentName="AzureUSGovernment"))

    assert any("set cloud in the inventory" in note for note in chosen.notes())
    assert not any("names neither" in note for note in chosen.notes())
    assert plan(Target(name="ams")).after(*activation(azureEnvironmentName="azurecloud"))


def test_a_stamp_that_nobody_places_is_told() -> None:
    alone = plan(Target(name="ams"), wanted=AZURE_ONLY)
    alone.first()
    assert any("so nothing in Azure was asked for it." in note for note in alone.notes())
    among = plan(Target(name="ams"), azure=Azure(subscriptions=(b.SUB,)), wanted=AZURE_ONLY)
    among.first()
    assert any("one of the 1 subscriptions" in note for note in among.notes())
    assert not any(
        "names neither" in note for note in plan(Target(name="ams"), wanted=["endpoints"]).notes()
    )


def test_a_listing_without_end_is_bounded() -> None:
    chosen = plan(Target(name="ams", subscription=b.SUB))
    asks = listed(chosen, *map(registered, range(2001)))

    assert len(asks) == 2000
    assert any("lists 2,001 registrations" in note for note in chosen.notes())


def test_the_order_of_a_listing_makes_no_difference() -> None:
    ways = itertools.permutations([registered(1), registered(2, "x"), registered(3)])
    asked = {
        tuple(labels(listed(plan(Target(name="a", subscription=b.SUB)), *way))) for way in ways
    }

    assert len(asked) == 1


def test_an_answer_to_what_was_never_asked_changes_nothing() -> None:
    chosen = plan(NAMED)
    stray = Ask(wire="azure:AzureCloud:x", kind="provider", path="/subscriptions/x", label="x")
    assert chosen.after(stray, []) == []
    assert chosen.after(of(opened(chosen), "locks.json"), []) == []
    assert ResourceId.parse(b.REGISTRATION) is not None
