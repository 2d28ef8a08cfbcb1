"""Whole reports of the demo fleets, byte for byte; ``pytest --accept`` rewrites them for review."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stampcheck.demo import FLEETS, Fleet
from tests.scanner.test_scan import scanned

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
FILES = ("findings.csv", "stamps.csv", "rules.csv", "causes.csv")


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def test_the_reports_of_a_demo_fleet_are_the_golden_ones(
    fleet: Fleet,
    tmp_path: Path,
    accept: bool,  # noqa: FBT001 (a fixture)
) -> None:
    record = scanned(fleet, tmp_path)
    for name in FILES:
        golden = GOLDEN / fleet.name / name
        # Both hold digests of rules and evidence, so any change would touch each row.
        made = (record.folder / name).read_bytes().replace(record.scan.scan_id.encode(), b"SCAN-ID")
        made = made.replace(record.scan.bundle.digest.encode(), b"BUNDLE-DIGEST")
        if accept:
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(made)
        assert made == golden.read_bytes(), f"{golden} differs; see it with git diff after --accept"


@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def test_the_page_of_a_demo_fleet_tells_of_every_stamp(fleet: Fleet, tmp_path: Path) -> None:
    record = scanned(fleet, tmp_path)
    page = (record.folder / "report.html").read_text(encoding="utf-8")

    assert f"{record.scan.stamp_count} stamps against {len(record.scan.rules)} rules" in page
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)
