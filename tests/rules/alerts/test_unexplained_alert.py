"""AZS-ST-001: each title is explained by its rule, or fails, or stays open; never two failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck.values import ActiveAlerts, Alert, Connection, Expiry, ExpiryWindows
from stampcheck_rules.alerts.unexplained_alert import unexplained_alert as rule

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REQUIRED = Alert("Activation Required", component="AzureBridge")
SOON = Alert("activation expiring soon", component="AzureBridge")
EXPIRED = Alert("Activation Expired", component="AzureBridge")
UPLOAD = Alert("Unable to connect to the remote service", "", "UsageBridge", "NetworkError")
REFUSED = Alert("Unable to connect to the remote service", "", "UsageBridge", "Unauthorized")
STRANGE = Alert("Marketplace download failed", component="AzureBridge")
DENIED = Alert("Azure Bridge cannot sign in", "", "AzureBridge", "Unauthorized")
EVERY = (REQUIRED, SOON, EXPIRED, UPLOAD, REFUSED, STRANGE, DENIED)
SOUND = {
    "ACTIVATION_PRESENT": True,
    "REGISTRATION_PRESENT": True,
    "ACTIVATION_STATE": "Succeeded",
    "ACTIVATION_EXPIRES": Expiry(NOW + timedelta(days=300)),
    "AS_OF": NOW,
    "EXPIRY_WINDOWS": ExpiryWindows(),
    "USAGE_REPORTING": False,
}


def seen(*alerts: Alert, doubt: str = "") -> dict[str, Any]:
    return {"ALERTS": ActiveAlerts(alerts, doubt)}


def expires_in(days: float) -> dict[str, Any]:
    return {"ACTIVATION_EXPIRES": Expiry(NOW + timedelta(days=days))}


def test_no_alert_passes() -> None:
    assert judge(rule, stamp(ACTIVATION_PRESENT=True, **seen())).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("alert", "causes"),
    [
        (REQUIRED, ("alert-not-cleared",)),
        (SOON, ("alert-not-cleared",)),
        (EXPIRED, ("alert-not-cleared",)),
        (UPLOAD, ("alert-not-cleared", "usage-upload-blocked")),
        (REFUSED, ("alert-not-cleared", "registration-not-accessible")),
    ],
)
def test_an_alert_on_a_sound_stamp_fails_and_is_named(alert: Alert, causes: tuple[str]) -> None:
    found = judge(rule, stamp(**SOUND | seen(alert)))

    assert (found.outcome, found.causes) == (Outcome.FAIL, causes)
    assert alert.title in found.message


@pytest.mark.parametrize(
    ("alert", "facts", "other"),
    [
        (REQUIRED, {"REGISTRATION_PRESENT": False}, "AZS-RG-001"),
        (STRANGE, {"REGISTRATION_PRESENT": False}, "AZS-RG-001"),
        (REQUIRED, {"ACTIVATION_STATE": "Stopped"}, "AZS-RG-006"),
        (REQUIRED, {"ACTIVATION_STATE": "failed"} | expires_in(-3), "AZS-RG-006"),
        (REQUIRED, expires_in(-3), "AZS-RG-002"),
        (REFUSED, {"USAGE_REPORTING": True, "REFUSAL_FOLLOWS": "AZS-TE-002"}, "AZS-TE-002"),
        (DENIED, {"REFUSAL_FOLLOWS": "AZS-TE-001"}, "AZS-TE-001"),
        (UPLOAD, {"USAGE_REPORTING": True, "REGISTRATION_PRESENT": False}, "AZS-RG-001"),
        (
            UPLOAD,
            {"USAGE_REPORTING": True, "CONNECTION": Connection.DISCONNECTED},
            "AZS-BI-001",
        ),
        (SOON, expires_in(90), "AZS-RG-002"),
        (SOON, expires_in(-1), "AZS-RG-002"),
        (EXPIRED, expires_in(0), "AZS-RG-002"),
        (EXPIRED, expires_in(-400), "AZS-RG-002"),
        (UPLOAD, {"USAGE_REPORTING": True}, "AZS-BI-005"),
        (REFUSED, {"USAGE_REPORTING": True}, "AZS-BI-005"),
    ],
)
def test_an_explained_alert_is_no_second_failure(
    alert: Alert, facts: dict[str, Any], other: str
) -> None:
    found = judge(rule, stamp(**SOUND | facts | seen(alert)))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert other in found.message
    assert alert.title in found.message


@pytest.mark.parametrize(
    ("alert", "facts"),
    [
        (SOON, expires_in(90.01)),
        (SOON, {"ACTIVATION_EXPIRES": Expiry(None)}),
        (SOON, expires_in(50) | {"EXPIRY_WINDOWS": ExpiryWindows(1, 2, 3)}),
        (EXPIRED, expires_in(0.01)),
        (EXPIRED, {"ACTIVATION_EXPIRES": Expiry(None)}),
    ],
)
def test_an_expiry_beyond_the_windows_explains_nothing(alert: Alert, facts: dict[str, Any]) -> None:
    assert judge(rule, stamp(**SOUND | facts | seen(alert))).outcome is Outcome.FAIL


@pytest.mark.parametrize("alerts", [(), EVERY])
def test_without_an_activation_another_rule_speaks(alerts: tuple[Alert, ...]) -> None:
    found = judge(rule, stamp(ACTIVATION_PRESENT=False, **seen(*alerts)))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-RG-001" in found.message


@pytest.mark.parametrize(
    ("alert", "fact"),
    [
        (REQUIRED, "ACTIVATION_PRESENT"),
        (REQUIRED, "REGISTRATION_PRESENT"),
        (REQUIRED, "ACTIVATION_STATE"),
        (REQUIRED, "ACTIVATION_EXPIRES"),
        (SOON, "ACTIVATION_EXPIRES"),
        (EXPIRED, "ACTIVATION_EXPIRES"),
        (EXPIRED, "AS_OF"),
        (SOON, "EXPIRY_WINDOWS"),
        (UPLOAD, "USAGE_REPORTING"),
    ],
)
def test_an_alert_whose_explanation_was_not_read_stays_open(alert: Alert, fact: str) -> None:
    gap = {fact: missing("access-denied", "activation.json: 403.")}

    found = judge(rule, stamp(**SOUND | gap | seen(alert)))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.ACCESS_DENIED)
    assert "activation.json: 403." in found.message
    assert fact in found.missing


@pytest.mark.parametrize(
    "alert",
    [
        STRANGE,
        DENIED,
        Alert("Infrastructure role is unhealthy", component="UsageBridge"),
        Alert(
            "Infrastructure role is unhealthy", "AzureBridge.Other", "AzureBridge", "NetworkError"
        ),
    ],
)
def test_an_alert_that_tells_only_its_role_is_left_to_a_person(alert: Alert) -> None:
    found = judge(rule, stamp(**SOUND | {"USAGE_REPORTING": True} | seen(alert)))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NEEDS_HUMAN)
    assert alert.title in found.message


@pytest.mark.parametrize("state", ["Running", "Accepted", "a state of tomorrow"])
def test_an_activation_under_way_leaves_its_alert_open(state: str) -> None:
    found = judge(rule, stamp(**SOUND | {"ACTIVATION_STATE": state} | seen(REQUIRED)))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)
    assert state in found.message


def test_one_unexplained_alert_fails_beside_an_open_and_an_explained_one() -> None:
    facts = {"USAGE_REPORTING": missing("malformed")} | seen(UPLOAD, SOON, REQUIRED)

    found = judge(rule, stamp(**SOUND | expires_in(5) | facts))

    assert (found.outcome, found.actual) == (Outcome.FAIL, "Activation Required")


def test_alerts_that_were_not_all_read_are_explained_only_so_far() -> None:
    cut = {"doubt": "alerts.json goes on at a further page"}
    explained = judge(rule, stamp(**SOUND | expires_in(5) | seen(SOON, **cut)))
    unexplained = judge(rule, stamp(**SOUND | seen(SOON, **cut)))

    assert (explained.outcome, explained.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)
    assert "further page" in explained.message
    assert unexplained.outcome is Outcome.FAIL


@pytest.mark.parametrize("reason", ["not-collected", "ambiguous", "unreachable"])
def test_unread_alerts_decide_nothing(reason: str) -> None:
    found = judge(rule, stamp(**SOUND, ALERTS=missing(reason)))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_many_alerts_are_counted_and_not_all_named() -> None:
    fault = "UsageBridge.Other"
    many = tuple(Alert(f"Alert {number}", fault, "UsageBridge") for number in range(90))

    assert "and 85 more" in judge(rule, stamp(**SOUND | seen(*many))).message


@given(
    st.sets(st.sampled_from(EVERY)),
    st.sampled_from([-1, 30, 300]),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_taking_a_fact_away_invents_neither_a_pass_nor_a_failure_of_what_passed(
    alerts: set[Alert], days: int, switches: tuple[bool, bool, bool]
) -> None:
    names = ("ACTIVATION_PRESENT", "REGISTRATION_PRESENT", "USAGE_REPORTING")
    told = dict(zip(names, switches, strict=True))

    assert_contract(rule, stamp(**SOUND | told | expires_in(days) | seen(*alerts)))


def test_its_examples_are_judged_as_they_say() -> None:
    for example in rule.info.examples:
        facts = {fact.name: value for fact, value in example.facts.items()}

        assert judge(rule, stamp(**facts)).outcome is example.outcome
