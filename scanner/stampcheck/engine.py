"""Judging: every (rule, stamp) pair gets an outcome, and no gap ever becomes a pass.

Two pure functions do the work, so that they can run on chunks of stamps in any process:
``judge_stamp`` maps one stamp's facts to findings, ``judge_fleet`` reduces the columns of all
stamps to the findings of the fleet rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import msgspec

from stampcheck.model import (
    UNCLAIMED,
    Fact,
    FactMissing,
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
    Severity,
    Source,
    Stamp,
    Verdict,
    sort_key,
)

_MAX_TEXT: Final = 400


class RuleSet:
    """The rules of a scan, sorted by id, with the severities that the profile gives them.

    ``causes`` are the ids that a failure may name; another one breaks the contract.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        causes: Iterable[str],
        severities: Mapping[str, Severity] | None = None,
    ) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.info.id))
        self.causes = frozenset(causes)
        self.severities = {
            rule.info.id: (severities or {}).get(rule.info.id, rule.info.severity)
            for rule in self.rules
        }
        self.stamp_rules = tuple(rule for rule in self.rules if not rule.is_fleet)
        self.fleet_rules = tuple(rule for rule in self.rules if rule.is_fleet)
        self.positions = {rule.info.id: place for place, rule in enumerate(self.rules)}

    @property
    def facts(self) -> tuple[Fact[Any], ...]:
        """The union of what the rules need and use, in the order of the rules."""
        return tuple(dict.fromkeys(chain.from_iterable(rule.info.facts for rule in self.rules)))

    @property
    def fleet_facts(self) -> tuple[Fact[Any], ...]:
        """The columns that the fleet rules need of every stamp."""
        return tuple(
            dict.fromkeys(chain.from_iterable(rule.info.facts for rule in self.fleet_rules))
        )


def finding_id(rule: str, stamp: str, subject: str) -> str:
    """Sixteen hex digits that name a finding from scan to scan."""
    text = f"{rule}\0{stamp}\0{subject}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def judge_stamp(name: str, facts: Facts, rules: RuleSet) -> list[Finding]:
    """Judge one stamp by every stamp rule, in the order of the rule ids."""
    findings: list[Finding] = []
    for rule in rules.stamp_rules:
        findings.extend(_judge_one(rule, name, facts, rules))
    return findings


def _judge_one(rule: Rule, name: str, facts: Facts, rules: RuleSet) -> list[Finding]:
    view = Stamp(name, {fact: facts[fact] for fact in rule.facts})
    findings: list[Finding] = []
    try:
        for verdict in rule.judge(view):
            _check(verdict, rule, rules, (name,), {found.subject for found in findings})
            findings.append(_finding(rule, _demoted(verdict, rule.info, view), view, rules))
    except FactMissing as gap:
        # What was said of the stamp itself stands; a gap is no second finding about it.
        if not any(found.subject == "" for found in findings):
            findings.append(_gap(rule, name, gap.fact, gap.missing, view, rules))
    except Exception as crash:  # noqa: BLE001 (a crashed rule is a row, never a lost stamp)
        findings = [_crashed(rule, name, crash, rules)]
    return findings or [_silent(rule, name, rules)]


class ContractBreach(Exception):  # noqa: N818 (becomes a finding, not an error)
    """A rule said something that the contract of rules does not allow."""


def _check(
    verdict: object, rule: Rule, rules: RuleSet, stamps: Iterable[str], subjects: Iterable[str]
) -> None:
    if not isinstance(verdict, Verdict):
        raise ContractBreach(f"gave a {type(verdict).__name__}, not a Verdict")
    if verdict.stamp not in stamps:
        raise ContractBreach(f"judged {verdict.stamp!r}, which it was not given")
    if verdict.subject in subjects:
        raise ContractBreach(f"judged subject {verdict.subject!r} twice")
    if verdict.outcome is Outcome.FAIL:
        _check_failure(verdict, rule, rules)
    if verdict.outcome is Outcome.UNDETERMINED and verdict.reason is None:
        raise ContractBreach("gave no reason for an undetermined verdict")


def _check_failure(verdict: Verdict, rule: Rule, rules: RuleSet) -> None:
    if not verdict.causes:
        raise ContractBreach("failed without naming a documented cause")
    undeclared = sorted(set(verdict.causes) - set(rule.info.causes))
    if undeclared:
        raise ContractBreach(f"named undeclared cause {undeclared[0]}")
    unknown = sorted(set(verdict.causes) - rules.causes)
    if unknown:
        raise ContractBreach(f"named cause {unknown[0]}, which the catalogue does not have")
    if verdict.severity is not None and verdict.severity.rank < rule.info.severity.rank:
        raise ContractBreach(f"gave severity {verdict.severity}, above {rule.info.severity}")


def _demoted(verdict: Verdict, info: RuleInfo, view: Stamp) -> Verdict:
    """A pass, or the undetermined verdict that takes its place while a fact is missing or old."""
    if verdict.outcome is not Outcome.PASS:
        return verdict
    gap = _first_gap(info, view.facts)
    if gap is not None:
        fact, missing = gap
        return _undetermined(verdict, missing.reason, gap_message(fact, missing))
    if info.fresh:
        stale = _first_stale(info, view)
        if stale is not None:
            text = f"{stale.document} is older than the profile's max_age allows for a pass."
            return _undetermined(verdict, Reason.STALE, text)
    return verdict


def _undetermined(verdict: Verdict, reason: Reason, message: str) -> Verdict:
    return Verdict(
        verdict.stamp,
        Outcome.UNDETERMINED,
        verdict.subject,
        reason=reason,
        message=message,
        expected=verdict.expected,
        actual=verdict.actual,
    )


def _first_gap(info: RuleInfo, facts: Facts) -> tuple[Fact[Any], Missing] | None:
    for fact in info.needs:
        state = facts[fact]
        if type(state) is Missing:
            return fact, state
    for group in info.any_of:
        states = [(fact, facts[fact]) for fact in group]
        gaps = [(fact, state) for fact, state in states if isinstance(state, Missing)]
        if len(gaps) == len(states) and gaps:
            return gaps[0]
    return None


def _first_stale(info: RuleInfo, view: Stamp) -> Source | None:
    """The first old source among the needs and those witnesses that the rule looked at."""
    witnesses = (fact for group in info.any_of for fact in group if fact in view.reads)
    for fact in (*info.needs, *witnesses):
        state = view.facts[fact]
        if type(state) is Known and state.source.stale:
            return state.source
    return None


def gap_message(fact: Fact[Any], missing: Missing) -> str:
    """One sentence on a missing fact: its name, and what was met instead."""
    return f"{fact.name} is not known: {missing.detail or missing.reason.value}."


def _finding(rule: Rule, verdict: Verdict, view: Stamp, rules: RuleSet) -> Finding:
    info = rule.info
    severity = rules.severities[info.id]
    if verdict.severity is not None and verdict.severity.rank > severity.rank:
        severity = verdict.severity
    sources, missing = _proof(view)
    return Finding(
        finding_id(info.id, verdict.stamp, verdict.subject),
        verdict.stamp,
        info.id,
        verdict.outcome,
        severity,
        verdict.subject,
        verdict.reason,
        verdict.message,
        verdict.expected,
        verdict.actual,
        verdict.causes,
        sources,
        missing if verdict.outcome is Outcome.UNDETERMINED else (),
    )


def _proof(view: Stamp) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources that the rule read, each once, and the names of the facts it missed."""
    sources: dict[Source, None] = {}
    missing: dict[str, None] = {}
    for fact in view.reads:
        state = view.facts[fact]
        if type(state) is Missing:
            missing[fact.name] = None
        elif state.source.document:  # type: ignore[union-attr]  # narrowed by type() above
            sources[state.source] = None  # type: ignore[union-attr]  # the same
    return tuple(sources), tuple(missing)


def _gap(
    rule: Rule, name: str, fact: Fact[Any], missing: Missing, view: Stamp, rules: RuleSet
) -> Finding:
    verdict = Verdict(
        name,
        Outcome.UNDETERMINED,
        reason=missing.reason,
        message=gap_message(fact, missing),
    )
    return _finding(rule, verdict, view, rules)


def _own_fault(rule: Rule, name: str, reason: Reason, message: str, rules: RuleSet) -> Finding:
    return Finding(
        finding_id(rule.info.id, name, ""),
        name,
        rule.info.id,
        Outcome.UNDETERMINED,
        rules.severities[rule.info.id],
        reason=reason,
        message=message,
    )


def _crashed(rule: Rule, name: str, crash: Exception, rules: RuleSet) -> Finding:
    text = f"{rule.module} broke: {type(crash).__name__}: {crash}"[:_MAX_TEXT]
    return _own_fault(rule, name, Reason.RULE_CRASHED, text, rules)


def _silent(rule: Rule, name: str, rules: RuleSet) -> Finding:
    text = f"{rule.module} said nothing about this stamp."
    return _own_fault(rule, name, Reason.RULE_SILENT, text, rules)


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
    views = {(holder.name, holder.subject): holder for holder in fleet.holders}
    try:
        verdicts = _fleet_verdicts(rule, fleet, rules)
    except Exception as crash:  # noqa: BLE001 (a crashed rule is a row for every stamp)
        return [_crashed(rule, stamp.name, crash, rules) for stamp in fleet.stamps]
    incomplete = _incomplete(rule.info, fleet) or evidence.left_out
    findings = [
        _finding(rule, _held_back(verdict, rule.info, view, incomplete), view, rules)
        for verdict in verdicts
        for view in (views[verdict.stamp, verdict.subject],)
    ]
    judged = {found.stamp for found in findings}
    findings.extend(
        _unjudged(rule, stamp, rules) for stamp in fleet.stamps if stamp.name not in judged
    )
    return findings


def _fleet_verdicts(rule: Rule, fleet: Fleet, rules: RuleSet) -> list[Verdict]:
    names = {holder.name for holder in fleet.holders}
    judged: set[tuple[str, str]] = set()
    verdicts = []
    for verdict in rule.judge(fleet):
        twice = (getattr(verdict, "stamp", ""), getattr(verdict, "subject", "")) in judged
        _check(verdict, rule, rules, names, (verdict.subject,) if twice else ())
        judged.add((verdict.stamp, verdict.subject))
        verdicts.append(verdict)
    return verdicts


def _incomplete(info: RuleInfo, fleet: Fleet) -> str:
    """Labels of the first holders that lack a needed fact, or nothing."""
    lacking = [
        holder.label
        for holder in fleet.holders
        if any(type(holder.facts[fact]) is Missing for fact in info.needs)
    ]
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return ", ".join(lacking[:3]) + more


def _held_back(verdict: Verdict, info: RuleInfo, view: Stamp, incomplete: str) -> Verdict:
    verdict = _demoted(verdict, info, view)
    if verdict.outcome is Outcome.PASS and incomplete:
        needs = ", ".join(fact.name for fact in info.needs)
        text = f"Nothing found so far, but {needs} is not known of {incomplete}."
        return _undetermined(verdict, Reason.FLEET_INCOMPLETE, text)
    return verdict


def _unjudged(rule: Rule, stamp: Stamp, rules: RuleSet) -> Finding:
    gap = _first_gap(rule.info, stamp.facts)
    if gap is None:
        return _silent(rule, stamp.name, rules)
    return _gap(rule, stamp.name, *gap, view=Stamp(stamp.name, {}), rules=rules)


def pair_outcomes(findings: Iterable[Finding]) -> dict[str, Outcome]:
    """Outcome of each rule on one stamp: the worst of its findings."""
    worst: dict[str, Outcome] = {}
    order = list(Outcome)
    for found in findings:
        known = worst.get(found.rule)
        if known is None or order.index(found.outcome) < order.index(known):
            worst[found.rule] = found.outcome
    return worst


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the canonical order: stamp, then rule id, then subject."""
    return sorted(findings, key=lambda found: (sort_key(found.stamp), found.rule, found.subject))
