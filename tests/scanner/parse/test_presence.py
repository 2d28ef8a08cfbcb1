"""A registration is absent only by its id, in a subscription that was read, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.evidence import Held
from stampcheck.parse.presence import is_present, stamp_cloud_id
from tests.scanner.parse import builders as b

ACTIVATION = b.held("activation.json", b.activation())
INFORMATION = b.held("stamp-information.json", b.information())
READ = b.held("subscription.json", b.subscription(), b.SUBSCRIPTION)
DENIED = b.held(
    "locks.json", b.error("AuthorizationFailed"), f"{b.SUBSCRIPTION}{b.LOCKS}", status=403
)
STRAY = b.registration(b.OTHER, cloudId="aaaaaaaa-0000-4000-8000-00000000c10d")
NAMELESS = b.registration(b.OTHER, cloudId=None)


def gone(request: str = b.REGISTRATION, at: str = b.AT, code: str = "ResourceNotFound") -> Held:
    name = "registration.json"
    return b.held(name, b.error(code), request, at=at, status=404, kind="registration")


def listed(*entries: Any, scope: str = b.SUBSCRIPTION, at: str = b.AT, **rest: Any) -> Held:
    asked, body = f"{scope}{b.REGISTRATIONS}?api-version=2017-06-01", b.listing(*entries, **rest)
    return b.held("registrations.json", body, asked, at=at, kind="registration")


@pytest.mark.parametrize(
    "documents",
    [
        (gone(), listed()),
        (gone(b.REGISTRATION.upper() + "/?api-version=1"), listed(STRAY)),
        (gone(code="ResourceGroupNotFound"), listed()),
        (listed(),),
        (listed(STRAY),),
        (gone(), listed(STRAY), READ),
        (gone(), listed(scope=b.GROUP), listed()),
    ],
)
def test_an_absence_by_id_and_none_elsewhere_is_proven(documents: tuple[Held, ...]) -> None:
    assert b.value(is_present(b.evidence(ACTIVATION, INFORMATION, *documents))) is False


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        ((), "not-collected"),
        ((gone(),), "ambiguous"),
        ((gone(), READ), "not-collected"),
        ((gone(b.OTHER), READ), "ambiguous"),
        ((gone(b.REGISTRATION[:-1]), READ), "ambiguous"),
        ((gone(code="SubscriptionNotFound"),), "access-denied"),
        ((listed(scope=b.GROUP),), "not-collected"),
        ((listed(nextLink="https://x"),), "ambiguous"),
        ((listed(), DENIED), "access-denied"),
        ((listed(NAMELESS),), "absent-in-answer"),
        ((b.bare("registration.json", b.error("ResourceNotFound")), READ), "ambiguous"),
        ((b.bare("registration.json", []), READ), "ambiguous"),
        ((b.bare("registration.json", {"value": []}),), "ambiguous"),
    ],
)
def test_any_other_absence_is_not(documents: tuple[Held, ...], reason: str) -> None:
    assert b.reason(is_present(b.evidence(ACTIVATION, INFORMATION, *documents))) == reason


def test_without_an_activation_no_absence_is_proven() -> None:
    assert b.reason(is_present(b.evidence(INFORMATION, listed()))) == "ambiguous"


def test_others_that_might_be_the_stamps_keep_it_open() -> None:
    assert b.reason(is_present(b.evidence(ACTIVATION, listed(STRAY)))) == "ambiguous"


def test_another_answer_may_give_the_cloud_id_that_a_listing_leaves_out() -> None:
    evidence = b.evidence(ACTIVATION, INFORMATION, listed(NAMELESS), b.bare("r.json", STRAY))

    assert b.value(is_present(evidence)) is False


@pytest.mark.parametrize("denial", [gone(at=b.LATER), listed(STRAY, at=b.LATER)])
def test_the_newest_answer_wins_over_an_older_one_that_saw_it(denial: Held) -> None:
    seen = b.held("registration-old.json", b.registration(), b.REGISTRATION, at=b.AT)
    older = b.held("r.json", b.registration(), b.REGISTRATION, at="2026-11-03T00:00:00Z")

    evidence = b.evidence(ACTIVATION, INFORMATION, seen, denial, listed(STRAY, at=b.LATER))
    assert b.value(is_present(evidence)) is False
    assert b.value(is_present(b.evidence(ACTIVATION, INFORMATION, older, denial))) is True


def test_an_answer_and_a_404_of_one_time_are_ambiguous() -> None:
    seen = b.held("r.json", b.registration(), b.REGISTRATION)

    evidence = b.evidence(ACTIVATION, INFORMATION, seen, gone(), listed(STRAY))
    assert b.reason(is_present(evidence)) == "ambiguous"


def cloud(identity: str) -> Held:
    return b.held("information.json", b.information(CloudID=identity))


UNTIED = b.held("r.json", b.registration(cloudId=None), b.REGISTRATION)
FOREIGN = "aaaaaaaa-0000-4000-8000-00000000c10d"
SEEN = b.held("r.json", b.registration(), b.REGISTRATION)
AWAY = f"/subscriptions/{b.DPS}/resourceGroups/azurestack{b.REGISTRATIONS}/hub-ams"
MOVED = b.held("moved.json", b.registration(AWAY), AWAY)


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ((SEEN,), True),
        ((SEEN, ACTIVATION), True),
        ((SEEN, INFORMATION), True),
        ((SEEN, ACTIVATION, INFORMATION), True),
        ((UNTIED, ACTIVATION, INFORMATION), True),
        ((UNTIED, INFORMATION), "ambiguous"),
        ((SEEN, ACTIVATION, cloud(FOREIGN)), "ambiguous"),
        ((b.bare("r.json", b.registration() | {"id": None}), INFORMATION), "absent-in-answer"),
        ((MOVED, ACTIVATION, INFORMATION), "ambiguous"),
        ((MOVED, ACTIVATION, INFORMATION, gone(), READ), True),
    ],
)
def test_a_registration_counts_where_it_is_tied_to_the_stamp(
    documents: tuple[Held, ...], expected: object
) -> None:
    found = is_present(b.evidence(*documents))

    assert (b.value(found) if expected is True else b.reason(found)) == expected


def test_cloud_ids_that_contradict_are_both_named() -> None:
    found = str(is_present(b.evidence(SEEN, ACTIVATION, cloud(FOREIGN))))

    assert FOREIGN in found
    assert b.CLOUD in found


@pytest.mark.parametrize("kind", ["registration", "subscription"])
def test_a_refusal_of_unknown_scope_makes_an_empty_listing_one_of_narrow_rights(kind: str) -> None:
    denied = b.held("denied.json", b.error("AuthorizationFailed"), status=403, kind=kind)

    found = is_present(b.evidence(ACTIVATION, INFORMATION, listed(), denied))
    assert b.reason(found) == "access-denied"


def test_a_registration_of_the_stamps_cloud_id_beside_the_named_one_keeps_it_open() -> None:
    own = b.bare("own.json", b.registration(b.OTHER))
    found = is_present(b.evidence(ACTIVATION, INFORMATION, gone(), listed(), own))

    assert b.reason(found) == "ambiguous"


def test_one_of_the_stamps_cloud_id_in_another_subscription_is_its_own_and_moved() -> None:
    there = "22222222-2222-4333-8444-555555555555"
    own = b.bare("own.json", b.registration(b.OTHER.replace(b.SUB, there)))

    assert b.value(is_present(b.evidence(ACTIVATION, INFORMATION, gone(), listed(), own))) is True


def test_a_cloud_id_by_a_token_alone_proves_nothing_against_the_registration() -> None:
    claims = {"billingModel": "Capacity", "cloudId": b.DEPLOYMENT, "issuer": "AzureBridge"}
    token = b.bare("token.json", claims)
    azure = b.held("registration.json", b.registration(), b.REGISTRATION)

    assert b.reason(stamp_cloud_id(b.evidence(ACTIVATION, azure, token))) == "ambiguous"
    assert b.value(stamp_cloud_id(b.evidence(ACTIVATION, azure, token, INFORMATION))) == b.CLOUD
    assert b.value(stamp_cloud_id(b.evidence(ACTIVATION, token))) == b.DEPLOYMENT
