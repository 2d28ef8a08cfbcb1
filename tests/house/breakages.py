"""Breaks one thing at a time in a copy of the tree and shows which check notices.

Run as ``python tests/house/breakages.py [WORDS]``; ends with 1 where a breakage goes unnoticed or
can no longer be made, since a check that cannot fail proves nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

TREE: Final = Path(__file__).parents[2]
PYTEST: Final = "-m pytest -x -q -p no:cacheprovider "
RUNS: Final = 4


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

    What noticed has to succeed on the unbroken tree, or it would notice anything.
    """
    chosen = [breakage for breakage in BREAKAGES if words in breakage.what]
    failures = 0
    noticing: dict[str, None] = {}
    # Each is a tree and a process of its own.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for breakage, (noticed, by) in zip(chosen, pool.map(_try, chosen), strict=True):
            failures += not noticed
            noticing[_test(by) or breakage.check] = None
            word = "noticed  " if noticed else "UNNOTICED"
            print(f"{word}  {breakage.what}: {by[:110]}", flush=True)
        for check, (fails, by) in pool.map(_unbroken, _together(noticing)):
            failures += fails
            if fails:
                print(f"UNUSABLE   {check}: fails on the unbroken tree: {by}", flush=True)
    return 1 if failures else 0


def _test(told: str) -> str:
    """The test that failed, or the file that could not be collected; nothing of other checks."""
    found = re.match(r"(?:FAILED|ERROR) (tests/\S+?\.py)((?:::[^:\[\s]+)*)", told)
    return found[1] + found[2] if found else ""


def _together(noticing: Iterable[str]) -> list[str]:
    """Checks as they are, and tests as a few runs of all of them."""
    tests = [one for one in noticing if one.startswith("tests/")]
    parts = [tests[start::RUNS] for start in range(min(RUNS, len(tests)))]
    others = [one for one in noticing if not one.startswith("tests/")]
    return [*(PYTEST + " ".join(part) for part in parts), *others]


def _unbroken(check: str) -> tuple[str, tuple[bool, str]]:
    return check, _try(Breakage("nothing", "README.md", "# stampcheck", "# stampcheck", check))


def _try(breakage: Breakage) -> tuple[bool, str]:
    with tempfile.TemporaryDirectory(prefix="stampcheck-broken-") as scratch:
        copy = Path(scratch) / "tree"
        ignored = shutil.ignore_patterns(".*", "dist", "golden")
        shutil.copytree(TREE, copy, ignore=ignored, copy_function=_link)
        if "mypy" in breakage.check and (TREE / ".mypy_cache").is_dir():
            # It writes into its cache where it is, so that one is a real copy.
            shutil.copytree(TREE / ".mypy_cache", copy / ".mypy_cache")
        path = copy / breakage.file
        text = path.read_text(encoding="utf-8")
        path.unlink()
        if breakage.old:
            if breakage.old not in text:
                return False, "the text to break is gone; renew this breakage"
            path.write_text(text.replace(breakage.old, breakage.new, 1), encoding="utf-8")
        return _check(copy, breakage.check)


def _link(source: str, target: str) -> None:
    """The same file under another name, compiled modules too, so that only what is broken is
    compiled again; where the scratch folder is on another disk, a copy of the same age.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _check(copy: Path, check: str) -> tuple[bool, str]:
    arguments = check.split(maxsplit=1) if check.startswith("-c") else check.split()
    roots = [str(copy / root) for root in ("scanner", "rules", "reports")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Only the plugin that knows a mark of ours: to import all takes longer than most checks.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "pytest_cov.plugin",
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
    return ran.returncode != 0, (lines[0].strip() if lines else check)


def _tells(line: str) -> bool:
    return line.startswith(("FAILED", "ERROR")) or "error:" in line or "BROKEN" in line


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
