"""The reduce step: the fleet rules over the columns of all stamps.

A fleet rule's pass becomes undetermined while any stamp lacks a needed fact: "unique" needs
everyone's answer, "duplicate" needs two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from stampcheck.contract import ContractBreach, check, check_given
from stampcheck.engine import (
    RuleSet,
    crashed,
    demoted,
    finding,
    first_gap,
    gap_finding,
    silent,
    undetermined,
)
from stampcheck.model import (
    UNCLAIMED,
    Fact,
    Facts,
    Finding,
    Fleet,
    Known,
    Missing,
    Outcome,
    Reason,
    Rule,
    RuleInfo,
    SeenRegistration,
    Stamp,
    Verdict,
    listed,
)


class Columns:
    """The facts that fleet rules need, one row a stamp, kept as columns."""

    def __init__(self, facts: Sequence[Fact[Any]]) -> None:
        self.facts = tuple(facts)
        self.names: list[str] = []
        self.values: dict[Fact[Any], list[Known[Any] | Missing]] = {fact: [] for fact in facts}

    def add_row(self, name: str, row: Sequence[Known[Any] | Missing]) -> None:
        """Append one stamp whose facts come in the order of ``facts``."""
        self.names.append(name)
        for fact, state in zip(self.facts, row, strict=True):
            self.values[fact].append(state)

    def rows(self, facts: Sequence[Fact[Any]]) -> Iterator[tuple[str, Facts]]:
        """Each stamp's name and those of its facts that one rule may see."""
        columns = [(fact, self.values[fact]) for fact in facts]
        for place, name in enumerate(self.names):
            yield name, {fact: column[place] for fact, column in columns}


class FleetEvidence(msgspec.Struct, frozen=True):
    """What the reduce step gets: the columns, the registrations, and the facts of unclaimed ones.

    ``left_out`` says in words which stamps were not looked at, so that nobody is called unique.
    """

    columns: Columns
    registrations: tuple[SeenRegistration, ...]
    unclaimed: tuple[tuple[str, Facts], ...]
    left_out: str = ""


def judge_fleet(evidence: FleetEvidence, rules: RuleSet) -> dict[str, list[Finding]]:
    """Judge the fleet by every fleet rule; the findings by stamp, each list in rule order."""
    by_stamp: dict[str, list[Finding]] = {name: [] for name in evidence.columns.names}
    for rule in rules.fleet_rules:
        for found in _judge_fleet_rule(rule, evidence, rules):
            by_stamp.setdefault(found.stamp, []).append(found)
    return by_stamp


def _judge_fleet_rule(rule: Rule, evidence: FleetEvidence, rules: RuleSet) -> list[Finding]:
    fleet = Fleet(
        (Stamp(name, facts) for name, facts in evidence.columns.rows(rule.facts)),
        evidence.registrations,
        (
            Stamp(UNCLAIMED, {fact: facts[fact] for fact in rule.facts}, subject)
            for subject, facts in evidence.unclaimed
        ),
    )
    stamps = fleet.stamps
    try:
        return _fleet_findings(rule, fleet, rules, evidence.left_out)
    except KeyboardInterrupt:
        raise
    except BaseException as crash:  # noqa: BLE001 (a crashed rule is a row for every stamp)
        return [crashed(rule, stamp.name, crash, rules) for stamp in stamps]


def _fleet_findings(rule: Rule, fleet: Fleet, rules: RuleSet, left_out: str) -> list[Finding]:
    views = {(holder.name, holder.subject): holder for holder in fleet.holders}
    verdicts = _fleet_verdicts(rule, fleet, rules, views)
    incomplete = _incomplete(rule.info, fleet, verdicts) or left_out
    findings = [
        finding(rule, _held_back(verdict, rule.info, view, incomplete), view, rules)
        for verdict in verdicts
        for view in (views[verdict.stamp, verdict.subject],)
    ]
    judged = {found.stamp for found in findings}
    findings.extend(
        _unjudged(rule, stamp, rules) for stamp in fleet.stamps if stamp.name not in judged
    )
    return findings


def _fleet_verdicts(
    rule: Rule, fleet: Fleet, rules: RuleSet, views: Mapping[tuple[str, str], Stamp]
) -> list[Verdict]:
    names = {holder.name for holder in fleet.holders}
    judged: set[tuple[str, str]] = set()
    verdicts = []
    given = rule.judge(fleet)
    check_given(given)
    for verdict in given:
        check(verdict, rule, rules.causes, names, ())
        if (verdict.stamp, verdict.subject) in judged:
            raise ContractBreach(f"judged subject {verdict.subject!r} twice")
        if (verdict.stamp, verdict.subject) not in views:
            raise ContractBreach(f"judged {verdict.subject!r}, which it was not given")
        judged.add((verdict.stamp, verdict.subject))
        verdicts.append(verdict)
    return verdicts


def _incomplete(info: RuleInfo, fleet: Fleet, verdicts: Iterable[Verdict]) -> str:
    """Labels of the first holders that lack a needed fact, or nothing. Whom the rule proves not to
    concern owes no answer, and what the run itself brings is not a registration's to tell.
    """
    spared = {(one.stamp, one.subject) for one in verdicts if one.outcome is Outcome.NOT_APPLICABLE}
    lacking = [
        holder.label
        for holder in fleet.holders
        if any(_lacks(holder, fact) for fact in info.needs)
        and (holder.name, holder.subject) not in spared
    ]
    return listed(lacking, 3)


def _lacks(holder: Stamp, fact: Fact[Any]) -> bool:
    is_told_by_the_run = bool(holder.subject) and fact.given
    return type(holder.facts[fact]) is Missing and not is_told_by_the_run


def _held_back(verdict: Verdict, info: RuleInfo, view: Stamp, incomplete: str) -> Verdict:
    verdict = demoted(verdict, info, view)
    if verdict.outcome is Outcome.PASS and incomplete:
        needs = ", ".join(fact.name for fact in info.needs if not fact.given) or "what is needed"
        text = f"Nothing found so far, but {needs} is not known of {incomplete}."
        return undetermined(verdict, Reason.FLEET_INCOMPLETE, text)
    return verdict


def _unjudged(rule: Rule, stamp: Stamp, rules: RuleSet) -> Finding:
    gap = first_gap(rule.info, stamp.facts)
    if gap is None:
        return silent(rule, stamp.name, rules)
    return gap_finding(rule, stamp.name, *gap, view=Stamp(stamp.name, stamp.facts), rules=rules)
