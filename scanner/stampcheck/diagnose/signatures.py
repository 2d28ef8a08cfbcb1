"""The signatures of the catalogue, ready to match messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from stampcheck.model import Cause, Signature

_BEFORE: Final = 3_000
_AFTER: Final = 8_000
_CACHED: Final = 4_096
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
        companions = (
            text for one in self._all for text in (*one.signature.requires, *one.signature.excludes)
        )
        self.companions = tuple(dict.fromkeys(companions))
        self._known: dict[tuple[str, ...], tuple[Match, ...]] = {}

    @property
    def literals(self) -> tuple[str, ...]:
        """Every text that a message must hold to be of interest."""
        return tuple(
            dict.fromkeys((*(one.signature.literal for one in self._all), *self.companions))
        )

    @property
    def samples(self) -> Iterator[tuple[Cause, str]]:
        """The samples of every signature."""
        for one in self._all:
            for sample in one.signature.samples:
                yield one.cause, sample

    def matches(self, texts: Sequence[str]) -> tuple[Match, ...]:
        """What a message matches, joined in any of these ways; at most one match a signature."""
        key = tuple(texts)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = self._known[key] = tuple(self._found(key))
        return known

    def _found(self, texts: tuple[str, ...]) -> Iterator[Match]:
        squeezed = _SPACE.sub("", texts[0]) if len(texts) > 1 else ""
        for one in self._all:
            literal = one.signature.literal
            ways = [text for text in texts if literal in text]
            if not ways and squeezed and one.squeezed in squeezed:
                ways = [_mended(texts[0], literal)]
            for text in ways:
                found = one.pattern.search(_window(text, literal))
                if found is not None:
                    yield Match(one, _values(found))
                    break


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
