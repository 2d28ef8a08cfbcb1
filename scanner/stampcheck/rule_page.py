"""The page of a rule, made of its metadata: the same data for the terminal, the files and the
report. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from stampcheck.evidence import RECIPES
from stampcheck.model import Cause, Example, Fact, Outcome, Rule, RuleInfo
from stampcheck.rule_example import judge, stated, with_gap
from stampcheck.sample import Given

Part = Literal["needs", "one of", "uses"]
"""A pass needs it; or one of its group; or it is a witness that may be missing."""

NEWER: Final = "newer:"
"""What stands before a newer source, after the semicolon."""


class DocumentRead(msgspec.Struct, frozen=True):
    """A kind of document that can answer a fact, and the permission that it takes."""

    kind: str
    title: str
    permission: str


class FactRead(msgspec.Struct, frozen=True):
    """A fact that the rule reads. No document: the run itself brings it."""

    name: str
    meaning: str
    part: Part
    documents: tuple[DocumentRead, ...]


class Value(msgspec.Struct, frozen=True):
    """A fact of an example and its value in words; ``holder`` is empty where there is one stamp,
    ``fact`` where nothing is known of it.
    """

    holder: str
    fact: str
    value: str


class Case(msgspec.Struct, frozen=True):
    """An example: the facts given, and what the rule says of them."""

    given: tuple[Value, ...]
    outcome: str
    severity: str
    message: str
    expected: str
    actual: str


class Ending(msgspec.Struct, frozen=True):
    """One of the four outcomes: when the rule gives it, with examples."""

    outcome: Outcome
    when: str
    cases: tuple[Case, ...]


class NamedCause(msgspec.Struct, frozen=True):
    """A documented cause of the failure."""

    id: str
    title: str


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that there is to know about a rule."""

    id: str
    title: str
    severity: str
    area: str
    scope: str
    rationale: str
    consequences: tuple[str, ...]
    reads: tuple[FactRead, ...]
    endings: tuple[Ending, ...]
    causes: tuple[NamedCause, ...]
    remediation: str
    source: str
    newer: str
    reviewed: str
    package: str


def page_of(rule: Rule, package: str, causes: Mapping[str, Cause]) -> RulePage:
    """The page of a rule that a package brought; titles of causes are the catalogue's."""
    info = rule.info
    source, _, newer = (part.strip() for part in info.source.partition(";"))
    return RulePage(
        id=info.id,
        title=info.title,
        severity=info.severity.value,
        area=_area(rule),
        scope="the fleet at once" if rule.is_fleet else "each stamp by itself",
        rationale=info.rationale,
        consequences=tuple(one.value for one in info.consequences),
        reads=tuple(_reads(info)),
        endings=tuple(endings(rule)),
        causes=tuple(
            NamedCause(cause, causes[cause].title if cause in causes else "")
            for cause in info.causes
        ),
        remediation=info.remediation,
        source=source,
        newer=newer.removeprefix(NEWER).strip(),
        reviewed=info.reviewed,
        package=package,
    )


def _area(rule: Rule) -> str:
    """The package within the package: ``billing`` of ``stampcheck_rules.billing.name``."""
    parts = rule.module.split(".")
    return parts[-2] if len(parts) > 2 else ""


def _reads(info: RuleInfo) -> Iterator[FactRead]:
    grouped = {fact for group in info.any_of for fact in group}
    for fact in info.facts:
        part: Part = "needs" if fact in info.needs else "one of" if fact in grouped else "uses"
        documents = tuple(_document(kind) for kind in fact.documents)
        yield FactRead(fact.name, fact.meaning, part, documents)


def _document(kind: str) -> DocumentRead:
    recipe = RECIPES.get(kind)
    if recipe is None:
        return DocumentRead(kind, kind, "not known to this version")
    return DocumentRead(kind, recipe.title, recipe.permission)


def endings(rule: Rule) -> Iterator[Ending]:
    """The outcomes, worst first, each with the examples that the rule gives of it."""
    info = rule.info
    own = {outcome: [one for one in info.examples if one.outcome is outcome] for outcome in Outcome}
    gap = with_gap(rule)
    if gap is not None and not own[Outcome.UNDETERMINED]:
        own[Outcome.UNDETERMINED].append(gap)
    when = {
        Outcome.FAIL: info.fails_when,
        Outcome.UNDETERMINED: undetermined_when(rule),
        Outcome.PASS: info.passes_when,
        Outcome.NOT_APPLICABLE: info.not_applicable_when or "Never.",
    }
    for outcome in Outcome:
        yield Ending(outcome, when[outcome], tuple(_case(rule, one) for one in own[outcome]))


def undetermined_when(rule: Rule) -> str:
    """The law of gaps, in the words of one rule, and what the rule itself leaves open."""
    info = rule.info
    short = "neither fails nor is not applicable" if info.not_applicable_when else "does not fail"
    texts = [f"It {short}, and {_one_of(info.needs)} is not known"]
    texts.extend(f", or none of {_names(group)} is" for group in info.any_of)
    texts.append(".")
    if info.fresh:
        texts.append(" A pass by evidence that is too old (max_age of the profile) does not count.")
    if rule.is_fleet:
        texts.append(" Nobody passes while one stamp of the fleet lacks a need.")
    if info.undetermined_when:
        texts.append(f" Also: {info.undetermined_when}")
    return "".join(texts)


def _one_of(facts: tuple[Fact[Any], ...]) -> str:
    return f"one of {_names(facts)}" if len(facts) > 1 else _names(facts)


def _names(facts: tuple[Fact[Any], ...]) -> str:
    return ", ".join(fact.name for fact in facts)


def _case(rule: Rule, example: Example) -> Case:
    found = judge(rule, example)
    is_failure = found.outcome is Outcome.FAIL
    return Case(
        given=tuple(_given(rule, example)),
        outcome=found.outcome.value,
        severity=found.severity.value if is_failure else "",
        message=found.message,
        expected=found.expected,
        actual=found.actual,
    )


def _given(rule: Rule, example: Example) -> Iterator[Value]:
    yield from _values("stamp-1" if rule.is_fleet else "", example.facts)
    for number, given in enumerate(example.others, start=2):
        yield from _values(f"stamp-{number}", given)
    for given in example.unclaimed:
        yield from _values("a registration that no stamp claims", given)


def _values(holder: str, given: Given) -> Iterator[Value]:
    if not given:
        yield Value(holder, "", "nothing is known")
    for fact, value in given.items():
        yield Value(holder, fact.name, stated(value))
