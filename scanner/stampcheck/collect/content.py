"""What a body is evidence of, and how much of it is kept: no token, no key, no password."""

from __future__ import annotations

import json
from typing import Final

import msgspec

from stampcheck.collect.redact import may_hold_secret, scrub, scrub_text
from stampcheck.collect.strict import Refused, malformed, strict_json
from stampcheck.document import UNRECOGNISED, Document
from stampcheck.model import Reason
from stampcheck.parse.error import ABSENT_CODES, ArmError, arm_error, reason_of
from stampcheck.parse.recognise import kind_of_body, kind_of_name
from stampcheck.parse.shape import as_list
from stampcheck.parse.token import claims, decode_token, token_in

_NOT_FOUND: Final = 404
_MAX_DETAIL: Final = 600


def fill_answer(document: Document, body: object) -> None:
    """An answer whose request, kind or status may be known from what it came in."""
    if document.kind == "registration-token":
        _fill_token_body(document, body)
        return
    if isinstance(body, str) and body.lstrip()[:1] in ("{", "["):
        body = strict_json(body)
    error = arm_error(body)
    if error is not None:
        if document.kind == UNRECOGNISED:
            document.kind = kind_of_error(error, document.label)
        fill_error(document, error, body)
        return
    document.reason = _reason_without_error(document.status, body)
    if document.reason is not None:
        document.detail = f"status {document.status} without an error that says why"
    elif isinstance(body, (dict, list)):
        _check_kind(document, body)
        keep(document, body)
    else:
        raise Refused(Reason.ABSENT_IN_ANSWER, "there is no answer in it")


def _reason_without_error(status: int, body: object) -> Reason | None:
    """Why it is no evidence. Without a status an answer must speak for itself: an empty list does
    not, nor does a 404.
    """
    if status == 0 and isinstance(body, (dict, list)):
        return Reason.AMBIGUOUS if as_list(body) == [] else None
    return Reason.AMBIGUOUS if status == _NOT_FOUND else reason_of(status, "")


def kind_of_error(error: ArmError, label: str) -> str:
    """What was refused says its kind; else the name does, else what the error speaks of."""
    return error.asked or kind_of_name(label) or error.kind or UNRECOGNISED


def fill_error(document: Document, error: ArmError, body: object) -> None:
    """A refusal. Without its request, the scope is known only if the text names it whole."""
    document.request = document.request or scrub_text(error.scope)
    document.reason = reason_of(document.status, error.code)
    if document.status == 0 and error.code.lower() in ABSENT_CODES:
        document.status = _NOT_FOUND
    document.detail = scrub_text(f"{error.code}: {error.message}")[:_MAX_DETAIL]
    keep(document, body)
    if document.kind == UNRECOGNISED:
        document.reason = document.reason or Reason.AMBIGUOUS


def fill_token(document: Document, text: str) -> None:
    """A registration token: its claims are kept; of another key or token nothing."""
    decoded = decode_token(text)
    kept = claims(decoded) if decoded is not None else {}
    if kept:
        document.kind = "registration-token"
        keep(document, kept)
    elif document.kind == "registration-token":
        raise Refused(
            Reason.UNSUPPORTED_VERSION,
            "a token of a form that is not public; its claims stay unknown",
        )
    else:
        document.kind = UNRECOGNISED
        raise malformed("looks like a key or token; it was not kept")


def _fill_token_body(document: Document, body: object) -> None:
    if isinstance(body, str) and body.lstrip()[:1] != "{":
        fill_token(document, token_in(body) or "-")
        return
    body = strict_json(body) if isinstance(body, str) else body
    error = arm_error(body)
    if error is not None:
        fill_error(document, error, body)
    else:
        keep(document, body)


def _check_kind(document: Document, body: object) -> None:
    """Whether the answer is of the kind that was asked for; an unknown one proves nothing."""
    found = kind_of_body(body)
    is_empty = as_list(body) == []
    if document.kind == UNRECOGNISED:
        by_name = kind_of_name(document.label) if is_empty else ""
        document.kind = found or by_name or UNRECOGNISED
    if document.kind in (found, "operator") or (document.kind, found) == _TENANTS_OF_A_STAMP:
        return
    if found:
        raise malformed(f"this should be {document.kind}, but it is {found}")
    if document.kind == UNRECOGNISED:
        raise malformed("its body is of no kind that stampcheck knows")
    if not is_empty:
        raise malformed(f"its body is no {document.kind} answer that stampcheck knows")


_TENANTS_OF_A_STAMP: Final = ("stamp-subscriptions", "subscription")


_RECORDS_KEPT: Final = 20


def _few_records(body: object) -> object:
    """What proves that usage was recorded: a few records, without whose resources they are of. How
    many were left out stands beside them.
    """
    if isinstance(body, list):
        return [_without_resources(record) for record in body[:_RECORDS_KEPT]]
    if not isinstance(body, dict):
        return body
    records = as_list(body)
    if records is None:
        return _without_resources(body)
    few = [_without_resources(record) for record in records[:_RECORDS_KEPT]]
    kept = {key: few if key.lower() == "value" else inner for key, inner in body.items()}
    left_out = len(records) - len(few)
    return kept | {"leftOut": left_out} if left_out else kept


def _without_resources(record: object) -> object:
    if not isinstance(record, dict):
        return record
    return {
        key: _without_resources(inner) if key.lower() == "properties" else inner
        for key, inner in record.items()
        if key.lower() != "instancedata"
    }


def keep(document: Document, body: object, text: str = "") -> None:
    """Store the body on one line, scrubbed; ``text`` saves a second encoding where it is clean."""
    if document.kind == "registration-token" and arm_error(body) is None:
        body, text = claims(body), ""
        if not body:
            raise Refused(Reason.ABSENT_IN_ANSWER, "there are no claims of a token in it")
    if document.kind == "usage-records" and arm_error(body) is None:
        body, text = _few_records(body), ""
    # An escaped letter would hide a secret from the quick look.
    plain = text if "\\u" not in text else ""
    if may_hold_secret(plain or json.dumps(body, ensure_ascii=False)):
        clean = scrub(body)
        if clean != body:
            document.detail = document.detail or "secrets in it were not kept"
            body, text = clean, ""
    encoded = text.encode() if text else msgspec.json.encode(body)
    document.body = msgspec.Raw(msgspec.json.format(encoded, indent=-1))
