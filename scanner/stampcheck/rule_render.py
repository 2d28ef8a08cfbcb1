"""Renders the page of a rule as text for a terminal and as Markdown for the catalogue. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from stampcheck.model import Outcome
from stampcheck.rule_page import Case, Ending, FactRead, RulePage, Value

MARK: Final = "<!-- Made by 'stampcheck rules pages'; edit the rule, not this page. -->"
"""The first line of every page that is made."""

_WIDTH: Final = 88
_WHEN: Final = {
    Outcome.FAIL: "Fails when",
    Outcome.UNDETERMINED: "Undetermined when",
    Outcome.PASS: "Passes when",
    Outcome.NOT_APPLICABLE: "Not applicable when",
}
_PLAIN: Final = re.compile(r"[\w./#:;,()-]+(?: [\w./#:;,()-]+)*")
_ESCAPED: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|#"})


def as_text(page: RulePage) -> str:
    """The page for a terminal, without a line break at its end."""
    return "\n".join(_text(page))


def _text(page: RulePage) -> Iterator[str]:
    yield f"{page.id} {page.title}"
    yield f"Severity: {page.severity} at worst. Judges {page.scope}."
    yield f"At risk: {', '.join(page.consequences) or 'not said'}."
    yield ""
    yield from _paragraph("Why it matters", page.rationale)
    for ending in page.endings:
        yield from _paragraph(_WHEN[ending.outcome], ending.when)
        for case in ending.cases:
            yield from _text_case(case)
    yield "What it reads"
    for read in page.reads:
        yield from _text_read(read)
    yield ""
    yield from _paragraph("What to do", page.remediation)
    yield "Causes"
    yield from (f"  {cause.id}: {cause.title}" for cause in page.causes)
    yield ""
    yield f"Source: {page.source} (reviewed {page.reviewed})"
    if page.newer:
        yield f"Newer:  {page.newer}"
    yield f"Package: {page.package}"


def _paragraph(title: str, text: str) -> Iterator[str]:
    yield title
    yield from _wrapped(text, "  ")
    yield ""


def _wrapped(text: str, indent: str, first: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first or indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _text_case(case: Case) -> Iterator[str]:
    label = "Example"
    for holder, values in _by_holder(case.given):
        for text in (holder, *(_stated(one) for one in values)):
            if text:
                yield from _wrapped(text, " " * 14, f"  {label:<10}")
                label = ""
    says = f"{_verdict(case)}: {case.message}" if case.message else _verdict(case)
    for label, text in (("Says", says), ("Expected", case.expected), ("Found", case.actual)):
        if text:
            yield from _wrapped(text, " " * 14, f"  {label:<10}")
    yield ""


def _stated(one: Value) -> str:
    return f"{one.fact} = {one.value}" if one.fact else one.value


def _verdict(case: Case) -> str:
    return f"{case.outcome} ({case.severity})" if case.severity else case.outcome


def given_lines(case: Case) -> list[str]:
    """The facts of an example, one line for each holder."""
    return [
        (f"{holder}: " if holder else "") + "; ".join(_stated(one) for one in values)
        for holder, values in _by_holder(case.given)
    ]


def _by_holder(values: Iterable[Value]) -> Iterator[tuple[str, list[Value]]]:
    for holder, own in groupby(values, key=lambda one: one.holder):
        yield holder, list(own)


def says(case: Case) -> str:
    """What the rule says of an example, in one line."""
    head = _verdict(case)
    parts = [f"{head}: {case.message}" if case.message else f"{head}."]
    if case.expected:
        parts.append(f"Expected: {case.expected}.")
    if case.actual:
        parts.append(f"Found: {case.actual}.")
    return " ".join(parts)


def _text_read(read: FactRead) -> Iterator[str]:
    yield from _wrapped(f"{read.name}: {read.meaning}", " " * 9, f"  {read.part:<6} ")
    for document in read.documents:
        yield from _wrapped(
            f"{document.title} [{document.kind}], by {document.permission}", " " * 13, " " * 11
        )
    if not read.documents:
        yield " " * 11 + "brought by the run itself: date, profile or inventory"


def as_markdown(page: RulePage) -> str:
    """The page as a file."""
    return "\n".join((MARK, "", *_markdown(page), ""))


def _markdown(page: RulePage) -> Iterator[str]:
    yield f"# {page.id}: {_escaped(page.title)}"
    yield ""
    yield f"Severity **{page.severity}** at worst. Judges {page.scope}."
    yield f"At risk: {', '.join(page.consequences) or 'not said'}."
    yield from ("", "## Why it matters", "", _escaped(page.rationale))
    yield from ("", "## What is read", "")
    yield "| fact | part | meaning | document | permission |"
    yield "|---|---|---|---|---|"
    for read in page.reads:
        yield from _markdown_read(read)
    yield from ("", "## Outcomes")
    for ending in page.endings:
        yield from _markdown_ending(ending)
    yield from ("", "## Causes", "")
    yield from (f"- {_code(cause.id)}: {_escaped(cause.title)}" for cause in page.causes)
    yield from ("", "## What to do", "", _escaped(page.remediation))
    yield from ("", "## Source", "", f"{_code(page.source)}, reviewed {_escaped(page.reviewed)}.")
    if page.newer:
        yield f"Newer: {_escaped(page.newer)}."
    yield from ("", f"Package: {_escaped(page.package)}.")


def _markdown_read(read: FactRead) -> Iterator[str]:
    head = f"| `{read.name}` | {read.part} | {_escaped(read.meaning)} |"
    if not read.documents:
        yield f"{head} the run itself | none |"
    for document in read.documents:
        yield f"{head} {_escaped(document.title)} | {_escaped(document.permission)} |"
        head = "| | | |"


def _markdown_ending(ending: Ending) -> Iterator[str]:
    yield from ("", f"### {_WHEN[ending.outcome]}", "", _escaped(ending.when))
    for case in ending.cases:
        yield from ("", "Example:", "")
        for holder, values in _by_holder(case.given):
            if holder:
                yield f"- {holder}"
            mark = "  - " if holder else "- "
            for one in values:
                name = f"`{one.fact}`: " if one.fact else ""
                yield f"{mark}{name}{_escaped(one.value)}"
        yield from ("", f"> {_escaped(says(case))}")


def catalogue(pages: Iterable[RulePage]) -> str:
    """The index of all pages, as a file."""
    return "\n".join((MARK, "", *_index(pages), ""))


def _index(pages: Iterable[RulePage]) -> Iterator[str]:
    yield "# The rules"
    yield ""
    yield "One line for each rule; its page says why it matters, what it reads and how it judges."
    yield ""
    yield "| rule | states the fault | severity | area | at risk | needs documents | source |"
    yield "|---|---|---|---|---|---|---|"
    for page in pages:
        kinds = dict.fromkeys(
            one.kind for read in page.reads if read.part != "uses" for one in read.documents
        )
        cells = (
            f"[{page.id}](pages/{page.id}.md)",
            _escaped(page.title),
            page.severity,
            page.area,
            ", ".join(page.consequences),
            ", ".join(kinds),
            _code(page.source) + ("; newer" if page.newer else ""),
        )
        yield f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Words as code; where they could end the code or the table, escaped words instead."""
    return f"`{text}`" if _PLAIN.fullmatch(text) else _escaped(text)


def _escaped(text: str) -> str:
    """Words that mean what they say: nothing of them is markup."""
    return " ".join(text.translate(_ESCAPED).split())
