"""What a live collection asks, and what it gets: the words that its modules share."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from stampcheck.model import Reason


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to read. ``wire`` names who is asked (``azure:<cloud>:<sign-in>``,
    ``entry:<stamp>``: the stamp without a sign-in, ``stamp:<stamp>``, ``pep:<stamp>``); ``path`` is
    the path with its query, or the cmdlet; ``owner`` the stamp whose document it is, empty for one
    that may serve many. ``pages`` of a listing are enough (0: all of them).
    """

    wire: str
    kind: str
    path: str
    label: str
    owner: str = ""
    pages: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for two asks whose answers would be the same, at whatever time they are asked."""
        return self.owner, self.kind, self.path.partition("?")[0].lower()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it came, whatever its status. ``url`` is what was asked, without secrets;
    ``status`` is 0 where no HTTP was involved; header names are lower case; ``pages`` counts the
    pages that a listing was put together from.
    """

    url: str
    status: int
    body: bytes
    at: datetime
    headers: dict[str, str] = {}
    pages: int = 1


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer, as one sentence without secrets, and what to do about it."""

    url: str
    reason: Reason
    detail: str
    at: datetime


class Fetched(msgspec.Struct, frozen=True):
    """What an ask brought. Both are set where a listing broke off at a later page: the answer then
    holds the pages so far and still its ``nextLink``, so that it proves no absence.
    """

    answer: Answer | None = None
    failure: Failure | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one ask: seconds, except ``retries`` (times), ``body`` (bytes) and ``pages``.

    ``request`` bounds an ask with its repetitions and pages; ``retry_after`` is the longest wait
    that a server may ask for; ``sign_in`` bounds a sign-in without a person.
    """

    connect: float = 10
    read: float = 60
    request: float = 120
    retry_after: float = 30
    retries: int = 3
    body: int = 8_000_000
    pages: int = 1000
    sign_in: float = 60


class Wire(Protocol):
    """Somebody who can be asked. Never raises but for defects and Ctrl-C."""

    def fetch(self, ask: Ask) -> Fetched:
        """Ask and wait, within the limits."""

    def close(self) -> None:
        """Give back connections; safe to call twice."""
