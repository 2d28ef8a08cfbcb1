"""stampcheck itself without its command line: load, judge, write findings.csv, in one process.

    python -m tests.benchmarks.judge_only BUNDLE FOLDER [--all]

Does what ``stampcheck evaluate`` does, but for the check of the bundle's digests and the other
files of a run. By the six essential rules, or by all that are installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from stampcheck.bundle import Bundle
from stampcheck.causes.catalogue import load
from stampcheck.cli.pipeline import JudgingOptions, bundle_time, choose
from stampcheck.judging import Settings
from stampcheck.record import Scan, ScanRecord
from stampcheck.scan import evaluate, judge_serially
from stampcheck_reports.cell import line
from stampcheck_reports.csv import FindingLines
from stampcheck_reports.row import FINDING_COLUMNS
from tests.benchmarks.generator import RULES


def judge(path: Path, folder: Path, only: tuple[str, ...] = RULES) -> None:
    """Judge a bundle into ``folder``, a scan and findings.csv; no ``only``: by all rules."""
    folder.mkdir(parents=True, exist_ok=True)
    with Bundle(path) as bundle:
        _scan(bundle, folder, only)
    _write_findings(ScanRecord(folder), folder / "findings.csv")


def _scan(bundle: Bundle, folder: Path, only: tuple[str, ...]) -> Scan:
    chosen, profile = choose(JudgingOptions(only=only))
    settings = Settings(profile=profile, as_of=bundle_time(bundle))
    return evaluate(
        bundle,
        folder,
        chosen=chosen,
        catalogue=load(),
        settings=settings,
        judged=judge_serially(bundle, chosen.rules, settings),
        progress=lambda _: None,
    )


def _write_findings(record: ScanRecord, path: Path) -> None:
    lines = FindingLines(record.scan)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(line(FINDING_COLUMNS))
        for stamp, findings in record.by_stamp():
            stream.write("".join(lines.of_stamp(stamp, findings)))


if __name__ == "__main__":
    judge(Path(sys.argv[1]), Path(sys.argv[2]), () if "--all" in sys.argv[3:] else RULES)
