"""One side of a predicate follows the types that facts.py declares."""

from __future__ import annotations

import pytest

from stampcheck import facts
from stampcheck.contradiction import parse
from stampcheck.facts import ALL_FACTS
from stampcheck.model import Fact
from stampcheck.operand import Operand, UnknownAttribute, kind_of
from stampcheck.testing import stamp
from stampcheck.values import BillingModel, Lock, LockLevel, OperatorTools, ResourceId

SCOPE = ResourceId("/subscriptions/s", "/subscriptions/s", "s", "", "", "")


def test_every_fact_declares_the_type_of_its_value() -> None:
    assert all(hasattr(fact, "__orig_class__") for fact in ALL_FACTS)
    assert kind_of(facts.BILLING_MODEL) is BillingModel


def test_a_fact_without_a_declared_type_is_read_as_text() -> None:
    fact: Fact[str] = Fact("COLOUR", "A fact of these tests.")

    assert kind_of(fact) is str


def test_a_collection_on_the_way_makes_several_values() -> None:
    tools = OperatorTools(True, "az", modules=(("Az.Accounts", "2.2.8"),))
    operand = Operand.of(facts.OPERATOR_TOOLS, ("modules",))

    assert operand.many
    known = stamp("one", OPERATOR_TOOLS=tools).facts
    assert operand.read(known) == [("Az.Accounts", "2.2.8")]
    assert parse("OPERATOR_TOOLS.modules has az.accounts 2.2.8").holds(known)


def test_an_attribute_is_read_of_each_element() -> None:
    locks = tuple(Lock(name, LockLevel.READ_ONLY, SCOPE, inherited=False) for name in "ab")
    operand = Operand.of(facts.LOCKS, ("name",))

    assert operand.read(stamp("one", LOCKS=locks).facts) == ["a", "b"]
    assert operand.read(stamp("one", LOCKS=()).facts) == []
    assert operand.read(stamp("one").facts) is None


@pytest.mark.parametrize("path", [("nothing",), ("name", "nothing"), ("__doc__",)])
def test_an_attribute_that_the_type_lacks_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(UnknownAttribute, match="has no attribute"):
        Operand.of(facts.LOCKS, path)
