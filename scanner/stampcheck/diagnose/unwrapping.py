"""Lines of one message on one line, whatever a console or a mail did to them.

A console breaks a line at its width, in the middle of words, GUIDs and paths; an editor breaks it
between words. Where it is not known which one did, the ways to join them stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_SPACES: Final = re.compile(r"\s+")
_MOST_TRIED: Final = 60
_HEX: Final = re.compile(r"[0-9a-fA-Fx]{1,12}(?:-[0-9a-fA-Fx]{0,12}){0,4}$")
_GUID: Final = re.compile(
    r"[0-9a-fA-Fx]{8}-[0-9a-fA-Fx]{4}-[0-9a-fA-Fx]{4}-[0-9a-fA-Fx]{4}-[0-9a-fA-Fx]{12}"
)
_LONGEST_GUID: Final = 36


def joined(lines: Sequence[str], width: int, offset: int = 0) -> tuple[str, ...]:
    """The ways to join the lines, the likeliest first, with single spaces.

    ``width`` is the console's (0: unknown), ``offset`` the signs cut off the first line.
    """
    if len(lines) == 1:
        return (_single(lines[0]),)
    likely = _single("".join(_glued(lines, width, offset)))
    spaced = _single(" ".join(lines))
    found = [likely, spaced]
    if len(lines) <= _MOST_TRIED:
        found.append(_single("".join(lines)))
    return tuple(dict.fromkeys(found))


def _single(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _glued(lines: Sequence[str], width: int, offset: int) -> Iterator[str]:
    """The lines with what belongs between them."""
    for at, line in enumerate(lines):
        yield line
        if at + 1 == len(lines):
            return
        length = len(line) + (offset if at == 0 else 0)
        if not _is_cut(line, lines[at + 1], length, width):
            yield " "


def _is_cut(line: str, after: str, length: int, width: int) -> bool:
    if width and length >= width:
        return True
    return _parts_guid(line, after)


def _parts_guid(line: str, after: str) -> bool:
    """Whether the break stands in a GUID."""
    tail = _HEX.search(line[-_LONGEST_GUID:])
    if tail is None or not after[:1].strip() or _GUID.fullmatch(tail.group()):
        return False
    head = after[: _LONGEST_GUID - len(tail.group())]
    return _GUID.match(tail.group() + head) is not None
