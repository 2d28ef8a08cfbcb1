"""AZS-SU-001: four verdicts on a quotaId, and no fault where it is merely unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Finding, Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Connection
from stampcheck_rules.subscription.unsupported_offer import unsupported_offer

FACTS: dict[str, Any] = {
    "REGISTRATION_PRESENT": True,
    "IS_DEVELOPMENT_KIT": False,
    "SUBSCRIPTION_OFFER": "CSP_2015-05-01",
    "CONNECTION": Connection.CONNECTED,
}
UNSUPPORTED = (
    "PayAsYouGo_2014-09-01",
    "MSDN_2014-09-01",
    "MPN_2014-09-01",
    "FreeTrial_2014-09-01",
    "AzureInOpen_2014-09-01",
    "AzurePass_2014-09-01",
    "Sponsored_2016-01-01",
    "DreamSpark_2015-02-01",
    "AzureForStudents_2018-01-01",
    "AAD_2015-09-01",
    "Default_2014-09-01",
    "Internal_2014-09-01",
)


def judged(**facts: Any) -> Finding:
    return judge(unsupported_offer, stamp(**FACTS | facts))


@pytest.mark.parametrize("offer", ["CSP_2015-05-01", "CSP_MG_2017-12-01", "CSPDEVTEST_2018-05-01"])
def test_csp_is_supported_while_connected(offer: str) -> None:
    found = judged(SUBSCRIPTION_OFFER=offer)

    assert found.outcome is Outcome.PASS
    assert "Supported" in found.message


def test_csp_of_a_disconnected_stamp_fails_and_both_texts_are_told() -> None:
    found = judged(CONNECTION=Connection.DISCONNECTED)

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("subscription-offer-not-supported",))
    assert "2020" in found.message
    assert "newer" in found.message


def test_csp_is_undetermined_while_the_connection_is_unknown() -> None:
    found = judged(CONNECTION=missing("ambiguous"))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)


@pytest.mark.parametrize(
    "connection", [Connection.CONNECTED, Connection.DISCONNECTED, missing("ambiguous")]
)
def test_the_quota_of_ea_is_probably_supported_whatever_the_connection(connection: object) -> None:
    found = judged(SUBSCRIPTION_OFFER="EnterpriseAgreement_2014-09-01", CONNECTION=connection)

    assert found.outcome is Outcome.PASS
    assert "Probably" in found.message


@pytest.mark.parametrize("offer", UNSUPPORTED)
def test_what_is_listed_as_another_offer_fails(offer: str) -> None:
    found = judged(SUBSCRIPTION_OFFER=offer, CONNECTION=missing("not-collected"))

    assert (found.outcome, found.severity) == (Outcome.FAIL, "high")
    assert offer in found.actual


@pytest.mark.parametrize("offer", ["CSP", "csp_2031-01-01", " Csp_x"])
def test_the_date_and_the_case_do_not_matter(offer: str) -> None:
    assert judged(SUBSCRIPTION_OFFER=offer).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "offer", ["MSDNDevTest_2014-09-01", "Apss_2027-01-01", "CSPX_2015", "_", "=HYPERLINK(1)"]
)
def test_an_unknown_quota_is_no_fault_and_no_pass(offer: str) -> None:
    found = judged(SUBSCRIPTION_OFFER=offer)

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)
    assert "Ask the owner" in found.message


@given(st.text(max_size=1024))
def test_whatever_the_quota_says_the_finding_stays_short(offer: str) -> None:
    found = judged(SUBSCRIPTION_OFFER=offer)

    assert len(found.actual) < 160
    assert found.reason in (None, Reason.AMBIGUOUS)


@pytest.mark.parametrize(
    "offer", [FACTS["SUBSCRIPTION_OFFER"], UNSUPPORTED[0], "?", missing("stale")]
)
def test_a_development_kit_may_have_any_offer(offer: object) -> None:
    found = judged(IS_DEVELOPMENT_KIT=True, SUBSCRIPTION_OFFER=offer)

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_a_registration_that_is_gone_has_no_offer_to_judge() -> None:
    assert judged(REGISTRATION_PRESENT=False).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    "fact", ["REGISTRATION_PRESENT", "IS_DEVELOPMENT_KIT", "SUBSCRIPTION_OFFER"]
)
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "absent-in-answer"])
def test_each_gap_is_undetermined(fact: str, reason: str) -> None:
    found = judged(**{fact: missing(reason)})

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_an_offer_for_kits_fails_only_where_the_stamp_is_known_to_be_none() -> None:
    found = judged(SUBSCRIPTION_OFFER=UNSUPPORTED[0], IS_DEVELOPMENT_KIT=missing("not-collected"))

    assert (found.outcome, found.missing) == (Outcome.UNDETERMINED, ("IS_DEVELOPMENT_KIT",))


def test_its_examples_give_their_outcomes() -> None:
    for example in unsupported_offer.info.examples:
        sample = stamp(**{fact.name: value for fact, value in example.facts.items()})
        assert judge(unsupported_offer, sample).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    offers = ("CSP_2015-05-01", "EnterpriseAgreement_2014-09-01", "MSDN_2014-09-01", "?")
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"IS_DEVELOPMENT_KIT": True},
        {"REGISTRATION_PRESENT": False},
        {"CONNECTION": Connection.DISCONNECTED},
    )
    samples = [
        stamp(**FACTS | {"SUBSCRIPTION_OFFER": offer} | change)
        for offer in offers
        for change in changes
    ]
    assert_contract(unsupported_offer, *samples)
