"""A diagnosis as Markdown, for a ticket: situation, causes, proof, what was tried, what is next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stampcheck.causes.runbook import FilledRunbook, FilledStep
from stampcheck.diagnose.diagnosis import Diagnosis, Line, ShownCause, proofs
from stampcheck.diagnose.text_form import STATES
from stampcheck.diagnose.values import WORDS
from stampcheck.model import listed

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_TICKS: Final = re.compile(r"`+")
_PROOFS: Final = 5
_PLACES: Final = 4
_RECOVERED: Final = 30
_UNREAD: Final = 30


def as_markdown(diagnosis: Diagnosis) -> str:
    """The whole ticket."""
    return "\n".join(_lines(diagnosis)).rstrip() + "\n"


def _plain(text: str) -> str:
    """A text of somebody else on one line, without a meaning in Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """A text in a code span that it cannot end."""
    flat = " ".join(text.split())
    ticks = "`" * (_longest(flat) + 1)
    space = " " if flat[:1] == "`" or flat[-1:] == "`" else ""
    return f"{ticks}{space}{flat}{space}{ticks}"


def _block(text: str, indent: str = "", word: str = "text") -> Iterator[str]:
    """A text in a code block that it cannot end."""
    fence = "`" * max(3, _longest(text) + 1)
    yield from (f"{indent}{line}" for line in (f"{fence}{word}", *text.splitlines(), fence))


def _longest(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield from ("# Diagnosis of a registration of Azure Stack Hub", "", "## Situation", "")
    if diagnosis.stamp:
        yield from (f"Stamp {_code(diagnosis.stamp)}.", "")
    yield from (_plain(diagnosis.situation), "")
    if diagnosis.first_failure is not None:
        yield f"First failure: {_proof(diagnosis.first_failure)}"
        yield from ("", *_block(diagnosis.first_failure.text), "")
    yield from (line for step in diagnosis.steps for line in (_plain(step), ""))
    yield from _stages(diagnosis)
    yield from _causes(diagnosis)
    if diagnosis.evidence:
        yield from ("## Beside the evidence of the stamp", "")
        yield from _items(map(_plain, diagnosis.evidence))
    yield from _tried(diagnosis)
    yield from _next(diagnosis)
    yield from _values(diagnosis)
    yield from _after(diagnosis)


def _proof(line: Line) -> str:
    return _code(line.place)


def _stages(diagnosis: Diagnosis) -> Iterator[str]:
    if not any(one.lines for one in diagnosis.stages):
        return
    yield from ("## How far it got", "", "| step | state | proof |", "|---|---|---|")
    for one in diagnosis.stages:
        state = STATES[one.status]
        state += f", {one.attempts} attempts" if one.attempts > 1 else ""
        proof = _proof(one.lines[0]).replace("|", "\\|") if one.lines else ""
        yield f"| {one.title} | {state} | {proof} |"
    yield ""


def _causes(diagnosis: Diagnosis) -> Iterator[str]:
    if not diagnosis.causes:
        yield from ("## No known cause", "")
        yield from (diagnosis.unknown, "")
        yield from _items(
            f"Comes near: {_plain(one.title)} ({one.id}), at {_proof(one.line)}"
            for one in diagnosis.nearest
        )
        return
    yield from ("## Causes, the likeliest first", "")
    for number, cause in enumerate(diagnosis.causes, start=1):
        yield from _cause(number, cause)


def _cause(number: int, cause: ShownCause) -> Iterator[str]:
    yield from (f"### {number}. {_plain(cause.title)}: {cause.likelihood.value}", "")
    yield from (_plain(cause.explanation), "")
    times = f", seen {cause.times:,} times" if cause.times > 1 else ""
    yield from (f"Proof{times}:", "")
    for proof in proofs(cause.lines)[:_PROOFS]:
        places = listed([_proof(line) for line in proof.lines], _PLACES)
        yield from (f"- {places}", "", *_block(proof.text, "  "), "")
    yield from _items(f"Against it: {_plain(text)}." for text in cause.against)
    yield from _items(f"Note: {_plain(text)}." for text in cause.notes)
    yield from (f"To confirm: {_plain(cause.confirm)}", "")
    yield from (f"Cause {_code(cause.id)}, source: {_plain(cause.source)}", "")


def _items(texts: Iterable[str]) -> Iterator[str]:
    listed = [f"- {text}" for text in texts]
    yield from (*listed, *([""] if listed else []))


def _tried(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.recovered:
        yield from ("## Tried and recovered", "")
        yield from _items(
            f"{_plain(one.title)}: {_plain(one.how)}"
            + (f" ({_proof(one.lines[0])})" if one.lines else "")
            for one in diagnosis.recovered[:_RECOVERED]
        )
    if diagnosis.runs:
        yield from ("## Runs", "")
        yield from _items(
            f"{_code(one.function)} {one.time}: {one.ended} ({_code(f'{one.file}:{one.first}')})"
            for one in diagnosis.runs
        )


def _next(diagnosis: Diagnosis) -> Iterator[str]:
    yield from ("## Next step", "")
    if diagnosis.next_question:
        yield from (f"Ask: {_plain(diagnosis.next_question)}", "")
    yield from _items(f"Collect: {_plain(text)}" for text in diagnosis.collect)
    if diagnosis.causes:
        yield from _runbook(diagnosis.causes[0].runbook)


def _runbook(runbook: FilledRunbook) -> Iterator[str]:
    yield from (f"### {_plain(runbook.title)}", "")
    yield from _items(f"Fill in first: {_plain(words)}" for words in runbook.unfilled)
    for number, step in enumerate(runbook.steps, start=1):
        yield from _step(number, step)
    yield from _items(f"Run rule {rule} again." for rule in runbook.rerun)


def _step(number: int, step: FilledStep) -> Iterator[str]:
    variant = f"({step.variant}) " if step.variant else ""
    yield from (f"{number}. {variant}{_plain(step.what)}", "")
    for word, text in (("Where", step.where), ("Expect", step.expect), ("Verify", step.verify)):
        if word == "Expect" and step.powershell:
            yield from (*_block(step.powershell, "   ", "powershell"), "")
        if text:
            yield from (f"   {word}: {_plain(text)}", "")


def _values(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.values or diagnosis.open_values:
        yield from ("## What the log tells", "")
    yield from _items(
        f"{WORDS.get(name, name)}: {_code(value)}" for name, value in diagnosis.values.items()
    )
    yield from _items(
        f"{WORDS.get(name, name)} contradicts itself: {', '.join(map(_code, some))}"
        for name, some in diagnosis.open_values.items()
    )


def _after(diagnosis: Diagnosis) -> Iterator[str]:
    yield from _items(f"Note: {_plain(note)}" for note in diagnosis.notes)
    yield from _items(
        f"Not read: {_code(one.file)} {_plain(one.why)}" for one in diagnosis.unread[:_UNREAD]
    )
    more = len(diagnosis.unread) - _UNREAD
    yield from _items([f"and {more:,} files more were not read."] if more > 0 else [])
