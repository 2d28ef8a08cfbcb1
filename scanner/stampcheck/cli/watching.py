"""What a live collection shows while it runs: a line for each stamp that is at work, and at its end
a line for each source that did not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

import msgspec
from rich.cells import cell_len
from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from stampcheck.cli.console import Talk
from stampcheck.cli.main import printable
from stampcheck.cli.troubles import Troubles, subscription_of
from stampcheck.collect.asking import Ask
from stampcheck.document import Document

_ROWS: Final = 15
_LINES: Final = 25
_BAR: Final = 40
_STATE: Final = 40
_AZURE: Final = ""


class _State(msgspec.Struct):
    """How far one stamp, or Azure, is."""

    asking: list[str] = []
    answered: int = 0
    refused: int = 0
    subscriptions: set[str] = set()

    @property
    def open(self) -> int:
        return len(self.asking)

    @property
    def settled(self) -> int:
        return self.answered + self.refused

    @property
    def rank(self) -> int:
        """The order of the rows: at work and answered before, waiting, done."""
        return 2 if not self.open else 0 if self.settled else 1

    def words(self) -> str:
        """The state in words; another thread may be counting."""
        asking = list(self.asking)
        word = f"{'asking' if self.settled else 'waiting for'} {asking[0]}" if asking else "done"
        more = f" and {len(asking) - 1} more" if len(asking) > 1 else ""
        return f"{word}{more}" + (f", {self.refused} refused" if self.refused else "")


class Watching:
    """Keeps count of a collection and draws it where somebody watches."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._states: dict[str, _State] = {}
        self._troubles = Troubles()

    def asked(self, ask: Ask) -> None:
        """Count an ask."""
        state = self._states.setdefault(ask.owner or _AZURE, _State())
        state.asking.append(ask.kind)
        if subscription := subscription_of(ask):
            state.subscriptions.add(subscription)

    def answered(self, ask: Ask, documents: list[Document]) -> None:
        """Count an answer, and remember the refusals in their own words."""
        state = self._states[ask.owner or _AZURE]
        state.asking.remove(ask.kind)
        for document in documents:
            if document.reason is not None:
                self._troubles.add(ask, document)
        # An answer that broke off brings two documents, but was asked once.
        is_refused = any(document.reason is not None for document in documents)
        state.refused += is_refused
        state.answered += not is_refused

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw while the collection runs, where somebody watches."""
        if not self._talk.shows_progress:
            yield
            return
        console = self._talk.console
        with Live(
            console=console, get_renderable=self.picture, refresh_per_second=5, transient=True
        ):
            yield

    def say_troubles(self) -> None:
        """One line for each kind of refusal of a source, in the words of the first of its kind."""
        lines = list(self._troubles.lines(whole=self._talk.verbose))
        shown = lines if self._talk.verbose else lines[:_LINES]
        for line in shown:
            self._talk.say(line, "yellow")
        if len(shown) < len(lines):
            self._talk.say(f"and {len(lines) - len(shown)} more; see the report or --verbose.")

    def picture(self) -> Group:
        """Heading, rows and balance, within the terminal. Another thread may be counting."""
        states = dict(list(self._states.items()))
        azure = states.pop(_AZURE, None)
        size = self._talk.console.size
        # Heading, balance and the line of the cursor are not rows.
        space = max(1, min(_ROWS, size.height - 3))
        table = Table.grid(padding=(0, 1), pad_edge=False)
        shown = [] if azure is None else [("Azure", azure, _of_azure(azure))]
        for name, state in _chosen(states, space - len(shown)):
            shown.append((printable(name).replace("\n", " "), state, state.words()))
        # A state is short; a name may be an id.
        widest = max(size.width // 2, size.width - _STATE)
        names = min(widest, 2 + max((cell_len(name) for name, *_ in shown), default=0))
        table.add_column(no_wrap=True, overflow="ellipsis", width=names)
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=size.width - names - 1)
        for name, state, words in shown:
            _row(table, name, state, words)
        return Group(self._heading(size.width), table, _balance(states))

    def _heading(self, width: int) -> Table:
        states = list(self._states.values())
        settled = sum(state.settled for state in states)
        total = settled + sum(state.open for state in states)
        text = f"Collecting  {settled} of {total} answers  "
        bar = ProgressBar(
            total=max(1, total), completed=settled, width=max(4, min(_BAR, width - len(text) - 1))
        )
        heading = Table.grid()
        heading.add_column(no_wrap=True, overflow="ellipsis")
        heading.add_row(Text(text), bar)
        return heading


def _row(table: Table, name: str, state: _State, words: str) -> None:
    mark = "x " if state.refused else "  "
    style = "yellow" if state.refused else "dim" if not state.open else ""
    named = Text(mark, style="red")
    named.append(name, style="bold")
    table.add_row(named, Text(words, style=style))


def _of_azure(state: _State) -> str:
    number = len(state.subscriptions)
    where = f"{number} subscription{'' if number == 1 else 's'}, " if number else ""
    return f"{where}{state.settled} of {state.settled + state.open} answers, {state.words()}"


def _chosen(states: dict[str, _State], most: int) -> Iterator[tuple[str, _State]]:
    """Stamps with refusals first, but so that half of the rows are left to others at work."""
    order = sorted(states.items(), key=lambda one: one[1].rank)
    refused = [one for one in order if one[1].refused]
    others = [one for one in order if not one[1].refused]
    at_work = sum(state.open > 0 for _, state in others)
    kept = max(most - at_work, most // 2)
    return islice((*refused[:kept], *others), max(0, most))


def _balance(states: dict[str, _State]) -> Text:
    to_go = sum(state.open > 0 for state in states.values())
    refused = sum(state.refused > 0 for state in states.values())
    done = len(states) - to_go
    stamps = "stamp" if done == 1 else "stamps"
    text = f"{done} {stamps} done, {refused} with refusals, {to_go} to go"
    return Text(text, no_wrap=True, overflow="ellipsis")
