"""AZS-ID-002: a name used twice needs two registrants; unique needs everyone's answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import UNCLAIMED, Finding, Outcome, Reason, SeenRegistration, Severity, Source
from stampcheck.testing import Sample, assert_contract, judge_all, missing, stamp
from stampcheck.values import ResourceId
from stampcheck_rules.identity.shared_registration_name import shared_registration_name

BELOW = "providers/Microsoft.AzureStack/registrations"


def text(name: str = "hub", group: str = "azurestack", subscription: int = 1) -> str:
    return f"/subscriptions/0b2a-{subscription}/resourceGroups/{group}/{BELOW}/{name}"


def cloud(number: int) -> str:
    return f"5bf881b2-0000-4000-8000-{number:012}"


def holder(name: str, identity: str, number: int | None, **facts: Any) -> Sample:
    told: dict[str, Any] = {"CLAIMED_REGISTRATION": ResourceId.parse(identity)}
    if number is not None:
        told["CLOUD_ID"] = cloud(number)
    return stamp(name, **told | facts)


def unclaimed(identity: str, cloud_id: str = "") -> SeenRegistration:
    parsed = ResourceId.parse(identity)
    assert parsed is not None
    source = Source("list.json", "value[0]")
    return SeenRegistration(identity, parsed.name, parsed.subscription, cloud_id, source)


def judged(
    samples: Sequence[Sample], registrations: Sequence[SeenRegistration] = ()
) -> list[Finding]:
    return judge_all(shared_registration_name, samples, registrations)


def outcomes(*samples: Sample, registrations: Sequence[SeenRegistration] = ()) -> list[str]:
    return [found.outcome.value for found in judged(samples, registrations)]


def test_different_names_pass() -> None:
    assert outcomes(holder("a", text("x"), 1), holder("b", text("y"), 2)) == ["pass", "pass"]


@pytest.mark.parametrize(
    ("other", "severity"),
    [
        (text("HUB", "rg-oslo"), Severity.MEDIUM),
        (text("Hub"), Severity.MEDIUM),
        (text("hub", subscription=2), Severity.INFORMATIONAL),
    ],
)
def test_one_name_in_whatever_case_fails_by_how_near_the_two_are(
    other: str, severity: Severity
) -> None:
    found = judged([holder("a", text(), 1), holder("b", other, 2)])

    assert [(one.outcome, one.severity) for one in found] == [(Outcome.FAIL, severity)] * 2
    is_near = severity is Severity.MEDIUM
    assert found[0].causes == (
        "registration-name-not-unique" if is_near else "registration-name-reused-elsewhere",
    )
    assert "a (/subscriptions/0b2a-1/resourcegroups/azurestack)" in found[0].message


def test_a_stamp_far_away_is_milder_than_two_that_are_near() -> None:
    samples = [
        holder("a", text(), 1),
        holder("b", text("hub", "oslo"), 2),
        holder("c", text("hub", subscription=2), 3),
    ]

    assert [found.severity.value for found in judged(samples)] == [
        "medium",
        "medium",
        "informational",
    ]


def test_two_stamps_that_name_one_registration_fail_where_nothing_tells_whose_it_is() -> None:
    found = judged([holder("a", text(), 1), holder("b", text(), None)])

    assert {(one.outcome, one.severity) for one in found} == {(Outcome.FAIL, Severity.MEDIUM)}


@pytest.mark.parametrize("other", [text(), text("hub", "oslo"), text("hub", subscription=2)])
def test_one_cloud_id_is_the_fault_of_another_rule(other: str) -> None:
    found = judged([holder("a", text(), 1), holder("b", other, 1)])

    assert {one.outcome for one in found} == {Outcome.NOT_APPLICABLE}
    assert "AZS-ID-001" in found[0].message


def test_an_activation_that_names_anothers_registration_is_the_fault_of_another_rule() -> None:
    owner = holder("a", text(), 1, REGISTRATION_CLOUD_ID=cloud(1))
    stray = holder("b", text(), 2, REGISTRATION_CLOUD_ID=cloud(1))
    found = judged([owner, stray])

    assert {one.outcome for one in found} == {Outcome.NOT_APPLICABLE}
    assert "AZS-RG-003" in found[0].message


def test_a_stray_activation_does_not_hide_that_two_others_share_the_name() -> None:
    stray = holder("c", text(), 3, REGISTRATION_CLOUD_ID=cloud(1))
    samples = [holder("a", text(), 1), holder("b", text("hub", "oslo"), 2), stray]

    assert outcomes(*samples) == ["fail", "fail", "not-applicable"]


def test_a_registration_that_nobody_claims_takes_part() -> None:
    found = judged([holder("a", text(), 1)], [unclaimed(text("HUB", "old"), cloud(9))])

    assert [(one.stamp, one.outcome) for one in found] == [
        ("a", Outcome.FAIL),
        (UNCLAIMED, Outcome.FAIL),
    ]
    assert "nobody (" in found[0].message


def test_a_left_over_of_the_same_stamp_is_the_fault_of_another_rule() -> None:
    left_over = unclaimed(text("hub", "old"), cloud(1))

    assert set(outcomes(holder("a", text(), 1), registrations=[left_over])) == {"not-applicable"}


def test_one_that_an_activation_names_is_not_a_second_one() -> None:
    found = judged([holder("a", text(), None)], [unclaimed(text().upper(), cloud(1))])

    assert [one.outcome for one in found] == [Outcome.PASS, Outcome.NOT_APPLICABLE]


@pytest.mark.parametrize("side", ["ACTIVATION_PRESENT", "REGISTRATION_PRESENT"])
def test_who_is_not_registered_keeps_nobody_from_being_unique(side: str) -> None:
    found = judged([holder("a", text(), 1), stamp("b", **{side: False})])

    assert [one.outcome for one in found] == [Outcome.PASS, Outcome.NOT_APPLICABLE]
    assert "AZS-RG-001" in found[1].message


def test_nobody_is_unique_while_one_did_not_answer() -> None:
    silent = stamp("c", CLAIMED_REGISTRATION=missing("unreachable"))
    found = judged([holder("a", text(), 1), silent])

    assert [one.reason for one in found] == [Reason.FLEET_INCOMPLETE, Reason.UNREACHABLE]
    assert outcomes(holder("a", text(), 1), holder("b", text(), 2), silent)[:2] == ["fail"] * 2


def test_ten_thousand_stamps_of_one_name_name_a_few() -> None:
    found = judged([holder(f"s{place:05}", text(), place) for place in range(10_000)])

    assert {one.outcome for one in found} == {Outcome.FAIL}
    assert "and 9995 more" in found[0].message


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["x", "X", "y"]),
            st.sampled_from(["g", "h"]),
            st.sampled_from([1, 2]),
            st.sampled_from([None, 1, 2, 3]),
            st.sampled_from([None, 1]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.data(),
)
def test_taking_a_fact_away_makes_no_pass_and_no_failure_of_a_pass(
    drawn: list[tuple[str, str, int, int | None, int | None]], data: st.DataObject
) -> None:
    samples = []
    for place, (name, group, subscription, own, held) in enumerate(drawn):
        facts = {} if held is None else {"REGISTRATION_CLOUD_ID": cloud(held)}
        samples.append(holder(f"s{place}", text(name, group, subscription), own, **facts))
    before = outcomes(*samples)
    place = data.draw(st.integers(0, len(samples) - 1))
    fact = data.draw(st.sampled_from(shared_registration_name.facts))
    poorer = dict(samples[place].facts) | {fact: missing("not-collected")}
    samples[place] = Sample(samples[place].name, poorer)
    turned = set(zip(before, outcomes(*samples), strict=True))

    assert not turned & {("pass", "fail"), ("fail", "pass"), ("undetermined", "pass")}


def test_it_keeps_the_contract() -> None:
    assert_contract(
        shared_registration_name,
        holder("a", text(), 1),
        holder("a", text(), 2, REGISTRATION_CLOUD_ID=cloud(1)),
        stamp("a", ACTIVATION_PRESENT=False),
    )
