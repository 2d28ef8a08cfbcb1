"""For authors of rules: make stamps of facts, judge them, hold a rule to the contract.

from stampcheck.testing import judge, stamp
found = judge(my_rule, stamp(CLOUD_ID="5bf881b2-...", ACTIVATION_PRESENT=missing("unreachable")))
assert found.outcome is Outcome.FAIL
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from stampcheck import facts as known_facts
from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.model import (
    Fact,
    Finding,
    Known,
    Missing,
    Reason,
    Rule,
    RuleInfo,
    SeenRegistration,
    Source,
)

_NOT_COLLECTED: Final = Missing(Reason.NOT_COLLECTED, "the test gave no value")
_ID: Final = re.compile(r"[A-Z]{2,8}-[A-Z]{2}-\d{3}")
_DATE: Final = re.compile(r"20\d\d-[01]\d-[0-3]\d")
_MAX_TITLE: Final = 80
_MAX_TEXT: Final = 400
_OWN_MODULES: Final = frozenset(("stampcheck.facts", "stampcheck.model"))
_IMPURE: Final = frozenset(
    (
        "asyncio",
        "builtins",
        "ftplib",
        "http",
        "importlib",
        "io",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "shutil",
        "socket",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
    )
)
_IO_EVENTS: Final = ("open", "os.", "socket.", "subprocess.", "shutil.", "urllib.", "tempfile.")


class Sample(msgspec.Struct, frozen=True):
    """A stamp for a test: a name and its facts."""

    name: str
    facts: dict[Fact[Any], Known[Any] | Missing]


def missing(reason: str, detail: str = "") -> Missing:
    """A missing fact with the word of its reason."""
    return Missing(Reason(reason), detail)


def stamp(name: str = "stamp-1", /, **facts: Any) -> Sample:  # noqa: ANN401 (values of facts)
    """A stamp with facts by name; a plain value becomes a known fact, the rest is missing."""
    by_name = {fact.name: fact for fact in known_facts.ALL_FACTS}
    given = {by_name[word]: _state(word, value) for word, value in facts.items()}
    return Sample(name, {**dict.fromkeys(known_facts.ALL_FACTS, _NOT_COLLECTED), **given})


def _state(word: str, value: Any) -> Known[Any] | Missing:  # noqa: ANN401 (values of facts)
    if isinstance(value, (Known, Missing)):
        return value
    return Known(value, Source("test.json", word))


def rule_set(*rules: Rule) -> RuleSet:
    """A rule set whose catalogue knows the causes that the rules declare."""
    return RuleSet(rules, {cause for rule in rules for cause in rule.info.causes})


def judge(rule: Rule, sample: Sample) -> Finding:
    """Judge one stamp by one stamp rule; the rule must give exactly one finding."""
    (found,) = judge_stamp(sample.name, sample.facts, rule_set(rule))
    return found


def judge_all(
    rule: Rule, samples: Iterable[Sample], registrations: Iterable[SeenRegistration] = ()
) -> list[Finding]:
    """Judge a fleet by one fleet rule; ``registrations`` without a claim are nobody's."""
    columns = Columns(rule.facts)
    for sample in samples:
        columns.add_row(sample.name, [sample.facts[fact] for fact in rule.facts])
    seen = tuple(registrations)
    unclaimed = tuple((one.id, _facts_of(one)) for one in seen if not one.claimed_by)
    by_stamp = judge_fleet(FleetEvidence(columns, seen, unclaimed), rule_set(rule))
    return [found for own in by_stamp.values() for found in own]


def _facts_of(seen: SeenRegistration) -> dict[Fact[Any], Known[Any] | Missing]:
    known: dict[Fact[Any], Any] = {
        known_facts.CLOUD_ID: seen.cloud_id,
        known_facts.SUBSCRIPTION_ID: seen.subscription,
        known_facts.REGISTRATION_ID: known_facts.ResourceId.parse(seen.id),
    }
    told = {fact: Known(value, seen.source) for fact, value in known.items() if value}
    return {**dict.fromkeys(known_facts.ALL_FACTS, _NOT_COLLECTED), **told}


class ContractError(AssertionError):
    """A rule breaks the contract; the message says where."""


def assert_contract(rule: Rule, *samples: Sample) -> None:
    """Hold a rule to the contract: metadata, names, imports, no I/O, no pass over a gap.

    Any ``samples`` are judged, and each of their known facts is taken away in turn. Raises
    ``ContractError``.
    """
    breaches = [*_metadata(rule.info), *_names(rule), *_imports(rule)]
    for sample in samples:
        breaches.extend(_behaviour(rule, sample))
    if breaches:
        raise ContractError(f"{rule.info.id}: " + "; ".join(breaches))


def _metadata(info: RuleInfo) -> Iterator[str]:
    if not _ID.fullmatch(info.id):
        yield f"id {info.id!r} is not like AZS-XX-000"
    if not info.title or len(info.title) > _MAX_TITLE or info.title.endswith("."):
        yield f"the title must have 1 to {_MAX_TITLE} characters and no stop"
    for name in ("rationale", "fails_when", "passes_when", "remediation"):
        text = getattr(info, name)
        if not text.endswith(".") or len(text) > _MAX_TEXT:
            yield f"{name} must be sentences that end in a stop, at most {_MAX_TEXT} characters"
    if not info.causes:
        yield "names no cause"
    if not info.source or not _DATE.fullmatch(info.reviewed):
        yield "needs a source and the ISO date on which it was reviewed"
    if not info.needs:
        yield "needs no fact, so it could pass on nothing"


def _names(rule: Rule) -> Iterator[str]:
    if rule.module.rpartition(".")[2] != rule.name:
        yield f"module {rule.module} and function {rule.name} differ"


def _imports(rule: Rule) -> Iterator[str]:
    tree = ast.parse(inspect.getsource(importlib.import_module(rule.module)))
    for name in _imported(tree):
        if name.partition(".")[0] == "stampcheck" and name not in _OWN_MODULES:
            yield f"imports {name}; only stampcheck.model and stampcheck.facts are allowed"
        if name.partition(".")[0] in _IMPURE:
            yield f"imports {name}, which is not pure"


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _behaviour(rule: Rule, sample: Sample) -> Iterator[str]:
    before = _outcomes(rule, sample)
    known = [fact for fact in rule.facts if isinstance(sample.facts[fact], Known)]
    for fact in known:
        poorer = Sample(sample.name, {**sample.facts, fact: _NOT_COLLECTED})
        after = _outcomes(rule, poorer)
        if after == "pass" != before:
            yield f"passes once {fact.name} is taken away"
        if (before, after) == ("pass", "fail"):
            yield f"fails once {fact.name} is taken away"


def _outcomes(rule: Rule, sample: Sample) -> str:
    with _no_io():
        found = judge_all(rule, [sample]) if rule.is_fleet else [judge(rule, sample)]
    return found[0].outcome.value


class _Watch:
    """What the one audit hook of this process sees; a hook cannot be taken off again."""

    is_on = False
    is_hooked = False
    events: Final[list[str]] = []

    @classmethod
    def hook(cls, event: str, _: tuple[Any, ...]) -> None:
        if cls.is_on and event.startswith(_IO_EVENTS):
            cls.events.append(event)


@contextmanager
def _no_io() -> Iterator[None]:
    """Raise ``ContractError`` where the code inside opens, connects or starts anything."""
    if not _Watch.is_hooked:
        sys.addaudithook(_Watch.hook)
        _Watch.is_hooked = True
    _Watch.events.clear()
    _Watch.is_on = True
    try:
        yield
    finally:
        _Watch.is_on = False
    if _Watch.events:
        raise ContractError(f"the rule did input or output: {_Watch.events[0]}")
