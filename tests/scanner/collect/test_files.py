"""A folder of evidence to a bundle: whatever lies in it, and in whatever folders."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stampcheck.bundle import Bundle, StampEntry
from stampcheck.collect.files import Collected, collect_files
from stampcheck.document import Document
from stampcheck.errors import NothingEvaluated, UsageError
from stampcheck.model import UNCLAIMED
from tests.scanner.parse import builders as b

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CUT_OFF = os.geteuid() != 0


def write(path: Path, body: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return path


def collect(source: Path) -> Collected:
    return collect_files(source, source.parent / "bundle", NOW, None, lambda _: None)


def bundled(source: Path) -> tuple[dict[str, list[Document]], list[StampEntry]]:
    """The own documents of each stamp after a collection."""
    collect(source)
    with Bundle(source.parent / "bundle") as bundle:
        bundle.verify()
        entries = list(bundle.entries())
        own = {e.name: [bundle.document(span) for span in e.documents] for e in entries}
    return own, entries


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    write(folder / "ams" / "registration.json", b.registration())
    return folder


def test_every_file_of_a_folder_is_a_document(source: Path) -> None:
    write(source / "ams" / "deep" / "er" / "LOC1_Activation.JSON", b.activation())
    write(source / "ams" / "locks.json", b"")
    write(source / "ams" / "photo.jpg", b"\xff\xd8\x00")
    write(source / "ams" / ".hidden", b"x")
    write(source / "ams" / "Thumbs.db", b"x")
    own, _ = bundled(source)

    assert [(one.label, one.kind, one.reason) for one in own["ams"]] == [
        ("ams/locks.json", "locks", "ambiguous"),
        ("ams/photo.jpg", "unrecognised", "malformed"),
        ("ams/registration.json", "registration", None),
        ("ams/deep/er/LOC1_Activation.JSON", "activation", None),
    ]
    assert all(one.stamps == ("ams",) for one in own["ams"])


def test_a_file_is_dated_by_its_time(source: Path) -> None:
    os.utime(source / "ams" / "registration.json", (1_700_000_000, 1_700_000_000))
    own, _ = bundled(source)

    assert own["ams"][0].collected_at == "2023-11-14T22:13:20Z"


def test_a_file_that_is_too_large_is_a_document(source: Path) -> None:
    with (source / "ams" / "locks.json").open("wb") as stream:
        stream.truncate(200_000_000)
    own, _ = bundled(source)

    assert own["ams"][0].reason == "malformed"
    assert own["ams"][0].size == 200_000_000


def test_two_stamps_with_files_too_large_stay_two(source: Path) -> None:
    for name in ("osl", "par"):
        write(source / name / "locks.json", b"")
        os.truncate(source / name / "locks.json", 100_000_000)
    own, _ = bundled(source)

    assert sorted(own) == ["ams", "osl", "par"]


def test_links_are_followed_inside_the_folder_only(source: Path) -> None:
    outside = write(source.parent / "secret.json", b.activation())
    (source / "ams" / "activation.json").symlink_to(outside)
    (source / "ams" / "inside.json").symlink_to(source / "ams" / "registration.json")
    (source / "ams" / "loop.json").symlink_to(source / "ams" / "loop.json")
    (source / "ams" / "folder").symlink_to(source.parent)
    (source / "ams" / "dangling.json").symlink_to(source / "nothing")
    own, _ = bundled(source)

    reasons = {one.label.rpartition("/")[2]: one.reason for one in own["ams"]}
    assert reasons == {
        "activation.json": "access-denied",
        "dangling.json": "access-denied",
        "folder": "access-denied",
        "inside.json": None,
        "loop.json": "access-denied",
        "registration.json": None,
    }


def test_what_is_no_file_is_a_document(source: Path) -> None:
    os.mkfifo(source / "ams" / "activation.json")
    own, _ = bundled(source)

    assert (own["ams"][0].kind, own["ams"][0].reason) == ("activation", "malformed")


@pytest.mark.skipif(not CUT_OFF, reason="root may read everything")
def test_what_may_not_be_read_is_a_document(source: Path) -> None:
    write(source / "ams" / "closed" / "locks.json", b"").parent.chmod(0)
    write(source / "osl" / "locks.json", b"").parent.chmod(0)
    write(source / "ams" / "activation.json", b"").chmod(0)
    own, _ = bundled(source)
    for path in (source / "osl", source / "ams" / "closed"):
        path.chmod(0o700)

    assert [one.label for one in own["osl"]] == ["osl"]
    assert {one.label for one in own["ams"] if one.reason} == {"ams/activation.json", "ams/closed"}


def test_names_that_cannot_be_printed_are_replaced(source: Path) -> None:
    write(source / "ams\n\x1b[31m" / "a\tb.json", b.information())
    write(Path(os.fsdecode(os.fsencode(source) + b"/\xff/x.json")), b.activation())
    own, _ = bundled(source)

    assert all(name.isprintable() for name in own)
    assert len(own) == 3


def test_a_folder_called_like_the_pseudo_stamp_is_a_stamp(source: Path) -> None:
    write(source / UNCLAIMED / "info.json", b.information(CloudID=b.TENANT))
    own, _ = bundled(source)

    assert sorted(own) == [f"{UNCLAIMED} (2)", "ams"]


def test_what_serves_no_stamp_is_kept_unclaimed(source: Path) -> None:
    write(source / "notes.json", {"a": 1})
    write(source / "run.ps1", b"x")
    write(source / "inventory.toml", b"x")
    own, entries = bundled(source)

    assert [one.label for one in own[UNCLAIMED]] == ["notes.json"]
    assert entries[-1].name == UNCLAIMED


def test_a_document_for_several_stamps_is_stored_once(source: Path) -> None:
    other = b.registration(b.OTHER, cloudId="aaaaaaaa-0000-4000-8000-00000000c10d")
    write(source / "osl" / "registration.json", other)
    write(source / "locks.json", [b.lock(), b.lock(b.OTHER)])
    _, entries = bundled(source)

    assert entries[0].shared == entries[1].shared
    assert len(entries[0].shared) == 1


def test_a_body_of_megabytes_lies_in_a_file_of_its_own(source: Path) -> None:
    note = {"notes": "x" * 2_000_000}
    write(source / "ams" / "locks.json", [b.lock() | note])
    own, _ = bundled(source)

    assert own["ams"][0].file
    assert own["ams"][0].content()[0]["notes"] == note["notes"]


@pytest.mark.parametrize("name", ["nothing", "file", "bundle", "hollow"])
def test_what_is_no_folder_of_evidence_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / "file", b"x")
    write(tmp_path / "bundle" / "manifest.json", b"{}")
    write(tmp_path / "bundle" / "documents.jsonl", b"")
    (tmp_path / "hollow").mkdir()

    with pytest.raises((UsageError, NothingEvaluated), match=name):
        collect_files(tmp_path / name, tmp_path / "out", NOW, None, lambda _: None)


def test_an_interruption_keeps_what_was_read(source: Path) -> None:
    write(source / "osl" / "registration.json", b.registration(b.OTHER))

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    done = collect_files(source, source.parent / "bundle", NOW, None, interrupt)
    with Bundle(source.parent / "bundle") as bundle:
        assert not bundle.manifest.complete
    assert done.interrupted
    assert done.documents == 1


@pytest.mark.parametrize("name", ["scan.json", "documents.jsonl", "old/scan.json"])
def test_a_stamp_folder_with_a_file_of_our_names_is_evidence(source: Path, name: str) -> None:
    write(source / "ams" / name, {"a": 1})
    write(source / "ams" / "old" / "findings.jsonl", b"")
    own, _ = bundled(source)

    assert "registration" in {one.kind for one in own["ams"]}


@pytest.mark.parametrize("place", ["", "2026", "x/bundle"])
def test_an_earlier_run_is_passed_over_and_said(source: Path, place: str) -> None:
    run = source / "runs" / place
    if place.endswith("bundle"):
        write(run / "manifest.json", {})
        write(run / "documents.jsonl", b"")
    else:
        write(run / "scan.json", {"schema_version": 1, "scan_id": "x"})
        write(run / "findings.jsonl", b"")
    done = collect(source)
    with Bundle(source.parent / "bundle") as bundle:
        assert bundle.manifest.notes == list(done.notes)
    assert [note for note in done.notes if note.startswith("runs was not read")]
    assert done.stamps == 1


def test_a_link_in_a_circle_at_the_top_is_a_document(source: Path) -> None:
    (source / "round").symlink_to(source / "round")
    own, _ = bundled(source)

    assert [one.reason for one in own[UNCLAIMED]] == ["access-denied"]


def test_names_are_kept_without_secrets(source: Path) -> None:
    write(source / "password=M4RK-1zz" / "registration.json", b.registration(b.OTHER))
    write(source / "ams" / "password=M4RK-2zz.json", {"a": 1})
    own, _ = bundled(source)

    assert "M4RK" not in str([(name, one.label) for name in own for one in own[name]])
    assert sorted(own) == ["[redacted]", "ams"]
