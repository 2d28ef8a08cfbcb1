"""The key file: what each pseudonym stands for. It is readable by its owner only, and stays."""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path
from typing import Annotated, Final

import msgspec

from stampcheck.errors import RunError, UsageError
from stampcheck.redaction.pseudonym import Entry, Pseudonyms

_MODE: Final = 0o600


class _Key(msgspec.Struct, kw_only=True):
    """What the file holds."""

    what: str = "stampcheck pseudonyms: keep this file, never hand it on"
    schema_version: int = 1
    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    pseudonyms: list[Entry]


def read_key(path: Path, new_salt: str, common: Container[str]) -> Pseudonyms:
    """The pseudonyms of a key file; none yet, and ``new_salt``, where there is no file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Pseudonyms(new_salt, (), common)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from error
    try:
        key = msgspec.json.decode(data, type=_Key)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise UsageError(
            f"{path}: is no key of pseudonyms ({str(error)[:200]}); name another --redact-key."
        ) from error
    return Pseudonyms(key.salt, key.pseudonyms, common)


def write_key(path: Path, pseudonyms: Pseudonyms) -> None:
    """Write the key whole or not at all, for its owner only."""
    data = msgspec.json.encode(_Key(salt=pseudonyms.salt, pseudonyms=pseudonyms.entries))
    scratch = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.unlink(missing_ok=True)
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(msgspec.json.format(data, indent=1) + b"\n")
        scratch.replace(path)
    except OSError as error:
        raise RunError(f"{path}: the key cannot be written ({error.strerror}).") from error
