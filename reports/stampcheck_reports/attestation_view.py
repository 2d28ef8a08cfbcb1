"""What persons attested, as a page shows it: what is worth nothing any more comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from stampcheck.attestation import KIND, QUESTIONS, AttestationRecord, AttestationStatus
from stampcheck.record import ScanRecord

MOST_ROWS: Final = 500
"""Answers that a page shows; scan.json holds all."""

_SHAPES: Final = {
    AttestationStatus.VOID: "fail",
    AttestationStatus.ENDED: "undetermined",
    AttestationStatus.VALID: "pass",
}


class Attested(NamedTuple):
    """One answer: the stamp, the question in words, the answer, the shape of its mark."""

    stamp: str
    question: str
    answer: AttestationRecord
    shape: str


def attestations_context(record: ScanRecord) -> Mapping[str, Any] | None:
    """What the section shows; None where nobody attested anything."""
    if not record.scan.documents_by_kind.get(KIND):
        return None
    order = {status: rank for rank, status in enumerate(_SHAPES)}
    found = [_view(stamp.stamp, one) for stamp in record.stamps() for one in stamp.attestations]
    found.sort(key=lambda one: order[one.answer.status])
    return {"attestations": found[:MOST_ROWS], "number": len(found)} if found else None


def _view(stamp: str, answer: AttestationRecord) -> Attested:
    question = QUESTIONS.get(answer.question)
    words = question.text if question else answer.question
    return Attested(stamp, words, answer, _SHAPES[answer.status])
