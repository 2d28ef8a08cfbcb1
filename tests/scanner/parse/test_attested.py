"""What persons attest as facts: the newest answer, while it holds, with the person as source."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from stampcheck.attestation import Answer, AttestationStatus
from stampcheck.bundle import Declared
from stampcheck.document import Document
from stampcheck.model import Known, Missing, Reason
from stampcheck.parse import attested, declared
from stampcheck.parse.evidence import Evidence, Held

AS_OF = "2026-11-10T12:00:00Z"


def document(question: str = "partner-id", **changed: Any) -> Document:
    told: dict[str, Any] = {
        "question": question,
        "answer": "yes",
        "who": "licence management",
        "when": "2026-11-05",
        "valid_until": "2027-11-05",
    }
    reason, detail = changed.pop("reason", None), changed.pop("detail", "")
    answer = Answer(**told | changed)
    return Document(
        kind="attestation",
        label=f"attestation {question} by {answer.who}, {answer.when}",
        collected_at=f"{answer.when}T00:00:00Z",
        reason=reason,
        detail=detail,
        body=msgspec.Raw(msgspec.json.encode(answer)),
    )


def evidence(*documents: Document, number: str = "", as_of: str = AS_OF) -> Evidence:
    held = [Held(one, stale=False) for one in documents]
    made = Evidence("ams-01", held, Declared(agreement_number=number))
    made.as_of = as_of
    return made


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("partner-id", attested.one_partner_id),
        ("custom-cloud", attested.cloud_supported),
        ("operator-tools", attested.tools_fit),
    ],
)
@pytest.mark.parametrize(("answer", "value"), [("yes", True), ("no", False)])
def test_an_answer_is_a_fact_whose_source_is_the_person(
    question: str,
    read: Any,
    answer: str,
    value: bool,  # noqa: FBT001
) -> None:
    found = read(evidence(document(question, answer=answer)))
    assert isinstance(found, Known)
    assert found.value is value
    assert str(found.source) == (f"attestation {question} by licence management, 2026-11-05 answer")


def test_the_newest_answer_counts() -> None:
    old, new = document(answer="no"), document(answer="yes", when="2026-11-06")
    found = attested.one_partner_id(evidence(old, new))
    assert isinstance(found, Known)
    assert found.value


def test_an_answer_holds_on_its_last_day_and_no_longer() -> None:
    one = document(valid_until="2026-11-10")
    assert isinstance(attested.one_partner_id(evidence(one)), Known)
    later = attested.one_partner_id(evidence(one, as_of="2026-11-11T00:00:00Z"))
    assert later == Missing(
        Reason.NEEDS_HUMAN, "what licence management attested on 2026-11-05 held until 2026-11-10"
    )


def test_a_void_answer_tells_why_and_hides_no_older_one() -> None:
    void = document(when="2026-11-06", reason=Reason.NEEDS_HUMAN, detail="its letter was changed")
    found = attested.one_partner_id(evidence(document(), void))
    assert found == Missing(Reason.NEEDS_HUMAN, "its letter was changed")


def test_where_nobody_answered_a_person_is_needed() -> None:
    found = attested.one_partner_id(evidence(document("custom-cloud")))
    assert found == Missing(Reason.NEEDS_HUMAN, "nobody attests it (partner-id)")


@pytest.mark.parametrize("body", [b"null", b"{}", b"[1]", b'{"question":"partner-id"}'])
def test_what_is_no_answer_tells_nothing(body: bytes) -> None:
    one = Document(kind="attestation", label="x", body=msgspec.Raw(body))
    assert isinstance(attested.one_partner_id(evidence(one)), Missing)
    assert attested.records(evidence(one)) == []


@pytest.mark.parametrize(
    ("answer", "value"), [("yes", "on record"), ("...42", "ends in 42"), ("no", "")]
)
def test_an_agreement_number_is_attested_by_its_last_digits(answer: str, value: str) -> None:
    found = declared.agreement_number(evidence(document("agreement-number", answer=answer)))
    assert isinstance(found, Known)
    assert found.value == value
    assert found.source.document.startswith("attestation ")


def test_what_the_inventory_declares_goes_before_what_is_attested() -> None:
    found = declared.agreement_number(
        evidence(document("agreement-number", answer="no"), number="yes")
    )
    assert isinstance(found, Known)
    assert (found.value, found.source.document) == ("on record", "inventory")


def test_an_ended_attestation_of_a_number_says_so() -> None:
    one = document("agreement-number", valid_until="2026-11-06")
    found = declared.agreement_number(evidence(one))
    assert isinstance(found, Missing)
    assert "held until 2026-11-06" in found.detail


def test_the_record_tells_what_each_answer_is_worth() -> None:
    ended = document("custom-cloud", valid_until="2026-11-06")
    void = document("operator-tools", reason=Reason.NEEDS_HUMAN, detail="changed")
    found = {one.question: one for one in attested.records(evidence(document(), ended, void))}
    assert {question: one.status for question, one in found.items()} == {
        "partner-id": AttestationStatus.VALID,
        "custom-cloud": AttestationStatus.ENDED,
        "operator-tools": AttestationStatus.VOID,
    }
    assert found["operator-tools"].said == "changed"
