"""What would settle the undetermined findings, by reason and the kinds of document to ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from stampcheck.model import Finding, Outcome, Reason
from stampcheck.record import Scan, StampRecord
from stampcheck_reports.row import SETTLES

_NO_DOCUMENT: Final = frozenset(
    {Reason.FLEET_INCOMPLETE, Reason.NEEDS_HUMAN, Reason.RULE_CRASHED, Reason.RULE_SILENT}
)
"""Reasons that no document of the stamp itself settles; ``stampcheck request`` skips them too."""

_Key = tuple[str, tuple[str, ...]]


class Settlement(NamedTuple):
    """One thing to do: the kinds of document that it brings and how much waits for it."""

    to_do: str
    reason: str
    kinds: tuple[str, ...]
    findings: int
    stamps: int


class Settlements:
    """Collects undetermined findings by what would settle them."""

    def __init__(self, scan: Scan) -> None:
        self._documents = {fact.name: fact.documents for fact in scan.facts}
        self._permissions = scan.permissions
        self._findings: dict[_Key, int] = {}
        self._stamps: dict[_Key, int] = {}
        self._known: dict[tuple[Reason, tuple[str, ...]], _Key] = {}

    def add(self, stamp: StampRecord | None, findings: Iterable[Finding]) -> None:
        """Count the findings of one stamp, or those of unclaimed registrations."""
        seen: set[_Key] = set()
        for found in findings:
            if found.outcome is not Outcome.UNDETERMINED or found.reason is None:
                continue
            key = self._key(found.reason, found.missing)
            self._findings[key] = self._findings.get(key, 0) + 1
            seen.add(key)
        for key in seen if stamp is not None else ():
            self._stamps[key] = self._stamps.get(key, 0) + 1

    def _key(self, reason: Reason, missing: tuple[str, ...]) -> _Key:
        known = self._known.get((reason, missing))
        if known is None:
            known = self._known[reason, missing] = (reason.value, self._kinds(reason, missing))
        return known

    def _kinds(self, reason: Reason, missing: tuple[str, ...]) -> tuple[str, ...]:
        """The first kind that answers each missing fact; the others are substitutes for it."""
        if reason in _NO_DOCUMENT:
            return ()
        kinds = {self._documents[name][0] for name in missing if self._documents.get(name)}
        return tuple(sorted(kinds))

    def _to_do(self, reason: Reason, kinds: tuple[str, ...]) -> str:
        """The words for a reason; of a refusal with the rights that are missing."""
        rights = [right for kind in kinds if "/" in (right := self._permissions.get(kind, ""))]
        if reason is Reason.ACCESS_DENIED and rights:
            return f"Grant {', '.join(rights)}, then collect again"
        return SETTLES[reason]

    @property
    def ranked(self) -> list[Settlement]:
        """What a document settles, then the rest; most findings first."""
        keys = sorted(self._findings, key=lambda key: (not key[1], -self._findings[key], key))
        return [
            Settlement(
                self._to_do(Reason(reason), kinds),
                reason,
                kinds,
                self._findings[reason, kinds],
                self._stamps.get((reason, kinds), 0),
            )
            for reason, kinds in keys
        ]
