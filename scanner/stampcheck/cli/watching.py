"""What a live collection shows while it runs: a line for each stamp that is at work, and at its end
a line for each source that did not answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from stampcheck.cli.console import Talk
from stampcheck.cli.main import printable
from stampcheck.collect.asking import Ask
from stampcheck.document import Document
from stampcheck.model import Reason

_ROWS: Final = 12
_LINES: Final = 25
_NAMED: Final = 3
# What tells one subscription, stamp or request from another.
_OWN: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|/\S+|:\d+|\d+", re.IGNORECASE
)
_SOURCES: Final = {
    "azure": "Azure",
    "entry": "Stamp",
    "stamp": "Stamp",
    "pep": "Privileged endpoint",
}


class _State(msgspec.Struct):
    """How far one stamp, or Azure, is."""

    open: int = 0
    answered: int = 0
    refused: int = 0
    last: str = ""


class _Trouble(msgspec.Struct):
    """A refusal, and where it was met."""

    sentence: str
    places: list[str] = []
    kinds: list[str] = []


class Watching:
    """Keeps count of a collection and draws it where somebody watches."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._states: dict[str, _State] = {}
        self._troubles: dict[tuple[str, str], _Trouble] = {}
        self._live: Live | None = None

    def asked(self, ask: Ask) -> None:
        """Count an ask."""
        state = self._states.setdefault(_place(ask), _State())
        state.open += 1
        state.last = ask.kind
        self._draw()

    def answered(self, ask: Ask, documents: list[Document]) -> None:
        """Count an answer, and remember the first refusal of each source in its own words."""
        state = self._states[_place(ask)]
        state.open -= 1
        for document in documents:
            if document.reason is None:
                state.answered += 1
                continue
            state.refused += 1
            self._remember(ask, document, document.reason)
        self._draw()

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw while the collection runs, where somebody watches."""
        if not self._talk.shows_progress:
            yield
            return
        console = self._talk.console
        with Live(console=console, refresh_per_second=5, transient=True) as self._live:
            yield
        self._live = None

    def say_troubles(self) -> None:
        """One line for each kind of refusal of a source, in the words of the first of its kind."""
        lines = sorted(self._troubles.items(), key=lambda one: (one[0][0], -len(one[1].places)))
        shown = lines if self._talk.verbose else lines[:_LINES]
        for (source, _), trouble in shown:
            named = _named(trouble.places, None if self._talk.verbose else _NAMED)
            kinds = ", ".join(trouble.kinds)
            self._talk.say(f"{source}, {named}: {kinds}: {trouble.sentence}", "yellow")
        if len(shown) < len(lines):
            self._talk.say(f"and {len(lines) - len(shown)} more; see the report or --verbose.")

    def _remember(self, ask: Ask, document: Document, reason: Reason) -> None:
        """Keep one sentence for all refusals that differ by names and ids only."""
        source = _SOURCES[ask.wire.partition(":")[0]]
        sentence = _one_line(document.detail or reason.value)
        likeness = _OWN.sub("", sentence.replace(ask.owner or "/", ""))
        trouble = self._troubles.setdefault((source, likeness), _Trouble(sentence))
        if _place(ask) not in trouble.places:
            trouble.places.append(_place(ask))
        if document.kind not in trouble.kinds:
            trouble.kinds.append(document.kind)

    def _draw(self) -> None:
        if self._live is not None:
            self._live.update(self._picture())

    def _picture(self) -> Group:
        busy = [(place, state) for place, state in self._states.items() if state.open]
        table = Table(box=None, pad_edge=False, show_header=False)
        for place, state in busy[:_ROWS]:
            refused = f", {state.refused} refused" if state.refused else ""
            table.add_row(
                Text(printable(place)[:40], style="bold"),
                Text(f"{state.answered} answered{refused}, asking {state.last}"),
            )
        more = len(busy) - _ROWS
        if more > 0:
            table.add_row(Text(f"and {more} more"), Text(""))
        total = sum(state.open + state.answered + state.refused for state in self._states.values())
        settled = total - sum(state.open for state in self._states.values())
        heading = Text(f"Collecting: {settled} of {total} answers so far ")
        return Group(heading, ProgressBar(total=max(1, total), completed=settled, width=40), table)


def _place(ask: Ask) -> str:
    """The stamp, or the subscription of a document that may serve many."""
    if ask.owner:
        return ask.owner
    return "subscription " + ask.label.split("/")[1] if "/" in ask.label else "Azure"


def _named(places: list[str], most: int | None) -> str:
    """The stamps or subscriptions that a sentence is true of; "subscription" is said once."""
    word = "subscription " if all(one.startswith("subscription ") for one in places) else ""
    bare = [one.removeprefix(word) for one in places[:most]]
    more = len(places) - len(bare)
    return word + ", ".join(bare) + (f" and {more} more" if more else "")


def _one_line(text: str) -> str:
    """The text on one line; of a long one the beginning, and the end, which says what to do."""
    flat = " ".join(printable(text).split())
    return flat if len(flat) <= 400 else f"{flat[:240]} ... {flat[-150:]}"
