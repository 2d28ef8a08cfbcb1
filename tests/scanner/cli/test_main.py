"""The entry point: instant, suggestive, and never a traceback."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from stampcheck import __version__
from stampcheck.cli.main import COMMANDS, cli, printable
from tests.scanner.conftest import Command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_line_that_the_help_shows(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)

    assert command is not None
    assert (command.help or "").splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_fits_a_screen(stampcheck: Command, name: str) -> None:
    ran = stampcheck(name, "--help")

    assert ran.code == 0
    assert len(ran.out.splitlines()) <= 48


def test_the_help_ends_with_the_exit_codes(stampcheck: Command) -> None:
    ran = stampcheck("--help")

    assert ran.out.rstrip().endswith("130\n  interrupted.")
    assert all(name in ran.out for name in COMMANDS)


def test_an_unknown_command_is_a_suggestion(stampcheck: Command) -> None:
    ran = stampcheck("scann")

    assert ran.code == 2
    assert "did you mean 'scan'" in ran.err


def test_version_and_help_import_nothing_heavy() -> None:
    heavy = ["pandas", "azure", "pypsrp", "jinja2", "rich", "msgspec", "requests"]
    program = (
        "import sys; from stampcheck.cli.main import run; run(['--version']); run(['--help']); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout.splitlines()[-1] == "[]"
    assert ran.stdout.startswith(f"stampcheck, version {__version__}")


def test_nothing_hostile_reaches_the_terminal() -> None:
    assert printable("a\x1b[31mb\u202ec\x9bd\ud800") == "a\ufffd[31mb\ufffdc\ufffdd\ufffd"
    assert printable("tab\tline\n") == "tab\tline\n"
