"""The journal of a live collection: every request that was made, one JSON line each, no secrets."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from stampcheck.collect.redact import may_hold_secret, scrub_request, scrub_text

Channel = Literal["arm", "stamp", "sign-in", "pep"]
"""Whom a request went to: Azure, a stamp, an authority, a privileged endpoint."""

_PLAIN: Final = re.compile(r"[^?]*(?:\?api-version=[0-9a-z.-]{0,40})?")
_MAX_URL: Final = 2000
_MAX_ERROR: Final = 300
_MAX_ID: Final = 100


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``at`` is when it began (ISO 8601, UTC), ``ms`` how long it took with its body,
    ``bytes`` the size of the body as unpacked; ``status`` is 0 and ``error`` says why where there
    is no whole answer.
    """

    at: str
    channel: Channel
    method: str
    url: str
    status: int = 0
    bytes: int = 0
    ms: int = 0
    request_id: str = ""
    stamp: str = ""
    error: str = ""


class Journal:
    """Takes entries from any thread. ``write`` gets one whole line at a time; what it raises, such
    as an ``OSError`` of a full disk, reaches whoever made the request.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """Write an entry without what may be secret in it."""
        line = msgspec.json.encode(_clean(entry)) + b"\n"
        with self._lock:
            self._write(line)


def shown(url: str) -> str:
    """A URL without what may be secret in it, bounded."""
    # Most are plain, and the thorough look costs as much as half of a request.
    if _PLAIN.fullmatch(url) and not may_hold_secret(url):
        return url[:_MAX_URL]
    return scrub_request(url)[:_MAX_URL]


def _clean(entry: Entry) -> Entry:
    # A sign-in's query holds codes and hints; its path says enough.
    url = entry.url.partition("?")[0] if entry.channel == "sign-in" else entry.url
    return msgspec.structs.replace(
        entry,
        url=shown(url),
        request_id=scrub_text(entry.request_id[:_MAX_ID]) if entry.request_id else "",
        error=scrub_text(entry.error)[:_MAX_ERROR] if entry.error else "",
    )
