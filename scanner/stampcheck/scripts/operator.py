"""The script that describes the machine of the person who registers a stamp."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

FILE_NAME: Final = "describe-operator.ps1"
"""The name under which the script is best saved."""


def render_operator() -> str:
    """A complete PowerShell script that reads one machine and writes the operator document."""
    return (files(__package__) / "templates" / "operator.ps1").read_text(encoding="utf-8")
