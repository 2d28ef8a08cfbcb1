"""Looks for originals in what an export wrote, however they are spelled or packed.

Every file is searched as it stands and unpacked: members of zip files, gzip, base64 and data
blocks, with the escapes of JSON, HTML and URLs undone, in UTF-8 and UTF-16. A GUID counts in any
case, with and without dashes, wherever it stands; a name counts also at the beginning of a longer
word. A name that is a word of our own texts cannot be told from it and is not looked for.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from stampcheck.errors import RunError
from stampcheck.redaction.pseudonym import Entry, Pseudonyms, folded, is_guid, is_sought, normal

_HEX: Final = re.compile(r"[0-9a-f-]{32,}")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_WORD: Final = re.compile(r"\w+")
_UNICODE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_DEPTH: Final = 4
_MOST: Final = 1 << 30
_LEAST: Final = 4


class Leak(NamedTuple):
    """Where an original stands, and the pseudonym that should stand there."""

    place: str
    original: str
    pseudonym: str


class Search:
    """Looks for the originals of one key."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        given = {entry.pseudonym.lower() for entry in pseudonyms.entries}
        told = [entry for entry in pseudonyms.entries if normal(entry.original) not in given]
        # An example of ours may stand in the texts of rules, where it tells nothing of anybody.
        told = [entry for entry in told if entry.original.lower() not in pseudonyms.common]
        self._guids = {normal(one.original): one for one in told if is_guid(one.original)}
        self._names = _by_first_word(
            one for one in told if is_sought(one) and len(one.original) >= _LEAST
        )

    def in_folder(self, folder: Path) -> Iterator[Leak]:
        """The originals in the names and contents of all files below a folder."""
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            yield from self._in_text(f"the name {path.name[:4]}...", name)
            if path.is_file():
                yield from self.in_bytes(name, path.read_bytes())

    def in_bytes(self, place: str, data: bytes, depth: int = 0) -> Iterator[Leak]:
        """The originals in one file, and in what is packed into it."""
        for text in _texts(data):
            yield from self._in_text(place, text)
        if depth < _DEPTH:
            for inner_place, inner in _unpacked(place, data):
                yield from self.in_bytes(inner_place, inner, depth + 1)

    def _in_text(self, place: str, text: str) -> Iterator[Leak]:
        low = folded(text)
        for run in _HEX.findall(low):
            digits = run.replace("-", "")
            for start in range(len(digits) - 31):
                found = self._guids.get(digits[start : start + 32])
                if found is not None:
                    yield Leak(place, found.original, found.pseudonym)
        # Nearly all names are ruled out by their first word, and most of the rest at once.
        for word in self._names.keys() & {"", *_WORD.findall(low)}:
            for name, entry in self._names[word]:
                if _stands_in(low, name, is_word=name == word):
                    yield Leak(place, entry.original, entry.pseudonym)


def _by_first_word(entries: Iterable[Entry]) -> dict[str, list[tuple[str, Entry]]]:
    """Names in lower case by the word that they begin with; by none where it is a sign."""
    found: dict[str, list[tuple[str, Entry]]] = {}
    for entry in entries:
        name = normal(entry.original)
        first = _WORD.match(name)
        found.setdefault(first.group() if first else "", []).append((name, entry))
    return found


def _stands_in(low: str, name: str, *, is_word: bool) -> bool:
    """Whether a name stands where a word begins; one of a single word where that ends, too."""
    place = low.find(name)
    while place >= 0:
        end = place + len(name)
        is_within = _is_letter(name[0]) and _is_letter(low[place - 1 : place])
        if not is_within and not (is_word and _is_letter(low[end : end + 1])):
            return True
        place = low.find(name, place + 1)
    return False


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _texts(data: bytes) -> Iterator[str]:
    """The text of a file with the escapes undone that hide a name; each other text once."""
    seen: set[str] = set()
    for plain in _decoded(data):
        for text in (
            plain,
            html.unescape(plain) if "&" in plain else plain,
            urllib.parse.unquote(plain) if "%" in plain else plain,
            _unescaped(plain) if "\\" in plain else plain,
            _unescaped(_unescaped(plain)) if "\\\\" in plain else plain,
            plain.replace('""', '"'),
        ):
            if text not in seen:
                seen.add(text)
                yield text


def _decoded(data: bytes) -> Iterator[str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", "replace")
    yield data.decode("utf-8-sig", "replace")
    if b"\0" in data[:64]:
        yield data.decode("utf-16-le", "replace")


def _unescaped(text: str) -> str:
    text = _UNICODE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace('\\"', '"').replace("\\/", "/").replace("\\\\", "\\")


def _unpacked(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:4] == b"PK\x03\x04":
        yield from _members(place, data)
    elif data[:2] == b"\x1f\x8b":
        yield f"{place} (gzip)", _inflated(data)
    else:
        for found in _BASE64.finditer(data):
            inner = _from_base64(found.group())
            if inner is not None:
                yield f"{place} (base64 at byte {found.start()})", inner


def _members(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            yield f"{place} (the name of a member)", entry.filename.encode()
            if entry.file_size <= _MOST:
                yield f"{place} ({entry.filename[:60]})", archive.read(entry)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MOST)
    except zlib.error:
        return b""


def _from_base64(text: bytes) -> bytes | None:
    """What a run of base64 holds, if that is text or packed; ids and words are no base64."""
    plain = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        inner = base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    is_packed = inner[:2] == b"\x1f\x8b" or inner[:4] == b"PK\x03\x04"
    return inner if is_packed or _is_text(inner) else None


def _is_text(data: bytes) -> bool:
    if data[1:2] == b"\0":
        return True
    try:
        return data.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def refuse(leaks: Iterable[Leak]) -> None:
    """``RunError`` where anything leaked: what and where, without telling it."""
    found = list(leaks)
    if not found:
        return
    first = found[0]
    places = dict.fromkeys(leak.place for leak in found)
    others = len({leak.pseudonym for leak in found}) - 1
    more = f", and {others} more" if others else ""
    shown = ", ".join(list(places)[:3]) + (" and others" if len(places) > 3 else "")
    raise RunError(
        f"The export is withheld: {shown} would tell what {first.pseudonym} stands for "
        f"({_hinted(first.original)}{more}); nothing was written for others to read."
    )


def _hinted(original: str) -> str:
    """So much of an original that its owner knows it."""
    return f"{original[:3]}..., {len(original)} characters"
