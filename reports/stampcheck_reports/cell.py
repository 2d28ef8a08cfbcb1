"""Escaping of one CSV cell: RFC 4180, one line, and no formula for a spreadsheet to run.

A cell reads the same between commas, semicolons and tabs. A spreadsheet that splits at another mark
than the file was written with makes cells of parts of a cell, so that these hold no formula either.
"""

from __future__ import annotations

import re
from typing import Final

TRIGGERS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
INVISIBLE: Final = (
    "\\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Bodies of character classes: what begins a formula, and what a spreadsheet may skip first."""

_FORMULA: Final = re.compile(f"[{INVISIBLE}]*[\t\r\n{TRIGGERS}]")
_PART: Final = re.compile(f"([,;][\"'{INVISIBLE}]*)(?=[{TRIGGERS}])")
"""What begins a formula where a spreadsheet splits at a comma or semicolon of the cell."""

_PLAIN_PART: Final = re.compile("[,;][ ']*[=+@-]")
"""The same in printable ASCII without quotes, where it is looked for a seventh of the time."""

_APART: Final = r"\1'"
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_QUOTED: Final = re.compile('[",; ]')
_UNSAFE_START: Final = re.compile(f"[{INVISIBLE}{TRIGGERS}]")
_SAFE_STARTS: Final = frozenset(
    {"", *(mark for mark in map(chr, range(0x80)) if not _UNSAFE_START.match(mark))}
)
"""ASCII characters at which the formula pattern cannot begin to match, and no character."""


def escaped(text: str) -> str:
    """The cell as it stands between two commas of a CSV line.

    Most cells are plain; a printable text with a safe start needs a look for separators only.
    """
    if text[:1] in _SAFE_STARTS and text.isprintable() and '"' not in text:
        if "," in text or ";" in text:
            if not text.isascii() or _PLAIN_PART.search(text):
                text = _PART.sub(_APART, text)
            return f'"{text}"'
        return text
    return _escaped_slowly(text)


def plain(text: str) -> str:
    """The cell's text on one line, in characters that UTF-8 can hold, never a formula."""
    if _FORMULA.match(text):
        text = "'" + text
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))
    return _PART.sub(_APART, text)


def _escaped_slowly(text: str) -> str:
    text = plain(text)
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def line(cells: tuple[str, ...], mark: str = ",") -> str:
    """One CSV record with its CRLF."""
    return mark.join([escaped(cell) for cell in cells]) + "\r\n"
