"""Registration logs and pasted errors to the documented cause. Pure: texts in, diagnosis out.

``diagnose([Source("a.log", [text])], load())`` reads every text once, as a stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stampcheck.causes.catalogue import Catalogue
from stampcheck.diagnose import products
from stampcheck.diagnose.analysis import Analyst
from stampcheck.diagnose.diagnosis import Diagnosis, Unread
from stampcheck.diagnose.masking import Mask
from stampcheck.diagnose.reader import Reader, Source
from stampcheck.diagnose.signatures import Matcher
from stampcheck.diagnose.tracer import Tracer, trace
from stampcheck.diagnose.verdict import Wanted, judge
from stampcheck.errors import RunError

__all__ = ["Diagnosis", "Source", "Unreadable", "Wanted", "diagnose", "text_source"]


class Unreadable(RunError):  # noqa: N818 (named for what the text is)
    """A text that cannot be read, or not to its end; the others go on."""


def text_source(name: str, text: str) -> Source:
    """A text that is at hand as a whole."""
    return Source(name, (text,))


def diagnose(
    sources: Iterable[Source],
    catalogue: Catalogue,
    wanted: Wanted | None = None,
    *,
    redact_emails: bool = False,
) -> Diagnosis:
    """What the texts show, together."""
    analyst = Analyst(Matcher(catalogue.causes.values()), products.load())
    reader = Reader(analyst.literals)
    mask = Mask(emails=redact_emails)
    unread: list[Unread] = []
    tracers = list(_traced(sources, reader, analyst, mask, unread))
    diagnosis = judge(tracers, catalogue, wanted or Wanted())
    diagnosis.unread = unread
    return diagnosis


def _traced(
    sources: Iterable[Source],
    reader: Reader,
    analyst: Analyst,
    mask: Mask,
    unread: list[Unread],
) -> Iterator[Tracer]:
    for source in sources:
        tracer = Tracer(source.name, analyst, mask)
        try:
            yield trace(reader.messages(source.blocks), tracer)
        except Unreadable as error:
            unread.append(Unread(source.name, mask.text(str(error))))
            if tracer.runs:
                yield tracer
