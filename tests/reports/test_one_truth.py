"""One table of truth: every format recounts to the sums of the scan, on any fleet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import chosen_formats, write_reports
from stampcheck.demo import FLEETS
from stampcheck.model import Outcome
from stampcheck.record import Counts, ReportFormat, ScanRecord
from stampcheck.registry import Package
from stampcheck_reports.display import shown
from tests.reports import schemas, written
from tests.reports.sample import write_sample
from tests.scanner.test_scan import scanned

READERS = {
    "csv": written.of_csv,
    "sarif": written.of_sarif,
    "ocsf": written.of_ocsf,
    "junit": written.of_junit,
    "xlsx": written.of_xlsx,
}


def numbers(counts: Counts) -> list[int]:
    return [counts.failed, counts.undetermined, counts.passed, counts.not_applicable]


@pytest.fixture(scope="module", params=["complete", "troubled", "random", "hostile"])
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    """A scan with every report beside it."""
    folder = tmp_path_factory.mktemp(request.param)
    fleet = next((fleet for fleet in FLEETS if fleet.name == request.param), None)
    if fleet is not None:
        made = scanned(fleet, folder)
    else:
        made = write_sample(folder, 25, hostile=request.param == "hostile", fail=0.3, gap=0.2)
    assert write_reports(made, made.folder, chosen_formats(["all"]), Talk(quiet=True))
    return made


def as_shown(rows: list[written.Seen], word: str) -> list[written.Seen]:
    """The rows with the names as a format shows them."""
    if word == "csv":
        return [row._replace(stamp=_in_csv(row.stamp)) for row in rows]
    if word in ("junit", "xlsx"):
        return [row._replace(stamp=shown(row.stamp)) for row in rows]
    return rows


def _in_csv(name: str) -> str:
    from stampcheck_reports.cell import plain

    return plain(name)


@pytest.mark.parametrize("word", READERS)
def test_a_format_holds_every_finding_once_and_in_order(record: ScanRecord, word: str) -> None:
    assert READERS[word](record.folder) == as_shown(written.of_record(record), word)


@pytest.mark.parametrize("word", READERS)
def test_findings_and_pairs_recount_to_the_sums(record: ScanRecord, word: str) -> None:
    rows = [
        seen._replace(stamp=own.stamp)
        for seen, own in zip(READERS[word](record.folder), written.of_record(record), strict=True)
    ]
    by_outcome = Counter(row.outcome for row in rows)

    assert [by_outcome[outcome.value] for outcome in Outcome] == numbers(record.scan.findings)
    assert written.pairs(rows, record) == {
        stamp.stamp: numbers(stamp.pairs) for stamp in record.stamps()
    }


def test_the_workbook_counts_stamps_and_rules_the_same(record: ScanRecord) -> None:
    names = ("failed", "undetermined", "passed", "not_applicable")
    stamps = written.sheet(record.folder, "Stamps")
    rules = written.sheet(record.folder, "Rules")

    assert [[row[name] for name in names] for row in stamps] == [
        numbers(stamp.pairs) for stamp in record.stamps()
    ]
    assert [sum(row[name] for row in rules) for name in names] == numbers(record.scan.pairs)
    assert len(written.sheet(record.folder, "Undetermined")) == record.scan.findings.undetermined


@pytest.mark.parametrize("name", ["report.md", "summary.md"])
def test_markdown_shows_both_sums(record: ScanRecord, name: str) -> None:
    balance = written.tables(record.folder / name)[0].rows

    assert [[int(cell) for cell in row[1:5]] for row in balance] == [
        numbers(record.scan.pairs),
        numbers(record.scan.findings),
        numbers(record.scan.unclaimed_findings),
    ]


def test_markdown_lists_every_stamp_failure_and_gap(record: ScanRecord) -> None:
    found = {table.heading: table.rows for table in written.tables(record.folder / "report.md")}
    rows = written.of_record(record)
    ids = {
        heading: [row[-1] for row in found.get(heading, [])]
        for heading in ("Failures", "Undetermined")
    }

    assert [[int(cell) for cell in row[3:7]] for row in found["Stamps"]] == [
        numbers(stamp.pairs) for stamp in record.stamps()
    ]
    assert ids["Failures"] == [row.id for row in rows if row.outcome == "fail"]
    assert ids["Undetermined"] == [row.id for row in rows if row.outcome == "undetermined"]


def test_every_format_names_the_scan_and_the_bundle(record: ScanRecord) -> None:
    scan, folder = record.scan, record.folder
    summary = written.values(folder, "Summary")
    run, event = written.sarif(folder), written.ocsf(folder)[0]["unmapped"]
    suite = written.junit(folder).find("testsuite/properties")
    properties = {one.get("name"): one.get("value") for one in suite}

    for value in (scan.scan_id, scan.bundle.digest):
        assert value in summary
        assert value in run["properties"].values()
        assert value in event.values()
        assert value in properties.values()
        assert value in (folder / "report.md").read_text(encoding="utf-8")
        assert value in (folder / "summary.md").read_text(encoding="utf-8")


def test_every_file_is_valid_against_its_schema(record: ScanRecord) -> None:
    assert schemas.faults(record.folder) == []


def broken(*_: object) -> None:
    raise ValueError("no")


@pytest.mark.parametrize("fails", ["csv", "junit", "markdown", "ocsf", "sarif", "xlsx"])
def test_a_format_that_fails_does_not_lose_the_others(
    tmp_path: Path, fails: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = write_sample(tmp_path / "scan", 3)
    formats = [
        (ReportFormat(form.id, form.title, form.files, broken), package)
        if form.id == fails
        else (form, package)
        for form, package in chosen_formats(["all"])
        if form.id != "html"
    ]
    folder = tmp_path / "out"
    folder.mkdir()

    assert not write_reports(record, folder, formats, Talk(no_color=True))
    assert f"format {fails} (stampcheck" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        name for form, _ in formats if form.id != fails for name in form.files
    )
    assert all(isinstance(package, Package) for _, package in formats)


@pytest.mark.parametrize("word", ["csv", "junit", "markdown", "ocsf", "sarif", "xlsx"])
def test_equal_scans_give_equal_bytes(record: ScanRecord, tmp_path: Path, word: str) -> None:
    formats = chosen_formats([word])
    assert write_reports(record, tmp_path, formats, Talk(quiet=True))

    for name in formats[0][0].files:
        assert (tmp_path / name).read_bytes() == (record.folder / name).read_bytes()
