"""Reads the catalogue of causes and runbooks, strictly: a data file that is wrong says where."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from stampcheck.causes import quoting
from stampcheck.causes.runbook import BILLINGS, CONNECTIONS, MODULES, PLACEHOLDERS, placeholders
from stampcheck.contradiction import check
from stampcheck.errors import RunError
from stampcheck.model import Cause, Runbook

Entry = TypeVar("Entry", Cause, Runbook)


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
        if cause.runbook not in runbooks and cause.runbook not in known:
            raise RunError(f"causes/{cause.id}.toml: runbook: there is no {cause.runbook!r}.")
        check(cause)
    for runbook in runbooks.values():
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
        entry = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), kind)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RunError(f"{name}: {error}.") from error
    except OSError as error:
        raise RunError(f"{name}: cannot be read ({error.strerror}).") from error
    if f"{entry.id}.toml" != file.name:
        raise RunError(f"{name}: id: {entry.id!r} is not the name of the file.")
    return entry


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
