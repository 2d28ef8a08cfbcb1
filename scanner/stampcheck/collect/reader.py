"""One handed-over file to one Document: envelope first, then content, then the name.

A file that is empty, cut off, binary, too large or of no known kind is a Document with a reason.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from stampcheck.collect.redact import may_hold_secret, scrub, scrub_text
from stampcheck.document import KINDS, UNRECOGNISED, Document, digest, iso
from stampcheck.model import Reason
from stampcheck.parse.error import ABSENT_CODES, ArmError, arm_error, reason_of, text_error
from stampcheck.parse.recognise import kind_of_body, kind_of_name, kind_of_request
from stampcheck.parse.shape import as_list
from stampcheck.parse.token import claims, decode_token, token_in
from stampcheck.parse.value import Unreadable, moment, shown

MAX_FILE: Final = 64_000_000
"""Bytes of the largest file that is read; a larger one is a Document with a reason."""

_ENVELOPE_VERSION: Final = 1
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_KEPT_HEADERS: Final = frozenset(
    ("www-authenticate", "x-ms-request-id", "x-ms-correlation-request-id", "date")
)
_SECRET_NAME: Final = re.compile(r"activation\W*key|\.pfx$|\.pem$|\.key$", re.IGNORECASE)


class _Refused(Exception):  # noqa: N818 (becomes a Document with a reason)
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


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
    except _Refused as refused:
        document.reason, document.detail = refused.reason, scrub_text(refused.detail)
    return document


def refused(label: str, reason: Reason, detail: str, *, size: int = 0) -> Document:
    """A Document for a file that was not read at all."""
    kind = kind_of_name(label) or UNRECOGNISED
    return Document(kind=kind, label=label, reason=reason, detail=detail, size=size)


def _fill(document: Document, data: bytes) -> None:
    text = _decoded(data)
    if not text.strip():
        _fill_empty(document)
    elif _SECRET_NAME.search(document.label.rpartition("/")[2]):
        document.kind = UNRECOGNISED
        raise _Refused(Reason.MALFORMED, "looks like a key, which is never read; delete the copy")
    elif text.lstrip()[0] in "{[":
        _fill_json(document, _strict_json(text), text)
    else:
        _fill_text(document, text)


def _fill_empty(document: Document) -> None:
    if document.kind == UNRECOGNISED:
        raise _Refused(Reason.MALFORMED, "the file is empty")
    raise _Refused(
        Reason.AMBIGUOUS,
        "the file is empty: nothing was found, or nothing was asked; it does not say where",
    )


def _decoded(data: bytes) -> str:
    encoding, skip = "utf-8", 0
    for bom, name in _BOMS:
        if data.startswith(bom):
            encoding, skip = name, len(bom)
            break
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        raise _Refused(
            Reason.MALFORMED,
            f"byte {error.start + skip} is not {encoding.upper()}; save the file as UTF-8",
        ) from None
    if "\0" in text:
        raise _Refused(
            Reason.MALFORMED, "the file is binary, or UTF-16 without its byte order mark"
        )
    return text


def _strict_json(text: str) -> Any:  # noqa: ANN401 (JSON)
    """Parse what a person handed over: no doubled keys, no NaN, no bottomless nesting."""
    try:
        body = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        msgspec.json.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        cut = " (is it cut off?)" if error.pos >= len(text.rstrip()) - 1 else ""
        raise _Refused(Reason.MALFORMED, f"{where}: no JSON: {error.msg}{cut}") from None
    except RecursionError:
        raise _Refused(Reason.MALFORMED, "the JSON is nested too deep") from None
    except (ValueError, msgspec.MsgspecError) as error:
        raise _Refused(Reason.MALFORMED, f"no JSON: {str(error)[:200]}") from None
    return body


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        doubled = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise ValueError(f"key {shown(doubled)} stands twice in one object")
    return mapping


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _fill_json(document: Document, body: Any, text: str) -> None:  # noqa: ANN401 (JSON)
    if isinstance(body, dict) and "stampcheck" in body:
        _fill_envelope(document, body)
        return
    error = arm_error(body)
    if error is not None:
        _fill_error(document, error, body)
        return
    kind = kind_of_body(body)
    if kind:
        document.kind = kind
        _keep(document, body, text)
    elif as_list(body) == []:
        _fill_empty_list(document, body)
    else:
        document.kind = UNRECOGNISED
        raise _Refused(Reason.MALFORMED, "holds JSON of no kind that stampcheck knows")


def _fill_empty_list(document: Document, body: object) -> None:
    if document.kind == UNRECOGNISED:
        raise _Refused(Reason.AMBIGUOUS, "an empty list, and the name does not say of what")
    _keep(document, body, "")


def _fill_error(document: Document, error: ArmError, body: object) -> None:
    """An error body without its request: the scope is known only if the text names it whole."""
    document.kind = error.kind or document.kind
    document.request = document.request or error.scope
    document.reason = reason_of(document.status, error.code)
    if document.status == 0 and error.code.lower() in ABSENT_CODES:
        document.status = 404
    document.detail = scrub_text(f"{error.code}: {error.message}"[:600])
    _keep(document, body, "")
    if document.kind == UNRECOGNISED:
        document.reason = document.reason or Reason.AMBIGUOUS


def _fill_text(document: Document, text: str) -> None:
    token = token_in(text)
    if token:
        _fill_token(document, token)
        return
    error = text_error(text)
    if error is not None:
        _fill_error(document, error, {"error": {"code": error.code, "message": error.message}})
        return
    if document.kind == UNRECOGNISED:
        raise _Refused(Reason.MALFORMED, "holds text of no kind that stampcheck knows")
    raise _Refused(Reason.MALFORMED, f"line 1: no JSON, but {shown(text.strip()[:40])}")


def _fill_token(document: Document, token: str) -> None:
    decoded = decode_token(token)
    kept = claims(decoded) if decoded is not None else {}
    if kept:
        document.kind = "registration-token"
        _keep(document, kept, "")
    elif document.kind == "registration-token":
        raise _Refused(
            Reason.UNSUPPORTED_VERSION,
            "a token of a form that is not public; its claims stay unknown",
        )
    else:
        document.kind = UNRECOGNISED
        raise _Refused(Reason.MALFORMED, "looks like a key or token; it was not kept")


def _fill_envelope(document: Document, envelope: dict[str, Any]) -> None:
    version = envelope["stampcheck"]
    if version != _ENVELOPE_VERSION or isinstance(version, bool):
        raise _Refused(
            Reason.UNSUPPORTED_VERSION,
            f"envelope version {shown(version)}, this stampcheck reads {_ENVELOPE_VERSION}",
        )
    document.request = _text_of(envelope, "request")
    document.kind = _envelope_kind(document, envelope)
    document.status = _status_of(envelope)
    _date(document, envelope)
    document.headers = _headers_of(envelope.get("headers"))
    _fill_envelope_body(document, _unwrapped(envelope.get("body")))


def _text_of(envelope: dict[str, Any], key: str) -> str:
    value = envelope.get(key)
    if isinstance(value, dict):
        value = value.get("url", value.get("command"))
    return scrub_text(value)[:2000] if isinstance(value, str) else ""


def _envelope_kind(document: Document, envelope: dict[str, Any]) -> str:
    named = envelope.get("kind")
    if isinstance(named, str) and named in KINDS:
        return named
    if named in (None, ""):
        return kind_of_request(document.request) or document.kind
    document.kind = UNRECOGNISED
    known = ", ".join(KINDS)
    raise _Refused(Reason.UNSUPPORTED_VERSION, f"kind {shown(named)} is none of {known}")


def _status_of(envelope: dict[str, Any]) -> int:
    status = envelope.get("status")
    if isinstance(status, int) and not isinstance(status, bool) and 0 <= status < 1000:
        return status
    if isinstance(status, str) and status.isascii() and status.isdigit() and len(status) <= 3:
        return int(status)
    if status is None:
        return 0
    raise _Refused(Reason.MALFORMED, f"status {shown(status)} is no HTTP status")


def _date(document: Document, envelope: dict[str, Any]) -> None:
    """Date the document by its envelope; one whose date is nonsense is no dated evidence."""
    try:
        document.collected_at = iso(moment(envelope.get("collected_at")).astimezone(UTC))
        document.dated_by = "envelope"
    except Unreadable as why:
        raise _Refused(Reason.MALFORMED, f"collected_at: {why.detail}") from None


def _headers_of(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        key.lower(): scrub_text(inner)[:1000]
        for key, inner in value.items()
        if key.lower() in _KEPT_HEADERS and isinstance(inner, str)
    }


def _unwrapped(body: object) -> object:
    """The body itself where a script stored it as text."""
    if isinstance(body, str) and body.lstrip()[:1] in ("{", "["):
        return _strict_json(body)
    return body


def _fill_envelope_body(document: Document, body: object) -> None:
    if document.kind == "registration-token":
        _fill_token_body(document, body)
        return
    error = arm_error(body)
    if error is not None:
        _fill_error(document, error, body)
        return
    document.reason = reason_of(document.status, "")
    if document.status == 404:
        document.reason = Reason.AMBIGUOUS
    if document.reason is not None:
        document.detail = f"status {document.status} without an error that says why"
        return
    if not isinstance(body, (dict, list)):
        raise _Refused(Reason.ABSENT_IN_ANSWER, "the envelope holds no answer")
    _check_kind(document, body)
    _keep(document, body, "")


def _fill_token_body(document: Document, body: object) -> None:
    if isinstance(body, str):
        _fill_token(document, token_in(body) or "-")
        return
    kept = claims(body)
    if not kept:
        raise _Refused(Reason.ABSENT_IN_ANSWER, "the envelope holds no claims of a token")
    _keep(document, kept | _already_kept(body), "")


def _already_kept(body: object) -> dict[str, Any]:
    """Claims that another stampcheck reduced already."""
    names = ("agreementNumberHeld", "agreementNumberEnds", "nodes", "cores")
    return {name: body[name] for name in names if isinstance(body, dict) and name in body}


def _check_kind(document: Document, body: object) -> None:
    found = kind_of_body(body)
    if found and document.kind not in (found, "operator"):
        raise _Refused(
            Reason.MALFORMED, f"the envelope says {document.kind}, but its body is {found}"
        )


def _keep(document: Document, body: object, text: str) -> None:
    """Store the body on one line, scrubbed; ``text`` saves a second encoding where it is clean."""
    if document.kind == "registration-token":
        body, text = claims(body) | _already_kept(body), ""
    written = text or json.dumps(body, ensure_ascii=False)
    if may_hold_secret(written):
        clean = scrub(body)
        if clean != body:
            document.detail = document.detail or "secrets in it were not kept"
            body, text = clean, ""
    encoded = text.encode() if text else msgspec.json.encode(body)
    document.body = msgspec.Raw(msgspec.json.format(encoded, indent=-1))


def file_time(seconds: float) -> datetime:
    """The modification time of a file, UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)
