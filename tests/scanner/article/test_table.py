"""The table of an article is read strictly, and none of its entries is lost unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.article.table import digest_of, load, read
from stampcheck.errors import RunError

HEAD = 'article = "a.md"\nreviewed = "2026-11-22"\nwhole = "{whole}"\n[preflight]\n'
ENTRY = '[headings.one]\n"aa" = {{ about = "a word", {rest} }}\n'


def written(folder: Path, text: str, *digests: str) -> Path:
    path = folder / "a.toml"
    path.write_text(HEAD.format(whole=digest_of(digests)) + text, encoding="utf-8")
    return path


def test_a_table_knows_where_each_digest_stands(tmp_path: Path) -> None:
    text = ENTRY.format(rest='maps = ["AZS-RG-001"], also = ["two"]') + "[headings.two]\n"
    table = read(written(tmp_path, text, "aa"))

    assert table.places() == {"aa": {"one", "two"}}
    assert [entry.about for entry in table.by_heading()["two"]] == ["a word"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ENTRY.format(rest="maps = []"), "either maps or none"),
        (ENTRY.format(rest='maps = ["A"], none = "b"'), "either maps or none"),
        (ENTRY.format(rest='none = "b"').replace("a word", " "), "what it is about"),
        (ENTRY.format(rest='none = "b", also = ["three"]'), "'three', which is no heading"),
        (
            ENTRY.format(rest='none = "b"') + '[headings.two]\n"aa" = { about = "x", none = "y" }',
            "aa stands twice",
        ),
        (ENTRY.format(rest='none = "b", other = 1'), "unknown field"),
        ("[headings", "a.toml: "),
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(RunError, match=words):
        read(written(tmp_path, text, "aa"))


def test_an_entry_that_got_lost_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="its entries make the whole"):
        read(written(tmp_path, ENTRY.format(rest='none = "b"'), "aa", "bb"))


def test_a_table_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"none\.toml: cannot be read"):
        read(tmp_path / "none.toml")


def test_our_own_table_is_of_the_article() -> None:
    assert list(load()) == ["register-azure-stack-hub.md"]
