"""Breaks one thing at a time in a copy of the tree and shows which check notices.

Run as ``python tests/house/breakages.py [WORDS]``; ends with 1 where a breakage goes unnoticed or
can no longer be made, since a check that cannot fail proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

TREE: Final = Path(__file__).parents[2]


class Breakage(NamedTuple):
    """What is broken: in ``file`` the text ``old`` becomes ``new`` (no ``old``: the file goes)."""

    what: str
    file: str
    old: str
    new: str
    check: str


BREAKAGES: Final = tuple(
    Breakage(**table)
    for table in tomllib.loads((Path(__file__).parent / "breakages.toml").read_text())["breakage"]
)


def main(words: str) -> int:
    """Make every breakage whose description holds ``words``; the exit code.

    Each check must succeed on the unbroken tree first, or it would notice anything.
    """
    chosen = [breakage for breakage in BREAKAGES if words in breakage.what]
    checks = dict.fromkeys(breakage.check for breakage in chosen)
    unbroken = [Breakage("nothing", "README.md", "# stampcheck", "# stampcheck", c) for c in checks]
    failures = 0
    # Each is a tree and a process of its own.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for breakage, (fails, by) in zip(unbroken, pool.map(_try, unbroken), strict=True):
            if fails:
                print(f"UNUSABLE   {breakage.check}: fails on the unbroken tree: {by}", flush=True)
                failures += 1
        for breakage, (noticed, by) in zip(chosen, pool.map(_try, chosen), strict=True):
            failures += not noticed
            print(f"{'noticed  ' if noticed else 'UNNOTICED'}  {breakage.what}: {by}", flush=True)
    return 1 if failures else 0


def _try(breakage: Breakage) -> tuple[bool, str]:
    with tempfile.TemporaryDirectory(prefix="stampcheck-broken-") as scratch:
        copy = Path(scratch) / "tree"
        ignored = shutil.ignore_patterns(".*", "__pycache__", "dist", "golden")
        shutil.copytree(TREE, copy, ignore=ignored)
        path = copy / breakage.file
        if not breakage.old:
            path.unlink()
        else:
            text = path.read_text(encoding="utf-8")
            if breakage.old not in text:
                return False, "the text to break is gone; renew this breakage"
            path.write_text(text.replace(breakage.old, breakage.new, 1), encoding="utf-8")
        return _check(copy, breakage.check)


def _check(copy: Path, check: str) -> tuple[bool, str]:
    arguments = check.split(maxsplit=1) if check.startswith("-c") else check.split()
    roots = [str(copy / root) for root in ("scanner", "rules", "reports")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    lines = [line for line in (ran.stdout + ran.stderr).splitlines() if _tells(line)]
    return ran.returncode != 0, (lines[0].strip()[:110] if lines else check)


def _tells(line: str) -> bool:
    return line.startswith(("FAILED", "ERROR")) or "error:" in line or "BROKEN" in line


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
