"""A saved scan in which every text that somebody else may write is an attack on its reader."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.attestation import KIND, AttestationRecord, AttestationStatus
from stampcheck.change import CHANGES_FILE, Comparison
from stampcheck.comparison.compare import compare
from stampcheck.model import Finding, Likelihood, Outcome, Source
from stampcheck.record import ProblemRecord, ScanRecord, StampRecord, write_scan
from stampcheck.tally import LogProof
from stampcheck.waiver import FAULTS, WaiverRecord, WaiverStatus
from tests.reports.sample import HOSTILE_NAMES, write_sample

TEXTS: Final = (
    *HOSTILE_NAMES,
    "<script>document.title='attacked'</script>",
    "<svg/onload=document.title='attacked'>",
    "javascript:document.title='attacked'",
    "](javascript:alert(1)) [x](https://evil.example) ![y](https://evil.example/z.png)",
    "<https://evil.example> @octocat #1 `code` | cell | <!-- comment",
    '=HYPERLINK("https://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    ";=1+1",
    "]]><x/>&amp;&#0;",
    "nul\x00 bell\x07 escape\x1b[31m delete\x7f next\x85 line\u2028end\ufffe\uffff",
    "one\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nATTACH:https://evil.example",
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "file:///etc/passwd",
    "//evil.example/share",
    "https://evil.example/%2e%2e/x",
    "_x0041__x000D_",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    "::set-output name=x::y",
    "##vso[task.complete result=Succeeded]",
)
_EVERY: Final = 14


def attacked(folder: Path) -> ScanRecord:
    """Write such a scan, with waivers, attestations, logs and a baseline."""
    plain = write_sample(folder / "plain", _EVERY, hostile=True, fail=0.4, gap=0.2)
    texts = cycle(TEXTS)
    stamps = [_stamp(stamp, texts) for stamp in plain.stamps()]
    findings = [_finding(found, texts) for found in plain.findings()]
    scan = msgspec.structs.replace(
        plain.scan,
        profile=next(texts),
        waivers=[_waiver(findings, place, texts) for place in range(len(TEXTS))],
        documents_by_kind=plain.scan.documents_by_kind | {KIND: 1},
        problems=[ProblemRecord(text, text, "malformed", text) for text in TEXTS],
        bundle=msgspec.structs.replace(plain.scan.bundle, sources=list(TEXTS)),
    )
    (folder / "findings.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, findings)) + b"\n")
    write_scan(scan, map(msgspec.json.encode, stamps), folder / "scan.json")
    changes = _changes(compare(plain, ScanRecord(folder)))
    (folder / CHANGES_FILE).write_bytes(msgspec.json.encode(changes))
    return ScanRecord(folder)


def _finding(found: Finding, texts: Iterator[str]) -> Finding:
    return msgspec.structs.replace(
        found,
        message=next(texts),
        expected=next(texts),
        actual=next(texts),
        sources=(Source(next(texts), next(texts)), Source(next(texts), "")),
        waived=found.outcome is Outcome.FAIL,
    )


def _stamp(stamp: StampRecord, texts: Iterator[str]) -> StampRecord:
    free: dict[str, Any] = {
        name: next(texts)
        for name in ("registration_id", "tenant_id", "billing_model", "lock", "cloud_id")
    }
    return msgspec.structs.replace(
        stamp,
        **free,
        tags=(next(texts), "attack"),
        notes=[next(texts)],
        values=dict.fromkeys(stamp.values, next(texts)),
        causes=[msgspec.structs.replace(one, logs=(_log(texts),)) for one in stamp.causes],
        attestations=[_attestation(texts)],
    )


def _log(texts: Iterator[str]) -> LogProof:
    return LogProof(next(texts), 1, Likelihood.CERTAIN, next(texts))


def _attestation(texts: Iterator[str]) -> AttestationRecord:
    return AttestationRecord(
        question=next(texts),
        answer=next(texts),
        who=next(texts),
        when="2026-11-01",
        valid_until="2026-12-01",
        status=AttestationStatus.VALID,
        file=next(texts),
        said=next(texts),
    )


def _waiver(findings: list[Finding], place: int, texts: Iterator[str]) -> WaiverRecord:
    waived = [found for found in findings if found.waived]
    about = waived[place % len(waived)]
    status = tuple(WaiverStatus)[place % len(WaiverStatus)]
    return WaiverRecord(
        id=f"{place:08x}",
        rule=about.rule,
        stamp=about.stamp,
        owner=next(texts),
        approver=next(texts),
        reason=TEXTS[place],
        ticket=next(texts),
        accepted="2026-11-01",
        expires="2026-12-31",
        status=status,
        fault=FAULTS.get(status, ""),
        said=TEXTS[place],
        findings=1,
    )


def _changes(comparison: Comparison) -> Comparison:
    return msgspec.structs.replace(comparison, notes=list(TEXTS), added=list(TEXTS))
