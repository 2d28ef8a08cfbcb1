"""The record of a scan with pseudonyms: what every report is then rendered from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol

import msgspec

from stampcheck.causes.runbook import quote
from stampcheck.engine import finding_id, in_order
from stampcheck.model import UNCLAIMED, Finding, Source, sort_key
from stampcheck.record import (
    BundleRecord,
    Disagreement,
    DocumentRecord,
    ProblemRecord,
    Scan,
    ScanRecord,
    StampRecord,
    UnclaimedRecord,
    write_scan,
)
from stampcheck.redaction.pseudonym import Kind
from stampcheck.redaction.rewriting import is_ip
from stampcheck.tally import FleetTally

_LOCK: Final = re.compile(r"(.+?) \((CanNotDelete|ReadOnly|NotSpecified)\)(; |$)")
_VALUES: Final = {
    "cloud_id": Kind.CLOUD,
    "subscription_id": Kind.SUBSCRIPTION,
    "stale_subscription_id": Kind.SUBSCRIPTION,
    "resource_group": Kind.GROUP,
    "stale_resource_group": Kind.GROUP,
    "registration_name": Kind.REGISTRATION,
    "stale_registration_name": Kind.REGISTRATION,
    "tenant_id": Kind.TENANT,
    "expected_tenant": Kind.TENANT,
    "lock_name": Kind.LOCK,
    "strict_lock_name": Kind.LOCK,
    "service_principal_id": Kind.OBJECT,
}
_encode: Final = msgspec.json.Encoder().encode


class Writing(Protocol):
    """How the texts of a record are written anew."""

    def stamp(self, name: str) -> str:
        """The name of a stamp."""

    def guid(self, kind: Kind, text: str) -> str:
        """A name or id of that kind."""

    def path(self, text: str) -> str:
        """A resource id."""

    def text(self, text: str) -> str:
        """Any other text."""

    def label(self, label: str) -> str:
        """The name of a document."""

    def host(self, host: str) -> str:
        """The name or address of a host."""

    def digest(self, text: str) -> str:
        """A digest of what was judged."""


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
        _given(Kind.CLOUD, stamp.cloud_id, writing)
        _given(Kind.SUBSCRIPTION, stamp.subscription_id, writing)
        _given(Kind.TENANT, stamp.tenant_id, writing)
    for one in record.scan.unclaimed:
        _given(Kind.CLOUD, one.cloud_id, writing)
        _given(Kind.SUBSCRIPTION, one.subscription_id, writing)
    for stamp in record.stamps():
        _stamp(stamp, writing)
    _head(record.scan, writing)
    for finding in record.findings():
        for source in finding.sources:
            writing.label(source.document)
        _finding(finding, writing)


def rewrite_scan(record: ScanRecord, folder: Path, writing: Writing) -> ScanRecord:
    """Write the record anew into ``folder``, in its canonical order; the new record."""
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
        write_scan(_head(record.scan, writing), stamps, folder / "scan.json")
    scratch.unlink()
    return ScanRecord(folder, record.templates)


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
        cloud_id=_given(Kind.CLOUD, stamp.cloud_id, writing),
        registration_id=writing.path(stamp.registration_id),
        subscription_id=_given(Kind.SUBSCRIPTION, stamp.subscription_id, writing),
        tenant_id=_given(Kind.TENANT, stamp.tenant_id, writing),
        lock=_locks(stamp.lock, writing),
        documents=[_document(one, writing) for one in stamp.documents],
        disagreements=[_disagreement(one, writing) for one in stamp.disagreements],
        tags=tuple(writing.guid(Kind.TAG, tag) for tag in stamp.tags),
        notes=[writing.text(note) for note in stamp.notes],
        values={name: _value(name, value, writing) for name, value in stamp.values.items()},
    )


def _document(document: DocumentRecord, writing: Writing) -> DocumentRecord:
    return DocumentRecord(
        writing.label(document.document),
        document.collected_at,
        _given(Kind.ID, document.request_id, writing),
    )


def _disagreement(told: Disagreement, writing: Writing) -> Disagreement:
    return Disagreement(
        _free(told.subject, writing),
        _free(told.stamp_says, writing),
        _source(told.stamp_source, writing),
        _free(told.azure_says, writing),
        _source(told.azure_source, writing),
    )


def _locks(told: str, writing: Writing) -> str:
    """The locks of a stamp by name and level."""
    named = _LOCK.sub(
        lambda found: f"{writing.guid(Kind.LOCK, found[1])} ({found[2]}){found[3]}", told
    )
    return named if named != told else writing.text(told)


def _given(kind: Kind, text: str, writing: Writing) -> str:
    return writing.guid(kind, text) if text else text


def _value(name: str, value: str, writing: Writing) -> str:
    """What fills a runbook, which is quoted for PowerShell, quoted anew."""
    is_quoted = len(value) > 1 and value[0] == value[-1] == "'"
    raw = value[1:-1].replace("''", "'") if is_quoted else value
    if name in _VALUES:
        raw = writing.guid(_VALUES[name], raw)
    elif raw.startswith("/"):
        raw = writing.path(raw)
    elif name == "privileged_endpoint" or is_ip(raw):
        host, mark, port = raw.rpartition(":") if raw.count(":") == 1 else (raw, "", "")
        raw = writing.host(host) + mark + port
    else:
        raw = writing.text(raw)
    return (quote(raw) or "") if is_quoted else raw


def _finding(finding: Finding, writing: Writing) -> Finding:
    stamp = finding.stamp if finding.stamp == UNCLAIMED else writing.stamp(finding.stamp)
    subject = _free(finding.subject, writing)
    return msgspec.structs.replace(
        finding,
        finding_id=finding_id(finding.rule, stamp, subject),
        stamp=stamp,
        subject=subject,
        message=writing.text(finding.message),
        expected=_free(finding.expected, writing),
        actual=_free(finding.actual, writing),
        sources=tuple(_source(source, writing) for source in finding.sources),
    )


def _free(text: str, writing: Writing) -> str:
    """A text that may be a resource id as a whole."""
    is_path = text.startswith("/") and " " not in text and len(text) <= 1024
    return writing.path(text) if is_path else writing.text(text)


def _source(source: Source, writing: Writing) -> Source:
    return Source(writing.label(source.document), writing.text(source.field), source.stale)


def _head(scan: Scan, writing: Writing) -> Scan:
    return msgspec.structs.replace(
        scan,
        scan_id=writing.digest(scan.scan_id),
        profile=_profile(scan.profile, writing),
        bundle=_bundle(scan.bundle, writing),
        cause_stamps=[_tally(tally, writing) for tally in scan.cause_stamps],
        problems=[_problem(problem, writing) for problem in scan.problems],
        unclaimed=[_unclaimed(one, writing) for one in scan.unclaimed],
        documents=[_document(one, writing) for one in scan.documents],
        redacted=True,
    )


def _profile(words: str, writing: Writing) -> str:
    """The profile's name, then what was left out, which names stamps and rules."""
    name, mark, rest = words.partition("; ")
    return writing.guid(Kind.PROFILE, name) + mark + writing.text(rest)


def _bundle(bundle: BundleRecord, writing: Writing) -> BundleRecord:
    return msgspec.structs.replace(
        bundle,
        digest=writing.digest(bundle.digest),
        sources=[writing.text(source) for source in bundle.sources],
        inventory=writing.label(bundle.inventory),
    )


def _tally(tally: FleetTally, writing: Writing) -> FleetTally:
    stamps = sorted((writing.stamp(stamp) for stamp in tally.explains), key=sort_key)
    return msgspec.structs.replace(tally, explains=stamps)


def _problem(problem: ProblemRecord, writing: Writing) -> ProblemRecord:
    return msgspec.structs.replace(
        problem,
        document=writing.label(problem.document),
        detail=writing.text(problem.detail),
        stamps=tuple(
            stamp if stamp == UNCLAIMED else writing.stamp(stamp) for stamp in problem.stamps
        ),
    )


def _unclaimed(seen: UnclaimedRecord, writing: Writing) -> UnclaimedRecord:
    return UnclaimedRecord(
        registration_id=writing.path(seen.registration_id),
        cloud_id=_given(Kind.CLOUD, seen.cloud_id, writing),
        subscription_id=_given(Kind.SUBSCRIPTION, seen.subscription_id, writing),
        document=writing.label(seen.document),
    )
