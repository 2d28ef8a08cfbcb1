"""What a person attests of a stamp: facts by the answers that the auditor's file brought."""

from __future__ import annotations

from typing import Final

import msgspec

from stampcheck.attestation import (
    CUSTOM_CLOUD,
    KIND,
    OPERATOR_TOOLS,
    PARTNER_ID,
    QUESTIONS,
    Answer,
    AttestationRecord,
    AttestationStatus,
)
from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Held

_FIELD: Final = "answer"


def one_partner_id(evidence: Evidence) -> Known[bool] | Missing:
    """Whether both subscriptions of a move have one Partner ID."""
    return _yes_or_no(evidence, PARTNER_ID)


def cloud_supported(evidence: Evidence) -> Known[bool] | Missing:
    """Whether the Azure cloud takes registrations, by whoever runs it."""
    return _yes_or_no(evidence, CUSTOM_CLOUD)


def tools_fit(evidence: Evidence) -> Known[bool] | Missing:
    """Whether the operator's tools were compared with the build and fit."""
    return _yes_or_no(evidence, OPERATOR_TOOLS)


def _yes_or_no(evidence: Evidence, question: str) -> Known[bool] | Missing:
    found = answered(evidence, question)
    if isinstance(found, Known):
        return Known(found.value == "yes", found.source)
    return found or Missing(
        Reason.NEEDS_HUMAN,
        f"nobody attests it ({question})",
    )


def answered(evidence: Evidence, question: str) -> Known[str] | Missing | None:
    """The newest answer to a question; what is void or has ended answers nothing. None where nobody
    answered.
    """
    for held in evidence.of(KIND):
        answer = _answer(held)
        if answer is not None and answer.question == question:
            why = _why_worthless(held, answer, evidence.as_of)
            if why:
                return Missing(Reason.NEEDS_HUMAN, why)
            return Known(answer.answer, held.source(_FIELD))
    return None


def _answer(held: Held) -> Answer | None:
    try:
        answer = msgspec.convert(held.body, Answer)
    except msgspec.ValidationError:
        return None
    question = QUESTIONS.get(answer.question)
    return answer if question is not None and question.accepts(answer.answer) else None


def _why_worthless(held: Held, answer: Answer, as_of: str) -> str:
    if held.document.reason is not None:
        return held.document.detail
    if as_of[:10] > answer.valid_until:
        return f"what {answer.who} attested on {answer.when} held until {answer.valid_until}"
    return ""


def records(evidence: Evidence) -> list[AttestationRecord]:
    """Every answer about a stamp, the newest first, and what it is worth."""
    found = []
    for held in evidence.of(KIND):
        answer = _answer(held)
        if answer is not None:
            why = _why_worthless(held, answer, evidence.as_of)
            is_void = held.document.reason is not None
            worthless = AttestationStatus.VOID if is_void else AttestationStatus.ENDED
            found.append(
                AttestationRecord(
                    question=answer.question,
                    answer=answer.answer,
                    who=answer.who,
                    when=answer.when,
                    valid_until=answer.valid_until,
                    status=worthless if why else AttestationStatus.VALID,
                    file=answer.file,
                    sha256=answer.sha256,
                    said=why,
                )
            )
    return found
