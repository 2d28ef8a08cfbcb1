"""A diagnosis for the terminal: lines with a style each, as wide as it is told. Words and marks
say everything; colours only repeat it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final, NamedTuple

from stampcheck.causes.runbook import as_text
from stampcheck.diagnose.diagnosis import Diagnosis, Line, Proof, ShownCause, ShownStage, proofs
from stampcheck.diagnose.stages import Status
from stampcheck.diagnose.values import WORDS
from stampcheck.model import Likelihood, listed

MARKS: Final = {
    Status.PROVEN: "+",
    Status.FAILED: "x",
    Status.RECOVERED: "~",
    Status.NOT_REACHED: "-",
    Status.UNKNOWN: "?",
}
"""The sign of each state of a step."""

STATES: Final = {
    Status.PROVEN: "proven",
    Status.FAILED: "failed",
    Status.RECOVERED: "recovered",
    Status.NOT_REACHED: "not reached",
    Status.UNKNOWN: "unknown",
}
"""The word of each state of a step."""

_STYLES: Final = {
    Status.PROVEN: "green",
    Status.FAILED: "bold red",
    Status.RECOVERED: "yellow",
    Status.NOT_REACHED: "dim",
    Status.UNKNOWN: "dim",
}
_SURE: Final = {
    Likelihood.CERTAIN: "bold red",
    Likelihood.LIKELY: "bold yellow",
    Likelihood.POSSIBLE: "bold",
}
_HEADING: Final = "bold"
_PROSE: Final = 6
_PROOFS: Final = 3
_RECOVERED: Final = 12
_UNREAD: Final = 12


class Styled(NamedTuple):
    """A line and its style."""

    text: str
    style: str = ""


def as_lines(diagnosis: Diagnosis, width: int) -> Iterator[Styled]:
    """The whole page, without line breaks."""
    page = _Page(width)
    yield from page.situation(diagnosis)
    yield from page.stages(diagnosis)
    yield from page.causes(diagnosis)
    yield from page.unknown(diagnosis)
    yield from page.recovered(diagnosis)
    yield from page.values(diagnosis)
    yield from page.evidence(diagnosis)
    yield from page.after(diagnosis)
    yield from page.runbook(diagnosis)


class _Page:
    """Parts of a page of one width."""

    def __init__(self, width: int) -> None:
        self._width = width

    def _wrapped(self, text: str, first: str = "  ", rest: str = "") -> Iterator[str]:
        yield from textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=rest or " " * len(first),
            break_on_hyphens=False,
            break_long_words=False,
        )

    def _said(self, text: str, first: str = "  ", style: str = "") -> Iterator[Styled]:
        yield from (Styled(line, style) for line in self._wrapped(text, first))

    def situation(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """What happened, and the first failure."""
        yield Styled("What happened", _HEADING)
        yield from self._said(diagnosis.situation)
        if diagnosis.first_failure is not None:
            yield from self._said(f"First failure: {diagnosis.first_failure.place}")
            yield from self._said(diagnosis.first_failure.text, "    ", "dim")
        for step in diagnosis.steps:
            yield from self._said(step)

    def stages(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """How far it got, a line a step."""
        if not any(one.lines for one in diagnosis.stages):
            return
        yield from (Styled(""), Styled(f"How far it got ({diagnosis.flow})", _HEADING))
        for one in diagnosis.stages:
            yield self._stage(one)

    def _stage(self, one: ShownStage) -> Styled:
        word = STATES[one.status]
        if one.attempts > 1:
            word += f", {one.attempts} attempts"
        line = f"  {MARKS[one.status]} {one.title:<44} {word}"
        if one.lines:
            line += f"  {_ending(short(one.lines[0]), self._width - len(line) - 2)}"
        return Styled(line, _STYLES[one.status])

    def causes(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """The causes with their proof, the likeliest first."""
        if not diagnosis.causes:
            return
        yield from (Styled(""), Styled("Causes, the likeliest first", _HEADING))
        for number, cause in enumerate(diagnosis.causes, start=1):
            yield from self._cause(number, cause)

    def _cause(self, number: int, cause: ShownCause) -> Iterator[Styled]:
        head = f"{cause.likelihood}: {cause.title} ({cause.id})"
        yield from self._said(head, f"{number:3}. ", _SURE[cause.likelihood])
        if number == 1:
            yield from self._said(cause.explanation, "     ")
        times = f", {cause.times:,} times" if cause.times > 1 else ""
        yield Styled(f"     Proof{times}:")
        for proof in proofs(cause.lines)[:_PROOFS]:
            yield from self._said(_places(proof), "       ")
            yield from self._said(proof.text, "         ", "dim")
        for against in cause.against:
            yield from self._said(f"Against it: {against}.", "     ")
        for note in cause.notes:
            yield from self._said(f"Note: {note}.", "     ")
        if number == 1:
            for neighbour in cause.neighbours:
                yield from self._said(f"Not to be taken for {neighbour}", "     ")

    def unknown(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """Where no cause is known: what comes near, what to collect."""
        if diagnosis.causes:
            return
        yield from (Styled(""), Styled("No known cause", _HEADING))
        if not (diagnosis.nearest or diagnosis.collect):
            yield from self._said(diagnosis.unknown)
        for near in diagnosis.nearest:
            yield from self._said(f"Near: {near.title} ({near.id}), but {near.line.place} differs:")
            yield from self._said(near.line.text, "    ", "dim")
        if diagnosis.collect:
            yield Styled("  Collect next:")
        for one in diagnosis.collect:
            yield from self._said(one, "    - ")

    def recovered(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """What was overcome, apart from the causes."""
        if not diagnosis.recovered:
            return
        yield from (Styled(""), Styled("Tried and recovered: no cause", _HEADING))
        for one in diagnosis.recovered[:_RECOVERED]:
            place = f" ({short(one.lines[0])})" if one.lines else ""
            yield from self._said(f"{one.title}{place}: {one.how}.", "  ~ ", "yellow")

    def values(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """What the log tells of the stamp."""
        if not (diagnosis.values or diagnosis.open_values):
            return
        yield from (Styled(""), Styled("What the log tells", _HEADING))
        for name, value in diagnosis.values.items():
            yield from self._said(f"{WORDS.get(name, name):<22} {value}")
        for name, some in diagnosis.open_values.items():
            told = ", ".join(some)
            yield from self._said(f"{WORDS.get(name, name):<22} contradicts itself: {told}")

    def evidence(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """What the evidence of the stamp and its fleet says."""
        if not diagnosis.evidence:
            return
        beside = f"Beside the evidence of {diagnosis.stamp}" if diagnosis.stamp else "Evidence"
        yield from (Styled(""), Styled(beside, _HEADING))
        for one in diagnosis.evidence:
            yield from self._said(one)

    def after(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """Notes, and files that were not read."""
        for note in diagnosis.notes:
            yield from (Styled(""), *self._said(f"Note: {note}", ""))
        if diagnosis.unread:
            yield from (Styled(""), Styled("Not read", _HEADING))
        for one in diagnosis.unread[:_UNREAD]:
            yield from self._said(f"{one.file}: {one.why}", "  ", "yellow")
        more = len(diagnosis.unread) - _UNREAD
        if more > 0:
            yield Styled(f"  and {more:,} files more.", "yellow")

    def runbook(self, diagnosis: Diagnosis) -> Iterator[Styled]:
        """What to ask and to do next."""
        if diagnosis.next_question:
            yield from (Styled(""), Styled("Ask next", _HEADING))
            yield from self._said(diagnosis.next_question)
        if diagnosis.causes:
            yield from (Styled(""), Styled("Do next", _HEADING))
            for line in as_text(diagnosis.causes[0].runbook).splitlines():
                yield from map(Styled, self._runbook_line(f"  {line}".rstrip()))

    def _runbook_line(self, line: str) -> Iterator[str]:
        """Prose as wide as the page; a command stays on its line, to be copied."""
        indent = len(line) - len(line.lstrip())
        if len(line) <= self._width or indent > _PROSE:
            yield line
        else:
            hanging = " " * max(indent, _PROSE)
            yield from self._wrapped(line.strip(), " " * indent, hanging)


def _places(proof: Proof) -> str:
    """Where a proof stands: the first place in full, further lines of the same file by number."""
    first, *rest = proof.lines
    numbers = [str(one.line) for one in rest if one.file == first.file]
    return first.place + (f" and lines {listed(numbers, 6)}" if numbers else "")


def _ending(text: str, room: int) -> str:
    """The end of a place, which says most, where there is no room for all of it."""
    if len(text) <= room:
        return text
    return "\u2026" + text[1 - room :] if room > 1 else ""


def short(line: Line) -> str:
    """File name and line, without the folders before it."""
    return f"{line.file.replace(chr(92), '/').rpartition('/')[2]}:{line.line}"
