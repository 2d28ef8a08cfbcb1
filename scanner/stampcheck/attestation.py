"""Attestations: what a person says of a stamp where no machine can tell. The questions there are,
and one answer in a form that a bundle keeps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

KIND: Final = "attestation"
"""The kind of document that an answer is; only the auditor's own file makes one."""

_YES_OR_NO: Final = re.compile("yes|no")
_NUMBER_SEEN: Final = re.compile(r"yes|no|(?:\.\.\.|…|\*+)?\d{2,4}", re.ASCII)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question that only a person can answer. ``fact`` names what the answer tells, ``rules`` who
    asks; ``answers`` says what may be answered.
    """

    id: str
    rules: tuple[str, ...]
    fact: str
    text: str
    answers: str = '"yes" or "no"'

    def accepts(self, answer: str) -> bool:
        """Whether an answer is one of those that may be given."""
        pattern = _NUMBER_SEEN if self.id == AGREEMENT_NUMBER else _YES_OR_NO
        return pattern.fullmatch(answer) is not None


AGREEMENT_NUMBER: Final = "agreement-number"
PARTNER_ID: Final = "partner-id"
CUSTOM_CLOUD: Final = "custom-cloud"
OPERATOR_TOOLS: Final = "operator-tools"

_TABLE: Final = (
    Question(
        id=PARTNER_ID,
        rules=("AZS-TE-003",),
        fact="ONE_PARTNER_ID",
        text="Do the subscription that the registration left and the one it stands in now have "
        "the same Partner ID?",
    ),
    Question(
        id=AGREEMENT_NUMBER,
        rules=("AZS-BI-004",),
        fact="AGREEMENT_NUMBER",
        text="Has somebody seen the number of the agreement that the capacity was ordered under?",
        answers='"yes", its last two to four digits, or "no" where there is none; never the whole '
        "number",
    ),
    Question(
        id=CUSTOM_CLOUD,
        rules=("AZS-SU-002",),
        fact="CLOUD_SUPPORTED",
        text="Does whoever runs this Azure cloud take registrations of Azure Stack Hub?",
    ),
    Question(
        id=OPERATOR_TOOLS,
        rules=("AZS-AC-003",),
        fact="TOOLS_FIT",
        text="Were the operator's tools and modules compared with Microsoft's table for the "
        "stamp's build, and do they fit?",
    ),
)
QUESTIONS: Final[Mapping[str, Question]] = {one.id: one for one in _TABLE}
"""The questions by their id."""


class AttestationStatus(StrEnum):
    """What an answer is worth on the as-of date."""

    VALID = "valid"
    ENDED = "ended"
    VOID = "void"


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer as the body of a document. ``when`` and ``valid_until`` are days (ISO 8601), the
    second is the last on which it holds; ``sha256`` is that of the attached ``file``.
    """

    question: str
    answer: str
    who: str
    when: str
    valid_until: str
    note: str = ""
    file: str = ""
    sha256: str = ""


class AttestationRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer in the record of a scan; ``said`` says why it is worth nothing, where it is."""

    question: str
    answer: str
    who: str
    when: str
    valid_until: str
    status: AttestationStatus
    file: str = ""
    sha256: str = ""
    said: str = ""
