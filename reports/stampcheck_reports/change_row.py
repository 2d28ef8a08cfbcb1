"""The row of a change: the one place that words and orders its cells, for every format."""

from __future__ import annotations

from typing import Final

from stampcheck.change import Change, Comparison, Side
from stampcheck_reports.row import JOIN

CHANGE_COLUMNS: Final = (
    "schema_version",
    "old_scan_id",
    "new_scan_id",
    "old_as_of",
    "new_as_of",
    "change",
    "stamp",
    "old_stamp",
    "rule_id",
    "rule_title",
    "subject",
    "old_outcome",
    "old_severity",
    "old_reason",
    "old_waived",
    "old_actual",
    "new_outcome",
    "new_severity",
    "new_reason",
    "new_waived",
    "new_actual",
    "expected",
    "worse",
    "why",
    "facts",
    "explanation",
    "message",
)

_NO_SIDE: Final = ("", "", "", "", "")


def change_cells(comparison: Comparison, change: Change) -> tuple[str, ...]:
    """All cells of a change, in the order of ``CHANGE_COLUMNS``."""
    latest = change.new or change.old
    return (
        str(comparison.schema_version),
        comparison.old.scan_id,
        comparison.new.scan_id,
        comparison.old.as_of,
        comparison.new.as_of,
        change.change.value,
        change.stamp,
        change.old_stamp,
        change.rule,
        change.title,
        change.subject,
        *_side_cells(change.old),
        *_side_cells(change.new),
        latest.expected if latest else "",
        _yes(change.worse),
        JOIN.join(one.why.value for one in change.why),
        JOIN.join(str(fact) for one in change.why for fact in one.facts),
        " ".join(one.text for one in change.why),
        latest.message if latest else "",
    )


def _side_cells(side: Side | None) -> tuple[str, ...]:
    if side is None:
        return _NO_SIDE
    severity = side.severity if side.outcome == "fail" else ""
    return (side.outcome, severity, side.reason, _yes(side.waived), side.actual)


def _yes(is_so: bool) -> str:  # noqa: FBT001 (a cell)
    return "true" if is_so else "false"
