"""Every date of a scan stands in exactly one month, or is counted as never or not known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.record import ScanRecord
from stampcheck_reports.calendar import (
    MONTHS,
    REGISTRATION,
    Calendar,
    Expiry,
    calendar,
    registrations,
    title,
)

AS_OF = "2026-11-22T12:00:00Z"


def laid_out(*dates: str, as_of: str = AS_OF, days: int = 0) -> Calendar:
    return calendar((Expiry(date, "waiver", f"of {date}") for date in dates), as_of, days)


def where(date: str, as_of: str = AS_OF) -> str:
    (month,) = (month for month in laid_out(date, as_of=as_of).months if month.expiries)
    return month.key


@pytest.mark.parametrize(
    ("date", "key"),
    [
        ("2026-11-22T12:00:00Z", "past"),
        ("2026-11-22T12:00:01Z", "2026-11"),
        ("2020-02-29", "past"),
        ("2026-12-01T00:00:00Z", "2026-12"),
        ("2027-11-30T23:59:59Z", "2027-11"),
        ("2027-12-01T00:00:00Z", "later"),
        ("9999-12-31T23:59:59Z", "later"),
    ],
)
def test_a_date_stands_in_its_month(date: str, key: str) -> None:
    assert where(date) == key


@pytest.mark.parametrize("date", ["", "soon", "2026-13-01", "2026-11-31T00:00:00Z", "2026-1-1"])
def test_what_is_no_date_is_not_known(date: str) -> None:
    ends = laid_out(date)

    assert (ends.total, ends.never, ends.unknown) == (0, 0, 1)


def test_never_is_counted_apart() -> None:
    ends = laid_out("never", "never", "2027-01-01")

    assert (ends.total, ends.never, ends.unknown, ends.most) == (1, 2, 0, 1)


def test_the_earliest_of_a_month_comes_first() -> None:
    (month,) = (one for one in laid_out("2027-01-09", "2027-01-02").months if one.expiries)

    assert [one.at for one in month.expiries] == ["2027-01-02", "2027-01-09"]


def test_months_follow_each_other_without_a_gap() -> None:
    keys = [month.key for month in laid_out().months]

    assert keys[:4] == ["past", "2026-11", "2026-12", "2027-01"]
    assert keys[-2:] == ["2027-11", "later"]
    assert len(keys) == MONTHS + 2
    assert [title(key) for key in keys[:3]] == ["Expired", "Nov 2026", "Dec 2026"]


def test_what_begins_within_the_days_is_soon() -> None:
    soon = [month.key for month in laid_out(days=90).months if month.soon]

    assert soon == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert not [month for month in laid_out().months if month.soon]


def test_every_stamp_has_one_date(record: ScanRecord) -> None:
    found = list(registrations(record.stamps()))

    assert [one.holder for one in found] == [stamp.stamp for stamp in record.stamps()]
    assert {one.kind for one in found} == {REGISTRATION}


@settings(max_examples=40)
@given(st.lists(st.dates().map(str)), st.dates().map(lambda day: f"{day}T00:00:00Z"))
def test_no_date_is_lost(dates: list[str], as_of: str) -> None:
    ends = laid_out(*dates, as_of=as_of, days=90)

    assert sorted(one.at for month in ends.months for one in month.expiries) == sorted(dates)
