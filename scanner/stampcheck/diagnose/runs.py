"""The runs of a log: where each begins and ends, what it tells of each step, what it matches."""

from __future__ import annotations

from typing import Final

import msgspec

from stampcheck.diagnose.analysis import Analysis
from stampcheck.diagnose.diagnosis import Line
from stampcheck.diagnose.reader import Message
from stampcheck.diagnose.signatures import Compiled
from stampcheck.diagnose.stages import Seen

MOST_LINES: Final = 12
"""Proofs that are kept of one thing, however often it was seen."""

_MOST_VALUES: Final = 8
_MOST_TROUBLES: Final = 40


class Track(msgspec.Struct):
    """What a run says of one step: when it was last opened, proven and refused (by the order of
    its messages, -1: never), and on which lines.
    """

    opened: int = -1
    proven: int = -1
    refused: int = -1
    first_refused: int = -1
    attempts: int = 0
    lines: list[Line] = []
    refusal: Line | None = None

    def add(self, seen: Seen, order: int) -> None:
        """Note what a line says."""
        if seen is Seen.OPENED:
            self.opened, self.attempts = order, self.attempts + 1
        elif seen is Seen.PROVEN:
            self.proven = order
        else:
            self.refused = order
            self.first_refused = order if self.first_refused < 0 else self.first_refused


class Hit(msgspec.Struct):
    """A signature that matched in a run: where, how often, with which values."""

    compiled: Compiled
    stage: str
    session: str
    frame: str
    first: int
    last: int
    times: int = 0
    lines: list[Line] = []
    values: dict[str, str] = {}


class Trouble(msgspec.Struct, frozen=True):
    """A message that speaks of trouble, by its order; ``is_known`` where a signature matched it."""

    order: int
    line: Line
    stage: str
    frame: str
    is_known: bool


class Run(msgspec.Struct):
    """One run of a function, or a stretch of a console."""

    file: str
    first: int
    last: int
    index: int = 0
    function: str = ""
    day: str = ""
    clock: str = ""
    ended: str = ""
    end_order: int = -1
    is_framed: bool = False
    runs_backwards: bool = False
    tracks: dict[str, Track] = {}
    hits: dict[tuple[str, str, str], Hit] = {}
    values: dict[str, dict[str, int]] = {}
    companions: set[str] = set()
    steps: dict[str, Line] = {}
    troubles: list[Trouble] = []

    @property
    def time(self) -> str:
        """When it began, as the log writes it."""
        return f"{self.day} {self.clock.replace('-', ':')}".strip()

    def tell(self, name: str, value: str, line: int) -> None:
        """Note a value that a line tells."""
        self.values.setdefault(name, {}).setdefault(value, line)

    def is_news(self, name: str, value: str) -> bool:
        """Whether a value is worth a note: it is new, and not one of very many."""
        told = self.values.get(name, {})
        return value not in told and len(told) < _MOST_VALUES

    @property
    def has_room(self) -> bool:
        """Whether more troubles are kept; the first ones are the ones that count."""
        return len(self.troubles) < _MOST_TROUBLES

    def track(self, stage: str) -> Track:
        """What it says of a step."""
        return self.tracks.setdefault(stage, Track())


class Place(msgspec.Struct):
    """Where in its course a run is while it is read."""

    stage: str = ""
    frame: str = ""
    session: str = ""
    nested: str = ""


class Read(msgspec.Struct, frozen=True):
    """A message with what it says, its order and its proof."""

    message: Message
    analysis: Analysis
    order: int
