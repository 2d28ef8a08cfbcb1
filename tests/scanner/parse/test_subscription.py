"""The home tenant and the offer of the registration's subscription, by whichever tool."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.bundle import Declared
from stampcheck.document import Document
from stampcheck.model import Reason
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.subscription import offer, state, subscription_id, tenant, tenant_reference
from tests.scanner.parse import builders as b

REGISTRATION = b.held("registration.json", b.registration(), b.REGISTRATION)
ACCOUNT = {
    "environmentName": "AzureCloud",
    "homeTenantId": b.TENANT,
    "id": b.SUB,
    "isDefault": True,
    "managedByTenants": [],
    "name": "Contoso hubs",
    "state": "Enabled",
    "tenantId": b.GUEST_TENANT,
    "user": {"name": "op@contoso.com", "type": "user"},
}
CMDLET = {
    "Id": b.SUB,
    "Name": "Contoso hubs",
    "State": "Enabled",
    "SubscriptionId": b.SUB,
    "TenantId": b.GUEST_TENANT,
    "HomeTenantId": b.TENANT,
    "SubscriptionPolicies": {"QuotaId": "CSP_2015-05-01", "SpendingLimit": 1},
}
SHAPES: dict[str, tuple[Any, str]] = {
    "rest": (b.subscription(), "EnterpriseAgreement_2014-09-01"),
    "listing": (b.listing(b.subscription()), "EnterpriseAgreement_2014-09-01"),
    "powershell": (b.powershell(b.subscription()), "EnterpriseAgreement_2014-09-01"),
    "cut at depth": (b.powershell(b.subscription(), depth=0), "EnterpriseAgreement_2014-09-01"),
    "az account show": (ACCOUNT, ""),
    "az account list": ([ACCOUNT | {"id": b.DPS}, ACCOUNT], ""),
    "Get-AzSubscription": (CMDLET, "CSP_2015-05-01"),
    "Get-AzSubscription of several": (
        {"value": [CMDLET | {"Id": b.DPS, "SubscriptionId": b.DPS}, CMDLET], "Count": 2},
        "CSP_2015-05-01",
    ),
    "upper case": (b.subscription(subscriptionId=b.SUB.upper()), "EnterpriseAgreement_2014-09-01"),
}


def read(body: Any, at: str = b.AT, name: str = "subscription.json") -> Held:
    return b.bare(name, body, at=at)


@pytest.mark.parametrize(("body", "quota"), SHAPES.values(), ids=SHAPES)
def test_every_shape_gives_the_home_tenant(body: Any, quota: str) -> None:
    evidence = b.evidence(REGISTRATION, read(body))

    assert b.value(tenant(evidence)) == b.TENANT
    if quota:
        assert b.value(offer(evidence)) == quota
    else:
        assert b.reason(offer(evidence)) == "absent-in-answer"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({**ACCOUNT, "homeTenantId": None}, "ambiguous"),
        ({key: told for key, told in ACCOUNT.items() if key != "homeTenantId"}, "ambiguous"),
        (CMDLET | {"HomeTenantId": ""}, "ambiguous"),
        (CMDLET | {"HomeTenantId": b.ZEROS}, "ambiguous"),
        (CMDLET | {"HomeTenantId": "x"}, "malformed"),
        (b.subscription(tenantId=None), "absent-in-answer"),
        (b.subscription(tenantId=b.ZEROS), "absent-in-answer"),
        (b.subscription(tenantId="contoso.onmicrosoft.com"), "malformed"),
        (b.subscription(tenantId=["x"]), "malformed"),
        (b.subscription(subscriptionId=b.DPS), "ambiguous"),
        ([CMDLET, CMDLET | {"HomeTenantId": b.GUEST_TENANT}], "ambiguous"),
        (b.subscription() | {"TenantId": b.GUEST_TENANT}, "ambiguous"),
    ],
)
def test_a_tenant_that_is_not_the_subscriptions_own_is_none(body: Any, reason: str) -> None:
    assert b.reason(tenant(b.evidence(REGISTRATION, read(body)))) == reason


def test_the_stamps_own_tenant_is_never_asked() -> None:
    information = b.held("i.json", b.information(AADTenantID=b.TENANT))
    own = b.held(
        "s.json", b.listing(b.provider_subscription()), "https://adminmanagement.x/subscriptions"
    )

    assert b.reason(tenant(b.evidence(REGISTRATION, information, own))) == "not-collected"


def test_the_newest_wins_and_one_tool_gives_what_another_leaves_out() -> None:
    old = read(b.subscription(tenantId=b.GUEST_TENANT))
    new = read(ACCOUNT, at=b.LATER, name="account.json")

    evidence = b.evidence(REGISTRATION, old, new)
    assert b.value(tenant(evidence)) == b.TENANT
    assert b.value(offer(evidence)) == "EnterpriseAgreement_2014-09-01"


@pytest.mark.parametrize(
    ("reader", "fields", "reason"),
    [
        (state, {"state": "Suspended"}, "ambiguous"),
        (state, {"state": 5}, "ambiguous"),
        (tenant, {"tenantId": "moved"}, "malformed"),
        (offer, {"subscriptionPolicies": {"quotaId": ["PayAsYouGo_2014-09-01"]}}, "malformed"),
        (offer, {"subscriptionPolicies": ["PayAsYouGo_2014-09-01"]}, "malformed"),
        (offer, {"subscriptionPolicies": "words"}, "malformed"),
    ],
)
def test_what_the_newest_answer_says_is_not_replaced_where_it_is_not_understood(
    reader: Any, fields: dict[str, Any], reason: str
) -> None:
    old, new = b.subscription(), b.subscription(**fields)
    newer = read(new, at=b.LATER, name="new.json")

    assert b.reason(reader(b.evidence(REGISTRATION, read(old), newer))) == reason
    beside = read(new, name="beside.json")
    assert b.reason(reader(b.evidence(REGISTRATION, read(old), beside))) == reason
    older = read(new, at=b.AT, name="old.json")
    assert b.value(reader(b.evidence(REGISTRATION, read(old, at=b.LATER), older)))


@pytest.mark.parametrize("left_out", [None, ""])
def test_what_the_newest_answer_leaves_out_is_taken_from_an_older_one(left_out: Any) -> None:
    empty = b.subscription(state=left_out, tenantId=left_out, subscriptionPolicies=left_out)
    newer = read(empty, at=b.LATER, name="new.json")
    signed_in = read(ACCOUNT | {"homeTenantId": left_out}, at=b.LATER, name="account.json")

    for newest in (newer, signed_in):
        evidence = b.evidence(REGISTRATION, read(b.subscription()), newest)
        assert b.value(tenant(evidence)) == b.TENANT
        assert b.value(state(evidence)) == "Enabled"
        assert b.value(offer(evidence)) == "EnterpriseAgreement_2014-09-01"


def test_two_answers_of_one_time_that_differ_are_ambiguous() -> None:
    other = read(b.subscription(tenantId=b.GUEST_TENANT), name="account.json")

    assert b.reason(tenant(b.evidence(REGISTRATION, read(b.subscription()), other))) == "ambiguous"
    agreeing = read(ACCOUNT, name="account.json")
    assert b.value(tenant(b.evidence(REGISTRATION, read(b.subscription()), agreeing))) == b.TENANT


def refused(request: str, challenge: str) -> Held:
    told = b.envelope(
        b.error("InvalidAuthenticationTokenTenant"),
        request,
        status=401,
        kind="locks",
        headers={"WWW-Authenticate": challenge},
    )
    return Held(b.document("locks.json", told), stale=False)


CHALLENGE = (
    f'Bearer authorization_uri="https://login.windows.net/{b.TENANT}", error="invalid_token"'
)


def test_a_refused_sign_in_supplies_the_tenant_that_it_names() -> None:
    asked = f"https://management.azure.com{b.SUBSCRIPTION}{b.LOCKS}?api-version=1"

    assert b.value(tenant(b.evidence(REGISTRATION, refused(asked, CHALLENGE)))) == b.TENANT
    elsewhere = refused(f"/subscriptions/{b.DPS}{b.LOCKS}", CHALLENGE)
    assert b.reason(tenant(b.evidence(REGISTRATION, elsewhere))) == "not-collected"
    assert b.reason(tenant(b.evidence(REGISTRATION, refused(asked, "Basic")))) == "not-collected"


def test_the_subscription_is_that_of_the_registration_else_the_declared_one() -> None:
    declared = Declared(subscription=b.DPS)
    activation = b.held("activation.json", b.activation())

    assert b.value(subscription_id(b.evidence(REGISTRATION, declared=declared))) == b.SUB
    assert b.value(subscription_id(b.evidence(activation))) == b.SUB
    assert b.value(subscription_id(b.evidence(declared=declared))) == b.DPS
    named = Declared(registration=b.REGISTRATION)
    assert b.value(subscription_id(b.evidence(declared=named))) == b.SUB
    assert b.reason(subscription_id(b.evidence())) == "not-collected"


def test_a_subscription_that_is_no_guid_is_none() -> None:
    odd = b.registration(b.REGISTRATION.replace(b.SUB, ".."))

    assert b.reason(subscription_id(b.evidence(b.bare("r.json", odd)))) == "malformed"


def test_what_is_expected_comes_from_the_inventory_else_from_an_earlier_scan() -> None:
    declared = Declared(expected_tenant=b.TENANT)
    nothing = b.value(tenant_reference(b.evidence()))
    earlier = b.value(tenant_reference(Evidence("a", [], Declared(), b.GUEST_TENANT)))
    first = b.value(tenant_reference(Evidence("a", [], declared, b.GUEST_TENANT)))

    assert (nothing.tenant, earlier.tenant, first.tenant) == ("", b.GUEST_TENANT, b.TENANT)


def test_a_document_of_the_wrong_kind_by_its_bundle_is_no_crash() -> None:
    odd = Document(kind="subscription", label="x", body=b.raw([5, None, {"id": 5}]))
    refusal = Document(kind="subscription", label="x", reason=Reason.MALFORMED)

    for document in (odd, refusal):
        evidence = b.evidence(REGISTRATION, Held(document, stale=False))
        assert b.reason(tenant(evidence)) in ("ambiguous", "malformed")


@pytest.mark.parametrize(
    ("at", "named", "reason"),
    [
        (b.LATER, b.GUEST_TENANT, "ambiguous"),
        (b.LATER, b.TENANT, ""),
        ("2026-10-01T00:00:00Z", b.GUEST_TENANT, ""),
    ],
)
def test_a_newer_refusal_that_names_another_tenant_is_a_contradiction(
    at: str, named: str, reason: str
) -> None:
    denied = refused(f"{b.SUBSCRIPTION}{b.LOCKS}", CHALLENGE.replace(b.TENANT, named))
    denied.document.collected_at = at
    evidence = b.evidence(REGISTRATION, read(b.subscription()), denied)

    found = tenant(evidence)
    assert (b.reason(found) if reason else b.value(found)) == (reason or b.TENANT)


def test_two_offers_of_one_time_are_ambiguous() -> None:
    csp = b.subscription(subscriptionPolicies={"quotaId": "CSP_2015-05-01"})
    other, newer = read(csp, name="s2.json"), read(csp, at=b.LATER, name="s2.json")

    assert b.reason(offer(b.evidence(REGISTRATION, read(b.subscription()), other))) == "ambiguous"
    evidence = b.evidence(REGISTRATION, read(b.subscription()), newer)
    assert b.value(offer(evidence)) == "CSP_2015-05-01"


class TestState:
    @pytest.mark.parametrize("body", [body for body, _ in SHAPES.values()], ids=SHAPES)
    def test_every_shape_gives_it(self, body: Any) -> None:
        evidence = b.evidence(REGISTRATION, read(body))

        assert b.value(state(evidence)) == "Enabled"

    @pytest.mark.parametrize(
        ("told", "meant"),
        [
            ("Warned", "Warned"),
            ("PastDue", "PastDue"),
            ("Past due", "PastDue"),
            ("DISABLED", "Disabled"),
            ("deleted", "Deleted"),
            ("Expired", "Expired"),
        ],
    )
    def test_each_known_word_is_read_in_any_case(self, told: str, meant: str) -> None:
        evidence = b.evidence(REGISTRATION, read(b.subscription(state=told)))

        assert b.value(state(evidence)) == meant

    @pytest.mark.parametrize(
        ("told", "reason"),
        [
            ("Aktiviert", "ambiguous"),
            (1, "ambiguous"),
            (["Enabled"], "ambiguous"),
            (None, "absent-in-answer"),
            ("", "absent-in-answer"),
        ],
    )
    def test_any_other_is_a_reason(self, told: object, reason: str) -> None:
        evidence = b.evidence(REGISTRATION, read(b.subscription(state=told)))

        assert b.reason(state(evidence)) == reason

    def test_one_that_leaves_it_out_is_silent(self) -> None:
        body = {key: told for key, told in b.subscription().items() if key != "state"}

        assert b.reason(state(b.evidence(REGISTRATION, read(body)))) == "absent-in-answer"

    def test_of_another_subscription_says_nothing(self) -> None:
        other = b.subscription(id=f"/subscriptions/{b.DPS}", subscriptionId=b.DPS)

        assert b.reason(state(b.evidence(REGISTRATION, read(other)))) == "ambiguous"

    def test_a_subscription_that_is_not_found_is_denied_and_not_deleted(self) -> None:
        body = b.error("SubscriptionNotFound", f"The subscription '{b.SUB}' could not be found.")
        gone = b.held("subscription.json", body, b.SUBSCRIPTION, status=404)

        assert b.reason(state(b.evidence(REGISTRATION, gone))) == "access-denied"

    def test_the_newest_counts_and_two_of_one_time_must_agree(self) -> None:
        old, warned = read(b.subscription()), b.subscription(state="Warned")
        newer, same = read(warned, at=b.LATER, name="s2.json"), read(warned, name="s2.json")

        assert b.value(state(b.evidence(REGISTRATION, old, newer))) == "Warned"
        assert b.reason(state(b.evidence(REGISTRATION, old, same))) == "ambiguous"


@pytest.mark.parametrize("word", ["contoso", "x" * 5_000, b.ZEROS])
def test_an_expected_tenant_that_is_none_is_no_reference(word: str) -> None:
    by_scan = Evidence("ams-01", [], Declared(), baseline_tenant=word)

    for evidence in (b.evidence(declared=Declared(expected_tenant=word)), by_scan):
        assert b.reason(tenant_reference(evidence)) in ("malformed", "absent-in-answer")


def test_an_answer_about_another_subscription_is_no_missing_document() -> None:
    other = b.evidence(REGISTRATION, read(b.subscription(subscriptionId=b.DPS, id=b.DPS)))
    refused = b.held("s.json", b.error("AuthorizationFailed"), b.SUBSCRIPTION, status=403)

    assert b.reason(state(other)) == "ambiguous"
    assert "about another subscription" in str(state(other))
    assert b.reason(state(b.evidence(REGISTRATION))) == "not-collected"
    assert b.reason(state(b.evidence(REGISTRATION, refused))) == "access-denied"
