"""Secrets are fetched from where the inventory says, and no message holds one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from stampcheck.collect.secret import resolve
from stampcheck.errors import UsageError

PLANTED = "hunter2-Planted!"
WHAT = "the secret of the sign-in audit"


class Drawer(KeyringBackend):
    """A keyring of one entry; it is locked for the user ``locked``."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        if username == "locked":
            raise KeyringLocked(f"cannot unlock {PLANTED}")
        return PLANTED if (service, username) == ("stamp check", r"DOM\audit") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def drawer() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Drawer())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def refusal(reference: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        resolve(reference, environment or {}, None, WHAT)
    assert PLANTED not in repr((caught.value, caught.value.__context__, caught.value.__cause__))
    assert str(caught.value).startswith(WHAT)
    return str(caught.value)


def test_a_secret_comes_from_the_environment() -> None:
    assert resolve("env:AUDIT", {"AUDIT": PLANTED}, None, WHAT) == PLANTED


def test_a_missing_or_empty_variable_is_named() -> None:
    assert "variable AUDIT is not set" in refusal("env:AUDIT", {"OTHER": PLANTED})
    assert "variable AUDIT is empty" in refusal("env:AUDIT", {"AUDIT": ""})


def test_a_person_is_asked_whose_secret_it_is() -> None:
    asked: list[str] = []

    def prompt(what: str) -> str:
        asked.append(what)
        return PLANTED

    assert resolve("prompt", {}, prompt, WHAT) == PLANTED
    assert asked == [WHAT]


def test_without_a_terminal_or_an_answer_there_is_no_prompt() -> None:
    assert "no terminal" in refusal("prompt")
    with pytest.raises(UsageError, match="nothing was typed"):
        resolve("prompt", {}, lambda _: "", WHAT)


@pytest.mark.usefixtures("drawer")
def test_a_secret_comes_from_the_keyring() -> None:
    assert resolve(r"keyring:stamp check/DOM\audit", {}, None, WHAT) == PLANTED


@pytest.mark.usefixtures("drawer")
def test_a_missing_entry_or_a_locked_keyring_is_one_sentence() -> None:
    assert 'store it with keyring set "stamp check" other' in refusal("keyring:stamp check/other")
    assert "cannot be read (KeyringLocked)" in refusal("keyring:x/locked")


def test_without_keyring_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "keyring.py").write_text("raise ImportError")
    code = (
        "from stampcheck.collect.secret import resolve\n"
        "try: resolve('keyring:a/b', {}, None, 'it')\n"
        "except Exception as error: print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "pip install 'stampcheck[keyring]'" in ran.stdout


def test_what_is_no_reference_is_not_repeated() -> None:
    assert "env:NAME" in refusal(PLANTED)
    assert "env:NAME" in refusal(f"keyring:{PLANTED}")
