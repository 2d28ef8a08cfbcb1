"""The documents that are no evidence, and why: what the report says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stampcheck.document import UNRECOGNISED
from stampcheck.parse.evidence import Held
from stampcheck.record import ProblemRecord

_SINGLE: Final = ("activation", "stamp-information", "registration-token", "endpoints")


def problems(documents: Iterable[Held], stamp: str) -> Iterator[ProblemRecord]:
    """The documents that are no evidence, and those that a newer one of their kind replaces."""
    newest: dict[str, Held] = {}
    for held in documents:
        document = held.document
        stamps = document.stamps or (stamp,)
        if document.reason is not None:
            reason, detail = document.reason.value, document.detail
        elif document.kind in _SINGLE and held.is_answer:
            older, reason = _older(newest, held), "superseded"
            if older is None:
                continue
            document = older.document
            detail = f"a newer {document.kind} document was used: {newest[document.kind].label}"
        else:
            continue
        yield ProblemRecord(
            document.label, document.kind, reason, detail, stamps[:20], document.size
        )


def _older(newest: dict[str, Held], held: Held) -> Held | None:
    """The older of two answers of one kind; the newer one is remembered."""
    other = newest.get(held.kind)
    if other is None:
        newest[held.kind] = held
        return None
    older, newer = sorted((other, held), key=lambda one: one.document.collected_at.rstrip("Z"))
    newest[held.kind] = newer
    return older


def useless(documents: Iterable[Held]) -> Iterator[ProblemRecord]:
    """The documents that serve no stamp, other than registrations and what is unknown."""
    for held in documents:
        document = held.document
        if document.reason is None and document.kind not in ("registration", UNRECOGNISED):
            yield ProblemRecord(
                document.label,
                document.kind,
                "unattached",
                "its ids name no stamp of this fleet",
                (),
                document.size,
            )
