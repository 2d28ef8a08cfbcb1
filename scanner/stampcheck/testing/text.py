"""The contract of a rule's texts: its metadata, its names, and what is still to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from stampcheck.model import Outcome, Rule, RuleInfo

FILL_IN: Final = "FILL IN"
"""Begins every text that ``stampcheck rules new`` leaves to the author."""

_MAX_TITLE: Final = 80
_MAX_TEXT: Final = 400
_SENTENCES: Final = ("rationale", "fails_when", "passes_when", "remediation")
_OPTIONAL: Final = ("not_applicable_when", "undetermined_when")
_TEXTS: Final = ("title", *_SENTENCES, "source")


def unfilled(rule: Rule) -> str:
    """One sentence that names what the author of a new rule has still to fill in, or nothing."""
    info = rule.info
    fields = [name for name in _TEXTS if FILL_IN in str(getattr(info, name))]
    fields += ["causes"] if any(FILL_IN in cause for cause in info.causes) else []
    if not fields:
        return ""
    return f"fill in {', '.join(fields)} in {rule.module}, then what {rule.name}() judges"


def text_breaches(rule: Rule) -> Iterator[str]:
    """What is wrong with the metadata and the names of a rule of the right shape."""
    info = rule.info
    yield from _metadata(info)
    given = [name for name in _OPTIONAL if getattr(info, name)]
    for name in (*_SENTENCES, *given):
        text = getattr(info, name)
        if not text.endswith(".") or len(text) > _MAX_TEXT:
            yield f"{name} must be sentences that end in a stop, at most {_MAX_TEXT} characters"
    if rule.module.rpartition(".")[2] != rule.name:
        yield f"module {rule.module} and function {rule.name} differ"


def _metadata(info: RuleInfo) -> Iterator[str]:
    if not info.title or len(info.title) > _MAX_TITLE or info.title.endswith("."):
        yield f"the title must have 1 to {_MAX_TITLE} characters and no stop"
    if not info.causes:
        yield "names no cause"
    if not info.source or not _is_date(info.reviewed):
        yield "needs a source and the ISO date on which it was reviewed"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def example_gaps(info: RuleInfo) -> Iterator[str]:
    """The outcomes that a rule must show by an example and does not.

    A rule whose ``passes_when`` begins with "Never" leaves every pass to a person.
    """
    wanted = [Outcome.FAIL]
    wanted += [] if info.passes_when.startswith("Never") else [Outcome.PASS]
    wanted += [Outcome.NOT_APPLICABLE] if info.not_applicable_when else []
    shown = {example.outcome for example in info.examples}
    for outcome in wanted:
        if outcome not in shown:
            yield f"has no example of {outcome}"
    if Outcome.UNDETERMINED in shown and not info.undetermined_when:
        yield "shows an undetermined example, but undetermined_when does not say when"
