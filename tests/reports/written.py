"""Reads what each format wrote into the same shape, so that formats can be counted side by side."""

from __future__ import annotations

import csv
import gzip
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import openpyxl
from lxml import etree
from markdown_it import MarkdownIt

from stampcheck.model import UNCLAIMED, Outcome
from stampcheck.record import ScanRecord

OUTCOMES = {"fail": "fail", "open": "undetermined", "pass": "pass"} | {
    "notApplicable": "not-applicable"
}


class Seen(NamedTuple):
    """A finding as a format shows it: stamp, rule, outcome and id."""

    stamp: str
    rule: str
    outcome: str
    id: str


def of_record(record: ScanRecord) -> list[Seen]:
    return [
        Seen(found.stamp, found.rule, found.outcome.value, found.finding_id)
        for found in record.findings()
    ]


def of_csv(folder: Path) -> list[Seen]:
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    return [Seen(r["stamp"], r["rule_id"], r["outcome"], r["finding_id"]) for r in rows]


def sarif(folder: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((folder / "results.sarif").read_bytes())["runs"][0]
    return run


def of_sarif(folder: Path) -> list[Seen]:
    return [
        Seen(
            one["locations"][0]["logicalLocations"][0]["name"],
            one["ruleId"],
            OUTCOMES[one["kind"]],
            one["partialFingerprints"]["stampcheck/v1"],
        )
        for one in sarif(folder)["results"]
    ]


def ocsf(folder: Path) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads((folder / "results.ocsf.json").read_bytes())
    return events


def of_ocsf(folder: Path) -> list[Seen]:
    names = {1: "pass", 2: "undetermined", 3: "fail", 99: "not-applicable"}
    return [
        Seen(
            one["resources"][0]["name"],
            one["finding_info"]["analytic"]["uid"],
            names[one["compliance"]["status_id"]],
            one["finding_info"]["uid"],
        )
        for one in ocsf(folder)
    ]


def junit(folder: Path) -> Any:
    return etree.parse(folder / "junit.xml").getroot()


def cases(folder: Path) -> Iterator[tuple[str, Any]]:
    for suite in junit(folder).iterfind("testsuite"):
        yield from ((suite.get("name"), case) for case in suite.iterfind("testcase"))


def of_junit(folder: Path) -> list[Seen]:
    return [
        Seen(
            stamp,
            case.get("name").split(" ")[0],
            _junit_outcome(case),
            re.search(r"^finding_id: (.*)$", case.findtext("system-out"), re.MULTILINE)[1],  # type: ignore[index]
        )
        for stamp, case in cases(folder)
        if stamp != "(scan)"
    ]


def _junit_outcome(case: Any) -> str:
    if case.find("failure") is not None:
        return "fail"
    if case.find("error") is not None:
        return "undetermined"
    skipped = case.find("skipped")
    if skipped is None:
        return "pass"
    waived = re.match(r"Waived \(([a-z-]+)\)", skipped.get("message"))
    return waived[1] if waived else "not-applicable"


def sheet(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet of the workbook, and of those that go on with it."""
    book = openpyxl.load_workbook(folder / "findings.xlsx", read_only=True)
    every = []
    for title in book.sheetnames:
        if title.split(" ")[0] == name:
            head, *rows = book[title].iter_rows(values_only=True)
            every += [dict(zip(head, row, strict=True)) for row in rows]
    book.close()
    return every


def values(folder: Path, name: str) -> list[Any]:
    """Every value of a sheet."""
    book = openpyxl.load_workbook(folder / "findings.xlsx", read_only=True)
    every = [value for row in book[name].iter_rows(values_only=True) for value in row]
    book.close()
    return every


def of_xlsx(folder: Path) -> list[Seen]:
    return [
        Seen(r["stamp"], r["rule_id"], r["outcome"], r["finding_id"])
        for r in sheet(folder, "Findings")
    ]


def of_html(folder: Path) -> list[Seen]:
    """The findings in the data block of the page, which its script shows."""
    data = block(folder)
    verdicts, rules = data["verdicts"], data["rule_ids"]
    names = [
        name
        for name, size in zip(
            [*(one["stamp"] for one in data["stamps"]), UNCLAIMED],
            [*data["stamp_sizes"], 0][: len(data["stamps"]) + 1],
            strict=True,
        )
        for _ in range(size)
    ]
    return [
        Seen(name, rules[verdicts[v]["rule"]], data["outcomes"][verdicts[v]["outcome"]], one)
        for name, v, one in zip(
            names, data["columns"]["verdict"], data["ids"].split("\n"), strict=True
        )
    ]


def block(folder: Path) -> dict[str, Any]:
    """The data block of the page."""
    text = (folder / "report.html").read_text(encoding="utf-8")
    (found,) = re.findall(r"<script type=\"[^\"]*\"[^>]*>([A-Za-z0-9+/=\s]+)</script>", text)
    data: dict[str, Any] = json.loads(gzip.decompress(b64decode(found)))
    return data


def waived_of_html(folder: Path) -> list[str]:
    data = block(folder)
    verdicts, places = data["verdicts"], data["columns"]["verdict"]
    return [
        one
        for one, place in zip(data["ids"].split("\n"), places, strict=True)
        if verdicts[place].get("waived")
    ]


def _waived_cases(folder: Path) -> list[str]:
    return [
        re.search(r"^finding_id: (.*)$", case.findtext("system-out"), re.MULTILINE)[1]  # type: ignore[index]
        for _, case in cases(folder)
        if case.find("skipped[@type='waived']") is not None
    ]


def _waived_rows(folder: Path) -> list[str]:
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    return [row["finding_id"] for row in rows if row["waived"] == "true"]


WAIVED: dict[str, Callable[[Path], list[str]]] = {
    "csv": _waived_rows,
    "html": waived_of_html,
    "sarif": lambda folder: [
        one["partialFingerprints"]["stampcheck/v1"]
        for one in sarif(folder)["results"]
        if one.get("suppressions")
    ],
    "ocsf": lambda folder: [
        one["finding_info"]["uid"] for one in ocsf(folder) if one["status"] == "Suppressed"
    ],
    "junit": _waived_cases,
    "xlsx": lambda folder: [
        row["finding_id"] for row in sheet(folder, "Findings") if row["waived"] == "true"
    ],
}
"""The ids of what each format marks as waived."""


def justifications(folder: Path) -> dict[str, str]:
    """All that each format says of why something is waived."""
    return {
        "sarif": " ".join(
            suppression["justification"]
            for one in sarif(folder)["results"]
            for suppression in one.get("suppressions", [])
        ),
        "ocsf": " ".join(one["comment"] for one in ocsf(folder) if "comment" in one),
        "junit": " ".join(
            case.find("skipped").get("message")
            for _, case in cases(folder)
            if case.find("skipped[@type='waived']") is not None
        ),
        "html": " ".join(one["words"] for one in block(folder)["waivers"]),
    }


def noted(folder: Path) -> set[str]:
    """The faults of waivers that SARIF notifies of."""
    (invocation,) = sarif(folder)["invocations"]
    notes = invocation["toolExecutionNotifications"]
    return {one["descriptor"]["id"] for one in notes if "descriptor" in one}


def events(folder: Path) -> list[datetime]:
    """When what stands in the calendar ends, in its order."""
    read: Any = icalendar.Calendar.from_ical((folder / "expiry.ics").read_bytes())
    return [event["DTSTART"].dt for event in read.walk("VEVENT")]


class Table(NamedTuple):
    """A table of a Markdown file as it is rendered, under its heading."""

    heading: str
    head: list[str]
    rows: list[list[str]]


def tables(path: Path) -> list[Table]:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(path.read_text(encoding="utf-8"))
    root = etree.HTML(html)
    found, heading = [], ""
    for element in root.iter("h1", "h2", "table"):
        if element.tag == "table":
            head, *rows = [
                ["".join(cell.itertext()) for cell in line] for line in element.iter("tr")
            ]
            found.append(Table(heading, head, rows))
        else:
            heading = "".join(element.itertext())
    return found


def pairs(rows: list[Seen], record: ScanRecord) -> dict[str, list[int]]:
    """Per stamp the number of rules by their worst outcome."""
    order = [outcome.value for outcome in Outcome]
    worst: dict[tuple[str, str], str] = {}
    for row in rows:
        key = (row.stamp, row.rule)
        worst[key] = min(worst.get(key, row.outcome), row.outcome, key=order.index)
    sums = {stamp.stamp: Counter[str]() for stamp in record.stamps()}
    for (stamp, _), outcome in worst.items():
        if stamp in sums:
            sums[stamp][outcome] += 1
    return {stamp: [counted[outcome] for outcome in order] for stamp, counted in sums.items()}
