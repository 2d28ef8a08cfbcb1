"""Lines of a log without secrets, also where a secret goes on on the next line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from stampcheck.collect.redact import REDACTED, may_hold_secret, scrub_text
from stampcheck.diagnose.reader import wrap_width
from stampcheck.diagnose.unwrapping import joined

_MAIL: Final = re.compile(
    r"[A-Za-z0-9_.+%&'*-]{1,64}(?:@|#EXT#@)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_NEAR: Final = 60
_BREAK: Final = "\n"
_MAILED: Final = "[e-mail]"
_WORD: Final = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{40,}")
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff]"
)


class Mask:
    """Takes out secrets, and e-mail addresses where that is asked for."""

    def __init__(self, *, emails: bool = False) -> None:
        self._emails = emails

    def text(self, text: str) -> str:
        """One text without secrets and without signs that steer a terminal."""
        clean = scrub_text(text) if may_hold_secret(text) else text
        clean = _WORD.sub(_opaque, clean)
        if self._emails:
            clean = _MAIL.sub(_MAILED, clean)
        return _UNSEEN.sub("\ufffd", clean)

    def lines(self, lines: Sequence[str], width: int, begin: int = 0) -> str:
        """Several lines of a console of this width (0: unknown) as one text, from ``begin`` on;
        what a secret goes on in is taken out too, and so is one that began on an earlier line.
        """
        near = lines[max(0, begin - _NEAR) :]
        parted = _without(near, width) if len(near) > 1 else near
        return self.text(joined(parted[min(begin, _NEAR) :], width)[0])

    def document(self, text: str) -> str:
        """A whole log without secrets, its lines kept."""
        lines = text.split("\n")
        parts = (lines[at : at + _NEAR] for at in range(0, len(lines), _NEAR))
        width = wrap_width(lines)
        if width:
            parts = (list(_without(part, width)) for part in parts)
        return "\n".join(self._kept("\n".join(part), len(part)) for part in parts)

    def _kept(self, text: str, lines: int) -> str:
        """Some lines without secrets; where one went over line breaks, these are made up for."""
        clean = scrub_text(text) if may_hold_secret(text) else text
        clean = _WORD.sub(_opaque, clean)
        return clean + "\n" * (lines - 1 - clean.count("\n"))


def _without(lines: Sequence[str], width: int) -> Sequence[str]:
    """The lines without what is a secret once those are joined that a console of this width (0:
    unknown) may have parted.
    """
    glued = [f"{line}{'' if not width or len(line) >= width else _BREAK}" for line in lines]
    whole = "".join(glued)
    if not may_hold_secret(whole):
        return lines
    clean = scrub_text(whole)
    if clean == whole:
        return lines
    kept = _kept(whole, clean.split(REDACTED))
    return [clean] if kept is None else _parted(glued, whole, kept)


def _parted(glued: Sequence[str], whole: str, kept: Sequence[tuple[int, int]]) -> list[str]:
    """The lines again, with what was kept of each."""
    parted, start = [], 0
    for line in glued:
        end = start + len(line)
        pieces = [
            whole[max(start, low) : min(end, high)]
            for low, high in kept
            if low < end and high > start
        ]
        parted.append((REDACTED.join(pieces) if pieces else REDACTED).rstrip(_BREAK))
        start = end
    return parted


def _kept(whole: str, pieces: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where the pieces that were kept stand in the whole; None where they do not."""
    kept, at = [], 0
    for piece in pieces:
        found = whole.find(piece, at)
        if found < 0:
            return None
        kept.append((found, found + len(piece)))
        at = found + len(piece)
    return kept


def _opaque(found: re.Match[str]) -> str:
    """A long word of mixed signs is a token or a key, whatever stands before it."""
    word = found.group()
    bare = _GUID.sub("", word)
    is_mixed = (
        any(map(str.isdigit, bare)) and any(map(str.isupper, bare)) and any(map(str.islower, bare))
    )
    is_path = bare.count("/") > 2 or bare.count("-") > 3
    return REDACTED if len(bare) >= 40 and is_mixed and not is_path else word
