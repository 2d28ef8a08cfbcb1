"""Elements of a page. What is no element is escaped, so that a log can bring none of its own."""

from __future__ import annotations

import html
import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_EMPTY: Final = frozenset(("meta", "link", "br"))


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def el(tag: str, /, *children: str | None, **attributes: str) -> Html:
    """An element; a ``_`` at the end of an attribute's name is dropped, others become dashes."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
    )
    inner = together(*children)
    return Html(f"<{tag}{words}>" if tag in _EMPTY else f"<{tag}{words}>{inner}</{tag}>")


def together(*children: str | None) -> Html:
    """Several pieces as one; None is left out."""
    return Html(
        "".join(
            one if isinstance(one, Html) else _escaped(one) for one in children if one is not None
        )
    )


def _escaped(text: str) -> str:
    return html.escape(_UNSEEN.sub(lambda match: f"\u27e8U+{ord(match[0]):04X}\u27e9", text))
