"""Which cause explains most failures of a stamp, and is contradicted by least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from stampcheck.contradiction import Predicate, parse
from stampcheck.engine import RuleSet
from stampcheck.model import Fact, Facts, Finding, Likelihood, Outcome, Rule, Severity
from stampcheck.tally import CauseTally, LogProof


class Contradictions:
    """What contradicts the causes that the chosen rules may name.

    The causes of stamp rules are looked at where a failure names them. Fleet rules speak after the
    facts are gone, so theirs are looked at on every stamp.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._catalogue = rules.catalogue
        self._predicates = _predicates(rules.rules, rules)
        self._of_fleet = _predicates(rules.fleet_rules, rules)

    @property
    def facts(self) -> tuple[Fact[Any], ...]:
        """The facts that the predicates look at, each once."""
        return tuple(
            dict.fromkeys(
                fact
                for predicates in self._predicates.values()
                for predicate in predicates
                for fact in predicate.facts
            )
        )

    def of_stamp(self, facts: Facts, findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
        """The predicates that hold, by cause, of the causes that failures name."""
        named = {
            cause
            for found in findings
            if found.outcome is Outcome.FAIL
            for cause in found.causes
            if cause in self._predicates
        }
        return _holding({cause: self._predicates[cause] for cause in named}, facts)

    def of_logs(self, facts: Facts, causes: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The predicates that hold, by cause, of the causes that logs show."""
        known = (self._catalogue[cause] for cause in causes if cause in self._catalogue)
        parsed = {cause.id: tuple(map(parse, cause.contradicted_by)) for cause in known}
        return _holding(parsed, facts)

    def of_fleet(self, facts: Facts) -> dict[str, tuple[str, ...]]:
        """The predicates that hold, by cause, of the causes that fleet rules may name."""
        return _holding(self._of_fleet, facts)


def _predicates(rules: Iterable[Rule], known: RuleSet) -> dict[str, tuple[Predicate, ...]]:
    ids = dict.fromkeys(cause for rule in rules for cause in rule.info.causes)
    causes = (known.catalogue[cause] for cause in ids if cause in known.catalogue)
    return {
        cause.id: tuple(map(parse, cause.contradicted_by))
        for cause in causes
        if cause.contradicted_by
    }


def _holding(
    predicates: Mapping[str, tuple[Predicate, ...]], facts: Facts
) -> dict[str, tuple[str, ...]]:
    found = {}
    for cause, some in predicates.items():
        holding = tuple([one.text for one in some if one.holds(facts)])
        if holding:
            found[cause] = holding
    return found


class _Named(msgspec.Struct):
    """A cause while failures are counted: the rules that name it, the worst severity of those, and
    how early they name it.
    """

    rules: list[str]
    worst: int = len(Severity)
    place: int = 1_000


def rank_causes(
    findings: Iterable[Finding],
    contradicted: Mapping[str, tuple[str, ...]],
    logs: Mapping[str, tuple[LogProof, ...]] | None = None,
) -> list[CauseTally]:
    """The causes that a stamp's failures name or its logs show, the likeliest first: what nothing
    contradicts, then what a log shows surely, then what explains most rules, then the worst
    failure, then how early the rule names it.
    """
    named: dict[str, _Named] = {}
    for found in findings:
        if found.outcome is Outcome.FAIL:
            _count(found, named)
    shown = logs or {}
    for cause in shown:
        named.setdefault(cause, _Named([]))
    tallies = (
        CauseTally(cause, one.rules, contradicted.get(cause, ()), shown.get(cause, ()))
        for cause, one in named.items()
    )
    return sorted(tallies, key=lambda tally: _order(tally, named[tally.cause]))


def _count(found: Finding, named: dict[str, _Named]) -> None:
    for place, cause in enumerate(found.causes):
        known = named.setdefault(cause, _Named([]))
        if found.rule not in known.rules:
            known.rules.append(found.rule)
        known.worst = min(known.worst, found.severity.rank)
        known.place = min(known.place, place)


def _order(tally: CauseTally, named: _Named) -> tuple[bool, bool, int, int, int, int, str]:
    against, explained, shown = tally.weight
    # What a log likely shows counts as much as one rule that it explains.
    explained += shown > 1
    is_certain = shown == len(Likelihood)
    return (
        against > 0,
        not is_certain,
        -explained,
        against,
        named.worst,
        named.place,
        tally.cause,
    )
