"""An article is its sentences: what is markup does not count, what is said does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.article.markdown import digest, plain, read
from tests.scanner.article.sample import ARTICLE

WORDS = st.lists(st.sampled_from(["lock", "Stamp", "on", "a-b", "1904", "(x)"]), min_size=1)
PIECES = st.lists(
    st.sampled_from(
        [
            "# a",
            "```",
            "| x",
            "|--",
            "- y",
            "> z",
            "---",
            ":::",
            "[a](b)",
            "![",
            "\x00",
            "\u2028",
            "",
        ]
    ),
    max_size=12,
)


def test_every_kind_of_block_is_read_under_its_heading() -> None:
    article = read(ARTICLE)

    assert [(one.anchor, one.title) for one in article.headings] == [
        ("care-of-stamps", "Care of stamps"),
        ("locks", "Locks"),
        ("locks-1", "Locks"),
    ]
    assert [(one.anchor, one.kind, one.text) for one in article.sentences] == [
        ("care-of-stamps", "sentence", "A stamp wants care."),
        ("care-of-stamps", "sentence", "Its owner reads this first."),
        ("locks", "sentence", "Keep the lock on."),
        ("locks", "sentence", "Take it off before a move."),
        ("locks", "code", "Remove-Lock -Name keep"),
        ("locks", "sentence", "Put it back."),
        ("locks", "row", "Word | Meaning"),
        ("locks", "row", "lock | keeps a thing"),
        ("locks-1", "sentence", "Keep the lock on."),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**Keep** the `lock` *on*.", "Keep the lock on."),
        ('[Keep](a.md#b) the [lock](https://x/y "Lock") on.', "Keep the lock on."),
        ('[![tile](a.png "Tile")](b.png#box)', ""),
        ("Keep<br><br>the lock on.", "Keep the lock on."),
        ("“Keep” it, you’ll see", '"Keep" it, you\'ll see'),
        ("Keep\u00a0the\t lock   on.", "Keep the lock on."),
        ("Set <billing model> first", "Set <billing model> first"),
    ],
)
def test_markup_is_not_words(text: str, words: str) -> None:
    assert plain(text) == words


def test_neither_case_nor_markup_nor_white_space_changes_a_digest() -> None:
    same = {
        digest("Keep the lock on."),
        digest("KEEP the\n **lock** on."),
        digest("keep the lock on."),
    }

    assert len(same) == 1
    assert digest("Keep the lock off.") not in same
    assert re.fullmatch(r"[0-9a-f]{16}", same.pop())


@given(WORDS, st.data())
def test_wrapping_lines_anew_changes_nothing(words: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from([" ", "\n", "  \n"])) for _ in words]
    wrapped = "".join(word + gap for word, gap in zip(words, gaps, strict=True))

    assert (
        read(f"## H\n\nSo {wrapped}").sentences == read(f"## H\n\nSo {' '.join(words)}").sentences
    )


@given(PIECES)
def test_every_text_is_read_and_every_digest_is_of_its_words(pieces: list[str]) -> None:
    article = read("\n".join(pieces))

    assert all(one.digest == digest(one.text) and one.text for one in article.sentences)
    assert {one.anchor for one in article.sentences} <= {"", *article.anchors}


def test_anchors_are_those_of_github() -> None:
    titles = ["Verify & go!", "A_b C-d", "Über", "Verify & go!", "#"]
    article = read("\n".join(f"## {title}" for title in titles))

    assert [one.anchor for one in article.headings] == [
        "verify--go",
        "a_b-c-d",
        "über",
        "verify--go-1",
        "",
    ]


def test_a_fence_or_front_matter_that_never_ends_ends_with_the_text() -> None:
    assert [one.text for one in read("---\nA: b").sentences] == ["A: b"]
    assert [one.text for one in read("```\nSet-It").sentences] == ["Set-It"]


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 60_000,
        "![" * 30_000,
        "[a](" * 20_000,
        "[![x](" * 10_000,
        "# " * 30_000,
        "> " * 30_000,
        "|" * 60_000,
        "`" * 60_000,
        "<br" * 20_000,
        "a. " * 20_000 + "B",
        "#\n" * 20_000,
    ],
    ids=lambda text: text[:6],
)
def test_a_hostile_text_is_read_to_its_end(hostile: str) -> None:
    """A pattern that backs up over a text like these would not come back."""
    article = read(f"{hostile}\n\n## End\n\nSeen.\n")

    assert article.sentences[-1].text.endswith("Seen.")
