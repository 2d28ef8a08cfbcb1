"""AZS-TE-003: another subscription than the activation names, lawful between CSP ones only."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason, Severity
from stampcheck.testing import Sample, assert_contract, judge, missing, stamp
from stampcheck.values import ResourceId
from stampcheck_rules.tenancy.moved_registration import moved_registration

OURS, THEIRS = "5bf881b2-0000-4000-8000-000000000001", "5bf881b2-0000-4000-8000-000000000002"
PARTNER = "CSP_2015-05-01"
BELOW = "providers/Microsoft.AzureStack/registrations/hub-ams"


def identity(subscription: int, group: str = "azurestack") -> Any:
    above = f"/subscriptions/0b2a1c3d-1111-4000-8000-00000000000{subscription}"
    return ResourceId.parse(f"{above}/resourceGroups/{group}/{BELOW}")


def sample(**facts: Any) -> Sample:
    told = {
        "ACTIVATION_PRESENT": True,
        "REGISTRATION_PRESENT": True,
        "ACTIVATED_REGISTRATION": identity(1),
        "REGISTRATION_ID": identity(1),
        "STAMP_CLOUD_ID": OURS,
        "REGISTRATION_CLOUD_ID": OURS,
        "SUBSCRIPTION_OFFER": "EnterpriseAgreement_2014-09-01",
    }
    return stamp("ams", **told | facts)


def moved(**facts: Any) -> Sample:
    return sample(REGISTRATION_ID=identity(2), **facts)


@pytest.mark.parametrize("group", ["azurestack", "AzureStack", "rg-production"])
def test_one_subscription_passes_whatever_the_group(group: str) -> None:
    found = judge(moved_registration, sample(REGISTRATION_ID=identity(1, group)))

    assert found.outcome is Outcome.PASS


@pytest.mark.parametrize(
    "offer", ["EnterpriseAgreement_2014-09-01", "PAYASYOUGO_2014-09-01", "MSDN"]
)
@pytest.mark.parametrize("present", [True, missing("ambiguous")])
def test_another_subscription_fails_and_shows_both(offer: str, present: Any) -> None:
    found = judge(moved_registration, moved(SUBSCRIPTION_OFFER=offer, REGISTRATION_PRESENT=present))

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.HIGH)
    assert set(found.causes) == set(moved_registration.info.causes)
    assert identity(1).text in found.message
    assert identity(2).text in found.message


@pytest.mark.parametrize("offer", ["CSP_2015-05-01", "csp_mg_2017-12-01", "CSPDEVTEST_2018-05-01"])
def test_between_partners_subscriptions_a_person_has_to_attest(offer: str) -> None:
    found = judge(moved_registration, moved(SUBSCRIPTION_OFFER=offer))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NEEDS_HUMAN)
    assert "Partner ID" in found.message


def test_one_partner_id_that_a_person_attests_passes() -> None:
    found = judge(moved_registration, moved(SUBSCRIPTION_OFFER=PARTNER, ONE_PARTNER_ID=True))

    assert found.outcome is Outcome.PASS
    assert "as a person attests" in found.message


def test_two_partner_ids_that_a_person_attests_fail() -> None:
    found = judge(moved_registration, moved(SUBSCRIPTION_OFFER=PARTNER, ONE_PARTNER_ID=False))

    assert (found.outcome, found.actual) == (Outcome.FAIL, "two Partner IDs")


@pytest.mark.parametrize("attested", [True, False])
def test_an_attestation_changes_nothing_where_no_partner_is_involved(attested: bool) -> None:  # noqa: FBT001
    found = judge(moved_registration, moved(ONE_PARTNER_ID=attested))

    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize("offer", ["Brandnew_2027-01-01", "CSPX_2015-05-01", "x" * 1000, "_"])
def test_an_unfamiliar_offer_may_be_a_partners(offer: str) -> None:
    found = judge(moved_registration, moved(SUBSCRIPTION_OFFER=offer))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)
    assert len(found.message) < 500


def test_a_registration_of_another_cloud_id_was_not_moved() -> None:
    found = judge(moved_registration, moved(REGISTRATION_CLOUD_ID=THEIRS))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)


@pytest.mark.parametrize("side", ["ACTIVATION_PRESENT", "REGISTRATION_PRESENT"])
def test_a_missing_side_is_the_fault_of_another_rule(side: str) -> None:
    assert judge(moved_registration, stamp(**{side: False})).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("fact", [fact.name for fact in moved_registration.info.needs])
def test_every_gap_is_undetermined(fact: str) -> None:
    found = judge(moved_registration, sample(**{fact: missing("access-denied")}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.ACCESS_DENIED)


@pytest.mark.parametrize("fact", ["STAMP_CLOUD_ID", "REGISTRATION_CLOUD_ID", "SUBSCRIPTION_OFFER"])
def test_what_proves_a_failure_must_be_known(fact: str) -> None:
    found = judge(moved_registration, moved(**{fact: missing("not-collected")}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NOT_COLLECTED)
    assert judge(moved_registration, sample(**{fact: missing("stale")})).outcome is (Outcome.PASS)


def test_it_keeps_the_contract() -> None:
    assert_contract(
        moved_registration,
        sample(),
        moved(),
        moved(SUBSCRIPTION_OFFER=PARTNER),
        moved(SUBSCRIPTION_OFFER=PARTNER, ONE_PARTNER_ID=True),
        moved(SUBSCRIPTION_OFFER=PARTNER, ONE_PARTNER_ID=False),
        moved(REGISTRATION_CLOUD_ID=THEIRS),
        sample(ACTIVATION_PRESENT=False),
    )


NO_PARTNERS = [
    "AAD",
    "AzureForStudents",
    "AzureInOpen",
    "AzurePass",
    "Default",
    "DreamSpark",
    "EnterpriseAgreement",
    "FreeTrial",
    "Internal",
    "MPN",
    "MSDN",
    "MSDNDevTest",
    "PayAsYouGo",
    "Sponsored",
]


@pytest.mark.parametrize("offer", NO_PARTNERS)
def test_every_offer_that_is_known_to_be_no_partners_fails(offer: str) -> None:
    found = judge(moved_registration, moved(SUBSCRIPTION_OFFER=f"{offer}_2014-09-01"))

    assert found.outcome is Outcome.FAIL
