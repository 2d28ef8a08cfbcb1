"""A listing of the SDK, page by page as it came, whatever a server makes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline import PipelineResponse

from stampcheck.collect.asking import Answer, Failure, Fetched
from stampcheck.collect.fault import Astray, Fault, TooLarge
from stampcheck.collect.redact import scrub_text
from stampcheck.model import Reason

MOST_PAGES: Final = 200
"""Pages of one listing that are read."""

_VERSION: Final = "2022-12-01"
_MOST_BYTES: Final = 64_000_000
_LOGGERS: Final = ("azure.core", "azure.mgmt", "msrest")
# What the SDK lets through where an answer is JSON, but none that it expects.
_UNEXPECTED: Final = (
    AzureError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)


class _Enough(Exception):  # noqa: N818 (no error)
    """Nobody wants more of it."""


class Walk:
    """The way through one listing at ``url``; ``advice`` is said where it is too long.

    ``pages`` counts those that came, a refusal and a failure too.
    """

    def __init__(self, url: str, clock: Callable[[], datetime], advice: str = "") -> None:
        self._url = url
        self._clock = clock
        self._advice = f"; {advice}" if advice else ""
        self._bytes = 0
        self.pages = 0

    def through(
        self, listing: Callable[..., Iterable[object]], take: Callable[[Fetched], bool]
    ) -> None:
        """Give every page to ``take`` until it wants no more, a refusal or failure as the last.
        Raises what ``take`` and the journal raise.
        """
        for name in _LOGGERS:
            # They would quote the answer on the terminal.
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)

        def give(page: Fetched) -> None:
            self.pages += 1
            if not take(page):
                raise _Enough

        try:
            try:
                self._walk(listing, give)
            except Fault as fault:
                give(self._failure(fault.reason, fault.detail))
            except _UNEXPECTED as error:
                # What was refused was given as it came.
                if not isinstance(error, HttpResponseError):
                    kind = type(error).__name__
                    detail = f"the answer could not be read ({kind})"
                    give(self._failure(Reason.MALFORMED, detail))
        except _Enough:
            pass

    def _walk(
        self, listing: Callable[..., Iterable[object]], give: Callable[[Fetched], None]
    ) -> None:
        def caught(response: PipelineResponse[Any, Any]) -> None:
            answer = _answer(response.http_response, self._clock())
            self._bytes += len(answer.body)
            if self._bytes > _MOST_BYTES:
                size = f"{_MOST_BYTES // 1_000_000} MB"
                raise TooLarge(f"the listing is larger than {size}{self._advice}")
            give(Fetched(answer))

        found = listing(api_version=_VERSION, cls=_values, raw_response_hook=caught)
        pages = found.by_page()  # type: ignore[attr-defined]  # ItemPaged
        seen: set[str] = set()
        for _ in pages:
            self._check(str(pages.continuation_token or ""), seen)

    def _check(self, leads: str, seen: set[str]) -> None:
        """Whether to follow what leads on, before it is asked."""
        if leads in seen:
            detail = f"the listing leads in a circle after {self.pages} pages"
            raise Astray(detail, Reason.MALFORMED)
        if leads and self.pages >= MOST_PAGES:
            raise TooLarge(f"the listing has more than {MOST_PAGES} pages{self._advice}")
        seen.add(leads)

    def _failure(self, reason: Reason, detail: str) -> Fetched:
        at, told = self._clock(), scrub_text(detail)
        return Fetched(failure=Failure(url=self._url, reason=reason, detail=told, at=at))


def _values(found: list[object] | None) -> list[object]:
    return found or []


def _answer(response: Any, at: datetime) -> Answer:  # noqa: ANN401 (old and new responses of the SDK)
    headers = {str(key).lower(): str(value) for key, value in response.headers.items()}
    body = response.body() if callable(getattr(response, "body", None)) else response.content
    request = response.request.url
    return Answer(url=request, status=response.status_code, body=body, at=at, headers=headers)
