"""A live run with pseudonyms: its journal, refusals and endpoints too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stampcheck.record import ScanRecord
from tests.emulators import faults
from tests.emulators.declaration import SECRET
from tests.emulators.synthetic import write_synthetic
from tests.emulators.world import PASSWORD, serve_world
from tests.scanner.conftest import Command


def outcomes(folder: Path) -> list[tuple[str, str, str, str]]:
    found = ScanRecord(folder).findings()
    return [(one.finding_id, one.outcome, one.severity, one.message) for one in found]


def test_a_live_run_is_handed_on_without_telling_whose_it_is(
    stampcheck: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, PASSWORD)
    bundle = write_synthetic(tmp_path / "made", 2)
    refusal = faults.forbidden("Microsoft.AzureStack/registrations/read", "registrations")
    with serve_world(bundle, tmp_path, faults={"AzureCloud": [refusal]}) as world:
        ran = stampcheck(
            *("scan", "--inventory", world.inventory, "--redact", "-q", "-o", "out"),
            *("--format", "csv", "--format", "html"),
        )
    assert ran.err == ""
    whole, redacted = (Path(line) for line in ran.out.split())
    judged = stampcheck("evaluate", redacted, "-q", "-o", "again", "--format", "csv")
    key = json.loads((tmp_path / "out" / "redact-key.json").read_text())
    journal = (redacted / "bundle" / "journal.jsonl").read_text()

    assert outcomes(Path(judged.out.strip())) == outcomes(redacted)
    assert len(journal.splitlines()) == (
        len((whole / "bundle" / "journal.jsonl").read_text().splitlines())
    )
    written = "".join(path.read_text() for path in redacted.rglob("*") if path.is_file()).lower()
    told = [one["original"].lower() for one in key["pseudonyms"] if len(one["original"]) > 7]
    assert "stamp-s00000" in told
    assert not [
        one for one in told if f'"{one.lower()}"' in written or f"/{one.lower()}" in written
    ]
