"""Text to messages: prefixes off, wrapped lines joined, errors with all that belongs to them.

A long text is scanned by literals first; only messages that hold one are put together. A short one,
or one that a console wrapped, is read message by message, since a wrap may cut a literal in two.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from stampcheck.diagnose.cleaning import cleaned
from stampcheck.diagnose.trie import Literals
from stampcheck.diagnose.unwrapping import joined

BLOCK: Final = 1_000_000
"""Signs of a text that are looked at together."""

_SHORT: Final = 300_000
_MOST_LINES: Final = 400
_MOST_SIGNS: Final = 64_000
_LONGEST_LINE: Final = 16_000
_LONG_BEFORE: Final = 2_000
_LONG_AFTER: Final = 6_000
_OVERLAP: Final = 400
_CACHED: Final = 4_096
_NARROW: Final = 60
_WIDE: Final = 260

_DAY: Final = r"\d{4}-\d\d-\d\d"
_CLOCK: Final = r"\d\d-\d\d-\d\d"
_CONSOLES: Final = (
    *("VERBOSE", "WARNING", "DEBUG", "ERROR", "INFORMATION", "AUSFÜHRLICH", "WARNUNG"),
    *("COMMENTAIRES", "AVERTISSEMENT", "DETALLADO", "ADVERTENCIA", "DETTAGLIATO", "AVVISO"),
    *("DETALHADO", "AVISO", "ПОДРОБНО", "ПРЕДУПРЕЖДЕНИЕ", "詳細", "警告", "详细信息"),
)
_CONSOLE: Final = "|".join(_CONSOLES)
_START: Final = re.compile(
    rf"(?:> ?)?(?:(?:(?P<console>{_CONSOLE}) ?: ?)?(?P<day>{_DAY})\.(?P<clock>{_CLOCK}): ?"
    rf"|(?P<bare>{_CONSOLE}) ?: ?"
    r"|(?P<prompt>(?:\[[^\]\n]{1,100}\]: ?)?PS(?: [^>\n]{0,200})?>)(?!>) ?"
    r"|(?=[A-Z][A-Za-z]{1,20}-[A-Za-z]{2,60} ?: \S))"
)
_STAMPED: Final = re.compile(rf"\n(?:[^\W\d_]{{2,20}} ?: ?)?{_DAY}\.{_CLOCK}: ")
_FOLLOWS: Final = re.compile(r"\s|\+|At |Error|\}|\{|\"|~|Status|Correlation|Request|Trace|Time")


Start = re.Match[str] | None
"""How a message begins; None where nothing marks its begin."""

Look = Callable[[str], None]
"""Sees a block of a text."""


class Source(msgspec.Struct, frozen=True):
    """A text to read: its name for the reader, and its signs in pieces of any size."""

    name: str
    blocks: Iterable[str]


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of a log or console. ``texts`` are the ways to join its lines, the likeliest
    first, each with single spaces; ``lines`` the lines themselves. ``day`` and ``clock`` are empty
    where it bears no time; ``console`` is the prefix of the console, ``prompt`` the prompt,
    ``width`` that of the console that wrapped the lines (0: none).
    """

    first: int
    last: int
    texts: tuple[str, ...]
    lines: tuple[str, ...]
    day: str = ""
    clock: str = ""
    console: str = ""
    prompt: str = ""
    width: int = 0

    @property
    def text(self) -> str:
        """The message on one line."""
        return self.texts[0]


class Body(msgspec.Struct, frozen=True, gc=False):
    """The lines of a message without its prefix, and the ways to join them."""

    lines: tuple[str, ...]
    texts: tuple[str, ...]


class Reader:
    """Reads texts to their messages, of a long one those that hold one of the literals."""

    def __init__(self, literals: Iterable[str]) -> None:
        every = frozenset(literals)
        self._scan = Literals(every)
        self._squeezed = Literals("".join(one.split()) for one in every)
        self._joined: dict[tuple[str, ...], Body] = {}

    def messages(self, blocks: Iterable[str], look: Look = lambda _: None) -> Iterator[Message]:
        """The messages of interest of one text, in its order; ``look`` sees every block."""
        number = 1
        is_first = True
        for block in whole_blocks(blocks):
            plain = cleaned(block)
            look(plain)
            lines = plain.split("\n")
            width = wrap_width(lines)
            is_short = is_first and len(block) < _SHORT
            if (width or is_short) and max(map(len, lines)) <= _LONGEST_LINE:
                found = self._every(lines, number, width)
                yield from found if is_short else filter(self._is_wanted, found)
            else:
                yield from self._scanned(plain, lines, number)
            number += len(lines) - 1
            is_first = False

    def _every(self, lines: Sequence[str], number: int, width: int) -> Iterator[Message]:
        at = 0
        while at < len(lines):
            start = _START.match(lines[at])
            end = _end(lines, at, start, width)
            message = _message(lines[at:end], start, number + at, width)
            if message is not None:
                yield message
            at = end

    def _is_wanted(self, message: Message) -> bool:
        if message.prompt or any(map(self._scan.is_in, message.texts)):
            return True
        is_long = len(message.texts) > 1
        return is_long and self._squeezed.is_in("".join(message.text.split()))

    def _scanned(self, plain: str, lines: Sequence[str], number: int) -> Iterator[Message]:
        """The messages around literals. ``at`` is the line that begins at ``offset``; what belongs
        to a message that was read is not scanned again.
        """
        at = offset = done = 0
        while (place := self._scan.place(plain, offset)) >= 0:
            at += plain.count("\n", offset, place)
            if len(lines[at]) > _LONGEST_LINE:
                yield _of_long(plain, place, number + at)
                offset = min(place + _LONG_AFTER, _line_end(plain, place))
                continue
            begin, start = _begin(lines, at, done)
            done = _end(lines, begin, start)
            if done <= at:
                begin, start = at, None
                done = _end(lines, at, None)
            message = self._message(lines[begin:done], start, number + begin)
            if message is not None:
                yield message
            offset = plain.rfind("\n", 0, place) + 1 + sum(map(len, lines[at:done])) + done - at
            at = done

    def _message(self, lines: Sequence[str], start: Start, number: int) -> Message | None:
        """One message of a log that no console wrapped; equal lines are joined once."""
        first = lines[0][start.end() :] if start else lines[0]
        key = (first, *lines[1:])
        known = self._joined.get(key)
        if known is None:
            if len(self._joined) >= _CACHED:
                self._joined.clear()
            known = self._joined[key] = _body(key, 0, start.end() if start else 0)
        return _made(start, known, number, 0)


def whole_blocks(pieces: Iterable[str]) -> Iterator[str]:
    """The text in blocks that end where a message ends, as far as lines are not endless."""
    rest: list[str] = []
    size = 0
    for piece in pieces:
        rest.append(piece)
        size += len(piece)
        while size >= BLOCK:
            text = "".join(rest)
            cut, keep = _cut(text)
            yield text[:cut]
            rest, size = [text[keep:]], len(text) - keep
    if size:
        yield "".join(rest)


def _cut(text: str) -> tuple[int, int]:
    """Where to end a block, and where the next one begins."""
    end = min(len(text), 2 * BLOCK)
    starts = deque(_STAMPED.finditer(text, max(0, end - _MOST_SIGNS), end), maxlen=1)
    if starts and starts[0].start() > 0:
        return starts[0].start() + 1, starts[0].start() + 1
    at = text.rfind("\n", 0, end)
    if at > 0:
        return at + 1, at + 1
    # A line without an end: what a cut would part is looked at twice.
    return end, end - _OVERLAP


def wrap_width(lines: Sequence[str]) -> int:
    """The width of the console that wrapped these lines; 0 where none did.

    Several lines are exactly as long and go on in the next one, and hardly any is longer.
    """
    lengths = list(map(len, lines))
    few = len(lines) // 20
    best, longer = (0, 1), 0
    for width, number in sorted(Counter(lengths).items(), reverse=True):
        if width < _NARROW or longer > max(number, few):
            break
        if number > best[1] and width <= _WIDE:
            best = max(best, (width, _going_on(lines, lengths, width)), key=lambda one: one[1])
        longer += number
    width, times = best
    too_long = sum(length > width for length in lengths) > max(times, few)
    return width if times >= 2 and not too_long else 0


def _going_on(lines: Sequence[str], lengths: Sequence[int], width: int) -> int:
    """How many lines of a width go on in the next one."""
    following = (lines[at + 1] for at, length in enumerate(lengths[:-1]) if length == width)
    return sum(map(_goes_on, following))


def _goes_on(line: str) -> bool:
    return line[:1] not in ("", " ", "+", "~") and _START.match(line) is None


def _begin(lines: Sequence[str], at: int, floor: int) -> tuple[int, Start]:
    """The line on which the message that holds a line begins, and how it does."""
    for line in range(at, max(floor, at - _MOST_LINES) - 1, -1):
        start = _START.match(lines[line])
        if start:
            return line, start
    return at, None


def _end(lines: Sequence[str], begin: int, start: Start, width: int = 0) -> int:
    """The line after the last one of a message."""
    has_prefix = start is not None and bool(start["day"] or start["bare"])
    is_command = start is not None and start["prompt"] is not None
    size = len(lines[begin])
    for at in range(begin + 1, min(len(lines), begin + _MOST_LINES)):
        line = lines[at]
        size += len(line)
        if size > _MOST_SIGNS or _START.match(line):
            return at
        if is_command and not _continues(lines[at - 1], line, width):
            return at
        if not has_prefix and _parts(lines[at - 1], line):
            return at
    return min(len(lines), begin + _MOST_LINES)


def _continues(before: str, line: str, width: int) -> bool:
    """Whether a line still belongs to the command line before it."""
    is_cut = bool(width) and len(before) >= width
    return is_cut or line.startswith(">>") or before.rstrip().endswith("`")


def _parts(before: str, line: str) -> bool:
    """Whether a blank line before a line that does not go on ends a message."""
    return not before.strip() and bool(line.strip()) and _FOLLOWS.match(line) is None


def _of_long(plain: str, start: int, number: int) -> Message:
    """The part of an endless line around a literal."""
    begin = max(plain.rfind("\n", 0, start) + 1, start - _LONG_BEFORE)
    end = plain.find("\n", start)
    part = plain[begin : min(end if end >= 0 else len(plain), start + _LONG_AFTER)]
    return Message(number, number, joined([part], 0), (part,))


def _message(lines: Sequence[str], start: Start, number: int, width: int) -> Message | None:
    offset = start.end() if start else 0
    return _made(start, _body((lines[0][offset:], *lines[1:]), width, offset), number, width)


def _body(lines: Sequence[str], width: int, offset: int) -> Body:
    """The lines up to the last one that is not blank, and the ways to join them."""
    body = [line[:_LONGEST_LINE] for line in lines]
    last = max((at for at, line in enumerate(body) if line.strip()), default=-1)
    kept = tuple(body[: last + 1])
    return Body(kept, joined(kept, width, offset) if kept else ())


def _made(start: Start, body: Body, number: int, width: int) -> Message | None:
    if not body.lines:
        return None
    last = number + len(body.lines) - 1
    if start is None:
        return Message(number, last, body.texts, body.lines, width=width)
    day, clock, console, bare, prompt = start.group("day", "clock", "console", "bare", "prompt")
    return Message(
        first=number,
        last=last,
        texts=body.texts,
        lines=body.lines,
        day=day or "",
        clock=clock or "",
        console=console or bare or "",
        prompt=(prompt or "").strip(),
        width=width,
    )


def _line_end(plain: str, place: int) -> int:
    """Where the line after the one of a place begins."""
    end = plain.find("\n", place)
    return len(plain) if end < 0 else end + 1
