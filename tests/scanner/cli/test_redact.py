"""Exports with pseudonyms, as commands: where they go, what they print, what refuses them."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from stampcheck.record import ScanRecord
from tests.scanner.conftest import CLOUD_ID, SUBSCRIPTION, Command, write

CORPUS = Path(__file__).parents[2] / "diagnose" / "corpus"


@pytest.fixture
def run(stampcheck: Command, evidence: Path) -> Path:
    ran = stampcheck("scan", "--from-files", evidence, "-q", "--format", "csv", "-o", "out")
    return Path(ran.out.strip())


def text_of(folder: Path) -> str:
    files = (path for path in folder.rglob("*") if path.is_file())
    return "".join(path.read_text(encoding="utf-8-sig") for path in files)


def test_a_scan_writes_the_run_and_beside_it_the_export(
    stampcheck: Command, evidence: Path
) -> None:
    ran = stampcheck("scan", "--from-files", evidence, "--redact", "-o", "out", "--format", "csv")
    whole, redacted = (Path(line) for line in ran.out.split())
    key = Path("out") / "redact-key.json"

    assert redacted.name == f"{whole.name}-redacted"
    assert sorted(path.name for path in redacted.iterdir()) == sorted(
        path.name for path in whole.iterdir()
    )
    assert CLOUD_ID in text_of(whole)
    assert CLOUD_ID not in text_of(redacted)
    assert '"ams-01"' not in text_of(redacted)
    assert "ams-01/" not in text_of(redacted)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert f"in {key}: keep it" in " ".join(ran.err.split())


def test_every_command_gives_the_same_pseudonyms_by_one_key(stampcheck: Command, run: Path) -> None:
    by_report = stampcheck("report", run, "--redact", "-o", "a", "--redact-key", "k.json", "-q")
    by_redact = stampcheck("redact", run, "-o", "b", "--redact-key", "k.json", "-q")
    by_judging = stampcheck(
        *("evaluate", run, "-o", "c", "--redact", "--redact-key", "k.json", "-q"),
    )
    folders = [Path(ran.out.split()[-1]) for ran in (by_report, by_redact, by_judging)]

    stamps = [next(ScanRecord(folder).stamps()) for folder in folders]
    assert [stamp.stamp for stamp in stamps] == ["STAMP-01"] * 3
    assert len({stamp.cloud_id for stamp in stamps}) == 1
    assert len({stamp.registration_id for stamp in stamps}) == 1
    assert not (folders[0] / "bundle").exists()
    assert (folders[1] / "bundle" / "manifest.json").is_file()
    entries = json.loads(Path("k.json").read_text())["pseudonyms"]
    assert {"kind": "CLOUD", "original": CLOUD_ID, "pseudonym": stamps[0].cloud_id} in entries


def test_logs_go_with_the_run(stampcheck: Command, run: Path) -> None:
    stampcheck("redact", run, "-o", "out", "-q")
    Path("registration ams-01.log").write_text(
        f"Username: CONTOSO\\jan\nStamp ams-01 in {SUBSCRIPTION.upper()}\n", encoding="utf-16"
    )
    ran = stampcheck("redact", "registration ams-01.log", "-o", "out")
    (log,) = Path(ran.out.strip()).iterdir()

    assert ran.code == 0, ran.err
    assert log.name == "DOC-1.log"
    assert log.read_text() == "Username: DOMAIN-1\\USER-1\nStamp STAMP-01 in SUB-A\n"


@pytest.mark.parametrize(
    "name", ["activation-key-404.log", "account-disabled-50057.txt", "action-plan-failed.log"]
)
def test_a_log_under_pseudonyms_shows_the_same_causes(stampcheck: Command, name: str) -> None:
    ran = stampcheck("redact", CORPUS / name, "-o", "out", "-q")
    (log,) = Path(ran.out.strip()).iterdir()
    causes = [
        [(one["id"], one["likelihood"]) for one in json.loads(told.out)["causes"]]
        for told in (
            stampcheck("diagnose", path, "--format", "json") for path in (CORPUS / name, log)
        )
    ]

    assert causes[0] == causes[1] != []
    assert "ams-hub-01" not in log.read_text()


def test_a_run_with_logs_a_trend_and_a_baseline_is_handed_on_whole(
    stampcheck: Command, evidence: Path
) -> None:
    """The comparison is left out: two exports of one key are compared instead."""
    log = "activation-key-404.log"
    (evidence / "ams-01" / log).write_text((CORPUS / log).read_text())
    scan = ("scan", "--from-files", evidence, "--redact", "-q", "--history", "h.db")
    first, handed_on = stampcheck(*scan, "-o", "out").out.split()
    ran = stampcheck(*scan, "-o", "out", "--baseline", first)
    whole, redacted = (Path(line) for line in ran.out.split())
    names = {path.name for path in whole.iterdir()} - {path.name for path in redacted.iterdir()}
    written = text_of(redacted)

    assert names == {"diff.csv", "diff.json"}
    assert ScanRecord(redacted).trend[-1].scan_id == ScanRecord(redacted).scan.scan_id
    assert "Getting activation key from REG-" in written
    assert "ams-hub-01" not in written
    assert CLOUD_ID not in written
    assert stampcheck("verify", redacted).code == 0
    assert stampcheck("diff", handed_on, redacted).code == 0


def test_what_cannot_be_read_as_text_is_refused(stampcheck: Command) -> None:
    Path("x.log").write_bytes(b"\x00\xff\xfe\x80")
    ran = stampcheck("redact", "x.log", "-o", "out")

    assert ran.code == 2
    assert "x.log: is no text in UTF-8 or UTF-16" in ran.err
    assert not list(Path("out").iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("redact", "nowhere"), "no such run, bundle or log"),
        (("report", "RUN", "--redact-key", "k"), "--redact-key is for --redact"),
        (("redact", "RUN", "RUN"), "one run or bundle at a time"),
        (("redact", "RUN", "--redact-key", "RUN"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    stampcheck: Command, run: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = stampcheck(*(run if word == "RUN" else word for word in arguments), "-o", "other")

    assert ran.code == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_a_template_that_tells_an_original_has_the_export_withheld(
    stampcheck: Command, run: Path, tmp_path: Path
) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "footer.html").write_text(f"<p>&#{ord(CLOUD_ID[0])};{CLOUD_ID[1:]}</p>")
    ran = stampcheck(
        *("report", run, "--redact", "--template", "ours", "--format", "html", "-o", "other"),
    )

    assert ran.code == 5
    assert "withheld: report.html would tell what CLOUD-1 stands for (5bf..." in ran.err
    assert CLOUD_ID not in ran.err
    assert not list(Path("other").iterdir())


def test_an_export_is_judged_by_others_and_not_exported_again(
    stampcheck: Command, run: Path
) -> None:
    redacted = stampcheck("redact", run, "-o", "b", "-q").out.strip()
    judged = stampcheck("evaluate", redacted, "-o", "c", "-q", "--format", "html")
    page = (Path(judged.out.strip()) / "report.html").read_text()

    assert judged.code == stampcheck("evaluate", run, "-o", "d", "-q").code
    assert "are pseudonyms" in page
    assert stampcheck("redact", redacted, "-o", "e").code == 2


def test_a_pseudonym_is_no_id_to_ask_for(stampcheck: Command, tmp_path: Path) -> None:
    write(tmp_path / "x.json", {})
    (tmp_path / "fleet.toml").write_text(
        'schema = 1\n[[stamp]]\nname = "a"\nsubscription = "SUB-A"\n'
    )
    ran = stampcheck("inventory", "check", "fleet.toml")

    assert ran.code == 2
    assert "expected a GUID" in ran.err
