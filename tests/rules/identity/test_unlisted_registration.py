"""AZS-ID-003: a registration is nobody's only where nobody can turn out to have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from stampcheck.model import UNCLAIMED, Finding, Outcome, Reason, SeenRegistration, Severity, Source
from stampcheck.testing import Sample, assert_contract, judge_all, missing, stamp
from stampcheck.values import ResourceId
from stampcheck_rules.identity.unlisted_registration import unlisted_registration

SUB = "0b2a1c3d-1111-4000-8000-000000000001"
AWAY = "0b2a1c3d-1111-4000-8000-000000000002"
OURS, THEIRS = "5bf881b2-0000-4000-8000-000000000001", "5bf881b2-0000-4000-8000-000000000002"


def text(name: str) -> str:
    below = "providers/Microsoft.AzureStack/registrations"
    return f"/subscriptions/{SUB}/resourceGroups/azurestack/{below}/{name}"


def claiming(name: str = "a", /, **facts: Any) -> Sample:
    told = {
        "HAS_INVENTORY": True,
        "CLAIMED_REGISTRATION": ResourceId.parse(text("hub-ams")),
        "CLOUD_ID": OURS,
    }
    return stamp(name, **told | facts)


def silent(name: str = "b", /, **facts: Any) -> Sample:
    return stamp(name, **{"HAS_INVENTORY": True} | facts)


def unclaimed(name: str = "lab", cloud_id: str = THEIRS) -> SeenRegistration:
    source = Source("list.json", "value[0]")
    return SeenRegistration(text(name), name, SUB, cloud_id, source)


def judged(*samples: Sample, seen: Sequence[SeenRegistration] = ()) -> list[Finding]:
    return judge_all(unlisted_registration, samples, seen)


def stray(*samples: Sample, seen: SeenRegistration | None = None) -> Finding:
    (found,) = (
        one for one in judged(*samples, seen=[seen or unclaimed()]) if one.stamp == UNCLAIMED
    )
    return found


def test_a_registration_that_no_stamp_claims_is_a_finding_of_its_own() -> None:
    own, found = judged(claiming(), seen=[unclaimed()])

    assert (own.stamp, own.outcome) == ("a", Outcome.PASS)
    assert (found.stamp, found.subject) == (UNCLAIMED, text("lab"))
    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.MEDIUM)
    assert found.causes == unlisted_registration.info.causes


def test_each_of_several_is_one_finding() -> None:
    found = judged(claiming(), seen=[unclaimed("lab"), unclaimed("old", "")])

    assert [one.subject for one in found if one.outcome is Outcome.FAIL] == [
        text("lab"),
        text("old"),
    ]


def test_without_an_inventory_it_says_so_of_each_stamp_and_nothing_else() -> None:
    found = judged(claiming(HAS_INVENTORY=False), silent(HAS_INVENTORY=False), seen=[unclaimed()])

    assert [(one.stamp, one.outcome) for one in found] == [
        ("a", Outcome.NOT_APPLICABLE),
        ("b", Outcome.NOT_APPLICABLE),
    ]


def test_one_with_the_cloud_id_of_a_stamp_is_the_fault_of_another_rule() -> None:
    found = stray(claiming(), seen=unclaimed(cloud_id=OURS))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-ID-001" in found.message


@pytest.mark.parametrize("fact", ["DECLARED_REGISTRATION", "ACTIVATED_REGISTRATION"])
def test_one_that_a_stamp_names_is_claimed_even_where_it_was_not_asked(fact: str) -> None:
    named = ResourceId.parse(text("LAB"))
    found = stray(claiming(), silent(**{fact: named}))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "b" in found.message
    assert judged(silent(**{fact: named}))[0].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("facts", "cloud_id", "outcome"),
    [
        ({}, THEIRS, "undetermined"),
        ({}, "", "undetermined"),
        ({"CLOUD_ID": OURS}, THEIRS, "fail"),
        ({"CLOUD_ID": OURS}, "", "undetermined"),
        ({"SUBSCRIPTION_ID": SUB}, THEIRS, "undetermined"),
        ({"SUBSCRIPTION_ID": AWAY}, THEIRS, "fail"),
        ({"SUBSCRIPTION_ID": AWAY}, "", "fail"),
        ({"SUBSCRIPTION_ID": SUB, "CLOUD_ID": OURS}, "", "undetermined"),
        ({"REGISTRATION_PRESENT": False}, "", "fail"),
        ({"ACTIVATION_PRESENT": False}, THEIRS, "undetermined"),
    ],
)
def test_who_may_yet_have_it_keeps_it_from_being_nobodys(
    facts: dict[str, Any], cloud_id: str, outcome: str
) -> None:
    found = stray(claiming(CLOUD_ID="x"), silent(**facts), seen=unclaimed(cloud_id=cloud_id))

    assert found.outcome.value == outcome
    if outcome == "undetermined":
        assert found.reason is Reason.FLEET_INCOMPLETE
        assert "that of b" in found.message


@pytest.mark.parametrize("side", ["ACTIVATION_PRESENT", "REGISTRATION_PRESENT"])
def test_a_stamp_that_is_not_registered_has_none_to_list(side: str) -> None:
    (found,) = judged(silent(**{side: False}))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-RG-001" in found.message


@pytest.mark.parametrize("reason", ["access-denied", "not-collected"])
def test_a_stamp_without_a_known_registration_is_undetermined_and_harms_no_other(
    reason: str,
) -> None:
    found = judged(claiming(), silent(CLAIMED_REGISTRATION=missing(reason, "403")))

    assert [one.outcome for one in found] == [Outcome.PASS, Outcome.UNDETERMINED]
    assert found[1].reason is Reason(reason)
    assert "403" in found[1].message


def test_whether_there_is_an_inventory_must_be_known() -> None:
    (found,) = judged(claiming(HAS_INVENTORY=missing("not-collected")))

    assert (found.outcome, found.missing) == (Outcome.UNDETERMINED, ("HAS_INVENTORY",))


def test_it_keeps_the_contract() -> None:
    assert_contract(
        unlisted_registration,
        claiming(),
        claiming(HAS_INVENTORY=False),
        silent(),
        silent(ACTIVATION_PRESENT=False),
        silent(DECLARED_REGISTRATION=ResourceId.parse(text("x"))),
    )
