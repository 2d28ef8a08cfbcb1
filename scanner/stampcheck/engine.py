"""Judging: every (rule, stamp) pair gets an outcome, and no gap ever becomes a pass.

Two pure functions do the work, so that they can run on chunks of stamps in any process: here
``judge_stamp`` maps one stamp's facts to findings; ``fleet.judge_fleet`` reduces the columns of all
stamps to the findings of the fleet rules.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final

from stampcheck.contract import MOST_VERDICTS, ContractBreach, check, check_given
from stampcheck.model import (
    Cause,
    Consequence,
    Fact,
    FactMissing,
    Facts,
    Finding,
    Known,
    Missing,
    Outcome,
    Reason,
    Rule,
    RuleInfo,
    Severity,
    Source,
    Stamp,
    Verdict,
    sort_key,
)

_MAX_TEXT: Final = 400


class RuleSet:
    """The rules of a scan, sorted by id, with the severities that the profile gives them.

    ``causes`` are what a failure may name; another one breaks the contract. Bare ids do where
    nothing has to be ranked.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        causes: Iterable[str] | Mapping[str, Cause],
        severities: Mapping[str, Severity] | None = None,
    ) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.info.id))
        self.causes = frozenset(causes)
        self.catalogue = dict(causes) if isinstance(causes, Mapping) else {}
        self.severities = {
            rule.info.id: (severities or {}).get(rule.info.id, rule.info.severity)
            for rule in self.rules
        }
        self.consequences = {
            rule.info.id: worst_first(rule.info.consequences) for rule in self.rules
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


def worst_first(consequences: Iterable[Consequence]) -> tuple[Consequence, ...]:
    """Consequences, each once, in the order that they are declared in."""
    given = frozenset(consequences)
    # Most stamps fail nowhere, so that there is nothing to sort.
    return tuple([one for one in Consequence if one in given]) if given else ()


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
    try:
        return _judged(rule, name, facts, rules) or [silent(rule, name, rules)]
    except KeyboardInterrupt:
        raise
    except BaseException as crash:  # noqa: BLE001 (whatever breaks is a row, never a lost scan)
        return [crashed(rule, name, crash, rules)]


def _judged(rule: Rule, name: str, facts: Facts, rules: RuleSet) -> list[Finding]:
    view = Stamp(name, {fact: facts[fact] for fact in rule.facts})
    findings: list[Finding] = []
    subjects: set[str] = set()
    verdicts = rule.judge(view)
    check_given(verdicts)
    try:
        for verdict in verdicts:
            if len(findings) == MOST_VERDICTS:
                raise ContractBreach(f"gave more than {MOST_VERDICTS} verdicts of one stamp")
            check(verdict, rule, rules.causes, (name,), subjects)
            subjects.add(verdict.subject)
            findings.append(finding(rule, demoted(verdict, rule.info, view), view, rules))
    except FactMissing as gap:
        # A failure of the stamp itself stands, and a gap is no second finding about it; but a pass
        # was said too early.
        findings = [found for found in findings if found.outcome is not Outcome.PASS]
        if not any(found.subject == "" for found in findings):
            findings.append(gap_finding(rule, name, gap.fact, gap.missing, view, rules))
    return findings


def demoted(verdict: Verdict, info: RuleInfo, view: Stamp) -> Verdict:
    """A pass, or the undetermined verdict that takes its place while a fact is missing or old."""
    if verdict.outcome is not Outcome.PASS:
        return verdict
    gap = first_gap(info, view.facts)
    if gap is not None:
        fact, missing = gap
        view.reads.append(fact)
        return undetermined(verdict, missing.reason, gap_message(fact, missing))
    if info.fresh:
        stale = _first_stale(info, view)
        if stale is not None:
            fact, source = stale
            why = "is too old for a pass (max_age), or dated after the collection"
            text = f"{fact.name} by {source.document} {why}."
            return undetermined(verdict, Reason.STALE, text)
    return verdict


def undetermined(verdict: Verdict, reason: Reason, message: str) -> Verdict:
    """The verdict that takes the place of a pass which may not stand."""
    return Verdict(
        verdict.stamp,
        Outcome.UNDETERMINED,
        verdict.subject,
        reason=reason,
        message=message,
        expected=verdict.expected,
        actual=verdict.actual,
    )


def first_gap(info: RuleInfo, facts: Facts) -> tuple[Fact[Any], Missing] | None:
    """The first fact that a pass would need and that is missing."""
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


def _first_stale(info: RuleInfo, view: Stamp) -> tuple[Fact[Any], Source] | None:
    """The first old source among the needs, the witnesses looked at and what was relied on."""
    witnesses = (fact for group in info.any_of for fact in group if fact in view.reads)
    for fact in (*info.needs, *witnesses, *view.relied):
        state = view.facts[fact]
        if type(state) is Known and state.source.stale:
            return fact, state.source
    return None


_NAMES: Final = ("Azure", "Cloud ID")
"""Beginnings of meanings that keep their capital within a sentence."""


def gap_message(fact: Fact[Any], missing: Missing) -> str:
    """One sentence on a missing fact: what it is, its name, and what was met instead."""
    what = re.split(r"[,;:.](?:\s|$)", fact.meaning, maxsplit=1)[0]
    if not what.startswith(_NAMES):
        what = what[:1].lower() + what[1:]
    return f"Not known: {what} ({fact.name}): {missing.why}."


def finding(rule: Rule, verdict: Verdict, view: Stamp, rules: RuleSet) -> Finding:
    """A verdict with its severity, its proof and its id."""
    info = rule.info
    severity = rules.severities[info.id]
    if verdict.severity is not None and verdict.severity.rank > severity.rank:
        severity = verdict.severity
    consequences: tuple[Consequence, ...] = ()
    if verdict.outcome is Outcome.FAIL:
        narrowed = verdict.consequences
        consequences = rules.consequences[info.id] if narrowed is None else worst_first(narrowed)
    sources, missing = _proof(view, is_stale=verdict.reason is Reason.STALE)
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
        consequences=consequences,
    )


def _proof(view: Stamp, *, is_stale: bool) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources that the rule read, each once, and the facts it missed (or found too old)."""
    sources: dict[Source, None] = {}
    missing: dict[str, None] = {}
    for fact in view.reads:
        state = view.facts[fact]
        if type(state) is Missing or (is_stale and state.source.stale):  # type: ignore[union-attr]  # narrowed by type()
            missing[fact.name] = None
        elif state.source.document:  # type: ignore[union-attr]  # narrowed by type() above
            sources[state.source] = None  # type: ignore[union-attr]  # the same
    return tuple(sources), tuple(missing)


def gap_finding(
    rule: Rule, name: str, fact: Fact[Any], missing: Missing, view: Stamp, rules: RuleSet
) -> Finding:
    """The row of a rule that ended at a missing fact."""
    if fact not in view.reads:
        view.reads.append(fact)
    verdict = Verdict(
        name,
        Outcome.UNDETERMINED,
        reason=missing.reason,
        message=gap_message(fact, missing),
    )
    return finding(rule, verdict, view, rules)


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


def crashed(rule: Rule, name: str, crash: BaseException, rules: RuleSet) -> Finding:
    """The row of a rule that broke."""
    said = f"{rule.module} broke: {_said(crash)}"[:_MAX_TEXT]
    return _own_fault(rule, name, Reason.RULE_CRASHED, said, rules)


def _said(crash: BaseException) -> str:
    """The words of an exception, which may break themselves, as text that can be written."""
    if isinstance(crash, SystemExit):
        return "it tried to end the program"
    try:
        text = f"{type(crash).__name__}: {str(crash)[:_MAX_TEXT]}"
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 (its text is the rule's own code, too)
        return f"{type(crash).__name__}, whose text cannot be read"
    return text.encode("utf-8", "backslashreplace").decode()


def silent(rule: Rule, name: str, rules: RuleSet) -> Finding:
    """The row of a rule that said nothing."""
    said = f"{rule.module} said nothing about this stamp."
    return _own_fault(rule, name, Reason.RULE_SILENT, said, rules)


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
