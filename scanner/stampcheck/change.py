"""What changed between two scans, in words: the classes of changes, and the reasons for them.

A finding of one scan and the finding of the same rule, stamp and subject in the other have exactly
one class. It follows from the two outcomes and whether each is waived, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.model import Finding, Outcome

SCHEMA_VERSION: Final = 1
CHANGES_FILE: Final = "diff.json"


class ChangeClass(StrEnum):
    """What became of a finding. Declared in the order of interest."""

    REGRESSED = "regressed"
    NEW = "new"
    WAIVER_EXPIRED = "waiver expired"
    NEWLY_UNDETERMINED = "newly undetermined"
    NO_LONGER_CHECKED = "no longer checked"
    STILL_FAILING = "still failing"
    NEWLY_WAIVED = "newly waived"
    FIXED = "fixed"
    DETERMINED = "now determined"
    NEWLY_CHECKED = "newly checked"
    STILL_UNDETERMINED = "still undetermined"
    IN_ORDER = "in order"


COUNTED_ONLY: Final = frozenset((ChangeClass.STILL_UNDETERMINED, ChangeClass.IN_ORDER))
"""Classes of what did not change: counted, and given no line."""

MEANINGS: Final = {
    ChangeClass.REGRESSED: "was in order, fails now",
    ChangeClass.NEW: "fails now, and nothing was known of it before",
    ChangeClass.WAIVER_EXPIRED: "was waived, and no waiver applies to it now",
    ChangeClass.NEWLY_UNDETERMINED: "was judged or not there, cannot be told now",
    ChangeClass.NO_LONGER_CHECKED: "was in the old scan only",
    ChangeClass.STILL_FAILING: "failed before and fails now",
    ChangeClass.NEWLY_WAIVED: "failed before, fails now, and is waived now",
    ChangeClass.FIXED: "failed before, is in order now",
    ChangeClass.DETERMINED: "could not be told before, is in order now",
    ChangeClass.NEWLY_CHECKED: "is in the new scan only, and in order",
    ChangeClass.STILL_UNDETERMINED: "could not be told before nor now",
    ChangeClass.IN_ORDER: "was in order and is",
}
"""What each class means, in words."""


class _Place(StrEnum):
    """Where a finding stands in one scan."""

    ABSENT = "absent"
    FAILS = "fails"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    FINE = "fine"


def _place(found: Finding | None) -> _Place:
    if found is None:
        return _Place.ABSENT
    if found.outcome is Outcome.FAIL:
        return _Place.WAIVED if found.waived else _Place.FAILS
    return _Place.UNKNOWN if found.outcome is Outcome.UNDETERMINED else _Place.FINE


_ROWS: Final = {
    _Place.ABSENT: ("in order", "new", "new", "newly undetermined", "newly checked"),
    _Place.FAILS: (
        "no longer checked",
        "still failing",
        "newly waived",
        "newly undetermined",
        "fixed",
    ),
    _Place.WAIVED: (
        "no longer checked",
        "waiver expired",
        "still failing",
        "newly undetermined",
        "fixed",
    ),
    _Place.UNKNOWN: ("no longer checked", "new", "new", "still undetermined", "now determined"),
    _Place.FINE: ("no longer checked", "regressed", "regressed", "newly undetermined", "in order"),
}
"""The class by where a finding stood (the row) and where it stands (the order of ``_Place``)."""

_TABLE: Final = {
    (before, now): ChangeClass(word)
    for before, words in _ROWS.items()
    for now, word in zip(_Place, words, strict=True)
}


def class_of(old: Finding | None, new: Finding | None) -> ChangeClass:
    """The one class of a pair of findings; None is a finding that the scan does not have."""
    return _TABLE[_place(old), _place(new)]


class Why(StrEnum):
    """Where a change comes from. Declared in the order in which they are told."""

    STAMP = "stamp"
    DECLARED = "declared"
    COVERAGE = "coverage"
    WAIVER = "waiver"
    RULE = "rule"
    PROFILE = "profile"
    FLEET = "fleet"
    TIME = "time"
    UNEXPLAINED = "unexplained"


class FactChange(msgspec.Struct, frozen=True):
    """A fact that differs: both values and sources as text; a gap is worded as such."""

    fact: str
    old: str
    new: str
    old_source: str = ""
    new_source: str = ""

    def __str__(self) -> str:
        return self.worded(lambda text: text)

    def worded(self, shown: Callable[[str], str]) -> str:
        """As a line, each value as ``shown`` words it; a source that stayed is told once."""
        before = f" [{self.old_source}]" if self.is_moved else ""
        source = self.new_source or self.old_source
        after = f" [{source}]" if source else ""
        return f"{self.fact}: {shown(self.old)}{before} -> {shown(self.new)}{after}"

    @property
    def is_moved(self) -> bool:
        """Whether it was read from one place and is now read from another."""
        return bool(self.old_source and self.new_source) and self.old_source != self.new_source


class Reasoning(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason for a change, as a sentence, with the facts that prove it."""

    why: Why
    text: str
    facts: tuple[FactChange, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.text, "; ".join(map(str, self.facts)))).strip()


class Side(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finding of one of the two scans."""

    outcome: str
    severity: str
    waived: bool = False
    reason: str = ""
    message: str = ""
    expected: str = ""
    actual: str = ""

    @property
    def word(self) -> str:
        """The outcome with what belongs to it: the severity of a failure, the reason of a gap."""
        if self.outcome == Outcome.FAIL.value:
            return f"{self.outcome} {self.severity}{' (waived)' if self.waived else ''}"
        return f"{self.outcome} {self.reason}".rstrip()


def side_of(found: Finding | None) -> Side | None:
    """The side of a finding, or None where the scan does not have it."""
    if found is None:
        return None
    return Side(
        found.outcome.value,
        found.severity.value,
        found.waived,
        found.reason.value if found.reason else "",
        found.message,
        found.expected,
        found.actual,
    )


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule, stamp and subject in both scans. ``old_stamp`` is set where the stamp bore another
    name. ``worse`` marks a failure that is more severe than it was.
    """

    change: ChangeClass
    stamp: str
    rule: str
    title: str = ""
    subject: str = ""
    old_stamp: str = ""
    old: Side | None = None
    new: Side | None = None
    worse: bool = False
    why: tuple[Reasoning, ...] = ()


class ScanName(msgspec.Struct, frozen=True):
    """Which scan is compared."""

    scan_id: str
    as_of: str
    collected_at: str
    bundle: str
    tool_version: str
    profile: str
    stamps: int


class Renamed(msgspec.Struct, frozen=True):
    """A stamp that bears another name than in the old scan and has the same Cloud ID."""

    old: str
    new: str
    cloud_id: str


class WordChange(msgspec.Struct, frozen=True):
    """A stamp whose licence standing or state of registration changed; empty: not in that scan."""

    stamp: str
    what: str
    old: str
    new: str


class Comparison(msgspec.Struct, kw_only=True):
    """Two scans compared. ``counts`` counts every finding of either scan once, by its class;
    ``changes`` holds all but those that did not change. ``notes`` tell what differs in how the
    scans were made.
    """

    schema_version: int = SCHEMA_VERSION
    old: ScanName
    new: ScanName
    fail_on: str
    notes: list[str] = []
    renamed: list[Renamed] = []
    added: list[str] = []
    removed: list[str] = []
    standings: list[WordChange] = []
    counts: dict[str, int] = {}
    changes: list[Change] = []


class DiffFormat(msgspec.Struct, frozen=True):
    """A way to render a comparison: its ``--format`` word and the one file that it writes."""

    id: str
    title: str
    file: str
    write: Callable[[Comparison, Path], None]


def diff_format(
    id: str,  # noqa: A002 (the word for --format)
    title: str,
    file: str,
) -> Callable[[Callable[[Comparison, Path], None]], DiffFormat]:
    """Make a function that renders a comparison a format; registers nothing."""
    return lambda write: DiffFormat(id, title, file, write)
