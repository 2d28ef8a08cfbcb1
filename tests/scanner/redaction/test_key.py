"""The key file: its owner's alone, whole, and refused where it is none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from stampcheck.errors import RunError, UsageError
from stampcheck.redaction.key import read_key, write_key
from stampcheck.redaction.pseudonym import Kind

SALT = "0123456789abcdef" * 2


def test_a_key_is_read_as_it_was_written_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.json"
    names = read_key(path, SALT, ())
    names.give(Kind.STAMP, "ams")
    write_key(path, names)
    again = read_key(path, "f" * 32, ())

    assert (again.salt, again.entries) == (SALT, names.entries)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    write_key(path, again)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["key.json"]


@pytest.mark.parametrize("text", ["", "{}", '{"salt": "1", "pseudonyms": []}', "[1"])
def test_what_is_no_key_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(text)

    with pytest.raises(UsageError, match="is no key of pseudonyms"):
        read_key(path, SALT, ())
    assert path.read_text() == text


def test_a_place_that_takes_no_key_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RunError, match="cannot be written"):
        write_key(tmp_path / "file" / "key.json", read_key(tmp_path / "none", SALT, ()))
    with pytest.raises(UsageError, match="cannot be read"):
        read_key(tmp_path, SALT, ())
