"""What of a saved scan goes into a history. Pure, but for reading the record."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from stampcheck.model import UNCLAIMED, Finding, Outcome, Standing
from stampcheck.record import ScanRecord, StampRecord

_RANK = {outcome: place for place, outcome in enumerate(Outcome)}


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """What a track is in a scan: of a finding the first four, of a stamp the others."""

    outcome: str = ""
    severity: str = ""
    reason: str = ""
    is_waived: bool = False
    state: str = ""
    standing: str = ""
    expires: str = ""
    registration_id: str = ""
    billing_model: str = ""
    top_cause: str = ""

    @property
    def digest(self) -> str:
        """What it is known by."""
        return digest_of(msgspec.json.encode(self).decode())


class Track(msgspec.Struct, frozen=True):
    """What is followed: by stamp, rule (empty: the stamp itself) and subject."""

    digest: str
    stamp: str
    rule: str
    subject: str


class Snapshot(msgspec.Struct):
    """A scan, its stamps, and the value of each track; ``scan`` holds the columns of its row."""

    scan: dict[str, Any]
    stamps: list[str]
    rules: list[str]
    values: dict[Track, Value]


def digest_of(text: str) -> str:
    """SHA-256 of a text that may hold anything."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def storable(text: str) -> str:
    """A text as every database can hold it: no NUL, no half of a character."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def snapshot(record: ScanRecord) -> Snapshot:
    """Read a saved scan."""
    scan = record.scan
    taken = Snapshot(_columns(record), [], [rule.id for rule in scan.rules], {})
    for stamp, findings in record.by_stamp():
        if stamp is not None:
            taken.stamps.append(stamp.stamp)
            own = Track(digest_of(f"stamp {stamp.stamp}"), stamp.stamp, "", "")
            taken.values[own] = _of_stamp(stamp)
        for found in findings:
            _add(taken.values, found)
    if not scan.only:
        # Nobody claims some registrations, or none: either was looked at.
        taken.stamps.append(UNCLAIMED)
    return taken


def _add(values: dict[Track, Value], found: Finding) -> None:
    track = Track(found.finding_id, found.stamp, found.rule, storable(found.subject))
    value = Value(
        outcome=found.outcome.value,
        severity=found.severity.value,
        reason=found.reason.value if found.reason else "",
        is_waived=found.waived,
    )
    held = values.get(track)
    if held is None or _RANK[found.outcome] < _RANK[Outcome(held.outcome)]:
        values[track] = value


def _of_stamp(stamp: StampRecord) -> Value:
    return Value(
        state=stamp.state.value,
        standing=stamp.licence_standing.value,
        expires=storable(stamp.expires),
        registration_id=storable(stamp.registration_id),
        billing_model=storable(stamp.billing_model),
        top_cause=storable(stamp.top_cause),
    )


def _columns(record: ScanRecord) -> dict[str, Any]:
    scan = record.scan
    standings = {word.value.replace("-", "_"): scan.standings.get(word, 0) for word in Standing}
    return {
        "scan_id": scan.scan_id,
        "as_of": scan.as_of,
        "collected_at": storable(scan.bundle.collected_at),
        "bundle_digest": scan.bundle.digest,
        "tool_version": storable(scan.tool_version),
        "profile": storable(scan.profile),
        "is_complete": scan.complete,
        "is_narrowed": bool(scan.only),
        "stamps": scan.stamp_count,
        "rules": len(scan.rules),
        "failed": scan.pairs.failed,
        "undetermined": scan.pairs.undetermined,
        "passed": scan.pairs.passed,
        "not_applicable": scan.pairs.not_applicable,
        **standings,
    }
