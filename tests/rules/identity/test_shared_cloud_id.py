"""AZS-ID-001: duplicates need two answers, uniqueness everyone's."""

from __future__ import annotations

from stampcheck.model import UNCLAIMED, Outcome, Reason, SeenRegistration, Source
from stampcheck.testing import assert_contract, judge_all, missing, stamp
from stampcheck_rules.identity.shared_cloud_id import shared_cloud_id

ONE, TWO = "5bf881b2-0000-4000-8000-000000000001", "5bf881b2-0000-4000-8000-000000000002"
A, B = "2757c369-0000-4000-8000-00000000000a", "2757c369-0000-4000-8000-00000000000b"


def registration(cloud_id: str, claimed_by: str = "") -> SeenRegistration:
    return SeenRegistration(
        id="/subscriptions/s/resourceGroups/g/providers/Microsoft.AzureStack/registrations/old",
        name="old",
        subscription="s",
        cloud_id=cloud_id,
        source=Source("list.json", "value[0]"),
        claimed_by=claimed_by,
    )


def test_different_cloud_ids_pass() -> None:
    found = judge_all(shared_cloud_id, [stamp("a", CLOUD_ID=ONE), stamp("b", CLOUD_ID=TWO)])

    assert [one.outcome for one in found] == [Outcome.PASS, Outcome.PASS]


def test_one_cloud_id_of_two_stamps_fails_both_and_names_both() -> None:
    found = judge_all(shared_cloud_id, [stamp("a", CLOUD_ID=ONE), stamp("b", CLOUD_ID=ONE)])

    assert [one.outcome for one in found] == [Outcome.FAIL, Outcome.FAIL]
    assert "held by a, b" in found[0].message


def test_deployment_ids_tell_a_clone_from_a_copy_of_the_evidence() -> None:
    def causes(first: str, second: str) -> tuple[str, ...]:
        samples = [
            stamp("a", CLOUD_ID=ONE, DEPLOYMENT_ID=first),
            stamp("b", CLOUD_ID=ONE, DEPLOYMENT_ID=second),
        ]
        return judge_all(shared_cloud_id, samples)[0].causes

    assert causes(A, B) == ("cloned-stamp",)
    assert causes(A, A) == ("same-stamp-twice",)


def test_a_registration_that_nobody_claims_counts() -> None:
    found = judge_all(
        shared_cloud_id, [stamp("a", CLOUD_ID=ONE)], [registration(ONE), registration(ONE, "a")]
    )

    assert {(one.stamp, one.outcome) for one in found} == {
        ("a", Outcome.FAIL),
        (UNCLAIMED, Outcome.FAIL),
    }
    assert found[0].causes == ("left-over-registration", "cloud-id-already-registered")


def test_a_left_over_beside_two_deployments_hides_neither() -> None:
    samples = [
        stamp("a", CLOUD_ID=ONE, DEPLOYMENT_ID=A),
        stamp("b", CLOUD_ID=ONE, DEPLOYMENT_ID=B),
    ]
    found = judge_all(shared_cloud_id, samples, [registration(ONE)])

    assert found[0].causes[:2] == ("cloned-stamp", "left-over-registration")


def test_nobody_is_unique_while_one_did_not_answer() -> None:
    silent = stamp("c", CLOUD_ID=missing("unreachable"))
    found = judge_all(shared_cloud_id, [stamp("a", CLOUD_ID=ONE), stamp("b", CLOUD_ID=TWO), silent])

    assert [one.reason for one in found] == [
        Reason.FLEET_INCOMPLETE,
        Reason.FLEET_INCOMPLETE,
        Reason.UNREACHABLE,
    ]


def test_a_registration_without_cloud_id_keeps_others_from_being_unique() -> None:
    found = judge_all(shared_cloud_id, [stamp("a", CLOUD_ID=ONE)], [registration("")])

    assert found[0].reason is Reason.FLEET_INCOMPLETE


def test_ten_thousand_stamps_of_one_cloud_id_name_a_few() -> None:
    found = judge_all(
        shared_cloud_id, [stamp(f"s{number:05}", CLOUD_ID=ONE) for number in range(10_000)]
    )

    assert len(found) == 10_000
    assert "and 9995 more" in found[0].message


def test_it_keeps_the_contract() -> None:
    assert_contract(shared_cloud_id, stamp("a", CLOUD_ID=ONE, DEPLOYMENT_ID=A))


REMARKS = ("Deployment IDs of its stamps differ", "The Deployment IDs of its stamps are equal")


def remark(*deployments: object) -> tuple[bool, ...]:
    """Which of the two remarks a failure bears, by the Deployment IDs of the stamps that share."""
    samples = [
        stamp(f"s{place}", CLOUD_ID=ONE, DEPLOYMENT_ID=one) for place, one in enumerate(deployments)
    ]
    return tuple(words in judge_all(shared_cloud_id, samples)[0].message for words in REMARKS)


def test_it_says_that_deployment_ids_differ_or_are_equal_only_where_they_are() -> None:
    silent = missing("not-collected")

    assert remark(A, B) == remark(A, B, silent) == remark(A, A, B) == (True, False)
    assert remark(A, A) == (False, True)
    assert remark(silent, silent) == remark(A, silent) == remark(A, A, silent) == (False, False)


def test_one_stamp_under_two_names_takes_every_deployment_id() -> None:
    def causes(second: object) -> tuple[str, ...]:
        samples = [
            stamp("a", CLOUD_ID=ONE, DEPLOYMENT_ID=A),
            stamp("b", CLOUD_ID=ONE, DEPLOYMENT_ID=second),
        ]
        return judge_all(shared_cloud_id, samples)[0].causes

    assert causes(A) == ("same-stamp-twice",)
    assert "cloned-stamp" in causes(missing("not-collected"))
    assert "same-stamp-twice" in causes(missing("not-collected"))
    assert "same-stamp-twice" not in causes(B)
