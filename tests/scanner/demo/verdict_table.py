"""Reads the tables of what is expected of the demo fleets, and judges the fleets as a scan does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import JudgingOptions, chosen_formats, judge_bundle, write_reports
from stampcheck.collect.files import collect_files
from stampcheck.demo import Fleet
from stampcheck.inventory import read_inventory
from stampcheck.model import UNCLAIMED, Finding, Outcome
from stampcheck.record import ScanRecord

COLLECTED = datetime(2026, 10, 31, tzinfo=UTC)

Row = dict[str, str]


class Run(NamedTuple):
    """A judged fleet: the folder that holds bundle, record and reports, and the record."""

    folder: Path
    record: ScanRecord


def expected(fleet: Fleet) -> dict[str, Row]:
    """The table of a fleet: a row a stamp, a cell a column, without the explanation."""
    text = (Path(__file__).parent / f"{fleet.name}.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    head, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    return {
        row["stamp"]: {name: cell for name, cell in row.items() if name not in ("stamp", "because")}
        for row in cells
    }


class Further(NamedTuple):
    """What a rule beyond the essential six says of the stamps that are named, and of the rest."""

    named: dict[str, str]
    rest: str


def further() -> dict[str, Further]:
    """The table of the rules beyond the essential six, by rule; stamps as ``fleet/name``."""
    text = (Path(__file__).parent / "further.md").read_text(encoding="utf-8")
    rules: dict[str, Further] = {}
    for line in text.splitlines():
        if line.startswith("| AZS-"):
            rule, outcome, stamps = (cell.strip() for cell in line.split("|")[1:-1])
            known = rules.setdefault(rule, Further({}, outcome))
            if stamps != "*the rest*":
                names = (
                    name if "/" in name else f"complete/{name}" for name in stamps.split(" · ")
                )
                known.named.update(dict.fromkeys(names, outcome))
    return rules


def judged(fleet: Fleet, folder: Path) -> Run:
    """Write a fleet, collect it, judge it and render it, all below ``folder``."""
    source, run = folder / "evidence", folder / "run"
    fleet.write(source)
    run.mkdir()
    inventory = read_inventory(source / fleet.inventory) if fleet.inventory else None
    collect_files(source, run / "bundle", COLLECTED, inventory, lambda _: None)
    talk = Talk(quiet=True, no_progress=True)
    with Bundle(run / "bundle") as bundle:
        bundle.verify()
        judge_bundle(bundle, run, JudgingOptions(), talk=talk, as_of=fleet.as_of)
    record = ScanRecord(run)
    assert write_reports(record, run, chosen_formats(()), talk)
    return Run(run, record)


def told(run: Run) -> dict[str, Row]:
    """What the program says, in the form of the table."""
    rows: dict[str, Row] = {}
    for stamp, findings in run.record.by_stamp():
        name = stamp.stamp if stamp else UNCLAIMED
        row = {"state": stamp.state, "standing": stamp.licence_standing} if stamp else {}
        rows[name] = {key: str(word) for key, word in row.items()} | {
            found.rule: _cell(found) for found in findings
        }
    return rows


def _cell(found: Finding) -> str:
    more = {Outcome.FAIL: found.severity, Outcome.UNDETERMINED: found.reason}.get(found.outcome)
    return f"{found.outcome} {more}" if more else str(found.outcome)
