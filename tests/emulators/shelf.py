"""What an origin holds: whole answers by path, and single objects of which listings are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from stampcheck.parse.recognise import request_path, request_query
from tests.emulators.server import Response

_HOP: Final = frozenset(
    ("content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive")
)


class Listing(msgspec.Struct):
    """A listing with its items as they came."""

    value: list[msgspec.Raw]
    nextLink: str = ""  # noqa: N815 (as in the answer)


class _Kept(msgspec.Struct, frozen=True):
    rank: tuple[bool, str]
    body: bytes


class Shelf:
    """Answers and objects by lower-case path; of two for one path the newer counts, and an answer
    before a refusal.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Response] = {}
        self.broken: set[tuple[str, str]] = set()
        self._ranks: dict[str, tuple[bool, str]] = {}
        self._items: dict[str, dict[str, _Kept]] = {}

    def put(self, path: str, answer: Response, *, at: str = "") -> bool:
        """Keep a whole answer; whether it is the one that counts."""
        path = path.lower()
        rank = (answer.status < 400 or answer.status == 404, at)
        if path in self._ranks and self._ranks[path] > rank:
            return False
        headers = {name: told for name, told in answer.headers.items() if name.lower() not in _HOP}
        self._ranks[path] = rank
        self.answers[path] = msgspec.structs.replace(answer, headers=headers)
        self._break(answer.body)
        return True

    def _break(self, body: bytes) -> None:
        """Remember the next page that nobody read."""
        listing = listing_of(body)
        if listing is not None and listing.nextLink:
            self.broken.add(page_key(listing.nextLink))

    def add(self, kind: str, path: str, body: bytes, *, at: str = "") -> None:
        """Keep one object of a kind."""
        kept = self._items.setdefault(kind, {})
        path = path.lower()
        rank = (True, at)
        if path not in kept or kept[path].rank <= rank:
            kept[path] = _Kept(rank, body)

    def item(self, kind: str, path: str) -> bytes | None:
        """One object, or None."""
        kept = self._items.get(kind, {}).get(path.lower())
        return kept.body if kept else None

    def items(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """Each object of a kind with its lower-case path."""
        for path, kept in self._items.get(kind, {}).items():
            yield path, kept.body

    def paths(self) -> Iterator[str]:
        """Every lower-case path that something is known of."""
        yield from self.answers
        for kept in self._items.values():
            yield from kept


def listing_of(body: bytes) -> Listing | None:
    """The items of ``{"value": [...]}``, or None where the body is something else."""
    try:
        return msgspec.json.decode(body, type=Listing)
    except msgspec.MsgspecError:
        return None


def joined(items: list[bytes], next_link: str = "") -> bytes:
    """A listing of objects as they are."""
    further = b',"nextLink":' + msgspec.json.encode(next_link) if next_link else b""
    return b'{"value":[' + b",".join(items) + b"]" + further + b"}"


def page_key(url: str) -> tuple[str, str]:
    """What tells a page from others: lower-case path and continuation."""
    return request_path(url).lower(), request_query(url).get("$skiptoken", "")
