"""Logs are read as they come: in any encoding, from folders, zips and standard input."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from stampcheck.collect.log_encoding import encoding_of
from stampcheck.collect.logs import log_sources
from stampcheck.diagnose import Unreadable
from stampcheck.errors import UsageError

TEXT = "2026-11-02.09-00-00: Müller’s log – größer\r\nand more\r\n"
PLAIN = TEXT.replace("\r\n", "\n")


def read(*paths: Path | str, stdin: bytes = b"") -> dict[str, str]:
    """The texts by name; of what cannot be read, why."""
    found = {}
    for source in log_sources([str(path) for path in paths], io.BytesIO(stdin)):
        name = source.name.replace(os.sep, "/").rpartition("/")[2]
        try:
            found[name] = "".join(source.blocks)
        except Unreadable as error:
            found[name] = f"! {error}"
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_seen_in_the_bytes(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.log").write_bytes(TEXT.encode(encoding))

    assert read(tmp_path / "a.log") == {"a.log": PLAIN}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_its_mark_is_known(encoding: str) -> None:
    assert encoding_of(TEXT.encode(encoding)) == (encoding, 0)


def test_windows_bytes_late_in_a_text_are_read_as_such(tmp_path: Path) -> None:
    data = b"plain\n" * 20_000 + "größer\n".encode("cp1252")
    (tmp_path / "a.log").write_bytes(data)

    assert read(tmp_path / "a.log")["a.log"].endswith("größer\n")


def test_standard_input_is_read() -> None:
    assert read("-", stdin=b"pasted") == {"(pasted)": "pasted"}


def test_folders_are_read_whole_and_by_name(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "2.log").write_text("two")
    (tmp_path / "b" / "1.log").write_text("one")
    (tmp_path / "b" / ".hidden").write_text("no")

    assert read(tmp_path) == {"1.log": "one", "2.log": "two"}


def test_a_zip_is_read_without_being_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr("MASLogs/a.log", TEXT.encode("utf-16"))

    assert read(tmp_path / "logs.zip") == {"a.log": PLAIN}
    assert [path.name for path in tmp_path.iterdir()] == ["logs.zip"]


def test_a_zip_bomb_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", b"\0" * 60_000_000)
    (tmp_path / "b.log").write_text("here")
    found = read(tmp_path)

    assert found["b.log"] == "here"
    assert "unfolds more than" in found["a.zip"]


def test_names_that_lead_out_of_a_zip_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../a.log", "x")

    assert "leads out" in read(tmp_path / "a.zip")["a.zip"]


def test_a_damaged_member_is_one_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.log", "needle " * 400)
    data = (tmp_path / "a.zip").read_bytes().replace(b"needle needle", b"beadle needle", 1)
    (tmp_path / "a.zip").write_bytes(data)

    assert read(tmp_path / "a.zip")["a.log"] == "! is damaged inside the archive."


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes(range(256)) * 40, "is binary"),
        (b"\x1f\x8b\x08\0" + b"x" * 100, "gzip"),
        (b"ElfFile\0" + bytes(100), "event log"),
        (b"%PDF-1.7\n%x", "PDF"),
    ],
)
def test_what_is_no_text_says_so(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "a.log").write_bytes(data)

    assert why in read(tmp_path / "a.log")["a.log"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.log")

    assert read(tmp_path) == {"a.log": "! is no file."}


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert list(read(tmp_path).values()) == ["! holds no file."]


def test_an_empty_file_is_an_empty_text(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"")

    assert read(tmp_path / "a.log") == {"a.log": ""}


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        list(log_sources([str(tmp_path / "none.log")], io.BytesIO()))
