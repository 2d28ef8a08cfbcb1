"""Bundles in a ``.zip``: taken apart with no name and no size taken on trust."""

from __future__ import annotations

import contextlib
import errno
import functools
import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from stampcheck.errors import IntegrityError, RunError, UsageError

_MAX_FILES: Final = 100_000
_MAX_BYTES: Final = 20_000_000_000
_MAX_RATIO: Final = 200
_MIN_SUSPECT: Final = 10_000_000
_ENCRYPTED: Final = 0x1


def unzip(archive: Path, folder: Path, wanted: str = "manifest.json", what: str = "bundle") -> Path:
    """Extract a zipped bundle; the folder that holds its manifest, or another ``wanted`` file."""
    unpack(archive, folder)
    places = [folder / wanted, *sorted(folder.glob(f"*/{wanted}"))]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise UsageError(f"{archive}: holds no {wanted}, so this is no {what}.")
    return found.parent


@contextlib.contextmanager
def spoken_of(archive: Path, folder: Path) -> Iterator[None]:
    """Errors name the archive, and not the folder in which its files lie meanwhile."""
    try:
        yield
    except (UsageError, IntegrityError) as error:
        raise type(error)(str(error).replace(str(folder), str(archive))) from error


def is_of(archive: Path, wanted: str) -> bool:
    """Whether a file is a zip with ``wanted`` at its top or in a folder there."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            names = zipped.namelist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError):
        return False
    return any(name == wanted or name.partition("/")[2] == wanted for name in names)


def unpack(archive: Path, folder: Path) -> Path:
    """Extract a zip; its one folder where it holds nothing else, else the folder given.

    Refuses names that lead out of the folder, links, doubled names, and archives that unfold to
    more than a bundle can be.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            _check(archive, zipped.infolist())
            for entry in zipped.infolist():
                _extract_checked(archive, zipped, entry, folder)
    except zipfile.BadZipFile as error:
        raise UsageError(f"{archive}: is no zip file ({error}).") from error
    except (NotImplementedError, UnicodeError, ValueError) as error:
        raise IntegrityError(f"{archive}: is a zip file that cannot be read ({error}).") from error
    tops = list(folder.iterdir()) if folder.is_dir() else []
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else folder


def members(archive: Path) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    """The files of an archive, and what opens each; good until the next one is asked for.

    Refuses what ``unzip`` refuses; what is wrong with one file shows when that is opened or read.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            _check(archive, zipped.infolist())
            for entry in zipped.infolist():
                if not entry.is_dir():
                    yield entry.filename, functools.partial(zipped.open, entry)
    except zipfile.BadZipFile as error:
        raise UsageError(f"{archive}: is no zip file ({error}).") from error
    except (NotImplementedError, UnicodeError, ValueError) as error:
        raise IntegrityError(f"{archive}: is a zip file that cannot be read ({error}).") from error


def _check(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > _MAX_FILES or sum(entry.file_size for entry in entries) > _MAX_BYTES:
        raise IntegrityError(f"{archive}: unfolds to more than a bundle can be; not opened.")
    if len(set(names)) < len(names):
        raise IntegrityError(f"{archive}: holds two files of one name; not opened.")
    for entry in entries:
        _check_entry(archive, entry)


def _check_entry(archive: Path, entry: zipfile.ZipInfo) -> None:
    parts = entry.filename.rstrip("/").split("/")
    leads_out = any(part in ("", ".", "..") for part in parts) or ":" in entry.filename
    if leads_out or "\\" in entry.filename:
        raise IntegrityError(
            f"{archive}: {_short(entry.filename)} leads out of the bundle; not opened."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise IntegrityError(f"{archive}: {_short(entry.filename)} is a link; not opened.")
    is_bomb = entry.file_size > _MIN_SUSPECT + entry.compress_size * _MAX_RATIO
    if is_bomb:
        raise IntegrityError(
            f"{archive}: {_short(entry.filename)} unfolds more than {_MAX_RATIO} times; not opened."
        )


def _extract_checked(
    archive: Path, zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path
) -> None:
    """Extract one file; whatever is wrong with it is one sentence."""
    name = f"{archive}: {_short(entry.filename)}"
    if entry.flag_bits & _ENCRYPTED:
        raise IntegrityError(f"{name} is encrypted; not opened.")
    try:
        _extract(zipped, entry, folder)
    except NotImplementedError as error:
        raise IntegrityError(f"{name} is packed in a way that is not read; not opened.") from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise IntegrityError(f"{name} is damaged; not opened.") from error
    except (RuntimeError, ValueError, OSError) as error:
        if getattr(error, "errno", 0) == errno.ENOSPC:
            raise RunError(f"{folder}: there is no space left to unpack {archive}.") from error
        why = getattr(error, "strerror", None) or type(error).__name__
        raise IntegrityError(f"{name} cannot be unpacked ({why}); not opened.") from error


def _short(name: str) -> str:
    return repr(name if len(name) <= 80 else name[:77] + "...")


def _extract(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / entry.filename
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(entry) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
