"""How a text from evidence is shown to a reader: nothing in it may hide or reorder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markupsafe import Markup

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_LONGEST: Final = 600
_PART: Final = re.compile("[^/]*/|[^/]+")


def shown(text: object) -> str:
    """The text with control characters and marks of direction written out."""
    return _UNSEEN.sub(lambda match: f"\u27e8U+{ord(match[0]):04X}\u27e9", str(text))


def clipped(text: object) -> str:
    """The text as shown, cut where it would push the rest off the page."""
    words = shown(text)
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "\u2026"


def path(text: object) -> Markup:
    """The text as clipped, each part of a path kept whole: a line may break after a slash only."""
    from markupsafe import Markup

    part = Markup('<span class="part">{}</span>')
    return Markup("<wbr>").join(part.format(name) for name in _PART.findall(clipped(text)))


def prose(text: object) -> Markup:
    """The text as clipped; an address in it may break after a slash."""
    from markupsafe import Markup, escape

    return Markup("/<wbr>").join(map(escape, clipped(text).split("/")))


def beside(text: str, other: str) -> Markup:
    """The text as clipped; parts of a path that the other text does not have there stand out."""
    from markupsafe import Markup, escape

    others = _PART.findall(clipped(other))
    bold = Markup("<b>{}</b>")
    parts = (
        escape(part) if others[place : place + 1] == [part] else bold.format(part)
        for place, part in enumerate(_PART.findall(clipped(text)))
    )
    return Markup("<bdi>") + Markup("<wbr>").join(parts) + Markup("</bdi>")
