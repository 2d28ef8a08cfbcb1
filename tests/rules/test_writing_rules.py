"""The page for authors: its files are written, its commands run, in order, in an empty folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.newcomer import Newcomer

PAGE = Path(__file__).parents[2] / "rules" / "WRITING-RULES.md"
BLOCK = re.compile(
    r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)( fails)?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """A fenced block of the page: a file to write, commands to run, or what they print."""

    file: str
    kind: str
    fails: bool
    text: str


def blocks(page: Path = PAGE) -> Iterator[Block]:
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield Block(found[1] or "", found[2], bool(found[3]), found[4])


def test_every_block_is_a_file_a_command_or_what_is_printed() -> None:
    kinds = [block.kind for block in blocks()]

    assert PAGE.read_text(encoding="utf-8").count("\n```") == 2 * len(kinds)
    assert set(kinds) == {"sh", "text", "python", "json", "toml"}
    assert all(bool(block.file) is (block.kind not in {"sh", "text"}) for block in blocks())


def test_a_newcomer_comes_to_the_end_of_the_page(tmp_path: Path) -> None:
    newcomer = Newcomer(tmp_path / "venv")
    folder = tmp_path / "work"
    folder.mkdir()
    printed = ""
    for block in blocks():
        if block.kind == "sh":
            printed, folder = type_in(newcomer, block, folder)
        elif block.kind == "text":
            expect(block.text, printed)
        else:
            path = folder / block.file
            assert path.parent.is_dir() or block.kind == "toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text, encoding="utf-8")

    assert list((folder / "dist").glob("fabrikam_stamp_rules-0.1.0-*.whl"))
    (report,) = folder.glob("out/*/report.html")
    assert "fabrikam-stamp-rules 0.1.0" in report.read_text(encoding="utf-8")


def type_in(newcomer: Newcomer, block: Block, folder: Path) -> tuple[str, Path]:
    """What the commands print, and the folder in which they leave the newcomer."""
    ran = newcomer.shell(block.text, cwd=folder)
    printed = ran.stdout + ran.stderr
    assert (ran.returncode != 0) is block.fails, f"{block.text}\n{printed}"
    if "cd " in block.text:
        folder /= block.text.rpartition("cd ")[2].strip()
    return printed, folder


def expect(text: str, printed: str) -> None:
    """Every line that the page shows was printed, in whatever it stands."""
    for line in text.splitlines():
        if line not in printed:
            pytest.fail(f"the page shows\n{line}\nbut this was printed:\n{printed}")
