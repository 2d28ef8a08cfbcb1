"""Evidence as people hand it over: a folder of files to a bundle."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import BundleWriter, Manifest
from stampcheck.collect.bundling import write_grouped
from stampcheck.collect.grouping import group
from stampcheck.collect.reader import MAX_FILE, file_time, read, refused
from stampcheck.collect.redact import scrub_text
from stampcheck.document import Document, iso
from stampcheck.errors import NothingEvaluated, UsageError
from stampcheck.inventory import Inventory
from stampcheck.model import UNCLAIMED, Reason

_IGNORED: Final = frozenset(("thumbs.db", "desktop.ini", "__macosx"))
_IGNORED_ENDINGS: Final = (".ps1", ".sh", ".toml", ".html", ".md")

_RECORD: Final = re.compile(rb"\"(schema_version|scan_id)\"\s{0,8}:")

Progress = Callable[[int], None]
"""Told how many files were read since it was last told."""


class Collected(msgspec.Struct, frozen=True):
    """What a collection brought; ``evidence`` counts the answers among the documents, where
    somebody was asked.
    """

    stamps: int
    documents: int
    notes: tuple[str, ...]
    interrupted: bool
    evidence: int = -1


def collect_files(
    source: Path, bundle: Path, now: datetime, inventory: Inventory | None, progress: Progress
) -> Collected:
    """Read a folder of evidence into a new bundle folder. ``now`` is the collection time."""
    _check_source(source)
    skipped: list[str] = []
    folders, root, is_interrupted = _read_all(source, bundle, progress, skipped)
    name = _plain(Path(os.path.realpath(source)).name) or "stamp"
    grouped = group(folders, root, name, inventory)
    grouped.notes += skipped
    documents = sum(len(own) for own in folders.values()) + len(root)
    if not grouped.stamps or (not documents and inventory is None):
        raise NothingEvaluated(
            f"{source}: holds no evidence; put one folder per stamp in it, "
            "or run 'stampcheck export-script' to see how to make the files."
        )
    writer = BundleWriter(bundle)
    write_grouped(writer, grouped)
    writer.close(
        Manifest(
            collected_at=iso(now),
            sources=["files"],
            inventory=Path(inventory.path).name if inventory else "",
            complete=not is_interrupted,
            notes=grouped.notes,
        )
    )
    return Collected(writer.stamps, writer.documents, tuple(grouped.notes), is_interrupted)


def _check_source(source: Path) -> None:
    if not source.exists():
        raise UsageError(f"{source}: there is no such folder.")
    if not source.is_dir():
        raise UsageError(f"{source}: is a file; name the folder that holds it.")
    if (source / "manifest.json").is_file() and (source / "documents.jsonl").is_file():
        raise UsageError(f"{source}: is a bundle; use 'stampcheck evaluate {source}'.")


def _read_all(
    source: Path, bundle: Path, progress: Progress, skipped: list[str]
) -> tuple[dict[str, list[Document]], list[Document], bool]:
    """Read every file; on Ctrl-C what was read so far is kept."""
    folders: dict[str, list[Document]] = {}
    root: list[Document] = []
    names: dict[str, str] = {}
    try:
        for folder, path in _files(source, bundle, skipped):
            name = names.setdefault(folder, _unique(_plain(folder), names)) if folder else ""
            place = folders.setdefault(name, []) if name else root
            if path is not None:
                place.append(_read_file(source, path))
                progress(1)
    except KeyboardInterrupt:
        return folders, root, True
    return folders, root, False


def _unique(name: str, names: dict[str, str]) -> str:
    """A name that no other folder has, and that is not the pseudo-stamp's."""
    taken = set(names.values()) | {UNCLAIMED}
    number = 2
    unique = name
    while unique in taken:
        unique = f"{name} ({number})"
        number += 1
    return unique


def _plain(name: str) -> str:
    """A name that can be stored and printed: control characters, broken bytes and what looks like
    a secret replaced.
    """
    text = name.encode("utf-8", "replace").decode("utf-8")
    return scrub_text(
        "".join("\ufffd" if ord(sign) < 32 or ord(sign) == 127 else sign for sign in text)
    )


def _files(source: Path, bundle: Path, skipped: list[str]) -> Iterator[tuple[str, Path | None]]:
    """Each file with its first-level folder (empty: the root), each folder first with None."""
    for entry in _entries(source):
        if _is_ignored(entry.name):
            continue
        why = _why_output(entry, bundle)
        if why:
            skipped.append(f"{_plain(entry.name)} was not read as evidence: {why}.")
        elif entry.is_dir() and not entry.is_symlink():
            yield entry.name, None
            for path in _below(entry):
                yield entry.name, path
        elif not _is_our_own(entry.name):
            yield "", entry


def _entries(source: Path) -> list[Path]:
    try:
        return sorted(source.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise UsageError(f"{source}: cannot be read ({error.strerror}).") from error


def _below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, and each folder that cannot be entered."""
    closed: list[str] = []
    walk = os.walk(folder, onerror=lambda error: closed.append(str(error.filename)))
    for parent, folders, names in walk:
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        linked = [name for name in folders if Path(parent, name).is_symlink()]
        for name in sorted([*names, *linked]):
            if not _is_ignored(name):
                yield Path(parent) / name
    yield from map(Path, sorted(closed))


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name.lower() in _IGNORED


def _why_output(folder: Path, bundle: Path) -> str:
    """Why a folder is, or holds, runs of stampcheck: this one or earlier ones; else nothing."""
    if folder.is_symlink() or not folder.is_dir():
        return ""
    if Path(os.path.realpath(bundle)).is_relative_to(os.path.realpath(folder)):
        return "this run writes into it"
    is_run = _is_bundle(folder) or any(map(_is_bundle, folder.glob("*/bundle")))
    is_run = is_run or any(map(_is_record, (folder, *folder.glob("*/"))))
    return "it holds an earlier run of stampcheck" if is_run else ""


def _is_bundle(folder: Path) -> bool:
    return all(_is_plain_file(folder / name) for name in ("documents.jsonl", "manifest.json"))


def _is_record(folder: Path) -> bool:
    """Whether a folder holds the record of a scan; a file of that name alone is none."""
    scan = folder / "scan.json"
    try:
        if not _is_plain_file(scan) or not _is_plain_file(folder / "findings.jsonl"):
            return False
        with scan.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return False
    return head.lstrip()[:1] == b"{" and len(set(_RECORD.findall(head))) == 2


def _is_plain_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:
        return False


def _is_our_own(name: str) -> bool:
    """Whether a file at the root is a script, an inventory or a report rather than evidence."""
    return name.lower().endswith(_IGNORED_ENDINGS)


def _read_file(source: Path, path: Path) -> Document:
    label = _plain(path.relative_to(source).as_posix())
    try:
        if path.is_symlink() and not _is_within(path, source):
            return refused(label, Reason.ACCESS_DENIED, "is a link that leads out of the folder")
        status = path.stat()
        if path.is_dir():
            return refused(label, Reason.ACCESS_DENIED, "is a folder that was not entered")
        if not path.is_file():
            return refused(label, Reason.MALFORMED, "is no file")
        if status.st_size > MAX_FILE:
            detail = f"{status.st_size:,} bytes are more than the {MAX_FILE:,} that are read"
            return refused(label, Reason.MALFORMED, detail, size=status.st_size)
        return read(label, path.read_bytes(), file_time(status.st_mtime))
    except OSError as error:
        return refused(label, Reason.ACCESS_DENIED, f"cannot be read: {error.strerror}")


def _is_within(path: Path, source: Path) -> bool:
    # Path.resolve would raise on links that go round in a circle.
    target, root = os.path.realpath(path), os.path.realpath(source)
    return target.startswith(root.rstrip(os.sep) + os.sep)
