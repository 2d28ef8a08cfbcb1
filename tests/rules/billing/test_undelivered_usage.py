"""AZS-BI-005: alerts tell of the sending, records of what is sent, and one fault fails once."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import Connection
from stampcheck_rules.billing.undelivered_usage import undelivered_usage as rule

ON = {
    "ACTIVATION_PRESENT": True,
    "REGISTRATION_PRESENT": True,
    "CONNECTION": Connection.CONNECTED,
    "USAGE_REPORTING": True,
    "USAGE_ALERT_ERRORS": (),
    "LOCAL_USAGE": 24,
}
REFUSED = ON | {"USAGE_ALERT_ERRORS": ("Unauthorized",)}
ACCESS = ("registration-not-accessible", "directory-tenant-changed")
BLOCKED = ("usage-upload-blocked",)
ROLE_LOST = {"REFUSAL_FOLLOWS": "AZS-TE-002"}
MOVED_AWAY = {"REFUSAL_FOLLOWS": "AZS-TE-001"}


@pytest.mark.parametrize(
    ("errors", "causes"),
    [
        (("Unauthorized",), ACCESS),
        (("NetworkError",), BLOCKED),
        (("RequestTimedOut",), BLOCKED),
        (("LoginError",), BLOCKED),
        (("CertificateValidationError",), BLOCKED),
        (("unknown",), BLOCKED),
        (("NetworkError", "Unauthorized"), ACCESS + BLOCKED),
    ],
)
def test_an_active_usage_alert_fails_by_its_code(
    errors: tuple[str, ...], causes: tuple[str, ...]
) -> None:
    found = judge(rule, stamp(**ON | {"USAGE_ALERT_ERRORS": errors}))

    assert (found.outcome, found.causes) == (Outcome.FAIL, causes)
    assert all(code in found.message for code in errors)


@pytest.mark.parametrize(
    "gap", ["LOCAL_USAGE", "CONNECTION", "REGISTRATION_PRESENT", "ACTIVATION_PRESENT"]
)
def test_an_alert_fails_whatever_else_is_not_known(gap: str) -> None:
    found = judge(rule, stamp(**REFUSED | {gap: missing("not-collected")}))

    assert found.outcome is Outcome.FAIL


def test_many_codes_are_counted_and_not_all_printed() -> None:
    codes = tuple(f"Code{number}" for number in range(90))

    assert "and 85 more" in judge(rule, stamp(**ON | {"USAGE_ALERT_ERRORS": codes})).message


def test_reporting_without_alerts_and_with_records_passes() -> None:
    found = judge(rule, stamp(**ON))

    assert found.outcome is Outcome.PASS
    assert "24 usage records" in found.actual


def test_no_local_records_prove_nothing() -> None:
    found = judge(rule, stamp(**ON | {"LOCAL_USAGE": 0}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NEEDS_HUMAN)
    assert "proves nothing" in found.message


@pytest.mark.parametrize(
    "beside",
    [
        {"USAGE_REPORTING": False},
        {"ACTIVATION_PRESENT": False},
        {"REGISTRATION_PRESENT": False},
        {"CONNECTION": Connection.DISCONNECTED},
    ],
)
@pytest.mark.parametrize("facts", [ON, REFUSED])
def test_where_there_is_nothing_to_send_or_no_way_another_rule_speaks(
    beside: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert judge(rule, stamp(**facts | beside)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("other", ["AZS-TE-001", "AZS-TE-002", "AZS-RG-003", "AZS-SU-003"])
def test_a_refusal_that_another_failure_explains_is_no_second_one(other: str) -> None:
    found = judge(rule, stamp(**REFUSED | {"REFUSAL_FOLLOWS": other}))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert other in found.message


@pytest.mark.parametrize("follows", ["", missing("not-collected")])
def test_a_refusal_that_nothing_explains_fails_here(follows: Any) -> None:
    found = judge(rule, stamp(**REFUSED | {"REFUSAL_FOLLOWS": follows}))

    assert found.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("traces", "outcome"), [(MOVED_AWAY, Outcome.NOT_APPLICABLE), (ROLE_LOST, Outcome.FAIL)]
)
def test_only_a_changed_directory_explains_a_failing_login(
    traces: dict[str, Any], outcome: Outcome
) -> None:
    errors = {"USAGE_ALERT_ERRORS": ("LoginError",)}

    assert judge(rule, stamp(**ON | errors | traces)).outcome is outcome


def test_of_two_codes_the_one_that_is_not_explained_fails() -> None:
    errors = {"USAGE_ALERT_ERRORS": ("NetworkError", "Unauthorized")}

    found = judge(rule, stamp(**ON | errors | ROLE_LOST))

    assert (found.outcome, found.causes) == (Outcome.FAIL, BLOCKED)
    assert "Unauthorized" not in found.message


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ({"USAGE_REPORTING": missing("malformed")}, Reason.MALFORMED),
        ({"USAGE_ALERT_ERRORS": missing("ambiguous", "a further page")}, Reason.AMBIGUOUS),
        ({"LOCAL_USAGE": missing("unreachable", "504")}, Reason.UNREACHABLE),
        ({"CONNECTION": missing("ambiguous")}, Reason.AMBIGUOUS),
        ({"REGISTRATION_PRESENT": missing("access-denied")}, Reason.ACCESS_DENIED),
        ({"ACTIVATION_PRESENT": missing("not-collected")}, Reason.NOT_COLLECTED),
    ],
)
def test_what_is_not_known_decides_nothing(gap: dict[str, Any], reason: Reason) -> None:
    found = judge(rule, stamp(**ON | gap))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, reason)


def test_it_keeps_the_contract() -> None:
    every = [
        stamp(**facts | beside | traces)
        for facts in (ON, REFUSED, ON | {"LOCAL_USAGE": 0})
        for beside in (
            {},
            {"USAGE_REPORTING": False},
            {"ACTIVATION_PRESENT": False},
            {"REGISTRATION_PRESENT": False},
            {"CONNECTION": Connection.DISCONNECTED},
        )
        for traces in ({}, MOVED_AWAY, ROLE_LOST)
    ]
    assert_contract(rule, *every)


def test_its_examples_are_judged_as_they_say() -> None:
    for example in rule.info.examples:
        facts = {fact.name: value for fact, value in example.facts.items()}

        assert judge(rule, stamp(**facts)).outcome is example.outcome
