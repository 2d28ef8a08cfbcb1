"""The attestations file: strict, by name and date, and void where its proof was changed."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from stampcheck.attestation import QUESTIONS
from stampcheck.attestations import Attestation, read_attestations
from stampcheck.errors import UsageError
from stampcheck.facts import ALL_FACTS
from stampcheck.model import Reason
from stampcheck.registry import load_rules

TODAY = date(2026, 11, 10)
WHOLE = {
    "question": '"partner-id"',
    "stamp": '"ams-01"',
    "answer": '"yes"',
    "who": '"licence management"',
    "when": "2026-11-05",
    "valid_until": "2027-11-05",
}
LETTER = b"One Partner ID.\n"
DIGEST = hashlib.sha256(LETTER).hexdigest()
PROVEN = WHOLE | {"file": '"letter.txt"', "sha256": f'"{DIGEST}"'}


def text(*tables: dict[str, str]) -> str:
    return "\n".join(
        "[[attestation]]\n" + "".join(f"{key} = {value}\n" for key, value in one.items())
        for one in tables
    )


def read(tmp_path: Path, *tables: dict[str, str]) -> tuple[Attestation, ...]:
    path = tmp_path / "a.toml"
    path.write_text(text(*tables), encoding="utf-8")
    return read_attestations(path, today=TODAY).attestations


def refused(tmp_path: Path, *tables: dict[str, str]) -> str:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, *tables)
    return str(caught.value).removeprefix(str(tmp_path / "a.toml"))


def test_an_answer_becomes_a_document_that_names_the_person(tmp_path: Path) -> None:
    (one,) = read(tmp_path, WHOLE)
    document = one.document("ams-01")
    assert (document.kind, document.stamps, document.reason) == ("attestation", ("ams-01",), None)
    assert document.label == "attestation partner-id by licence management, 2026-11-05"
    assert document.collected_at == "2026-11-05T00:00:00Z"


def test_a_proof_that_is_the_attested_one_counts(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(LETTER)
    (one,) = read(tmp_path, PROVEN)
    assert (one.void, one.answer.sha256) == ("", DIGEST)


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (LETTER + b" ", "letter.txt, which was changed since (its SHA-256 is another)"),
        (None, "letter.txt, which cannot be read"),
    ],
)
def test_a_proof_that_was_changed_makes_the_answer_void(
    letter: bytes | None, words: str, tmp_path: Path
) -> None:
    if letter is not None:
        (tmp_path / "letter.txt").write_bytes(letter)
    (one,) = read(tmp_path, PROVEN)
    assert one.void.startswith("licence management attested it on 2026-11-05 by ")
    assert words in one.void
    document = one.document("ams-01")
    assert (document.reason, document.detail) == (Reason.NEEDS_HUMAN, one.void)


@pytest.mark.parametrize("key", WHOLE)
def test_every_key_is_required(key: str, tmp_path: Path) -> None:
    said = refused(tmp_path, {name: WHOLE[name] for name in WHOLE if name != key})
    assert said == f":1: this [[attestation]] has no {key}; it is required."


@pytest.mark.parametrize(
    ("changed", "line", "words"),
    [
        ({"question": '"partner"'}, 2, "did you mean 'partner-id'?"),
        ({"answer": '"perhaps"'}, 4, 'expected "yes" or "no"'),
        ({"when": "2026-11-11"}, 6, "lies after 2026-11-10"),
        ({"when": '"2026/11/05"'}, 6, "expected a date such as 2026-12-31"),
        ({"valid_until": "2026-11-04"}, 7, "lies before it was said (2026-11-05)"),
        ({"who": '"<FILL: name and role>"'}, 5, "is still to be filled in"),
        ({"file": '"letter.txt"'}, 1, "both file and sha256, or neither"),
        ({"file": '"letter.txt"', "sha256": '"ab"'}, 9, "expected a SHA-256 of 64 hex digits"),
        ({"answr": '"yes"'}, 8, "did you mean 'answer'?"),
    ],
)
def test_each_fault_names_line_and_what_is_expected(
    changed: dict[str, str], line: int, words: str, tmp_path: Path
) -> None:
    said = refused(tmp_path, WHOLE | changed)
    assert said.startswith(f":{line}: ")
    assert words in said


@pytest.mark.parametrize("number", ["8612345678", "1234567", "no 86123", "86-12-34"])
def test_a_whole_agreement_number_is_refused_and_never_shown(number: str, tmp_path: Path) -> None:
    said = refused(tmp_path, WHOLE | {"question": '"agreement-number"', "answer": f'"{number}"'})
    assert "never the whole number" in said
    assert number not in said


@pytest.mark.parametrize("number", [8612345678, 12])
def test_a_number_that_is_no_text_is_not_shown_either(number: int, tmp_path: Path) -> None:
    said = refused(tmp_path, WHOLE | {"question": '"agreement-number"', "answer": str(number)})
    assert str(number) not in said.removeprefix(":4")


def test_two_answers_of_one_day_are_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, WHOLE, WHOLE | {"stamp": '"AMS-01"', "answer": '"no"'})
    assert "there are two answers to partner-id of AMS-01 on 2026-11-05" in said
    assert len(read(tmp_path, WHOLE, WHOLE | {"when": "2026-11-06"})) == 2


def test_a_stamp_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text(WHOLE | {"stamp": '"ams-1"'}), encoding="utf-8")
    found = read_attestations(path, today=TODAY)
    with pytest.raises(UsageError, match=r"a.toml:1: there is no stamp 'ams-1'; did you mean"):
        found.documents(["ams-01"])


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda one: one.id)
def test_each_question_is_asked_by_rules_that_read_its_fact(question: object) -> None:
    rules = {one.rule.info.id: one.rule.info for one in load_rules()}
    facts = {fact.name: fact for fact in ALL_FACTS}
    fact = facts[question.fact]  # type: ignore[attr-defined]
    assert "attestation" in fact.documents
    for rule in question.rules:  # type: ignore[attr-defined]
        assert fact in rules[rule].facts


def test_each_fact_that_persons_tell_has_a_question() -> None:
    told = {fact.name for fact in ALL_FACTS if "attestation" in fact.documents}
    assert told == {question.fact for question in QUESTIONS.values()}
