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
# A server could send back anything as the id of a request, a secret too.
_ID: Final = re.compile(r"(?=(?:-*[0-9a-f]){16})[0-9a-f-]{16,64}", re.IGNORECASE)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``at`` is when it began (ISO 8601, UTC), ``ms`` how long it took with its body,
    ``bytes`` the size of the body as unpacked; ``status`` is 0 and ``error`` says why where there
    is no whole answer; ``request_id`` is kept where it looks like an id, and never of a sign-in.
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
        line = line_of(entry)
        with self._lock:
            self._write(line)


def line_of(entry: Entry) -> bytes:
    """An entry as a line, without what may be secret in it."""
    return msgspec.json.encode(_clean(entry)) + b"\n"


def shown(url: str) -> str:
    """A URL without what may be secret in it, bounded."""
    # Most are plain, and the thorough look costs as much as half of a request.
    if _PLAIN.fullmatch(url) and not may_hold_secret(url):
        return url[:_MAX_URL]
    return scrub_request(url)[:_MAX_URL]


def _clean(entry: Entry) -> Entry:
    # A sign-in's query holds codes and hints; its path says enough.
    is_sign_in = entry.channel == "sign-in"
    url = entry.url.partition("?")[0] if is_sign_in else entry.url
    is_id = not is_sign_in and _ID.fullmatch(entry.request_id) is not None
    return msgspec.structs.replace(
        entry,
        url=shown(url),
        request_id=entry.request_id if is_id else "",
        error=scrub_text(entry.error)[:_MAX_ERROR] if entry.error else "",
    )
