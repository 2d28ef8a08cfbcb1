"""What is asked of a stamp, one answer making the next ask possible."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.collect.asking import Ask
from stampcheck.collect.plan import Plan
from stampcheck.document import STAMP_KINDS
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held
from stampcheck.parse.recognise import kind_of_request
from stampcheck.targets import Target
from tests.scanner.collect.answers import ADMIN, EVERYTHING, failed, labels, of, plan, told
from tests.scanner.parse import builders as b

AMS = Target(name="ams", admin_endpoint=ADMIN)
ENDPOINTS = {
    "galleryEndpoint": "https://adminportal.osl.contoso.com:30015/",
    "portalEndpoint": "https://adminportal.osl.contoso.com/",
    "authentication": {"loginEndpoint": "https://login.windows.net/", "audiences": ["https://a/b"]},
}
BELOW = [
    "ams/activation.json",
    "ams/fabric-locations.json",
    "ams/alerts.json",
    "ams/scale-units.json",
    "ams/scale-unit-nodes.json",
    "ams/usage-records.json",
]


def entered(chosen: Plan, body: Any = ENDPOINTS) -> list[Ask]:
    asked = of(chosen.first(), "endpoints.json")
    return chosen.after(asked, told(asked, body))


def below(chosen: Plan, *subscriptions: Any, **rest: Any) -> list[Ask]:
    (asked,) = entered(chosen)
    return chosen.after(asked, told(asked, b.listing(*subscriptions, **rest)))


def test_a_stamp_is_entered_without_a_sign_in_and_then_asked_for_everything() -> None:
    chosen = plan(AMS)
    (first,) = chosen.first()
    assert (first.wire, first.owner, first.label) == ("entry:ams", "ams", "ams/endpoints.json")
    (listing,) = chosen.after(first, told(first, ENDPOINTS))
    assert (listing.wire, listing.kind) == ("stamp:ams", "stamp-subscriptions")
    asks = chosen.after(listing, told(listing, b.listing(b.provider_subscription())))

    assert labels(asks) == BELOW
    assert {ask.wire for ask in asks} == {"stamp:ams"}
    assert all(f"/subscriptions/{b.DPS}/" in ask.path for ask in asks)
    for ask in [first, listing, *asks]:
        assert kind_of_request(ADMIN + ask.path) == ask.kind
        assert "{" not in ask.path
    days = of(asks, "usage-records.json").path
    assert "reportedStartTime=2026-11-20T00:00:00Z&reportedEndTime=2026-11-21T00:00:00Z" in days


def test_the_privileged_endpoint_is_asked_beside_it() -> None:
    chosen = plan(Target(name="ams", privileged_endpoints=("192.0.2.1", "192.0.2.2")))
    (asked,) = chosen.first()

    assert (asked.wire, asked.kind, asked.owner) == ("pep:ams", "stamp-information", "ams")
    assert asked.path == "Get-AzureStackStampInformation"
    assert chosen.after(asked, told(asked, b.information())) == []


def test_only_what_is_wanted_is_asked() -> None:
    chosen = plan(AMS, wanted=["alerts"])
    assert labels(below(chosen, b.provider_subscription())) == ["ams/alerts.json"]
    chosen = plan(AMS, wanted=["endpoints"])
    assert entered(chosen) == entered(plan(AMS, wanted=["endpoints"]), b"") == []
    chosen = plan(AMS, wanted=["stamp-subscriptions"])
    assert below(chosen, b.provider_subscription()) == []
    assert plan(AMS, wanted=["stamp-information"]).first() == []


@pytest.mark.parametrize(
    ("subscriptions", "found"),
    [
        ([b.provider_subscription(displayName="  DEFAULT provider subscription ")], True),
        ([b.provider_subscription(displayName="renamed")], True),
        (
            [
                b.provider_subscription(displayName="renamed", offerId=""),
                b.provider_subscription(subscriptionId=b.SUB, displayName="tenant"),
            ],
            True,
        ),
        ([], False),
        ([b.provider_subscription(subscriptionId="../../x", id="/subscriptions/../x")], False),
        ([b.provider_subscription(displayName=None), b.provider_subscription(id=7)], True),
        ([b.provider_subscription(), b.provider_subscription(subscriptionId=b.SUB)], False),
        (
            [
                b.provider_subscription(displayName="one"),
                b.provider_subscription(displayName="two", subscriptionId=b.SUB),
            ],
            False,
        ),
        (["words", None], False),
    ],
)
def test_the_provider_subscription_is_found_by_name_or_alone(
    subscriptions: list[Any],
    found: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    chosen = plan(AMS)
    asks = below(chosen, *subscriptions)

    assert bool(asks) is found
    assert all(f"/subscriptions/{b.DPS}/" in ask.path for ask in asks)
    named = any("provider_subscription in the inventory" in note for note in chosen.notes())
    assert named is not found


def test_one_of_a_listing_that_goes_on_is_not_the_only_one() -> None:
    renamed = b.provider_subscription(displayName="renamed")
    assert below(plan(AMS), renamed, nextLink=f"{ADMIN}/subscriptions?$skiptoken=2") == []
    named = b.provider_subscription()
    assert below(plan(AMS), named, nextLink=f"{ADMIN}/subscriptions?$skiptoken=2")


def test_a_provider_subscription_that_is_declared_waits_for_no_listing() -> None:
    declared = Target(name="ams", admin_endpoint=ADMIN, provider_subscription=b.SUB)
    chosen = plan(declared)
    asks = entered(chosen)

    assert labels(asks) == ["ams/stamp-subscriptions.json", *BELOW]
    assert all(f"/subscriptions/{b.SUB}/" in ask.path for ask in asks[1:])
    listing = asks[0]
    assert chosen.after(listing, told(listing, b.error("AuthorizationFailed"), 403)) == []
    assert chosen.unasked() == {}


@pytest.mark.parametrize(
    ("target", "region"),
    [
        (AMS, "ams"),
        (Target(name="ams", admin_endpoint=ADMIN, region="east"), "east"),
        (Target(name="ams", admin_endpoint="https://AdminManagement.WEST.x.com:30005"), "west"),
        (Target(name="ams", admin_endpoint="https://127.0.0.1:4443"), "osl"),
    ],
)
def test_the_region_is_declared_or_in_the_names_of_the_endpoints(
    target: Target, region: str
) -> None:
    asks = below(plan(target), b.provider_subscription())

    assert f"/resourceGroups/System.{region}/" in of(asks, "alerts.json").path


@pytest.mark.parametrize("declared", ["", "../x", "a b"])
@pytest.mark.parametrize("portal", ["https://[", "https://adminportal.a%2f.x.com", 7, None])
def test_without_a_region_what_needs_none_is_asked_and_the_rest_is_told(
    declared: str, portal: Any
) -> None:
    chosen = plan(Target(name="ams", admin_endpoint="https://127.0.0.1", region=declared))
    told_by = {"galleryEndpoint": portal, "portalEndpoint": portal}
    (listing,) = entered(chosen, ENDPOINTS | told_by)
    asks = chosen.after(listing, told(listing, b.listing(b.provider_subscription())))

    assert labels(asks) == ["ams/activation.json", "ams/usage-records.json"]
    assert any("; region in the inventory would allow it." in note for note in chosen.notes())


@pytest.mark.parametrize("code", ["NoRegisteredProviderFound", "InvalidApiVersionParameter"])
@pytest.mark.parametrize("kind", ["scale-units", "scale-unit-nodes"])
def test_an_older_build_is_asked_in_its_own_version_once(kind: str, code: str) -> None:
    chosen = plan(AMS)
    newest = of(below(chosen, b.provider_subscription()), f"ams/{kind}.json")
    (older,) = chosen.after(newest, told(newest, b.error(code), 400))

    assert older.label == f"ams/{kind} (2016-05-01).json"
    assert older.path == newest.path.replace("2020-10-01", "2016-05-01")
    assert chosen.after(older, told(older, b.error(code), 400)) == []
    assert chosen.after(newest, told(newest, b.listing())) == []


@pytest.mark.parametrize("body", [b"<html>", {}, {"error": {"code": "X", "message": "no"}}])
def test_a_stamp_that_does_not_say_where_to_sign_in_is_asked_nothing_more(body: Any) -> None:
    chosen = plan(AMS)

    assert entered(chosen, body) == []
    assert len(chosen.notes_of("ams")) == 2
    assert sum("endpoints were not read" in note for note in chosen.notes_of("ams")) == 1


def test_what_could_not_be_asked_for_has_the_reason_of_what_stood_in_the_way() -> None:
    chosen = plan(AMS, Target(name="osl"))
    asked = of(chosen.first(), "ams/endpoints.json")
    chosen.after(asked, failed(asked))
    (found,) = chosen.unasked().values()

    assert [one.label for one in found] == ["ams/stamp-subscriptions.json", *BELOW]
    assert {one.reason for one in found} == {Reason.UNREACHABLE}
    assert found[1].detail == (
        "was not asked for, because of ams/endpoints.json: TLS: the CA is not known"
    )
    gap = b.reason(b.evidence(*map(_held, found)).gap("activation", "the activation"))
    assert gap == "unreachable"


def _held(document: Any) -> Any:
    return Held(document, stale=False)


def test_a_listing_that_is_refused_or_tells_nothing_is_why_the_rest_was_not_asked() -> None:
    chosen = plan(AMS)
    (listing,) = entered(chosen)
    chosen.after(listing, told(listing, b.error("AuthorizationFailed"), 403))
    assert {one.reason for one in chosen.unasked()["ams"]} == {Reason.ACCESS_DENIED}
    assert [one.label for one in chosen.unasked()["ams"]] == BELOW

    empty = plan(AMS)
    below(empty)
    (first, *_) = empty.unasked()["ams"]
    assert first.reason is Reason.NOT_COLLECTED
    assert first.detail.endswith("stamp-subscriptions.json: it tells too little")


def test_a_stamp_without_endpoints_is_told_once_for_each_key() -> None:
    chosen = plan(*(Target(name=f"s-{number}") for number in range(7)), wanted=STAMP_KINDS)
    chosen.first()

    assert chosen.unasked() == {}
    assert chosen.notes() == [
        (
            "s-0, s-1, s-2, s-3, s-4 and 2 more: endpoints, stamp-subscriptions, activation, "
            "fabric-locations, alerts, scale-units, scale-unit-nodes, usage-records not asked for; "
            "admin_endpoint in the inventory would allow it."
        ),
        (
            "s-0, s-1, s-2, s-3, s-4 and 2 more: stamp-information not asked for; "
            "privileged_endpoints in the inventory would allow it."
        ),
    ]
    assert len(chosen.notes_of("s-6")) == 2
    assert EVERYTHING > STAMP_KINDS
