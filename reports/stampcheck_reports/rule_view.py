"""A rule as the page shows it: the same words as ``stampcheck rules show``, from the saved scan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from stampcheck.model import Outcome
from stampcheck.record import ExampleRecord, FactRecord, RuleRecord, Scan

_NEWER: Final = "newer:"


class Reading(NamedTuple):
    """A fact that the rule reads; ``part`` says whether a pass needs it."""

    name: str
    part: str
    meaning: str
    documents: list[str]


class Ending(NamedTuple):
    """An outcome: when the rule gives it, with examples."""

    outcome: str
    title: str
    when: str
    examples: list[ExampleRecord]


class RuleView(NamedTuple):
    """A rule and what the scan knows around it; each document once, with its permission."""

    rule: RuleRecord
    endings: list[Ending]
    reads: list[Reading]
    documents: list[tuple[str, str]]
    causes: list[tuple[str, str]]
    source: str
    newer: str


def rule_views(scan: Scan) -> list[RuleView]:
    """Every rule of a scan."""
    facts = {fact.name: fact for fact in scan.facts}
    titles = {cause.id: cause.title for cause in scan.causes}
    return [_view(rule, scan, facts, titles) for rule in scan.rules]


def _view(
    rule: RuleRecord, scan: Scan, facts: dict[str, FactRecord], titles: dict[str, str]
) -> RuleView:
    reads = list(_reads(rule, facts))
    kinds = dict.fromkeys(kind for read in reads for kind in read.documents)
    source, _, newer = (part.strip() for part in rule.source.partition(";"))
    return RuleView(
        rule=rule,
        endings=list(_endings(rule)),
        reads=reads,
        documents=[
            (f"{scan.document_titles.get(kind, kind)} [{kind}]", scan.permissions.get(kind, ""))
            for kind in kinds
        ],
        causes=[(cause, titles.get(cause, "")) for cause in rule.causes],
        source=source,
        newer=newer.removeprefix(_NEWER).strip(),
    )


def _reads(rule: RuleRecord, facts: dict[str, FactRecord]) -> Iterator[Reading]:
    grouped = {name for group in rule.one_of for name in group}
    for name in (*rule.needs, *rule.uses):
        part = "needs" if name in rule.needs else "one of" if name in grouped else "uses"
        fact = facts.get(name, FactRecord(name, ""))
        yield Reading(name, part, fact.meaning, list(fact.documents))


def _endings(rule: RuleRecord) -> Iterator[Ending]:
    whens = {
        Outcome.FAIL: ("Fails when", rule.fails_when),
        Outcome.UNDETERMINED: ("Undetermined when", rule.undetermined_when),
        Outcome.PASS: ("Passes when", rule.passes_when),
        Outcome.NOT_APPLICABLE: ("Not applicable when", rule.not_applicable_when or "Never."),
    }
    for outcome, (title, when) in whens.items():
        examples = [one for one in rule.examples if one.outcome == outcome]
        yield Ending(outcome.value, title, when, examples)
