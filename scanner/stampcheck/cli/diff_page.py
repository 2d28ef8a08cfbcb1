"""A comparison as a page for the terminal: what is worst first, each change with its reasons."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from stampcheck.change import MEANINGS, Change, ChangeClass, Comparison, ScanName, Side
from stampcheck.cli.main import printable
from stampcheck.model import listed

_SHOWN: Final = 20
_FACTS: Final = 4
_NAMES: Final = 6
_LONGEST: Final = 100
_STYLES: Final = {
    ChangeClass.REGRESSED: "bold red",
    ChangeClass.NEW: "bold red",
    ChangeClass.WAIVER_EXPIRED: "bold red",
    ChangeClass.NEWLY_UNDETERMINED: "yellow",
    ChangeClass.NO_LONGER_CHECKED: "yellow",
    ChangeClass.STILL_FAILING: "red",
    ChangeClass.FIXED: "green",
    ChangeClass.DETERMINED: "green",
}
_IN_SHORT: Final = frozenset(
    (
        ChangeClass.STILL_FAILING,
        ChangeClass.DETERMINED,
        ChangeClass.NEWLY_CHECKED,
        ChangeClass.NO_LONGER_CHECKED,
    )
)
"""Classes of which a reader wants the stamps, and each line only with --verbose."""


def print_comparison(comparison: Comparison, *, verbose: bool, no_color: bool) -> None:
    """Print the page to stdout."""
    console = Console(
        file=sys.stdout,
        no_color=no_color or bool(os.environ.get("NO_COLOR")),
        highlight=False,
        soft_wrap=True,
    )
    for line in _page(comparison, verbose=verbose):
        console.print(line)


def _page(comparison: Comparison, *, verbose: bool) -> Iterator[Text]:
    old, new = comparison.old, comparison.new
    yield _text(f"From {old.as_of} ({_stamps(old)}) to {new.as_of} ({_stamps(new)})")
    yield from map(_text, _about(comparison))
    yield _text("")
    for word in ChangeClass:
        if number := comparison.counts.get(word.value, 0):
            line = _text(f"{number:6,} {word.value:<20}", _STYLES.get(word, ""))
            yield line.append(MEANINGS[word], style="dim")
    by_class: dict[ChangeClass, list[Change]] = {}
    for change in comparison.changes:
        by_class.setdefault(change.change, []).append(change)
    for word, changes in by_class.items():
        yield _text("")
        yield _text(f"{word.value.capitalize()} ({len(changes):,})", _STYLES.get(word, "bold"))
        is_short = word in _IN_SHORT and not verbose
        yield from _in_short(changes) if is_short else _in_full(changes, verbose=verbose)


def _stamps(scan: ScanName) -> str:
    return f"{scan.stamps:,} stamp{'' if scan.stamps == 1 else 's'}"


def _about(comparison: Comparison) -> Iterator[str]:
    for one in comparison.renamed:
        yield f"{one.new} is the stamp that was called {one.old} (Cloud ID {one.cloud_id})."
    if comparison.added:
        yield f"New stamps: {listed(comparison.added, _NAMES)}."
    if comparison.removed:
        yield f"Stamps that are gone: {listed(comparison.removed, _NAMES)}."
    yield from comparison.notes
    standings = [one for one in comparison.standings if one.what == "licence standing"]
    if standings:
        words = [f"{one.stamp} {one.old or '-'} -> {one.new or '-'}" for one in standings]
        yield f"Licence standing: {listed(words, _NAMES)}."


def _in_short(changes: list[Change]) -> Iterator[Text]:
    by_stamp: dict[str, list[str]] = {}
    for change in changes:
        if change.worse:
            yield from _lines(change)
        else:
            by_stamp.setdefault(change.stamp, []).append(change.rule)
    for stamp, rules in list(by_stamp.items())[:_SHOWN]:
        line = _text("  ").append(printable(stamp), style="bold")
        yield line.append(f"  {listed(list(dict.fromkeys(rules)), _NAMES)}")
    if len(by_stamp) > _SHOWN:
        yield _text(f"  and {len(by_stamp) - _SHOWN:,} more stamps; see --verbose or --format csv.")


def _in_full(changes: list[Change], *, verbose: bool) -> Iterator[Text]:
    for change in changes if verbose else changes[:_SHOWN]:
        yield from _lines(change)
    if not verbose and len(changes) > _SHOWN:
        yield _text(f"  and {len(changes) - _SHOWN:,} more; see --verbose or --format csv.")


def _lines(change: Change) -> Iterator[Text]:
    was = f" (was {change.old_stamp})" if change.old_stamp else ""
    line = _text("  ").append(printable(change.stamp + was), style="bold")
    line.append(f"  {change.rule}", style="cyan").append(f"  {printable(change.title)}")
    yield line
    if change.subject:
        yield _text(f"    {change.subject}")
    worse = " (worse)" if change.worse else ""
    yield _text(f"    {_side(change.old)} -> {_side(change.new)}{worse}")
    for one in change.why:
        yield _text(f"    {one.why.value}: ", "dim").append(printable(one.text))
        for fact in one.facts[:_FACTS]:
            yield _text(f"      {fact.worded(_cut)}")
        if len(one.facts) > _FACTS:
            yield _text(f"      and {len(one.facts) - _FACTS} more; see --format csv.")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _side(side: Side | None) -> str:
    if side is None:
        return "not checked"
    return f"{side.word} [{_cut(side.actual)}]" if side.actual else side.word


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text).replace("\n", " "), style=style)
