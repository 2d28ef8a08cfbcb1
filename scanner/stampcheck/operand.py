"""One side of a predicate: a fact, or an attribute of its value, with the type that it has."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Sequence
from typing import Any, Final, Self

import msgspec

from stampcheck.model import Fact, Facts, Known

_COLLECTIONS: Final = (tuple, frozenset, list, set)


class UnknownAttribute(Exception):  # noqa: N818 (a fault of data, not of the program)
    """A value has no such attribute."""


class Operand(msgspec.Struct, frozen=True):
    """A fact and the way to what is compared: ``kind`` is its type, ``many`` says that there may
    be several of it, because the fact or an attribute on the way is a collection.
    """

    fact: Fact[Any]
    path: tuple[str, ...]
    kind: Any  # the type of what is compared, which is any class
    many: bool

    def __str__(self) -> str:
        return ".".join((self.fact.name, *self.path))

    @classmethod
    def of(cls, fact: Fact[Any], path: tuple[str, ...]) -> Self:
        """Follow the attributes by the type of the fact; raise ``UnknownAttribute``."""
        kind, many = _element(kind_of(fact))
        walked = fact.name
        for name in path:
            kinds = _attributes(kind)
            if name not in kinds:
                raise UnknownAttribute(f"{walked} has no attribute {name!r}")
            kind, is_collection_too = _element(kinds[name])
            many, walked = many or is_collection_too, f"{walked}.{name}"
        return cls(fact, path, kind, many)

    def read(self, facts: Facts) -> Sequence[Any] | None:
        """The values at the end of the way, one unless ``many``; None where they are not known."""
        state = facts.get(self.fact)
        if not isinstance(state, Known):
            return None
        found = _spread([state.value])
        for name in self.path:
            found = _spread([getattr(value, name) for value in found])
        return found if self.many or found else None


def kind_of(fact: Fact[Any]) -> Any:  # noqa: ANN401 (any type)
    """The type of a fact's value as facts.py declares it; text where it declares none."""
    declared = typing.get_args(getattr(fact, "__orig_class__", None))
    return declared[0] if declared else str


def is_collection(kind: object) -> bool:
    """Whether values of a type hold several values."""
    return (typing.get_origin(kind) or kind) in _COLLECTIONS


def _spread(values: list[Any]) -> list[Any]:
    spread: list[Any] = []
    for value in values:
        if type(value) in _COLLECTIONS:
            spread.extend(value)
        elif value is not None:
            spread.append(value)
    return spread


def _element(kind: object) -> tuple[Any, bool]:
    """The type of one value, and whether there are several; an optional one counts as given."""
    if isinstance(kind, types.UnionType):
        given = [one for one in typing.get_args(kind) if one is not type(None)]
        kind = given[0] if len(given) == 1 else str
    if is_collection(kind):
        arguments = typing.get_args(kind)
        return (arguments[0] if arguments else str), True
    return kind, False


@functools.cache
def _attributes(kind: object) -> dict[str, Any]:
    """The public fields and properties of a type, with their types."""
    if not isinstance(kind, type):
        return {}
    fields = typing.get_type_hints(kind) if hasattr(kind, "__struct_fields__") else {}
    properties = {
        name: typing.get_type_hints(member.fget).get("return", str)
        for name, member in vars(kind).items()
        if isinstance(member, property)
    }
    return {name: of for name, of in (fields | properties).items() if not name.startswith("_")}
