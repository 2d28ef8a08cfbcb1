"""How the bytes of a log are to be read: by marks and by what the bytes look like."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO, Final

from stampcheck.diagnose import Unreadable

_PIECE: Final = 262_144
_HEAD: Final = 65_536
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FORMATS: Final = (
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"MSCF", "a cabinet; unpack it first"),
    (b"ElfFile\0", "an event log; export it as text first"),
    (b"%PDF", "a PDF; save its text first"),
    (b"\x89PNG", "a picture; copy the text instead"),
    (b"\xff\xd8\xff", "a picture; copy the text instead"),
    (b"MZ", "a program"),
)
_CONTROLS: Final = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 27))
_LONE: Final = re.compile("[\udc80-\udcff]+")


def pieces(stream: IO[bytes]) -> Iterator[str]:
    """The text of a log in pieces, with plain line feeds; ``Unreadable`` where it is no text."""
    head = stream.read(_HEAD)
    encoding, skipped = encoding_of(head)
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(errors), translate=True
    )
    yield _mended(decoder.decode(head[skipped:]))
    while piece := stream.read(_PIECE):
        yield _mended(decoder.decode(piece))
    yield _mended(decoder.decode(b"", final=True))


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding that the first bytes of a log speak of, and the length of its mark."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    for mark, what in _FORMATS:
        if head.startswith(mark):
            raise Unreadable(f"is {what}.")
    wide = _wide(head)
    if wide:
        return wide, 0
    if len(head.translate(None, _CONTROLS)) < len(head) * 0.95:
        raise Unreadable("is binary, not a log.")
    return ("utf-8" if _is_utf8(head) else "cp1252"), 0


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of most signs is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.1 and even < half * 0.01:
        return "utf-16-le"
    if even > half * 0.1 and odd < half * 0.01:
        return "utf-16-be"
    return ""


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _mended(text: str) -> str:
    """Bytes that are no UTF-8 read as Windows-1252, which is what they are."""
    if text.isascii():
        return text
    return _LONE.sub(_as_windows, text)


def _as_windows(found: re.Match[str]) -> str:
    return found.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace")
