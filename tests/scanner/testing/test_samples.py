"""Stamps, fleets and documents for tests: what they are made of; mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.facts import CLOUD_ID, LOCKS, REGISTRATION_ID
from stampcheck.model import Example, Known, Missing, Outcome
from stampcheck.testing import (
    assert_fixture,
    fleet,
    fleet_of,
    judge,
    judge_all,
    judge_example,
    missing,
    read_evidence,
    stamp,
)
from stampcheck.values import ResourceId
from stampcheck_rules.identity.shared_cloud_id import shared_cloud_id
from stampcheck_rules.protection.unlocked_registration import unlocked_registration

ONE = "5bf881b2-3333-4000-8000-000000000001"
TWO = "5bf881b2-3333-4000-8000-000000000002"
GROUP = "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
REGISTRATION = ResourceId.parse(f"{GROUP}/providers/Microsoft.AzureStack/registrations/ams-01")


def test_what_is_not_named_is_missing() -> None:
    sample = stamp(CLOUD_ID=ONE)

    assert sample.facts[CLOUD_ID].value == ONE  # type: ignore[union-attr]  # known
    assert isinstance(sample.facts[LOCKS], Missing)
    assert isinstance(sample.without(CLOUD_ID).facts[CLOUD_ID], Missing)
    assert isinstance(sample.facts[CLOUD_ID], Known)


def test_a_mistake_is_told_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match="no fact 'CLOUDID'; did you mean 'CLOUD_ID'"):
        stamp(CLOUDID=ONE)
    with pytest.raises(ValueError, match="no reason 'access_denied'; did you mean 'access-denied'"):
        missing("access_denied")
    with pytest.raises(ValueError, match="None is no value of CLOUD_ID; say missing"):
        stamp(CLOUD_ID=None)
    with pytest.raises(ValueError, match="fleet rule; judge it with judge_all"):
        judge(shared_cloud_id, stamp(CLOUD_ID=ONE))


def test_a_fleet_knows_who_claims_a_registration() -> None:
    whole = fleet(
        stamp("ams-01", CLOUD_ID=ONE, REGISTRATION_ID=REGISTRATION),
        stamp("osl-01", CLOUD_ID=TWO),
        unclaimed=[{"CLOUD_ID": TWO}],
    )

    assert [(one.name, one.claimed_by) for one in whole.registrations] == [
        ("ams-01", "ams-01"),
        ("unclaimed-1", ""),
    ]
    assert {one.stamp: one.outcome for one in judge_all(shared_cloud_id, whole)} == {
        "ams-01": Outcome.PASS,
        "osl-01": Outcome.FAIL,
        "(unclaimed)": Outcome.FAIL,
    }


def test_an_example_is_judged_by_its_worst_finding() -> None:
    apart = Example(Outcome.PASS, {CLOUD_ID: ONE}, others=({CLOUD_ID: TWO},))
    shared = Example(Outcome.FAIL, {CLOUD_ID: ONE}, unclaimed=({CLOUD_ID: ONE},))

    assert judge_example(shared_cloud_id, apart).outcome is Outcome.PASS
    assert judge_example(shared_cloud_id, shared).outcome is Outcome.FAIL
    assert [sample.name for sample in fleet_of(apart)] == ["stamp-1", "stamp-2"]


def test_a_folder_of_documents_is_read_as_a_scan_reads_it(evidence: Path) -> None:
    whole = read_evidence(evidence)
    (sample,) = whole

    assert sample.name == "ams-01"
    assert isinstance(sample.facts[REGISTRATION_ID], Known)
    assert [one.claimed_by for one in whole.registrations] == ["ams-01"]
    assert judge(unlocked_registration, sample).outcome is Outcome.PASS


def test_documents_must_give_the_outcome_that_their_folder_is_named_after(
    evidence: Path, tmp_path: Path
) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    with pytest.raises(AssertionError, match="it holds none"):
        assert_fixture(unlocked_registration, cases)
    evidence.rename(cases / "pass")
    assert_fixture(unlocked_registration, cases)
    (cases / "pass").rename(cases / "fail")
    with pytest.raises(AssertionError, match=r"AZS-PR-001 says pass of ams-01 .* instead of fail"):
        assert_fixture(unlocked_registration, cases)
    (cases / "fail").rename(cases / "failing")
    with pytest.raises(AssertionError, match="'failing' is none"):
        assert_fixture(unlocked_registration, cases)
