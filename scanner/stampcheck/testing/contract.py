"""The contract of rules: what holds for every rule of every package."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from stampcheck.model import Example, Finding, Rule
from stampcheck.rule_example import judge as judge_example
from stampcheck.rule_shape import faults
from stampcheck.sample import Sample, SampleFleet, fleet_of
from stampcheck.testing.causes import cause_breaches
from stampcheck.testing.law import broken, judged, law_breaches, over_nothing
from stampcheck.testing.purity import ImpureError, import_breaches, no_io
from stampcheck.testing.reading import unread_facts
from stampcheck.testing.source import source_breaches
from stampcheck.testing.text import example_gaps, text_breaches, unfilled

_MOST: Final = 8
_MUTABLE: Final = (list, dict, set, bytearray)


class ContractError(AssertionError):
    """A rule breaks the contract; the message says where."""


def assert_contract(rule: Rule, *samples: Sample | SampleFleet) -> None:
    """Hold a rule to the contract. Raises ``ContractError`` with all that is wrong.

    Texts, names, imports, no input or output (at import too), no state, the same said twice; causes
    that are in our catalogue or in the folder ``causes`` of the rule's own package; each example
    gives its outcome; and over the examples and ``samples`` the law of gaps. Where no sample is
    handed in, the rule must bring examples of a failure and of a pass.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test
    found = breaches(rule, samples, needs_examples=not samples)
    if found:
        raise ContractError(f"{rule.info.id}: " + "; ".join(found))


def breaches(
    rule: Rule, samples: Iterable[Sample | SampleFleet] = (), *, needs_examples: bool = True
) -> list[str]:
    """All that is wrong with a rule, each breach once and in the order of importance."""
    if wrong := list(faults(rule)):
        return wrong
    if gap := unfilled(rule):
        return [gap]
    found = [*text_breaches(rule), *source_breaches(rule), *import_breaches(rule)]
    found += cause_breaches(rule)
    found += unread_facts(rule)
    found += example_gaps(rule.info) if needs_examples else ()
    unreadable = list(_unreadable(rule.info.examples))
    if not unreadable:
        fleets = [fleet_of(example) for example in rule.info.examples]
        fleets += [one if isinstance(one, SampleFleet) else SampleFleet((one,)) for one in samples]
        found += _behaviour(rule, fleets)
    return _few(list(dict.fromkeys([*found, *unreadable])))


def _unreadable(examples: Iterable[Example]) -> Iterator[str]:
    """Examples of which no fleet can be made: their author wrote something else than facts."""
    for number, example in enumerate(examples, 1):
        try:
            fleet_of(example)
        except (AttributeError, TypeError, ValueError) as error:
            yield f"example {number} cannot be read: {error}"


def _few(found: list[str]) -> list[str]:
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return found[:_MOST] + more


def _behaviour(rule: Rule, fleets: list[SampleFleet]) -> list[str]:
    try:
        # A rule that crashes breaks every law; its own words tell more than they would.
        if crashes := [one for fleet in fleets for one in broken(judged(rule, fleet))]:
            return crashes
        wrong = [*_examples(rule), *_twice(rule, fleets), *over_nothing(rule)]
        return wrong or [one for fleet in fleets for one in law_breaches(rule, fleet)]
    except ImpureError as impure:
        return [str(impure)]


def _examples(rule: Rule) -> Iterator[str]:
    for number, example in enumerate(rule.info.examples, 1):
        with no_io():
            found = judge_example(rule, example)
        if found.outcome is not example.outcome:
            yield f"example {number}, {_named(example)}, gives {_told(found)}"


def _named(example: Example) -> str:
    names = ", ".join(fact.name for fact in example.facts) or "nothing"
    return f"{example.outcome} of {names}"


def _told(found: Finding) -> str:
    return f"{found.outcome} ({found.message})" if found.message else found.outcome.value


def _twice(rule: Rule, fleets: list[SampleFleet]) -> Iterator[str]:
    """Judged again, in the other order, a rule says the same and leaves everything as it was."""
    facts, state = repr(fleets), _state(rule)
    first = [judged(rule, fleet) for fleet in fleets]
    again = [judged(rule, fleet) for fleet in reversed(fleets)]
    if first != again[::-1]:
        yield "says something else when it judges the same again"
    if repr(fleets) != facts:
        yield "changes the facts that it reads"
    if _state(rule) != state:
        yield "keeps state in its module"


def _state(rule: Rule) -> str:
    """Everything in the module that can change, as text."""
    values = vars(sys.modules[rule.module])
    return repr({name: value for name, value in values.items() if _can_change(name, value)})


def _can_change(name: str, value: object) -> bool:
    return isinstance(value, _MUTABLE) and not name.startswith("__")
