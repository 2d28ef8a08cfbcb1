"""Reads the Markdown of an article as its sentences, each with its heading and a digest. Pure.

A digest is of the words only: markup, targets of links, case and white space do not count. Every
pattern is bounded, so that a hostile file costs time linear in its size.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

Kind = Literal["sentence", "row", "code"]
"""A sentence of a paragraph, list item or note; a row of a table; a whole block of code."""

_IMAGE: Final = re.compile(r"!\[([^\[\]]{0,300})\]\([^()\"]{0,600}(?:\"[^\"]{0,300}\")?\)")
_LINK: Final = re.compile(r"\[([^\[\]]{0,300})\]\([^()\"]{0,600}(?:\"[^\"]{0,300}\")?\)")
_BREAK: Final = re.compile(r"<br ?/?>", re.IGNORECASE)
_NOTE: Final = re.compile(r"\[![A-Za-z]{1,20}\]")
_ITEM: Final = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)])[ \t]")
_END: Final = re.compile(r"(?<=[.!?]) (?=[A-Z\[(\"$])")
_FENCES: Final = ("```", "~~~")
_RULE: Final = frozenset("|-: \t")
_PLAIN: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "*": None, "`": None})


class Heading(msgspec.Struct, frozen=True):
    """A heading and the anchor that GitHub makes of it."""

    anchor: str
    title: str


class Sentence(msgspec.Struct, frozen=True):
    """The smallest part of an article that a rule can rely on; ``text`` is without markup."""

    anchor: str
    kind: Kind
    text: str
    digest: str


class Article(msgspec.Struct, frozen=True):
    """The headings and sentences of an article, in its order."""

    headings: tuple[Heading, ...]
    sentences: tuple[Sentence, ...]

    @property
    def anchors(self) -> frozenset[str]:
        """The anchors of all headings."""
        return frozenset(heading.anchor for heading in self.headings)


def read(text: str) -> Article:
    """The article that a Markdown text holds; front matter and zone pivots are passed over."""
    headings: list[Heading] = []
    sentences: list[Sentence] = []
    taken: dict[str, int] = {}
    anchor = ""
    for kind, words in _blocks(_body(text.splitlines())):
        if kind == "heading":
            anchor = _anchor(words, taken)
            headings.append(Heading(anchor, words))
            continue
        parts = _END.split(words) if kind == "sentence" else (words,)
        sentences.extend(Sentence(anchor, kind, part, digest(part)) for part in parts if part)
    return Article(tuple(headings), tuple(sentences))


def digest(words: str) -> str:
    """Sixteen hex digits of the words, whatever their case."""
    folded = plain(words).casefold().encode("utf-8", "surrogatepass")
    return hashlib.sha256(folded).hexdigest()[:16]


def plain(text: str) -> str:
    """The words without markup and targets of links, one space between them."""
    bare = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", _BREAK.sub(" ", text))))
    return " ".join(bare.translate(_PLAIN).split())


def _body(lines: list[str]) -> list[str]:
    """The lines after the front matter."""
    if lines and lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        return lines[end + 1 :]
    return lines


_Block = tuple[Literal["heading", "sentence", "row", "code"], str]


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """The blocks in their order; what stands on neighbouring lines is one paragraph."""
    paragraph: list[str] = []
    fence: list[str] | None = None
    for line in lines:
        bare = line.strip().lstrip(">").strip()
        if fence is not None:
            if bare.startswith(_FENCES):
                yield "code", plain("\n".join(fence))
                fence = None
            else:
                fence.append(line)
            continue
        alone = _standing_alone(bare)
        if alone is not None or _ITEM.match(bare):
            yield "sentence", plain("\n".join(paragraph))
            paragraph = []
        if bare.startswith(_FENCES):
            fence = []
        elif alone is not None:
            yield alone
        else:
            paragraph.append(_without_mark(bare))
    yield "sentence", plain("\n".join([*paragraph, *(fence or ())]))


def _standing_alone(bare: str) -> _Block | None:
    """What ends a paragraph: an empty or drawn line, a pivot, a fence, a heading, a table's row."""
    if not bare.strip("-_= ") or bare.startswith((":::", *_FENCES)):
        return "sentence", ""
    if bare.startswith("|"):
        is_rule = _RULE.issuperset(bare)
        return "row", "" if is_rule else plain(bare.strip("|").replace("|", " | "))
    level = len(bare) - len(bare.lstrip("#"))
    if 1 <= level <= 6 and bare[level : level + 1] in (" ", "\t"):
        return "heading", plain(bare[level:].strip().rstrip("#"))
    return None


def _without_mark(bare: str) -> str:
    """The line without the mark of a list item or a note."""
    item = _ITEM.match(bare)
    return _NOTE.sub("", bare[item.end() :] if item else bare)


def _anchor(title: str, taken: dict[str, int]) -> str:
    """As GitHub makes it: lower case, hyphens for spaces, a number where it is taken."""
    word = "".join(sign for sign in title.lower() if sign.isalnum() or sign in " -_")
    anchor = word.replace(" ", "-")
    number = taken.get(anchor, -1) + 1
    taken[anchor] = number
    return f"{anchor}-{number}" if number else anchor
