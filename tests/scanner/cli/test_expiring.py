"""What expires soon, from a run, a folder and what the doctor saw."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.scanner.conftest import REGISTRATION, Command


@pytest.fixture
def ending(evidence: Path) -> Path:
    path = evidence / "ams-01" / "activation.json"
    path.write_text(path.read_text().replace("9999-12-30T23:59:59Z", "2027-01-10T00:00:00Z"))
    return evidence


def test_what_expires_is_listed_with_its_days(stampcheck: Command, ending: Path) -> None:
    ran = stampcheck("expiring", "--in", ending, "--as-of", "2026-12-01")

    assert ran.code == 0
    assert ran.out.splitlines()[1].split() == [
        *("60", "days", "40", "2027-01-10T00:00:00Z", "ams-01", "registration", REGISTRATION)
    ]
    assert ran.out.endswith("As of 2026-12-01: 0 passed, 1 within 90 days.\n")
    passed = stampcheck("expiring", "--in", ending, "--as-of", "2027-02-01")
    assert passed.out.endswith("As of 2027-02-01: 1 passed, 0 within 90 days.\n")
    early = stampcheck("expiring", "--in", ending, "--as-of", "2026-01-01")
    assert early.out == "As of 2026-01-01: 0 passed, 0 within 90 days.\n"
    later = stampcheck("expiring", "--in", ending, "--as-of", "2026-01-01", "--days", "400")
    assert "later" in later.out


def test_it_is_json_and_csv_too(stampcheck: Command, ending: Path) -> None:
    arguments = ("expiring", "--in", ending, "--as-of", "2026-12-01", "--format")
    (one,) = json.loads(stampcheck(*arguments, "json").out)
    (row,) = csv.DictReader(io.StringIO(stampcheck(*arguments, "csv").out))

    assert one["days"] == 40
    assert {name: str(one[name]) for name in row} == row


def test_certificates_that_the_doctor_saw_count_too(
    stampcheck: Command, ending: Path, tmp_path: Path
) -> None:
    source = {"stamp": "ams-01", "address": "https://adminmanagement.ams.example.org"}
    seen = {**source, "certificate_expires": "2026-12-20T00:00:00Z"}
    health = tmp_path / "doctor.json"
    health.write_text(json.dumps({"sources": [seen, {**seen, "stamp": "ams-02"}, source]}))
    arguments = ("expiring", "--in", ending, "--as-of", "2026-12-01", "--doctor", health)
    ran = stampcheck(*arguments)

    assert [line.split()[5] for line in ran.out.splitlines()[1:3]] == [
        "certificate",
        "registration",
    ]
    health.write_text("{}")
    assert stampcheck(*arguments).code == 2
    assert stampcheck("expiring", "--in", ending, "--doctor", "gone.json").code == 2


def test_the_calendar_is_a_format_of_every_scan(stampcheck: Command, ending: Path) -> None:
    ran = stampcheck("scan", "--from-files", ending, "--format", "ics", "-q")
    data = (Path(ran.out.strip()) / "expiry.ics").read_text()

    assert "DTSTART:20270110T000000Z" in data
    assert "SUMMARY:Registration of ams-01 expires" in data
