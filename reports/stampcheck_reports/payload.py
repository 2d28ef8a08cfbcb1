"""The data block of the HTML page: every finding as columns of small numbers into tables of texts,
each text once, as gzipped JSON in base64.
"""

from __future__ import annotations

import gzip
import io
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from stampcheck.model import UNCLAIMED, Cause, Consequence, Finding, Outcome, Severity, Source
from stampcheck.record import DocumentRecord, RuleRecord, Scan, ScanRecord, StampRecord
from stampcheck.tally import said
from stampcheck_reports.accepted import justification, names
from stampcheck_reports.calendar import NEVER, moment, place
from stampcheck_reports.next_step import NextSteps
from stampcheck_reports.row import SETTLES

_OUTCOMES: Final = [outcome.value for outcome in Outcome]
_SEVERITIES: Final = [severity.value for severity in Severity]
_CONSEQUENCES: Final = [consequence.value for consequence in Consequence]
_LEVEL: Final = 6


class Columns:
    """Collects findings as columns; equal texts, sources and verdicts are kept once."""

    def __init__(self, scan: Scan) -> None:
        self._rules = {rule.id: place for place, rule in enumerate(scan.rules)}
        self._texts: dict[str, int] = {"": 0}
        self._sources: dict[Source, int] = {}
        self._proofs: dict[tuple[Source, ...], int] = {}
        self._verdicts: dict[tuple[Any, ...], int] = {}
        self._sizes: list[int] = []
        self._ids: list[str] = []
        self._cells: list[tuple[int, int, int, int, int, int]] = []

    def add(self, findings: list[Finding]) -> None:
        """Append the findings of one stamp."""
        self._sizes.append(len(findings))
        texts, proofs = self._texts, self._proofs
        for found in findings:
            self._ids.append(found.finding_id)
            self._cells.append(
                (
                    self._verdict(found),
                    texts.setdefault(found.subject, len(texts)),
                    texts.setdefault(found.message, len(texts)),
                    texts.setdefault(found.expected, len(texts)),
                    texts.setdefault(found.actual, len(texts)),
                    proofs.setdefault(found.sources, len(proofs)),
                )
            )

    def _verdict(self, found: Finding) -> int:
        key = (
            found.rule,
            found.outcome,
            found.severity,
            found.reason,
            found.causes,
            found.missing,
            found.waived,
            found.consequences,
        )
        return self._verdicts.setdefault(key, len(self._verdicts))

    def packed(self) -> dict[str, Any]:
        """The columns and tables, ready for JSON."""
        names = ("verdict", "subject", "message", "expected", "actual", "proof")
        columns = (
            dict(zip(names, zip(*self._cells, strict=True), strict=True)) if self._cells else {}
        )
        proofs = [
            [self._sources.setdefault(seen, len(self._sources)) for seen in proof]
            for proof in self._proofs
        ]
        sources = [
            (self.text(seen.document), self.text(seen.field), int(seen.stale))
            for seen in self._sources
        ]
        return {
            "stamp_sizes": self._sizes,
            "ids": "\n".join(self._ids),
            "columns": {name: columns.get(name, ()) for name in names},
            "verdicts": [self._packed_verdict(key) for key in self._verdicts],
            "proofs": proofs,
            "sources": sources,
            "texts": list(self._texts),
        }

    def text(self, text: str) -> int:
        """The place of a text in the table."""
        return self._texts.setdefault(text, len(self._texts))

    def _packed_verdict(self, key: tuple[Any, ...]) -> dict[str, Any]:
        rule, outcome, severity, reason, causes, missing, waived, consequences = key
        packed = {
            "rule": self._rules.setdefault(rule, len(self._rules)),
            "outcome": _OUTCOMES.index(outcome),
            "severity": _SEVERITIES.index(severity),
            "reason": reason or "",
            "causes": causes,
            "missing": missing,
            "waived": waived,
            "at_risk": [_CONSEQUENCES.index(one) for one in consequences],
        }
        return {name: value for name, value in packed.items() if value or value == 0}

    @property
    def rule_ids(self) -> list[str]:
        """The rules by number: those of the scan, then any that only a finding names."""
        return list(self._rules)


def packed_scan(record: ScanRecord, columns: Columns, stamps: list[StampRecord]) -> bytes:
    """The data block for findings and stamps that were read already."""
    scan = record.scan
    # The stamps first: the labels of their documents go into the table of texts.
    packed_stamps = _packed_stamps(stamps, scan, columns)
    documents = _packed_documents(scan.documents, columns)
    data = {
        **columns.packed(),
        "outcomes": _OUTCOMES,
        "severities": _SEVERITIES,
        "settles": {reason.value: text for reason, text in SETTLES.items()},
        "consequences": _CONSEQUENCES,
        **packed_stamps,
        "documents": documents,
        "months": {stamp.expires: _month(stamp.expires, scan) for stamp in stamps},
        "unclaimed": scan.unclaimed,
        "waivers": _packed_waivers(scan, stamps),
        "rule_ids": columns.rule_ids,
        "rules": [_packed_rule(rule) for rule in scan.rules],
        "causes": [_packed_cause(cause, scan) for cause in scan.causes],
        "runbooks": scan.runbooks,
        "state_runbooks": scan.state_runbooks,
        "facts": scan.facts,
        "placeholders": scan.placeholders,
    }
    return data_block(data)


def _packed_stamps(stamps: list[StampRecord], scan: Scan, columns: Columns) -> dict[str, list[Any]]:
    """The stamps; their causes as places in the tables of causes, rules and predicates."""
    causes = {cause.id: place for place, cause in enumerate(scan.causes)}
    rules = {rule: place for place, rule in enumerate(columns.rule_ids)}
    predicates: dict[str, int] = {}
    steps, packed = NextSteps(scan), []
    for stamp in stamps:
        cells: dict[str, Any] = msgspec.to_builtins(stamp)
        cells["causes"] = [
            (
                # A cause that the catalogue has lost is sent by its id.
                causes.get(tally.cause, tally.cause),
                [rules.get(rule, rule) for rule in tally.explains],
                [predicates.setdefault(one, len(predicates)) for one in tally.contradicted_by],
                *([[str(one) for one in tally.logs]] if tally.logs else []),
            )
            for tally in stamp.causes
        ]
        cells |= steps.of(stamp, causes, rules)
        cells["documents"] = _packed_documents(stamp.documents, columns)
        packed.append(cells)
    return {"stamps": packed, "predicates": said(predicates, scan.contradictions)}


def _packed_waivers(scan: Scan, stamps: list[StampRecord]) -> list[dict[str, Any]]:
    """The waivers that mark failures, each with the stamps that it is about."""
    holders = [*((stamp.stamp, stamp.tags) for stamp in stamps), (UNCLAIMED, ())]
    return [
        {
            "rule": waiver.rule,
            "subject": waiver.subject,
            "stamps": [stamp for stamp, tags in holders if names(waiver, stamp, tags)],
            "words": justification(waiver),
        }
        for waiver in scan.waivers
        if waiver.findings
    ]


def _packed_documents(documents: list[DocumentRecord], columns: Columns) -> list[Any]:
    """Label, time and request id of each document; label and time as places of texts."""
    text = columns.text
    return [(text(one.document), text(one.collected_at), one.request_id) for one in documents]


def _month(expires: str, scan: Scan) -> str:
    """The key of the month in which a registration ends, as the calendar has it."""
    at, now = moment(expires), moment(scan.as_of)
    if at is not None and now is not None:
        return place(at, now)
    return expires if expires == NEVER else ""


def _packed_rule(rule: RuleRecord) -> dict[str, Any]:
    """What a finding's panel shows of its rule; the page's own section holds the rest."""
    return {
        "id": rule.id,
        "title": rule.title,
        "remediation": rule.remediation,
        "causes": rule.causes,
    }


def _packed_cause(cause: Cause, scan: Scan) -> dict[str, Any]:
    return {
        "id": cause.id,
        "title": cause.title,
        "explanation": cause.explanation,
        "confirm": cause.confirm,
        "runbook": cause.runbook,
        "source": cause.source,
        "reviewed": cause.reviewed,
        "against": said(cause.contradicted_by, scan.contradictions),
        "documented": cause.documented,
        "neighbours": [(one.cause, one.difference) for one in cause.neighbours],
    }


def data_block(data: dict[str, Any]) -> bytes:
    """JSON, gzip, base64. The gzip header holds no time and no system, so equal data stay equal."""
    stream = io.BytesIO()
    with gzip.GzipFile("", "wb", _LEVEL, stream, mtime=0) as packer:
        for chunk in _json_chunks(data):
            packer.write(chunk)
    return b64encode(stream.getbuffer())


def _json_chunks(data: dict[str, Any]) -> Iterable[bytes]:
    encoder = msgspec.json.Encoder()
    separator = b"{"
    for name, value in data.items():
        yield separator + encoder.encode(name) + b":" + encoder.encode(value)
        separator = b","
    yield b"}"
