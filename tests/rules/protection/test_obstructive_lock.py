"""AZS-PR-002: one ReadOnly lock obstructs, whatever stands beside it; a pass needs all locks."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Lock, LockLevel, ResourceId
from stampcheck_rules.protection.obstructive_lock import obstructive_lock

SUB = "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001"
GROUP = f"{SUB}/resourceGroups/azurestack"
REGISTRATION = f"{GROUP}/providers/Microsoft.AzureStack/registrations/hub-ams"


def lock(name: str, level: str = "ReadOnly", scope: str = REGISTRATION) -> Lock:
    parsed = ResourceId.parse(scope)
    assert parsed is not None
    return Lock(name, LockLevel(level), parsed, scope != REGISTRATION)


def judged(*locks: Lock, **more: object) -> Outcome:
    facts = {"REGISTRATION_PRESENT": True, "LOCKS": locks, "LOCKS_WHOLE": True} | more
    return judge(obstructive_lock, stamp(**facts)).outcome


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (lock("RegistrationResourceLock"), "the script's own lock: RegistrationResourceLock"),
        (lock("freeze"), "another lock: freeze"),
        (lock("freeze", scope=GROUP), "an inherited lock of the resource group: freeze"),
        (lock("freeze", scope=SUB), "an inherited lock of the subscription: freeze"),
    ],
)
def test_a_read_only_lock_fails_wherever_it_stands_and_is_named(one: Lock, words: str) -> None:
    facts = {"REGISTRATION_PRESENT": True, "LOCKS": (lock("keep", "CanNotDelete"), one)}
    found = judge(obstructive_lock, stamp(**facts))

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("lock-too-strict",))
    assert found.severity == "medium"
    assert words in found.actual
    assert "syndication" in found.message


def test_the_nearest_lock_is_named_first_and_five_at_most() -> None:
    far = [lock(f"f{number}", scope=SUB) for number in range(9)]
    near = [lock("group", scope=GROUP), lock("mine"), lock("registrationresourcelock")]
    found = judge(obstructive_lock, stamp(REGISTRATION_PRESENT=True, LOCKS=(*far, *near)))

    names = [part.rpartition(": ")[2].split(" ")[0] for part in found.actual.split("; ")]
    assert names == ["registrationresourcelock", "mine", "group", "f0", "f1"]
    assert found.actual.endswith("f1 and 7 more (ReadOnly)")


@pytest.mark.parametrize("levels", [(), ("CanNotDelete",), ("NotSpecified", "CanNotDelete")])
def test_locks_that_let_writing_pass_are_not_too_strict(levels: tuple[str, ...]) -> None:
    assert judged(*(lock(level, level) for level in levels)) is Outcome.PASS


def test_a_pass_names_the_listing_that_proves_it() -> None:
    facts = {"REGISTRATION_PRESENT": True, "LOCKS": (), "LOCKS_WHOLE": True}
    found = judge(obstructive_lock, stamp(**facts))

    assert {source.field for source in found.sources} == set(facts)


def test_a_lock_that_may_have_gone_unlisted_keeps_it_from_passing() -> None:
    assert judged(lock("keep", "CanNotDelete"), LOCKS_WHOLE=missing("ambiguous")) is (
        Outcome.UNDETERMINED
    )
    assert judged(lock("freeze"), LOCKS_WHOLE=missing("ambiguous")) is Outcome.FAIL


@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "ambiguous", "malformed"])
def test_unknown_locks_are_undetermined(reason: str) -> None:
    facts = {"REGISTRATION_PRESENT": True, "LOCKS_WHOLE": True, "LOCKS": missing(reason)}
    found = judge(obstructive_lock, stamp(**facts))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_a_registration_that_is_gone_is_not_obstructed() -> None:
    assert judged(lock("freeze", scope=SUB), REGISTRATION_PRESENT=False) is Outcome.NOT_APPLICABLE


LEVELS = st.lists(st.sampled_from(["ReadOnly", "CanNotDelete", "NotSpecified"]), max_size=8)


@given(LEVELS, st.randoms())
def test_it_fails_exactly_where_one_lock_is_read_only(levels: list[str], dice: Random) -> None:
    locks = [lock(f"l{place}", level) for place, level in enumerate(levels)]
    mixed = list(locks)
    dice.shuffle(mixed)

    outcome = judged(*locks)
    assert outcome is judged(*mixed)
    assert (outcome is Outcome.FAIL) == ("ReadOnly" in levels)


def test_its_examples_give_their_outcomes() -> None:
    for example in obstructive_lock.info.examples:
        sample = stamp(**{fact.name: value for fact, value in example.facts.items()})
        assert judge(obstructive_lock, sample).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    facts = {"REGISTRATION_PRESENT": True, "LOCKS_WHOLE": True}
    assert_contract(
        obstructive_lock,
        stamp(LOCKS=(), **facts),
        stamp(LOCKS=(lock("keep", "CanNotDelete"),), **facts),
        stamp(LOCKS=(lock("freeze"),), **facts),
        stamp(LOCKS=(lock("freeze"),), **facts | {"REGISTRATION_PRESENT": False}),
    )


@pytest.mark.parametrize("reason", ["not-collected", "unreachable"])
def test_a_registration_that_is_not_proven_absent_is_undetermined_by_its_reason(
    reason: str,
) -> None:
    unknown = {"REGISTRATION_PRESENT": missing(reason), "LOCKS": (), "LOCKS_WHOLE": True}
    found = judge(obstructive_lock, stamp(**unknown))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))
    assert found.missing == ("REGISTRATION_PRESENT",)
