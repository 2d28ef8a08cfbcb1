"""The usage that the stamp itself collected (facts/azure.md 2.4). It proves nothing of Azure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.shape import ABSENT, Item, as_list, fold
from stampcheck.parse.value import Unreadable, moment
from stampcheck.parse.whose_stamp import of_another_stamp

_WHAT: Final = "the usage that the stamp collected"
_PATH_END: Final = "/providers/microsoft.commerce.admin/subscriberusageaggregates"
_START, _END = "reportedstarttime", "reportedendtime"
_WINDOW: Final = (_START, _END, "aggregationgranularity")
_PAGE: Final = ("continuationtoken", "$skiptoken", "$skip")
_NARROWING: Final = (*_PAGE, "subscriberid", "$filter", "$top")
_MAX_LEFT_OUT: Final = 10**9
_MAX_QUANTITY: Final = 10**12
_NUMBER: Final = re.compile(
    r"\d{1,20}(?:[.,]\d{1,20})?(?:E[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE
)
_EVER: Final = datetime(2015, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
_OLDEST: Final = timedelta(days=93)
_LAG: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=32)


def local_usage(evidence: Evidence) -> Known[int] | Missing:
    """Number of usage records in the newest answers for one window; none only where all records
    of it were asked for.
    """
    answers = [held for held in evidence.of("usage-records") if held.is_answer]
    if not answers:
        return evidence.gap("usage-records", _WHAT)
    newest = answers[0]
    same = [held for held in answers if _age_and_window(held) == _age_and_window(newest)]
    foreign = next(filter(None, (of_another_stamp(evidence, held) for held in same)), "")
    if foreign:
        return Missing(Reason.AMBIGUOUS, foreign)
    by_page: dict[tuple[str, ...], int] = {}
    for held in same:
        page = tuple(held.query.get(name, "") for name in _PAGE)
        by_page[page] = max(by_page.get(page, 0), _records(held))
    number = sum(by_page.values())
    if number or _asks_for_all(newest):
        return Known(number, newest.source("value"))
    return Missing(
        Reason.AMBIGUOUS,
        f"{newest.label} shows no usage record of the time that was asked for, and not that all "
        "of the stamp were asked for",
    )


def _age_and_window(held: Held) -> tuple[str, ...]:
    return held.document.collected_at, *(held.query.get(name, "") for name in _WINDOW)


def _records(held: Held) -> int:
    """How many records an answer shows, with those that the collector left out."""
    start, end = _window(held)
    number = sum(_is_record(item, start, end) for item in held.items)
    left_out = fold(held.body).get("leftout") if number and isinstance(held.body, dict) else 0
    if isinstance(left_out, bool) or not isinstance(left_out, int):
        return number
    return number + min(max(left_out, 0), _MAX_LEFT_OUT)


def _window(held: Held) -> tuple[datetime, datetime]:
    """When usage may have begun that the answer shows: not long before it was read or asked for,
    since it is reported a while after it was used, and never later.
    """
    read_at = _moment(held.document.collected_at)
    asked = _moment(held.query.get(_START, "")), _moment(held.query.get(_END, ""))
    starts = (read_at and read_at - _OLDEST, asked[0] and asked[0] - _LAG)
    return (
        max((start for start in starts if start), default=_EVER),
        min((end for end in (read_at, asked[1]) if end), default=_NEVER),
    )


def _moment(value: object) -> datetime | None:
    """A date that can be reckoned with, or None."""
    try:
        found = moment(value)
    except Unreadable:
        return None
    return found if _EVER < found < _NEVER else None


def _is_record(item: Item, start: datetime, end: datetime) -> bool:
    """Whether it tells of usage in that time."""
    began = _moment(item.prop("usageStartTime"))
    if began is None or not start <= began < end:
        return False
    told = item.prop("usageEndTime")
    ended = began if told is ABSENT or told is None else _moment(told)
    is_in_order = ended is not None and began <= ended <= began + _LONGEST
    return is_in_order and _is_quantity(item.prop("quantity"))


def _is_quantity(value: object) -> bool:
    """Whether it can be a quantity; PowerShell may write it as text, with a comma."""
    if value is ABSENT or value is None:
        return True
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value.strip().replace(",", "."))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and 0 <= value < _MAX_QUANTITY  # type: ignore[operator]  # is a number


def _asks_for_all(held: Held) -> bool:
    is_narrow = any(name in held.query for name in _NARROWING)
    is_empty = as_list(held.body) == []
    return held.path.endswith(_PATH_END) and held.is_whole and is_empty and not is_narrow
