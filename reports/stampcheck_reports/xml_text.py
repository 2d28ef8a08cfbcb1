"""Texts from evidence in XML: only characters that XML 1.0 can hold, and no markup."""

from __future__ import annotations

import re
from typing import Final

from stampcheck_reports.display import shown

_ILLEGAL: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
)


def legal(text: object) -> str:
    """The text as shown, without what no XML file may hold."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words
    return _ILLEGAL.sub("\ufffd", shown(words))


def attributes(**values: object) -> str:
    """Attributes in the order given, each after a space; None is left out."""
    return "".join(
        f' {name}="{legal(value).translate(_ESCAPES)}"'
        for name, value in values.items()
        if value is not None
    )


def content(text: object) -> str:
    """The text between two tags."""
    return legal(text).translate(_ESCAPES)
