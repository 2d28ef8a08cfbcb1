"""What a rule must be made of before anything can be judged by it; types are checked, not trusted.

A foreign rule need not have met a type checker, and a wrong type would break the scan far away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from stampcheck.facts import ALL_FACTS
from stampcheck.model import Consequence, Example, Fact, Rule, Severity
from stampcheck.wording import is_line, is_plain

_ID: Final = re.compile(r"[A-Z]{2,8}-[A-Z]{2}-\d{3}")
_TEXTS: Final = (
    "title",
    "rationale",
    "fails_when",
    "passes_when",
    "not_applicable_when",
    "undetermined_when",
    "remediation",
    "source",
    "reviewed",
)
_LINES: Final = ("title", "source", "reviewed")
_TUPLES: Final = (("causes", str), ("consequences", Consequence), ("examples", Example))
_KNOWN: Final = frozenset(ALL_FACTS)


def faults(rule: Rule) -> Iterator[str]:
    """What is wrong with a rule, each as the end of a sentence that names it."""
    given = msgspec.structs.asdict(rule.info)
    if not (isinstance(given["id"], str) and _ID.fullmatch(given["id"])):
        yield "has an id that is not like AZS-XX-000"
    for name in _TEXTS:
        yield from _text(name, given[name])
    if not isinstance(given["severity"], Severity):
        yield f"has {given['severity']!r} as severity; use Severity.HIGH or another"
    for name, kind in _TUPLES:
        if not _is_tuple_of(given[name], kind):
            yield f"has no tuple of {kind.__name__} as {name}; mind the comma of a single one"
    yield from _facts(given)


def _text(name: str, text: object) -> Iterator[str]:
    if type(text) is not str:
        yield f"has no text as {name}"
    elif not is_plain(text) or (name in _LINES and text and not is_line(text)):
        lines = "be one line and " if name in _LINES else ""
        yield f"has a {name} that must {lines}hold no control characters"


def _facts(given: dict[str, Any]) -> Iterator[str]:
    groups = given["any_of"] if isinstance(given["any_of"], tuple) else (given["any_of"],)
    parts = (given["needs"], given["uses"], *groups)
    if not all(_is_tuple_of(facts, Fact) for facts in parts):
        yield "has no tuples of facts as needs, uses and any_of; mind the comma of a single one"
        return
    if not given["needs"]:
        yield "needs no fact, so it proves nothing"
    strange = [fact.name for facts in parts for fact in facts if fact not in _KNOWN]
    if strange:
        yield f"reads {strange[0]}, which is no fact of stampcheck.facts"


def _is_tuple_of(values: Any, kind: type) -> bool:  # noqa: ANN401 (whatever the author wrote)
    return isinstance(values, tuple) and all(isinstance(value, kind) for value in values)
