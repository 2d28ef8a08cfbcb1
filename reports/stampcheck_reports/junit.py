"""The report as JUnit XML: a suite a stamp, a case a finding, for what shows test results.

There is no official schema; the files follow the one that Jenkins' xUnit plug-in uses. A failure is
a failed case; what is undetermined is an error, and so is a scan that was interrupted; what does
not apply or is waived is skipped, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stampcheck.model import UNCLAIMED, Outcome
from stampcheck.record import Scan, ScanRecord, StampRecord, report_format
from stampcheck_reports import balance
from stampcheck_reports.accepted import justification
from stampcheck_reports.display import clipped
from stampcheck_reports.row import SETTLES
from stampcheck_reports.statement import Teller, Told, incomplete, statement
from stampcheck_reports.xml_text import attributes, content

_ELEMENTS: Final = {
    Outcome.FAIL: "failure",
    Outcome.UNDETERMINED: "error",
    Outcome.PASS: "",
    Outcome.NOT_APPLICABLE: "skipped",
}
_DETAILS: Final = (
    "finding_id",
    "severity",
    "reason",
    "subject",
    "expected",
    "actual",
    "causes",
    "consequences",
    "source",
)


@report_format("junit", "JUnit XML for pipelines that show test results", ("junit.xml",))
def junit_format(record: ScanRecord, folder: Path) -> None:
    """Write junit.xml."""
    teller = Teller(record.scan)
    with (folder / "junit.xml").open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write(_head(record))
        if incomplete(record.scan):
            stream.write(_interrupted(record.scan))
        for stamp, findings in record.by_stamp():
            stream.writelines(_suite(record.scan, stamp, list(teller.of(stamp, findings))))
        stream.write("</testsuites>\n")


def _head(record: ScanRecord) -> str:
    """The sums of all suites; counted beforehand, since what is waived counts as skipped."""
    every, scan = record.scan.findings, record.scan
    waived = [one.outcome for one in record.findings() if one.waived]
    cut = int(incomplete(scan))
    sums = attributes(
        name="stampcheck",
        tests=every.total + cut,
        failures=every.failed - waived.count(Outcome.FAIL),
        errors=every.undetermined - waived.count(Outcome.UNDETERMINED) + cut,
    )
    return f"<testsuites{sums}>\n"


def _interrupted(scan: Scan) -> str:
    """A suite of its own that fails: stamps or evidence may be missing."""
    sums = attributes(name="(scan)", tests=1, failures=0, errors=1, skipped=0)
    case = attributes(name="The scan is complete", classname="(scan)")
    notes = " ".join(balance.headline(scan).notes)
    return (
        f"<testsuite{sums}>\n{_properties(scan, None)}<testcase{case}>"
        f"<error{attributes(type='incomplete', message=notes)}/></testcase>\n</testsuite>\n"
    )


def _suite(scan: Scan, stamp: StampRecord | None, every: list[Told]) -> Iterator[str]:
    elements = [_element(one) for one in every]
    sums = attributes(
        name=UNCLAIMED if stamp is None else stamp.stamp,
        tests=len(every),
        failures=elements.count("failure"),
        errors=elements.count("error"),
        skipped=elements.count("skipped"),
        timestamp=scan.as_of,
    )
    yield f"<testsuite{sums}>\n{_properties(scan, stamp)}"
    for one, element in zip(every, elements, strict=True):
        yield _case(one, element)
    yield "</testsuite>\n"


def _properties(scan: Scan, stamp: StampRecord | None) -> str:
    values = {
        "scan_id": scan.scan_id,
        "bundle_digest": scan.bundle.digest,
        "as_of": scan.as_of,
        "tool_version": scan.tool_version,
    }
    if stamp is not None:
        values |= {
            "state": stamp.state,
            "licence_standing": stamp.licence_standing,
            "cloud_id": stamp.cloud_id,
            "registration_id": stamp.registration_id,
        }
    each = [f"<property{attributes(name=name, value=one)}/>" for name, one in values.items()]
    return f"<properties>{''.join(each)}</properties>\n"


def _element(one: Told) -> str:
    return "skipped" if one.finding.waived else _ELEMENTS[one.finding.outcome]


def _case(one: Told, element: str) -> str:
    finding, cells = one.finding, one.cells
    name = " ".join(filter(None, (finding.rule, cells["rule_title"], clipped(finding.subject))))
    inner = _inner(one, element) if element else ""
    return (
        f"<testcase{attributes(name=name, classname=cells['stamp'])}>{inner}"
        f"<system-out>{content(_details(one))}</system-out></testcase>\n"
    )


def _inner(one: Told, element: str) -> str:
    finding, words = one.finding, statement(one.finding)
    kind: str = finding.severity
    if finding.reason is not None:
        kind, words = finding.reason, f"{words} {SETTLES[finding.reason]}."
    if element == "skipped":
        kind = "waived" if finding.waived else finding.outcome
        why = " ".join(map(justification, one.waivers))
        words = f"Waived ({finding.outcome}): {why} {words}" if finding.waived else words
    return f"<{element}{attributes(type=kind, message=words)}/>"


def _details(one: Told) -> str:
    return "\n".join(f"{name}: {one.cells[name]}" for name in _DETAILS if one.cells[name])
