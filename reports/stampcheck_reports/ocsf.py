"""The report as OCSF: every finding a Compliance Finding (class 2003), for a security data lake.

Source: https://schema.ocsf.io/1.8.0/classes/compliance_finding. An undetermined finding has the
compliance status Warning, which OCSF defines as a check that yields no result because information
is missing; as a finding its status is Unknown. What is waived is Suppressed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from stampcheck.model import Finding, Outcome, Severity
from stampcheck.record import RuleRecord, Scan, ScanRecord, StampRecord, report_format
from stampcheck_reports.accepted import justification
from stampcheck_reports.json_stream import write_list
from stampcheck_reports.row import SETTLES
from stampcheck_reports.statement import Told, incomplete, milliseconds, statement, told

VERSION: Final = "1.8.0"

_SEVERITIES: Final = {
    Severity.INFORMATIONAL: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_COMPLIANCE: Final = {
    Outcome.PASS: (1, "Pass"),
    Outcome.UNDETERMINED: (2, "Warning"),
    Outcome.FAIL: (3, "Fail"),
    Outcome.NOT_APPLICABLE: (99, "Not Applicable"),
}
_CLASS: Final = {
    "activity_id": 1,
    "activity_name": "Create",
    "category_uid": 2,
    "category_name": "Findings",
    "class_uid": 2003,
    "class_name": "Compliance Finding",
    "type_uid": 200301,
    "type_name": "Compliance Finding: Create",
}


@report_format("ocsf", "OCSF Compliance Findings for a security data lake", ("results.ocsf.json",))
def ocsf_format(record: ScanRecord, folder: Path) -> None:
    """Write results.ocsf.json."""
    events = _Events(record.scan)
    write_list(folder / "results.ocsf.json", b"[", map(events.event, told(record)), b"]")


class _Events:
    """Makes the events of one scan."""

    def __init__(self, scan: Scan) -> None:
        self._time = milliseconds(scan.as_of)
        self._rules = {rule.id: rule for rule in scan.rules}
        self._product = {
            "name": "stampcheck",
            "vendor_name": "stampcheck",
            "version": scan.tool_version,
        }
        self._scan = {
            "scan_id": scan.scan_id,
            "bundle_digest": scan.bundle.digest,
            "as_of": scan.as_of,
            "profile": scan.profile,
            "complete": not incomplete(scan),
        }

    def event(self, one: Told) -> dict[str, Any]:
        finding = one.finding
        severity_id, severity = _SEVERITIES[finding.severity]
        status_id, status = _status(finding)
        rule = self._rules.get(finding.rule)
        event = {
            **_CLASS,
            "time": self._time,
            "severity_id": severity_id,
            "severity": severity,
            "status_id": status_id,
            "status": status,
            "status_code": finding.outcome.value,
            "message": statement(finding),
            "metadata": self._metadata(finding),
            "finding_info": self._info(one),
            "compliance": _compliance(finding, rule),
            "resources": [_resource(one)],
            "evidences": [
                {"data": {"document": seen.document, "field": seen.field, "stale": seen.stale}}
                for seen in finding.sources
            ],
            "unmapped": self._unmapped(one),
        }
        if rule is not None and finding.outcome is not Outcome.PASS:
            event["remediation"] = {"desc": rule.remediation}
        if one.waivers:
            event["comment"] = " ".join(map(justification, one.waivers))
        return event

    def _metadata(self, finding: Finding) -> dict[str, Any]:
        return {
            "version": VERSION,
            "product": self._product,
            "uid": f"{self._scan['scan_id']}-{finding.finding_id}",
            "correlation_uid": self._scan["scan_id"],
            "event_code": finding.rule,
            "original_time": self._scan["as_of"],
        }

    def _info(self, one: Told) -> dict[str, Any]:
        finding, title = one.finding, one.cells["rule_title"]
        return {
            "uid": finding.finding_id,
            "title": title or finding.rule,
            "types": ["Azure Stack Hub registration"],
            "created_time": self._time,
            "analytic": {"uid": finding.rule, "name": title, "type_id": 1, "type": "Rule"},
            "data_sources": list(dict.fromkeys(seen.document for seen in finding.sources)),
        }

    def _unmapped(self, one: Told) -> dict[str, Any]:
        finding, cells = one.finding, one.cells
        return self._scan | {
            "stamp": finding.stamp,
            "cloud_id": cells["cloud_id"],
            "subscription_id": cells["subscription_id"],
            "registration_id": cells["registration_id"],
            "subject": finding.subject,
            "outcome": finding.outcome,
            "reason": cells["reason"],
            "expected": finding.expected,
            "actual": finding.actual,
            "causes": finding.causes,
            "consequences": finding.consequences,
            "waived": finding.waived,
            "waivers": one.waivers,
        }


def _status(finding: Finding) -> tuple[int, str]:
    """The status of the finding itself."""
    if finding.waived:
        return 3, "Suppressed"
    if finding.outcome is Outcome.UNDETERMINED:
        return 0, "Unknown"
    return 1, "New"


def _compliance(finding: Finding, rule: RuleRecord | None) -> dict[str, Any]:
    status_id, status = _COMPLIANCE[finding.outcome]
    compliance: dict[str, Any] = {
        "control": f"{finding.rule} {rule.title}" if rule else finding.rule,
        "requirements": [rule.source] if rule else [],
        "standards": ["Azure Stack Hub registration"],
        "status_id": status_id,
        "status": status,
        "status_code": finding.outcome,
    }
    if finding.reason is not None:
        compliance["status_details"] = [finding.reason, SETTLES[finding.reason]]
    return compliance


def _resource(one: Told) -> dict[str, Any]:
    cells = one.cells
    uid = cells["registration_id"] or cells["cloud_id"] or cells["stamp"]
    resource: dict[str, Any] = {"name": cells["stamp"], "uid": uid, "type": _type(one.stamp)}
    if one.stamp is not None and one.stamp.tags:
        resource["labels"] = one.stamp.tags
    return resource


def _type(stamp: StampRecord | None) -> str:
    return "Azure Stack Hub registration" if stamp is None else "Azure Stack Hub stamp"
