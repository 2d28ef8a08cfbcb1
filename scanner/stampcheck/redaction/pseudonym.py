"""Pseudonyms: one for each original, whatever its spelling, given in the order of first sight."""

from __future__ import annotations

import bisect
import hashlib
import hmac
import re
from collections.abc import Callable, Container, Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from stampcheck.redaction import public

_GUID: Final = re.compile(
    r"[{(]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[})]?",
    re.IGNORECASE | re.ASCII,
)
_INSIDE: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_QUOTES: Final = ("'", '"', "`", "\u2018", "\u2019", "\u201c", "\u201d")
_NAMED: Final = re.compile(
    r"(?:registration|region|group|lock|role|names?|named|called|folder|domain|user|host):? $"
)
_LONGER: Final = "\u0130"
_LEAST: Final = 3
_LEAST_DIGITS: Final = 5
_LONGEST: Final = 100
_HEAD: Final = re.compile(r"[\w-]+")
_TAIL: Final = re.compile(r"(?<![\w-])[\w-]+\Z")


class Kind(StrEnum):
    """What a pseudonym stands for; its first word."""

    STAMP = "STAMP"
    SUBSCRIPTION = "SUB"
    TENANT = "TENANT"
    CLOUD = "CLOUD"
    DEPLOYMENT = "DEPLOYMENT"
    OBJECT = "OBJECT"
    ID = "ID"
    REGISTRATION = "REG"
    GROUP = "RG"
    LOCK = "LOCK"
    ROLE = "ROLE"
    USER = "USER"
    HOST = "HOST"
    DOMAIN = "DOMAIN"
    REGION = "REGION"
    ADDRESS = "IP"
    FOLDER = "FOLDER"
    DOCUMENT = "DOC"
    NAME = "NAME"
    TAG = "TAG"
    PROFILE = "PROFILE"
    TEXT = "TEXT"


_NEVER_GUIDS: Final = frozenset((Kind.NAME, Kind.ROLE, Kind.USER, Kind.TEXT, Kind.DOCUMENT))
"""Kinds of names: a GUID among them is an id like any other."""


class Entry(msgspec.Struct, frozen=True):
    """A line of the key: what stood there, and what stands there now."""

    kind: Kind
    original: str
    pseudonym: str


class Span(NamedTuple):
    """A place in a text, and what is to stand there, or what makes that."""

    start: int
    end: int
    text: str | Callable[[], str]


def folded(text: str) -> str:
    """Lower case of the same length, so that places in it are places in the text."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    # It is the one letter that becomes longer.
    return _LONGER.join(part.lower() for part in text.split(_LONGER))


def normal(original: str) -> str:
    """What two spellings of one original have in common."""
    guid = _GUID.fullmatch(original.strip())
    return "".join(guid.groups()).lower() if guid else folded(original.strip())


def is_sought(entry: Entry) -> bool:
    """Whether a name is looked for in texts. GUIDs are found by their form, and a name such as 7
    would be found in every number.
    """
    key = normal(entry.original)
    is_short = len(key) < (_LEAST_DIGITS if key.isdigit() else _LEAST)
    return not is_short and not is_guid(entry.original)


def holds_guid(text: str) -> bool:
    """Whether a text holds a GUID, which is found by its form."""
    return _INSIDE.search(text) is not None


def is_guid(original: str) -> bool:
    """Whether it is a GUID in any spelling."""
    return _GUID.fullmatch(original.strip()) is not None


class Pseudonyms:
    """Gives pseudonyms and finds originals in texts.

    ``salt`` is secret: it makes digests that nobody can confirm a guess by. ``common`` holds words
    that say nothing by themselves; one that is a name too, of anything but a stamp, is replaced in
    sentences only where the sentence says so. ``reserved`` holds names of the evidence that look
    like pseudonyms, which are not given to anybody else.
    """

    def __init__(
        self, salt: str, entries: Iterable[Entry] = (), common: Container[str] = ()
    ) -> None:
        self.salt = salt
        self.common = common
        self._common_names: set[str] = set()
        self.entries: list[Entry] = []
        self.reserved: set[str] = set()
        self._known: dict[str, str] = {}
        self._taken: set[str] = set()
        self._numbers: dict[Kind, int] = {}
        self._lengths: dict[str, list[int]] = {}
        self._sorted: list[tuple[str, str]] = []
        for entry in entries:
            self._remember(entry)

    def give(self, kind: Kind, original: str) -> str:
        """The pseudonym of an original, a new one where it is new; what is public stays."""
        key = normal(original)
        known = self._known.get(key)
        if known is not None:
            return known
        is_public = kind is not Kind.STAMP and (key in public.NAMES or key in public.GUIDS)
        if not key or is_public:
            return original
        if kind in _NEVER_GUIDS and is_guid(original):
            kind = Kind.ID
        pseudonym = self._next(kind)
        self._remember(Entry(kind, original.strip(), pseudonym))
        return pseudonym

    def known(self, original: str) -> str | None:
        """The pseudonym that an original has already."""
        return self._known.get(normal(original))

    def reserve(self, names: Iterable[str]) -> None:
        """Give to nobody else what stamps are called already."""
        self.reserved.update(folded(name.strip()) for name in names)

    def beginning_with(self, start: str) -> str | None:
        """The pseudonym of an original that begins so, which was cut off there."""
        if len(self._sorted) != len(self.entries):
            self._sorted = sorted((folded(one.original), one.pseudonym) for one in self.entries)
        place = bisect.bisect_left(self._sorted, (start, ""))
        found = self._sorted[place : place + 1]
        return found[0][1] if found and found[0][0].startswith(start) else None

    def digest(self, text: str) -> str:
        """A digest in place of another, which only who has the salt can make."""
        made = hmac.new(bytes.fromhex(self.salt), text.encode("utf-8", "surrogatepass"), "sha256")
        return made.hexdigest()[: len(text)]

    def _next(self, kind: Kind) -> str:
        while True:
            number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
            pseudonym = f"{kind}-{_numbered(kind, number)}"
            is_free = pseudonym.lower() not in self.reserved and pseudonym not in self._taken
            if is_free and pseudonym.lower() not in self._known:
                return pseudonym

    def _remember(self, entry: Entry) -> None:
        self.entries.append(entry)
        key = normal(entry.original)
        self._known[key] = entry.pseudonym
        self._taken.add(entry.pseudonym)
        if not is_sought(entry):
            return
        if key in self.common and entry.kind is not Kind.STAMP:
            self._common_names.add(key)
        first = _WORD.search(key)
        if first:
            lengths = self._lengths.setdefault(first.group(), [])
            if len(key) not in lengths:
                lengths.append(len(key))
                lengths.sort(reverse=True)

    def spans(self, text: str, *, alone: bool = True) -> Iterator[Span]:
        """Where names stand in a text as words of their own, the longest at each place. ``alone``
        takes the whole of a longer name that a name is a part of.
        """
        low = folded(text)
        for word in _WORD.finditer(low):
            for length in self._lengths.get(word.group(), ()):
                start, end = word.start(), word.start() + length
                name = self._known.get(low[start:end])
                if name is not None and _ends(low, end):
                    if low[start:end] in self._common_names and not _said(low, start, end):
                        continue
                    plain = Span(start, end, name)
                    yield self._whole(text, start, end, name) if alone else plain
                    break

    def _whole(self, text: str, start: int, end: int, name: str) -> Span:
        """The span, or the longer name that a name is a part of, such as contoso-ams of ams."""
        before = _TAIL.search(text, max(0, start - _LONGEST), start)
        after = _HEAD.match(text, end, min(len(text), end + _LONGEST))
        first = before.start() if before else start
        last = after.end() if after else end
        around = text[first:start] + text[end:last]
        if not any(sign.isalnum() for sign in around) or holds_guid(text[first:last]):
            return Span(start, end, name)
        return Span(first, last, lambda: self.give(Kind.NAME, text[first:last]))


def _said(text: str, start: int, end: int) -> bool:
    """Whether a sentence says that a word is a name: by quotes, or by what it is the name of."""
    is_account = text[end : end + 1] == "\\" or text[max(0, start - 1) : start] == "\\"
    if is_account or (start == 0 and end == len(text)):
        return True
    is_quoted = text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES
    return (start > 0 and is_quoted) or _NAMED.search(text, max(0, start - 16), start) is not None


def _ends(text: str, end: int) -> bool:
    """Whether a word ends there."""
    before, after = text[end - 1 : end], text[end : end + 1]
    return not (after and (before.isalnum() or before == "_") and (after.isalnum() or after == "_"))


def _numbered(kind: Kind, number: int) -> str:
    """Subscriptions by letters, stamps by two digits at least, the rest by numbers."""
    if kind is Kind.STAMP:
        return f"{number:02}"
    if kind is not Kind.SUBSCRIPTION:
        return str(number)
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def keyed(salt: str) -> str:
    """A short name of a key that tells nothing of it, to see that two exports go together."""
    return hashlib.sha256(salt.encode()).hexdigest()[:12]
