"""The logs among a stamp's evidence: which causes they show."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from stampcheck.diagnose import products
from stampcheck.diagnose.analysis import Analyst
from stampcheck.diagnose.episode import episode_of
from stampcheck.diagnose.masking import Mask
from stampcheck.diagnose.ranking import Candidate, ranked
from stampcheck.diagnose.reader import Reader
from stampcheck.diagnose.signatures import Matcher
from stampcheck.diagnose.tracer import Tracer, trace
from stampcheck.document import Document
from stampcheck.model import Cause
from stampcheck.tally import LogProof


def proofs_of(
    documents: Sequence[Document], causes: Mapping[str, Cause]
) -> dict[str, tuple[LogProof, ...]]:
    """The causes that a stamp's logs show together, by id, each with its first proof a log."""
    if not documents:
        return {}
    analyst, reader = _tools(tuple(causes.values()))
    tracers = [
        trace(reader, _text(document), Tracer(document.label, analyst, Mask()))
        for document in documents
    ]
    own = [one for one in tracers if not one.marked.is_foreign]
    episode = episode_of([run for one in own for run in one.runs])
    found = ranked(episode, [one.name for one in own if one.marked.is_unmarked])
    return {one.cause.id: _proofs(one) for one in found}


@functools.lru_cache(maxsize=2)
def _tools(causes: tuple[Cause, ...]) -> tuple[Analyst, Reader]:
    analyst = Analyst(Matcher(causes), products.load())
    return analyst, Reader(analyst.literals)


def _text(document: Document) -> tuple[str, ...]:
    """The text as it was stored; lines that were left out before it count all the same."""
    body = document.content()
    if not isinstance(body, dict) or not isinstance(body.get("text"), str):
        return ()
    skipped = body.get("skipped_lines")
    return ("\n" * skipped if isinstance(skipped, int) else "", body["text"])


def _proofs(one: Candidate) -> tuple[LogProof, ...]:
    first = {line.file: line for line in reversed(one.lines)}
    return tuple(
        LogProof(line.file, line.line, one.likelihood, one.run.day, one.values)
        for line in first.values()
    )
