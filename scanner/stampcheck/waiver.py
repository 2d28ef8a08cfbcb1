"""Waivers: accepted risks. What the user's file says of each, and what became of it in a scan.

A waiver never changes an outcome. It marks failures of which somebody accepted the evidence, until
that evidence changes or the waiver ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from stampcheck.fact_record import FactState, FactStates
from stampcheck.model import Finding

EVERYTHING: Final = "*"
"""What a waiver may name as rule or stamp, and is then too broad to apply."""

_COUNTED: Final = frozenset(("LOCAL_USAGE",))
_DIGITS: Final = 32


class WaiverStatus(StrEnum):
    """What became of a waiver in a scan. Declared in the order of precedence."""

    OVER_BROAD = "over-broad"
    EXPIRED = "expired"
    EVIDENCE_CHANGED = "evidence-changed"
    APPLIED = "applied"
    UNUSED = "unused"
    NOT_JUDGED = "not-judged"


FAULTS: Final = {
    WaiverStatus.EXPIRED: "WAIVER-001",
    WaiverStatus.UNUSED: "WAIVER-002",
    WaiverStatus.OVER_BROAD: "WAIVER-003",
    WaiverStatus.EVIDENCE_CHANGED: "WAIVER-004",
}
"""The id of what is wrong with a waiver of that status; the other statuses are in order."""


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """One ``[[waiver]]``: which failures of ``rule`` are accepted, on a ``stamp`` or on those with
    a ``tag``, of one ``subject`` or of any (empty). ``expires`` is the last day it holds.
    ``evidence`` are the fingerprints of what was accepted; ``line`` is where it stands in its file.
    """

    rule: str
    stamp: str = ""
    tag: str = ""
    subject: str = ""
    owner: str
    approver: str
    reason: str
    ticket: str
    accepted: date
    expires: date
    evidence: tuple[str, ...]
    line: int = 0

    @property
    def id(self) -> str:
        """Eight hex digits that name a waiver from scan to scan: what it is about."""
        about = msgspec.json.encode((self.rule, self.stamp, self.tag, self.subject))
        return hashlib.blake2b(about, digest_size=4).hexdigest()

    @property
    def about(self) -> str:
        """What it is about, in words."""
        holder = f"tag {self.tag}" if self.tag else self.stamp
        return f"{self.rule} on {holder}{f' ({self.subject})' if self.subject else ''}"

    def covers(self, found: Finding) -> bool:
        """Whether it speaks of a finding of its stamp, whatever the evidence of that is."""
        return found.rule == self.rule and self.subject in ("", found.subject)


class WaiverRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A waiver in the record of a scan. ``findings`` is how many failures it marks; ``fault`` is
    the id of what is wrong with it, if anything; ``said`` says what became of it.
    """

    id: str
    rule: str
    stamp: str = ""
    tag: str = ""
    subject: str = ""
    owner: str
    approver: str
    reason: str
    ticket: str
    accepted: str
    expires: str
    evidence: tuple[str, ...] = ()
    status: WaiverStatus
    fault: str = ""
    said: str = ""
    findings: int = 0
    days_left: int = 0


def waiver_of(kept: WaiverRecord) -> Waiver:
    """The waiver that a record keeps; ``ValueError`` where its dates are none."""
    return Waiver(
        rule=kept.rule,
        stamp=kept.stamp,
        tag=kept.tag,
        subject=kept.subject,
        owner=kept.owner,
        approver=kept.approver,
        reason=kept.reason,
        ticket=kept.ticket,
        accepted=date.fromisoformat(kept.accepted),
        expires=date.fromisoformat(kept.expires),
        evidence=kept.evidence,
    )


def fingerprint(found: Finding, facts: FactStates, read: Iterable[str], as_of: str) -> str:
    """A digest of the evidence of a finding: which one it is, what was found, the fields it was
    read from and the facts that its rule reads. When it was collected and in which file changes
    nothing, nor does the date of the scan (``as_of``, ISO 8601), which rules print as expected.
    """
    told = {
        name: ("", "some") if name in _COUNTED and state.value not in ("", "0") else _bare(state)
        for name in sorted(read)
        if (state := facts.get(name)) is not None
    }
    expected = found.expected.replace(as_of[:10], "as-of")
    parts = (
        found.finding_id,
        found.outcome.value,
        found.severity.value,
        expected,
        found.actual,
        sorted({source.field for source in found.sources}),
        told,
    )
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:_DIGITS]


def _bare(state: FactState) -> tuple[str, str]:
    return (state.reason, "" if state.reason else state.value)
