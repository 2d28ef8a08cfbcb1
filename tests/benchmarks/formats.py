"""Measures each report format on one saved scan, as a whole process: time, memory, size.

    python -m tests.benchmarks.formats [--findings 10000,100000] [--rounds N] [--keep FOLDER]

The scan is plausible and made up; nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from stampcheck.record import ScanRecord
from stampcheck.registry import load_formats
from tests.benchmarks.measure import interleaved
from tests.benchmarks.run import stampcheck
from tests.reports.catalogue_sample import rules
from tests.reports.sample import write_sample


def main() -> None:
    """Print one table a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", default="10000,100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stampcheck-formats-") as scratch:
        for number in map(int, given.findings.split(",")):
            _measure((given.keep or Path(scratch)) / str(number), number, given.rounds)


def _measure(folder: Path, number: int, rounds: int) -> None:
    scan = folder / "scan"
    if not (scan / "scan.json").exists():
        write_sample(scan, -(-number // len(rules())))
    print(f"\n{ScanRecord(scan).scan.findings.total:,} findings\n")
    print("| format | seconds | memory, MB | files, MB |\n|---|---|---|---|")
    words = [form.id for form, _ in load_formats()]
    commands = {
        word: stampcheck("report", str(scan), "--format", word, "-q", "-o", str(folder / word))
        for word in words
    }
    for word, one in interleaved(commands, rounds).items():
        run = max((folder / word).iterdir())
        size = sum(path.stat().st_size for path in run.iterdir()) / 1e6
        print(f"| {word} | {one.seconds:.1f} | {one.megabytes:.0f} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    main()
