"""The report as SARIF 2.1.0: every finding a result, by default those that pass too.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub's code scanning
reads neither the kind of a result nor its suppressions and takes 25,000 results; ``problems`` is
for it: what fails or is undetermined, and is not waived, the worst first where there are more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from stampcheck.model import Finding, Outcome, Reason, Severity, Source
from stampcheck.record import ReportOption, Scan, ScanRecord, report_format
from stampcheck_reports import balance
from stampcheck_reports.accepted import holder, justification
from stampcheck_reports.display import clipped
from stampcheck_reports.json_stream import members, write_list
from stampcheck_reports.row import SETTLES
from stampcheck_reports.sarif_rule import LEVELS, descriptors
from stampcheck_reports.statement import Told, incomplete, statement, told

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_RESULTS: Final = 25_000
"""Results of a run that GitHub takes: https://docs.github.com/code-security (SARIF limits)."""

_ELSEWHERE: Final = frozenset(
    ("schema_version", "scan_id", "as_of", "rule_id", "message", "source")
)
_MOST_LOCATIONS: Final = 100
_KINDS: Final = {
    Outcome.FAIL: "fail",
    Outcome.UNDETERMINED: "open",
    Outcome.PASS: "pass",
    Outcome.NOT_APPLICABLE: "notApplicable",
}
_OF_WAIVER: Final = ("id", "owner", "approver", "reason", "ticket", "accepted", "expires")
_LINK: Final = re.compile(r"\](?=\()")
_DOTS: Final = re.compile(r"(?<![^/])\.{1,2}(?![^/])")
_NO_DOCUMENT: Final = "findings.jsonl"
"""Where a finding stands that no document shows: every result needs a place."""


@report_format(
    "sarif",
    "SARIF 2.1.0 for code scanning and its viewers",
    ("results.sarif",),
    ReportOption(
        "results",
        "In SARIF all findings, or problems (for GitHub). [all]",
        ("all", "problems"),
    ),
)
def sarif_format(
    record: ScanRecord, folder: Path, *, results: str = "all", most: int = MOST_RESULTS
) -> None:
    """Write results.sarif."""
    scan = record.scan
    chosen = told(record) if results == "all" else islice(_problems(record), most)
    left_out = 0 if results == "all" else max(0, sum(map(_is_problem, record.findings())) - most)
    before = b'{"$schema":"' + SCHEMA.encode() + b'","version":"2.1.0","runs":[{'
    write_list(
        folder / "results.sarif",
        before + members(_run(scan, left_out)) + b',"results":[',
        map(_Results(scan).result, chosen),
        b"]}]}",
    )


def _is_problem(finding: Finding) -> bool:
    return finding.outcome in (Outcome.FAIL, Outcome.UNDETERMINED) and not finding.waived


def _problems(record: ScanRecord) -> Iterator[Told]:
    """What fails, worst severity first, then what is undetermined; nothing that is waived."""
    for severity in Severity:
        if record.scan.failures.get(severity.value):
            for one in told(record):
                failed = one.finding.outcome is Outcome.FAIL and _is_problem(one.finding)
                if failed and one.finding.severity is severity:
                    yield one
    for one in told(record):
        if one.finding.outcome is Outcome.UNDETERMINED and _is_problem(one.finding):
            yield one


class _Results:
    """Makes the results of one scan."""

    def __init__(self, scan: Scan) -> None:
        self._places = {rule.id: place for place, rule in enumerate(scan.rules)}

    def result(self, one: Told) -> dict[str, Any]:
        finding = one.finding
        failed = finding.outcome is Outcome.FAIL
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self._places.get(finding.rule, -1),
            "kind": _KINDS[finding.outcome],
            "level": LEVELS[finding.severity] if failed else "none",
            "message": {"text": text(f"{clipped(finding.stamp)}: {statement(finding)}")},
            "locations": _locations(finding),
            "partialFingerprints": {
                "stampcheck/v1": finding.finding_id,
                "primaryLocationLineHash": f"{finding.finding_id}:1",
            },
            "properties": _properties(one),
        }
        if finding.waived:
            result["suppressions"] = _suppressions(one)
        return result


def _suppressions(one: Told) -> list[dict[str, Any]]:
    """Who accepted the failure and why; the bare fact where the record does not hold its waiver."""
    bare: dict[str, Any] = {"kind": "external", "status": "accepted"}
    return [
        bare
        | {"justification": text(justification(waiver))}
        | {"properties": {name: getattr(waiver, name) for name in _OF_WAIVER}}
        for waiver in one.waivers
    ] or [bare]


def _properties(one: Told) -> dict[str, Any]:
    """The row's cells that the result does not hold elsewhere; empty ones are left out."""
    cells = {name: cell for name, cell in one.cells.items() if cell and name not in _ELSEWHERE}
    finding = one.finding
    lists = {"causes": finding.causes, "consequences": finding.consequences}
    return cells | lists | {"waived": finding.waived}


def text(words: str) -> str:
    """A plain text message: what would read as a link in it is parted."""
    return _LINK.sub("] ", words)


def uri(label: str) -> str:
    """A document's name as a relative reference that never leaves the bundle."""
    path = quote(label.replace("\\", "/").lstrip("/"), safe="/")
    # Encoded twice, since what reads addresses takes %2E for a dot.
    return _DOTS.sub(lambda dots: "%252E" * len(dots[0]), path) or _NO_DOCUMENT


def _locations(finding: Finding) -> list[dict[str, Any]]:
    sources = finding.sources[:_MOST_LOCATIONS] or (Source(_NO_DOCUMENT, ""),)
    logical = {"name": finding.stamp, "fullyQualifiedName": finding.stamp, "kind": "resource"}
    if finding.subject:
        logical["fullyQualifiedName"] += f"::{finding.subject}"
    return [_location(source, logical) for source in sources]


def _location(source: Source, logical: dict[str, str]) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(source.document)},
            "region": {"startLine": 1},
        },
        "logicalLocations": [logical],
    }
    if source.field:
        location["message"] = {"text": text(clipped(source.field))}
    return location


def _run(scan: Scan, left_out: int) -> dict[str, Any]:
    """Everything of the run but its results."""
    crashed = Reason.RULE_CRASHED.value in scan.reasons
    notes = list(_notifications(scan, left_out))
    return {
        "tool": {"driver": _driver(scan)},
        "automationDetails": {
            # GitHub takes what stands before the last slash as the category of the analysis.
            "id": f"stampcheck/{scan.scan_id}",
            "description": {"text": f"Scan {scan.scan_id} of bundle {scan.bundle.digest}"},
        },
        "invocations": [
            {
                "executionSuccessful": not (incomplete(scan) or crashed),
                "toolExecutionNotifications": notes,
            }
        ],
        "columnKind": "utf16CodeUnits",
        "properties": _identity(scan),
    }


def _identity(scan: Scan) -> dict[str, Any]:
    """What was judged, and the sums."""
    return {
        "scan_id": scan.scan_id,
        "bundle_digest": scan.bundle.digest,
        "collected_at": scan.bundle.collected_at,
        "as_of": scan.as_of,
        "profile": scan.profile,
        "fail_on": scan.fail_on,
        "stamps": scan.stamp_count,
        "pairs": msgspec.structs.asdict(scan.pairs),
        "findings": msgspec.structs.asdict(scan.findings),
        "compliance": balance.compliance(scan.pairs),
        "complete": not incomplete(scan),
    }


def _driver(scan: Scan) -> dict[str, Any]:
    return {
        "name": "stampcheck",
        "version": scan.tool_version,
        "semanticVersion": scan.tool_version,
        "shortDescription": {"text": "Audits the Azure registration of Azure Stack Hub stamps."},
        "rules": descriptors(scan),
        "properties": {"packages": [msgspec.structs.asdict(one) for one in scan.packages]},
    }


def _notifications(scan: Scan, left_out: int) -> Iterator[dict[str, Any]]:
    """What the results do not show: what is missing, and what would settle it."""
    for note in balance.headline(scan).notes:
        yield _notification("error", note)
    for word, number in scan.reasons.items():
        level = "error" if word == Reason.RULE_CRASHED else "warning"
        settles = SETTLES[Reason(word)]
        yield _notification(level, f"{number:,} undetermined ({word}). {settles}.")
    for waiver in scan.waivers:
        if waiver.fault:
            said = f"{waiver.fault} {waiver.status}: {waiver.rule} on {holder(waiver)}. "
            yield _notification("warning", said + waiver.said, waiver.fault)
    if scan.problem_count:
        yield _notification(
            "warning", f"{scan.problem_count:,} documents are no evidence, or not the newest."
        )
    if left_out:
        yield _notification(
            "warning", f"{left_out:,} results are left out, the mildest; findings.jsonl holds all."
        )


def _notification(level: str, words: str, known_as: str = "") -> dict[str, Any]:
    told = {"level": level, "message": {"text": text(words)}}
    return told | {"descriptor": {"id": known_as}} if known_as else told
