"""What a text of somebody else must be to be printed as it is."""

from __future__ import annotations


def is_line(text: str) -> bool:
    """One line of signs that are seen: nothing steers a terminal or turns its direction."""
    return bool(text.strip()) and text.isprintable()


def is_plain(text: str) -> bool:
    """Lines of signs that are seen; it may be empty."""
    return text.replace("\n", "").replace("\t", "").isprintable()
