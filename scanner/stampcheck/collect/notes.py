"""Sentences about what a live collection could not ask, each for one stamp or for none."""

from __future__ import annotations

from typing import Final

from stampcheck.model import listed, sort_key

_NAMED: Final = 5


class Notes:
    """Sentences in the order they were made, none twice for one stamp."""

    def __init__(self) -> None:
        self._stamps: dict[str, list[str]] = {}

    def add(self, sentence: str, stamp: str = "") -> None:
        """Keep a sentence, which must hold without the name of its stamp."""
        stamps = self._stamps.setdefault(sentence, [])
        if stamp not in stamps:
            stamps.append(stamp)

    def of(self, stamp: str) -> list[str]:
        """The sentences about one stamp."""
        return [sentence for sentence, stamps in self._stamps.items() if stamp in stamps]

    def told(self) -> list[str]:
        """Each sentence once, after the stamps that it is true of."""
        return [f"{_names(stamps)}{sentence}" for sentence, stamps in self._stamps.items()]


def _names(stamps: list[str]) -> str:
    named = sorted(filter(None, stamps), key=sort_key)
    if not named:
        return ""
    return f"{listed(named, _NAMED)}: "
