"""Listings that come in pages: where the next one is, and many put together as if they were one.

What is in the pages is neither read nor changed, to the last digit.
"""

from __future__ import annotations

from typing import Final

import msgspec

from stampcheck.collect.strict import Refused, decoded, strict_json

_NEXT_LINK: Final = "nextLink"
_SKIP_TOKEN: Final = "$skipToken"  # noqa: S105 (a place in a listing)
_MAX_LINK: Final = 16_000

_Members = dict[str, msgspec.Raw]
_MEMBERS: Final = msgspec.json.Decoder(_Members)
_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(str)


class Listing:
    """The pages of one listing; ``items`` names the array, ``link`` what leads on."""

    def __init__(self, items: str = "value", link: str = _NEXT_LINK) -> None:
        self._items = items
        self._link = link
        self._first: _Members = {}
        self._held: list[msgspec.Raw] = []
        self.pages = 0

    @classmethod
    def of_graph(cls) -> Listing:
        """A listing as Resource Graph gives it (facts/azure.md 9)."""
        return cls("data", _SKIP_TOKEN)

    def add(self, body: bytes) -> str:
        """Take a page; what leads to the next, empty where there is none. ``ValueError`` where a
        page is no listing, bears an error or could be read in two ways; it then is not taken.
        """
        if self.pages == 0 and self._link.encode() not in body:
            return ""
        try:
            _check(body)
            members = _MEMBERS.decode(body)
            items = _ITEMS.decode(members.get(self._items, b""))
            leads = _text(members.get(self._link))
        except (msgspec.MsgspecError, Refused):
            raise ValueError("a page is no listing") from None
        # Not dict.update: the first page's other members stay.
        self._first = self._first or members
        self._held += items
        self.pages += 1
        return leads

    def body(self, leads: str = "") -> bytes:
        """All pages as one; with ``leads``, what was not followed is still in it."""
        members: dict[str, object] = {
            key: value for key, value in self._first.items() if key != self._link
        }
        members[self._items] = self._held
        if leads:
            members[self._link] = leads
        return msgspec.json.encode(members)


def _check(body: bytes) -> None:
    """Read a page as what comes in one piece is read, for put together it would look whole."""
    page = strict_json(decoded(body))
    if isinstance(page, dict) and page.get("error") is not None:
        raise msgspec.ValidationError("a page with an error is no listing")


def _text(raw: msgspec.Raw | None) -> str:
    if raw is None or bytes(raw) == b"null":
        return ""
    text = _TEXT.decode(raw)
    if len(text) > _MAX_LINK:
        raise msgspec.ValidationError("a link that long leads nowhere")
    return text
