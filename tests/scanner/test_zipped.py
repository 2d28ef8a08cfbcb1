"""Zipped bundles: no name leads out, no link is followed, no bomb unfolds."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from stampcheck.errors import IntegrityError, UsageError
from stampcheck.zipped import unzip


def zipped(folder: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["manifest.json", "run/manifest.json"])
def test_a_bundle_is_found_at_the_top_or_one_folder_below(tmp_path: Path, name: str) -> None:
    folder = unzip(zipped(tmp_path, (name, b"{}"), ("run/documents/", b"")), tmp_path / "out")

    assert (folder / "manifest.json").read_bytes() == b"{}"


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "C:/evil", "a\\..\\evil"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    entry = zipfile.ZipInfo("x")
    entry.filename = name

    with pytest.raises(IntegrityError, match="leads out"):
        unzip(zipped(tmp_path, (entry, b"")), tmp_path / "out")
    assert not (tmp_path / "evil").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("manifest.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16

    with pytest.raises(IntegrityError, match="is a link"):
        unzip(zipped(tmp_path, (entry, b"/etc/passwd")), tmp_path / "out")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="unfolds"):
        unzip(zipped(tmp_path, ("documents.jsonl", b"0" * 30_000_000)), tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="two files"):
        unzip(zipped(tmp_path, ("a", b"1"), ("a", b"2")), tmp_path / "out")


def test_what_is_no_zip_or_no_bundle_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK no")

    with pytest.raises(UsageError, match="no zip file"):
        unzip(tmp_path / "no.zip", tmp_path / "out")
    with pytest.raises(UsageError, match="no bundle"):
        unzip(zipped(tmp_path, ("a.txt", b"")), tmp_path / "out")


def patched(folder: Path, old: bytes, new: bytes) -> Path:
    path = zipped(folder, ("manifest.json", b"{}" * 50))
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


def test_an_encrypted_or_unknown_or_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    method = patched(tmp_path, b"\x08\x00", b"\x63\x00")
    with pytest.raises(IntegrityError, match="packed in a way"):
        unzip(method, tmp_path / "out")
    path = zipped(tmp_path, ("manifest.json", b"{}"))
    data = bytearray(path.read_bytes())
    start = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: start + 8] + b"\x01" + data[start + 9 :])
    with pytest.raises(IntegrityError, match="encrypted"):
        unzip(path, tmp_path / "out")
    path.write_bytes(data[: start + 16] + b"zzzz" + data[start + 20 :])
    with pytest.raises(IntegrityError, match="damaged"):
        unzip(path, tmp_path / "out")


@pytest.mark.parametrize("names", [("a" * 300,), ("a", "a/b")])
def test_a_name_that_cannot_be_stored_is_one_sentence(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    with pytest.raises(IntegrityError, match="cannot be unpacked") as caught:
        unzip(zipped(tmp_path, *((name, b"") for name in names)), tmp_path / "out")
    assert len(str(caught.value)) < 400
