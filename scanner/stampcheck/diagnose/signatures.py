"""The signatures of the catalogue, ready to match messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from stampcheck.diagnose.trie import Literals
from stampcheck.model import Cause, Signature

_BEFORE: Final = 3_000
_AFTER: Final = 8_000
_SPACE: Final = re.compile(r"\s+")


class Compiled(msgspec.Struct, frozen=True, eq=False):
    """A signature of a cause, with its expression."""

    cause: Cause
    signature: Signature
    pattern: re.Pattern[str]
    squeezed: str


class Match(msgspec.Struct, frozen=True, eq=False):
    """A signature that a message matched, and the values of its named groups."""

    compiled: Compiled
    values: dict[str, str]


class Matcher:
    """Matches messages against every signature."""

    def __init__(self, causes: Iterable[Cause]) -> None:
        self._all = tuple(_compiled(causes))
        self._by_literal: dict[str, list[Compiled]] = {}
        for one in self._all:
            self._by_literal.setdefault(one.signature.literal, []).append(one)
        companions = (
            text for one in self._all for text in (*one.signature.requires, *one.signature.excludes)
        )
        self.companions = frozenset(companions)
        self._squeezed = Literals(one.squeezed for one in self._all)
        self._spelled: dict[str, set[str]] = {}
        for one in self._all:
            self._spelled.setdefault(one.squeezed, set()).add(one.signature.literal)

    @property
    def literals(self) -> frozenset[str]:
        """Every text that a message must hold to be of interest."""
        return self.companions | self._by_literal.keys()

    def matches(self, texts: Sequence[str], held: AbstractSet[str]) -> tuple[Match, ...]:
        """What a message matches, joined in any of these ways; at most one match a signature.

        ``held`` are the literals that any of the ways holds.
        """
        wanted = held & self._by_literal.keys()
        if len(texts) > 1:
            squeezed = self._squeezed.within(_SPACE.sub("", texts[0]))
            wanted = wanted | {spelled for one in squeezed for spelled in self._spelled[one]}
        found = (
            match
            for literal in sorted(wanted)
            for one in self._by_literal[literal]
            if (match := _match(one, texts)) is not None
        )
        return tuple(found)


def _match(one: Compiled, texts: Sequence[str]) -> Match | None:
    literal = one.signature.literal
    ways = [text for text in texts if literal in text] or [_mended(texts[0], literal)]
    for text in ways:
        found = one.pattern.search(_window(text, literal))
        if found is not None:
            return Match(one, _values(found))
    return None


def match(signature: Signature, text: str) -> Mapping[str, str] | None:
    """The values that a signature finds in a text of any layout; None where it does not match."""
    flat = " ".join(text.split())
    if signature.literal not in flat:
        return None
    found = re.compile(signature.pattern).search(flat)
    return None if found is None else _values(found)


def _compiled(causes: Iterable[Cause]) -> Iterator[Compiled]:
    for cause in causes:
        for one in cause.signatures:
            pattern = re.compile(one.pattern, re.DOTALL)
            yield Compiled(cause, one, pattern, _SPACE.sub("", one.literal))


def _values(found: re.Match[str]) -> dict[str, str]:
    return {name: value.strip() for name, value in found.groupdict().items() if value}


def _window(text: str, literal: str) -> str:
    """The part of a long message around its literal, so that no expression sees a megabyte."""
    if len(text) <= _BEFORE + _AFTER:
        return text
    at = text.find(literal)
    return text[max(0, at - _BEFORE) : at + _AFTER]


def _mended(text: str, literal: str) -> str:
    """The text with a literal whose spaces were lost or added, spelled right."""
    loose = r"\s*".join(re.escape(sign) for sign in literal if not sign.isspace())
    return re.sub(loose, lambda _: f" {literal} ", text, count=1)
