"""Escaping of one CSV cell: RFC 4180, one line, and no formula for a spreadsheet to run."""

from __future__ import annotations

import re
from typing import Final

_TRIGGERS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_INVISIBLE: Final = (
    "\\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_FORMULA: Final = re.compile(f"[{_INVISIBLE}]*[\t\r\n{_TRIGGERS}]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_QUOTED: Final = re.compile('[",; ]')
_SUSPECT: Final = frozenset(" " + _TRIGGERS.replace("\\", ""))
"""First characters that a printable cell may not have on the fast path."""


def escaped(text: str) -> str:
    """The cell as it stands between two commas of a CSV line.

    Most cells are plain; a printable text without an invisible or suspect start needs a look for
    separators only.
    """
    if text.isprintable() and text[:1] not in _SUSPECT and '"' not in text:
        return f'"{text}"' if "," in text or ";" in text else text
    return _escaped_slowly(text)


def plain(text: str) -> str:
    """The cell's text on one line, in characters that UTF-8 can hold, never a formula."""
    if _FORMULA.match(text):
        text = "'" + text
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def _escaped_slowly(text: str) -> str:
    text = plain(text)
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def line(cells: tuple[str, ...]) -> str:
    """One CSV record with its CRLF."""
    return ",".join([escaped(cell) for cell in cells]) + "\r\n"
