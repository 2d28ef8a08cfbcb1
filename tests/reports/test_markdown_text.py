"""Whatever a text holds, Markdown shows it, and nothing in it acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from stampcheck_reports.display import shown
from stampcheck_reports.markdown_text import head, plain, row
from tests.reports.sample import HOSTILE_NAMES

MARKS = "ab1 \\`*_{}[]<>()#+-.!|~$&@:;'\"=/^%\n\t"
texts = st.text(st.sampled_from(MARKS), max_size=24) | st.sampled_from(HOSTILE_NAMES)


def rendered(markdown: str) -> etree._Element:
    return etree.HTML(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))


def reading(text: str) -> str:
    return re.sub(r"\s+", " ", shown(text)).strip()


@settings(max_examples=400)
@given(texts)
def test_a_paragraph_shows_the_text_and_holds_no_markup(text: str) -> None:
    words = plain(text, 20_000)
    root = rendered(words) if words else etree.HTML("<p></p>")

    assert "".join(root.itertext()).strip() == reading(text)
    assert {element.tag for element in root.iter()} <= {"html", "body", "p", "span"}


@settings(max_examples=400)
@given(texts, texts)
def test_a_row_keeps_its_cells(one: str, two: str) -> None:
    root = rendered(head("One", "Two:") + row(one, two, longest=20_000))
    cells = ["".join(cell.itertext()).strip() for cell in root.iter("td")]

    assert cells == [reading(one), reading(two)]
    assert not list(root.iter("a", "img", "em", "strong", "code", "script"))


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("@octocat", "<span>@</span>octocat"),
        ("see #12", "see <span>#</span>12"),
        ("https://x.example", "https<span>:</span>//x.example"),
        ("www.x.example", "www<span>.</span>x.example"),
        ("mail a@b.example", "mail a<span>@</span>b.example"),
        ("GH-12", "GH<span>-</span>12"),
        ("$x$", "<span>$</span>x<span>$</span>"),
        (":rocket:", "<span>:</span>rocket:"),
        ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ],
)
def test_what_github_turns_into_something_is_parted(text: str, parted: str) -> None:
    assert plain(text) == parted


def test_a_long_text_is_cut_and_shows_it() -> None:
    assert plain("x" * 400) == "x" * 299 + "…"
