"""Follows a log message by message and parts it into runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from stampcheck.diagnose.analysis import Analyst, Frame
from stampcheck.diagnose.diagnosis import Line
from stampcheck.diagnose.masking import Mask
from stampcheck.diagnose.products import Marked
from stampcheck.diagnose.reader import Message, Reader
from stampcheck.diagnose.runs import MOST_LINES, Hit, Place, Read, Run, Trouble
from stampcheck.diagnose.signatures import Match
from stampcheck.diagnose.stages import FUNCTIONS, STAGES, Seen

_FILE: Final = re.compile(
    r"AzureStack\.Activation\.([A-Za-z]{2,30}-[A-Za-z]{2,40})-\d{4}-\d\d-\d\d"
)
_MOST_RUNS: Final = 400
_MOST_SIGNS: Final = 320
_MOST_SHOWN: Final = 16
_GAP_SECONDS: Final = 6 * 3600
_REMOTE: Final = "PSComputerName"


class Tracer:
    """The runs of one text, as they are read. Of very many the oldest that did not fail go."""

    def __init__(self, name: str, analyst: Analyst, mask: Mask) -> None:
        self.name = name
        self.marked = Marked()
        self.runs: list[Run] = []
        self.left_out = 0
        self._analyst = analyst
        self._mask = mask
        self._place = Place()
        self._order = 0
        named = _FILE.search(name)
        known = FUNCTIONS.get(named[1].lower()) if named else None
        self._function = known.name if known else ""

    def add(self, message: Message) -> None:
        """Follow one message."""
        self._order += 1
        read = Read(message, self._analyst.of(message), self._order)
        run = self._run(read)
        run.last = message.last
        self._frame(run, read)
        self._follow(run, read)
        self._note(run, read)

    def look(self, block: str) -> None:
        """See which product a part of the text is of."""
        self._analyst.products.mark(block, self.marked)

    def _run(self, read: Read) -> Run:
        """The run that a message belongs to: the current one, or one that it begins."""
        if not self.runs:
            self._begin(read, read.analysis.call or self._function)
        run = self.runs[-1]
        frame = read.analysis.frame
        if frame is not None and frame.kind == "begin":
            return self._begun(run, read, frame)
        if read.analysis.call and (run.ended or run.tracks or run.function):
            return self._begin(read, read.analysis.call)
        if run.ended == "success" and read.analysis.matches:
            # What goes wrong after a run that succeeded is not of that run.
            return self._begin(read, "")
        if self._is_later(run, read):
            return self._begin(read, self._function)
        if read.analysis.call:
            self._name(run, read.analysis.call)
        return run

    def _begun(self, run: Run, read: Read, frame: Frame) -> Run:
        is_inner = run.function == "Set-AzsRegistration" and not run.ended and run.is_framed
        if is_inner and frame.function == "Get-AzsActivationKey":
            self._place.nested = frame.function
            return run
        if run.ended or run.is_framed or run.tracks or run.function not in ("", frame.function):
            run = self._begin(read, frame.function)
        run.is_framed = True
        self._name(run, frame.function)
        return run

    def _is_later(self, run: Run, read: Read) -> bool:
        """Whether a message without a frame is of another run than the one before."""
        seen = read.analysis.seen
        if run.ended and seen is not None and seen[1] is Seen.OPENED:
            return True
        day, clock = read.message.day, read.message.clock
        if not (day and run.day) or day == run.day:
            return False
        return bool(run.ended) or _gap(run, day, clock) > _GAP_SECONDS

    def _begin(self, read: Read, function: str) -> Run:
        message = read.message
        run = Run(self.name, message.first, message.last, day=message.day, clock=message.clock)
        self._place = Place(session=self._place.session)
        self._name(run, function)
        self.runs.append(run)
        if len(self.runs) > _MOST_RUNS:
            at = next((at for at, one in enumerate(self.runs) if one.ended == "success"), 0)
            del self.runs[at]
            self.left_out += 1
        return run

    def _name(self, run: Run, function: str) -> None:
        known = FUNCTIONS.get(function.lower())
        run.function = known.name if known else function or run.function
        if known and not self._place.stage:
            self._place.stage = known.begins

    def _frame(self, run: Run, read: Read) -> None:
        message, frame, place = read.message, read.analysis.frame, self._place
        if message.day and not run.day:
            run.day, run.clock = message.day, message.clock
        run.runs_backwards |= message.day == run.day and message.clock < run.clock != ""
        if message.prompt:
            place.session = "pep" if message.prompt.startswith("[") else "local"
        if frame is None:
            return
        if frame.kind in ("warning", "error"):
            place.frame = frame.kind
        elif frame.kind == "warned":
            place.frame = ""
        elif frame.kind == "ending":
            place.frame, run.ended, run.end_order = "", "error", read.order
        elif frame.kind == "end":
            self._ended(run, read, frame)

    def _ended(self, run: Run, read: Read, frame: Frame) -> None:
        if self._place.nested == frame.function:
            self._place.nested = ""
        elif run.ended != "error":
            run.ended, run.end_order = "success", read.order

    def _follow(self, run: Run, read: Read) -> None:
        """Note the step that a message speaks of."""
        if read.analysis.seen is None:
            return
        stage, seen = read.analysis.seen
        self._place.stage = stage
        track = run.track(stage)
        track.add(seen, read.order)
        if len(track.lines) < MOST_LINES:
            line = self._line(read)
            track.lines.append(line)
            if seen is Seen.REFUSED and track.refusal is None:
                track.refusal = line
        if stage == "done":
            run.ended, run.end_order = "success", read.order

    def _note(self, run: Run, read: Read) -> None:
        """Note what a message matches and tells."""
        analysis, message = read.analysis, read.message
        run.companions.update(analysis.companions)
        for name, value in analysis.values:
            if run.is_news(name, value) and self._mask.text(value) == value:
                run.tell(name, value, message.first)
        if not analysis.is_foreign:
            for one in analysis.matches:
                self._hit(run, read, one)
        if analysis.step and analysis.step not in run.steps:
            run.steps[analysis.step] = self._line(read)
        if analysis.is_trouble and not analysis.is_foreign and run.has_room:
            place = self._place
            known = bool(analysis.matches)
            trouble = Trouble(read.order, self._line(read), place.stage, place.frame, known)
            run.troubles.append(trouble)

    def _hit(self, run: Run, read: Read, match: Match) -> None:
        place, compiled = self._place, match.compiled
        key = (compiled.cause.id, place.stage, compiled.signature.pattern)
        hit = run.hits.get(key)
        if hit is None:
            session = self._session(read)
            hit = Hit(compiled, place.stage, session, place.frame, read.order, read.order)
            run.hits[key] = hit
        hit.last, hit.times = read.order, hit.times + 1
        hit.frame = hit.frame or place.frame
        if len(hit.lines) < MOST_LINES:
            hit.lines.append(self._line(read, compiled.signature.literal))
        for name, value in match.values.items():
            if name not in hit.values and self._mask.text(value) == value:
                hit.values[name] = value

    def _session(self, read: Read) -> str:
        if self._place.session == "pep" or _REMOTE in read.message.text:
            return "pep"
        stage = STAGES.get(self._place.stage)
        return stage.session if stage else self._place.session

    def _line(self, read: Read, literal: str = "") -> Line:
        """The proof: the very line that holds the literal, and what goes on after it."""
        message = read.message
        at = next((at for at, one in enumerate(message.lines) if literal and literal in one), 0)
        begin = at if sum(map(len, message.lines)) > _MOST_SIGNS else 0
        text = self._mask.lines(message.lines[: begin + _MOST_SHOWN], message.width, begin)
        return Line(self.name, message.first + at, _clipped(text, literal))


def _clipped(text: str, literal: str) -> str:
    """The text, or of a long one the part around its literal."""
    if len(text) <= _MOST_SIGNS:
        return text
    begin = max(0, text.find(literal) - _MOST_SIGNS // 2) if literal else 0
    before = "\u2026" if begin else ""
    after = "\u2026" if begin + _MOST_SIGNS < len(text) else ""
    return before + text[begin : begin + _MOST_SIGNS] + after


def _gap(run: Run, day: str, clock: str) -> float:
    try:
        began = datetime.strptime(f"{run.day}.{run.clock}", "%Y-%m-%d.%H-%M-%S")  # noqa: DTZ007
        now = datetime.strptime(f"{day}.{clock}", "%Y-%m-%d.%H-%M-%S")  # noqa: DTZ007
    except ValueError:
        return 0
    return abs((now - began).total_seconds())


def trace(reader: Reader, blocks: Iterable[str], tracer: Tracer) -> Tracer:
    """Follow every message of a text."""
    for message in reader.messages(blocks, tracer.look):
        tracer.add(message)
    return tracer
