"""Our own envelope around an answer: what was asked, when, and with which status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from http import HTTPStatus
from typing import Any, Final

from stampcheck.collect.content import fill_answer
from stampcheck.collect.redact import scrub_request, scrub_text
from stampcheck.collect.strict import Refused, malformed, quoted
from stampcheck.document import COLLECTED_KINDS, UNRECOGNISED, Document, iso
from stampcheck.model import Reason
from stampcheck.parse.recognise import kind_of_request
from stampcheck.parse.value import Unreadable, moment

_VERSION: Final = 1
_KEPT_HEADERS: Final = frozenset(
    ("www-authenticate", "x-ms-request-id", "x-ms-correlation-request-id", "date")
)
_NUMBER: Final = re.compile(r"([1-5]\d\d|0)(?:\s.{0,60})?", re.ASCII)
_PHRASES: Final[Mapping[str, int]] = {
    status.name.replace("_", "").lower(): status.value for status in HTTPStatus
}


def fill_envelope(document: Document, envelope: dict[str, Any]) -> None:
    """Fill a document from ``{"stampcheck": 1, "kind", "request", "status", ...}``."""
    version = envelope["stampcheck"]
    if version != _VERSION or isinstance(version, bool):
        raise Refused(
            Reason.UNSUPPORTED_VERSION,
            f"envelope version {quoted(version)}, this stampcheck reads {_VERSION}",
        )
    document.request = _request(envelope)
    document.kind = _kind(document, envelope)
    document.status = status_of(envelope.get("status"))
    _date(document, envelope.get("collected_at"))
    document.headers = kept_headers(envelope.get("headers"))
    fill_answer(document, envelope.get("body"))


def _request(envelope: dict[str, Any]) -> str:
    value = envelope.get("request")
    if isinstance(value, dict):
        value = value.get("url", value.get("command"))
    return scrub_request(value)[:2000] if isinstance(value, str) else ""


def _kind(document: Document, envelope: dict[str, Any]) -> str:
    """The kind that it says, else the one asked for; else the body speaks for itself."""
    named = envelope.get("kind")
    if isinstance(named, str) and named.strip().lower() in COLLECTED_KINDS:
        return named.strip().lower()
    if named in (None, ""):
        return kind_of_request(document.request) or UNRECOGNISED
    document.kind = UNRECOGNISED
    known = ", ".join(COLLECTED_KINDS)
    raise Refused(Reason.UNSUPPORTED_VERSION, f"kind {quoted(named)} is none of {known}")


def status_of(status: object) -> int:
    """An HTTP status as a number, a text or the phrase that PowerShell prints; null is 0."""
    if status is None:
        return 0
    if isinstance(status, int) and not isinstance(status, bool) and 0 <= status < 1000:
        return status
    if isinstance(status, str):
        number = _NUMBER.fullmatch(status.strip())
        phrase = status.replace(" ", "").replace("_", "").lower()
        if number or phrase in _PHRASES:
            return int(number.group(1)) if number else _PHRASES[phrase]
    told = status if isinstance(status, (int, float)) else "of the envelope"
    raise malformed(f"status {told} is no HTTP status")


def _date(document: Document, value: object) -> None:
    """Date the document by its envelope; one whose date is nonsense is no dated evidence."""
    if value is None:
        return
    try:
        document.collected_at = iso(moment(value).astimezone(UTC))
        document.dated_by = "envelope"
    except Unreadable:
        raise malformed(
            "collected_at is no date and time with its offset, such as 2026-11-01T00:00:00Z"
        ) from None


def kept_headers(value: object) -> dict[str, str]:
    """The headers that are evidence, by lower-case name, scrubbed and bounded."""
    if not isinstance(value, dict):
        return {}
    return {
        key.lower(): scrub_text(inner)[:1000]
        for key, inner in value.items()
        if key.lower() in _KEPT_HEADERS and isinstance(inner, str)
    }
