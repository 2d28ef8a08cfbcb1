"""Judging the stamps and fleets of a test by one rule."""

from __future__ import annotations

from collections.abc import Iterable

from stampcheck.engine import judge_stamp
from stampcheck.model import Finding, Rule, SeenRegistration
from stampcheck.registrations import unclaimed_of
from stampcheck.sample import Sample, SampleFleet, judge_fleet_of, rule_set


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
    if isinstance(samples, SampleFleet):
        return judge_fleet_of(rule, samples)
    seen, rules = tuple(registrations), rule_set(rule)
    return judge_fleet_of(rule, SampleFleet(tuple(samples), seen, unclaimed_of(seen, rules)))
