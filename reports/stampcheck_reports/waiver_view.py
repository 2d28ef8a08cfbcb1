"""The waivers of a scan, as a page shows them: what is wrong with any of them comes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from stampcheck.record import Scan
from stampcheck.waiver import WaiverRecord, WaiverStatus

WAIVER_COLUMNS: Final = (
    "scan_id",
    "waiver_id",
    "status",
    "fault",
    "rule_id",
    "stamp",
    "tag",
    "subject",
    "findings",
    "owner",
    "approver",
    "reason",
    "ticket",
    "accepted",
    "expires",
    "days_left",
    "said",
)

_SHAPES: Final = {
    WaiverStatus.OVER_BROAD: "fail",
    WaiverStatus.EXPIRED: "fail",
    WaiverStatus.EVIDENCE_CHANGED: "fail",
    WaiverStatus.APPLIED: "pass",
    WaiverStatus.UNUSED: "undetermined",
    WaiverStatus.NOT_JUDGED: "not-applicable",
}


def waiver_cells(scan_id: str, waiver: WaiverRecord) -> tuple[str, ...]:
    """All cells of a waiver, in the order of ``WAIVER_COLUMNS``."""
    return (
        scan_id,
        waiver.id,
        waiver.status.value,
        waiver.fault,
        waiver.rule,
        waiver.stamp,
        waiver.tag,
        waiver.subject,
        str(waiver.findings),
        waiver.owner,
        waiver.approver,
        waiver.reason,
        waiver.ticket,
        waiver.accepted,
        waiver.expires,
        str(waiver.days_left),
        waiver.said,
    )


def waivers_context(scan: Scan) -> Mapping[str, Any] | None:
    """What the section shows; None where no waivers were given."""
    if not scan.waivers:
        return None
    order = {status: rank for rank, status in enumerate(WaiverStatus)}
    counted = Counter(waiver.status for waiver in scan.waivers)
    return {
        "waivers": sorted(scan.waivers, key=lambda one: (not one.fault, order[one.status])),
        "sums": [(status.value, counted[status]) for status in WaiverStatus if counted[status]],
        "shapes": {status.value: shape for status, shape in _SHAPES.items()},
        "failures": sum(scan.waived.values()),
    }
