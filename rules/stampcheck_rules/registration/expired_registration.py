"""Registration has expired or expires soon."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATION_EXPIRES,
    ACTIVATION_PRESENT,
    AS_OF,
    BILLING_MODEL,
    EXPIRY_WINDOWS,
    BillingModel,
    Expiry,
    ExpiryWindows,
)
from stampcheck.model import (
    Consequence,
    Example,
    Fact,
    Known,
    Outcome,
    Passage,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    stamp_rule,
)

_RUN: Final[dict[Fact[Any], Any]] = {
    ACTIVATION_PRESENT: True,
    AS_OF: datetime(2026, 11, 22, tzinfo=UTC),
    EXPIRY_WINDOWS: ExpiryWindows(),
}
_EXAMPLES: Final = (
    Example(Outcome.FAIL, {**_RUN, ACTIVATION_EXPIRES: Expiry(datetime(2026, 11, 1, tzinfo=UTC))}),
    Example(Outcome.FAIL, {**_RUN, ACTIVATION_EXPIRES: Expiry(datetime(2026, 12, 15, tzinfo=UTC))}),
    Example(Outcome.PASS, {**_RUN, ACTIVATION_EXPIRES: Expiry(datetime(2027, 10, 1, tzinfo=UTC))}),
    Example(Outcome.NOT_APPLICABLE, {ACTIVATION_PRESENT: False}),
)


@stamp_rule(
    RuleInfo(
        id="AZS-RG-002",
        title="Registration has expired or expires soon",
        severity=Severity.CRITICAL,
        rationale=(
            "An expired registration no longer licenses the stamp; capacity registrations run for "
            "a year and have to be renewed after the subscription is."
        ),
        needs=(ACTIVATION_PRESENT, ACTIVATION_EXPIRES, AS_OF, EXPIRY_WINDOWS),
        uses=(BILLING_MODEL,),
        fails_when=(
            "The expiration of the activation has passed (critical), or lies within the windows of "
            "the profile: 7 days (high), 30 days (medium), 90 days (low), unless set otherwise."
        ),
        passes_when="The activation expires after the last window, or never.",
        not_applicable_when="The stamp is proven to have no activation (AZS-RG-001 fails).",
        causes=(
            "capacity-subscription-expired",
            "registration-not-renewed",
            "renewal-due",
            "expired-registration-not-deleted",
        ),
        remediation="Renew the registration; after the expiry delete the expired one first.",
        consequences=(Consequence.LICENCE, Consequence.RENEWAL),
        source="register-azure-stack-hub.md#renew-or-change-registration",
        reviewed="2026-11-22",
        examples=_EXAMPLES,
        passages=(
            Passage("determine-your-unique-registration-name", "39ab534eb214a4d2"),
            Passage("verify-azure-stack-hub-registration", "4ba3cb7374fa1380"),
            Passage("renew-or-change-registration", "f2e65f64c8153c86"),
        ),
        fresh=True,
    )
)
def expired_registration(stamp: Stamp) -> Iterator[Verdict]:
    """The expiry stands in the activation on the stamp only; the windows are the profile's own."""
    if stamp.denies(ACTIVATION_PRESENT):
        yield Verdict.not_applicable(stamp, message="There is no activation that could expire.")
        return
    expires, as_of = stamp[ACTIVATION_EXPIRES], stamp[AS_OF]
    windows = stamp[EXPIRY_WINDOWS].severity_days()
    expected = f"later than {windows[-1][1].days} days after {as_of.date()}"
    if expires.at is not None and expires.at <= as_of:
        yield _expired(stamp, expires, as_of, expected)
    elif expires.at is not None and expires.at - as_of <= windows[-1][1]:
        yield _expires_soon(stamp, expires, expires.at - as_of, expected)
    else:
        yield Verdict.passed(
            stamp, expected=expected, actual=str(expires), message=_remark(stamp, expires)
        )


_BY_THE_YEAR = (BillingModel.CAPACITY, BillingModel.CUSTOM)
_DAY = timedelta(days=1)


def _expired(stamp: Stamp, expires: Expiry, as_of: datetime, expected: str) -> Verdict:
    ago = (as_of - expires.at).days if expires.at else 0
    return Verdict.failed(
        stamp,
        causes=_causes_of_expiry(stamp),
        expected=expected,
        actual=str(expires),
        message=_sentences(
            f"The registration expired on {expires}, {_days(ago)} ago.", _remark(stamp, expires)
        ),
    )


def _causes_of_expiry(stamp: Stamp) -> tuple[str, ...]:
    """Only a model that is bought by the year, or may be, can have run out of its order."""
    model = stamp.witness(BILLING_MODEL)
    if isinstance(model, Known) and model.value not in _BY_THE_YEAR:
        return ("registration-not-renewed", "expired-registration-not-deleted")
    return ("capacity-subscription-expired", "expired-registration-not-deleted")


def _expires_soon(stamp: Stamp, expires: Expiry, left: timedelta, expected: str) -> Verdict:
    windows = stamp[EXPIRY_WINDOWS].severity_days()
    severity = next(word for word, window in windows if left <= window)
    return Verdict.failed(
        stamp,
        causes=("renewal-due",),
        severity=Severity(severity),
        consequences=(Consequence.RENEWAL,),
        expected=expected,
        actual=str(expires),
        message=_sentences(
            f"The registration expires on {expires}, in {_days_until(left)}: renew it.",
            _remark(stamp, expires),
        ),
    )


def _days(number: int) -> str:
    return "less than a day" if number == 0 else f"{number} day{'s' if number > 1 else ''}"


def _days_until(left: timedelta) -> str:
    """Rounded up, so that a registration beyond a window never reads as if it were within."""
    return _days(left.days if left < _DAY else -(-left // _DAY))


def _sentences(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _remark(stamp: Stamp, expires: Expiry) -> str:
    """What is odd about this expiry for this billing model."""
    model = stamp.witness(BILLING_MODEL)
    if not isinstance(model, Known):
        return ""
    if model.value is BillingModel.CAPACITY and expires.at is None:
        return "Odd: a capacity registration runs for a year, but this one never expires."
    if model.value is BillingModel.PAY_AS_YOU_USE and expires.at is not None:
        return "Odd: a pay-as-you-use registration does not expire, but this one does."
    return ""
