"""Logs as they are handed over: files, folders, zips and standard input, each read as a stream."""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import IO, Final

from stampcheck.collect.log_encoding import pieces
from stampcheck.diagnose import Source, Unreadable
from stampcheck.errors import StampcheckError, UsageError
from stampcheck.zipped import members

STDIN: Final = "-"
"""The path that means standard input."""

_IGNORED: Final = frozenset(("thumbs.db", "desktop.ini", "__macosx"))
_ZIP: Final = b"PK\x03\x04"
_MOST_FILES: Final = 20_000


def log_sources(paths: Sequence[str], stdin: IO[bytes]) -> Iterator[Source]:
    """The logs at these paths, in their order, files of a folder by name; ``-`` is ``stdin``.

    ``UsageError`` where a path does not exist. What cannot be read says so once it is read.
    """
    for path in paths:
        if path != STDIN and not Path(path).exists():
            raise UsageError(f"{path}: there is no such file or folder{_meant(Path(path))}")
    for path in paths:
        if path == STDIN:
            yield Source("(pasted)", pieces(stdin))
        else:
            yield from _at(Path(path))


def _meant(path: Path) -> str:
    """The end of the sentence: what is there under a name like that."""
    try:
        there = [one.name for one in islice(path.parent.iterdir(), _MOST_FILES)]
    except OSError:
        return "."
    close = get_close_matches(path.name, there, n=1)
    return f"; did you mean {str(path.with_name(close[0]))!r}?" if close else "."


def _at(path: Path) -> Iterator[Source]:
    if not path.is_dir():
        yield from _of_file(path)
        return
    count = 0
    for count, file in enumerate(_below(path), start=1):
        if count > _MOST_FILES:
            why = f"holds more than {_MOST_FILES:,} files; the rest was not read."
            yield Source(str(path), _refusal(why))
            return
        yield from _of_file(file)
    if not count:
        yield Source(str(path), _refusal("holds no file."))


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder by name; links to folders are not followed."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        for name in sorted(names):
            if not _is_ignored(name):
                yield Path(parent) / name


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name.lower() in _IGNORED


def _refusal(why: str) -> Iterator[str]:
    if why:
        raise Unreadable(why)
    yield ""


def _of_file(path: Path) -> Iterator[Source]:
    name = _shown(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Source(name, _refusal("is no file."))
            return
        with path.open("rb") as stream:
            is_zip = stream.read(len(_ZIP)) == _ZIP
    except OSError as error:
        yield Source(name, _refusal(f"cannot be read ({error.strerror})."))
        return
    if is_zip:
        yield from _of_zip(path, name)
    else:
        yield Source(name, _of_path(path))


def _of_path(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as stream:
            yield from pieces(stream)
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror}).") from error


def _of_zip(path: Path, name: str) -> Iterator[Source]:
    try:
        for inner, opened in members(path):
            if not _is_ignored(inner.rpartition("/")[2]):
                yield Source(f"{name}/{inner}", _of_member(opened))
    except StampcheckError as error:
        why = str(error).removeprefix(f"{path}: ")
        yield Source(name, _refusal(why))


def _of_member(opened: Callable[[], IO[bytes]]) -> Iterator[str]:
    try:
        with opened() as stream:
            yield from pieces(stream)
    except NotImplementedError as error:
        raise Unreadable("is packed in a way that is not read.") from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError) as error:
        raise Unreadable("is damaged inside the archive.") from error
    except RuntimeError as error:
        raise Unreadable("is encrypted inside the archive.") from error


def _shown(path: Path) -> str:
    """The path as it can be stored and printed."""
    return str(path).encode("utf-8", "replace").decode("utf-8")
