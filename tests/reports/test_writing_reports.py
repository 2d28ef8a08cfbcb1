"""The page for authors of reports: its files are written, its commands run, in an empty folder."""

from __future__ import annotations

from pathlib import Path

from tests.newcomer import Newcomer
from tests.rules.test_writing_rules import blocks, expect, type_in

PAGE = Path(__file__).parents[2] / "reports" / "WRITING-REPORTS.md"


def test_every_block_is_a_file_a_command_or_what_is_printed() -> None:
    kinds = [block.kind for block in blocks(PAGE)]

    assert PAGE.read_text(encoding="utf-8").count("\n```") == 2 * len(kinds)
    assert set(kinds) == {"sh", "text", "python", "toml"}
    assert all(bool(block.file) is (block.kind not in {"sh", "text"}) for block in blocks(PAGE))


def test_a_newcomer_comes_to_the_end_of_the_page(tmp_path: Path) -> None:
    newcomer = Newcomer(tmp_path / "venv")
    folder = tmp_path / "work"
    folder.mkdir()
    printed = ""
    for block in blocks(PAGE):
        if block.kind == "sh":
            printed, folder = type_in(newcomer, block, folder)
        elif block.kind == "text":
            expect(block.text, printed)
        else:
            (folder / block.file).write_text(block.text, encoding="utf-8")

    assert {path.name for path in folder.glob("broken/*/*")} == {
        *("findings.csv", "stamps.csv", "rules.csv", "causes.csv", "waivers.csv"),
        "run-manifest.json",
    }
