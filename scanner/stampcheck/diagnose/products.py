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
        self.ours = products[OURS]
        self.others = {key: one for key, one in products.items() if key != OURS}
        self._foreign = {text: one.name for one in self.others.values() for text in one.literals}

    @property
    def literals(self) -> tuple[str, ...]:
        """Every literal and hint."""
        return (*self.ours.literals, *self.ours.hints, *self._foreign)

    def mark(self, text: str, marked: Marked) -> bool:
        """Add what marks a message; whether it is of another product by itself."""
        own = [one for one in self.ours.literals if one in text]
        foreign = [one for one in self._foreign if one in text]
        marked.own.update(own)
        marked.hints.update(one for one in self.ours.hints if one in text)
        for one in foreign:
            marked.foreign.setdefault(self._foreign[one], set()).add(one)
        return bool(foreign) and not own


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
