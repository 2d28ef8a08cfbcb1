"""Who answers for Azure Resource Manager, that of Azure and that of a stamp."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, Self

import msgspec
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    RequestIdPolicy,
    SensitiveHeaderCleanupPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.address import read_https
from stampcheck.collect.asking import Answer, Ask, Failure, Fetched, Limits
from stampcheck.collect.bearer import Bearer
from stampcheck.collect.client import Policy, arm_client
from stampcheck.collect.deadline import Allowance
from stampcheck.collect.fault import (
    Astray,
    Fault,
    Garbled,
    HostBlocked,
    TooLarge,
)
from stampcheck.collect.guard import GRAPH_PATH, ReadOnlyGuard, read_only
from stampcheck.collect.journal import Journal, shown
from stampcheck.collect.origin import encoded, host_of, origin_of
from stampcheck.collect.paging import Listing
from stampcheck.collect.proxy import Proxies
from stampcheck.collect.reachability import Reachability
from stampcheck.collect.redact import scrub_text
from stampcheck.collect.retry import CappedRetry
from stampcheck.collect.transport import Line, transport
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from stampcheck.parse.error import reason_of

GRAPH_VERSION: Final = "2021-03-01"
"""The api-version of Resource Graph (facts/azure.md 9)."""

_KEPT_HEADERS: Final = (
    "www-authenticate",
    "x-ms-request-id",
    "x-ms-correlation-request-id",
    "date",
    "retry-after",
)
_MAX_HEADER: Final = 1000
_MAX_DETAIL: Final = 600
_OK: Final = 200


class ArmWire:
    """A ``Wire`` to one Resource Manager, shared by up to 64 threads. It reads, whatever is asked
    of it: the pipeline is its own, without the SDK's registration of providers, redirects and
    logging (facts/azure.md 10.4), over an adapter that sends to ``base_url`` only.

    ``credential`` is ``None`` for what needs no sign-in; ``ca_bundle`` and ``proxies`` are what
    ``ca_file`` and ``proxies_for`` give. A ``base_url`` that is no https address is a
    ``UsageError``.
    """

    def __init__(  # noqa: PLR0913 (what a connection is made of)
        self,
        name: str,
        base_url: str,
        credential: TokenCredential | None,
        scope: str,
        *,
        journal: Journal,
        clock: Callable[[], datetime],
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        channel: Literal["arm", "stamp"] = "arm",
        ca_bundle: str = "",
        proxies: Proxies = Proxies(),  # noqa: B008 (never written to)
        allow_graph: bool = False,
        pace: Callable[[], None] = lambda: None,
        version: str = "stampcheck",
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base_url = _base(base_url)
        self._credential = credential
        self._scope = scope
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._allow_graph = allow_graph
        self._version = version
        self._allowance = Allowance(monotonic)
        self._memory = Reachability()
        line = Line(
            channel=channel,
            origins=frozenset((origin_of(self.base_url),)),
            allows=partial(read_only, allow_graph=allow_graph),
            limits=limits,
            stamp=name.partition(":")[2] if channel == "stamp" else "",
            proxies=proxies,
            ca=ca_bundle,
            pace=pace,
        )
        self._transport = transport(
            line, journal, allowance=self._allowance, clock=clock, monotonic=monotonic
        )
        self._client = arm_client(self.base_url, self.policies(), self._transport)

    def __repr__(self) -> str:
        return f"ArmWire({self.base_url})"

    def signed_in(self, credential: TokenCredential, scope: str) -> Self:
        """A wire to the same place that signs in, over the same connections."""
        other = copy.copy(self)
        other._credential, other._scope = credential, scope  # noqa: SLF001 (of this class)
        other._client = arm_client(self.base_url, other.policies(), self._transport)  # noqa: SLF001
        return other

    def policies(self, *, is_decoding: bool = False) -> list[Policy]:
        """Fresh policies for one client; ``is_decoding`` for those that make models of answers."""
        guard = ReadOnlyGuard(allow_graph=self._allow_graph)
        bearer: list[Policy] = []
        if self._credential is not None:
            bearer.append(Bearer(self._credential, self._scope, self._allowance))
        return [
            RequestIdPolicy(),
            UserAgentPolicy(self._version, user_agent_use_env=False),
            *([ContentDecodePolicy()] if is_decoding else []),
            CappedRetry(self._limits, self._allowance, clock=self._clock, sleep=self._sleep),
            *bearer,
            guard,
            SensitiveHeaderCleanupPolicy(),
        ]

    def transport(self) -> RequestsTransport:
        """The guarded transport, for a client of the SDK beside this wire."""
        return self._transport

    def fetch(self, ask: Ask) -> Fetched:
        """GET what is asked, with all its pages."""
        url = self.base_url + ask.path

        def request(leads: str) -> HttpRequest:
            return HttpRequest("GET", encoded(self._next(leads) if leads else url))

        return self._within(url, lambda: self._listed(url, Listing(), request, ask.pages))

    def post_graph(self, body: dict[str, Any]) -> Fetched:
        """Ask Resource Graph, with all its pages; ``body`` is its query (facts/azure.md 9)."""
        url = f"{self.base_url}{GRAPH_PATH}?api-version={GRAPH_VERSION}"

        def request(leads: str) -> HttpRequest:
            options = body.get("options", {}) | ({"$skipToken": leads} if leads else {})
            return HttpRequest("POST", url, json=body | ({"options": options} if options else {}))

        return self._within(url, lambda: self._listed(url, Listing.of_graph(), request))

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._transport.session.close()

    def _within(self, url: str, work: Callable[[], Fetched]) -> Fetched:
        known = self._memory.known
        if known is not None:
            return self._failed(url, Fault(f"{known.detail}; not asked again", known.reason))
        try:
            with self._allowance.of(seconds=self._limits.request, size=self._limits.body):
                return work()
        except Fault as fault:
            self._memory.take(fault)
            return self._failed(url, fault)
        except AzureError as error:
            host, kind = host_of(self.base_url), type(error.inner_exception or error).__name__
            return self._failed(url, Fault(f"{host} could not be asked ({kind})"))

    def _failed(self, url: str, fault: Fault, answer: Answer | None = None) -> Fetched:
        detail = scrub_text(fault.detail)[:_MAX_DETAIL]
        failure = Failure(url=shown(url), reason=fault.reason, detail=detail, at=self._clock())
        return Fetched(answer, failure)

    def _listed(
        self, url: str, listing: Listing, request: Callable[[str], HttpRequest], enough: int = 0
    ) -> Fetched:
        answer = self._answer(url, request(""))
        self._memory.take(None)
        try:
            leads = listing.add(answer.body) if answer.status == _OK else ""
        except ValueError:
            leads = ""
        seen: set[str] = set()
        while leads and listing.pages != enough:
            try:
                _check_loop(leads, seen, listing.pages, self._limits.pages)
                leads = self._page(url, request(leads), listing)
            except Fault as fault:
                return self._failed(url, fault, _joined(answer, listing, leads))
        return Fetched(_joined(answer, listing, leads))

    def _page(self, url: str, request: HttpRequest, listing: Listing) -> str:
        """Add a further page; what leads on."""
        number = listing.pages + 1
        page = self._answer(url, request)
        if page.status != _OK:
            asks = page.headers.get("retry-after", "")
            wish = f", which asks to wait ({asks[:40]})" if asks else ""
            raise Astray(
                f"page {number} of the listing was answered with status {page.status}{wish}",
                reason_of(page.status, ""),
            )
        try:
            return listing.add(page.body)
        except ValueError:
            raise Garbled(f"page {number} of the listing is no JSON listing") from None

    def _next(self, link: str) -> str:
        if origin_of(link) != origin_of(self.base_url):
            raise HostBlocked(
                f"the listing goes on at {host_of(link)}, which was not asked: only "
                f"{host_of(self.base_url)} is"
            )
        return link

    def _answer(self, url: str, request: HttpRequest) -> Answer:
        request.headers["Accept"] = "application/json"
        response = self._client.send_request(request)
        status = response.status_code
        if 300 <= status < 400:
            raise Astray(_redirect(host_of(self.base_url), response))
        return Answer(
            url=shown(url),
            status=status,
            body=response.content,
            at=self._clock(),
            headers=_headers(response),
        )


def _base(base_url: str) -> str:
    address = read_https(base_url)
    if address is None or address.path not in ("", "/"):
        raise UsageError(f"{scrub_text(base_url[:200])} is no https address of a Resource Manager.")
    return address.origin


def _check_loop(leads: str, seen: set[str], pages: int, bound: int) -> None:
    if leads in seen:
        raise Astray(f"the listing leads in a circle after {pages} pages", Reason.MALFORMED)
    if pages >= bound:
        raise TooLarge(f"the listing has more than {bound} pages")
    seen.add(leads)


def _joined(answer: Answer, listing: Listing, leads: str) -> Answer:
    """The answer with all its pages; one page stays as it came, byte for byte."""
    if listing.pages < 2:
        return answer
    return msgspec.structs.replace(answer, body=listing.body(leads), pages=listing.pages)


def _headers(response: HttpResponse) -> dict[str, str]:
    found = {name: response.headers.get(name, "") for name in _KEPT_HEADERS}
    return {name: scrub_text(text[:_MAX_HEADER]) for name, text in found.items() if text}


def _redirect(host: str, response: HttpResponse) -> str:
    location = response.headers.get("location", "")
    if not location:
        return f"{host} answers with status {response.status_code}, which is no answer"
    to = host_of(location) if "://" in location[:10] else "another path"
    return (
        f"{host} answers with a redirect to {to}, which was not followed; "
        "something between may want a sign-in, or the address is another"
    )
