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
    """Outcomes by rule in a findings.csv."""
    table: Expected = {rule: Counter() for rule in RULES}
    for _, rule, outcome in findings(path):
        table[rule][outcome] += 1
    return table


def check_findings(path: Path, expected: Expected) -> None:
    """Refuse a findings.csv that does not say what is expected."""
    seen = found(path)
    if seen != expected:
        raise SystemExit(f"{path}: found {seen}, expected {expected}")


def check_sums(folder: Path, expected: Expected) -> None:
    """Refuse a scan whose sums differ from what is expected."""
    scan = ScanRecord(folder).scan
    stamps = sum(expected[RULES[0]].values())
    total = _counts(sum(expected.values(), Counter()))
    wanted = (stamps, total, total, stamps * len(RULES))
    sums = (scan.stamp_count, scan.pairs, scan.findings, scan.pairs.total)
    if sums != wanted:
        raise SystemExit(f"{folder}: the sums are {sums}, not {wanted}")
    by_rule = {rule.id: rule.pairs for rule in scan.rules}
    if by_rule != {rule: _counts(outcomes) for rule, outcomes in expected.items()}:
        raise SystemExit(f"{folder}: the sums by rule are {by_rule}, not {expected}")


def _counts(outcomes: Counter[str]) -> Counts:
    counts = Counts()
    for outcome, number in outcomes.items():
        counts.add(outcome, number)
    return counts
