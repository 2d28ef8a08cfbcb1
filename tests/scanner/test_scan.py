"""A bundle to its record: both sums in every file, the canonical order, strays, interruptions."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path

import pytest

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk, summary
from stampcheck.cli.pipeline import JudgingOptions, chosen_formats, judge_bundle, write_reports
from stampcheck.collect.files import collect_files
from stampcheck.demo import FLEETS, Fleet
from stampcheck.inventory import read_inventory
from stampcheck.model import UNCLAIMED, Outcome, sort_key
from stampcheck.record import Counts, ScanRecord


def scanned(fleet: Fleet, folder: Path, formats: tuple[str, ...] = ()) -> ScanRecord:
    """Collect, judge and report a demo fleet as the command does."""
    fleet.write(folder / "evidence")
    inventory = read_inventory(folder / "evidence" / fleet.inventory) if fleet.inventory else None
    bundle, run, talk = folder / "bundle", folder / "run", Talk(quiet=True)
    collect_files(folder / "evidence", bundle, fleet.as_of, inventory, lambda _: None)
    run.mkdir()
    with Bundle(bundle) as opened:
        judge_bundle(opened, run, JudgingOptions(), talk=talk, as_of=fleet.as_of)
    record = ScanRecord(run)
    assert write_reports(record, run, chosen_formats(formats), talk)
    return record


@pytest.fixture(scope="module", params=FLEETS, ids=lambda fleet: fleet.name)
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    return scanned(request.param, tmp_path_factory.mktemp("scan"))


def numbers(counts: Counts) -> list[int]:
    return [counts.failed, counts.undetermined, counts.passed, counts.not_applicable]


def balances(page: str) -> list[list[int]]:
    """The numbers of the balance table of the page: pairs, then findings."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.split("</h1>")[1]))
    both = r"\s+([\d,]+)\s+([\d,]+)\s+"
    (found,) = re.findall(f"Failed{both}Undetermined{both}Passed{both}Not applicable{both}", text)
    numbers = [int(number.replace(",", "")) for number in found]
    return [numbers[::2], numbers[1::2]]


def test_both_sums_are_the_same_in_every_file(
    record: ScanRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    scan, folder = record.scan, record.folder
    findings = list(record.findings())
    with (folder / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / "stamps.csv").open(encoding="utf-8-sig", newline="") as stream:
        stamps = list(csv.DictReader(stream))
    summary(Talk(no_color=True), record)
    talk = capsys.readouterr().err

    by_outcome = Counter(found.outcome for found in findings)
    of_rows = Counter(row["outcome"] for row in rows)
    pairs = [
        sum(int(row[name]) for row in stamps)
        for name in ("failed", "undetermined", "passed", "not_applicable")
    ]
    assert scan.pairs.total == len(scan.rules) * scan.stamp_count
    assert (
        numbers(scan.findings) == [by_outcome[o] for o in Outcome] == [of_rows[o] for o in Outcome]
    )
    assert numbers(scan.pairs) == pairs
    assert balances((folder / "report.html").read_text()) == [pairs, numbers(scan.findings)]
    for line, expected in (("= pairs", scan.pairs), ("findings", scan.findings)):
        printed = next(row for row in talk.splitlines() if line in row).split(line)[1].split()
        assert [int(n.replace(",", "")) for n in printed] == [*numbers(expected), expected.total]


def test_the_sums_of_rules_and_stamps_add_up(record: ScanRecord) -> None:
    scan = record.scan
    stamps = list(record.stamps())

    assert sum(rule.pairs.total for rule in scan.rules) == scan.pairs.total
    assert sum(rule.findings.total for rule in scan.rules) == scan.findings.total
    assert sum(stamp.pairs.total for stamp in stamps) == scan.pairs.total
    assert sum(scan.standings.values()) == sum(scan.states.values()) == len(stamps)
    assert sum(scan.failures.values()) == scan.findings.failed


def test_findings_stand_in_the_canonical_order(record: ScanRecord) -> None:
    keys = [
        (found.stamp == UNCLAIMED, sort_key(found.stamp), found.rule, found.subject)
        for found in record.findings()
    ]

    assert keys == sorted(keys)


def test_every_finding_has_an_id_of_its_own(record: ScanRecord) -> None:
    ids = [found.finding_id for found in record.findings()]

    assert len(ids) == len(set(ids))


def test_nothing_of_the_work_is_left_behind(record: ScanRecord) -> None:
    names = {path.name for path in record.folder.iterdir()}

    assert not {name for name in names if "part" in name or "merged" in name or name[0] == "."}


def test_every_failure_names_its_proof_and_a_cause(record: ScanRecord) -> None:
    causes = {cause.id for cause in record.scan.causes}
    failures = [found for found in record.findings() if found.outcome is Outcome.FAIL]

    assert failures
    assert all(found.sources and set(found.causes) <= causes for found in failures)


def test_every_gap_names_a_reason_and_says_what_was_met(record: ScanRecord) -> None:
    gaps = [found for found in record.findings() if found.outcome is Outcome.UNDETERMINED]

    assert all(found.reason and found.message for found in gaps)
