"""What a live collection has brought so far, on disk, so that it can go on after an interruption.

    collecting/documents.jsonl   a Document a line, as they come
    collecting/journal.jsonl     the requests

A finished collection has a bundle instead; its Documents serve as well.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.bundle import Bundle
from stampcheck.collect.answered import DATED_BY
from stampcheck.collect.asking import Ask
from stampcheck.collect.journal import Entry, line_of
from stampcheck.document import Document, decode, encode
from stampcheck.errors import RunError, UsageError
from stampcheck.parse.evidence import Held
from stampcheck.parse.value import Unreadable, moment

FOLDER: Final = "collecting"
_DOCUMENTS: Final = "documents.jsonl"
_JOURNAL: Final = "journal.jsonl"
_MAX: Final = 4_000_000_000


class Ledger:
    """Open files that take Documents and requests as they come; a failure to write is a RunError
    that says what is kept.
    """

    def __init__(self, run: Path) -> None:
        self.folder = run / FOLDER
        self.folder.mkdir()
        self._documents = (self.folder / _DOCUMENTS).open("wb", buffering=0)
        self._journal = (self.folder / _JOURNAL).open("wb", buffering=0)
        self._lock = threading.Lock()
        self.failed: OSError | None = None

    @property
    def journal(self) -> Path:
        """The file of the requests."""
        return self.folder / _JOURNAL

    def keep(self, document: Document) -> None:
        """Write a Document."""
        self._write(self._documents.write, encode(document))

    def note(self, line: bytes) -> None:
        """Write a line of the journal; called by any thread, so that it only remembers a failure,
        which the next ``keep`` raises.
        """
        with self._lock:
            if self._journal.closed:
                return
            try:
                _write_all(self._journal.write, line)
            except OSError as error:
                self.failed = self.failed or error

    def check(self) -> None:
        """Raise where a line could not be written."""
        if self.failed is not None:
            raise self._error(self.failed)

    def close(self) -> None:
        """Close the files; what is in them stays."""
        with self._lock:
            self._documents.close()
            self._journal.close()

    def drop(self) -> None:
        """Take the folder away, once a bundle holds everything."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, write: Callable[[bytes], int | None], data: bytes) -> None:
        self.check()
        try:
            _write_all(write, data)
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> RunError:
        return RunError(
            f"{self.folder}: cannot be written ({error.strerror}); what was collected before is "
            f"kept there: make room and go on with --resume {self.folder.parent}"
        )


def _write_all(write: Callable[[bytes], int | None], data: bytes) -> None:
    """Write everything: an unbuffered file may take less than it is given."""
    while data:
        data = data[write(data) or 0 :]


class Earlier(msgspec.Struct, frozen=True):
    """What an interrupted collection brought: evidence by its label, and its requests."""

    documents: dict[str, Document] = {}
    journal: bytes = b""

    def answer(self, ask: Ask, url: str) -> Document | None:
        """The evidence that answers an ask at this URL (or by this cmdlet), if there is any; the
        options of the URL, such as a date, do not count.
        """
        found = self.documents.get(ask.label)
        if found is None or found.kind != ask.kind or _bare(found.request) != _bare(url):
            return None
        return found


def _bare(url: str) -> str:
    return url.partition("?")[0].lower()


def read_earlier(run: Path) -> Earlier:
    """Read what an interrupted run, or its bundle, holds; ``UsageError`` where it is none."""
    unfinished = run / FOLDER
    bundle = run if (run / "manifest.json").is_file() else run / "bundle"
    is_finished = (bundle / "manifest.json").is_file()
    if not is_finished and (unfinished / _DOCUMENTS).exists():
        documents = _evidence(_lines(unfinished / _DOCUMENTS))
        return Earlier(documents, _requests(unfinished / _JOURNAL))
    if not is_finished:
        raise UsageError(f"{run}: is no run of a live collection that could go on.")
    with Bundle(bundle) as opened:
        opened.verify()
        documents = _evidence(_all(opened))
    return Earlier(documents, _requests(bundle / _JOURNAL))


def _all(bundle: Bundle) -> Iterator[Document]:
    for entry in bundle.entries():
        yield from map(bundle.document, (*entry.documents, *entry.shared))


def _plain(path: Path) -> Path:
    """A file that is one: a link could lead to any file of the user, a pipe would never end."""
    if path.is_symlink() or not path.is_file():
        raise UsageError(f"{path}: is no plain file, so this is no run of a live collection.")
    if path.stat().st_size > _MAX:
        raise UsageError(f"{path}: is larger than {_MAX // 1_000_000_000} GB.")
    return path


def _requests(path: Path) -> bytes:
    """The lines of a journal, written anew; a last line that was cut off is left out."""
    kept: list[bytes] = []
    with _plain(path).open("rb") as stream:
        for line in stream:
            try:
                kept.append(line_of(msgspec.json.decode(line, type=Entry)))
            except (msgspec.MsgspecError, RecursionError, ValueError):
                if line.endswith(b"\n"):
                    raise UsageError(f"{path}: is not what stampcheck writes.") from None
    return b"".join(kept)


def _lines(path: Path) -> Iterator[Document]:
    """The Documents of a file whose last line may have been cut off."""
    with _plain(path).open("rb") as stream:
        for line in stream:
            try:
                yield decode(line)
            except (msgspec.MsgspecError, RecursionError, ValueError):
                if line.endswith(b"\n"):
                    raise UsageError(f"{path}: is not what stampcheck writes.") from None


def _evidence(documents: Iterable[Document]) -> dict[str, Document]:
    """Those that are whole answers and dated; what was refused, broken off or unreachable is asked
    again.
    """
    kept: dict[str, Document] = {}
    for document in documents:
        is_live = document.dated_by == DATED_BY and _is_dated(document)
        if is_live and document.reason is None and Held(document, stale=False).is_whole:
            kept[document.label] = document
    return kept


def _is_dated(document: Document) -> bool:
    try:
        moment(document.collected_at)
    except Unreadable:
        return False
    return True
