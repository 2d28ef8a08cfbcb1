"""What ``stampcheck doctor`` prints: a table of the sources, what is wrong with them, and which
rules stay undetermined. At most 100 columns; words and marks, so that no colour is needed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from rich.cells import cell_len, set_cell_size

from stampcheck.cli.main import printable
from stampcheck.health import MAX_SKEW, MIN_DAYS, Side, SourceHealth, State
from stampcheck.mending import Gap, Health

WIDTH: Final = 100
"""Columns of the page."""

_NAMES: Final[dict[Side, str]] = {"azure": "Azure", "stamp": "stamp", "pep": "PEP"}
_MARKS: Final = {
    State.YES: "+ yes",
    State.NO: "x no",
    State.UNKNOWN: "? unknown",
    State.NOT_ASKED: "- not asked",
}
_HEAD: Final = ("stamp", "source", "reachable", "signed in", "permitted", "clock", "certificate")
_MAX_STAMP: Final = 30
_NAMED: Final = 4
_MAX_WHY: Final = 280


def as_json(health: Health) -> str:
    """The same as JSON, with its exit code."""
    body = msgspec.to_builtins(health) | {"exit_code": health.exit_code}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_text(health: Health) -> str:
    """The page, without a line break at its end."""
    lines = [*_table(health.sources), *_wrong(health.sources)]
    if health.gaps:
        lines += ["", "Rules that would stay undetermined"]
    for gap in health.gaps:
        lines += _gap(gap)
    if health.notes:
        lines += ["", "Notes", *(line for note in health.notes for line in _wrapped(note, "  "))]
    lines += ["", _verdict(health)]
    return "\n".join(lines)


def _verdict(health: Health) -> str:
    if health.exit_code == 5:
        return "Nothing can be reached; a scan would bring no evidence."
    if health.exit_code == 0:
        return "All fine: a scan would determine every rule."
    wrong = sum(not source.is_fine for source in health.sources)
    return (
        f"{wrong} of {len(health.sources)} sources are not wholly readable; "
        f"{len({gap.rule for gap in health.gaps})} rules would stay undetermined somewhere."
    )


def _table(sources: Sequence[SourceHealth]) -> Iterator[str]:
    rows = [_HEAD, *map(_cells, sources)]
    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(_HEAD))]
    for row in rows:
        cells = (set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _cells(source: SourceHealth) -> tuple[str, ...]:
    return (
        _short(source.stamp),
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


def _wrong(sources: Iterable[SourceHealth]) -> Iterator[str]:
    """What is wrong, once for all stamps of which it is true."""
    stamps: dict[tuple[Side, str], list[str]] = {}
    for source in sources:
        for note in source.notes:
            stamps.setdefault((source.source, note), []).append(source.stamp)
    if stamps:
        yield ""
    for (side, note), names in stamps.items():
        yield from _wrapped(f"{_listed(names)}: {_NAMES[side]}: {note}", "")


def _gap(gap: Gap) -> Iterator[str]:
    yield from _wrapped(f"{gap.rule}  {_listed(gap.stamps)} ({gap.reason})", "  ")
    why = gap.why if len(gap.why) <= _MAX_WHY else gap.why[:_MAX_WHY] + "…"
    yield from _wrapped(why, "    ")
    if gap.mends:
        yield from _wrapped(f"To settle it: {'; or '.join(gap.mends)}.", "    ")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(map(_short, names[:_NAMED])) + more


def _short(name: str) -> str:
    flat = " ".join(printable(name).split())
    return flat if cell_len(flat) <= _MAX_STAMP else set_cell_size(flat, _MAX_STAMP - 1) + "…"


def _wrapped(text: str, indent: str) -> list[str]:
    flat = " ".join(printable(text).split())
    return textwrap.wrap(
        flat, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )
