"""``waivers`` at the command line, and what a scan does with them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from tests.scanner.conftest import Command, Ran

WHO = (
    *("--owner", "operations", "--approver", "security", "--reason", "Renewal is ordered."),
    *("--ticket", "RISK-1"),
)


@pytest.fixture
def run(stampcheck: Command, expired: Path, tmp_path: Path) -> Path:
    """A scan in which the one stamp has expired; a profile that allows long waivers."""
    (tmp_path / "long.toml").write_text("max_waiver_days = 3650\n")
    done = stampcheck("scan", "--from-files", expired, "-q", "--rule", "AZS-RG-002")
    assert done.code == 1, done.err
    return Path(done.out.strip())


def add(stampcheck: Command, run: Path, *rest: object) -> Ran:
    until = rest or ("--expires", _far())
    return stampcheck("waivers", "add", "w.toml", "AZS-RG-002", "ams-01", "--in", run, *WHO, *until)


def _far() -> str:
    from datetime import UTC, datetime, timedelta

    return str((datetime.now(UTC) + timedelta(days=100)).date())


def test_a_waiver_is_added_with_the_fingerprint_of_the_scan(
    stampcheck: Command, run: Path, tmp_path: Path
) -> None:
    assert add(stampcheck, run).code == 0
    (one,) = tomllib.loads((tmp_path / "w.toml").read_text())["waiver"]
    assert (one["rule"], one["stamp"], one["owner"]) == ("AZS-RG-002", "ams-01", "operations")
    again = stampcheck("evaluate", run / "bundle", "--waivers", "w.toml", "--rule", "AZS-RG-002")
    assert again.code == 0
    record = ScanRecord(Path(again.out.strip()))
    (found,) = (one for one in record.findings() if one.stamp == "ams-01")
    assert (found.outcome, found.waived) == (Outcome.FAIL, True)
    assert record.scan.failures == record.scan.waived == {"critical": 1}
    assert "1 waiver given, 1 failure waived." in again.err
    assert "(waived)" in again.err


def test_the_users_words_and_layout_stay(stampcheck: Command, run: Path, tmp_path: Path) -> None:
    kept = "# Ours.\r\n\r\nschema   =   1 # the first\r\n"
    (tmp_path / "w.toml").write_bytes(kept.encode())
    assert add(stampcheck, run).code == 0
    assert (tmp_path / "w.toml").read_bytes().startswith(kept.encode())


def test_what_would_not_be_a_waiver_is_not_written(
    stampcheck: Command, run: Path, tmp_path: Path
) -> None:
    done = stampcheck(
        *("waivers", "add", "w.toml", "AZS-RG-002", "ams-01", "--in", run),
        *("--owner", "a", "--approver", "A", "--reason", "x", "--ticket", "x"),
        *("--expires", _far()),
    )
    assert done.code == 2
    assert "somebody else has to approve" in done.err
    assert "w.toml:" in done.err
    assert ".part" not in done.err
    assert [path.name for path in tmp_path.glob("*w.toml*")] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("AZS-RG-02", "ams-01"), "did you mean 'AZS-RG-002'?"),
        (("AZS-RG-002", "ams-1"), "did you mean 'ams-01'?"),
        (("AZS-RG-002", "--tag", "x"), "No stamp has the tag 'x'"),
        (("AZS-RG-002",), "Name either a STAMP or a --tag"),
    ],
)
def test_a_wrong_name_is_said_with_the_nearest(
    arguments: tuple[str, ...], words: str, stampcheck: Command, run: Path
) -> None:
    done = stampcheck(
        "waivers", "add", "w.toml", *arguments, "--in", run, *WHO, "--expires", _far()
    )
    assert done.code == 2
    assert words in done.err


def test_a_day_in_the_past_is_refused(stampcheck: Command, run: Path) -> None:
    done = add(stampcheck, run, "--expires", "2020-01-01")
    assert done.code == 2
    assert "lies in the past" in done.err


def test_a_waiver_longer_than_the_profile_allows_is_refused(stampcheck: Command, run: Path) -> None:
    done = add(stampcheck, run, "--expires", "2099-12-31")
    assert done.code == 2
    assert "365 days at most (max_waiver_days of the profile)" in done.err


def test_the_same_thing_is_not_waived_twice(stampcheck: Command, run: Path) -> None:
    add(stampcheck, run)
    assert "two waivers for AZS-RG-002 on ams-01" in add(stampcheck, run).err


@pytest.mark.usefixtures("expired")
def test_what_does_not_fail_is_not_waived(stampcheck: Command, evidence: Path) -> None:
    file = evidence / "ams-01" / "activation.json"
    file.write_text(file.read_text().replace("2020-01-01", "9999-12-30"))
    done = stampcheck("scan", "--from-files", evidence, "-q", "--rule", "AZS-RG-002")
    found = add(stampcheck, Path(done.out.strip()))
    assert found.code == 2
    assert "Nothing fails by AZS-RG-002 on ams-01" in found.err


def test_check_is_for_pipelines(stampcheck: Command, run: Path, tmp_path: Path) -> None:
    add(stampcheck, run)
    assert stampcheck("waivers", "check", "w.toml", "--in", run).code == 0
    late = stampcheck("waivers", "check", "w.toml", "--in", run, "--as-of", "2098-01-01")
    assert late.code == 1
    assert "WAIVER-001 expired: AZS-RG-002 on ams-01." in late.out
    path = tmp_path / "w.toml"
    path.write_text(path.read_text().replace("ticket", "tikcet"))
    broken = stampcheck("waivers", "check", "w.toml")
    assert broken.code == 2
    assert "did you mean 'ticket'?" in broken.err


def test_check_tells_of_evidence_that_is_another(
    stampcheck: Command, run: Path, tmp_path: Path
) -> None:
    add(stampcheck, run)
    path = tmp_path / "w.toml"
    text = path.read_text()
    evidence = tomllib.loads(text)["waiver"][0]["evidence"]
    path.write_text(text.replace(evidence, "0" * 32))
    found = stampcheck("waivers", "check", "w.toml", "--in", run)
    assert found.code == 1
    assert "WAIVER-004 evidence-changed" in found.out


def test_a_waiver_of_a_stamp_that_a_scan_left_out_is_no_typing_error(
    stampcheck: Command, run: Path, tmp_path: Path
) -> None:
    add(stampcheck, run)
    path = tmp_path / "w.toml"
    path.write_text(path.read_text().replace('"ams-01"', '"ams-02"'))
    told = stampcheck("waivers", "check", "w.toml", "--in", run)
    assert told.code == 2
    assert told.err.endswith("If it is gone from the fleet, remove this waiver.\n")

    bundle = run / "bundle"
    narrowed = stampcheck("evaluate", bundle, "--stamp", "ams-01", "-q").out.strip()
    assert stampcheck("waivers", "check", "w.toml", "--in", narrowed).code == 0


def test_list_tells_status_and_days_left(stampcheck: Command, run: Path) -> None:
    add(stampcheck, run)
    found = stampcheck("waivers", "list", "w.toml", "--in", run)
    assert found.code == 0
    assert found.out.startswith("applied           100 days  AZS-RG-002  ams-01  RISK-1: Renewal")


def test_without_a_scan_a_status_is_about_the_date(stampcheck: Command, run: Path) -> None:
    add(stampcheck, run)
    assert stampcheck("waivers", "list", "w.toml").out.startswith("holds             100 days")
    late = stampcheck("waivers", "list", "w.toml", "--as-of", "2098-01-01")
    assert late.out.startswith("expired             0 days")


def test_a_waived_failure_is_in_every_sum(stampcheck: Command, run: Path) -> None:
    add(stampcheck, run)
    done = stampcheck(
        "evaluate", run / "bundle", "-q", "--waivers", "w.toml", "--rule", "AZS-RG-002"
    )
    folder = Path(done.out.strip())
    rows = (folder / "findings.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [",fail,critical," in row and ",true," in row for row in rows[1:]] == [True]
    waivers = (folder / "waivers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(waivers) == 2
    assert ",applied,,AZS-RG-002,ams-01,,,1,operations,security," in waivers[1]
    assert 'id="waivers"' in (folder / "report.html").read_text()


def test_a_scan_with_a_broken_waivers_file_is_refused(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    (tmp_path / "w.toml").write_text("[[waiver]]\nexpires = 2026/1/2\n")
    done = stampcheck("scan", "--from-files", evidence, "-q", "--waivers", "w.toml")
    assert (done.code, done.err.strip()) == (
        2,
        "Error: w.toml:2: is not TOML: expected a date such as 2026-12-31.",
    )
    assert not (tmp_path / "stampcheck-out").exists()
