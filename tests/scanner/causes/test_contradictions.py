"""The grammar of contradictions: one fact, one operator, one value or another fact."""

import builtins
import inspect
import re
import typing
from datetime import datetime
from enum import EnumType
from typing import Any

import msgspec
import pytest

from stampcheck import facts
from stampcheck.causes.catalogue import load
from stampcheck.model import Cause
from stampcheck.values import Expiry

CAUSES = list(load().causes.values())
DECLARATIONS = inspect.getsource(facts)
NAME = r"[A-Z]+(?:_[A-Z]+)*"
PREDICATE = re.compile(
    rf"(?P<fact>{NAME})(?:\.(?P<attribute>[a-z_]+))? "
    r"(?P<operator>is not|is|has|lacks|equals|differs from|after|before) "
    r"(?P<value>\S+)"
)
OPERAND = re.compile(rf"(?P<fact>{NAME})(?:\.(?P<attribute>[a-z_]+))?")
WITH_A_FACT = {"equals", "differs from", "after", "before"}
ALL = [(cause.id, predicate) for cause in CAUSES for predicate in cause.contradicted_by]

# Only a comparison of stamps, or the log of a run, tells these; no fact of one stamp rules one out.
BEYOND_ONE_STAMP = {
    "cloned-stamp",
    "cloud-id-already-registered",
    "registration-name-not-unique",
    "registration-name-reused-elsewhere",
    "same-stamp-twice",
    "subscription-shared",
}


def value_type(name: str) -> str:
    """The type of a fact's values, as facts.py writes it."""
    declared = re.search(rf"(?m)^{name}: Final = Fact\[(.+)\]\(", DECLARATIONS)
    assert declared, name
    return declared[1]


def element(name: str) -> Any:  # a type, which typing cannot name
    """The type of the elements of a list, else of the value itself."""
    word = value_type(name).removeprefix("tuple[").removesuffix(", ...]")
    return getattr(facts, word, getattr(builtins, word, None))


def attribute_type(kind: Any, attribute: str) -> Any:
    """The type of an attribute of a fact's value; ``protects`` is that of a lock's level."""
    hints = typing.get_type_hints(kind)
    return bool if attribute == "protects" else hints[attribute]


def operand_type(fact: str, attribute: str | None) -> Any:
    """What an operand gives to compare."""
    kind = element(fact)
    assert isinstance(kind, type)
    return attribute_type(kind, attribute) if attribute else kind


@pytest.mark.parametrize(("cause", "predicate"), ALL)
def test_a_contradiction_is_written_in_the_grammar(cause: str, predicate: str) -> None:
    match = PREDICATE.fullmatch(predicate)
    assert match, cause
    operand_type(match["fact"], match["attribute"])
    other = OPERAND.fullmatch(match["value"])
    is_fact = other is not None and hasattr(facts, other["fact"])
    assert is_fact == (match["operator"] in WITH_A_FACT)
    if other and is_fact:
        assert other["fact"] != match["fact"]
        operand_type(other["fact"], other["attribute"])


@pytest.mark.parametrize(("cause", "predicate"), ALL)
def test_a_value_is_one_that_the_fact_can_have(cause: str, predicate: str) -> None:
    match = PREDICATE.fullmatch(predicate)
    assert match, cause
    if match["operator"] in WITH_A_FACT:
        return
    kind = operand_type(match["fact"], match["attribute"])
    if kind is bool:
        assert match["value"] in ("true", "false")
    elif isinstance(kind, EnumType):
        assert match["value"] in [kind[name].value for name in kind.__members__]
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        assert match["value"] == "never"


@pytest.mark.parametrize(("cause", "predicate"), ALL)
def test_lists_are_searched_and_single_values_compared(cause: str, predicate: str) -> None:
    match = PREDICATE.fullmatch(predicate)
    assert match, cause
    is_list = value_type(match["fact"]).startswith("tuple[")
    assert is_list == (match["operator"] in ("has", "lacks"))


@pytest.mark.parametrize(("cause", "predicate"), ALL)
def test_only_moments_come_before_or_after(cause: str, predicate: str) -> None:
    match = PREDICATE.fullmatch(predicate)
    assert match, cause
    if match["operator"] in ("before", "after"):
        kind = operand_type(match["fact"], match["attribute"])
        assert kind in (datetime, Expiry)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_a_cause_of_a_rule_can_be_ruled_out_by_a_fact_of_the_stamp(cause: Cause) -> None:
    assert len(set(cause.contradicted_by)) == len(cause.contradicted_by)
    assert cause.contradicted_by or not cause.explains or cause.id in BEYOND_ONE_STAMP


def test_the_causes_that_need_more_than_one_stamp_have_no_contradiction() -> None:
    without = {cause.id for cause in CAUSES if cause.explains and not cause.contradicted_by}
    assert without == BEYOND_ONE_STAMP
