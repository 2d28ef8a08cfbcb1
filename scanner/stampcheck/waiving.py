"""Waivers laid over the findings of a scan: which failures they mark, what became of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from stampcheck.document import iso
from stampcheck.fact_record import FactStates
from stampcheck.model import UNCLAIMED, Finding, Outcome
from stampcheck.record import Scan
from stampcheck.waiver import EVERYTHING, FAULTS, Waiver, WaiverRecord, WaiverStatus, fingerprint


class Holder(msgspec.Struct, frozen=True):
    """A stamp that waivers may be about."""

    stamp: str
    tags: tuple[str, ...] = ()


class Waiving:
    """Marks the failures of a scan that were accepted, stamp by stamp.

    ``reads`` gives the facts of each rule that judges; ``holders`` are the stamps that are judged.
    ``judged`` is the moment (ISO 8601) that the findings were made for, where it is another one
    than the one for which waivers hold or have ended.
    """

    def __init__(
        self,
        waivers: Iterable[Waiver],
        as_of: datetime,
        reads: Mapping[str, tuple[str, ...]],
        holders: Iterable[Holder],
        *,
        judged: str = "",
    ) -> None:
        self._waivers = tuple(waivers)
        self._as_of = as_of
        self._judged = judged or iso(as_of)
        self._reads = reads
        self._accepted: Counter[int] = Counter()
        self._changed: dict[int, list[str]] = defaultdict(list)
        self._by_stamp: dict[str, list[int]] = {}
        self._is_broad: set[int] = set()
        self._place(list(holders) if self._waivers else [])

    def _place(self, holders: list[Holder]) -> None:
        """Find the stamps that each waiver is about."""
        for place, waiver in enumerate(self._waivers):
            named = [one.stamp for one in holders if _names(waiver, one)]
            if waiver.stamp == UNCLAIMED:
                named = [UNCLAIMED]
            is_all = bool(waiver.tag) and len(named) == len(holders) > 1
            if is_all or EVERYTHING in (waiver.rule, waiver.stamp):
                self._is_broad.add(place)
            else:
                for stamp in named:
                    self._by_stamp.setdefault(stamp, []).append(place)

    def concerns(self, stamp: str) -> bool:
        """Whether any waiver that may apply is about this stamp."""
        return stamp in self._by_stamp

    def mark(self, stamp: str, findings: Iterable[Finding], facts: FactStates) -> list[Finding]:
        """The findings of one stamp, those whose evidence was accepted marked as waived."""
        return [self._marked(found, stamp, facts) for found in findings]

    def _marked(self, found: Finding, stamp: str, facts: FactStates) -> Finding:
        if found.outcome not in (Outcome.FAIL, Outcome.UNDETERMINED):
            return found
        covering = [
            place for place in self._by_stamp.get(stamp, ()) if self._waivers[place].covers(found)
        ]
        if not covering:
            return found
        evidence = fingerprint(found, facts, self._reads.get(found.rule, ()), self._judged)
        is_waived = False
        for place in covering:
            waiver = self._waivers[place]
            if found.outcome is Outcome.FAIL and evidence in waiver.evidence:
                self._accepted[place] += 1
                is_waived = is_waived or not self._has_ended(waiver)
            else:
                self._changed[place].append(found.stamp)
        return msgspec.structs.replace(found, waived=True) if is_waived else found

    def _has_ended(self, waiver: Waiver) -> bool:
        return self._as_of.date() > waiver.expires

    def records(self) -> list[WaiverRecord]:
        """What became of each waiver, in the order of the file."""
        return [self._record(place, waiver) for place, waiver in enumerate(self._waivers)]

    def _record(self, place: int, waiver: Waiver) -> WaiverRecord:
        status = self._status(place, waiver)
        given = {
            name: getattr(waiver, name)
            for name in WaiverRecord.__struct_fields__
            if name in Waiver.__struct_fields__ and name not in ("accepted", "expires")
        }
        return WaiverRecord(
            id=waiver.id,
            **given,
            accepted=waiver.accepted.isoformat(),
            expires=waiver.expires.isoformat(),
            status=status,
            fault=FAULTS.get(status, ""),
            said=self._said(place, waiver, status),
            findings=0 if self._has_ended(waiver) else self._accepted[place],
            days_left=max(0, (waiver.expires - self._as_of.date()).days),
        )

    def _status(self, place: int, waiver: Waiver) -> WaiverStatus:
        if place in self._is_broad:
            return WaiverStatus.OVER_BROAD
        if self._has_ended(waiver):
            return WaiverStatus.EXPIRED
        if self._changed[place]:
            return WaiverStatus.EVIDENCE_CHANGED
        if self._accepted[place]:
            return WaiverStatus.APPLIED
        is_judged = waiver.rule in self._reads and any(
            place in places for places in self._by_stamp.values()
        )
        return WaiverStatus.UNUSED if is_judged else WaiverStatus.NOT_JUDGED

    def _said(self, place: int, waiver: Waiver, status: WaiverStatus) -> str:
        if status is WaiverStatus.OVER_BROAD:
            what = "every rule" if waiver.rule == EVERYTHING else "the whole fleet"
            return f"It is about {what}, so it does not apply; name one rule and one stamp or tag."
        if status is WaiverStatus.EXPIRED:
            return _ended(waiver, self._accepted[place])
        if status is WaiverStatus.EVIDENCE_CHANGED:
            stamps = ", ".join(dict.fromkeys(self._changed[place]))
            return (
                f"What was found on {stamps} is not what was accepted, so it does not apply there; "
                "accept the new evidence with 'stampcheck waivers add', or mend it."
            )
        return _STANDING[status]


_STANDING = {
    WaiverStatus.APPLIED: "It applies.",
    WaiverStatus.UNUSED: "Nothing that it is about fails any more; remove it.",
    WaiverStatus.NOT_JUDGED: "The scan left out its rule or its stamp.",
}


def reads_of(scan: Scan) -> dict[str, tuple[str, ...]]:
    """The names of the facts that each rule of a scan reads."""
    return {rule.id: (*rule.needs, *rule.uses) for rule in scan.rules}


def _ended(waiver: Waiver, still: int) -> str:
    last = f"Its last day was {waiver.expires}"
    if still:
        return f"{last}, and what it accepted still fails; renew it with its approver, or mend it."
    return f"{last}; remove it."


def _names(waiver: Waiver, holder: Holder) -> bool:
    if waiver.tag:
        return waiver.tag in holder.tags
    return waiver.stamp.casefold() == holder.stamp.casefold()
