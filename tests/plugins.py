"""Third-party packages for tests: installed by a folder on the path, as pip would lay them out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

RULE: Final = """
from stampcheck.facts import CLOUD_ID
from stampcheck.model import RuleInfo, Severity, Verdict, stamp_rule

@stamp_rule(RuleInfo(
    id="{id}", title="A fault", severity=Severity.LOW, rationale="It matters.", needs=(CLOUD_ID,),
    fails_when="Never.", passes_when="Always.", causes=("cloned-stamp",), remediation="Nothing.",
    source="here", reviewed="2026-11-22",
))
def known_cloud_id(stamp):
    yield Verdict.passed(stamp, actual=stamp[CLOUD_ID])
"""


def install(site: Path, name: str, group: str, **modules: str) -> None:
    """Lay a distribution of version 1.2 with one package of the given modules into a folder."""
    package = site / name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for module, text in modules.items():
        (package / f"{module}.py").write_text(text)
    info = site / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {name}\n")


def run(site: Path, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own that sees the folder."""
    before = os.environ.get("PYTHONPATH", "")
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "stampcheck", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(site), before)))},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
