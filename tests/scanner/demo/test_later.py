"""The demo's second audit: what it says of the first is right, line by line."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from stampcheck.change import ChangeClass, Comparison
from stampcheck.cli.main import run
from stampcheck.dated import dated
from stampcheck.demo.accepted import ACCEPTED, OWNER
from stampcheck.demo.later import ADDED, REMOVED, RENAMED, TURNS
from stampcheck.integrity.run_manifest import write_run_manifest
from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from stampcheck.waiver import WaiverStatus
from tests.scanner.demo.later_table import accept as rewrite
from tests.scanner.demo.later_table import expected, told


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo, made by its command."""
    folder = tmp_path_factory.mktemp("demo")
    assert run(["demo", "-q", "-o", str(folder)]) == 0
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def later(shown: Path) -> ScanRecord:
    return ScanRecord(shown / "later" / "report")


@pytest.fixture(scope="module")
def comparison(later: ScanRecord) -> Comparison:
    found = later.changes()
    assert found is not None
    return found


def test_the_comparison_is_right_line_by_line(
    comparison: Comparison,
    accept: bool,  # noqa: FBT001 (a fixture)
) -> None:
    lines = told(comparison)
    if accept:
        rewrite(lines)
    assert lines == expected()


def test_every_finding_of_either_scan_is_counted_once(
    shown: Path, later: ScanRecord, comparison: Comparison
) -> None:
    first = ScanRecord(shown / "complete" / "report")
    former = {one.new: one.old for one in comparison.renamed}
    old = {(one.stamp, one.rule, one.subject) for one in first.findings()}
    new = {(former.get(one.stamp, one.stamp), one.rule, one.subject) for one in later.findings()}
    assert sum(comparison.counts.values()) == len(old | new)
    listed = Counter(one.change.value for one in comparison.changes)
    assert all(comparison.counts[word] == number for word, number in listed.items())


def test_stamps_that_came_went_or_were_renamed_are_told(comparison: Comparison) -> None:
    assert comparison.added == [ADDED]
    assert comparison.removed == list(REMOVED)
    assert [(one.old, one.new) for one in comparison.renamed] == [RENAMED]


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.folder)
def test_each_turn_shows_in_the_comparison(turn: object, comparison: Comparison) -> None:
    stamp = turn.folder  # type: ignore[attr-defined]
    changed = {
        one.change
        for one in comparison.changes
        if one.stamp == stamp and one.change is not ChangeClass.STILL_FAILING
    }
    assert changed


def test_each_waiver_became_what_the_demo_planned(shown: Path, later: ScanRecord) -> None:
    first = ScanRecord(shown / "complete" / "report").scan
    assert {one.status for one in first.waivers} == {WaiverStatus.APPLIED}
    assert sum(first.waived.values()) == len(ACCEPTED)
    found = {(one.rule, one.stamp): one.status for one in later.scan.waivers}
    assert found == {
        ("AZS-PR-001", "emea-rome"): WaiverStatus.APPLIED,
        ("AZS-PR-001", "emea-athens"): WaiverStatus.UNUSED,
        ("AZS-RG-004", "amer-lima"): WaiverStatus.EXPIRED,
        ("AZS-RG-005", "emea-bilbao"): WaiverStatus.EVIDENCE_CHANGED,
    }


def test_a_waived_failure_stays_a_failure_in_every_sum(later: ScanRecord) -> None:
    findings = list(later.findings())
    waived = [one for one in findings if one.waived]
    assert [(one.rule, one.stamp) for one in waived] == [("AZS-PR-001", "emea-rome")]
    assert all(one.outcome is Outcome.FAIL for one in waived)
    failed = sum(one.outcome is Outcome.FAIL for one in findings)
    assert later.scan.findings.failed == sum(later.scan.failures.values()) == failed


@pytest.mark.parametrize(
    ("stamp", "rule", "outcome"),
    [
        ("emea-bern", "AZS-TE-003", Outcome.PASS),
        ("emea-gdansk", "AZS-AC-003", Outcome.PASS),
        ("emea-zurich", "AZS-BI-004", Outcome.PASS),
        ("gov-tacoma", "AZS-SU-002", Outcome.FAIL),
    ],
)
def test_a_report_shows_that_a_person_said_it(
    stamp: str, rule: str, outcome: Outcome, later: ScanRecord
) -> None:
    (found,) = (one for one in later.findings() if (one.stamp, one.rule) == (stamp, rule))
    assert found.outcome is outcome
    assert any(source.document.startswith("attestation ") for source in found.sources)


def test_the_page_has_a_section_for_each_of_them(later: ScanRecord) -> None:
    page = (later.folder / "report.html").read_text(encoding="utf-8")
    for section in ("changes", "waivers", "attestations"):
        assert f'<section id="{section}"' in page
        assert f'<a href="#{section}">' in page
    assert "What changed since 2026-11-01T00:00:00Z" in page
    assert "the operator of that cloud" in page


def test_what_people_said_is_among_what_ends(later: ScanRecord) -> None:
    ends = {(one.kind, one.stamp): one.ends.date().isoformat() for one in dated(later)}
    assert ends["attestation", "emea-gdansk"] == "2027-04-22"
    assert ends["waiver", "emea-rome"] == "2027-07-01"
    assert ends["waiver", "amer-lima"] < later.scan.as_of


def test_the_bundle_proves_the_second_audit(later: ScanRecord) -> None:
    assert run(["verify", str(later.folder), "--rejudge"]) == 0


def test_a_waiver_that_was_taken_away_is_found_by_judging_again(
    later: ScanRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(later.folder, folder)
    path = folder / "findings.jsonl"
    path.write_text(path.read_text().replace('"waived":true', '"waived":false', 1))
    write_run_manifest(folder, ScanRecord(folder).scan)
    assert run(["verify", str(folder), "--rejudge"]) == 6
    assert "waived is recorded as 'False', and found as 'True'" in capsys.readouterr().out


def test_waivers_are_checked_for_the_date_of_a_scan_that_looks_ahead(
    shown: Path, later: ScanRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    waivers = str(shown / "complete" / "waivers.toml")
    run(["waivers", "check", waivers, "--in", str(later.folder)])
    told = capsys.readouterr().out
    assert "WAIVER-001 expired" in told
    assert "on 2027-02-01." in told


def test_what_people_decided_and_said_is_handed_on_under_pseudonyms(
    later: ScanRecord, tmp_path: Path
) -> None:
    out, key = tmp_path / "out", tmp_path / "key.json"
    told = ["redact", str(later.folder), "-o", str(out), "--redact-key", str(key), "-q"]
    assert run([*told, "--format", "csv"]) == 0
    (folder,) = out.iterdir()
    text = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    names = (b"emea-rome", b"emea-bern", OWNER.encode(), b"licence management")
    assert not [name for name in names if name in text]


def test_the_second_audit_judges_again_to_the_same_bytes(shown: Path, tmp_path: Path) -> None:
    report = shown / "later" / "report"
    code = run(
        [
            "evaluate",
            str(report / "bundle"),
            *("--waivers", str(shown / "complete" / "waivers.toml")),
            *("--profile", str(shown / "later" / "profile.toml")),
            *("--baseline", str(shown / "complete" / "report")),
            *("-q", "-o", str(tmp_path)),
        ]
    )
    (again,) = tmp_path.iterdir()
    assert code == 1
    for name in (
        "findings.csv",
        "waivers.csv",
        "diff.csv",
        "diff.json",
        "facts.jsonl",
        "scan.json",
    ):
        assert (again / name).read_bytes() == (report / name).read_bytes()


def test_a_scan_compared_with_itself_shows_no_change(shown: Path, tmp_path: Path) -> None:
    report = str(shown / "later" / "report")
    assert run(["diff", report, report, "--format", "json", "-q", "-o", str(tmp_path)]) == 0
    (folder,) = tmp_path.iterdir()
    found = msgspec.json.decode((folder / "diff.json").read_bytes(), type=Comparison)
    classes = {ChangeClass(word) for word in found.counts}
    assert classes == {
        ChangeClass.STILL_FAILING,
        ChangeClass.STILL_UNDETERMINED,
        ChangeClass.IN_ORDER,
    }
    assert all(not one.why and not one.worse for one in found.changes)
