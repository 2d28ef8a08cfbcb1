"""What a live collection already did about missing evidence, so that no person is asked for it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from stampcheck.bundle import Bundle, Span
from stampcheck.document import Document
from stampcheck.model import Reason
from stampcheck.parse.evidence import Held

Settled = Literal["nothing", "again", "answered"]
"""``again``: asking once more may do; ``answered``: it is there, so that asking changes nothing."""

_LIVE: Final = "collection"
_BUSY: Final = (408, 429)
_FAILED: Final = range(500, 600)


class _Asked(msgspec.Struct, frozen=True):
    """One live document, as far as it matters here."""

    kind: str
    settled: Settled


class Asked:
    """The live documents of a bundle by stamp and kind; those that serve many are read once."""

    def __init__(self, bundle: Bundle | None) -> None:
        self._bundle = bundle
        self._entries = {entry.name: entry for entry in bundle.entries()} if bundle else {}
        self._read: dict[Span, _Asked | None] = {}

    def settled(self, stamp: str, kind: str) -> Settled:
        """What became of one kind of a stamp: a refusal that only a person can lift goes first."""
        found = {one.settled for one in self._documents(stamp) if one.kind == kind}
        order: tuple[Settled, ...] = ("nothing", "again", "answered")
        return next((word for word in order if word in found), "nothing")

    def _documents(self, stamp: str) -> list[_Asked]:
        entry = self._entries.get(stamp)
        spans = (*entry.documents, *entry.shared) if entry else ()
        return [one for span in spans if (one := self._document(span)) is not None]

    def _document(self, span: Span) -> _Asked | None:
        if span not in self._read and self._bundle is not None:
            document = self._bundle.document(span)
            is_live = document.dated_by == _LIVE
            self._read[span] = _Asked(document.kind, _settled(document)) if is_live else None
        return self._read[span]


def _settled(document: Document) -> Settled:
    if document.reason is None:
        return "answered" if Held(document, stale=False).is_whole else "nothing"
    is_passing = document.status in _BUSY or document.status in _FAILED
    is_unreached = document.status == 0 and document.reason is Reason.UNREACHABLE
    return "again" if is_passing or is_unreached else "nothing"
