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
