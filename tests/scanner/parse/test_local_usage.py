"""Usage records of the stamp: how many, and when none means none."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.document import Document
from stampcheck.parse.evidence import Held
from stampcheck.parse.local_usage import local_usage
from tests.scanner.parse import builders as b

LISTING = (
    f"https://adminmanagement.ams.contoso.com/subscriptions/{b.DPS}"
    "/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates"
    "?api-version=2015-06-01-preview&reportedStartTime=2026-10-30T00:00:00Z"
    "&reportedEndTime=2026-10-31T00:00:00Z&aggregationGranularity=Daily"
)


def record(number: int = 1) -> dict[str, Any]:
    name = f"0b2a1c3d-{number}"
    return {
        "id": f"/subscriptions/{b.DPS}/providers/Microsoft.Commerce/UsageAggregate/{name}",
        "name": name,
        "type": "Microsoft.Commerce/UsageAggregate",
        "properties": {
            "usageStartTime": "2026-10-30T18:00:00+00:00",
            "quantity": 16.46,
            "meterId": "B5C15376-0000-4000-8000-000000000001",
            "instanceData": '{"Microsoft.Resources":{}}',
        },
    }


def answer(
    *records: Any, request: str = LISTING, at: str = b.AT, status: int = 200, **rest: Any
) -> Held:
    body = b.listing(*records, **rest)
    return b.held("usage.json", body, request, at=at, status=status, kind="usage-records")


def direct(body: Any) -> Held:
    """A body as only a hostile bundle holds it, which the reader of files would refuse."""
    document = Document(
        kind="usage-records", label="u.json", request=LISTING, status=200, collected_at=b.AT
    )
    document.body = b.raw(body)
    return Held(document, stale=False)


def count(*documents: Held) -> Any:
    return b.value(local_usage(b.evidence(*documents)))


def why(*documents: Held) -> str:
    return b.reason(local_usage(b.evidence(*documents)))


def test_records_are_counted_with_those_that_were_left_out() -> None:
    assert count(answer(record(1), record(2))) == 2
    assert count(answer(*(record(number) for number in range(168)))) == 168
    assert count(b.bare("usagerecords.json", [b.powershell(record())])) == 1


def test_a_page_that_is_cut_off_still_counts() -> None:
    assert count(answer(record(), nextLink="https://x/2")) == 1


def test_pages_of_one_window_are_counted_together_and_copies_once() -> None:
    further = answer(record(3), request=LISTING + "&continuationToken=2")

    assert count(answer(record(1), record(2), nextLink="x"), further) == 3
    assert count(answer(record(1)), answer(record(1))) == 1


def test_the_newest_window_wins() -> None:
    other = LISTING.replace("10-3", "11-0")

    assert count(answer(record()), answer(request=other, at=b.LATER)) == 0


def test_none_is_none_only_where_all_were_asked_for() -> None:
    assert count(answer()) == 0


NARROWED = {
    "cut off": answer(nextLink="x"),
    "a further page": answer(request=LISTING + "&continuationToken=2"),
    "one subscriber's": answer(request=LISTING + f"&subscriberId={b.SUB}"),
    "no request": b.bare("usagerecords.json", []),
    "no records": direct(b.listing({}, "x", None, {"answer": 42})),
    "no listing": direct({"answer": 42}),
}


@pytest.mark.parametrize("narrowed", NARROWED.values(), ids=NARROWED)
def test_a_narrower_answer_proves_no_absence(narrowed: Held) -> None:
    assert why(narrowed) == "ambiguous"


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [(403, "AuthorizationFailed", "access-denied"), (504, "GatewayTimeout", "unreachable")],
)
def test_a_refusal_or_a_slow_hour_is_a_gap(status: int, code: str, reason: str) -> None:
    refused = b.held("usage.json", b.error(code), LISTING, at=b.LATER, status=status)

    assert why(refused) == reason
    assert count(refused, answer(record())) == 1
    assert why() == "not-collected"


@pytest.mark.parametrize("left_out", [-5, True, "9", None, 1.5, [], 10**30])
def test_a_hostile_number_of_left_out_records_is_bounded(left_out: Any) -> None:
    assert 1 <= count(direct(b.listing(record(), leftOut=left_out))) <= 10**9 + 1


ABSURD: dict[str, dict[str, Any]] = {
    "years ago": {"usageStartTime": "1999-01-01T00:00:00Z", "usageEndTime": "1999-01-02T00:00:00Z"},
    "long before": {"usageStartTime": "2026-10-01T00:00:00Z"},
    "after the window": {"usageStartTime": "2026-10-31T00:00:00Z"},
    "to come": {"usageStartTime": "2027-10-30T00:00:00Z"},
    "never": {"usageStartTime": "9999-12-30T23:59:59Z"},
    "words": {"usageStartTime": "soon"},
    "nothing": {"usageStartTime": None},
    "ends before": {"usageEndTime": "2026-10-29T00:00:00Z"},
    "ends years later": {"usageEndTime": "2036-10-29T00:00:00Z"},
    "ends in words": {"usageEndTime": "later"},
    "less than none": {"quantity": -1e308},
    "beyond measure": {"quantity": 1e308},
    "a number without end": {"quantity": 10**300},
    "words as quantity": {"quantity": "much"},
    "true as quantity": {"quantity": True},
    "a list": {"quantity": [1]},
}


def changed(**told: Any) -> dict[str, Any]:
    return record() | {"properties": record()["properties"] | told}


@pytest.mark.parametrize("told", ABSURD.values(), ids=ABSURD)
def test_a_record_of_no_usage_in_that_time_proves_nothing(told: dict[str, Any]) -> None:
    absurd = changed(**told)

    assert why(direct(b.listing(absurd))) == "ambiguous"
    assert count(direct(b.listing(absurd, record()))) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"usageStartTime": "2026-10-25T00:00:00Z"},
        {"usageEndTime": "2026-10-30T19:00:00+00:00"},
        {"quantity": 0},
        {"quantity": "16,46"},
        {"quantity": "1.5E-05"},
        {"quantity": None},
    ],
)
def test_a_record_that_is_reported_later_or_written_otherwise_counts(told: dict[str, Any]) -> None:
    assert count(answer(changed(**told))) == 1


def test_without_a_window_the_time_of_reading_bounds_what_counts() -> None:
    old = changed(usageStartTime="2026-06-30T00:00:00Z")

    assert why(b.bare("usagerecords.json", [old, old])) == "ambiguous"
    assert count(b.bare("usagerecords.json", [record()])) == 1


ACTIVATED = b.held(
    "activation.json", b.activation(), f"https://adminmanagement.ams.contoso.com{b.ACTIVATION}"
)
ELSEWHERE = {
    "host": answer(record(), request=LISTING.replace(".ams.", ".berlin.")),
    "subscription": answer(record(), request=LISTING.replace(b.DPS, b.SUB)),
    "none in a subscription": answer(request=LISTING.replace(b.DPS, b.SUB)),
    "entries": answer(record() | {"id": record()["id"].replace(b.DPS, b.SUB)}),
    "no request": b.bare("u.json", [record() | {"id": record()["id"].replace(b.DPS, b.SUB)}] * 2),
}


@pytest.mark.parametrize("foreign", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_usage_of_another_stamp_proves_nothing(foreign: Held) -> None:
    assert why(foreign, ACTIVATED) == "ambiguous"


def test_usage_may_stand_in_the_subscription_of_its_subscriber() -> None:
    own = changed(subscriptionId=b.SUB) | {"id": record()["id"].replace(b.DPS, b.SUB)}

    assert count(answer(own), ACTIVATED) == 1


@pytest.mark.parametrize("option", ["continuationToken", "$skiptoken", "$skip"])
def test_every_option_of_paging_makes_another_page(option: str) -> None:
    further = answer(record(3), request=f"{LISTING}&{option}=2")

    assert count(answer(record(1), record(2)), further) == 3
    assert why(answer(request=f"{LISTING}&{option}=2")) == "ambiguous"


@pytest.mark.parametrize("option", ["subscriberId", "$filter", "$top"])
def test_what_narrows_an_answer_down_makes_no_page_and_proves_no_absence(option: str) -> None:
    narrowed = f"{LISTING}&{option}=2"

    assert count(answer(record(1), record(2)), answer(record(3), request=narrowed)) == 2
    assert why(answer(request=narrowed)) == "ambiguous"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("StartTime=2026-10-30", "StartTime=2026-10-29"),
        ("EndTime=2026-10-31", "EndTime=2026-11-01"),
        ("Granularity=Daily", "Granularity=Hourly"),
    ],
)
def test_another_window_of_the_same_time_is_not_added(old: str, new: str) -> None:
    request = LISTING.replace(old, new)

    assert request != LISTING
    further = answer(record(3), request=request + "&continuationToken=2")
    own = answer(record(1), record(2))
    assert count(own, further) == (
        2 if b.evidence(own, further).of("usage-records")[0] is own else 1
    )
