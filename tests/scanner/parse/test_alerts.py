"""Alerts of the stamp: which count, what a listing proves, and that hostile texts are tamed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.document import Document
from stampcheck.parse import alerts as reader
from stampcheck.parse.evidence import Held
from stampcheck.values import ActiveAlerts
from tests.scanner.parse import builders as b

LISTING = (
    f"https://adminmanagement.ams.contoso.com/subscriptions/{b.DPS}/resourceGroups/System.ams"
    "/providers/Microsoft.InfrastructureInsights.Admin/regionHealths/ams/alerts"
    "?api-version=2016-05-01"
)
ACTIVE_ONLY = "&$filter=(Properties/State%20eq%20%27Active%27)"
REQUIRED = b.alert(title="Activation Required", faultTypeId="x.y", alertProperties={})
FOREIGN = b.alert(title="Low memory", faultTypeId="Compute.LowMemory")
UPLOAD_TITLE = "Unable to connect to the remote service"


def listing(*entries: Any, request: str = LISTING, at: str = b.AT, **rest: Any) -> Held:
    return b.held("alerts.json", b.listing(*entries, **rest), request, at=at, kind="alerts")


def direct(body: Any, request: str = LISTING) -> Held:
    """A body as only a hostile bundle holds it, which the reader of files would refuse."""
    document = Document(
        kind="alerts", label="a.json", request=request, status=200, collected_at=b.AT
    )
    document.body = b.raw(body)
    return Held(document, stale=False)


def read(*documents: Held) -> ActiveAlerts:
    found: ActiveAlerts = b.value(reader.alerts(b.evidence(*documents)))
    return found


def titles(*documents: Held) -> list[str]:
    return [alert.title for alert in read(*documents).seen]


def why(*documents: Held) -> str:
    return b.reason(reader.alerts(b.evidence(*documents)))


def errors(*documents: Held) -> Any:
    return b.value(reader.usage_alert_errors(b.evidence(*documents)))


@pytest.mark.parametrize("entry", [REQUIRED, b.powershell(REQUIRED), b.powershell(REQUIRED, 1)])
def test_an_alert_is_told_by_its_title_in_every_shape(entry: Any) -> None:
    (alert,) = read(listing(FOREIGN, entry)).seen

    assert (alert.title, alert.component) == ("Activation Required", "AzureBridge")
    assert alert.severity == "Warning"


@pytest.mark.parametrize(
    "title",
    [
        "activation required",
        "  Activation   Required ",
        "ACTIVATION\nREQUIRED",
        "Activation Required.",
        "Activation Required\u200b",
        "Activation-Required!",
        "\uff21ctivation Required",
    ],
)
def test_titles_are_compared_without_case_blanks_and_stops(title: str) -> None:
    (alert,) = read(listing(b.alert(title=title, faultTypeId="x.y"))).seen

    assert (alert.title, alert.component) == ("Activation Required", "AzureBridge")


@pytest.mark.parametrize(
    "told",
    [
        {"title": "Activation Requir\u0435d", "faultTypeId": "x"},
        {"title": "Activation  failed", "faultTypeId": None},
        {"title": "The Azure Bridge is down", "faultTypeId": "x"},
        {"title": "Words", "faultTypeId": "AzureStackActivation.Fault"},
        {"title": None, "faultTypeId": "AzureStack.Activation"},
    ],
)
def test_an_unknown_alert_that_sounds_like_one_leaves_a_doubt(told: dict[str, Any]) -> None:
    strange = b.alert(**told)

    assert why(listing(strange)) == "ambiguous"
    assert titles(listing(strange, REQUIRED)) == ["Activation Required"]
    assert "no known alert" in read(listing(strange, REQUIRED)).doubt
    assert read(listing(b.alert(**told | {"state": "Closed"}))) == ActiveAlerts(())


@pytest.mark.parametrize("fault", ["Usage Bridge.Fault", "usage_bridge", "\uff35sageBridge"])
def test_a_bridge_is_told_in_any_spelling(fault: str) -> None:
    assert errors(listing(b.alert("LoginError", title="x", faultTypeId=fault))) == ("LoginError",)


BERLIN = LISTING.replace("ams", "berlin")
ELSEWHERE = {
    "host": LISTING.replace("adminmanagement.ams", "adminmanagement.berlin"),
    "region of the group": LISTING.replace("System.ams", "System.berlin"),
    "region": LISTING.replace("regionHealths/ams", "regionHealths/berlin"),
    "subscription": LISTING.replace(b.DPS, b.SUB),
}
ACTIVATED = b.held(
    "activation.json", b.activation(), f"https://adminmanagement.ams.contoso.com{b.ACTIVATION}"
)


@pytest.mark.parametrize("request_of_another", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_listing_of_another_stamp_proves_nothing(request_of_another: str) -> None:
    for entries in ((), (REQUIRED,)):
        foreign = listing(*entries, request=request_of_another, at=b.LATER)
        assert why(foreign, listing(), ACTIVATED) == "ambiguous"
    assert titles(listing(), ACTIVATED) == []


def test_alerts_that_stand_in_another_stamps_subscription_prove_nothing() -> None:
    entry = FOREIGN | {"id": f"{b.ALERTS}/a1e7"}

    assert titles(listing(entry), ACTIVATED) == []
    moved = entry | {"id": entry["id"].replace(b.DPS, b.SUB)}
    assert why(listing(entry, moved), ACTIVATED) == "ambiguous"


def test_the_stamp_information_and_the_provider_subscription_tell_whose_listing_it_is() -> None:
    names = {"RegionName": "berlin", "ExternalDomainFQDN": "contoso.com"}
    berlin = b.bare("stamp-information.json", b.information(**names))
    request = "https://adminmanagement.ams.contoso.com/subscriptions"
    provider = b.provider_subscription(subscriptionId=b.SUB)
    other = b.held("s.json", b.listing(provider), request)
    own = b.held("s.json", b.listing(b.provider_subscription()), request)

    assert why(listing(), berlin) == "ambiguous"
    assert titles(listing(request=BERLIN), berlin) == []
    assert why(listing(), other) == "ambiguous"
    assert titles(listing(), own) == []


@pytest.mark.parametrize(
    ("properties", "component"),
    [
        ({"faultTypeId": "UsageBridge.UsageNetworkError"}, "UsageBridge"),
        ({"faultTypeId": "x", "faultHash": "usagebridge.x"}, "UsageBridge"),
        ({"faultTypeId": "x", "impactedResourceDisplayName": "AzureBridge"}, "AzureBridge"),
        ({"faultTypeId": "x", "impactedResourceId": "/a/infraRoles/UsageBridge"}, "UsageBridge"),
    ],
)
def test_an_alert_of_another_title_is_told_by_the_bridge(
    properties: dict[str, str], component: str
) -> None:
    (alert,) = read(listing(b.alert(title="Something", **properties))).seen

    assert (alert.title, alert.component) == ("Something", component)


def test_the_upload_title_counts_alone_only_where_no_other_component_is_named() -> None:
    alone = {"title": UPLOAD_TITLE, "state": "Active", "alertId": "1", "severity": "Warning"}

    assert errors(listing({"properties": alone})) == ("unknown",)
    assert errors(listing({"properties": alone | {"faultTypeId": "Backup.Share"}})) == ()


def test_an_alert_without_a_title_is_named_by_its_fault() -> None:
    assert titles(listing(b.alert(title=None))) == ["UsageBridge.UsageNetworkError"]


@pytest.mark.parametrize("state", ["Closed", "closed", " CLOSED "])
def test_closed_alerts_never_count(state: str) -> None:
    closed = REQUIRED | {"properties": REQUIRED["properties"] | {"state": state}}

    assert titles(listing(closed)) == []


@pytest.mark.parametrize("state", ["Snoozed", "", None, 1, True, ["Active"]])
def test_an_unfamiliar_state_proves_neither_an_alert_nor_its_absence(state: Any) -> None:
    strange = b.alert(title="Activation Required", state=state)
    other = b.alert("LoginError", title="Activation Expired")

    assert why(listing(strange)) == "ambiguous"
    assert titles(listing(strange, other)) == ["Activation Expired"]
    assert "in state" in read(listing(strange, other)).doubt
    assert b.reason(reader.usage_alert_errors(b.evidence(listing(strange)))) == "ambiguous"


@pytest.mark.parametrize(
    "filtered", ["", ACTIVE_ONLY, "&$filter=properties/state eq 'active'", "&$orderby=x"]
)
def test_a_whole_listing_proves_that_there_is_no_alert(filtered: str) -> None:
    for entries in ((), (FOREIGN,)):
        found = listing(*entries, request=LISTING + filtered)
        assert read(found) == ActiveAlerts(())
        assert errors(found) == ()


NARROWED = {
    "closed ones": listing(request=LISTING + "&$filter=(Properties/State eq 'Closed')"),
    "another filter": listing(request=LISTING + "&$filter=Properties/Severity eq 'Critical'"),
    "some fields": listing(request=LISTING + "&$select=name"),
    "the first page": listing(nextLink="https://x/2"),
    "a further page": listing(request=LISTING + "&$skiptoken=2"),
    "no request": b.bare("alerts.json", b.listing()),
    "nothing": b.bare("alerts.json", []),
    "one alert": listing(request=LISTING.replace("/alerts", "/alerts/a1e7")),
    "one role's": listing(request=LISTING.replace("/alerts", "/serviceHealths/s/alerts")),
    "an unreadable entry": direct(b.listing("x", None)),
    "an entry of nothing": direct(b.listing({"properties": {"state": "Active"}})),
    "no listing": direct({"answer": 42}),
}


@pytest.mark.parametrize("narrowed", NARROWED.values(), ids=NARROWED)
def test_a_listing_of_less_proves_no_absence(narrowed: Held) -> None:
    assert why(narrowed) == "ambiguous"


def test_what_a_cut_off_listing_shows_is_there() -> None:
    cut = listing(b.alert("LoginError"), REQUIRED, nextLink="https://x/2")

    assert titles(cut) == ["Activation Required", "UsageBridge.UsageNetworkError"]
    assert "further page" in read(cut).doubt
    assert errors(cut) == ("LoginError",)
    assert b.reason(reader.usage_alert_errors(b.evidence(listing(REQUIRED, nextLink="x")))) == (
        "ambiguous"
    )


def test_the_newest_listing_wins() -> None:
    old, new = listing(REQUIRED), listing(at=b.LATER)

    assert titles(old, new) == []
    assert titles(listing(), listing(REQUIRED, at=b.LATER)) == ["Activation Required"]


def test_listings_of_one_age_must_agree_unless_they_are_pages() -> None:
    page = listing(b.alert("LoginError"), request=LISTING + "&$skiptoken=2")
    cut = listing(REQUIRED, nextLink="x")

    assert why(listing(REQUIRED), listing()) == "ambiguous"
    assert why(listing(), page) == "ambiguous"
    assert titles(listing(REQUIRED), listing(FOREIGN, REQUIRED)) == ["Activation Required"]
    assert len(titles(cut, page)) == 2
    assert read(cut, page).doubt


def test_a_refusal_is_a_gap_and_counts_only_where_nothing_was_answered() -> None:
    refused = b.held("alerts.json", b.error("AuthorizationFailed"), LISTING, at=b.LATER, status=403)

    assert why() == "not-collected"
    assert why(refused) == "access-denied"
    assert titles(refused, listing(REQUIRED)) == ["Activation Required"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Unauthorized", "Unauthorized"),
        ("unauthorized", "Unauthorized"),
        (" LOGINERROR ", "LoginError"),
        ("NetworkError<newline/>more words", "NetworkError"),
        ("Another", "Another"),
        ("x" * 900, "x" * 77 + "..."),
        ("", "unknown"),
        (None, "unknown"),
        (5, "unknown"),
        (["Unauthorized"], "unknown"),
    ],
)
def test_codes_of_usage_alerts_have_one_spelling(told: Any, code: str) -> None:
    assert errors(listing(b.alert(told))) == (code,)


def test_codes_stand_once_and_in_order_and_are_of_the_usage_bridge_only() -> None:
    several = (
        b.alert("Unauthorized"),
        b.alert("Unauthorized"),
        b.alert("", alertProperties="@{errorCode=LoginError}"),
        b.alert("", alertProperties=None),
        b.alert("Other", faultTypeId="AzureBridge.Fault"),
        b.alert("Other", faultTypeId="Storage.Fault"),
    )

    assert errors(listing(*several)) == ("LoginError", "Unauthorized", "unknown")


def test_hostile_texts_are_bounded_and_on_one_line() -> None:
    title = "Act\x00iv\x1b[31m\u202e" + "<newline/>" + "é" * 100_000
    (alert,) = read(listing(b.alert(title=title, severity="Bad\r\n\u2028x"))).seen

    assert alert.title.startswith("Act iv [31m éé")
    assert len(alert.title) == 200
    assert alert.severity == "Bad x"


@pytest.mark.parametrize("filling", [" ", "< ", "</", "<\t/ ", "<newline "])
def test_a_text_of_unfinished_markup_is_read_like_any_other(filling: str) -> None:
    assert len(reader.clean("<" + filling * 4_000)) <= 200
    assert reader.clean("a<newline/>b< / NewLine / >c") == "a b c"


def test_a_flood_of_alerts_is_bounded() -> None:
    flood = read(listing(*(b.alert(title=f"Alert {number}") for number in range(2_000))))

    assert len(flood.seen) == 100
    assert "more than 100" in flood.doubt


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.sampled_from(["title", "faultTypeId", "state", "alertProperties", "impactedResourceId"]),
)
def test_no_value_breaks_the_reader(value: Any, name: str) -> None:
    evidence = b.evidence(direct(b.listing(b.alert(**{name: value}))))

    found = reader.alerts(evidence)
    assert found is reader.alerts(evidence)
    reader.usage_alert_errors(evidence)


@given(st.text())
def test_clean_texts_stay_on_one_short_line(text: str) -> None:
    cleaned = reader.clean(text, 20)

    assert len(cleaned) <= 20
    assert cleaned == cleaned.strip()
    assert len(cleaned.splitlines()) <= 1
    assert reader.clean(cleaned, 20) == cleaned


def test_a_whole_listing_leaves_no_doubt_beside_one_that_is_a_part() -> None:
    cut, page = listing(REQUIRED, nextLink="x"), listing(REQUIRED, request=LISTING + "&$skip=2")

    assert read(cut, listing(REQUIRED)).doubt == read(listing(REQUIRED), cut).doubt == ""
    assert "further page" in read(cut, page).doubt
    assert read(cut, page).seen == read(page, cut).seen


def test_the_last_word_of_an_impacted_resource_names_its_component() -> None:
    def of(resource: Any) -> Held:
        told = b.alert(title="Odd", faultTypeId="x.y", component=None, impactedResourceId=resource)
        return listing(told)

    assert titles(of("/subscriptions/s/infraRoles/UsageBridge")) == ["Odd"]
    assert titles(of("/subscriptions/UsageBridge/infraRoles/Compute")) == []
    assert titles(of(5)) == []
