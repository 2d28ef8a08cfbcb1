"""What speaks against a cause: predicates over the facts of a stamp, read from the catalogue.

A predicate is ``FACT[.attribute] OPERATOR`` and then a value or another ``FACT[.attribute]``. It is
checked when the catalogue is read; a fact that is missing never contradicts anything.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from stampcheck.errors import RunError
from stampcheck.facts import ALL_FACTS
from stampcheck.model import Cause, Fact, Facts, Known
from stampcheck.operand import Operand, UnknownAttribute, is_collection
from stampcheck.values import Expiry

_PREDICATE: Final = re.compile(
    r"(?P<left>[A-Z][A-Z0-9_]*(?:\.\w+)*) "
    r"(?P<operator>is not|is|has|lacks|equals|differs from|after|before) (?P<right>\S.*)"
)
_OPERAND: Final = re.compile(r"([A-Z][A-Z0-9_]*)((?:\.\w+)*)")
_OF_VALUES: Final = ("is", "is not")
_OF_COLLECTIONS: Final = ("has", "lacks")
_OF_MOMENTS: Final = ("after", "before")
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_TWO_VALUES: Final = re.compile(r"\w+ or \w+")
_FACTS: Final = {fact.name: fact for fact in ALL_FACTS}
_BOOLEANS: Final = {"true": True, "false": False}

Test = Callable[[Facts], bool]


class Unparsable(Exception):  # noqa: N818 (a fault of data; ``check`` makes it an error)
    """A predicate that is not in the grammar, or names what does not exist."""


class Predicate(msgspec.Struct, frozen=True):
    """A predicate that was read: its text, the facts it looks at and the test itself."""

    text: str
    left: Operand
    operator: str
    right: Operand | str
    holds: Test

    @property
    def facts(self) -> tuple[Fact[Any], ...]:
        """The facts that must be known for it to hold."""
        both = (self.left, self.right)
        return tuple(one.fact for one in both if isinstance(one, Operand))


def check(cause: Cause) -> None:
    """Raise ``RunError``, with file and predicate, where a predicate of a cause is wrong."""
    for text in cause.contradicted_by:
        try:
            parse(text)
        except Unparsable as fault:
            raise RunError(
                f"causes/{cause.id}.toml: contradicted_by: {text!r}: {fault}."
            ) from fault


@functools.cache
def parse(text: str) -> Predicate:
    """Read a predicate; raise ``Unparsable`` where it is none."""
    match = _PREDICATE.fullmatch(text)
    if match is None:
        raise Unparsable("is no FACT, operator and value")
    left, operator = _operand(match["left"]), match["operator"]
    if left.many is not (operator in _OF_COLLECTIONS):
        kind = "several values" if left.many else "one value"
        raise Unparsable(f"{match['left']} holds {kind}, to which {operator!r} does not apply")
    if operator in (*_OF_VALUES, *_OF_COLLECTIONS):
        return Predicate(text, left, operator, match["right"], _by_value(left, operator, match))
    right = _operand(match["right"])
    if right.many:
        raise Unparsable(f"{match['right']} holds several values")
    return Predicate(text, left, operator, right, _by_fact(left, operator, right))


def _operand(text: str) -> Operand:
    match = _OPERAND.fullmatch(text)
    if match is None:
        raise Unparsable(f"{text!r} is no fact")
    fact = _FACTS.get(match[1])
    if fact is None:
        raise Unparsable(f"there is no fact {match[1]}")
    try:
        return Operand.of(fact, tuple(match[2].split(".")[1:]))
    except UnknownAttribute as unknown:
        raise Unparsable(str(unknown)) from unknown


def _by_value(left: Operand, operator: str, match: re.Match[str]) -> Test:
    equals = _equal_to(match["right"], left)
    if operator in _OF_COLLECTIONS:
        wanted = operator == "has"

        def any_is(facts: Facts) -> bool:
            found = left.read(facts)
            return found is not None and any(map(equals, found)) is wanted

        return any_is
    wanted = operator == "is"
    if not left.path:
        # The plain case is most of the catalogue and runs for every stamp.
        fact = left.fact

        def fact_is(facts: Facts) -> bool:
            state = facts.get(fact)
            return isinstance(state, Known) and equals(state.value) is wanted

        return fact_is

    def value_is(facts: Facts) -> bool:
        found = left.read(facts)
        return found is not None and equals(found[0]) is wanted

    return value_is


def _equal_to(word: str, left: Operand) -> Callable[[Any], bool]:
    """What compares a value with a word: by identity where there are few values, else as text."""
    if left.kind is bool or (isinstance(left.kind, type) and issubclass(left.kind, StrEnum)):
        few = _BOOLEANS if left.kind is bool else {one.value.casefold(): one for one in left.kind}
        if word.casefold() not in few:
            raise Unparsable(f"{word!r} is no value of {left}")
        wanted = few[word.casefold()]
        return lambda value: value is wanted
    folded = word.casefold()
    return lambda value: as_text(value).casefold() == folded


def as_text(value: object) -> str:
    """A value as predicates write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_collection(type(value)):
        return " ".join(as_text(one) for one in value)  # type: ignore[attr-defined]  # a collection
    return str(value)


def _by_fact(left: Operand, operator: str, right: Operand) -> Test:
    if operator in _OF_MOMENTS:
        for one in (left, right):
            if one.kind not in (datetime, Expiry):
                raise Unparsable(f"{one} is no moment")

    def compared(facts: Facts) -> bool:
        one, other = left.read(facts), right.read(facts)
        return one is not None and other is not None and compare(one[0], other[0])

    compare = _COMPARISONS[operator]
    return compared


def _moment(value: datetime | Expiry) -> datetime:
    if isinstance(value, Expiry):
        return value.at or _NEVER
    return value


def _same(one: object, other: object) -> bool:
    return as_text(one).casefold() == as_text(other).casefold()


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "equals": _same,
    "differs from": lambda one, other: not _same(one, other),
    "after": lambda one, other: _moment(one) > _moment(other),
    "before": lambda one, other: _moment(one) < _moment(other),
}


def words(text: str) -> str:
    """A predicate in words for a reader, with the predicate itself behind them."""
    predicate = parse(text)
    if predicate.operator in _OF_COLLECTIONS:
        said = _said_of_several(predicate)
    elif predicate.left.kind is bool and predicate.operator in _OF_VALUES:
        denied = (predicate.operator == "is") is (str(predicate.right).casefold() == "false")
        said = ("it is not so that " if denied else "") + _statement(predicate.left)
    else:
        right = predicate.right
        verb = predicate.operator.replace("after", "is after").replace("before", "is before")
        other = _named(right) if isinstance(right, Operand) else right
        said = f"{_named(predicate.left)} {verb} {other}"
    return f"{said} ({text})"


def _said_of_several(predicate: Predicate) -> str:
    left, word = predicate.left, str(predicate.right)
    some = "one of the " if predicate.operator == "has" else "none of the "
    if left.kind is bool and word.casefold() == "true":
        return some + _statement(left)
    attribute = f" has the {_attribute(left)} {word}" if left.path else f" is {word}"
    return some + _clause(left.fact) + attribute


def _statement(left: Operand) -> str:
    """What is so where a boolean is true: its fact says it whole, or names what does it."""
    clause = _clause(left.fact)
    says_it_whole = left.fact.meaning.startswith("Whether ")
    return clause if says_it_whole else f"{clause} {_attribute(left)}"


def _named(operand: Operand) -> str:
    clause = _clause(operand.fact)
    what = clause if clause.startswith("the ") else f"the {clause}"
    return f"the {_attribute(operand)} of {what}" if operand.path else what


def _attribute(operand: Operand) -> str:
    return " ".join(name.replace("_", " ") for name in operand.path)


def _clause(fact: Fact[Any]) -> str:
    """What a fact is, as the rest of a sentence may name it."""
    what = re.split(r"[,;:.](?:\s|$)", fact.meaning, maxsplit=1)[0].removeprefix("Whether ")
    if _TWO_VALUES.fullmatch(what):
        return f"the {fact.name.lower().replace('_', ' ')}"
    if what.startswith("When "):
        return f"the moment when {what.removeprefix('When ')}"
    starts_a_name = what[1:2].isupper() or what.startswith(("Azure ", "Cloud ID"))
    return what if starts_a_name else what[:1].lower() + what[1:]
