"""Judges the examples of a rule, so that its page shows what the rule really says. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Final

import msgspec

from stampcheck.document import iso
from stampcheck.model import Example, Finding, Known, Missing, Outcome, Rule
from stampcheck.sample import fleet_of, judge_fleet_of

_ORDER: Final = {outcome: place for place, outcome in enumerate(Outcome)}


def judge(rule: Rule, example: Example) -> Finding:
    """What a rule says of its example; of a whole fleet, the worst."""
    return min(judge_fleet_of(rule, fleet_of(example)), key=lambda one: _ORDER[one.outcome])


def with_gap(rule: Rule) -> Example | None:
    """Its first pass without the first need, or witness of a group, that leaves it undetermined.

    What the run itself brings (the date, the profile) is never what is missing.
    """
    passes = (one for one in rule.info.examples if one.outcome is Outcome.PASS)
    return next((gap for one in passes for gap in _gaps(rule, one)), None)


def _gaps(rule: Rule, example: Example) -> Iterator[Example]:
    """The example without each of its needs in turn, where the rule then does not know."""
    for fact in (*rule.info.needs, *(fact for group in rule.info.any_of for fact in group)):
        if fact.given or fact not in example.facts:
            continue
        facts = {key: value for key, value in example.facts.items() if key is not fact}
        poorer = Example(Outcome.UNDETERMINED, facts, example.others, example.unclaimed)
        if judge(rule, poorer).outcome is Outcome.UNDETERMINED:
            yield poorer


def stated(value: object) -> str:
    """What an example says of a fact: its value, or why it is missing."""
    if isinstance(value, Missing):
        return f"missing ({value.reason.value})"
    return shown(value.value if isinstance(value, Known) else value)


def shown(value: object) -> str:
    """The value of a fact, as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (tuple, list, set, frozenset)):
        words = [shown(one) for one in value]
        return ", ".join(words if isinstance(value, (tuple, list)) else sorted(words)) or "none"
    if isinstance(value, msgspec.Struct) and "__str__" not in vars(type(value)):
        fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return "; ".join(f"{name.replace('_', ' ')}: {shown(one)}" for name, one in fields)
    return str(value) or "empty"
