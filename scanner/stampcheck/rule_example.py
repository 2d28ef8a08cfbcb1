"""Judges the examples of a rule, so that its page shows what the rule really says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

import msgspec

from stampcheck import facts as known_facts
from stampcheck.document import iso
from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.model import (
    Example,
    Fact,
    Finding,
    Known,
    Missing,
    Outcome,
    Reason,
    Rule,
    SeenRegistration,
    Source,
)

_NOT_COLLECTED: Final = Missing(Reason.NOT_COLLECTED, "nothing was collected that tells it")
_ORDER: Final = {outcome: place for place, outcome in enumerate(Outcome)}
_NOWHERE: Final = Source("", "")

Given = Mapping[Fact[Any], Any]


def judge(rule: Rule, example: Example) -> Finding:
    """What a rule says of its example; of a whole fleet, the worst."""
    rules = RuleSet((rule,), rule.info.causes)
    if rule.is_fleet:
        by_stamp = judge_fleet(_fleet(rule, example), rules)
        found = [one for own in by_stamp.values() for one in own]
    else:
        found = judge_stamp("stamp-1", _states(rule, example.facts), rules)
    return min(found, key=lambda one: _ORDER[one.outcome])


def _states(rule: Rule, given: Given) -> dict[Fact[Any], Known[Any] | Missing]:
    return {fact: _state(given.get(fact, _NOT_COLLECTED)) for fact in rule.facts}


def _state(value: Any) -> Known[Any] | Missing:  # noqa: ANN401 (values of facts)
    """An example may say why a fact is missing, or where a known one was read."""
    return value if isinstance(value, (Known, Missing)) else Known(value, _NOWHERE)


def _fleet(rule: Rule, example: Example) -> FleetEvidence:
    columns = Columns(rule.facts)
    for number, given in enumerate((example.facts, *example.others), start=1):
        states = _states(rule, given)
        columns.add_row(f"stamp-{number}", [states[fact] for fact in rule.facts])
    seen = tuple(_seen(number, given) for number, given in enumerate(example.unclaimed, start=1))
    unclaimed = zip(seen, example.unclaimed, strict=True)
    return FleetEvidence(
        columns, seen, tuple((one.id, _states(rule, given)) for one, given in unclaimed)
    )


def _seen(number: int, given: Given) -> SeenRegistration:
    """The registration that the facts of an unclaimed one describe."""
    named = given.get(known_facts.REGISTRATION_ID)
    name = named.name if isinstance(named, known_facts.ResourceId) else f"unclaimed-{number}"
    return SeenRegistration(
        id=str(named or name),
        name=name,
        subscription=str(given.get(known_facts.SUBSCRIPTION_ID, "")),
        cloud_id=str(given.get(known_facts.CLOUD_ID, "")),
        source=_NOWHERE,
    )


def with_gap(rule: Rule) -> Example | None:
    """The rule's own undetermined example, else its first pass without the first need that tells.

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
