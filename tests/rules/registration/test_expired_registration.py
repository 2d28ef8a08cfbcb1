"""AZS-RG-002: the windows, their boundaries, and the two dates that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stampcheck.model import Finding, Outcome, Reason, Severity
from stampcheck.testing import Sample, assert_contract, judge, missing, stamp
from stampcheck.values import BillingModel, Expiry, ExpiryWindows
from stampcheck_rules.registration.expired_registration import expired_registration

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


def sample(left: timedelta | None, **facts: object) -> Sample:
    expires = Expiry(None if left is None else AS_OF + left)
    given: dict[str, object] = {
        "AS_OF": AS_OF,
        "EXPIRY_WINDOWS": ExpiryWindows(),
        "ACTIVATION_PRESENT": True,
        "ACTIVATION_EXPIRES": expires,
    }
    return stamp(**{**given, **facts})


def judged(left: timedelta | None, **facts: object) -> Finding:
    return judge(expired_registration, sample(left, **facts))


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        (timedelta(days=-400), Severity.CRITICAL),
        (timedelta(seconds=-1), Severity.CRITICAL),
        (timedelta(0), Severity.CRITICAL),
        (timedelta(seconds=1), Severity.HIGH),
        (timedelta(days=7), Severity.HIGH),
        (timedelta(days=7, seconds=1), Severity.MEDIUM),
        (timedelta(days=30), Severity.MEDIUM),
        (timedelta(days=30, seconds=1), Severity.LOW),
        (timedelta(days=90), Severity.LOW),
    ],
)
def test_each_window_has_its_severity_up_to_its_last_second(
    left: timedelta, severity: Severity
) -> None:
    found = judged(left)

    assert (found.outcome, found.severity) == (Outcome.FAIL, severity)


@pytest.mark.parametrize("left", [timedelta(days=90, seconds=1), timedelta(days=4000), None])
def test_later_or_never_passes(left: timedelta | None) -> None:
    assert judged(left).outcome is Outcome.PASS


def test_the_profile_sets_the_windows() -> None:
    windows = ExpiryWindows(high=1, medium=2, low=3)

    assert judged(timedelta(days=4), EXPIRY_WINDOWS=windows).outcome is Outcome.PASS
    assert judged(timedelta(days=3), EXPIRY_WINDOWS=windows).severity is Severity.LOW


def test_what_does_not_fit_the_billing_model_is_remarked() -> None:
    never = judged(None, BILLING_MODEL=BillingModel.CAPACITY)
    dated = judged(timedelta(days=400), BILLING_MODEL=BillingModel.PAY_AS_YOU_USE)
    usual = judged(None, BILLING_MODEL=BillingModel.PAY_AS_YOU_USE)

    assert "never expires" in never.message
    assert "does not expire" in dated.message
    assert usual.message == ""


def test_a_remark_that_stands_alone_begins_without_a_blank() -> None:
    assert judged(None, BILLING_MODEL=BillingModel.CAPACITY).message.startswith("Odd: ")
    expired = judged(timedelta(days=-3), BILLING_MODEL=BillingModel.PAY_AS_YOU_USE)
    assert "3 days ago. Odd: " in expired.message


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=1), "in less than a day:"),
        (timedelta(days=1), "in 1 day:"),
        (timedelta(days=7), "in 7 days:"),
        (timedelta(days=7, seconds=1), "in 8 days:"),
        (timedelta(days=30, seconds=1), "in 31 days:"),
    ],
)
def test_what_lies_beyond_a_window_does_not_read_as_if_within(left: timedelta, words: str) -> None:
    assert words in judged(left).message


@pytest.mark.parametrize("model", [None, BillingModel.CAPACITY, BillingModel.CUSTOM])
def test_a_capacity_year_can_run_out_where_one_may_have_been_bought(
    model: BillingModel | None,
) -> None:
    known = missing("not-collected") if model is None else model
    found = judged(timedelta(days=-1), BILLING_MODEL=known)

    assert found.causes == ("capacity-subscription-expired", "expired-registration-not-deleted")


@pytest.mark.parametrize(
    "model", [BillingModel.PAY_AS_YOU_USE, BillingModel.DEVELOPMENT, BillingModel.RUGGEDIZED]
)
def test_no_capacity_year_runs_out_under_another_model(model: BillingModel) -> None:
    expired = judged(timedelta(days=-1), BILLING_MODEL=model)
    soon = judged(timedelta(days=1), BILLING_MODEL=model)

    assert expired.causes == ("registration-not-renewed", "expired-registration-not-deleted")
    assert soon.causes == ("renewal-due",)


def test_without_an_activation_there_is_nothing_to_expire() -> None:
    found = judged(None, ACTIVATION_PRESENT=False, ACTIVATION_EXPIRES=missing("absent-in-answer"))

    assert found.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("reason", ["not-collected", "absent-in-answer", "malformed", "ambiguous"])
def test_an_unknown_expiry_is_undetermined(reason: str) -> None:
    found = judged(None, ACTIVATION_EXPIRES=missing(reason))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_it_keeps_the_contract() -> None:
    assert_contract(
        expired_registration,
        sample(timedelta(days=-1)),
        sample(timedelta(days=5)),
        sample(None),
        sample(None, ACTIVATION_PRESENT=False),
    )


def test_an_activation_that_is_not_proven_absent_is_undetermined_by_its_reason() -> None:
    found = judged(None, ACTIVATION_PRESENT=missing("unreachable"))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.UNREACHABLE)
    assert found.missing[0] == "ACTIVATION_PRESENT"
