"""AZS-RG-003: the Cloud IDs say whose a registration is, the ids where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Consequence, Outcome, Reason, Severity
from stampcheck.testing import Sample, assert_contract, judge, missing, stamp
from stampcheck.values import ResourceId
from stampcheck_rules.registration.differing_registration import differing_registration

OURS, THEIRS = "5bf881b2-0000-4000-8000-000000000001", "5bf881b2-0000-4000-8000-000000000002"


def identity(name: str = "hub-ams", *, group: str = "azurestack", subscription: int = 1) -> Any:
    above = f"/subscriptions/0b2a1c3d-1111-4000-8000-00000000000{subscription}/resourceGroups"
    return ResourceId.parse(f"{above}/{group}/providers/Microsoft.AzureStack/registrations/{name}")


def sample(**facts: Any) -> Sample:
    told = {
        "ACTIVATION_PRESENT": True,
        "REGISTRATION_PRESENT": True,
        "ACTIVATED_REGISTRATION": identity(),
        "REGISTRATION_ID": identity(),
        "STAMP_CLOUD_ID": OURS,
        "REGISTRATION_CLOUD_ID": OURS,
    }
    return stamp("ams", **told | facts)


@pytest.mark.parametrize("seen", [identity(), identity("HUB-AMS", group="AzureStack")])
def test_one_registration_in_whatever_case_passes(seen: Any) -> None:
    assert judge(differing_registration, sample(REGISTRATION_ID=seen)).outcome is Outcome.PASS


@pytest.mark.parametrize("group", ["rg-production", "azurestack2"])
def test_another_group_of_the_same_subscription_is_a_supported_move(group: str) -> None:
    seen = identity("Hub-Ams", group=group)
    found = judge(differing_registration, sample(REGISTRATION_ID=seen))

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.LOW)
    assert found.causes == ("registration-moved",)
    assert found.consequences == (Consequence.RENEWAL,)
    assert "supported" in found.message
    assert "renewals need the new group" in found.message
    assert (found.expected, found.actual) == (identity().text, seen.text)
    assert {source.field for source in found.sources} >= {
        "ACTIVATED_REGISTRATION",
        "REGISTRATION_ID",
    }


@pytest.mark.parametrize("seen", [identity("hub-2026"), identity("hub-2026", group="other")])
def test_another_name_is_a_registration_made_again(seen: Any) -> None:
    found = judge(differing_registration, sample(REGISTRATION_ID=seen))

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.HIGH)
    assert found.causes == ("re-registered-under-another-name",)


def test_a_registration_of_another_cloud_id_is_another_stamps() -> None:
    found = judge(
        differing_registration,
        sample(REGISTRATION_CLOUD_ID=THEIRS, REGISTRATION_PRESENT=missing("ambiguous")),
    )

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.HIGH)
    assert found.causes[0] == "cloned-stamp"
    assert OURS in found.message
    assert THEIRS in found.message


def test_another_subscription_is_left_to_the_rule_on_moves() -> None:
    found = judge(differing_registration, sample(REGISTRATION_ID=identity(subscription=2)))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-TE-003" in found.message


def test_a_registration_that_is_neither_named_nor_the_stamps_decides_nothing() -> None:
    found = judge(
        differing_registration,
        sample(REGISTRATION_ID=identity("hub-osl"), REGISTRATION_CLOUD_ID=THEIRS),
    )

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)


@pytest.mark.parametrize("side", ["ACTIVATION_PRESENT", "REGISTRATION_PRESENT"])
def test_a_missing_side_is_the_fault_of_another_rule(side: str) -> None:
    found = judge(differing_registration, stamp(**{side: False}))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-RG-001" in found.message


@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "malformed"])
@pytest.mark.parametrize("fact", [fact.name for fact in differing_registration.info.needs])
def test_every_gap_is_undetermined(fact: str, reason: str) -> None:
    found = judge(differing_registration, sample(**{fact: missing(reason)}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))
    assert fact in found.missing


def test_it_keeps_the_contract() -> None:
    assert_contract(
        differing_registration,
        sample(),
        sample(REGISTRATION_ID=identity(group="b")),
        sample(REGISTRATION_ID=identity("b")),
        sample(REGISTRATION_ID=identity(subscription=2)),
        sample(REGISTRATION_CLOUD_ID=THEIRS),
        sample(REGISTRATION_PRESENT=False),
    )


def test_a_move_and_another_name_are_told_apart_in_words() -> None:
    moved = judge(differing_registration, sample(REGISTRATION_ID=identity(group="other"))).message
    named = judge(differing_registration, sample(REGISTRATION_ID=identity("hub-2026"))).message

    assert "moved to another resource group" in moved
    assert "under another name" not in moved
    assert "registered again under another name" in named
    assert "resource group, which is supported" not in named
