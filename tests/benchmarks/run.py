"""Measures stampcheck against a bare loop, and its start, and prints two tables.

    python -m tests.benchmarks.run [--sizes 1,100,10000,100000] [--rounds N] [--keep FOLDER]

Every figure is a median over whole processes that were run in turn. Nothing here asserts a time;
what is found and how it sums up is checked in every run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

from tests.benchmarks import outcome
from tests.benchmarks.generator import RULES, Expected, write_files
from tests.benchmarks.measure import Run, interleaved

_SIZES: Final = (1, 100, 10_000, 100_000)
_ROUNDS: Final = ((1_000, 7), (20_000, 3))
_WORKERS_FROM: Final = 10_000
_STARTS: Final = 10
_SMALL: Final = 3
_STAMPCHECK: Final = "import sys; from stampcheck.cli.main import main; main()"

BARE, JUDGE, EVALUATE, WORKERS = "bare loop", "judge", "evaluate", "evaluate --workers 2"

Commands = dict[str, list[str]]


def stampcheck(*arguments: str) -> list[str]:
    """The command line of stampcheck, on this interpreter."""
    return [sys.executable, "-c", _STAMPCHECK, *arguments]


def module(name: str, *arguments: str) -> list[str]:
    """A module of the benchmarks, on this interpreter."""
    return [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]


def evaluate(bundle: Path, output: Path, *more: str) -> list[str]:
    """The command that judges a bundle by the six rules and writes HTML and CSV."""
    rules = [word for rule in RULES for word in ("--rule", rule)]
    return stampcheck("evaluate", str(bundle), "-o", str(output), *rules, *more)


def commands(bundle: Path, folder: Path, stamps: int) -> Commands:
    """What is compared at one size, and where each writes."""
    compared = {
        BARE: module("bare_loop", str(bundle), str(folder / "bare.csv")),
        JUDGE: module("judge_only", str(bundle), str(folder / "judge")),
        EVALUATE: evaluate(bundle, folder / "evaluate"),
    }
    if stamps >= _WORKERS_FROM:
        compared[WORKERS] = evaluate(bundle, folder / "workers", "--workers", "2")
    return compared


def generate(folder: Path, stamps: int) -> Expected:
    """Write a bundle in a process of its own; what must be found in it."""
    command = module("generator", str(stamps), str(folder))
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {rule: Counter(outcomes) for rule, outcomes in told.items()}


def check(folder: Path, expected: Expected) -> None:
    """Refuse a run that found something else, or whose sums disagree."""
    outcome.check_findings(folder / "bare.csv", expected)
    for scan in (folder / "judge", *sorted(folder.glob("evaluate/*")), *folder.glob("workers/*")):
        outcome.check_findings(scan / "findings.csv", expected)
        outcome.check_sums(scan, expected)


def measured(folder: Path, stamps: int, rounds: int) -> dict[str, Run]:
    """The medians of one size, whose findings were checked."""
    bundle = folder / "bundle"
    expected = generate(bundle, stamps)
    runs = interleaved(commands(bundle, folder, stamps), rounds)
    check(folder, expected)
    return runs


def rounds_for(stamps: int) -> int:
    """Fewer rounds where each takes longer."""
    return next((rounds for bound, rounds in _ROUNDS if stamps < bound), 1)


def size_lines(stamps: int, runs: dict[str, Run]) -> list[str]:
    """The rows of one size."""
    bare = runs[BARE].seconds
    return [
        f"| {stamps:,} | {name} | {run.seconds:.2f} | {run.seconds / bare:.1f} "
        f"| {1e6 * run.seconds / stamps:,.0f} | {run.megabytes:,.0f} |"
        for name, run in runs.items()
    ]


def start_lines(folder: Path) -> list[str]:
    """The rows of the start-up times."""
    write_files(folder / "evidence", _SMALL)
    scan = stampcheck("scan", "--from-files", str(folder / "evidence"), "-o", str(folder / "out"))
    compared = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "stampcheck --version": stampcheck("--version"),
        "stampcheck --help": stampcheck("--help"),
        f"stampcheck scan --from-files ({_SMALL} stamps)": scan,
    }
    runs = interleaved(compared, _STARTS)
    return [
        f"| `{name}` | {1e3 * run.seconds:,.0f} | {run.megabytes:,.0f} |"
        for name, run in runs.items()
    ]


def arguments() -> argparse.Namespace:
    """The options as given."""
    parser = argparse.ArgumentParser(description="Measure stampcheck against a bare loop.")
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)), help="numbers of stamps")
    parser.add_argument("--rounds", type=int, default=0, help="rounds at every size")
    parser.add_argument("--keep", type=Path, help="folder for bundles and results, kept")
    return parser.parse_args()


def report(folder: Path, sizes: list[int], rounds: int) -> None:
    """Measure and print."""
    print("| stamps | what | seconds | x bare loop | µs per stamp | peak MB |")
    print("|--:|---|--:|--:|--:|--:|")
    for stamps in sizes:
        place = folder / str(stamps)
        place.mkdir(parents=True)
        lines = size_lines(stamps, measured(place, stamps, rounds or rounds_for(stamps)))
        print("\n".join(lines), flush=True)
    print("\n| start | milliseconds | peak MB |\n|---|--:|--:|")
    print("\n".join(start_lines(folder)))


def main() -> None:
    """Measure in a folder that goes away, or in the one to keep."""
    given = arguments()
    sizes = [int(size) for size in given.sizes.split(",")]
    if given.keep:
        report(given.keep, sizes, given.rounds)
        return
    with tempfile.TemporaryDirectory(prefix="stampcheck-benchmark-") as scratch:
        report(Path(scratch), sizes, given.rounds)


if __name__ == "__main__":
    main()
