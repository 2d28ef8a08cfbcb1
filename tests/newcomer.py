"""A venv as somebody outside the project has it: stampcheck is installed, and what pip adds.

It sees the packages of the tests' own interpreter, so that nothing has to be downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

COMMANDS = ("stampcheck", "pytest", "pip")


class Newcomer:
    """A fresh venv with the commands of a newcomer on its path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder, with_pip=False, symlinks=True)
        self.python = folder / "bin" / "python"
        self.site = folder / "lib" / _version() / "site-packages"
        outer = sysconfig.get_paths()["purelib"]
        (self.site / "outer.pth").write_text(f"import site; site.addsitedir({outer!r})\n")
        for name in COMMANDS:
            script = folder / "bin" / name
            script.write_text(f'#!/bin/sh\nexec "{self.python}" -m {name} "$@"\n')
            script.chmod(0o755)

    def run(self, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command line as a newcomer types it."""
        return self.shell(" ".join(f"'{argument}'" for argument in arguments), cwd=cwd)

    def shell(self, line: str, *, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a line of shell in the venv, where builds use the packages that are there."""
        return subprocess.run(
            ["/bin/sh", "-ec", line],
            env={
                **os.environ,
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "VIRTUAL_ENV": str(self.folder),
                "PIP_NO_BUILD_ISOLATION": "0",
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                "PIP_NO_INDEX": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                "COLUMNS": "100",
            },
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def _version() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"
