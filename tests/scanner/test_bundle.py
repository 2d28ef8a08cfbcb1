"""Bundles: what was written is read, and what was changed is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from stampcheck.bundle import LARGE_BODY, Bundle, BundleWriter, Declared, Manifest, StampEntry
from stampcheck.document import Document
from stampcheck.errors import IntegrityError, UsageError

EMPTY = hashlib.sha256().hexdigest()
NOW = "2026-11-01T00:00:00Z"


def document(label: str = "a.json", body: bytes = b'{"a":1}') -> Document:
    return Document(kind="locks", label=label, stamps=("s",), body=msgspec.Raw(body))


def made(folder: Path, *documents: Document) -> Path:
    writer = BundleWriter(folder / "bundle")
    spans = [writer.add_document(one) for one in documents or (document(),)]
    writer.add_stamp(StampEntry("s", Declared(connection="connected"), documents=spans))
    writer.close(Manifest(collected_at=NOW))
    return folder / "bundle"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    large = b'"' + b"x" * LARGE_BODY + b'"'
    with Bundle(made(tmp_path, document(), document("large.json", large))) as bundle:
        bundle.verify()
        (entry,) = bundle.entries()
        small, big = (bundle.document(span) for span in entry.documents)

    assert entry.declared.connection == "connected"
    assert (small.label, bytes(small.body)) == ("a.json", b'{"a":1}')
    assert bytes(big.body) == large
    assert bundle.manifest.documents == 2
    assert [one.label for one in bundle.documents()] == ["a.json", "large.json"]


@pytest.mark.parametrize("name", ["documents.jsonl", "stamps.jsonl", "journal.jsonl"])
def test_a_changed_file_is_named(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path)
    with (folder / name).open("ab") as stream:
        stream.write(b" ")

    with Bundle(folder) as bundle, pytest.raises(IntegrityError, match=name):
        bundle.verify()


def test_a_removed_file_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "journal.jsonl").unlink()

    with Bundle(folder) as bundle, pytest.raises(IntegrityError, match=r"journal\.jsonl"):
        bundle.verify()


def test_a_body_outside_the_bundle_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("1")
    writer = BundleWriter(tmp_path / "bundle")
    stray = document()
    stray.file = "../secret.json"
    span = writer.add_document(stray)
    writer.close(Manifest(collected_at=NOW))

    with Bundle(tmp_path / "bundle") as bundle, pytest.raises(IntegrityError, match="secret"):
        bundle.document(span)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('{"schema_version": 99, "collected_at": ""}', UsageError, "newer"),
        ("{", IntegrityError, "is not a manifest"),
        ('{"schema_version": 1}', IntegrityError, "is not a manifest"),
        ("[]", IntegrityError, "is not a manifest"),
    ],
)
def test_another_manifest_is_refused(
    tmp_path: Path, text: str, error: type[Exception], words: str
) -> None:
    folder = made(tmp_path)
    (folder / "manifest.json").write_text(text)

    with pytest.raises(error, match=words):
        Bundle(folder)


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished bundle"):
        Bundle(tmp_path)


def test_a_manifest_that_names_files_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = made(tmp_path)
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"journal.jsonl"', '"../journal.jsonl"'))

    with Bundle(folder) as bundle, pytest.raises(IntegrityError):
        bundle.verify()


def test_an_index_that_lost_a_stamp_is_noticed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "stamps.jsonl").write_bytes(b"")
    path = folder / "manifest.json"
    manifest = msgspec.json.decode(path.read_bytes())
    for files in ({}, {**manifest["files"], "stamps.jsonl": {"sha256": EMPTY, "bytes": 0}}):
        path.write_bytes(msgspec.json.encode({**manifest, "files": files}))
        with Bundle(folder) as bundle, pytest.raises(IntegrityError):
            bundle.verify()


@pytest.mark.parametrize("span", [(-5, 10), (10**9, 10), (0, 3), (3, 10**9)])
def test_an_index_that_points_nowhere_is_an_integrity_failure(
    tmp_path: Path, span: tuple[int, int]
) -> None:
    with Bundle(made(tmp_path)) as bundle, pytest.raises(IntegrityError):
        bundle.document(span)


def test_a_line_of_the_index_that_is_none_is_an_integrity_failure(tmp_path: Path) -> None:
    folder = made(tmp_path)
    (folder / "stamps.jsonl").write_bytes(b'{"name": 5}\n')

    with Bundle(folder) as bundle, pytest.raises(IntegrityError, match="line 1"):
        list(bundle.entries())
