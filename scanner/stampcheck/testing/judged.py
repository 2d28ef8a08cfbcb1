"""Judging the stamps and fleets of a test by one rule."""

from __future__ import annotations

from collections.abc import Iterable

from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.facts import ALL_FACTS
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.model import (
    Example,
    Finding,
    Outcome,
    Rule,
    SeenRegistration,
)
from stampcheck.registrations import facts_of_unclaimed
from stampcheck.testing.sample import Sample, SampleFleet, fleet_of

_ORDER = list(Outcome)


def rule_set(*rules: Rule) -> RuleSet:
    """A rule set whose catalogue knows the causes that the rules declare."""
    return RuleSet(rules, {cause for rule in rules for cause in rule.info.causes})


def judge(rule: Rule, sample: Sample) -> Finding:
    """Judge one stamp by one stamp rule; the rule must give exactly one finding."""
    if rule.is_fleet:
        raise ValueError(f"{rule.name} is a fleet rule; judge it with judge_all(rule, fleet(...))")
    findings = judge_stamp(sample.name, sample.facts, rule_set(rule))
    if len(findings) != 1:
        subjects = ", ".join(found.subject or "the stamp" for found in findings)
        raise ValueError(f"{rule.name} gave {len(findings)} findings ({subjects}); use judge_all")
    return findings[0]


def judge_all(
    rule: Rule,
    samples: SampleFleet | Iterable[Sample],
    registrations: Iterable[SeenRegistration] = (),
) -> list[Finding]:
    """Judge a fleet by one rule; ``registrations`` without a claim are nobody's."""
    whole = samples if isinstance(samples, SampleFleet) else _with(samples, registrations)
    rules = rule_set(rule)
    if not rule.is_fleet:
        return [one for each in whole for one in judge_stamp(each.name, each.facts, rules)]
    columns = Columns(rule.facts)
    for sample in whole:
        columns.add_row(sample.name, [sample.facts[fact] for fact in rule.facts])
    by_stamp = judge_fleet(FleetEvidence(columns, whole.registrations, whole.unclaimed), rules)
    return [found for own in by_stamp.values() for found in own]


def judge_example(rule: Rule, example: Example) -> Finding:
    """Judge an example of a rule; the worst finding, which should have the example's outcome."""
    findings = judge_all(rule, fleet_of(example))
    return min(findings, key=lambda found: _ORDER.index(found.outcome))


def _with(samples: Iterable[Sample], registrations: Iterable[SeenRegistration]) -> SampleFleet:
    seen = tuple(registrations)
    strays = (one for one in seen if not one.claimed_by)
    unclaimed = tuple((one.id, facts_of_unclaimed(one, ALL_FACTS)) for one in strays)
    return SampleFleet(tuple(samples), seen, unclaimed)
