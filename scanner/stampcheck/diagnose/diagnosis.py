"""What a diagnosis says, in plain values: every output is made of it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from stampcheck.causes.runbook import FilledRunbook
from stampcheck.diagnose.stages import Status
from stampcheck.model import Likelihood


class Line(msgspec.Struct, frozen=True):
    """A proof: file, line number from 1, and what stands there, without secrets."""

    file: str
    line: int
    text: str = ""

    @property
    def place(self) -> str:
        """File and line, as editors take them."""
        return f"{self.file}:{self.line}"


class Proof(msgspec.Struct):
    """What stands on one or several lines."""

    text: str
    lines: list[Line]


def proofs(lines: Iterable[Line]) -> list[Proof]:
    """Lines by what stands on them: what was said again and again is shown once."""
    found: dict[str, Proof] = {}
    for line in lines:
        found.setdefault(line.text, Proof(line.text, [])).lines.append(line)
    return list(found.values())


class ShownCause(msgspec.Struct, kw_only=True):
    """A cause that the text shows. ``times`` is how often, ``against`` what speaks against it,
    ``place`` where in the course of the registration it arose.
    """

    id: str
    title: str
    likelihood: Likelihood
    explanation: str
    stage: str = ""
    place: str = ""
    lines: list[Line] = []
    times: int = 1
    values: dict[str, str] = {}
    against: list[str] = []
    notes: list[str] = []
    neighbours: list[str] = []
    confirm: str = ""
    source: str = ""
    runbook: FilledRunbook


class ShownStage(msgspec.Struct, kw_only=True):
    """A step of the registration and what the text says of it."""

    id: str
    title: str
    status: Status
    lines: list[Line] = []
    attempts: int = 0


class ShownRecovery(msgspec.Struct, kw_only=True):
    """What went wrong and was overcome later: no cause."""

    id: str
    title: str
    how: str
    lines: list[Line] = []


class ShownRun(msgspec.Struct, kw_only=True):
    """One run of a function: where it stands, when, and how it ended."""

    function: str
    ended: str
    file: str
    first: int
    last: int
    time: str = ""


class Near(msgspec.Struct, kw_only=True):
    """A cause whose signature is like a message that no signature matches."""

    id: str
    title: str
    sample: str
    line: Line


class Unread(msgspec.Struct, frozen=True):
    """A file that was not read, and why."""

    file: str
    why: str


class Diagnosis(msgspec.Struct, kw_only=True):
    """The whole of it. ``values`` are what the log tells; ``open_values`` those that contradict
    each other; ``first_failure`` is the first thing that went wrong and was not overcome;
    ``evidence`` is what the evidence of the stamp and its fleet says beside it.
    """

    situation: str
    flow: str = ""
    causes: list[ShownCause] = []
    stages: list[ShownStage] = []
    recovered: list[ShownRecovery] = []
    next_question: str = ""
    first_failure: Line | None = None
    steps: list[str] = []
    nearest: list[Near] = []
    collect: list[str] = []
    values: dict[str, str] = {}
    open_values: dict[str, list[str]] = {}
    runs: list[ShownRun] = []
    notes: list[str] = []
    evidence: list[str] = []
    other_products: list[str] = []
    unread: list[Unread] = []
    files: list[str] = []
    stamp: str = ""

    @property
    def unknown(self) -> str:
        """Why no cause is told."""
        if not self.files:
            return "Nothing was read, so none is claimed."
        return "No documented failure matches the text, so none is claimed."

    @property
    def exit_code(self) -> int:
        """0 where a cause is known, 5 where nothing could be read, 3 where none is known."""
        if self.causes:
            return 0
        return 5 if self.unread and not self.files else 3
