"""A table appended to a TOML file of the user's: what stands there stays, byte for byte."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import msgspec

from stampcheck.errors import RunError, UsageError
from stampcheck.tomlfile import bytes_of

Value = str | date | tuple[str, ...]


def block(table: str, values: Iterable[tuple[str, Value]]) -> str:
    """A ``[[table]]`` with its values, a line each."""
    lines = [f"[[{table}]]", *(f"{key} = {worded(value)}" for key, value in values)]
    return "\n".join(lines) + "\n"


def worded(value: Value) -> str:
    """A value as TOML writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(worded(one) for one in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    # A JSON string is a TOML basic string but for DEL.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def append(path: Path, text: str, check: Callable[[Path], object]) -> None:
    """Append a table to a file, which is made where there is none. ``check`` reads the file that
    would come of it, and raises where it must not be.
    """
    named = str(path)
    # What is a link stays one.
    path = Path(os.path.realpath(path))
    before = bytes_of(path) if path.exists() else b"schema = 1\n"
    gap = b"" if before.endswith(b"\n") else b"\n"
    scratch = path.with_name(f".{path.name}.part")
    try:
        scratch.write_bytes(before + gap + b"\n" + text.encode())
        try:
            check(scratch)
        except UsageError as error:
            raise UsageError(str(error).replace(str(scratch), named)) from None
        if path.exists():
            scratch.chmod(path.stat().st_mode & 0o777)
        scratch.replace(path)
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error
    finally:
        scratch.unlink(missing_ok=True)
