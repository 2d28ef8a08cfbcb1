"""AZS-AC-002: an account is judged by what it may do; to register again takes one action more."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.facts import AccountPermissions, RegistrationDue
from stampcheck.model import Finding, Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Connection
from stampcheck_rules.access.lacking_permission import lacking_permission

DUE = RegistrationDue(due=True, why="the registration expired on 2026-11-01")
NOT_DUE = RegistrationDue(
    due=False, why="the stamp is registered, and its activation never expires"
)
SUBSCRIPTION = "0b2a1c3d-1111-4000-8000-000000000001"
DELETE = "microsoft.authorization/locks/delete"
ROLES = "microsoft.authorization/roleassignments/write"


def may(*lacking: str, again: tuple[str, ...] = ()) -> AccountPermissions:
    return AccountPermissions("operator@contoso.com", SUBSCRIPTION, lacking, again)


def judged(account: Any, *, present: Any = True, **facts: Any) -> Finding:
    told = {
        "REGISTRATION_DUE": DUE,
        "ACCOUNT_PERMISSIONS": account,
        "REGISTRATION_PRESENT": present,
    }
    return judge(lacking_permission, stamp(**(told | facts)))


@pytest.mark.parametrize("present", [True, False, missing("access-denied")])
def test_an_account_that_may_do_everything_passes_and_the_directory_is_left_open(
    present: Any,
) -> None:
    found = judged(may(), present=present)

    assert found.outcome is Outcome.PASS
    assert "operator@contoso.com may register" in found.message
    assert "applications in the directory cannot be seen" in found.message


def test_a_disconnected_stamp_needs_no_application() -> None:
    found = judged(may(), CONNECTION=Connection.DISCONNECTED)

    assert (found.outcome, "directory" in found.message) == (Outcome.PASS, False)


@pytest.mark.parametrize("present", [True, False, missing("not-collected")])
def test_a_missing_action_fails_and_is_named(present: Any) -> None:
    found = judged(may(ROLES), present=present)

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("registering-account-not-owner",))
    assert found.actual == f"not {ROLES}"
    assert SUBSCRIPTION in found.message


def test_only_who_registers_again_has_to_take_a_lock_away() -> None:
    account = may(again=(DELETE,))
    again, first = judged(account), judged(account, present=False)
    unknown = judged(account, present=missing("access-denied"))

    assert (again.outcome, again.actual) == (Outcome.FAIL, f"not {DELETE}")
    assert first.outcome is Outcome.PASS
    assert (unknown.outcome, unknown.reason) == (Outcome.UNDETERMINED, Reason.ACCESS_DENIED)


def test_everything_that_is_missing_is_told_at_once() -> None:
    account = may(ROLES, again=(DELETE,))

    assert judged(account).actual == f"not {ROLES}, {DELETE}"
    assert judged(account, present=False).actual == f"not {ROLES}"


def test_a_connected_stamp_may_need_rights_in_the_directory_too() -> None:
    found = judged(may(ROLES), CONNECTION=Connection.CONNECTED)

    assert "account-may-not-create-applications" in found.causes


@pytest.mark.parametrize("fact", ["REGISTRATION_DUE", "ACCOUNT_PERMISSIONS"])
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "ambiguous"])
def test_it_does_not_pass_over_a_gap(fact: str, reason: str) -> None:
    told: dict[str, Any] = {"REGISTRATION_DUE": DUE, "ACCOUNT_PERMISSIONS": may()}
    found = judge(lacking_permission, stamp(**(told | {fact: missing(reason)})))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_where_nobody_has_to_register_no_account_is_judged() -> None:
    assert judged(may(ROLES), REGISTRATION_DUE=NOT_DUE).outcome is Outcome.NOT_APPLICABLE
    assert (
        judged(missing("not-collected"), REGISTRATION_DUE=NOT_DUE).outcome is Outcome.NOT_APPLICABLE
    )


def test_its_examples_are_judged_as_they_say() -> None:
    for example in lacking_permission.info.examples:
        told = {fact.name: value for fact, value in example.facts.items()}
        assert judge(lacking_permission, stamp(**told)).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    due = {"REGISTRATION_DUE": DUE, "REGISTRATION_PRESENT": True}
    assert_contract(
        lacking_permission,
        stamp(**due, ACCOUNT_PERMISSIONS=may(), CONNECTION=Connection.CONNECTED),
        stamp(**due, ACCOUNT_PERMISSIONS=may(ROLES), CONNECTION=Connection.CONNECTED),
        stamp(**due, ACCOUNT_PERMISSIONS=may(again=(DELETE,))),
        stamp(
            REGISTRATION_DUE=DUE,
            REGISTRATION_PRESENT=False,
            ACCOUNT_PERMISSIONS=may(again=(DELETE,)),
        ),
        stamp(REGISTRATION_DUE=NOT_DUE, ACCOUNT_PERMISSIONS=may(ROLES)),
    )


@pytest.mark.parametrize(
    ("connection", "unseen"),
    [
        (Connection.CONNECTED, True),
        (Connection.DISCONNECTED, False),
        (missing("not-collected"), True),
    ],
)
def test_what_cannot_be_seen_is_said_unless_the_stamp_is_cut_off(
    connection: Any, *, unseen: bool
) -> None:
    note = "cannot be seen here"

    assert (note in judged(may(), CONNECTION=connection).message) is unseen
    assert note not in judged(may(ROLES), CONNECTION=connection).message


@pytest.mark.parametrize("connection", [Connection.DISCONNECTED, missing("not-collected")])
def test_rights_in_the_directory_are_a_cause_only_where_it_is_known_to_be_reached(
    connection: Any,
) -> None:
    found = judged(may(ROLES), CONNECTION=connection)

    assert found.causes == ("registering-account-not-owner",)
