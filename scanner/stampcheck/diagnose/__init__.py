"""Registration logs and pasted errors to the documented cause. Pure: texts in, diagnosis out.

``diagnose([Source("a.log", [text])], load())`` reads every text once, as a stream.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

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

__all__ = [
    "Diagnosis",
    "Source",
    "Traced",
    "Unreadable",
    "Wanted",
    "diagnose",
    "text_source",
    "traced",
]


class Unreadable(RunError):  # noqa: N818 (named for what the text is)
    """A text that cannot be read, or not to its end; the others go on."""


def text_source(name: str, text: str) -> Source:
    """A text that is at hand as a whole."""
    return Source(name, (text,))


class Traced(msgspec.Struct, frozen=True):
    """Texts that were read once: to be judged as often as more is known of the stamp."""

    tracers: list[Tracer]
    unread: list[Unread]
    catalogue: Catalogue

    def judge(self, wanted: Wanted) -> Diagnosis:
        """What the texts show, together."""
        diagnosis = judge(self.tracers, self.catalogue, wanted)
        diagnosis.unread = list(self.unread)
        if not self.tracers:
            diagnosis.situation = "Nothing could be read, so nothing is claimed."
            diagnosis.next_question, diagnosis.collect = "", []
        return diagnosis


def diagnose(
    sources: Iterable[Source],
    catalogue: Catalogue,
    wanted: Wanted | None = None,
    *,
    redact_emails: bool = False,
) -> Diagnosis:
    """What the texts show, together."""
    return traced(sources, catalogue, redact_emails=redact_emails).judge(wanted or Wanted())


def traced(
    sources: Iterable[Source], catalogue: Catalogue, *, redact_emails: bool = False
) -> Traced:
    """Read every text once; what cannot be read is told, and the others go on."""
    analyst = Analyst(Matcher(catalogue.causes.values()), products.load())
    reader = Reader(analyst.literals)
    mask = Mask(emails=redact_emails)
    found = Traced([], [], catalogue)
    for source in sources:
        name = mask.text(source.name)
        tracer = Tracer(name, analyst, mask)
        try:
            trace(reader, source.blocks, tracer)
        except Unreadable as error:
            found.unread.append(Unread(name, mask.text(str(error))))
            if not tracer.runs:
                continue
        found.tracers.append(tracer)
    return found
