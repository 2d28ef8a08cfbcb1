"""Texts from evidence in Markdown as GitHub renders it: they show, and nothing in them acts.

What begins markup is escaped; what GitHub turns into something after that (mentions, references,
bare addresses, formulas, emoji) is parted by an element that shows nothing of its own.
"""

from __future__ import annotations

import re
from typing import Final

from stampcheck_reports.display import shown

_SPACE: Final = re.compile(r"\s+")
_ENTITIES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "\\": "&#92;", "`": "&#96;"}
)
_MARKUP: Final = re.compile(r"([*_\[\]~!])")
_TURNED: Final = re.compile(
    r"[@$#]|(?<=www)\.|(?<=http):(?=//)|(?<=https):(?=//)|(?<=ftp):(?=//)"
    r"|(?<=mailto):|(?<=xmpp):|(?<=GH)-(?=\d)|:(?=(?:[a-z+-][a-z0-9_+-]{0,39}|100|1234):)",
    re.IGNORECASE,
)
_START: Final = re.compile(r"([+=-]|\d{1,9}[.)])(?=\s|$|-|=)")
LONGEST: Final = 300


def plain(text: object, longest: int = LONGEST) -> str:
    """The text on one line, cut where it is longer, for a paragraph, a list or a table."""
    words = _SPACE.sub(" ", shown(text)).strip()
    if len(words) > longest:
        words = words[: longest - 1] + "\u2026"
    parts, last = [], 0
    for found in _TURNED.finditer(words):
        parts += [_escaped(words[last : found.start()]), f"<span>{found[0]}</span>"]
        last = found.end()
    whole = "".join([*parts, _escaped(words[last:])])
    return "<span></span>" + whole if _START.match(whole) else whole


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text.translate(_ENTITIES))


def row(*cells: object, longest: int = LONGEST) -> str:
    """A row of a table."""
    return "| " + " | ".join([plain(cell, longest) or " " for cell in cells]) + " |\n"


def head(*columns: str) -> str:
    """The head of a table; a column whose name ends with ``:`` holds numbers."""
    rule = "|".join(["---:" if name.endswith(":") else "---" for name in columns])
    return f"| {' | '.join([name.rstrip(':') for name in columns])} |\n|{rule}|\n"
