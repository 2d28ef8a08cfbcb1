"""The history from the command line: kept after everything else, and asked in three formats."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from stampcheck.history.database import connected
from tests.scanner.conftest import Command, Ran
from tests.scanner.history.conftest import empty_database
from tests.scanner.history.conftest import server as server  # noqa: PLC0414 (a fixture)
from tests.scanner.history.server import PASSWORD, Server

FORMATS = ("text", "json", "csv")
FILES = ("scan.json", "findings.jsonl", "report.html", "findings.csv", "run-manifest.json")


def run_of(ran: Ran) -> Path:
    return Path(ran.out.splitlines()[0])


def history(stampcheck: Command, *arguments: str) -> Ran:
    return stampcheck("history", *arguments, "--history", "audit.db")


def test_scans_are_kept_and_answer_since_when(stampcheck: Command, expired: Path) -> None:
    first = stampcheck("scan", "--from-files", expired, "--history", "audit.db", "-q")
    assert first.code == 1
    bundle = run_of(first) / "bundle"
    for day in ("2019-12-01", "2026-01-01", "2026-01-01"):
        stampcheck("evaluate", bundle, "--as-of", day, "--history", "audit.db", "-q")

    listed = history(stampcheck, "list")
    assert listed.code == 0
    assert [line[:10] for line in listed.out.splitlines()[1:3]] == ["2019-12-01", "2026-01-01"]
    assert len(listed.out.splitlines()) == 4
    stamp = history(stampcheck, "stamp", "AMS-01")
    assert "ams-01: looked at from 2019-12-01T00:00:00Z to 20" in stamp.out
    rule = json.loads(history(stampcheck, "rule", "azs-rg-002", "--format", "json").out)
    assert [(one["opened"][:10], one["closed"]) for one in rule] == [("2019-12-01", "")]
    trend = list(csv.DictReader(io.StringIO(history(stampcheck, "trend", "--format", "csv").out)))
    assert [one["expired"] for one in trend] == ["0", "1", "1"]
    early = history(stampcheck, "trend", "--as-of", "2020-06-01", "--stamp", "ams-01")
    assert len(early.out.splitlines()) == 2


def test_the_report_of_the_second_scan_shows_the_trend(stampcheck: Command, evidence: Path) -> None:
    first = stampcheck("scan", "--from-files", evidence, "--history", "audit.db", "-q")
    second = stampcheck(
        *("evaluate", run_of(first) / "bundle", "--as-of", "2099-01-01"),
        *("--history", "audit.db", "-q"),
    )
    run = run_of(second)

    assert len(json.loads((run / "trend.json").read_text())) == 2
    assert 'id="trend"' in (run / "report.html").read_text()
    assert 'id="trend"' not in (run_of(first) / "report.html").read_text()
    assert stampcheck("verify", run).code == 0
    again = stampcheck("report", run_of(first), "--history", "audit.db", "-q")
    assert again.code == 0
    assert stampcheck("verify", run_of(again)).code == 0


def test_a_scan_is_added_later_and_twice_is_once(stampcheck: Command, evidence: Path) -> None:
    run = run_of(stampcheck("scan", "--from-files", evidence, "-q"))

    assert history(stampcheck, "add", str(run)).out.endswith(": kept.\n")
    assert history(stampcheck, "add", str(run)).out.endswith(": was there already.\n")
    assert history(stampcheck, "add", "nowhere").code == 2


def test_a_locked_database_costs_nothing_but_the_history(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    stampcheck("scan", "--from-files", evidence, "--history", "audit.db", "-q")
    holder = sqlite3.connect(tmp_path / "audit.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    place = f"sqlite:///{tmp_path / 'audit.db'}?timeout=0.1"
    ran = stampcheck("scan", "--from-files", evidence, "--history", place, "-q")
    holder.close()

    assert ran.code == 5
    assert all((run_of(ran) / name).is_file() for name in FILES)
    assert ran.err.count("Error:") == 1
    assert "another program holds it" in ran.err
    assert f"The scan's files are safe in {run_of(ran)}" in ran.err.replace("\n", " ")
    assert stampcheck("verify", run_of(ran)).code == 0


def test_what_is_no_database_costs_nothing_but_the_history(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    (tmp_path / "audit.db").write_text("hello, this is no database at all" * 100)
    ran = stampcheck("scan", "--from-files", evidence, "--history", "audit.db", "-q")

    assert ran.code == 5
    assert all((run_of(ran) / name).is_file() for name in FILES)
    assert "is no SQLite database" in ran.err
    assert history(stampcheck, "list").code == 2


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("mysql://host/db", "mysql is not known"),
        ("sqlite://", "is no file"),
        ("nowhere/audit.db", "there is no such folder for audit.db"),
        ("postgresql://me:hunter2@host/db", "set PGPASSWORD"),
        ("postgresql://host/db?password=hunter2", "set PGPASSWORD"),
        ("postgresql://host/db?options=x", "options is not understood"),
        ("postgresql://host:hunter2:x/db", "no address of a database"),
    ],
)
def test_what_cannot_be_a_database_is_said_before_anything_is_done(
    stampcheck: Command, evidence: Path, place: str, told: str
) -> None:
    ran = stampcheck("scan", "--from-files", evidence, "--history", place)

    assert ran.code == 2
    assert told in ran.err
    assert "hunter2" not in ran.err
    assert not Path("stampcheck-out").exists()


def test_a_history_that_is_not_there_is_not_made_by_reading(stampcheck: Command) -> None:
    ran = history(stampcheck, "list")

    assert ran.code == 2
    assert "there is no such database" in ran.err
    assert not Path("audit.db").exists()
    sqlite3.connect("audit.db").close()
    assert "holds no history" in history(stampcheck, "list").err


def test_nothing_in_a_listing_steers_a_terminal_or_a_sheet(
    stampcheck: Command, expired: Path
) -> None:
    (expired / "ams-01").rename(expired / "=cmd")
    run = run_of(stampcheck("scan", "--from-files", expired, "-q"))
    path = run / "scan.json"
    path.write_text(path.read_text().replace('"profile": "default"', '"profile": "=\\u001b[31m"'))
    assert history(stampcheck, "add", str(run)).code == 0
    failed = [history(stampcheck, "rule", "AZS-RG-002", "--format", form) for form in FORMATS]
    listed = [history(stampcheck, "list", "--format", form) for form in FORMATS]

    assert "=cmd" in failed[0].out
    assert [ran.code for ran in (*failed, *listed)] == [0] * 6
    assert not [ran for ran in (*failed, *listed) if "\x1b" in ran.out]
    cells = [cell for ran in (failed[2], listed[2]) for cell in re.split("[,\r\n]", ran.out)]
    assert not [cell for cell in cells if cell.startswith("=")]


def test_a_server_with_a_password_keeps_it_to_itself(
    stampcheck: Command, evidence: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = empty_database(server, server.fresh_name())
    url = server.bare_url(place.url.database or "")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    ran = stampcheck("scan", "--from-files", evidence, "--history", url)
    listed = stampcheck("history", "list", "--history", url)
    gone = url.replace(str(server.folder), "/nowhere")
    lost = stampcheck("scan", "--from-files", evidence, "--history", gone)
    monkeypatch.setenv("PGPASSWORD", "guessed-wrongly")
    refused = stampcheck("scan", "--from-files", evidence, "--history", url)

    assert (ran.code, listed.code, lost.code, refused.code) == (3, 0, 5, 5)
    assert "The scan is kept in postgresql://auditor@/audit" in ran.err
    for one in (lost, refused):
        assert "The scan's files are safe" in " ".join(one.err.split())
        assert one.err.count("Error:") == 1
    assert "password authentication failed" in refused.err
    monkeypatch.delenv("PGPASSWORD")
    with connected(place) as connection:
        assert connection.scalar(text("SELECT count(*) FROM stampcheck_scan")) == 1
    files = [one.read_bytes() for one in Path.cwd().rglob("*") if one.is_file()]
    told = [word for one in (ran, listed, lost, refused) for word in (one.out, one.err)]
    for secret in (PASSWORD, "guessed-wrongly"):
        assert not [data for data in files if secret.encode() in data]
        assert not [word for word in told if secret in word]
