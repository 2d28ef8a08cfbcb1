"""The law of gaps: taking a fact away turns nothing into a pass, and no pass into a failure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import msgspec

from stampcheck.model import UNCLAIMED, Fact, Finding, Known, Outcome, Reason, Rule
from stampcheck.sample import Sample, SampleFleet, judge_fleet_of
from stampcheck.testing.purity import no_io
from stampcheck.testing.sample import stamp

_ALL_SUBSETS: Final = 7
_MOST_STAMPS: Final = 5
_ORDER: Final = list(Outcome)
_REASONS: Final = (Reason.ACCESS_DENIED, Reason.ABSENT_IN_ANSWER, Reason.AMBIGUOUS)
_BROKEN: Final = (Reason.RULE_CRASHED, Reason.RULE_SILENT)
_AGAINST: Final = (
    (None, Outcome.PASS, "passes"),
    (Outcome.PASS, Outcome.FAIL, "fails"),
    (Outcome.PASS, Outcome.NOT_APPLICABLE, "says not applicable"),
)
"""Outcome before, outcome after: what no gap may do. None is any other outcome."""

Facts = frozenset[Fact[Any]]
Outcomes = dict[str, Outcome]


def judged(rule: Rule, fleet: SampleFleet) -> list[Finding]:
    """The findings of a rule on a fleet; ``ImpureError`` where it touches the world."""
    with no_io():
        return judge_fleet_of(rule, fleet)


def broken(findings: list[Finding]) -> Iterator[str]:
    """What a rule that crashed or said nothing left behind."""
    yield from (found.message for found in findings if found.reason in _BROKEN)


def law_breaches(rule: Rule, fleet: SampleFleet) -> Iterator[str]:
    """Where a gap in one stamp of the fleet makes a verdict better than the facts allow."""
    for place, sample in enumerate(fleet.samples[:_MOST_STAMPS]):
        known = [fact for fact in rule.facts if isinstance(sample.facts[fact], Known)]
        yield from _lattice(rule, fleet, place, known)
        yield from _other_reasons(rule, fleet, place, known)


def over_nothing(rule: Rule) -> Iterator[str]:
    """What a rule says of a stamp of which nothing is known, other than undetermined."""
    for outcome in _outcomes(rule, SampleFleet((stamp(),))).values():
        if outcome is not Outcome.UNDETERMINED:
            yield f"says {outcome} of a stamp of which nothing is known"


def _lattice(rule: Rule, fleet: SampleFleet, place: int, known: list[Fact[Any]]) -> Iterator[str]:
    """Every set of gaps against the same with one gap more; of many facts, up to two gaps."""
    most = len(known) if len(known) <= _ALL_SUBSETS else 2
    seen = {frozenset[Fact[Any]](): _outcomes(rule, fleet)}
    for size in range(1, most + 1):
        for gaps in map(frozenset, combinations(known, size)):
            seen[gaps] = _outcomes(rule, _with_gaps(fleet, place, gaps))
            for fact in gaps:
                before = gaps - {fact}
                yield from _compared(seen[before], seen[gaps], fact, before)


def _other_reasons(
    rule: Rule, fleet: SampleFleet, place: int, known: list[Fact[Any]]
) -> Iterator[str]:
    whole = _outcomes(rule, fleet)
    for fact in known:
        for reason in _REASONS:
            poorer = _with_gaps(fleet, place, frozenset((fact,)), reason)
            yield from _compared(whole, _outcomes(rule, poorer), fact, frozenset())


def _with_gaps(
    fleet: SampleFleet, place: int, gaps: Facts, reason: Reason = Reason.NOT_COLLECTED
) -> SampleFleet:
    sample = fleet.samples[place]
    for fact in gaps:
        sample = sample.without(fact, reason)
    return msgspec.structs.replace(fleet, samples=_replaced(fleet.samples, place, sample))


def _replaced(samples: tuple[Sample, ...], place: int, sample: Sample) -> tuple[Sample, ...]:
    return (*samples[:place], sample, *samples[place + 1 :])


def _outcomes(rule: Rule, fleet: SampleFleet) -> Outcomes:
    """The worst outcome of each stamp, and of each registration that nobody claims."""
    worst: Outcomes = {}
    for found in judged(rule, fleet):
        holder = found.subject if found.stamp == UNCLAIMED else found.stamp
        known = worst.get(holder, found.outcome)
        worst[holder] = min(known, found.outcome, key=_ORDER.index)
    return worst


def _compared(before: Outcomes, after: Outcomes, fact: Fact[Any], gaps: Facts) -> Iterator[str]:
    for holder, outcome in after.items():
        earlier = before.get(holder, Outcome.UNDETERMINED)
        for from_, to, words in _AGAINST:
            is_from = earlier is not to if from_ is None else earlier is from_
            if is_from and outcome is to:
                names = ", ".join(sorted(gap.name for gap in gaps))
                without = f" (without {names})" if names else ""
                yield f"{words} once {fact.name} is taken away{without}"
