"""The modules of a foreign package, imported; why it cannot be had whole is one sentence."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Final

_MAX_TEXT: Final = 300


class Broken(Exception):  # noqa: N818 (becomes the end of a sentence)
    """A package that cannot be loaded whole, and why."""


def modules_of(name: str) -> list[ModuleType]:
    """The package and every module below it, imported in the order of their names."""
    package = _imported(name)
    folders = [Path(path) for path in getattr(package, "__path__", [])]
    names = [name, *_names(package, folders)]
    _check_whole(name, names, folders)
    return [_imported(one) for one in sorted(names)]


def folder_of(name: str) -> Traversable:
    """The folder of a package's data."""
    return files(_imported(name))


def _names(package: ModuleType, folders: list[Path]) -> list[str]:
    """The names of all modules below a package; what cannot be imported is said later."""
    paths = [str(folder) for folder in folders]
    walked = pkgutil.walk_packages(paths, package.__name__ + ".", onerror=lambda _: None)
    try:
        return [found.name for found in walked]
    except SystemExit as end:
        raise Broken("it ends the program when it is imported") from end


def _check_whole(name: str, names: list[str], folders: list[Path]) -> None:
    """Refuse Python files that the walk did not meet: their folder is no package."""
    for folder in folders:
        for path in _files(folder):
            parts = path.relative_to(folder).with_suffix("").parts
            module = ".".join((name, *parts)).removesuffix(".__init__")
            if module not in names:
                place = path.relative_to(folder.parent)
                raise Broken(f"{place} is never found, since a folder lacks its __init__.py")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def _imported(name: str) -> ModuleType:
    try:
        # What a module prints is no data of the command.
        with contextlib.redirect_stdout(sys.stderr):
            return importlib.import_module(name)
    except SystemExit as end:
        raise Broken(f"{name} ends the program when it is imported") from end
    except Exception as error:
        place = _place(error.__traceback__, name.partition(".")[0])
        text = " ".join(f"{type(error).__name__}: {error}".split())
        raise Broken(f"{text[:_MAX_TEXT].rstrip('.')}{place}") from error


def _place(trace: TracebackType | None, package: str) -> str:
    """File and line of the package where it broke, as the end of a sentence."""
    place = ""
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if package in path.parts[:-1] or path.stem == package:
            place = f" ({path.name}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return place
