"""One file to one Document: our own envelope first, then content, then the name.

A file that is empty, cut off, binary, too large or of no known kind is a Document with a reason.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from stampcheck.collect.content import fill_answer, fill_error, fill_token, keep, kind_of_error
from stampcheck.collect.envelope import fill_envelope, status_of
from stampcheck.collect.log_document import fill_log, is_log
from stampcheck.collect.redact import scrub_text
from stampcheck.collect.strict import Refused, decoded, malformed, strict_json
from stampcheck.document import UNRECOGNISED, Document, digest, iso
from stampcheck.model import Reason
from stampcheck.parse.error import arm_error, text_error
from stampcheck.parse.recognise import kind_of_body, kind_of_name
from stampcheck.parse.shape import as_list, fold
from stampcheck.parse.token import token_in

MAX_FILE: Final = 64_000_000
"""Bytes of the largest file that is read; a larger one is a Document with a reason."""

_SECRET_NAME: Final = re.compile(r"activation[\W_]*key|\.pfx$|\.pem$|\.key$", re.IGNORECASE)
_WARNINGS: Final = re.compile(r"(?:WARNING: [^\n]*\n\s*)+")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read(label: str, data: bytes, modified: datetime) -> Document:
    """Read the bytes of a file named ``label``; ``modified`` dates what carries no date itself."""
    document = Document(
        kind=kind_of_name(label) or UNRECOGNISED,
        label=label,
        collected_at=iso(modified),
        dated_by="file time",
        sha256=digest(data),
        size=len(data),
    )
    try:
        _fill(document, data)
    except Refused as refused:
        document.reason, document.detail = refused.reason, scrub_text(refused.detail)
    return document


def refused(label: str, reason: Reason, detail: str, *, size: int = 0) -> Document:
    """A Document for a file that was not read at all."""
    kind = kind_of_name(label) or UNRECOGNISED
    return Document(kind=kind, label=label, reason=reason, detail=detail, size=size)


def _fill(document: Document, data: bytes) -> None:
    if is_log(document.label, data):
        fill_log(document, data)
        return
    text = decoded(data).strip()
    # What PowerShell writes where nothing was piped on.
    if text in ("", "null"):
        _fill_empty(document)
    elif _SECRET_NAME.search(document.label.rpartition("/")[2]):
        document.kind = UNRECOGNISED
        raise malformed("looks like a key, which is never read; delete the copy")
    elif text[0] in "{[":
        _fill_json(document, text)
    else:
        _fill_text(document, text)


def _fill_empty(document: Document) -> None:
    if document.kind == UNRECOGNISED:
        raise malformed("the file is empty")
    raise Refused(
        Reason.AMBIGUOUS,
        "the file is empty: nothing was found, or nothing was asked; it does not say where",
    )


def _fill_json(document: Document, text: str) -> None:
    body = strict_json(text)
    if isinstance(body, dict) and "stampcheck" in body:
        fill_envelope(document, body)
    elif isinstance(body, dict) and fold(body).keys() >= {"statuscode", "content"}:
        _fill_response(document, body)
    else:
        _fill_body(document, body, text)


def _fill_response(document: Document, body: dict[str, object]) -> None:
    """The object that Invoke-AzRestMethod or Invoke-WebRequest gives, with the answer as text."""
    response = fold(body)
    document.status = status_of(response["statuscode"])
    document.kind = UNRECOGNISED
    fill_answer(document, response["content"])


def _fill_body(document: Document, body: object, text: str) -> None:
    error = arm_error(body)
    kind = "" if error is not None else kind_of_body(body)
    if error is not None:
        document.kind = kind_of_error(error, document.label)
        fill_error(document, error, body)
    elif kind:
        document.kind = kind
        keep(document, body, text)
    elif as_list(body) == []:
        _fill_empty_list(document, body)
    else:
        document.kind = UNRECOGNISED
        raise malformed("holds JSON of no kind that stampcheck knows")


def _fill_empty_list(document: Document, body: object) -> None:
    if document.kind == UNRECOGNISED:
        raise Refused(Reason.AMBIGUOUS, "an empty list, and the name does not say of what")
    keep(document, body)


def _fill_text(document: Document, text: str) -> None:
    token = token_in(text)
    if token:
        fill_token(document, token)
        return
    inner = _inner_text(text)
    if inner:
        _fill_json(document, inner)
        return
    error = text_error(text)
    if error is not None:
        document.kind = kind_of_error(error, document.label)
        fill_error(document, error, {"error": {"code": error.code, "message": error.message}})
        return
    if document.kind == UNRECOGNISED:
        raise malformed("holds text of no kind that stampcheck knows")
    raise malformed("holds text, not JSON; save the answer as JSON")


def _inner_text(text: str) -> str:
    """The JSON in a JSON string, or after the warnings that Azure CLI prints; else nothing."""
    rest = _WARNINGS.sub("", text, count=1) if text.startswith("WARNING: ") else ""
    if text.startswith('"'):
        value = strict_json(text)
        rest = value.strip() if isinstance(value, str) else ""
    return rest if rest[:1] in ("{", "[") else ""


def file_time(seconds: float) -> datetime:
    """The modification time of a file, UTC; one that is no date is as old as can be."""
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return _EPOCH
