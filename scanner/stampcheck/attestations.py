"""The attestations file: answers to what no machine can tell, by name and date.

[[attestation]]
question = "partner-id"
stamp = "ams-01"
answer = "yes"
who = "the licensing manager"
when = 2026-11-05
valid_until = 2027-11-05
file = "partner-letter.pdf"
sha256 = "<SHA-256 of the file>"
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.attestation import KIND, QUESTIONS, Answer
from stampcheck.document import Document
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from stampcheck.tomlfile import (
    Check,
    TomlFile,
    bytes_of,
    day,
    nearest,
    no_stamp,
    sentence,
    tables,
    whole,
)

_REQUIRED: Final = ("question", "stamp", "answer", "who", "when", "valid_until")
_SHA: Final = re.compile("[0-9a-f]{64}")
_LARGEST: Final = 500_000_000


def _question(value: Any) -> str:  # noqa: ANN401 (TOML)
    if isinstance(value, str) and value in QUESTIONS:
        return value
    near = nearest(value, list(QUESTIONS)) if isinstance(value, str) else ""
    raise ValueError(f"expected one of {', '.join(QUESTIONS)}{near if 'did' in near else ''}")


def _text(value: Any) -> str:  # noqa: ANN401 (TOML)
    """A text; what is no text is refused without being shown, since it may be a number in full."""
    if isinstance(value, str):
        return value.strip()
    return ""


def _sha256(value: Any) -> str:  # noqa: ANN401 (TOML)
    if isinstance(value, str) and _SHA.fullmatch(value.lower()):
        return value.lower()
    raise ValueError("expected a SHA-256 of 64 hex digits")


_CHECKS: Final[Mapping[str, Check]] = {
    "question": _question,
    "stamp": sentence,
    "answer": _text,
    "who": sentence,
    "when": day,
    "valid_until": day,
    "note": sentence,
    "file": sentence,
    "sha256": _sha256,
}


class Attestation(msgspec.Struct, frozen=True):
    """One ``[[attestation]]``: the stamp, the answer, and why it is void, if it is."""

    stamp: str
    answer: Answer
    line: int
    void: str = ""

    @property
    def label(self) -> str:
        """The name of its document, so that a report shows that a person said it."""
        return f"attestation {self.answer.question} by {self.answer.who}, {self.answer.when}"

    def document(self, stamp: str) -> Document:
        """The document of one stamp."""
        body = msgspec.json.encode(self.answer)
        return Document(
            kind=KIND,
            label=self.label,
            stamps=(stamp,),
            collected_at=f"{self.answer.when}T00:00:00Z",
            dated_by=KIND,
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            reason=Reason.NEEDS_HUMAN if self.void else None,
            detail=self.void,
            body=msgspec.Raw(body),
        )


class AttestationFile(msgspec.Struct, frozen=True):
    """The attestations of a file, in its order."""

    path: str
    attestations: tuple[Attestation, ...]

    def documents(self, known: Collection[str]) -> dict[str, list[Document]]:
        """The documents by stamp; ``UsageError`` where one is about a stamp that nobody knows."""
        names = {name.casefold(): name for name in known}
        found: dict[str, list[Document]] = {}
        for one in self.attestations:
            name = names.get(one.stamp.casefold())
            if name is None:
                raise no_stamp(f"{self.path}:{one.line}", one.stamp, known, "attestation")
            found.setdefault(name, []).append(one.document(name))
        return found


def read_attestations(path: Path, *, today: date) -> AttestationFile:
    """Read and check an attestations file; ``UsageError`` names line, key and what is allowed.

    An attached file that is not the one that was attested makes its answer void, and nothing else.
    """
    file = TomlFile(path)
    checks = {"schema": whole(1, 1), "attestation": tables(KIND)}
    top = file.table(file.data, checks, "")
    found: list[Attestation] = []
    for number, table in enumerate(top.get(KIND, [])):
        one = _attestation(file, number, table, today)
        _check_doubles(file, number, one, found)
        found.append(one)
    return AttestationFile(str(path), tuple(found))


def _attestation(file: TomlFile, number: int, table: dict[str, Any], today: date) -> Attestation:
    kept = file.table(table, _CHECKS, KIND, number)
    line = file.line_of(KIND, number)
    for key in _REQUIRED:
        if key not in kept:
            raise file.error(line, f"this [[attestation]] has no {key}; it is required.")
    if ("file" in kept) != ("sha256" in kept):
        raise file.error(line, "this [[attestation]] must have both file and sha256, or neither.")
    question = QUESTIONS[kept["question"]]
    if not question.accepts(kept["answer"]):
        # What was given is not shown: it may be a whole agreement number.
        raise file.error(
            file.line_of(KIND, number, "answer"), f"answer: expected {question.answers}."
        )
    _check_dates(file, number, kept, today)
    stamp, when, until = kept.pop("stamp"), kept.pop("when"), kept.pop("valid_until")
    answer = Answer(**kept, when=when.isoformat(), valid_until=until.isoformat())
    return Attestation(stamp, answer, line, _why_void(file.path.parent, answer))


def _check_dates(file: TomlFile, number: int, kept: Mapping[str, Any], today: date) -> None:
    if kept["when"] > today:
        raise file.error(
            file.line_of(KIND, number, "when"),
            f"when = {kept['when']}: lies after {today}; expected the day on which it was said.",
        )
    if kept["valid_until"] < kept["when"]:
        raise file.error(
            file.line_of(KIND, number, "valid_until"),
            f"valid_until = {kept['valid_until']}: lies before it was said ({kept['when']}).",
        )


def _check_doubles(
    file: TomlFile, number: int, one: Attestation, earlier: list[Attestation]
) -> None:
    for other in earlier:
        about = (other.stamp.casefold(), other.answer.question, other.answer.when)
        if about == (one.stamp.casefold(), one.answer.question, one.answer.when):
            raise file.error(
                file.line_of(KIND, number),
                f"there are two answers to {one.answer.question} of {one.stamp} on "
                f"{one.answer.when}, the other in line {other.line}; keep one.",
            )


def _why_void(folder: Path, answer: Answer) -> str:
    """Why the attached file does not prove the answer, or nothing."""
    if not answer.file:
        return ""
    said = f"{answer.who} attested it on {answer.when} by {answer.file}"
    try:
        found = file_digest(folder / answer.file)
    except UsageError:
        return f"{said}, which cannot be read, so the answer is void"
    if found == answer.sha256:
        return ""
    return f"{said}, which was changed since (its SHA-256 is another), so the answer is void"


def file_digest(path: Path) -> str:
    """SHA-256 of an attached file; ``UsageError`` where it cannot be read."""
    return hashlib.sha256(bytes_of(path, _LARGEST)).hexdigest()
