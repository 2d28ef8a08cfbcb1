"""How much a cause explains: of one stamp, of the fleet, and in words for a reader; which causes
compete, and which have to be mended before the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from stampcheck.model import Cause, Likelihood, Runbook

_SURE: Final = tuple(Likelihood)

_REGISTERS: Final = re.compile(
    r"\b(?:[A-Z]+-AzsRegistration(?:Token)?|Register-AzsEnvironment|Move-Az(?:ureRm)?Resource)\b",
    re.IGNORECASE,
)
"""Commands of a runbook that make, remove or move a registration."""


TAKEN: Final = frozenset(("cloud-id-already-registered", "registration-name-reused-elsewhere"))
"""Causes that say that some other registration holds a Cloud ID or a name."""


class LogProof(msgspec.Struct, frozen=True, omit_defaults=True):
    """A log that shows a cause: the document and line, how surely, and on which day."""

    document: str
    line: int
    likelihood: Likelihood
    day: str = ""
    values: dict[str, str] = {}

    def __str__(self) -> str:
        of_day = f" of {self.day}" if self.day else ""
        return f"a log{of_day} shows it ({self.likelihood}, {self.document}:{self.line})"


class CauseTally(msgspec.Struct, omit_defaults=True):
    """A cause of one stamp: the failed rules that name it, the predicates of the catalogue that
    hold on the stamp and contradict it, and the logs that show it.
    """

    cause: str
    explains: list[str]
    contradicted_by: tuple[str, ...] = ()
    logs: tuple[LogProof, ...] = ()

    @property
    def weight(self) -> tuple[int, int, int]:
        """Causes of equal weight tie: what contradicts them, what they explain, how surely a log
        shows them.
        """
        return (len(self.contradicted_by), len(self.explains), self.shown)

    @property
    def shown(self) -> int:
        """How surely logs show it, from 0 (none does) to 3."""
        return max((3 - _SURE.index(one.likelihood) for one in self.logs), default=0)


class FleetTally(msgspec.Struct):
    """A cause of the fleet: the stamps on which a failure names it, on how many of them it is the
    likeliest cause, and on how many something contradicts it.
    """

    cause: str
    explains: list[str]
    top: int = 0
    contradicted: int = 0

    @property
    def named(self) -> int:
        """The number of stamps on which a failure names it."""
        return len(self.explains)

    @property
    def order(self) -> tuple[int, int, str]:
        """Sorts what explains most stamps first: those it is the likeliest cause of go ahead."""
        return (-self.top, -self.named, self.cause)


class Tie(msgspec.Struct, frozen=True):
    """Failed rules that several causes explain equally well; the causes as ranked."""

    rules: tuple[str, ...]
    causes: tuple[str, ...]


def ties(causes: Sequence[CauseTally]) -> list[Tie]:
    """The ties of ranked causes. Only uncontradicted causes of the same failure compete: those of
    different faults may all be true.
    """
    open_causes = [one for one in causes if not one.contradicted_by]
    groups: dict[tuple[str, ...], list[str]] = {}
    for rule in dict.fromkeys(rule for one in open_causes for rule in one.explains):
        rivals = [one for one in open_causes if rule in one.explains]
        leaders = tuple(one.cause for one in rivals if one.weight == rivals[0].weight)
        if len(leaders) > 1:
            groups.setdefault(leaders, []).append(rule)
    return [Tie(tuple(rules), leaders) for leaders, rules in groups.items()]


def asked(tie: Tie, every: Iterable[Tie]) -> str:
    """The cause to ask about: the one that most ties hold, of those the likeliest."""
    held = [cause for one in every for cause in one.causes]
    return max(tie.causes, key=held.count)


def likeliest(
    causes: Sequence[CauseTally], catalogue: Mapping[str, Cause], among: Collection[str]
) -> Cause | None:
    """Of ranked causes that are among these ids the one whose runbook mends the stamp; what only
    stands in the way of mending comes before it, by ``prerequisites``.
    """
    known = [one for one in causes if one.cause in among and one.cause in catalogue]
    left = [one for one in known if not one.contradicted_by] or known
    found = [catalogue[one.cause] for one in left]
    return next((cause for cause in found if not cause.prerequisite), found[0] if found else None)


def prerequisites(
    runbook: Runbook, causes: Sequence[CauseTally], catalogue: Mapping[str, Cause]
) -> list[Cause]:
    """What has to be mended before this runbook can succeed: the uncontradicted prerequisites, each
    runbook once; nothing where the runbook neither makes, removes nor moves a registration.
    """
    if not any(_REGISTERS.search(step.powershell) for step in runbook.steps):
        return []
    known = (one for one in causes if one.cause in catalogue and not one.contradicted_by)
    found = (catalogue[one.cause] for one in known)
    first: dict[str, Cause] = {}
    for cause in found:
        if cause.prerequisite and cause.runbook != runbook.id:
            first.setdefault(cause.runbook, cause)
    return list(first.values())


def in_words(tally: CauseTally, failed: int, contradictions: Mapping[str, str]) -> str:
    """Such as "explains 3 of 3, contradicted by none"; ``failed`` counts the stamp's failures."""
    against = "; ".join(said(tally.contradicted_by, contradictions)) or "none"
    logs = f", {tally.logs[0]}" if tally.logs else ""
    return f"explains {len(tally.explains)} of {failed}, contradicted by {against}{logs}"


def said(predicates: Iterable[str], contradictions: Mapping[str, str]) -> list[str]:
    """Predicates in the words of the scan."""
    return [contradictions.get(one, one) for one in predicates]
