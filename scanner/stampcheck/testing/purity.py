"""Watches what code does to the world: files, sockets, processes, by Python's audit hook."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, Final

from stampcheck.model import Rule

_IO_EVENTS: Final = (
    "open",
    "os.",
    "socket.",
    "subprocess.",
    "shutil.",
    "urllib.",
    "tempfile.",
    "ctypes.",
    "http.",
    "ftplib.",
    "smtplib.",
    "sqlite3.",
    "glob.",
    "pathlib.",
    "time.sleep",
    "signal.",
    "_thread.",
    "webbrowser.",
)

# What the import system does to find and read a module, before the module itself runs.
_FINDING: Final = frozenset(("find_spec", "get_code", "get_data", "set_data", "_fill_cache"))


class ImpureError(AssertionError):
    """Code that was watched touched the world."""


class _Watch:
    """What the one audit hook of this process sees; a hook cannot be taken off again.

    Only the watched thread counts: others may serve an emulator meanwhile.
    """

    thread = 0
    is_hooked = False
    events: Final[list[str]] = []

    @classmethod
    def hook(cls, event: str, _: tuple[Any, ...]) -> None:
        if cls.thread != get_ident() or not event.startswith(_IO_EVENTS):
            return
        if not _is_import(sys._getframe()):  # noqa: SLF001 (the only way to the caller)
            cls.events.append(event)


def _is_import(frame: FrameType | None) -> bool:
    """Whether the standard library is just being imported, which datetime.strptime does late."""
    while frame is not None:
        is_importer = frame.f_globals.get("__name__") == "importlib._bootstrap_external"
        if is_importer and frame.f_code.co_name in _FINDING:
            return True
        frame = frame.f_back
    return False


@contextmanager
def no_io() -> Iterator[None]:
    """Raise ``ImpureError`` where the code inside opens, connects or starts anything."""
    if not _Watch.is_hooked:
        sys.addaudithook(_Watch.hook)
        _Watch.is_hooked = True
    _Watch.events.clear()
    _Watch.thread = get_ident()
    try:
        yield
    finally:
        _Watch.thread = 0
    if _Watch.events:
        raise ImpureError(f"does input or output: {_Watch.events[0]}")


class _Compiled(SourceFileLoader):
    """Runs a module whose source was read before, so that whatever opens a file is the module."""

    code: CodeType

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 (the signature of loaders)
        return self.code


def import_breaches(rule: Rule) -> Iterator[str]:
    """What the module of a rule does to the world when it is imported anew."""
    found = importlib.util.find_spec(rule.module)
    if found is None or found.origin is None or not isinstance(found.loader, SourceFileLoader):
        return
    loader = _Compiled(rule.module, found.origin)
    code = found.loader.get_code(rule.module)
    spec = importlib.util.spec_from_loader(rule.module, loader)
    if spec is None or code is None:
        return
    loader.code = code
    module = importlib.util.module_from_spec(spec)
    try:
        with no_io():
            loader.exec_module(module)
    except ImpureError as impure:
        yield f"{impure} when it is imported"
