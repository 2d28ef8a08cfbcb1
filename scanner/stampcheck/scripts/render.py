"""The collecting scripts: two sides, three shells, each one file that needs nothing of ours.

Their paths come from the table of recipes, so that script and command ask for the same.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final, Literal

from stampcheck.scripts.recipe import RECIPES, REGISTRATIONS

ScriptSide = Literal["azure", "stamp"]
"""Which ARM a script asks."""

ScriptShell = Literal["az", "azurerm", "cli"]
"""PowerShell with Az, PowerShell with AzureRM, bash with Azure CLI."""

_PATH: Final = re.compile(r"@@([a-z-]+)@@")
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_LISTING: Final = "registrations"


def render(side: ScriptSide, shell: ScriptShell) -> str:
    """A complete script that reads one side and writes each answer as a file."""
    text = "\n".join(_part(name).strip("\n") + "\n" for name in _parts(side, shell))
    quoted = _bash if shell == "cli" else _powershell
    return _PATH.sub(lambda match: quoted(_path(match.group(1))), text)


def file_name(side: ScriptSide, shell: ScriptShell) -> str:
    """The name under which a script is best saved."""
    suffix = f"{shell}.ps1" if shell != "cli" else "cli.sh"
    return f"collect-{side}-{suffix}"


def _parts(side: ScriptSide, shell: ScriptShell) -> tuple[str, ...]:
    if shell == "cli":
        return (f"{side}-head.sh", "answer.sh", f"{side}.sh")
    middle = ("answer.ps1", f"{shell}.ps1", "page.ps1")
    privileged = ("pep.ps1",) if side == "stamp" else ()
    return (f"{side}-head.ps1", *middle, *privileged, f"{side}.ps1")


def _part(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _path(kind: str) -> str:
    return REGISTRATIONS if kind == _LISTING else RECIPES[kind].path


def _bash(path: str) -> str:
    """The path for a double-quoted string of bash, its placeholders as variables."""
    return _PLACEHOLDER.sub(r"${\1}", path.replace("$", "\\$"))


def _powershell(path: str) -> str:
    """The path for a double-quoted string of PowerShell, its placeholders as variables."""
    return _PLACEHOLDER.sub(lambda match: f"${{{_pascal(match[1])}}}", path.replace("$", "`$"))


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
