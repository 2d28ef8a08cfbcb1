"""Faults around any handler: what a network, a proxy or a hostile server does to an answer.

``faulty(handler, hang(at="/locks"), ...)``; ``at`` is a pattern that the path with its query holds
(empty: every one). Of several faults that match the first counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tests.emulators import refusal
from tests.emulators.server import Handler, Request, Response, json_response

Change = Callable[[Request, Response], Response]
"""What a fault makes of the answer that would have been given."""


class Fault:
    """A change of the answers to some requests; the first ``times`` of them where that is given."""

    def __init__(self, change: Change, at: str = "", times: int | None = None) -> None:
        self._change = change
        self._at = re.compile(at, re.IGNORECASE)
        self._left = times
        self.seen = 0

    def meets(self, request: Request) -> bool:
        """Whether it is this fault's turn; counts down."""
        if self._left == 0 or not self._at.search(request.target):
            return False
        self.seen += 1
        if self._left is not None:
            self._left -= 1
        return True

    def answer(self, request: Request, response: Response) -> Response:
        """The answer with the fault."""
        return self._change(request, response)


def faulty(handler: Handler, *faults: Fault) -> Handler:
    """A handler that answers with faults; the handler below sees every request nevertheless."""

    def answer(request: Request) -> Response:
        response = handler(request)
        fault = next((one for one in faults if one.meets(request)), None)
        return fault.answer(request, response) if fault else response

    return answer


def _with(**fields: object) -> Change:
    return lambda _request, response: msgspec.structs.replace(response, **fields)


def _instead(response: Response) -> Change:
    return lambda _request, _response: response


def hang(at: str = "", times: int | None = None) -> Fault:
    """Accept and never answer."""
    return Fault(_with(hang=True), at, times)


def slow(seconds: float, at: str = "", times: int | None = None) -> Fault:
    """Answer late."""
    return Fault(_with(delay=seconds), at, times)


def drip(seconds: float, at: str = "", times: int | None = None) -> Fault:
    """Send the body a byte at a time, so many seconds apart."""
    return Fault(_with(drip=seconds), at, times)


def endless(size: int = 1_000_000_000, at: str = "", times: int | None = None) -> Fault:
    """Send a body of so many bytes that never becomes JSON."""
    return Fault(_with(body=b'{"value":["padding"],', endless=size), at, times)


def cut(after: int = 0, at: str = "", times: int | None = None) -> Fault:
    """End the connection after so many bytes of the body; 0: before any answer."""
    return Fault(_with(cut=not after, cut_after=after), at, times)


def html(status: int = 200, at: str = "", times: int | None = None) -> Fault:
    """A page for people, as proxies give it."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Proxy</body></html>"
    headers = {"content-type": "text/html; charset=utf-8"}
    return Fault(_instead(Response(status=status, body=page, headers=headers)), at, times)


def redirect(url: str, at: str = "", status: int = 307, times: int | None = None) -> Fault:
    """Send the client elsewhere."""
    return Fault(_instead(Response(status=status, headers={"location": url})), at, times)


def next_link(url: str, at: str = "", times: int | None = None) -> Fault:
    """A listing that goes on at another host."""

    def changed(_request: Request, response: Response) -> Response:
        if response.status != 200:
            return response
        told = msgspec.json.decode(response.body)
        value = told.get("value", []) if isinstance(told, dict) else told
        return json_response(200, {"value": value, "nextLink": url})

    return Fault(changed, at, times)


def throttled(seconds: int = 3600, at: str = "", times: int | None = None) -> Fault:
    """429 with a wait that is asked for."""
    return Fault(_instead(refusal.throttled(seconds)), at, times)


def failing(status: int = 500, at: str = "", times: int | None = None) -> Fault:
    """A 5xx; with ``times`` so often, then the answer."""
    return Fault(_instead(refusal.failed(status)), at, times)


def unauthorized(login: str = "https://login.windows.net", at: str = "") -> Fault:
    """401 whatever the token."""
    return Fault(_instead(refusal.bad_token(login)), at)


def wrong_tenant(login: str, right: str, at: str = "") -> Fault:
    """401 that names the right tenant."""
    return Fault(_instead(refusal.wrong_tenant(login, right)), at)


def forbidden(action: str, at: str = "") -> Fault:
    """403 for an action, over the scope that was asked for."""
    return Fault(lambda request, _response: refusal.forbidden(action, request.path), at)


def not_registered(at: str = "/providers/Microsoft.AzureStack/registrations") -> Fault:
    """409 MissingSubscriptionRegistration with the text that the SDK acts on."""
    return Fault(_instead(refusal.not_registered()), at)
