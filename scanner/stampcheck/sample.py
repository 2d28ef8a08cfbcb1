"""Stamps and fleets made of facts: those of a rule's examples and of tests. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.facts import (
    ALL_FACTS,
    CLAIMED_REGISTRATION,
    CLOUD_ID,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    SUBSCRIPTION_ID,
)
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.model import (
    Example,
    Fact,
    Facts,
    Finding,
    Known,
    Missing,
    Reason,
    Rule,
    SeenRegistration,
    Source,
)
from stampcheck.values import ResourceId

State = Known[Any] | Missing
Given = Mapping[Fact[Any], Any]

_NOT_COLLECTED: Final = Missing(Reason.NOT_COLLECTED, "nothing was collected that tells it")
_KNOWN_FACTS: Final = frozenset(ALL_FACTS)
_NOWHERE: Final = "00000000-0000-4000-8000-000000000000"


class Sample(msgspec.Struct, frozen=True):
    """A stamp of a test or an example: a name and its facts."""

    name: str
    facts: dict[Fact[Any], Known[Any] | Missing]

    def without(self, fact: Fact[Any], reason: Reason = Reason.NOT_COLLECTED) -> Sample:
        """The same stamp with one fact taken away."""
        gone = Missing(reason, "the test took it away")
        return Sample(self.name, {**self.facts, fact: gone})


class SampleFleet(msgspec.Struct, frozen=True):
    """A fleet: its stamps, every registration seen, the facts of the unclaimed ones."""

    samples: tuple[Sample, ...]
    registrations: tuple[SeenRegistration, ...] = ()
    unclaimed: tuple[tuple[str, Facts], ...] = ()

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)


def sample_of(name: str, given: Given) -> Sample:
    """A stamp with facts; a plain value becomes a known fact, what is not named is missing."""
    return Sample(name, _states(given))


def fleet_of(example: Example) -> SampleFleet:
    """The fleet that an example of a rule describes; its first stamp is the one it is about."""
    described = enumerate((example.facts, *example.others), 1)
    samples = [sample_of(f"stamp-{number}", facts) for number, facts in described]
    return fleet_with(samples, example.unclaimed)


def fleet_with(samples: Iterable[Sample], unclaimed: Iterable[Given]) -> SampleFleet:
    """The fleet of stamps, and of registrations that none of them claims, by their facts."""
    samples = tuple(samples)
    facts = [_states(one) for one in unclaimed]
    nobodys = [_seen(one, f"unclaimed-{number}") for number, one in enumerate(facts, 1)]
    claimed = [
        _seen(sample.facts, "", claimed_by=sample.name)
        for sample in samples
        if isinstance(sample.facts[REGISTRATION_ID], Known)
    ]
    pairs = tuple((seen.id, own) for seen, own in zip(nobodys, facts, strict=True))
    return SampleFleet(samples, (*claimed, *nobodys), pairs)


def _states(given: Given) -> dict[Fact[Any], State]:
    for fact in given:
        if fact not in _KNOWN_FACTS:
            raise ValueError(f"{fact!r} is no fact of stampcheck.facts")
    known = {fact: _state(fact, value) for fact, value in given.items()}
    return {**dict.fromkeys(ALL_FACTS, _NOT_COLLECTED), **known}


def _state(fact: Fact[Any], value: Any) -> State:  # noqa: ANN401 (values of facts)
    """Who gives a fact may say why it is missing, or where a known one was read."""
    if isinstance(value, (Known, Missing)):
        return value
    if value is None:
        raise ValueError(f"None is no value of {fact.name}; say missing('not-collected') instead")
    return Known(value, Source("the example", fact.name))


def _seen(facts: Mapping[Fact[Any], State], name: str, *, claimed_by: str = "") -> SeenRegistration:
    subscription = _text(facts, SUBSCRIPTION_ID)
    states = (facts[REGISTRATION_ID], facts[CLAIMED_REGISTRATION])
    path = f"/subscriptions/{subscription or _NOWHERE}/resourceGroups/azurestack/providers"
    made = ResourceId.parse(f"{path}/Microsoft.AzureStack/registrations/{name or 'registration'}")
    found = next((own.value for own in states if isinstance(own, Known)), made)
    if found is None:
        raise ValueError(f"SUBSCRIPTION_ID {subscription!r} is no part of a resource id")
    return SeenRegistration(
        id=found.text,
        name=found.name,
        subscription=subscription or found.subscription,
        cloud_id=_text(facts, REGISTRATION_CLOUD_ID) or _text(facts, CLOUD_ID),
        source=Source("registrations.json", name or claimed_by),
        claimed_by=claimed_by,
    )


def _text(facts: Mapping[Fact[Any], State], fact: Fact[str]) -> str:
    state = facts[fact]
    return state.value if isinstance(state, Known) else ""


def rule_set(*rules: Rule) -> RuleSet:
    """A rule set whose catalogue knows the causes that the rules declare."""
    return RuleSet(rules, {cause for rule in rules for cause in rule.info.causes})


def judge_fleet_of(rule: Rule, fleet: SampleFleet) -> list[Finding]:
    """All findings of one rule on a fleet; a stamp rule judges each stamp by itself."""
    rules = rule_set(rule)
    if not rule.is_fleet:
        return [one for each in fleet for one in judge_stamp(each.name, each.facts, rules)]
    columns = Columns(rule.facts)
    for sample in fleet:
        columns.add_row(sample.name, [sample.facts[fact] for fact in rule.facts])
    by_stamp = judge_fleet(FleetEvidence(columns, fleet.registrations, fleet.unclaimed), rules)
    return [found for own in by_stamp.values() for found in own]
