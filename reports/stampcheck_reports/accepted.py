"""Which waivers mark a failure, and what they say in one sentence, for every format."""

from __future__ import annotations

from stampcheck.model import Finding
from stampcheck.record import Scan, StampRecord
from stampcheck.waiver import WaiverRecord


class Accepted:
    """The waivers of one scan that mark failures, by rule."""

    def __init__(self, scan: Scan) -> None:
        self._by_rule: dict[str, list[WaiverRecord]] = {}
        for waiver in scan.waivers:
            if waiver.findings:
                self._by_rule.setdefault(waiver.rule, []).append(waiver)

    def of(self, finding: Finding, stamp: StampRecord | None) -> list[WaiverRecord]:
        """The waivers of a finding, in the order of their file; none where it is not waived."""
        if not finding.waived:
            return []
        tags = stamp.tags if stamp else ()
        return [
            waiver
            for waiver in self._by_rule.get(finding.rule, [])
            if names(waiver, finding.stamp, tags) and waiver.subject in ("", finding.subject)
        ]


def names(waiver: WaiverRecord, stamp: str, tags: tuple[str, ...]) -> bool:
    """Whether a waiver is about a stamp with these tags."""
    if waiver.tag:
        return waiver.tag in tags
    return waiver.stamp.casefold() == stamp.casefold()


def holder(waiver: WaiverRecord) -> str:
    """The stamp or tag that a waiver is about, with the subject that it is narrowed to."""
    named = f"tag {waiver.tag}" if waiver.tag else waiver.stamp
    return f"{named} ({waiver.subject})" if waiver.subject else named


def justification(waiver: WaiverRecord) -> str:
    """Why a failure is accepted, by whom and until when."""
    return (
        f"{waiver.reason} ({waiver.ticket}; owned by {waiver.owner}, approved by "
        f"{waiver.approver} on {waiver.accepted}, holds until {waiver.expires})"
    )
