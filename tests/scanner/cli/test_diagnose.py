"""``stampcheck diagnose`` from logs to a page, alone and beside the evidence of a fleet."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scanner.conftest import CLOUD_ID, REGISTRATION, Command, write
from tests.scanner.diagnose.sample import BUSY, CONTEXT, SESSION, VERSION, framed, thrown, warned
from tests.scanner.diagnose.sample import CLOUD_ID as LOGGED

MASLOGS = Path(__file__).parents[3] / "fixtures" / "logs" / "MASLogs"
SECRETS = ("eyJDbG91ZElkIjoiN2IxZjlh", "Winter-2026-is-c0ld!")
FAILED = framed(
    "Set-AzsRegistration",
    *(*CONTEXT, *SESSION, *VERSION),
    "Creating registration resource...",
    *warned(
        f"Creation of Azure resource failed:\nCloud identifier [{CLOUD_ID}] is already registered. "
        "Reusing cloud identifiers is not allowed."
    ),
    *thrown(f"Cloud identifier [{CLOUD_ID}] is already registered.", "New-RegistrationResource"),
).replace(LOGGED, CLOUD_ID)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "AzureStack.Activation.Set-AzsRegistration-2026-11-02.log"
    path.write_bytes(b"\xff\xfe" + FAILED.encode("utf-16-le"))
    return path


def test_a_folder_of_logs_names_cause_place_and_next_step(stampcheck: Command) -> None:
    ran = stampcheck("diagnose", MASLOGS)

    assert ran.code == 0
    assert "certain: The stamp has a registration under another name already" in ran.out
    assert "step 8 of 12" in ran.out
    assert "Settle a Cloud ID that is held twice" in ran.out
    assert "'ams-hub-02'" in ran.out
    assert not any(secret in ran.out for secret in SECRETS)


@pytest.mark.parametrize("form", ["json", "html", "md", "text"])
def test_every_form_goes_to_a_file_without_secrets(
    stampcheck: Command, tmp_path: Path, form: str
) -> None:
    ran = stampcheck("diagnose", MASLOGS, "--format", form, "-o", tmp_path / "page")
    page = (tmp_path / "page").read_text(encoding="utf-8")

    assert (ran.code, ran.out.strip()) == (0, str(tmp_path / "page"))
    assert "cloud-id-already-registered" in page
    assert not any(secret in page for secret in SECRETS)


def test_data_goes_to_standard_output(stampcheck: Command, log: Path) -> None:
    body = json.loads(stampcheck("diagnose", log, "--format", "json").out)

    assert [one["id"] for one in body["causes"]] == ["cloud-id-already-registered"]
    assert body["causes"][0]["values"]["cloud_id"] == CLOUD_ID


def test_a_log_without_a_known_cause_ends_with_three(stampcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("Register-AzStackHCI : failed\n")
    ran = stampcheck("diagnose", tmp_path / "a.log")

    assert ran.code == 3
    assert "Nothing is claimed" in " ".join(ran.out.split())


def test_a_log_that_cannot_be_read_ends_with_five(stampcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(bytes(range(256)) * 50)
    ran = stampcheck("diagnose", tmp_path / "a.log")

    assert ran.code == 5
    assert "is binary, not a log." in " ".join(ran.out.split())


@pytest.mark.parametrize(
    "words",
    [("none.log",), ("--stamp", "ams-01", "."), ("--format", "pdf", ".")],
)
def test_a_wrong_command_line_ends_with_two(stampcheck: Command, words: tuple[str, ...]) -> None:
    assert stampcheck("diagnose", *words).code == 2


def test_a_paste_comes_by_standard_input() -> None:
    program = "import sys; from stampcheck.cli.main import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "diagnose", "--format", "json"],
        input=f"PS C:\\> Set-AzsRegistration\n{BUSY}\n".encode("utf-16"),
        capture_output=True,
        check=False,
    )

    assert ran.returncode == 0
    assert json.loads(ran.stdout)["causes"][0]["id"] == "another-operation-in-progress"


def test_the_stamp_of_the_bundle_is_known_by_the_cloud_id(
    stampcheck: Command, log: Path, evidence: Path
) -> None:
    body = json.loads(stampcheck("diagnose", log, "--bundle", evidence, "--format", "json").out)

    assert body["stamp"] == "ams-01"
    assert any(f"is held by registration {REGISTRATION}" in one for one in body["evidence"])
    steps = body["causes"][0]["runbook"]["steps"]
    assert "resource group 'azurestack', registration 'ams-01'" in steps[0]["what"]


def test_a_log_that_contradicts_the_evidence_says_so(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.log"
    other.write_text(FAILED.replace(CLOUD_ID, LOGGED))
    ran = stampcheck("diagnose", other, "--bundle", evidence, "--stamp", "ams-01")

    told = " ".join(ran.out.split())
    assert f"The log says Cloud ID {LOGGED}, the evidence of ams-01 says {CLOUD_ID}" in told
    assert f"No registration of the fleet holds the Cloud ID {LOGGED}" in told


def test_a_stamp_that_is_not_in_the_bundle_is_a_usage_error(
    stampcheck: Command, log: Path, evidence: Path
) -> None:
    ran = stampcheck("diagnose", log, "--bundle", evidence, "--stamp", "ams-02")

    assert ran.code == 2
    assert "did you mean 'ams-01'" in ran.err


def test_a_log_among_the_evidence_joins_the_ranking_of_its_stamp(
    stampcheck: Command, expired: Path, log: Path
) -> None:
    token = "eyJDbG91ZElkIjoiNWJmODgxYjIiLCJCaWxsaW5nTW9kZWwiOiJQYXkifQxxxx"
    text = log.read_bytes() + f"\r\nBearer {token}\r\n".encode("utf-16-le")
    (expired / "ams-01" / log.name).write_bytes(text)
    ran = stampcheck("scan", "--from-files", expired, "-q", "--rule", "AZS-RG-002")
    run = Path(ran.out.strip())
    explained = stampcheck("explain", "ams-01", "--in", run)

    assert "a log of 2026-11-02 shows it (certain" in explained.out
    assert f"Who holds it: stampcheck find {CLOUD_ID}" in explained.out
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "a log of 2026-11-02 shows it (certain" in _data(page)
    assert "Settle a Cloud ID that is held twice" in explained.out
    stamps = (run / "stamps.csv").read_text(encoding="utf-8-sig")
    assert "cloud-id-already-registered" in stamps
    scan = json.loads((run / "scan.json").read_text())
    assert scan["stamps"][0]["causes"][0]["logs"][0]["likelihood"] == "certain"
    assert "registration-log" in scan["documents_by_kind"]
    for path in run.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()


def _data(page: str) -> str:
    """The data of a report, which lie packed in it."""
    found = re.search(r'<script type="application/octet-stream" id="data">([^<]*)<', page)
    assert found is not None
    return gzip.decompress(base64.b64decode(found[1])).decode()


def test_a_log_beside_the_folders_is_its_stamps_by_the_cloud_id(
    stampcheck: Command, evidence: Path, log: Path
) -> None:
    (evidence / log.name).write_bytes(log.read_bytes())
    ran = stampcheck("scan", "--from-files", evidence, "-q")
    scan = json.loads((Path(ran.out.strip()) / "scan.json").read_text())

    assert scan["stamps"][0]["causes"][0]["cause"] == "cloud-id-already-registered"


def test_a_text_that_is_no_log_is_evidence_of_no_kind_as_before(
    stampcheck: Command, evidence: Path
) -> None:
    (evidence / "ams-01" / "notes.txt").write_text("call the customer at 9\n")
    write(evidence / "ams-01" / "x.json", {"nothing": 1})
    ran = stampcheck("scan", "--from-files", evidence, "-q")
    scan = json.loads((Path(ran.out.strip()) / "scan.json").read_text())

    assert "registration-log" not in scan["documents_by_kind"]


def test_no_file_is_overwritten(stampcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("mine")
    ran = stampcheck("diagnose", MASLOGS, "--format", "md", "-o", tmp_path / "page")

    assert (ran.code, (tmp_path / "page").read_text()) == (2, "mine")
    assert "is there already and is not overwritten" in ran.err


def test_a_page_that_nobody_named_takes_the_next_free_name(log: Path, tmp_path: Path) -> None:
    code = "from stampcheck.cli.main import main; main()"
    command = [sys.executable, "-c", code, "diagnose", str(log), "--format", "html"]
    named = [
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert named == ["diagnosis.html\n", "diagnosis-2.html\n"]


def test_a_log_that_is_not_there_is_answered_with_one_that_is(
    stampcheck: Command, log: Path
) -> None:
    ran = stampcheck("diagnose", log.with_name(log.name.replace("Set-", "Sett-")))

    assert ran.code == 2
    assert f"did you mean '{log}'?" in ran.err
