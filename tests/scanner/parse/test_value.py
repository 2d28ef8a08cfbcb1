"""A value is read in every spelling that tools have for it, or there is a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.parse.shape import ABSENT, CONFLICT
from stampcheck.parse.value import (
    Unreadable,
    boolean,
    expiry,
    guid,
    member,
    moment,
    present,
    registration_id,
    resource_id,
    shown,
    text,
)
from stampcheck.values import BillingModel
from tests.scanner.parse.builders import CLOUD, GROUP, REGISTRATION, SUBSCRIPTION, ZEROS

HUGE = "x" * 10_000_000
MARCH = datetime(2022, 3, 22, 2, 56, 11, tzinfo=UTC)
READERS = (boolean, expiry, guid, moment, present, registration_id, resource_id, text)


def why(reader: Any, value: object) -> str:
    with pytest.raises(Unreadable) as caught:
        reader(value)
    return caught.value.reason.value


@pytest.mark.parametrize("reader", READERS)
def test_nothing_is_never_a_value(reader: Any) -> None:
    assert why(reader, ABSENT) == "absent-in-answer"
    assert why(reader, None) == "absent-in-answer"
    assert why(reader, "") == "absent-in-answer"
    assert why(reader, " \t") == "absent-in-answer"
    assert why(reader, CONFLICT) == "ambiguous"


@pytest.mark.parametrize(
    ("spelled", "read"),
    [
        ("2022-03-22T02:56:11Z", MARCH),
        ("2022-03-22t02:56:11z", MARCH),
        ("2022-03-22T02:56:11", MARCH),
        ("2022-03-22 02:56:11", MARCH),
        ("2022-03-22T02:56:11.024Z", MARCH + timedelta(milliseconds=24)),
        ("2022-03-22T02:56:11.0249Z", MARCH + timedelta(microseconds=24_900)),
        ("2022-03-22T02:56:11.024982Z", MARCH + timedelta(microseconds=24_982)),
        ("2022-03-22T02:56:11.0249827Z", MARCH + timedelta(microseconds=24_982)),
        ("2022-03-22T04:56:11+02:00", MARCH),
        ("2022-03-22T04:56:11+0200", MARCH),
        ("2022-03-22T02:56Z", MARCH.replace(second=0)),
        ("2022-03-22", MARCH.replace(hour=0, minute=0, second=0)),
        ("/Date(1647917771000)/", MARCH),
        ("\\/Date(1647917771000)\\/", MARCH),
        ("/Date(1647917771000+0100)/", MARCH),
        ({"value": "/Date(1647917771000)/", "DisplayHint": 2, "DateTime": "Tuesday"}, MARCH),
        ({"Value": "2022-03-22T02:56:11Z", "DateTime": "Tuesday"}, MARCH),
        ("@{value=/Date(1647917771000)/; DisplayHint=2; DateTime=Tuesday}", MARCH),
    ],
)
def test_a_date_is_read_in_every_form_of_the_tools(spelled: object, read: datetime) -> None:
    assert moment(spelled) == read


@pytest.mark.parametrize(
    "spelled",
    [
        "9999-12-30T23:59:59Z",
        "9999-12-30T15:59:59",
        "9999-12-31T23:59:59.9999999Z",
        "9998-12-31T23:59:59-05:00",
        "/Date(253402214399000)/",
        "/Date(253402300799999)/",
        "/Date(999999999999999999)/",
        "12/30/9999 11:59:59 PM",
        "30.12.9999 23:59:59",
        "9999/12/31",
    ],
)
def test_years_from_9999_mean_never(spelled: str) -> None:
    assert expiry(spelled).at is None
    assert why(moment, spelled) == "malformed"


@pytest.mark.parametrize(
    "spelled",
    [
        "0001-01-01T00:00:00Z",
        "0001-12-31T23:59:59-05:00",
        "0002-01-01T00:00:00+05:00",
        "0000-00-00T00:00:00",
        "/Date(-62135596800000)/",
        "/Date(-999999999999999999)/",
    ],
)
def test_year_one_means_not_set(spelled: str) -> None:
    assert why(expiry, spelled) == "absent-in-answer"


@pytest.mark.parametrize(
    "spelled",
    [
        "22.03.2022 02:56:11",
        "03/22/2022 02:56:11",
        "Tuesday, 22 March 2022",
        "soon",
        "never",
        "2022-13-01T00:00:00Z",
        "2022-02-30",
        "2022-03-22T25:00:00Z",
        "2022-03-22T02:56:11+99:99",
        "2022-03-22T02:56:11Z; more",
        "9999-99-99T99:99:99Z",
        "9999-12-30T23:59:59Z or so",
        "9999-nonsense",
        "٩٩٩٩-١٢-٣٠",
        "/Date(١)/",
        "/Date()/",
        "/Date(1647917771000",
        1647917771000,
        True,
        [],
        {"DisplayHint": 2, "DateTime": "Tuesday"},
        {"value": {"value": "2022-03-22"}},
        HUGE,
    ],
    ids=lambda spelled: str(spelled)[:30],
)
def test_a_date_in_a_local_format_or_nonsense_is_none(spelled: object) -> None:
    assert why(expiry, spelled) == "malformed"


@given(
    st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30)),  # noqa: DTZ001 (naive on purpose)
    st.integers(3, 7),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_date_survives_its_zone_and_fraction(read: datetime, digits: int, offset: int) -> None:
    fraction = f"{read.microsecond:06d}0"[:digits]
    sign, away = "-" if offset < 0 else "+", abs(offset)
    zone = f"{sign}{away // 60:02d}:{away % 60:02d}"
    cut = int(fraction.ljust(6, "0")[:6])
    wanted = read.replace(microsecond=cut, tzinfo=UTC) - timedelta(minutes=offset)
    assert (
        moment(f"{read:%m-%dT%H:%M:%S}".join((f"{read.year:04d}-", f".{fraction}{zone}"))) == wanted
    )


@pytest.mark.parametrize(
    "spelled",
    [CLOUD, CLOUD.upper(), f"{{{CLOUD}}}", f"({CLOUD})", CLOUD.replace("-", ""), f" {CLOUD}\n"],
)
def test_every_spelling_of_a_guid_reads_equal(spelled: str) -> None:
    assert guid(spelled) == CLOUD


@given(st.uuids().filter(lambda one: one.int), st.sampled_from(["{}", "()", "", "\t "]))
def test_any_guid_reads_as_itself(one: Any, around: str) -> None:
    left, right = around[:1], around[1:]
    spellings = (str(one), str(one).upper(), one.hex)
    assert {guid(f"{left}{spelled}{right}") for spelled in spellings} == {str(one)}


@pytest.mark.parametrize("spelled", [ZEROS, f"{{{ZEROS}}}", "0" * 32])
def test_a_guid_of_zeros_means_not_set(spelled: str) -> None:
    assert why(guid, spelled) == "absent-in-answer"


@pytest.mark.parametrize("value", [5, True, [], {}, "x", CLOUD[:-1], f"../{CLOUD}", HUGE])
def test_what_is_no_guid_is_malformed(value: object) -> None:
    assert why(guid, value) == "malformed"


@pytest.mark.parametrize("value", ["True", "true", " TRUE ", True])
def test_true_is_a_word_too(value: object) -> None:
    assert boolean(value) is True
    assert boolean(str(value).lower().replace("true", "False")) is False


@pytest.mark.parametrize("value", [1, 0, "yes", "1", [], {}, 1.0])
def test_nothing_else_is_true_or_false(value: object) -> None:
    assert why(boolean, value) == "malformed"


@pytest.mark.parametrize("value", [5, True, [], {}, HUGE, "a\nb", "a\x00b", "\x1b[31mred"])
def test_a_text_is_short_and_on_one_line(value: object) -> None:
    assert why(text, value) == "malformed"
    assert text(" 1.2311.1.22\r\n") == "1.2311.1.22"


@pytest.mark.parametrize("value", [5, [], "x", "../../etc/passwd", HUGE, f"x{REGISTRATION}"])
def test_what_is_no_id_is_malformed(value: object) -> None:
    assert why(resource_id, value) == "malformed"
    assert why(registration_id, value) == "malformed"


def test_a_registration_is_neither_its_group_nor_what_lies_below_it() -> None:
    assert registration_id(f" {REGISTRATION}/ ").text == REGISTRATION
    for other in (SUBSCRIPTION, GROUP, f"{REGISTRATION}/products/p"):
        assert resource_id(other).text == other
        assert why(registration_id, other) == "malformed"


@pytest.mark.parametrize("word", ["PayAsYouUse", "payasyouuse", " PAYASYOUUSE "])
def test_a_known_word_has_no_case(word: str) -> None:
    assert member(BillingModel)(word) is BillingModel.PAY_AS_YOU_USE


@pytest.mark.parametrize("word", ["Enterprise", "Pay-As-You-Use", 1, True, [], HUGE])
def test_an_unfamiliar_word_is_ambiguous(word: object) -> None:
    assert why(member(BillingModel), word) == "ambiguous"


@pytest.mark.parametrize("value", [HUGE, {"a": HUGE}, "a\nb\x00", ["x"] * 100])
def test_a_hostile_value_is_shown_short_and_on_one_line(value: object) -> None:
    told = shown(value)

    assert len(told) <= 60
    assert told.isprintable()
