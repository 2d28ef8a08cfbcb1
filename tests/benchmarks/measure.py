"""Time and peak memory of whole processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

_CHILD: Final = [sys.executable, "-I", "-S", str(Path(__file__).with_name("child.py"))]
_DONE: Final = ("0", "1", "3")
"""Exit codes of a scan that ran to its end."""


class Run(NamedTuple):
    """One run: seconds by the wall clock, and the memory of its largest process in MB."""

    seconds: float
    megabytes: float


def run(command: Sequence[str]) -> Run:
    """Run a command to its end."""
    done = subprocess.run([*_CHILD, *command], capture_output=True, text=True, check=True)
    code, seconds, kilobytes = done.stdout.split()
    if code not in _DONE:
        raise SystemExit(f"{' '.join(command)}: exit {code}\n{done.stderr}")
    return Run(float(seconds), int(kilobytes) / 1024)


def middle(runs: Sequence[Run]) -> Run:
    """The median of the seconds and of the memory."""
    return Run(median(one.seconds for one in runs), median(one.megabytes for one in runs))


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Run]:
    """Run the commands in turn, so that a noisy minute hits all of them; their medians."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
    return {name: middle(some) for name, some in runs.items()}
