"""The record of a scan with pseudonyms: what every report is then rendered from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec

from stampcheck.attestation import AttestationRecord
from stampcheck.bundle import Bundle
from stampcheck.engine import finding_id, in_order
from stampcheck.model import UNCLAIMED, Finding, Source, sort_key
from stampcheck.record import (
    Disagreement,
    Scan,
    ScanRecord,
    StampRecord,
    write_scan,
)
from stampcheck.redaction.pseudonym import Kind
from stampcheck.redaction.saved_facts import rewrite_facts, rewrite_trend
from stampcheck.redaction.scan_head import rewrite_head
from stampcheck.redaction.writing import Writing, attested, document, free, given, value
from stampcheck.tally import CauseTally, LogProof

_LOCK: Final = re.compile(r"(.+?) \((CanNotDelete|ReadOnly|NotSpecified)\)(; |$)")
_encode: Final = msgspec.json.Encoder().encode


class _Place(NamedTuple):
    """Where a stamp's line and its findings lie in the scratch file."""

    name: str
    start: int
    middle: int
    end: int


def learn_scan(record: ScanRecord, writing: Writing) -> None:
    """Let every name of a record be met at its own place, before any text is rewritten."""
    for stamp in record.stamps():
        writing.stamp(stamp.stamp)
        given(Kind.CLOUD, stamp.cloud_id, writing)
        given(Kind.SUBSCRIPTION, stamp.subscription_id, writing)
        given(Kind.TENANT, stamp.tenant_id, writing)
    for one in record.scan.unclaimed:
        given(Kind.CLOUD, one.cloud_id, writing)
        given(Kind.SUBSCRIPTION, one.subscription_id, writing)
    for stamp in record.stamps():
        _stamp(stamp, writing)
    rewrite_head(record.scan, writing)
    for finding in record.findings():
        for source in finding.sources:
            writing.label(source.document)
        _finding(finding, writing)


def rewrite_scan(
    record: ScanRecord, folder: Path, writing: Writing, evidence: Bundle | None = None
) -> ScanRecord:
    """Write the record anew into ``folder``, in its canonical order; the new record. ``evidence``
    is the bundle that was judged, with the same pseudonyms: the record then names it, and keeps the
    facts, whose names are known from it alone.
    """
    scratch = folder / "stamps.rewritten"
    with scratch.open("w+b") as stream:
        places = list(_rewritten(record, stream, writing))
        places.sort(key=lambda place: (place.name == UNCLAIMED, sort_key(place.name)))
        with (folder / "findings.jsonl").open("wb") as findings:
            for place in places:
                findings.write(_read(stream, place.middle, place.end))
        stamps = (
            _read(stream, place.start, place.middle) for place in places if place.name != UNCLAIMED
        )
        write_scan(_head(record, writing, evidence), stamps, folder / "scan.json")
    scratch.unlink()
    rewrite_trend(record, folder, writing)
    if evidence is not None:
        rewrite_facts(record, folder, writing)
    return ScanRecord(folder, record.templates)


def _head(record: ScanRecord, writing: Writing, evidence: Bundle | None) -> Scan:
    head = rewrite_head(record.scan, writing)
    if evidence is not None:
        head.bundle.digest = evidence.digest
        journal = evidence.manifest.files["journal.jsonl"].sha256
        head.bundle.journal_sha256 = journal if head.bundle.journal_sha256 else ""
    return head


def _read(stream: IO[bytes], start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(end - start)


def _rewritten(record: ScanRecord, stream: IO[bytes], writing: Writing) -> Iterator[_Place]:
    for stamp, findings in record.by_stamp():
        start = stream.tell()
        if stamp is not None:
            stream.write(_encode(_stamp(stamp, writing)) + b"\n")
        middle = stream.tell()
        for finding in in_order([_finding(one, writing) for one in findings]):
            stream.write(_encode(finding) + b"\n")
        name = UNCLAIMED if stamp is None else writing.stamp(stamp.stamp)
        yield _Place(name, start, middle, stream.tell())


def _stamp(stamp: StampRecord, writing: Writing) -> StampRecord:
    return msgspec.structs.replace(
        stamp,
        stamp=writing.stamp(stamp.stamp),
        cloud_id=given(Kind.CLOUD, stamp.cloud_id, writing),
        registration_id=writing.path(stamp.registration_id),
        subscription_id=given(Kind.SUBSCRIPTION, stamp.subscription_id, writing),
        tenant_id=given(Kind.TENANT, stamp.tenant_id, writing),
        lock=_locks(stamp.lock, writing),
        documents=[document(one, writing) for one in stamp.documents],
        disagreements=[_disagreement(one, writing) for one in stamp.disagreements],
        tags=tuple(writing.guid(Kind.TAG, tag) for tag in stamp.tags),
        notes=[writing.text(note) for note in stamp.notes],
        values={name: value(name, told, writing) for name, told in stamp.values.items()},
        causes=[_cause(one, writing) for one in stamp.causes],
        attestations=[_attestation(one, writing) for one in stamp.attestations],
    )


def _disagreement(told: Disagreement, writing: Writing) -> Disagreement:
    return Disagreement(
        free(told.subject, writing),
        free(told.stamp_says, writing),
        _source(told.stamp_source, writing),
        free(told.azure_says, writing),
        _source(told.azure_source, writing),
    )


def _cause(tally: CauseTally, writing: Writing) -> CauseTally:
    logs = tuple(_log(proof, writing) for proof in tally.logs)
    return msgspec.structs.replace(tally, logs=logs)


def _log(proof: LogProof, writing: Writing) -> LogProof:
    return msgspec.structs.replace(
        proof,
        document=writing.label(proof.document),
        values={name: value(name, told, writing) for name, told in proof.values.items()},
    )


def _locks(told: str, writing: Writing) -> str:
    """The locks of a stamp by name and level."""
    named = _LOCK.sub(
        lambda found: f"{writing.guid(Kind.LOCK, found[1])} ({found[2]}){found[3]}", told
    )
    return named if named != told else writing.text(told)


def _finding(finding: Finding, writing: Writing) -> Finding:
    stamp = finding.stamp if finding.stamp == UNCLAIMED else writing.stamp(finding.stamp)
    subject = free(finding.subject, writing)
    return msgspec.structs.replace(
        finding,
        finding_id=finding_id(finding.rule, stamp, subject),
        stamp=stamp,
        subject=subject,
        message=writing.text(finding.message),
        expected=free(finding.expected, writing),
        actual=free(finding.actual, writing),
        sources=tuple(_source(source, writing) for source in finding.sources),
    )


def _source(source: Source, writing: Writing) -> Source:
    return Source(writing.label(source.document), writing.text(source.field), source.stale)


def _attestation(answer: AttestationRecord, writing: Writing) -> AttestationRecord:
    return msgspec.structs.replace(
        answer,
        answer=attested(answer.question, answer.answer, writing),
        who=writing.guid(Kind.USER, answer.who),
        file=given(Kind.DOCUMENT, answer.file, writing),
        sha256="",
        said=writing.text(answer.said),
    )
