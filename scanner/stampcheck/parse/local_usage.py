"""The usage that the stamp itself collected (facts/azure.md 2.4). It proves nothing of Azure."""

from __future__ import annotations

from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Held
from stampcheck.parse.shape import Item, as_list, fold

_WHAT: Final = "the usage that the stamp collected"
_PATH_END: Final = "/providers/microsoft.commerce.admin/subscriberusageaggregates"
_WINDOW: Final = ("reportedstarttime", "reportedendtime", "aggregationgranularity")
_PAGE: Final = ("continuationtoken", "$skiptoken", "$skip")
_NARROWING: Final = (*_PAGE, "subscriberid", "$filter", "$top")
_MAX_LEFT_OUT: Final = 10**9


def local_usage(evidence: Evidence) -> Known[int] | Missing:
    """Number of usage records in the newest answers for one window; none only where all records
    of it were asked for.
    """
    answers = [held for held in evidence.of("usage-records") if held.is_answer]
    if not answers:
        return evidence.gap("usage-records", _WHAT)
    newest = answers[0]
    by_page: dict[tuple[str, ...], int] = {}
    for held in answers:
        if _age_and_window(held) == _age_and_window(newest):
            page = tuple(held.query.get(name, "") for name in _PAGE)
            by_page[page] = max(by_page.get(page, 0), _records(held))
    number = sum(by_page.values())
    if number or _asks_for_all(newest):
        return Known(number, newest.source("value"))
    return Missing(
        Reason.AMBIGUOUS,
        f"{newest.label} shows no usage record, and not that all of the stamp were asked for",
    )


def _age_and_window(held: Held) -> tuple[str, ...]:
    return held.document.collected_at, *(held.query.get(name, "") for name in _WINDOW)


def _records(held: Held) -> int:
    """How many records an answer shows, with those that the collector left out."""
    number = sum(_is_record(item) for item in held.items)
    left_out = fold(held.body).get("leftout") if number and isinstance(held.body, dict) else 0
    if isinstance(left_out, bool) or not isinstance(left_out, int):
        return number
    return number + min(max(left_out, 0), _MAX_LEFT_OUT)


def _is_record(item: Item) -> bool:
    return any(isinstance(item.prop(name), str) for name in ("meterId", "usageStartTime"))


def _asks_for_all(held: Held) -> bool:
    is_narrow = any(name in held.query for name in _NARROWING)
    is_empty = as_list(held.body) == []
    return held.path.endswith(_PATH_END) and held.is_whole and is_empty and not is_narrow
