"""The page of one cause: at a glance, how it looks, how to tell it apart, fix, verify, source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from stampcheck.causes.runbook import FilledRunbook, as_text
from stampcheck.contradiction import words
from stampcheck.diagnose.stages import STAGES
from stampcheck.model import Cause, Signature

_WIDTH: Final = 88
_MOST_SAMPLES: Final = 8
_LONGEST: Final = 400
_SESSIONS: Final = {
    "local": "on the computer that runs the command",
    "pep": "in the privileged endpoint",
    "azure": "in Azure",
}


def cause_page(
    cause: Cause, catalogue: Mapping[str, Cause], runbook: FilledRunbook
) -> Iterator[str]:
    """The lines of the page."""
    yield from (cause.title, cause.id, "")
    yield from _glance(cause)
    yield from _looks(cause)
    yield from _neighbours(cause, catalogue)
    yield from ("Fix", "", *_indented(as_text(runbook)), "")
    yield from _verify(cause, runbook)
    kind = "documented" if cause.documented else "not in the article"
    yield from ("Source", f"  {cause.source} ({kind}, reviewed {cause.reviewed})")
    references = dict.fromkeys(one.reference for one in cause.signatures)
    yield from (f"  {one}" for one in references)


def _wrapped(text: str, first: str = "  ", rest: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest or " " * len(first),
        break_on_hyphens=False,
    )


def _row(name: str, text: str) -> list[str]:
    return _wrapped(text, f"  {name:<10} ")


def _glance(cause: Cause) -> Iterator[str]:
    yield from ("At a glance", *_row("What", cause.explanation))
    stages = dict.fromkeys(stage for one in cause.signatures for stage in one.stages)
    named = [STAGES[one].title if one in STAGES else one for one in stages]
    if named:
        yield from _row("Step", "; ".join(named))
    rules = ", ".join(cause.explains) or "no rule; logs and pasted errors show it"
    yield from _row("Explains", rules)
    yield from _row("Confirm", cause.confirm)
    if cause.prerequisite:
        yield from _row("Order", "To be mended before any runbook that registers.")
    yield ""


def _looks(cause: Cause) -> Iterator[str]:
    if not cause.signatures:
        return
    yield "How it looks in a log or on the console"
    for one in cause.signatures[:_MOST_SAMPLES]:
        for sample in one.samples[:2]:
            yield from _wrapped(sample[:_LONGEST], "  > ", "    ")
        yield from _wrapped(_said(one), "    ")
    more = len(cause.signatures) - _MOST_SAMPLES
    if more > 0:
        yield f"  and {more} more."
    yield ""


def _said(one: Signature) -> str:
    """How sure a signature is, and where."""
    parts = [one.likelihood.value]
    if one.sessions:
        parts.append(" or ".join(_SESSIONS.get(word, word) for word in one.sessions))
    if one.requires:
        parts.append(f"together with {', '.join(map(repr, one.requires))}")
    if one.excludes:
        parts.append(f"unless {', '.join(map(repr, one.excludes))} stands there too")
    return f"({'; '.join(parts)})"


def _neighbours(cause: Cause, catalogue: Mapping[str, Cause]) -> Iterator[str]:
    if not cause.neighbours:
        return
    yield "How to tell it from its neighbours"
    for one in cause.neighbours:
        other = catalogue.get(one.cause)
        yield from _wrapped(f"{other.title if other else one.cause} ({one.cause})", "  - ", "    ")
        yield from _wrapped(one.difference, "    ")
    yield ""


def _verify(cause: Cause, runbook: FilledRunbook) -> Iterator[str]:
    yield "Verify"
    checks = [step.verify or step.expect for step in runbook.steps]
    if checks and checks[-1]:
        yield from _wrapped(checks[-1])
    for rule in runbook.rerun:
        yield f"  Run rule {rule} again."
    for one in cause.contradicted_by:
        yield from _wrapped(f"It was not this cause where {words(one)}.")
    yield ""


def _indented(text: str) -> Iterator[str]:
    for line in text.rstrip().splitlines():
        indent = len(line) - len(line.lstrip())
        if len(line) + 2 <= _WIDTH or indent >= 8:
            yield f"  {line}".rstrip()
        else:
            yield from _wrapped(line, " " * (indent + 2), " " * max(6, indent + 2))
