"""A text without what mail, chat, browsers and consoles put in."""

from __future__ import annotations

import re
from typing import Final

_CODES: Final = re.compile(r"\\u00(2[267]|3[ce])", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:quot|apos|lt|gt|amp|#39|#34);")
_ENTITIES: Final = {
    "&quot;": '"',
    "&#34;": '"',
    "&apos;": "'",
    "&#39;": "'",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
}
_TYPED: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
        **dict.fromkeys("\u00a0\u2007\u202f", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", None),
    }
)
_MAILED: Final = re.compile(r"^(?:> )+|^>$", re.MULTILINE)
_ANSI: Final = re.compile(
    r"\x1b\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)"
)


def cleaned(block: str) -> str:
    """The block without what tools put in: typographic quotes, escapes, entities, colours."""
    if not block.isascii():
        block = block.translate(_TYPED)
    if block.count("\n> ") > 2:
        block = _MAILED.sub("", block)
    if "\x1b" in block:
        block = _ANSI.sub("", block)
    if "\0" in block:
        block = block.replace("\0", "")
    if "\\u00" in block:
        block = _CODES.sub(lambda found: chr(int(found[1], 16)), block)
    if "&" in block:
        block = _ENTITY.sub(lambda found: _ENTITIES[found[0]], block)
    return block
