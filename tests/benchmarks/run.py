"""Measures stampcheck against a bare loop, and its start, and prints two tables.

    python -m tests.benchmarks.run [--sizes 1,100,10000,100000] [--rounds N] [--keep FOLDER]

Every figure is a median over whole processes that were run in turn. Nothing here asserts a time;
what is found and how it sums up is checked in every run. The bare loop knows the six essential
rules; all rules read a richer bundle, so that they are compared by what a row costs.
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
ALL, EVALUATE_ALL = "judge, all rules", "evaluate, all rules"
FOLDERS: Final = {
    BARE: "bare",
    JUDGE: "judge",
    EVALUATE: "evaluate",
    WORKERS: "workers",
    ALL: "judge-all",
    EVALUATE_ALL: "evaluate-all",
}
"""Where each writes."""

Commands = dict[str, list[str]]


def stampcheck(*arguments: str) -> list[str]:
    """The command line of stampcheck, on this interpreter."""
    return [sys.executable, "-c", _STAMPCHECK, *arguments]


def module(name: str, *arguments: str) -> list[str]:
    """A module of the benchmarks, on this interpreter."""
    return [sys.executable, "-m", f"tests.benchmarks.{name}", *arguments]


def six_rules() -> list[str]:
    """The options that choose the six essential rules."""
    return [word for rule in RULES for word in ("--rule", rule)]


def evaluate(bundle: Path, output: Path, *more: str) -> list[str]:
    """The command that judges a bundle and writes HTML and CSV."""
    return stampcheck("evaluate", str(bundle), "-o", str(output), *more)


def commands(folder: Path, stamps: int) -> Commands:
    """What is compared at one size, and where each writes."""
    plain, rich = folder / "bundle", folder / "rich"
    into = {name: folder / place for name, place in FOLDERS.items()}
    compared = {
        BARE: module("bare_loop", str(plain), str(into[BARE] / "findings.csv")),
        JUDGE: module("judge_only", str(plain), str(into[JUDGE])),
        ALL: module("judge_only", str(rich), str(into[ALL]), "--all"),
        EVALUATE: evaluate(plain, into[EVALUATE], *six_rules()),
        EVALUATE_ALL: evaluate(rich, into[EVALUATE_ALL]),
    }
    if stamps >= _WORKERS_FROM:
        compared[WORKERS] = evaluate(plain, into[WORKERS], *six_rules(), "--workers", "2")
    return compared


def generate(folder: Path, stamps: int, *more: str) -> Expected:
    """Write a bundle in a process of its own; what must be found in it by the six rules."""
    command = module("generator", str(stamps), str(folder), *more)
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {rule: Counter(outcomes) for rule, outcomes in told.items()}


def check(place: Path, expected: Expected) -> int:
    """Refuse a run that found something else, or whose sums disagree; the rows that it wrote."""
    scans = sorted({found.parent for found in place.rglob("findings.csv")})
    for scan in scans:
        outcome.check_findings(scan / "findings.csv", expected)
        if place.name != FOLDERS[BARE]:
            outcome.check_sums(scan, expected)
    return outcome.rows(scans[-1] / "findings.csv")


def measured(folder: Path, stamps: int, rounds: int) -> dict[str, tuple[Run, int]]:
    """The medians of one size, whose findings were checked, and how many rows each wrote."""
    expected = generate(folder / "bundle", stamps)
    generate(folder / "rich", stamps, "--rich")
    (folder / FOLDERS[BARE]).mkdir()
    runs = interleaved(commands(folder, stamps), rounds)
    return {name: (run, check(folder / FOLDERS[name], expected)) for name, run in runs.items()}


def rounds_for(stamps: int) -> int:
    """Fewer rounds where each takes longer."""
    return next((rounds for bound, rounds in _ROUNDS if stamps < bound), 1)


def size_lines(stamps: int, runs: dict[str, tuple[Run, int]]) -> list[str]:
    """The rows of one size; what a row costs is compared with a row of the bare loop."""
    bare, bare_rows = runs[BARE]
    return [
        f"| {stamps:,} | {name} | {run.seconds:.2f} | {run.seconds / bare.seconds:.1f} "
        f"| {rows:,} | {run.seconds / rows * bare_rows / bare.seconds:.1f} "
        f"| {1e6 * run.seconds / stamps:,.0f} | {run.megabytes:,.0f} |"
        for name, (run, rows) in runs.items()
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
    print("| stamps | what | seconds | x bare | rows | x bare a row | µs a stamp | peak MB |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
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
