"""Documents added to a finished bundle: what was there stays, and the digests are the new ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from stampcheck.bundle import Bundle
from stampcheck.collect.files import collect_files
from stampcheck.document import Document
from stampcheck.supplement import supplement


@pytest.fixture
def bundle(evidence: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    collect_files(evidence, folder, datetime(2026, 11, 1, tzinfo=UTC), None, lambda _: None)
    return folder


def added(label: str) -> Document:
    return Document(kind="attestation", label=label, body=msgspec.Raw(b'{"a":1}'))


def labels(folder: Path) -> list[str]:
    with Bundle(folder) as opened:
        opened.verify()
        return [
            opened.document(span).label for entry in opened.entries() for span in entry.documents
        ]


def test_the_documents_of_a_stamp_follow_those_that_it_had(bundle: Path) -> None:
    before = labels(bundle)
    supplement(bundle, {"ams-01": [added("one"), added("two")]}, "Added.")
    assert labels(bundle) == [*before, "one", "two"]


def test_it_is_another_bundle_that_says_what_was_added(bundle: Path) -> None:
    with Bundle(bundle) as opened:
        before, documents = opened.digest, opened.manifest.documents
    supplement(bundle, {"ams-01": [added("one")]}, "Added.")
    with Bundle(bundle) as opened:
        assert opened.digest != before
        assert opened.manifest.documents == documents + 1
        assert opened.manifest.notes[-1] == "Added."
        assert opened.manifest.sources == ["files", "attestations"]


def test_it_can_be_done_twice(bundle: Path) -> None:
    for label in ("one", "two"):
        supplement(bundle, {"ams-01": [added(label)]}, f"Added {label}.")
    assert labels(bundle)[-2:] == ["one", "two"]
    with Bundle(bundle) as opened:
        assert opened.manifest.sources == ["files", "attestations"]


def test_no_scratch_file_is_left(bundle: Path) -> None:
    supplement(bundle, {}, "Nothing was added.")
    assert not list(bundle.glob("*.part"))
