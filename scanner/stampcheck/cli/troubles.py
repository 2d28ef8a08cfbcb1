"""Refusals that differ by names, addresses and ids only, as one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from stampcheck.cli.main import printable
from stampcheck.collect.asking import Ask
from stampcheck.document import Document

_NAMED: Final = 3
_SOURCES: Final = {
    "azure": "Azure",
    "entry": "Stamp",
    "stamp": "Stamp",
    "pep": "Privileged endpoint",
}
# What tells one subscription, stamp or request from another: addresses, ids, paths, numbers.
_OWN: Final = re.compile(
    r"https?://[^\s,;()'\"]*[^\s,;()'\".:]"
    r"|\[[0-9a-f:.]{2,45}\](?::\d{1,5})?"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    # A permission (Microsoft.X/y/read) is none of these, nor is a status.
    r"|(?<![\w.-])(?!microsoft\.)[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,9}(?::\d{1,5})?\b"
    r"|\b[a-z][a-z0-9-]{0,62}:\d{1,5}\b"
    r"|(?<![\w.])(?:/[^\s/,;()'\"]{1,200}){2,60}"
    r"|(?<!status )(?<!HTTP )\b\d+\b",
    re.IGNORECASE,
)
_SHOWN: Final = "..."


class _Trouble(msgspec.Struct):
    """A sentence, where it was met, and what all that were like it have in common."""

    sentence: str
    own: frozenset[str]
    places: list[str] = []
    kinds: list[str] = []

    def text(self) -> str:
        """The sentence, without what is not true of every place."""
        return _one_line(_OWN.sub(self._kept, self.sentence))

    def _kept(self, found: re.Match[str]) -> str:
        return found.group() if found.group() in self.own else _SHOWN


class Troubles:
    """Collects refusals and tells each kind of them once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], _Trouble] = {}

    def add(self, ask: Ask, document: Document) -> None:
        """Remember why an ask was refused."""
        source = _SOURCES[ask.wire.partition(":")[0]]
        sentence = " ".join(printable(document.detail or str(document.reason)).split())
        nameless = _without(sentence, ask.owner)
        own = frozenset(_OWN.findall(sentence))
        key = (source, _OWN.sub(_SHOWN, nameless))
        trouble = self._found.setdefault(key, _Trouble(sentence, own))
        place = _place(ask)
        if place not in trouble.places:
            trouble.places.append(place)
        if len(trouble.places) > 1:
            # Said of several, a sentence names none of them.
            trouble.sentence = _without(trouble.sentence, trouble.places[0])
        trouble.own &= own
        if document.kind not in trouble.kinds:
            trouble.kinds.append(document.kind)

    def lines(self, *, whole: bool) -> Iterator[str]:
        """A line for each, by source, those of most places first; ``whole`` names every place."""
        order = sorted(self._found.items(), key=lambda one: (one[0][0], -len(one[1].places)))
        for (source, _), trouble in order:
            named = _named(trouble.places, None if whole else _NAMED)
            yield f"{source}, {named}: {', '.join(trouble.kinds)}: {trouble.text()}"


def _place(ask: Ask) -> str:
    """The stamp, or the subscription of a document that may serve many."""
    subscription = subscription_of(ask)
    return ask.owner or (f"subscription {subscription}" if subscription else "Azure")


def subscription_of(ask: Ask) -> str:
    """The subscription that an ask of Azure is about; empty where it is about none."""
    return ask.label.split("/")[1] if "/" in ask.label and not ask.owner else ""


def _without(sentence: str, name: str) -> str:
    """The sentence with dots for a name that stands in it as a word."""
    if not name:
        return sentence
    return re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])(?!\.\w)", _SHOWN, sentence)


def _named(places: list[str], most: int | None) -> str:
    """The stamps or subscriptions that a sentence is true of; "subscription" is said once."""
    word = "subscription " if all(one.startswith("subscription ") for one in places) else ""
    bare = [one.removeprefix(word) for one in places[:most]]
    more = len(places) - len(bare)
    return word + ", ".join(bare) + (f" and {more} more" if more else "")


def _one_line(flat: str) -> str:
    """Of a long text the beginning, and the end, which says what to do."""
    return flat if len(flat) <= 400 else f"{flat[:240]} ... {flat[-150:]}"
