"""What ``stampcheck doctor`` prints: a table of the sources, what is wrong with them, and which
rules stay undetermined. As wide as it is told; words and marks, so that no colour is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from rich.cells import cell_len, set_cell_size

from stampcheck.cli.main import printable
from stampcheck.health import MAX_SKEW, MIN_DAYS, Side, SourceHealth, State
from stampcheck.mending import Gap, Health
from stampcheck.model import listed

WIDTH: Final = 100
"""Columns of the page where there is no terminal."""

NARROWEST: Final = 60
WIDEST: Final = 120
"""Columns of the page at most, however wide the terminal is."""

_NAMES: Final[dict[Side, str]] = {"azure": "Azure", "stamp": "stamp", "pep": "PEP"}
_MARKS: Final = {
    State.YES: "+ yes",
    State.NO: "x no",
    State.UNKNOWN: "? unknown",
    State.NOT_ASKED: "- not asked",
}
_HEAD: Final = ("stamp", "source", "reachable", "signed in", "permitted", "clock", "certificate")
_LEAST_STAMP: Final = 14
_MOST_STAMP: Final = 60
_GAP: Final = "  "
_NAMED: Final = 8
_BEGINNING: Final = 220
_END: Final = 160
_ASKING_STOP: Final = re.compile(r"([?!])\.(?=\s|$)")


def as_json(health: Health) -> str:
    """The same as JSON, with its exit code."""
    body = msgspec.to_builtins(health) | {"exit_code": health.exit_code}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_text(health: Health, *, width: int = WIDTH, verbose: bool = False) -> str:
    """The page, without a line break at its end; ``verbose`` names every stamp and shortens no
    reason.
    """
    return "\n".join(_Page(max(NARROWEST, width), verbose=verbose).lines(health))


class _Page:
    """Lines of a page of one width."""

    def __init__(self, width: int, *, verbose: bool) -> None:
        self._width = width
        self._verbose = verbose

    def lines(self, health: Health) -> Iterator[str]:
        """The table, what is wrong, what stays undetermined, notes, and what that amounts to."""
        yield from self._table(health.sources)
        yield from self._wrong(health.sources)
        if health.gaps:
            yield from ("", "Rules that would stay undetermined")
        for gap in health.gaps:
            yield from self._gap(gap)
        if health.notes:
            yield from ("", "Notes")
        for note in health.notes:
            yield from self._wrapped(note, "  ")
        yield ""
        yield from self._wrapped(_verdict(health), "", hanging="")

    def _table(self, sources: Sequence[SourceHealth]) -> Iterator[str]:
        """The columns that there is room for; what the last two say is a note where it matters."""
        rows = [_HEAD, *map(_cells, sources)]
        widths = [max(cell_len(row[place]) for row in rows) for place in range(len(_HEAD))]
        gap = len(_GAP)
        while sum(widths[1:]) + gap * (len(widths) - 1) + _LEAST_STAMP > self._width:
            widths.pop()
        room = self._width - sum(widths[1:]) - gap * (len(widths) - 1)
        widths[0] = min(widths[0], room)
        for row in rows:
            first = _short(row[0], widths[0])
            cells = zip((first, *row[1:]), widths, strict=False)
            yield _GAP.join(set_cell_size(cell, size) for cell, size in cells).rstrip()

    def _wrong(self, sources: Iterable[SourceHealth]) -> Iterator[str]:
        """What is wrong, once for all stamps of which it is true."""
        told: dict[tuple[Side, str], dict[str, list[str]]] = {}
        for source in sources:
            for note in source.notes:
                alike = told.setdefault((source.source, _likeness(source, note)), {})
                alike.setdefault(note, []).append(source.stamp)
        if told:
            yield ""
        for (side, likeness), notes in told.items():
            # The address matters as long as there is one.
            note = self._told(likeness if len(notes) > 1 else next(iter(notes)))
            names = [name for same in notes.values() for name in same]
            yield from self._wrapped(f"{self._listed(names)}: {_NAMES[side]}: {note}", "")

    def _gap(self, gap: Gap) -> Iterator[str]:
        head = f"{gap.rule}  {self._listed(gap.stamps)} ({gap.reason})"
        yield from self._wrapped(head, "  ")
        yield from self._wrapped(self._told(gap.why), "    ")
        if gap.mends:
            yield from self._wrapped(f"To settle it: {'; or '.join(gap.mends)}.", "    ")

    def _told(self, reason: str) -> str:
        return reason if self._verbose else _shortened(reason)

    def _listed(self, names: Sequence[str]) -> str:
        shortened = [_short(name, _MOST_STAMP // 2) for name in names]
        return listed(shortened, len(names) if self._verbose else _NAMED)

    def _wrapped(self, text: str, indent: str, hanging: str = "  ") -> Iterator[str]:
        """Lines by the cells that they take, since a sign may take two."""
        line, is_empty = indent, True
        for word in _pieces(_flat(text), self._width - len(indent) - len(hanging)):
            if not is_empty and cell_len(line) + 1 + cell_len(word) > self._width:
                yield line
                line, is_empty = indent + hanging, True
            line += word if is_empty else " " + word
            is_empty = False
        if not is_empty:
            yield line


def _verdict(health: Health) -> str:
    asked = [source for source in health.sources if source.is_asked]
    rest = _unasked(len(health.sources) - len(asked))
    if health.exit_code == 5:
        return "Nothing can be reached; a scan would bring no evidence." + rest
    if health.exit_code == 0:
        return "All fine: a scan would determine every rule." + rest
    rules = len({gap.rule for gap in health.gaps})
    would = f"{rules or 'no'} rule{'s' if rules > 1 else ''} would stay undetermined somewhere."
    return f"{_readable(asked)}; {would}{rest}"


def _unasked(number: int) -> str:
    if not number:
        return ""
    sources, them = ("source was", "it") if number == 1 else ("sources were", "them")
    return f" {number} {sources} not asked, since the inventory does not name {them} wholly."


def _readable(asked: Sequence[SourceHealth]) -> str:
    wrong = sum(not source.is_fine for source in asked)
    if wrong:
        return (
            f"{wrong} of {len(asked)} sources {'is' if wrong == 1 else 'are'} not wholly readable"
        )
    if len(asked) == 1:
        return "The only source is wholly readable"
    return f"All {len(asked)} sources are wholly readable" if asked else "No source was asked"


def _likeness(source: SourceHealth, note: str) -> str:
    """A note without what tells one stamp's host from another's."""
    bare = note.removeprefix(f"{source.address}: ")
    host = source.address.removeprefix("https://")
    return bare.replace(host, "the host") if host else bare


def _cells(source: SourceHealth) -> tuple[str, ...]:
    return (
        _flat(source.stamp),
        _NAMES[source.source],
        _MARKS[source.reachable],
        _MARKS[source.signed_in],
        _permitted(source),
        _clock(source.clock_skew_seconds),
        _certificate(source.certificate_days),
    )


def _permitted(source: SourceHealth) -> str:
    states = list(source.permitted.values())
    worst = next(
        (state for state in (State.NO, State.UNKNOWN, State.NOT_ASKED) if state in states),
        State.YES,
    )
    return f"{_MARKS[worst][0]} {states.count(State.YES)} of {len(states)}"


def _clock(skew: int | None) -> str:
    if skew is None:
        return "-"
    return f"{'!' if abs(skew) > MAX_SKEW else '+'} {skew} s"


def _certificate(days: int | None) -> str:
    if days is None:
        return "-"
    if days < 0:
        return "x expired"
    return f"{'!' if days < MIN_DAYS else '+'} {days} days"


def _short(name: str, most: int) -> str:
    flat = _flat(name)
    return flat if cell_len(flat) <= most else set_cell_size(flat, most - 1).rstrip() + "…"


def _shortened(text: str) -> str:
    """Of a long text the beginning, and the end, which says what to do."""
    flat = _flat(text)
    if len(flat) <= _BEGINNING + _END:
        return flat
    beginning = flat[:_BEGINNING].rpartition(" ")[0] or flat[:_BEGINNING]
    end = flat[-_END:].partition(" ")[2] or flat[-_END:]
    return f"{beginning} ... {end}"


def _flat(text: str) -> str:
    """On one line, harmless; a question needs no full stop."""
    return _ASKING_STOP.sub(r"\1", " ".join(printable(text).split()))


def _pieces(text: str, room: int) -> Iterator[str]:
    """The words of a text, those that are too long for a line in pieces."""
    for word in text.split(" "):
        rest = word
        while cell_len(rest) > room:
            size = next(
                size for size in range(len(rest) - 1, 0, -1) if cell_len(rest[:size]) <= room
            )
            yield rest[:size]
            rest = rest[size:]
        yield rest
