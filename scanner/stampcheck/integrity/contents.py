"""What differs between a folder and the digests that a manifest records of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from stampcheck.bundle import FileDigest, digest_file, is_plain_name
from stampcheck.errors import RunError

What = Literal["changed", "missing", "added", "unreadable"]


class Difference(msgspec.Struct, frozen=True):
    """One file that is not as its manifest says: what befell it, its name, and how it shows."""

    what: What
    file: str
    detail: str


def files_below(folder: Path) -> Iterator[str]:
    """The names of all files below a folder with slashes, sorted; links and the like too."""
    names = []
    for where, folders, files in os.walk(folder, followlinks=False):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        names += [(Path(where) / name).relative_to(folder).as_posix() for name in files + links]
    return iter(sorted(names))


def differences(
    folder: Path, recorded: Mapping[str, FileDigest], present: set[str]
) -> Iterator[Difference]:
    """Every difference, by name; ``present`` are the names that are there and have to be vouched
    for.
    """
    for name in sorted({*recorded, *present}):
        if name not in recorded:
            yield Difference("added", _shown(name), "no manifest names it")
        elif not is_plain_name(name):
            yield Difference("unreadable", name, "the manifest names a place outside of the folder")
        else:
            found = _compared(folder / name, name, recorded[name])
            if found is not None:
                yield found


def _shown(name: str) -> str:
    """A name of any bytes as text."""
    return name.encode("utf-8", "replace").decode()


def _compared(path: Path, name: str, recorded: FileDigest) -> Difference | None:
    if path.is_symlink():
        return Difference("changed", name, "is a link now")
    if not path.exists():
        return Difference("missing", name, f"{recorded.bytes:,} bytes were recorded")
    if not path.is_file():
        return Difference("changed", name, "is no file now")
    try:
        is_now = digest_file(path)
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror}).") from error
    if is_now == recorded:
        return None
    size = "" if is_now.bytes == recorded.bytes else f", {recorded.bytes:,} -> {is_now.bytes:,} B"
    detail = f"SHA-256 {recorded.sha256[:12]}... -> {is_now.sha256[:12]}...{size}"
    return Difference("changed", name, detail)
