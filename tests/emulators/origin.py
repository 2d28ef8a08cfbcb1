"""What Azure's and a stamp's Resource Manager have in common: methods, tokens, api-versions, pages,
headers.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Callable
from email.utils import formatdate
from typing import ClassVar, Final, Literal
from urllib.parse import quote

import msgspec

from stampcheck.parse.recognise import request_path, request_query
from tests.emulators import refusal
from tests.emulators.server import Request, Response
from tests.emulators.shelf import Shelf, joined, listing_of, page_key

Absent = Literal["forbidden", "unsupported", "unavailable", "empty"]
"""How something is answered that nobody knows: 403, 400 (the provider does not speak that
version), 503, or as if there were nothing. Only the second is neither repeated by clients nor taken
for narrow rights.
"""

_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\d(-[a-z]+)?")
_MINE: Final = "page-"


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A path that is served: what it gives, what reading it needs, the api-versions it speaks."""

    pattern: re.Pattern[str]
    kind: str
    action: str = ""
    type: str = ""
    versions: frozenset[str] = frozenset()
    needs_token: bool = True


class Asked(msgspec.Struct, frozen=True):
    """One request and how it was answered."""

    method: str
    target: str
    status: int


class Call(msgspec.Struct, frozen=True):
    """A request taken apart: ``path`` as it was spelled, decoded; ``query`` by lower-case names;
    ``found`` the groups of the route's pattern.
    """

    request: Request
    path: str
    query: dict[str, str]
    route: Route
    found: dict[str, str]

    @property
    def key(self) -> str:
        """The path in lower case."""
        return self.path.lower()

    @property
    def token(self) -> str:
        """The bearer token, or an empty string."""
        return bearer(self.request)


def bearer(request: Request) -> str:
    """The bearer token of a request, or an empty string."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def any_token(token: str) -> bool:
    """Accept every token that is not empty."""
    return bool(token)


class Origin:
    """A handler for one port. ``shelf`` holds what it knows; ``asked`` what was asked of it.

    ``accepts`` judges bearer tokens; ``latency`` seconds pass before each answer; listings are
    given in pages of ``page_size`` items. ``forbidden`` holds lower-case actions that are refused;
    ``is_gap`` says of what nobody knows whether it is there, ``absent`` how that is answered.
    """

    routes: ClassVar[tuple[Route, ...]] = ()

    def __init__(
        self,
        *,
        accepts: Callable[[str], bool] = any_token,
        latency: float = 0,
        page_size: int = 1000,
        absent: Absent = "forbidden",
        login: str = "https://login.windows.net",
    ) -> None:
        self.accepts = accepts
        self.latency = latency
        self.page_size = page_size
        self.absent = absent
        self.login = login
        self.shelf = Shelf()
        self.asked: list[Asked] = []
        self.forbidden: set[str] = set()
        self.is_gap: Callable[[Call], bool] = lambda _call: False

    @property
    def writes(self) -> list[Asked]:
        """What was asked that could have changed something."""
        return [one for one in self.asked if one.method not in ("GET", "HEAD")]

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        response = self._special(request) or self._guarded(request)
        self.asked.append(Asked(request.method, request.target, response.status))
        return msgspec.structs.replace(
            response,
            headers=_headers() | response.headers,
            delay=response.delay + self.latency,
        )

    def _special(self, _request: Request) -> Response | None:
        """What is answered before everything else."""
        return None

    def _guarded(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return refusal.no_method(request.method)
        call = self._call(request)
        if call is None or call.route.needs_token:
            refused = self._refused(bearer(request))
            if refused is not None:
                return refused
        if page_key(request.target) in self.shelf.broken:
            return refusal.failed(500)
        return self._routed(call) if call else refusal.no_path(request_path(request.target))

    def _refused(self, token: str) -> Response | None:
        if not token:
            return refusal.no_token(self.login)
        return None if self.accepts(token) else refusal.bad_token(self.login)

    def _call(self, request: Request) -> Call | None:
        path, query = request_path(request.target), request_query(request.target)
        for route in self.routes:
            match = route.pattern.fullmatch(path)
            if match:
                found = {name: told or "" for name, told in match.groupdict().items()}
                return Call(request, path, query, route, found)
        return None

    def _routed(self, call: Call) -> Response:
        refused = _version_refused(call) or self._withheld(call)
        if refused is not None:
            return refused
        held = self.shelf.answers.get(call.key)
        if held is not None:
            return self._as_held(call, held)
        if self.absent != "empty" and self.is_gap(call):
            return self._gap(call)
        return self._computed(call)

    def _withheld(self, call: Call) -> Response | None:
        """403 where the action is one of ``forbidden`` (lower case)."""
        if call.route.action.lower() in self.forbidden:
            return refusal.forbidden(call.route.action, call.path)
        return None

    def _gap(self, call: Call) -> Response:
        if self.absent == "forbidden":
            return refusal.forbidden(call.route.action, call.path)
        if self.absent == "unavailable":
            return refusal.failed(503)
        asked = call.query.get("api-version", "")
        return refusal.unsupported(call.route.type.rpartition("/")[2], asked, call.route.versions)

    def _computed(self, call: Call) -> Response:
        """What is not kept as a whole answer."""
        return refusal.no_path(call.path)

    def _as_held(self, call: Call, held: Response) -> Response:
        """A whole answer, its pages made smaller and its next link led to this port."""
        listing = listing_of(held.body) if held.status == 200 else None
        if listing is None or (len(listing.value) <= self.page_size and not listing.nextLink):
            return held
        items = [bytes(item) for item in listing.value]
        response = self.listed(call, items, further=listing.nextLink)
        return msgspec.structs.replace(response, headers=response.headers | held.headers)

    def listed(self, call: Call, items: list[bytes], *, further: str = "") -> Response:
        """One page of a listing; ``further`` is the next link after the last of them."""
        start = _place(call.query.get("$skiptoken", ""))
        end = start + self.page_size
        link = ""
        if end < len(items):
            link = self._link(call, end)
        elif further:
            link = address(call.request) + further.removeprefix("https://").partition("/")[2]
        return ok(joined(items[start:end], link))

    def _link(self, call: Call, place: int) -> str:
        kept = {name: told for name, told in call.query.items() if name != "$skiptoken"}
        kept["$skiptoken"] = base64.urlsafe_b64encode(f"{_MINE}{place}".encode()).decode()
        query = "&".join(f"{name}={quote(told)}" for name, told in kept.items())
        return f"{address(call.request)}{quote(call.path.lstrip('/'))}?{query}"


def _version_refused(call: Call) -> Response | None:
    asked = call.query.get("api-version", "")
    if not call.route.versions or asked in call.route.versions:
        return None
    if not _VERSION.fullmatch(asked):
        return refusal.no_version(asked)
    return refusal.unsupported(call.route.type.rpartition("/")[2], asked, call.route.versions)


def _place(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token).decode()
    except (binascii.Error, UnicodeDecodeError):
        return 0
    return int(text.removeprefix(_MINE)) if text.startswith(_MINE) else 0


def address(request: Request) -> str:
    """The address that was asked, with its slash."""
    return f"https://{request.headers.get('host', 'localhost')}/"


def ok(body: bytes) -> Response:
    """200 with JSON."""
    return Response(body=body, headers={"content-type": "application/json; charset=utf-8"})


def _headers() -> dict[str, str]:
    request = str(uuid.uuid4())
    return {
        "date": formatdate(usegmt=True),
        "cache-control": "no-cache",
        "pragma": "no-cache",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-ms-request-id": request,
        "x-ms-correlation-request-id": request,
    }
