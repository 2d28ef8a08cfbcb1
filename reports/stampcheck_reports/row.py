"""The row: the one place that words and orders the cells of a report, for every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stampcheck.model import UNCLAIMED, Cause, Finding, Reason
from stampcheck.record import Counts, RuleRecord, Scan, ScanRecord, StampRecord
from stampcheck.tally import FleetTally

JOIN: Final = "; "

FINDING_COLUMNS: Final = (
    "schema_version",
    "scan_id",
    "finding_id",
    "as_of",
    "stamp",
    "cloud_id",
    "subscription_id",
    "registration_id",
    "rule_id",
    "rule_title",
    "subject",
    "outcome",
    "severity",
    "reason",
    "message",
    "expected",
    "actual",
    "causes",
    "waived",
    "source",
    "consequences",
    "bundle_digest",
)
STAMP_COLUMNS: Final = (
    "stamp",
    "state",
    "licence_standing",
    "cloud_id",
    "registration_id",
    "tenant_id",
    "connection",
    "connection_source",
    "environment",
    "billing_model",
    "usage_reporting",
    "expires",
    "lock",
    "failed",
    "undetermined",
    "passed",
    "not_applicable",
    "top_cause",
    "collected_at",
    "top_cause_explains",
    "top_cause_contradicted_by",
    "consequences",
)
RULE_COLUMNS: Final = (
    "rule_id",
    "title",
    "severity",
    "package",
    "scope",
    "failed",
    "undetermined",
    "passed",
    "not_applicable",
    "findings_failed",
    "findings_undetermined",
    "findings_passed",
    "findings_not_applicable",
    "fails_when",
    "passes_when",
    "not_applicable_when",
    "rationale",
    "remediation",
    "needs",
    "uses",
    "causes",
    "source",
    "reviewed",
    "consequences",
)
CAUSE_COLUMNS: Final = (
    "cause_id",
    "title",
    "stamps",
    "documented",
    "rules",
    "explanation",
    "confirm",
    "contradicted_by",
    "runbook_id",
    "runbook_title",
    "source",
    "reviewed",
    "likeliest_on",
    "contradicted_on",
)
STANDING_COLUMNS: Final = ("licence_standing", "stamps")

SETTLES: Final = {
    Reason.NOT_COLLECTED: "Collect the missing evidence",
    Reason.ACCESS_DENIED: "Grant read access, then collect again",
    Reason.UNREACHABLE: "Restore the connection, then collect again",
    Reason.ABSENT_IN_ANSWER: "Supply another witness; the answer lacks the field",
    Reason.MALFORMED: "Collect again; the document could not be read",
    Reason.UNSUPPORTED_VERSION: "Use a stampcheck that knows this version of the document",
    Reason.STALE: "Collect again; the evidence is too old to prove a pass",
    Reason.AMBIGUOUS: "Have a person decide; the facts allow several readings",
    Reason.FLEET_INCOMPLETE: "Complete the evidence of the other stamps",
    Reason.NEEDS_HUMAN: "Have a person attest; no document can prove it",
    Reason.RULE_CRASHED: "Report the crash to the author of the rule",
    Reason.RULE_SILENT: "Report the silence to the author of the rule",
}
"""What would settle an undetermined finding, by its reason."""

_UNKNOWN_HOLDER: Final = (UNCLAIMED, "", "", "")


class FindingWords:
    """Words the findings of one scan: parts that a row shares with others are made once."""

    def __init__(self, scan: Scan) -> None:
        self.scan_cells = (str(scan.schema_version), scan.scan_id)
        self.as_of = scan.as_of
        self.bundle_digest = scan.bundle.digest
        self._titles = {rule.id: rule.title for rule in scan.rules}
        self._unclaimed = {
            seen.registration_id: (
                UNCLAIMED,
                seen.cloud_id,
                seen.subscription_id,
                seen.registration_id,
            )
            for seen in scan.unclaimed
        }

    def holder(self, stamp: StampRecord | None, subject: str) -> tuple[str, str, str, str]:
        """Name, Cloud ID, subscription and registration of a stamp or unclaimed registration."""
        if stamp is None:
            return self._unclaimed.get(subject, _UNKNOWN_HOLDER)
        return (stamp.stamp, stamp.cloud_id, stamp.subscription_id, stamp.registration_id)

    def rule(self, rule_id: str) -> tuple[str, str]:
        """Id and title of a rule."""
        return (rule_id, self._titles.get(rule_id, ""))

    def cells(self, finding: Finding, stamp: StampRecord | None) -> tuple[str, ...]:
        """All cells of a finding, in the order of ``FINDING_COLUMNS``."""
        return (
            *self.scan_cells,
            finding.finding_id,
            self.as_of,
            *self.holder(stamp, finding.subject),
            *self.rule(finding.rule),
            *verdict_cells(finding),
            self.bundle_digest,
        )


def verdict_cells(finding: Finding) -> tuple[str, ...]:
    """What the rule said: the cells from ``subject`` on to ``consequences``."""
    reason = finding.reason
    return (
        finding.subject,
        finding.outcome.value,
        finding.severity.value,
        "" if reason is None else reason.value,
        finding.message,
        finding.expected,
        finding.actual,
        JOIN.join(finding.causes),
        "true" if finding.waived else "false",
        source_cell(finding),
        JOIN.join(finding.consequences),
    )


def source_cell(finding: Finding) -> str:
    """The places that a finding was read from, in the order they were read."""
    return JOIN.join(
        [
            f"{seen.document} {seen.field}" if seen.field else seen.document
            for seen in finding.sources
        ]
    )


def finding_rows(record: ScanRecord) -> Iterator[tuple[str, ...]]:
    """The cells of every finding, in canonical order."""
    words = FindingWords(record.scan)
    for stamp, findings in record.by_stamp():
        for finding in findings:
            yield words.cells(finding, stamp)


def counts_cells(counts: Counts) -> tuple[str, str, str, str]:
    """The sums by outcome, worst first."""
    return (
        str(counts.failed),
        str(counts.undetermined),
        str(counts.passed),
        str(counts.not_applicable),
    )


def stamp_cells(stamp: StampRecord) -> tuple[str, ...]:
    """All cells of a stamp, in the order of ``STAMP_COLUMNS``."""
    return (
        stamp.stamp,
        stamp.state.value,
        stamp.licence_standing.value,
        stamp.cloud_id,
        stamp.registration_id,
        stamp.tenant_id,
        stamp.connection,
        stamp.connection_source,
        stamp.environment,
        stamp.billing_model,
        stamp.usage_reporting,
        stamp.expires,
        stamp.lock,
        *counts_cells(stamp.pairs),
        stamp.top_cause,
        stamp.collected_at,
        *_top_cause_cells(stamp),
        JOIN.join(stamp.consequences),
    )


def _top_cause_cells(stamp: StampRecord) -> tuple[str, str]:
    """How many of the stamp's failures its likeliest cause explains, and what speaks against it."""
    if not stamp.causes:
        return ("", "")
    top = stamp.causes[0]
    return (f"{len(top.explains)} of {stamp.pairs.failed}", JOIN.join(top.contradicted_by))


def rule_cells(rule: RuleRecord) -> tuple[str, ...]:
    """All cells of a rule, in the order of ``RULE_COLUMNS``."""
    return (
        rule.id,
        rule.title,
        rule.severity,
        rule.package,
        "fleet" if rule.is_fleet else "stamp",
        *counts_cells(rule.pairs),
        *counts_cells(rule.findings),
        rule.fails_when,
        rule.passes_when,
        rule.not_applicable_when,
        rule.rationale,
        rule.remediation,
        JOIN.join(rule.needs),
        JOIN.join(rule.uses),
        JOIN.join(rule.causes),
        rule.source,
        rule.reviewed,
        JOIN.join(rule.consequences),
    )


def cause_rows(scan: Scan) -> list[tuple[str, ...]]:
    """The cells of every cause in the catalogue: those that hold most stamps first, then by id."""
    tallies = {tally.cause: tally for tally in scan.cause_stamps}
    titles = {runbook.id: runbook.title for runbook in scan.runbooks}
    rows = [
        (tallies.get(cause.id) or FleetTally(cause.id, []), cause)
        for cause in sorted(scan.causes, key=lambda cause: cause.id)
    ]
    rows.sort(key=lambda row: -len(row[0].explains))
    return [_cause_cells(cause, tally, titles) for tally, cause in rows]


def _cause_cells(
    cause: Cause, tally: FleetTally, runbook_titles: dict[str, str]
) -> tuple[str, ...]:
    return (
        cause.id,
        cause.title,
        str(len(tally.explains)),
        "true" if cause.documented else "false",
        JOIN.join(cause.explains),
        cause.explanation,
        cause.confirm,
        JOIN.join(cause.contradicted_by),
        cause.runbook,
        runbook_titles.get(cause.runbook, ""),
        cause.source,
        cause.reviewed,
        str(tally.top),
        str(tally.contradicted),
    )
