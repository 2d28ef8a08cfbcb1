"""``diff`` at the command line: what it prints, what it writes and how it ends."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from stampcheck.record import ScanRecord
from tests.scanner.conftest import Command


@pytest.fixture
def runs(stampcheck: Command, evidence: Path) -> tuple[Path, Path]:
    """Two scans of one stamp: in order, then expired."""
    made = []
    for name in ("9999-12-30", "2020-01-01"):
        path = evidence / "ams-01" / "activation.json"
        path.write_text(path.read_text().replace("9999-12-30", name))
        done = stampcheck(
            *("scan", "--from-files", evidence, "-q", "-o", name, "--rule", "AZS-RG-002"),
        )
        made.append(Path(done.out.strip()))
    return made[0], made[1]


def test_a_regression_is_told_with_its_reason_and_ends_with_1(
    stampcheck: Command, runs: tuple[Path, Path]
) -> None:
    done = stampcheck("diff", *runs, "--no-color")
    assert done.code == 1
    assert "Regressed (1)" in done.out
    assert "pass [never] -> fail critical [2020-01-01T23:59:59Z]" in done.out
    assert "stamp: The stamp was changed." in done.out
    assert (
        "ACTIVATION_EXPIRES: never -> 2020-01-01T23:59:59Z "
        "[ams-01/activation.json properties.expiration]" in done.out
    )


def test_the_other_way_round_it_is_fixed(stampcheck: Command, runs: tuple[Path, Path]) -> None:
    done = stampcheck("diff", runs[1], runs[0], "--no-color")
    assert (done.code, "Fixed (1)" in done.out) == (0, True)


def test_a_scan_and_itself_do_not_differ(stampcheck: Command, runs: tuple[Path, Path]) -> None:
    done = stampcheck("diff", runs[1], runs[1])
    assert done.code == 0
    assert "Both scans judged the same bundle." in done.out


def test_what_cannot_be_told_any_more_ends_with_3(
    stampcheck: Command, runs: tuple[Path, Path], evidence: Path
) -> None:
    (evidence / "ams-01" / "activation.json").unlink()
    done = stampcheck("scan", "--from-files", evidence, "-q", "--rule", "AZS-RG-002")
    found = stampcheck("diff", runs[0], done.out.strip())
    assert found.code == 3
    assert "coverage: What was known could not be read now." in found.out
    assert stampcheck("diff", runs[0], done.out.strip(), "--exit-zero").code == 0


def test_a_new_failure_below_the_limit_does_not_count(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    (tmp_path / "p.toml").write_text('[severity]\nAZS-RG-002 = "low"\n')
    path = evidence / "ams-01" / "activation.json"
    path.write_text(path.read_text().replace("9999-12-30", "2020-01-01"))
    options = ("-q", "--profile", "p.toml", "--rule")
    with_it = stampcheck("scan", "--from-files", evidence, *options, "AZS-RG-002").out.strip()
    without = stampcheck("scan", "--from-files", evidence, *options, "AZS-RG-004").out.strip()
    assert stampcheck("diff", without, with_it).code == 0
    assert stampcheck("diff", without, with_it, "--fail-on", "low").code == 1


def test_formats_are_written_into_a_folder_of_their_own(
    stampcheck: Command, runs: tuple[Path, Path]
) -> None:
    done = stampcheck(
        *("diff", *runs, "--format", "html", "--format", "csv", "--format", "json", "-o", "out")
    )
    folder = Path(done.out.strip())
    assert {path.name for path in folder.iterdir()} == {"diff.html", "diff.csv", "diff.json"}
    assert "1 regressed" in done.err
    told = json.loads((folder / "diff.json").read_bytes())
    assert told["counts"] == {"regressed": 1}
    rows = (folder / "diff.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 2
    assert ",regressed,ams-01," in rows[1]


def test_a_bundle_is_judged_on_the_spot(
    stampcheck: Command, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    packed = tmp_path / "old.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in (runs[0] / "bundle").iterdir():
            archive.write(file, file.name)
    done = stampcheck("diff", packed, runs[1] / "scan.json", "--no-color")
    assert done.code == 1
    assert "AZS-RG-002" in done.out


def test_a_run_in_a_zip_is_compared(
    stampcheck: Command, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    shutil.make_archive(str(tmp_path / "old"), "zip", runs[0])
    assert stampcheck("diff", tmp_path / "old.zip", runs[1]).code == 1


def test_a_scan_that_was_narrowed_tells_of_nothing_that_is_gone(
    stampcheck: Command, runs: tuple[Path, Path]
) -> None:
    stamp = next(ScanRecord(runs[0]).stamps()).stamp
    narrowed = stampcheck("evaluate", runs[0] / "bundle", "--stamp", stamp, "-q").out.strip()
    told = stampcheck("diff", narrowed, runs[0], "--format", "json", "-o", "narrowed")
    found = json.loads((Path(told.out.strip()) / "diff.json").read_text())
    assert "added" not in found or not found["added"]
    assert any("The old scan was asked for 1 stamp only" in note for note in found["notes"])


def test_a_baseline_shows_the_same_beside_the_scan(
    stampcheck: Command, runs: tuple[Path, Path]
) -> None:
    done = stampcheck(
        *("evaluate", runs[1] / "bundle", "--rule", "AZS-RG-002", "--baseline", runs[0])
    )
    folder = Path(done.out.strip())
    assert "Since the baseline of" in done.err
    assert "1 regressed" in done.err
    assert json.loads((folder / "diff.json").read_bytes())["counts"] == {"regressed": 1}
    assert (folder / "diff.csv").is_file()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "What changed since" in page
    again = stampcheck("report", folder, "-q")
    assert "What changed since" in (Path(again.out.strip()) / "report.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "{new}"), "nowhere: there is no such scan or bundle."),
        (("{new}", "{new}", "--format", "xml"), "There is no format 'xml' of a diff"),
        (("{new}", "{new}", "--fail-on", "hihg"), "did you mean 'high'?"),
    ],
)
def test_a_wrong_word_is_said_in_one_sentence(
    arguments: tuple[str, ...], words: str, stampcheck: Command, runs: tuple[Path, Path]
) -> None:
    done = stampcheck("diff", *(word.format(new=runs[1]) for word in arguments))
    assert done.code == 2
    assert words in done.err
