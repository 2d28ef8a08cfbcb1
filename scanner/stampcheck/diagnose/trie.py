"""Many literals in one scan of a text.

Python tries the words of an alternation one by one; a tree of their signs is some fifteen times
faster at a few hundred literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_END: Final = ""
_NEVER: Final = r"(?!)"
_LEAST: Final = 4
# Signs of logs, the most frequent first; what is not among them is rarer still.
_FREQUENT: Final = " etaionsrldc0-:1hu2mp.fgyVw3b45v6789ERSAINBOCTGkDPM_LUx/'"
_COMMON: Final = {sign: len(_FREQUENT) - at for at, sign in enumerate(_FREQUENT)}

Node = dict[str, "Node"]
"""What may follow, by the next sign; the empty sign ends a literal."""


class Literals:
    """Literals to look for: where a text holds any, and which it holds.

    Each is looked for from its rarest sign on, so that the scan seldom stops.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        every = sorted(set(literals))
        ends = [(one, _rarest(one)) for one in every if one]
        tree = _tree(one[at:] for one, at in ends)
        self._scan = re.compile(_expression(tree) if ends else _NEVER)
        found: dict[str, list[tuple[str, int]]] = {}
        for literal, at in ends:
            short = self._scan.match(literal[at:])
            if short is not None:
                found.setdefault(short.group(), []).append((literal, at))
        # Literals that go on where a shorter one ends are looked up beside it.
        self._ends = {short: tuple(some) for short, some in found.items()}

    def within(self, text: str) -> set[str]:
        """The literals that a text holds, those that overlap each other too."""
        return {literal for _, literal in self._found(text)}

    def places(self, text: str) -> Iterator[int]:
        """Where the text holds a literal, in its order."""
        return (place for place, _ in self._found(text))

    def is_in(self, text: str) -> bool:
        """Whether the text holds any."""
        return next(self._found(text), None) is not None

    def _found(self, text: str) -> Iterator[tuple[int, str]]:
        search, ends = self._scan.search, self._ends
        found = search(text)
        while found is not None:
            start = found.start()
            for literal, at in ends[found.group()]:
                if start >= at and text.startswith(literal, start - at):
                    yield start, literal
            found = search(text, start + 1)


def _rarest(literal: str) -> int:
    """Where to begin to look for a literal: at its rarest sign that enough signs follow."""
    places = range(max(1, len(literal) - _LEAST + 1))
    return min(places, key=lambda at: (_COMMON.get(literal[at], 0), at))


def _tree(literals: Iterable[str]) -> Node:
    tree: Node = {}
    for literal in literals:
        node = tree
        for sign in literal:
            node = node.setdefault(sign, {})
        node[_END] = {}
    return tree


def _expression(node: Node) -> str:
    if _END in node:
        # The shorter literal is a match already.
        return ""
    branches = [re.escape(sign) + _expression(below) for sign, below in sorted(node.items())]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
