"""One table of truth: every format recounts to the sums of the scan, on any fleet."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stampcheck.cli.console import Talk
from stampcheck.cli.main import run
from stampcheck.cli.pipeline import chosen_formats, write_reports
from stampcheck.dated import dated
from stampcheck.model import Outcome
from stampcheck.record import Counts, ReportFormat, ScanRecord
from stampcheck.registry import Package
from stampcheck_reports.display import shown
from tests.reports import schemas, written
from tests.reports.sample import write_sample

DEMO = ("complete", "troubled", "later")
READERS = {
    "csv": written.of_csv,
    "html": written.of_html,
    "sarif": written.of_sarif,
    "ocsf": written.of_ocsf,
    "junit": written.of_junit,
    "xlsx": written.of_xlsx,
}


def numbers(counts: Counts) -> list[int]:
    return [counts.failed, counts.undetermined, counts.passed, counts.not_applicable]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo with every report, made by its command."""
    folder = tmp_path_factory.mktemp("demo")
    assert run(["demo", "-q", "--format", "all", "-o", str(folder)]) == 0
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module", params=[*DEMO, "random", "hostile"])
def record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, demo: Path
) -> ScanRecord:
    """A scan with every report beside it."""
    if request.param in DEMO:
        return ScanRecord(demo / request.param / "report")
    folder = tmp_path_factory.mktemp(request.param)
    made = write_sample(folder, 25, hostile=request.param == "hostile", fail=0.3, gap=0.2)
    assert write_reports(made, made.folder, chosen_formats(["all"]), Talk(quiet=True))
    return made


@pytest.fixture(scope="module")
def later(demo: Path) -> ScanRecord:
    """The demo's second audit: with waivers, attestations and a baseline."""
    return ScanRecord(demo / "later" / "report")


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


@pytest.mark.parametrize("word", READERS)
def test_what_is_waived_is_marked_in_every_format_and_nothing_else(
    record: ScanRecord, word: str
) -> None:
    waived = [one.finding_id for one in record.findings() if one.waived]

    assert written.WAIVED[word](record.folder) == waived
    assert len(waived) == sum(record.scan.waived.values()) or not record.scan.waivers


def test_every_waiver_is_told_in_every_format_that_has_a_place_for_it(later: ScanRecord) -> None:
    scan, folder = later.scan, later.folder
    applied = [one for one in scan.waivers if one.findings]
    said = written.justifications(folder)
    tables = {table.heading: table for table in written.tables(folder / "report.md")}
    rows = written.sheet(folder, "Waivers")

    assert len({one.status for one in scan.waivers}) == len(scan.waivers) == 4
    for one in applied:
        for name in ("reason", "ticket", "owner", "approver", "expires"):
            assert all(getattr(one, name) in words for words in said.values()), name
    assert set(said) == {"sarif", "ocsf", "junit", "html"}
    assert {row["waiver_id"]: row["status"] for row in rows} == {
        one.id: one.status.value for one in scan.waivers
    }
    assert sorted(row[0] for row in tables["Waivers"].rows) == sorted(
        f"{one.status} {one.fault}".strip() for one in scan.waivers
    )
    assert {one.fault for one in scan.waivers if one.fault} == written.noted(folder)


def test_markdown_counts_the_changes_and_tells_what_ends_as_the_other_files_do(
    later: ScanRecord,
) -> None:
    changes = later.changes()
    assert changes is not None
    as_of = datetime.fromisoformat(later.scan.as_of)
    with (later.folder / "diff.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = Counter(row["change"] for row in csv.DictReader(stream))
    events = written.events(later.folder)
    soon = [at for at in events if as_of < at <= as_of + timedelta(days=90)]

    assert len(events) == len(dated(later))
    for name in ("report.md", "summary.md"):
        tables = {table.heading: table for table in reversed(written.tables(later.folder / name))}
        told = tables[f"What changed since {changes.old.as_of}"].rows
        assert {word: int(number) for word, number in told} == changes.counts
        assert {word: changes.counts[word] for word in rows} == rows
        assert [row[0] for row in tables["What ends within 90 days"].rows] == [
            f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in soon
        ]


def test_markdown_tells_every_attestation(later: ScanRecord) -> None:
    tables = {table.heading: table for table in written.tables(later.folder / "report.md")}
    given = [one for stamp in later.stamps() for one in stamp.attestations]

    assert sorted(row[4] for row in tables["Attestations"].rows) == sorted(
        f"{one.who}, {one.when}" for one in given
    )
    assert given


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
