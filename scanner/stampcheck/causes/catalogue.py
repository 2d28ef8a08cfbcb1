"""Reads the catalogue of causes and runbooks, strictly: a data file that is wrong says where."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Collection, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from stampcheck.causes import quoting
from stampcheck.causes.runbook import BILLINGS, CONNECTIONS, MODULES, PLACEHOLDERS, placeholders
from stampcheck.contradiction import check
from stampcheck.errors import RunError
from stampcheck.model import Cause, Runbook, Step
from stampcheck.wording import is_line, is_plain

Entry = TypeVar("Entry", Cause, Runbook)

_ID: Final = re.compile(r"[a-z0-9-]{1,60}")
_LINES: Final = ("title", "source", "reviewed", "runbook")
_MOST_BYTES: Final = 200_000


class Catalogue(msgspec.Struct, frozen=True):
    """Every cause and every runbook, by id, in the order of their ids."""

    causes: dict[str, Cause]
    runbooks: dict[str, Runbook]


@functools.cache
def load() -> Catalogue:
    """The catalogue that comes with stampcheck, and the causes of installed packages in it."""
    from stampcheck.causes.packages import merged

    return merged(ours())


def ours() -> Catalogue:
    """The catalogue that comes with stampcheck."""
    return read(files(__package__) / "data")


def read(folder: Traversable, known: Collection[str] = ()) -> Catalogue:
    """Read a catalogue from a folder that holds ``causes`` and ``runbooks``, one file an entry.

    ``known`` are runbooks of another catalogue that a cause may name too.
    """
    causes = _entries(folder / "causes", Cause)
    has_runbooks = not known or (folder / "runbooks").is_dir()
    runbooks = _entries(folder / "runbooks", Runbook) if has_runbooks else {}
    for cause in causes.values():
        _check_texts(cause, f"causes/{cause.id}.toml")
        if cause.runbook not in runbooks and cause.runbook not in known:
            raise RunError(f"causes/{cause.id}.toml: runbook: there is no {cause.runbook!r}.")
        check(cause)
    for runbook in runbooks.values():
        _check_texts(runbook, f"runbooks/{runbook.id}.toml")
        for field, fault in _step_faults(runbook):
            raise RunError(f"runbooks/{runbook.id}.toml: {field}: {fault}.")
    return Catalogue(causes, runbooks)


def _entries(folder: Traversable, kind: type[Entry]) -> dict[str, Entry]:
    try:
        data = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    except OSError as error:
        raise RunError(f"{folder}: cannot be read ({error.strerror}).") from error
    entries = (_entry(file, f"{folder.name}/{file.name}", kind) for file in data)
    return {entry.id: entry for entry in sorted(entries, key=lambda entry: entry.id)}


def _entry(file: Traversable, name: str, kind: type[Entry]) -> Entry:
    try:
        entry = msgspec.convert(tomllib.loads(_bytes(file, name).decode()), kind)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RunError(f"{name}: {error}.") from error
    except OSError as error:
        raise RunError(f"{name}: cannot be read ({error.strerror}).") from error
    if f"{entry.id}.toml" != file.name:
        raise RunError(f"{name}: id: {entry.id!r} is not the name of the file.")
    if not _ID.fullmatch(entry.id):
        raise RunError(f"{name}: id: must be 1 to 60 lower-case letters, digits and dashes.")
    return entry


def _bytes(file: Traversable, name: str) -> bytes:
    """The content of a regular file; a pipe would wait for ever, and a link leads elsewhere."""
    if (isinstance(file, Path) and file.is_symlink()) or not file.is_file():
        raise RunError(f"{name}: cannot be read (it is no regular file).")
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise RunError(f"{name}: is longer than {_MOST_BYTES} bytes.")
    return content


def _check_texts(entry: Cause | Runbook, name: str) -> None:
    """Refuse texts that would not be printed as they are."""
    for field, value in msgspec.structs.asdict(entry).items():
        if field in _LINES and not is_line(value):
            raise RunError(f"{name}: {field}: must be one line without control characters.")
        if not is_plain("".join(_texts(value))):
            raise RunError(f"{name}: {field}: may hold no control characters.")


def _texts(value: object) -> Iterator[str]:
    """Every text in the value of a field."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Step):
        yield from msgspec.structs.astuple(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


def _step_faults(runbook: Runbook) -> Iterator[tuple[str, str]]:
    """What is wrong with the steps, as field and fault."""
    for number, step in enumerate(runbook.steps):
        where = f"steps[{number}]"
        if step.connection not in ("", *CONNECTIONS):
            yield f"{where}.connection", f"{step.connection!r} is no connection"
        if step.modules not in ("", *MODULES):
            yield f"{where}.modules", f"{step.modules!r} is no module family"
        if step.billing not in ("", *BILLINGS):
            yield f"{where}.billing", f"{step.billing!r} is no billing"
        for name in placeholders(step):
            if name not in PLACEHOLDERS:
                yield where, f"{{{{{name}}}}} is no placeholder"
        for fault in quoting.faults(step.powershell):
            yield f"{where}.powershell", fault
