"""What an ask brought to Documents: read like a file that holds the same answer.

A refusal says in one sentence what would settle it. The sentences hold nothing unscrubbed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from stampcheck.collect.asking import Answer, Ask, Failure, Fetched
from stampcheck.collect.content import fill_answer
from stampcheck.collect.envelope import kept_headers
from stampcheck.collect.redact import scrub_request, scrub_text
from stampcheck.collect.strict import Refused, decoded, malformed, strict_json
from stampcheck.document import Document, digest, iso
from stampcheck.model import Reason
from stampcheck.parse.error import arm_error, right_tenant
from stampcheck.scripts.recipe import RECIPES

DATED_BY: Final = "collection"
"""How a Document of a live collection is dated: by the moment of its answer."""

_MAX_DETAIL: Final = 1000
_MAX_REQUEST: Final = 2000
_MAX_WAIT: Final = 80
_OK: Final = range(200, 300)
_WHOLE: Final = 200
_NAMES_ACTION: Final = re.compile(r"perform action '", re.IGNORECASE)
_MARKUP: Final = re.compile(
    r"\s*(?:<!doctype|<html|<head|<body|<\?xml|<!--|<[a-z]+[\s>])", re.IGNORECASE
)
_A_PAGE: Final = "a web page, not JSON; is there a proxy or sign-in page in the way?"


def answered(ask: Ask, fetched: Fetched) -> list[Document]:
    """One Document for the answer and one for the failure, in this order."""
    documents = []
    if fetched.answer is not None:
        documents.append(_of_answer(ask, fetched.answer))
    if fetched.failure is not None:
        documents.append(_of_failure(ask, fetched.failure, fetched.answer))
    return documents


def _of_answer(ask: Ask, answer: Answer) -> Document:
    document = Document(
        kind=ask.kind,
        label=ask.label,
        request=_request(ask, answer.url),
        status=answer.status,
        collected_at=iso(answer.at),
        dated_by=DATED_BY,
        sha256=digest(answer.body),
        size=len(answer.body),
        headers=kept_headers(answer.headers),
    )
    try:
        _fill(document, answer.body)
    except Refused as refused:
        document.reason, document.detail = refused.reason, refused.detail
    document.detail = _bounded(_with_remedy(document, answer))
    return document


def _of_failure(ask: Ask, failure: Failure, answer: Answer | None) -> Document:
    """Why nothing came; beside an answer, why its next page did not."""
    page = f" (page {answer.pages + 1})" if answer is not None else ""
    return Document(
        kind=ask.kind,
        label=ask.label + page,
        request=_request(ask, failure.url),
        collected_at=iso(failure.at),
        dated_by=DATED_BY,
        reason=failure.reason,
        detail=_bounded(failure.detail),
    )


def _request(ask: Ask, url: str) -> str:
    """The cmdlet, or the URL without what its query may hold."""
    is_cmdlet = RECIPES[ask.kind].side == "pep"
    return ask.path if is_cmdlet else scrub_request(url or ask.path)[:_MAX_REQUEST]


def _bounded(text: str) -> str:
    return scrub_text(text).strip()[:_MAX_DETAIL]


def _fill(document: Document, data: bytes) -> None:
    """Read the body. What is no JSON is no answer, but its status still says why."""
    try:
        body = _body(data)
        _check_whole(document.status, body)
        fill_answer(document, body)
    except Refused as refused:
        if document.status in _OK or document.status == 0:
            raise
        fill_answer(document, None)
        document.detail = f"{document.detail}: {refused.detail}"


def _check_whole(status: int, body: object) -> None:
    """A part of something, or a promise of it, proves nothing, least of all an absence."""
    if body is not None and status in _OK and status != _WHOLE:
        raise Refused(Reason.AMBIGUOUS, f"status {status} is no whole answer")


def _body(data: bytes) -> object:
    text = decoded(data).strip()
    if not text:
        return None
    if _MARKUP.match(text):
        raise malformed(f"answered with {_A_PAGE}")
    return strict_json(text)


def _with_remedy(document: Document, answer: Answer) -> str:
    """The detail with a sentence that says what would settle a refusal."""
    remedy = _REMEDIES.get(document.status) if document.reason is not None else None
    told = remedy(document, answer) if remedy is not None else ""
    between = "" if document.detail.endswith((".", "?", "!")) else "."
    return f"{document.detail}{between} {told}" if told else document.detail


def _tenant(document: Document, answer: Answer) -> str:
    error = arm_error(document.content())
    challenge = answer.headers.get("www-authenticate", "")
    named = right_tenant(f"{challenge}\n{error.message if error else ''}")
    return f"It names {named} as the tenant to sign in to." if named else ""


def _permission(document: Document, _: Answer) -> str:
    """The right that is missing, where the refusal does not name it itself."""
    permission = RECIPES[document.kind].permission if document.kind in RECIPES else ""
    if not permission or permission.startswith("none") or _NAMES_ACTION.search(document.detail):
        return ""
    return f"This needs {permission}."


def _provider(document: Document, _: Answer) -> str:
    error = arm_error(document.content())
    if error is None or error.code.lower() != "missingsubscriptionregistration":
        return ""
    return (
        "The resource provider is not registered in that subscription, so that it holds no "
        "registration to read: name another subscription, or have its owner register the provider; "
        "stampcheck registers nothing."
    )


def _wait(_: Document, answer: Answer) -> str:
    told = answer.headers.get("retry-after", "").strip()
    seconds = told.isascii() and told.isdigit()
    wait = f"{told[:12]} seconds" if seconds else f"until {told[:_MAX_WAIT]}" if told else ""
    asked = f"The server asked to wait {wait}; " if wait else "The server is asked too often; "
    return f"{asked}run again with --resume."


def _later(document: Document, _: Answer) -> str:
    return f"It failed with status {document.status}; run again with --resume."


_REMEDIES: Final[Mapping[int, Callable[[Document, Answer], str]]] = {
    401: _tenant,
    403: _permission,
    409: _provider,
    429: _wait,
    **dict.fromkeys((500, 502, 503, 504), _later),
}
