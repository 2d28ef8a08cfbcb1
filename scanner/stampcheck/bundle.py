"""Bundles: the documents of a scan in a folder or a ``.zip``, with an index and digests.

    documents.jsonl   one Document a line, append-only
    stamps.jsonl      a stamp a line: what was declared of it, and where its documents lie
    journal.jsonl     the requests of a live collection, empty otherwise
    documents/        bodies that are too large for a line
    manifest.json     versions, times and the SHA-256 of each file; written last

The index holds byte ranges, so that judging reads one stamp at a time: memory does not grow with
the number of documents.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import msgspec

from stampcheck import __version__
from stampcheck.document import Document, decode, digest, encode
from stampcheck.errors import IntegrityError, RunError, UsageError
from stampcheck.model import UNCLAIMED

SCHEMA_VERSION: Final = 1
LARGE_BODY: Final = 1_000_000
_DATA_FILES: Final = ("documents.jsonl", "stamps.jsonl", "journal.jsonl")
_CHUNK: Final = 1 << 20

Span = tuple[int, int]


class Declared(msgspec.Struct, omit_defaults=True, frozen=True):
    """What the inventory says of a stamp. Empty means not declared."""

    environment: str = ""
    connection: str = ""
    cloud: str = ""
    expected_tenant: str = ""
    registration: str = ""
    subscription: str = ""
    nodes_at_registration: int | None = None
    agreement_number: str = ""
    tags: tuple[str, ...] = ()
    line: int = 0
    admin_endpoint: str = ""
    region: str = ""
    provider_subscription: str = ""
    privileged_endpoint: str = ""


class StampEntry(msgspec.Struct, omit_defaults=True):
    """A line of the index. ``shared`` documents serve other stamps too; ``notes`` are sentences
    on how the evidence was put together.
    """

    name: str
    declared: Declared = Declared()
    in_inventory: bool = False
    documents: list[Span] = []
    shared: list[Span] = []
    notes: list[str] = []


class FileDigest(msgspec.Struct):
    """Size and SHA-256 of a file of the bundle."""

    sha256: str
    bytes: int


class Manifest(msgspec.Struct, kw_only=True):
    """What a bundle is. ``complete`` is false where the collection was interrupted. Of a live one
    ``asked`` names the stamps that were asked (empty: all), ``kinds`` what was asked for and
    ``accounts`` who signed in. In a ``redacted`` one pseudonyms stand for what identifies anybody.
    """

    schema_version: int = SCHEMA_VERSION
    tool: str = "stampcheck"
    tool_version: str = __version__
    collected_at: str
    sources: list[str] = []
    inventory: str = ""
    stamps: int = 0
    documents: int = 0
    complete: bool = True
    notes: list[str] = []
    asked: list[str] = []
    kinds: list[str] = []
    accounts: list[str] = []
    redacted: bool = False
    files: dict[str, FileDigest] = {}


class BundleWriter:
    """Writes a bundle folder; the manifest is written by ``close``, which makes it readable."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._documents = (folder / "documents.jsonl").open("wb")
        self._stamps = (folder / "stamps.jsonl").open("wb")
        (folder / "journal.jsonl").touch()
        self._offset = 0
        self._large: dict[str, FileDigest] = {}
        self.stamps = 0
        self.documents = 0

    def add_document(self, document: Document) -> Span:
        """Append a document; the byte range that the index refers to it by."""
        if len(bytes(document.body)) > LARGE_BODY:
            document = self._set_aside(document)
        line = encode(document)
        self._documents.write(line)
        span = (self._offset, len(line))
        self._offset += len(line)
        self.documents += 1
        return span

    def _set_aside(self, document: Document) -> Document:
        body = bytes(document.body)
        name = f"documents/{self.documents:06d}.json"
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
        self._large[name] = FileDigest(digest(body), len(body))
        return msgspec.structs.replace(document, file=name, body=msgspec.Raw(b"null"))

    def add_stamp(self, entry: StampEntry) -> None:
        """Append a stamp to the index. The unclaimed pseudo-stamp is not counted."""
        self._stamps.write(msgspec.json.encode(entry) + b"\n")
        self.stamps += entry.name != UNCLAIMED

    def add_journal(self, data: bytes) -> None:
        """Append lines to the journal of requests."""
        with (self.folder / "journal.jsonl").open("ab") as stream:
            stream.write(data)

    def close(self, manifest: Manifest) -> None:
        """Write the manifest over everything that was added."""
        self._documents.close()
        self._stamps.close()
        manifest.stamps, manifest.documents = self.stamps, self.documents
        manifest.files = {name: digest_file(self.folder / name) for name in _DATA_FILES}
        manifest.files |= self._large
        write_manifest(self.folder, manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest under a temporary name and rename it."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    scratch = folder / "manifest.json.part"
    scratch.write_bytes(text + b"\n")
    scratch.replace(folder / "manifest.json")


def digest_file(path: Path) -> FileDigest:
    """Size and SHA-256 of a file, read in pieces."""
    sha = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while block := stream.read(_CHUNK):
            sha.update(block)
            size += len(block)
    return FileDigest(sha.hexdigest(), size)


class Bundle:
    """An open bundle folder. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest, self.digest = _read_manifest(folder)
        self._stream: IO[bytes] = (folder / "documents.jsonl").open("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def verify(self) -> None:
        """Compare every file with the manifest; ``IntegrityError`` names the first that differs."""
        for name in _DATA_FILES:
            if name not in self.manifest.files:
                raise IntegrityError(
                    f"{self.folder}: manifest.json does not vouch for {name}; "
                    "collect the evidence again or restore the manifest."
                )
        for name, recorded in self.manifest.files.items():
            path = self.folder / name
            if not is_plain_name(name) or not path.is_file() or path.is_symlink():
                raise IntegrityError(
                    f"{self.folder}: {name} is named in manifest.json but is not there; "
                    "collect the evidence again or restore the file."
                )
            if digest_file(path) != recorded:
                raise IntegrityError(
                    f"{path}: its SHA-256 is not the one in manifest.json, so it was changed "
                    "after the collection; restore it or collect the evidence again."
                )
        self._verify_index()

    def _verify_index(self) -> None:
        """Compare the index with the numbers that the manifest gives."""
        names = [entry.name for entry in self.entries()]
        stamps = sum(name != UNCLAIMED for name in names)
        if stamps != self.manifest.stamps or len(set(names)) < len(names):
            raise IntegrityError(
                f"{self.folder / 'stamps.jsonl'}: does not list the {self.manifest.stamps} stamps "
                "that manifest.json counts, each once; collect the evidence again."
            )

    def entries(self) -> Iterator[StampEntry]:
        """The stamps in the order of the index, the unclaimed pseudo-stamp last if there is one."""
        decoder = msgspec.json.Decoder(StampEntry)
        with (self.folder / "stamps.jsonl").open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield decoder.decode(line)
                except (msgspec.MsgspecError, RecursionError, ValueError) as error:
                    raise self._damaged(f"stamps.jsonl line {number}", error) from error

    def document(self, span: Span) -> Document:
        """The document at a byte range of the index."""
        offset, length = span
        try:
            document = decode(os.pread(self._stream.fileno(), length, offset))
        except (msgspec.MsgspecError, RecursionError, ValueError, OSError, OverflowError) as error:
            raise self._damaged(f"documents.jsonl at byte {offset}", error) from error
        if document.file:
            document.body = self._set_aside(document)
        return document

    def _set_aside(self, document: Document) -> msgspec.Raw:
        if document.file not in self.manifest.files:
            raise IntegrityError(
                f"{self.folder}: {document.label} refers to {document.file}, "
                "which manifest.json does not name."
            )
        return msgspec.Raw((self.folder / document.file).read_bytes())

    def _damaged(self, place: str, error: Exception) -> IntegrityError:
        return IntegrityError(
            f"{self.folder}: {place} is not what stampcheck writes ({str(error)[:200]}); "
            "collect the evidence again."
        )

    def journal(self) -> Iterator[bytes]:
        """The lines of the journal, the requests of a live collection."""
        with (self.folder / "journal.jsonl").open("rb") as stream:
            yield from stream

    def documents(self) -> Iterator[Document]:
        """Every document in the order of its collection, bodies that lie apart left there."""
        with (self.folder / "documents.jsonl").open("rb") as stream:
            for line in stream:
                yield decode(line)


def is_plain_name(name: str) -> bool:
    """Whether a name with slashes stays below the folder that it is looked for in."""
    parts = name.split("/")
    return not any(part in ("", ".", "..") for part in parts) and "\\" not in name


def _read_manifest(folder: Path) -> tuple[Manifest, str]:
    path = folder / "manifest.json"
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path}: is no file.")
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(
            f"{folder}: no manifest.json, so this is no finished bundle; "
            "make one with 'stampcheck collect'."
        ) from None
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror}).") from error
    return _decode_manifest(path, data), digest(data)


def _decode_manifest(path: Path, data: bytes) -> Manifest:
    try:
        version = msgspec.json.decode(data, type=dict[str, object]).get("schema_version")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise UsageError(
                f"{path}: schema version {version} is newer than {SCHEMA_VERSION}, the newest "
                f"that stampcheck {__version__} reads; use the version that wrote it."
            )
        return msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise IntegrityError(f"{path}: is not a manifest ({str(error)[:200]}).") from error
