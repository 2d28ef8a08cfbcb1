"""Measures ``stampcheck diagnose`` on large logs against a bare loop over their lines.

    python -m tests.benchmarks.logs [--megabytes N] [--rounds N] [--keep FOLDER]

Every figure is a median over whole processes that were run in turn. Nothing here asserts a time;
what is found is checked in every run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Run, interleaved
from tests.benchmarks.run import stampcheck

_CAUSE: Final = "another-operation-in-progress"
_BUSY: Final = (
    "Cannot invoke action plan because another action is in progress: "
    "8a4c3d6e-0f5b-4eb0-8d9c-3b4a5f6e7d8c"
)
_QUIET: Final = (
    "VERBOSE: Looking up shared vhd product drive letter.",
    "VERBOSE: Get-Package returned with Success:True",
    "VERBOSE: Found package Microsoft.AzureStack.Solution.Deploy with version {n} at C:\\x",
    "VERBOSE: Step 'Configure bridge identity' status: 'InProgress'",
    "VERBOSE: Overall action status: 'Running'",
    "Waiting 10 seconds and trying again...",
    "Removing any existing PSSession...",
)
_FAILING: Final = (
    "Creating registration token. Attempt 0 of 3",
    "*** WARNING ***",
    f"Creation of registration token failed:\n{_BUSY}",
    "*** End WARNING ***",
)
_BARE: Final = (
    "import sys\nlines = 0\n"
    "for line in open(sys.argv[1], encoding=sys.argv[2]):\n    lines += 1\nprint(lines)"
)
_ENCODINGS: Final = {"quiet": "utf-16", "quiet, UTF-8": "utf-8", "one error over and over": "utf-8"}


def _messages(name: str) -> Iterator[str]:
    """Messages without an end; of the quiet logs one run in ten thousand lines fails."""
    if name not in ("quiet", "quiet, UTF-8"):
        yield from itertools.cycle(_FAILING)
    for number in itertools.count():
        yield _QUIET[number % len(_QUIET)].format(n=number)
        if number % 10_000 == 9_999:
            yield from _FAILING


def write(path: Path, name: str, size: int) -> None:
    """Write a log of about so many bytes."""
    encoding = _ENCODINGS[name]
    left = size // (2 if encoding == "utf-16" else 1)
    with path.open("w", encoding=encoding, newline="\r\n") as stream:
        for number, message in enumerate(_messages(name)):
            clock = f"{number // 3600 % 24:02}-{number // 60 % 60:02}-{number % 60:02}"
            line = f"2026-11-02.{clock}: {message}\n"
            stream.write(line)
            left -= len(line) + 1
            if left <= 0:
                return


def check(path: Path) -> None:
    """Refuse to measure what finds something else."""
    command = stampcheck("diagnose", str(path), "--format", "json")
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    if [one["id"] for one in found["causes"]] != [_CAUSE]:
        raise SystemExit(f"{path}: something else was found: {found['causes']}")


def rows(name: str, size: int, runs: dict[str, Run]) -> Iterator[str]:
    """The rows of one log."""
    bare = runs["bare loop"]
    for what, run in runs.items():
        yield (
            f"| {name} | {what} | {run.seconds:.2f} | {size / 1e6 / run.seconds:.0f} "
            f"| {run.seconds / bare.seconds:.1f} | {run.megabytes:.0f} |"
        )


def report(folder: Path, megabytes: int, rounds: int) -> None:
    """Measure and print."""
    print("| log | what | seconds | MB/s | x bare | peak MB |\n|---|---|--:|--:|--:|--:|")
    for number, (name, encoding) in enumerate(_ENCODINGS.items()):
        path = folder / f"{number}.log"
        write(path, name, megabytes * 1_000_000)
        check(path)
        compared = {
            "bare loop": [sys.executable, "-c", _BARE, str(path), encoding],
            "diagnose": stampcheck("diagnose", str(path), "--format", "json"),
        }
        print(*rows(name, path.stat().st_size, interleaved(compared, rounds)), sep="\n", flush=True)


def main() -> None:
    """Measure in a folder that goes away, or in the one to keep."""
    parser = argparse.ArgumentParser(description="Measure diagnose against a bare loop.")
    parser.add_argument("--megabytes", type=int, default=120, help="size of each log")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each")
    parser.add_argument("--keep", type=Path, help="folder for the logs, kept")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        report(given.keep, given.megabytes, given.rounds)
        return
    with tempfile.TemporaryDirectory(prefix="stampcheck-benchmark-") as scratch:
        report(Path(scratch), given.megabytes, given.rounds)


if __name__ == "__main__":
    main()
