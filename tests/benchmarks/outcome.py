"""What was found, counted from the files of a run, and compared with what was to be found."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from stampcheck.record import Counts, ScanRecord
from tests.benchmarks.generator import RULES, Expected

Finding = tuple[str, str, str]
"""Stamp, rule, outcome."""


def findings(path: Path) -> Iterator[Finding]:
    """The rows of a findings.csv."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        head = next(rows)
        stamp, rule, outcome = map(head.index, ("stamp", "rule_id", "outcome"))
        for row in rows:
            yield row[stamp], row[rule], row[outcome]


def found(path: Path) -> Expected:
    """Outcomes by rule in a findings.csv, of the six rules whose outcomes are known beforehand."""
    table: Expected = {rule: Counter() for rule in RULES}
    for _, rule, outcome in findings(path):
        if rule in table:
            table[rule][outcome] += 1
    return table


def rows(path: Path) -> int:
    """How many findings a findings.csv has."""
    return sum(1 for _ in findings(path))


def check_findings(path: Path, expected: Expected) -> None:
    """Refuse a findings.csv that does not say what is expected."""
    seen = found(path)
    if seen != expected:
        raise SystemExit(f"{path}: found {seen}, expected {expected}")


def check_sums(folder: Path, expected: Expected) -> None:
    """Refuse a scan whose sums differ from what is expected."""
    scan = ScanRecord(folder).scan
    stamps = sum(expected[RULES[0]].values())
    by_rule = {rule.id: rule.pairs for rule in scan.rules}
    sums = (scan.stamp_count, scan.pairs.total, scan.findings.total)
    wanted = (stamps, stamps * len(by_rule), rows(folder / "findings.csv"))
    if sums != wanted:
        raise SystemExit(f"{folder}: the sums are {sums}, not {wanted}")
    known = {rule: _counts(outcomes) for rule, outcomes in expected.items()}
    if {rule: by_rule.get(rule) for rule in known} != known:
        raise SystemExit(f"{folder}: the sums by rule are {by_rule}, not {expected}")


def _counts(outcomes: Counter[str]) -> Counts:
    counts = Counts()
    for outcome, number in outcomes.items():
        counts.add(outcome, number)
    return counts
