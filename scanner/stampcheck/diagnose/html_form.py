"""A diagnosis as one page that loads nothing, to be mailed, printed and worked through."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from stampcheck import __version__
from stampcheck.causes.runbook import FilledRunbook, FilledStep
from stampcheck.diagnose.diagnosis import Diagnosis, Line, Proof, ShownCause, ShownStage, proofs
from stampcheck.diagnose.markup import Html, el, together
from stampcheck.diagnose.text_form import MARKS, STATES, short
from stampcheck.diagnose.values import WORDS
from stampcheck.model import listed

_PROOFS: Final = 6
_RECOVERED: Final = 60
_RUNS: Final = 60
_UNREAD: Final = 100
_LIKELIHOODS: Final = {"certain": "\u25cf\u25cf\u25cf", "likely": "\u25cf\u25cf\u25cb"}


def as_html(diagnosis: Diagnosis) -> str:
    """The whole page; equal diagnoses give equal pages."""
    style, script = _file("page.css"), _file("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", _title(diagnosis)),
        el("link", rel="icon", href="data:,"),
        Html(f"<style>{style}</style>"),
    )
    body = el("body", _top(), el("main", *_sections(diagnosis)), _foot(), _script(script))
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _file(name: str) -> str:
    text = (files(__package__) / "data" / name).read_text("utf-8")
    return text.replace("\r\n", "\n")


def _script(text: str) -> Html:
    return Html(f"<script>{text}</script>")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _title(diagnosis: Diagnosis) -> str:
    top = diagnosis.causes[0].title if diagnosis.causes else "no known cause"
    return f"Registration of Azure Stack Hub: {top}"


def _top() -> Html:
    return el("header", el("span", "stampcheck", class_="brand"), " Diagnosis of a registration")


def _foot() -> Html:
    text = (
        f"Made by stampcheck {__version__} from the logs named here. Tokens, keys and passwords "
        "were taken out. Runbooks are printed, never run. This file loads and sends nothing."
    )
    return el("footer", el("p", text))


def _section(title: str, *children: str | None, key: str) -> Html:
    return el("section", el("h2", title), *children, id=key)


def _sections(diagnosis: Diagnosis) -> Iterator[Html]:
    yield _situation(diagnosis)
    if any(one.lines for one in diagnosis.stages):
        steps = el("ol", *map(_stage, diagnosis.stages), class_="steps")
        yield _section("How far it got", steps, key="steps")
    yield _causes(diagnosis) if diagnosis.causes else _unknown(diagnosis)
    if diagnosis.causes:
        yield _next(diagnosis)
    if diagnosis.evidence:
        beside = el("ul", *(el("li", one) for one in diagnosis.evidence))
        yield _section("Beside the evidence of the stamp", beside, key="evidence")
    if diagnosis.recovered:
        yield _recovered(diagnosis)
    if diagnosis.values or diagnosis.open_values:
        yield _values(diagnosis)
    if diagnosis.runs:
        yield _runs(diagnosis)
    yield from _after(diagnosis)


def _situation(diagnosis: Diagnosis) -> Html:
    first = diagnosis.first_failure
    shown = (
        together(el("h3", "First failure"), _proof(first), el("pre", first.text, class_="log"))
        if first
        else None
    )
    steps = [el("p", text, class_="hint") for text in diagnosis.steps]
    stamp = el("p", "Stamp ", el("strong", diagnosis.stamp)) if diagnosis.stamp else None
    said = el("p", diagnosis.situation, class_="lead")
    return _section("What happened", stamp, said, shown, *steps, key="situation")


def _proof(line: Line) -> Html:
    return el("code", line.place, class_="place")


def _stage(one: ShownStage) -> Html:
    word = STATES[one.status]
    if one.attempts > 1:
        word += f", {one.attempts} attempts"
    return el(
        "li",
        el("span", MARKS[one.status], class_="mark", aria_hidden="true"),
        el("span", one.title, class_="step"),
        el("span", word, class_="state"),
        el("code", short(one.lines[0]), class_="place", title=one.lines[0].place)
        if one.lines
        else None,
        class_=f"is-{one.status.value}",
    )


def _causes(diagnosis: Diagnosis) -> Html:
    cards = [_cause(number, one) for number, one in enumerate(diagnosis.causes, start=1)]
    return _section("Causes, the likeliest first", *cards, key="causes")


def _cause(number: int, cause: ShownCause) -> Html:
    dots = _LIKELIHOODS.get(cause.likelihood.value, "\u25cf\u25cb\u25cb")
    word = el(
        "span", f"{dots} {cause.likelihood.value}", class_=f"sure is-{cause.likelihood.value}"
    )
    times = f"Proof, seen {cause.times:,} times" if cause.times > 1 else "Proof"
    shown = [
        el("li", *_places(proof), el("pre", proof.text, class_="log"))
        for proof in proofs(cause.lines)[:_PROOFS]
    ]
    return el(
        "article",
        el("h3", el("span", f"{number}. ", class_="rank"), cause.title, " ", word),
        el("p", cause.explanation),
        el("p", "Arose at: ", cause.place, class_="hint") if cause.place else None,
        el("h4", times),
        el("ul", *shown, class_="proofs"),
        _listed("What speaks against it", cause.against),
        _listed("Notes", cause.notes),
        _listed("Not to be taken for", cause.neighbours),
        el("p", el("strong", "To confirm: "), cause.confirm),
        el("p", "Cause ", el("code", cause.id), ". Source: ", cause.source, class_="hint"),
        class_="card",
    )


def _places(proof: Proof) -> Iterator[str]:
    """Where a proof stands: the first place in full, further lines of the same file by number."""
    first, *rest = proof.lines
    yield _proof(first)
    numbers = [str(one.line) for one in rest if one.file == first.file]
    if numbers:
        yield el("span", f" and lines {listed(numbers, 8)}", class_="hint")


def _listed(title: str, texts: list[str]) -> Html | None:
    if not texts:
        return None
    return together(el("h4", title), el("ul", *(el("li", text) for text in texts)))


def _unknown(diagnosis: Diagnosis) -> Html:
    near = [
        el("li", f"{one.title} ({one.id}), near ", _proof(one.line), el("pre", one.line.text))
        for one in diagnosis.nearest
    ]
    return _section(
        "No known cause",
        el("p", diagnosis.unknown),
        together(el("h3", "Comes near, but differs"), el("ul", *near)) if near else None,
        _listed("Collect next", diagnosis.collect),
        el("p", el("strong", "Ask next: "), diagnosis.next_question)
        if diagnosis.next_question
        else None,
        key="causes",
    )


def _next(diagnosis: Diagnosis) -> Html:
    return _section(
        "What to do next",
        el("p", el("strong", "Ask first: "), diagnosis.next_question, class_="lead"),
        _runbook(diagnosis.causes[0].runbook),
        key="next",
    )


def _runbook(runbook: FilledRunbook) -> Html:
    unfilled = _listed("Fill in first", [f"<FILL: {words}>" for words in runbook.unfilled])
    rerun = [f"Run rule {rule} again." for rule in runbook.rerun]
    return el(
        "article",
        el("h3", runbook.title),
        unfilled,
        el("ol", *map(_step, runbook.steps), class_="runbook"),
        el("p", " ".join(rerun), class_="hint") if rerun else None,
        el("p", "Runbook ", el("code", runbook.id), ". Source: ", runbook.source, class_="hint"),
        class_="card",
    )


def _step(step: FilledStep) -> Html:
    return el(
        "li",
        el("span", step.variant, class_="variant") if step.variant else None,
        el("p", step.what),
        el("p", "Where: ", step.where, class_="hint") if step.where else None,
        el("div", el("pre", step.powershell, class_="command"), class_="copyable")
        if step.powershell
        else None,
        el("p", el("strong", "Expect: "), step.expect) if step.expect else None,
        el("p", el("strong", "Verify: "), step.verify) if step.verify else None,
    )


def _recovered(diagnosis: Diagnosis) -> Html:
    rows = [
        el("li", one.title, " ", _proof(one.lines[0]) if one.lines else None, f" {one.how}.")
        for one in diagnosis.recovered[:_RECOVERED]
    ]
    said = el("p", "These went wrong and were overcome. They are not the cause.")
    return _section("Tried and recovered", said, el("ul", *rows), key="recovered")


def _values(diagnosis: Diagnosis) -> Html:
    rows = [
        el("tr", el("th", WORDS.get(name, name), scope="row"), el("td", el("code", value)))
        for name, value in diagnosis.values.items()
    ]
    rows += [
        el(
            "tr",
            el("th", WORDS.get(name, name), scope="row"),
            el("td", "contradicts itself: ", el("code", ", ".join(some))),
        )
        for name, some in diagnosis.open_values.items()
    ]
    return _section("What the log tells", el("table", el("tbody", *rows)), key="values")


def _runs(diagnosis: Diagnosis) -> Html:
    rows = [
        el(
            "tr",
            el("th", one.function, scope="row"),
            el("td", one.time or "no time"),
            el("td", one.ended),
            el("td", el("code", f"{one.file}:{one.first}-{one.last}", class_="place")),
        )
        for one in diagnosis.runs[-_RUNS:]
    ]
    return _section("Runs in these logs", el("table", el("tbody", *rows)), key="runs")


def _after(diagnosis: Diagnosis) -> Iterator[Html]:
    if diagnosis.notes:
        yield _section(
            "Notes", el("ul", *(el("li", note) for note in diagnosis.notes)), key="notes"
        )
    if diagnosis.unread:
        rows = [el("li", el("code", one.file), f": {one.why}") for one in diagnosis.unread]
        more = len(rows) - _UNREAD
        rest = el("p", f"and {more:,} files more.") if more > 0 else None
        yield _section("Not read", el("ul", *rows[:_UNREAD]), rest, key="unread")
