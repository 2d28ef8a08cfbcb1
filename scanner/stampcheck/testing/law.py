"""The law of gaps: taking a fact away turns nothing into a pass, and no pass into a failure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import msgspec

from stampcheck.engine import first_gap
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
        if not rule.info.undetermined_when and first_gap(rule.info, sample.facts) is None:
            yield from _untold(rule, fleet, place, known)


def over_nothing(rule: Rule) -> Iterator[str]:
    """What a rule says of a stamp of which nothing is known, other than undetermined."""
    findings = judged(rule, SampleFleet((stamp(),)))
    yield from (f"{words} (nothing is known of the stamp)" for words in broken(findings))
    for outcome in _outcomes(findings).values():
        if outcome is not Outcome.UNDETERMINED:
            yield f"says {outcome} of a stamp of which nothing is known"


def _lattice(rule: Rule, fleet: SampleFleet, place: int, known: list[Fact[Any]]) -> Iterator[str]:
    """Every set of gaps against the same with one gap more; of many facts, up to two gaps."""
    most = len(known) if len(known) <= _ALL_SUBSETS else 2
    seen = {frozenset[Fact[Any]](): _outcomes(judged(rule, fleet))}
    for size in range(1, most + 1):
        for gaps in map(frozenset, combinations(known, size)):
            findings = judged(rule, _with_gaps(fleet, place, gaps))
            seen[gaps] = _outcomes(findings)
            yield from _broken_without(findings, gaps)
            for fact in gaps:
                before = gaps - {fact}
                yield from _compared(seen[before], seen[gaps], fact, before)


def _other_reasons(
    rule: Rule, fleet: SampleFleet, place: int, known: list[Fact[Any]]
) -> Iterator[str]:
    whole = _outcomes(judged(rule, fleet))
    for fact in known:
        gaps = frozenset((fact,))
        for reason in _REASONS:
            findings = judged(rule, _with_gaps(fleet, place, gaps, reason))
            yield from _broken_without(findings, gaps)
            yield from _compared(whole, _outcomes(findings), fact, frozenset())


def _untold(rule: Rule, fleet: SampleFleet, place: int, known: list[Fact[Any]]) -> Iterator[str]:
    """Facts that are only used, without which the rule decides nothing and does not say so."""
    whole = _outcomes(judged(rule, fleet))
    for fact in (fact for fact in known if fact in rule.info.uses):
        poorer = _outcomes(judged(rule, _with_gaps(fleet, place, frozenset((fact,)))))
        is_open = (one for one, outcome in poorer.items() if outcome is Outcome.UNDETERMINED)
        if any(whole.get(one) is not Outcome.UNDETERMINED for one in is_open):
            yield f"is undetermined once {fact.name} is taken away; say so in undetermined_when"


def _with_gaps(
    fleet: SampleFleet, place: int, gaps: Facts, reason: Reason = Reason.NOT_COLLECTED
) -> SampleFleet:
    sample = fleet.samples[place]
    for fact in gaps:
        sample = sample.without(fact, reason)
    return msgspec.structs.replace(fleet, samples=_replaced(fleet.samples, place, sample))


def _replaced(samples: tuple[Sample, ...], place: int, sample: Sample) -> tuple[Sample, ...]:
    return (*samples[:place], sample, *samples[place + 1 :])


def _broken_without(findings: list[Finding], gaps: Facts) -> Iterator[str]:
    """A crash counts as undetermined, so that the law of outcomes alone would not see it."""
    yield from (f"{words} (without {_names(gaps)})" for words in broken(findings))


def _names(gaps: Facts) -> str:
    return ", ".join(sorted(gap.name for gap in gaps))


def _outcomes(findings: list[Finding]) -> Outcomes:
    """The worst outcome of each stamp, and of each registration that nobody claims."""
    worst: Outcomes = {}
    for found in findings:
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
                without = f" (without {_names(gaps)})" if gaps else ""
                yield f"{words} once {fact.name} is taken away{without}"
