"""Whether a text is of Azure Stack Hub's registration or of a neighbouring product.

The names and words of products are data: one file a product, with literals that only it has.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

import msgspec

from stampcheck.diagnose.trie import Literals

OURS: Final = "azure-stack-hub"
"""The file of the product that this is about."""


class Product(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A product: its name for the reader, literals that only it has (spelled exactly), and, of
    ours, ``hints`` that neighbours may have too.
    """

    name: str
    literals: tuple[str, ...]
    hints: tuple[str, ...] = ()


class Marked(msgspec.Struct):
    """What marks a text: the literals of ours, our hints, and the literals of each neighbour."""

    own: set[str] = set()
    hints: set[str] = set()
    foreign: dict[str, set[str]] = {}

    @property
    def is_foreign(self) -> bool:
        """Whether it is of other products, and not clearly of ours too."""
        return bool(self.foreign) and not self.own

    @property
    def is_unmarked(self) -> bool:
        """Whether nothing says which product it is of."""
        return not (self.own or self.hints or self.foreign)


class Products:
    """The products that are told apart."""

    def __init__(self, products: dict[str, Product]) -> None:
        ours = products[OURS]
        others = [one for key, one in products.items() if key != OURS]
        self.ours = ours
        self._own, self._hints = frozenset(ours.literals), frozenset(ours.hints)
        self._foreign = {text: one.name for one in others for text in one.literals}
        self._literals = Literals((*self._own, *self._hints, *self._foreign))

    def mark(self, text: str, marked: Marked) -> None:
        """Add what marks a part of a text. What is known to be ours needs no further look."""
        if marked.own:
            return
        held = self._literals.within(text)
        marked.own |= held & self._own
        marked.hints |= held & self._hints
        for one in held & self._foreign.keys():
            marked.foreign.setdefault(self._foreign[one], set()).add(one)

    def is_foreign(self, text: str) -> bool:
        """Whether a message by itself is of another product."""
        held = self._literals.within(text)
        return bool(held & self._foreign.keys()) and not held & self._own


def names(marks: Iterable[Marked]) -> tuple[str, ...]:
    """The other products that texts are of, each once."""
    return tuple(dict.fromkeys(name for one in marks if one.is_foreign for name in one.foreign))


@functools.cache
def load() -> Products:
    """The products that come with stampcheck."""
    folder = files(__package__) / "data"
    found = {
        file.name.removesuffix(".toml"): msgspec.convert(
            tomllib.loads(file.read_text("utf-8")), Product
        )
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    return Products(dict(sorted(found.items())))
