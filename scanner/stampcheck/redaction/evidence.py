"""A bundle with pseudonyms, which can be judged again to the same outcomes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.attestation import KIND as ATTESTATION
from stampcheck.attestation import QUESTIONS, Answer
from stampcheck.bundle import Bundle, BundleWriter, Declared, Manifest, Span, StampEntry
from stampcheck.document import LOG, Document
from stampcheck.model import UNCLAIMED, sort_key
from stampcheck.redaction.body import learn_ids, rewrite_body, rewrite_request
from stampcheck.redaction.log import learn_log, rewrite_log
from stampcheck.redaction.pseudonym import Kind
from stampcheck.redaction.rewriting import Rewriter
from stampcheck.redaction.writing import attested


def learn_bundle(bundle: Bundle, rewriter: Rewriter) -> None:
    """Let every name of a bundle be met at its own place, before any text is rewritten."""
    for entry in bundle.entries():
        if entry.name != UNCLAIMED:
            rewriter.stamp(entry.name)
    for entry in bundle.entries():
        _declared(entry.declared, rewriter)
    for document in _as_they_are(bundle):
        body = document.content()
        learn_ids(body, rewriter)
        if document.kind == LOG:
            learn_log(_text(body).splitlines(), rewriter)
    for _ in _documents(bundle, rewriter):
        pass
    _manifest(bundle.manifest, rewriter)
    for _ in _journal(bundle, rewriter):
        pass


def rewrite_bundle(bundle: Bundle, folder: Path, rewriter: Rewriter) -> None:
    """Write the bundle anew into a folder that is not there yet, its stamps in their order."""
    writer = BundleWriter(folder)
    moved = {old: writer.add_document(document) for old, document in _documents(bundle, rewriter)}
    entries = [_entry(entry, moved, rewriter) for entry in bundle.entries()]
    for entry in sorted(entries, key=lambda one: (one.name == UNCLAIMED, sort_key(one.name))):
        writer.add_stamp(entry)
    for line in _journal(bundle, rewriter):
        writer.add_journal(line)
    writer.close(_manifest(bundle.manifest, rewriter))


def _spans(bundle: Bundle) -> Iterator[Span]:
    offset = 0
    with (bundle.folder / "documents.jsonl").open("rb") as stream:
        for line in stream:
            yield offset, len(line)
            offset += len(line)


def _as_they_are(bundle: Bundle) -> Iterator[Document]:
    return (bundle.document(span) for span in _spans(bundle))


def _documents(bundle: Bundle, rewriter: Rewriter) -> Iterator[tuple[Span, Document]]:
    return ((span, _document(bundle.document(span), rewriter)) for span in _spans(bundle))


def _document(document: Document, rewriter: Rewriter) -> Document:
    rewrite = _BODIES.get(document.kind, rewrite_body)
    body = rewrite(document.content(), rewriter)
    return msgspec.structs.replace(
        document,
        label=rewriter.label(document.label),
        stamps=tuple(_stamp(name, rewriter) for name in document.stamps),
        request=rewrite_request(document.request, rewriter),
        sha256=rewriter.digest(document.sha256),
        headers={name: rewriter.text(value) for name, value in document.headers.items()},
        detail=rewriter.text(document.detail),
        file="",
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


def _text(body: Any) -> str:  # noqa: ANN401 (JSON)
    text = body.get("text") if isinstance(body, dict) else None
    return text if isinstance(text, str) else ""


def _log(body: Any, rewriter: Rewriter) -> Any:  # noqa: ANN401 (JSON)
    """A log in a document: its lines, and the Cloud IDs that it names."""
    if not isinstance(body, dict):
        return rewrite_body(body, rewriter)
    lines = rewrite_log(_text(body).splitlines(keepends=True), rewriter)
    rest = {name: value for name, value in body.items() if name != "text"}
    return {**rewrite_body(rest, rewriter), "text": "".join(lines)}


def _answer(body: Any, rewriter: Rewriter) -> Any:  # noqa: ANN401 (JSON)
    """What a person attests: the answer counts, the person and the words beside it do not."""
    try:
        answer = msgspec.convert(body, Answer)
    except msgspec.ValidationError:
        return rewrite_body(body, rewriter)
    give = rewriter.names.give
    is_ours = answer.question in QUESTIONS
    changed = msgspec.structs.replace(
        answer,
        question=answer.question if is_ours else give(Kind.TEXT, answer.question),
        answer=attested(answer.question, answer.answer, rewriter),
        who=give(Kind.USER, answer.who),
        note=give(Kind.TEXT, answer.note),
        file=give(Kind.DOCUMENT, answer.file),
        sha256="",
    )
    return msgspec.to_builtins(changed)


_BODIES: Final[dict[str, Callable[[Any, Rewriter], Any]]] = {LOG: _log, ATTESTATION: _answer}


def _stamp(name: str, rewriter: Rewriter) -> str:
    return name if name == UNCLAIMED else rewriter.stamp(name)


def _entry(entry: StampEntry, moved: dict[Span, Span], rewriter: Rewriter) -> StampEntry:
    return msgspec.structs.replace(
        entry,
        name=_stamp(entry.name, rewriter),
        declared=_declared(entry.declared, rewriter),
        documents=[moved[span] for span in entry.documents],
        shared=[moved[span] for span in entry.shared],
        notes=[rewriter.text(note) for note in entry.notes],
    )


def _declared(declared: Declared, rewriter: Rewriter) -> Declared:
    give = rewriter.names.give
    return msgspec.structs.replace(
        declared,
        expected_tenant=give(Kind.TENANT, declared.expected_tenant),
        registration=rewriter.path(declared.registration),
        subscription=give(Kind.SUBSCRIPTION, declared.subscription),
        tags=tuple(give(Kind.TAG, tag) for tag in declared.tags),
        admin_endpoint=rewrite_request(declared.admin_endpoint, rewriter),
        region=give(Kind.REGION, declared.region),
        provider_subscription=give(Kind.SUBSCRIPTION, declared.provider_subscription),
        privileged_endpoint=_endpoint(declared.privileged_endpoint, rewriter),
    )


def _endpoint(endpoint: str, rewriter: Rewriter) -> str:
    host, mark, port = endpoint.rpartition(":") if endpoint.count(":") == 1 else (endpoint, "", "")
    return rewriter.host(host) + mark + port


def _manifest(manifest: Manifest, rewriter: Rewriter) -> Manifest:
    return msgspec.structs.replace(
        manifest,
        sources=[rewriter.text(source) for source in manifest.sources],
        inventory=rewriter.label(manifest.inventory),
        notes=[rewriter.text(note) for note in manifest.notes],
        asked=[rewriter.stamp(name) for name in manifest.asked],
        accounts=[rewriter.names.give(Kind.USER, account) for account in manifest.accounts],
        redacted=True,
    )


def _journal(bundle: Bundle, rewriter: Rewriter) -> Iterator[bytes]:
    """The requests; a line that is no JSON is left out, since nobody knows what it says."""
    with (bundle.folder / "journal.jsonl").open("rb") as stream:
        for line in stream:
            with contextlib.suppress(msgspec.MsgspecError, ValueError, RecursionError):
                entry: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
                yield msgspec.json.encode(_asked(entry, rewriter)) + b"\n"


def _asked(entry: dict[str, Any], rewriter: Rewriter) -> dict[str, Any]:
    changed = {
        name: rewriter.text(value) if isinstance(value, str) else value
        for name, value in entry.items()
    }
    if isinstance(entry.get("url"), str):
        changed["url"] = rewrite_request(entry["url"], rewriter)
    if entry.get("stamp"):
        changed["stamp"] = rewriter.stamp(str(entry["stamp"]))
    return changed
