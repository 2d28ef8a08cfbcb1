"""The lowest layer of every request to Azure, a stamp or an authority: what leaves this machine
leaves it here, to the addresses that were named, within bounds, and with a line in the journal.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypedDict

import msgspec
import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from stampcheck.collect.asking import Limits
from stampcheck.collect.deadline import Allowance, reading_for
from stampcheck.collect.diagnosis import Place, diagnose, in_seconds
from stampcheck.collect.echo import without_token
from stampcheck.collect.fault import Fault, HostBlocked, TooLarge, TooSlow, WriteBlocked
from stampcheck.collect.journal import Channel, Entry, Journal
from stampcheck.collect.origin import host_of, origin_of
from stampcheck.collect.proxy import Proxies
from stampcheck.collect.trust import tls_context
from stampcheck.collect.tunnel import PATIENT_POOLS
from stampcheck.document import iso

CONNECTIONS: Final = 64
"""Connections that are kept open to one address: as many as threads may share a wire."""

_PIECE: Final = 65_536
_MEGABYTE: Final = 1_000_000


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What all requests of one kind keep to. ``origins`` are the ``https://host:port`` that may be
    asked, ``allows`` says of method and URL whether they may be sent; ``ca`` is a file of CAs,
    empty for the usual ones; ``stamp`` is named in the journal; ``pace`` is waited for before each
    request.
    """

    channel: Channel
    origins: frozenset[str]
    allows: Callable[[str, str], bool]
    limits: Limits = Limits()
    stamp: str = ""
    proxies: Proxies = Proxies()
    ca: str = ""
    pace: Callable[[], None] = lambda: None


class _Outcome(TypedDict, total=False):
    """What became of a request, as fields of its entry in the journal."""

    status: int
    bytes: int
    request_id: str
    error: str


def _outcome(response: requests.Response) -> _Outcome:
    return _Outcome(
        status=response.status_code,
        bytes=len(response.content),
        request_id=response.headers.get("x-ms-request-id", ""),
    )


class GuardedAdapter(HTTPAdapter):
    """Sends what the line allows, whole answers or a ``Fault``; never follows, never repeats.

    The body is read here, unpacked and counted, so that nothing above can be flooded. What the
    journal raises where it cannot be written passes.
    """

    def __init__(
        self,
        line: Line,
        journal: Journal,
        *,
        allowance: Allowance | None = None,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._journal = journal
        self._allowance = allowance or Allowance(monotonic)
        self._clock = clock
        self._monotonic = monotonic
        self._context = tls_context(line.ca)
        super().__init__(pool_connections=4, pool_maxsize=CONNECTIONS)

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ANN401, ARG002 (as in requests; certificates are always checked)
        cert: Any = None,  # noqa: ANN401, ARG002
    ) -> Any:  # noqa: ANN401 (a private type of requests)
        """Connect with the line's own TLS context."""
        host, _ = super().build_connection_pool_key_attributes(request, True)
        return host, {"ssl_context": self._context, "cert_reqs": ssl.CERT_REQUIRED}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ANN401
        """Leave the context as it is."""

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:  # noqa: ANN401
        """Trust the same CAs at a proxy that speaks TLS, and wait for none of them for ever."""
        given = proxy_kwargs | {"proxy_ssl_context": self._context}
        manager = super().proxy_manager_for(proxy, **given)
        manager.pool_classes_by_scheme = PATIENT_POOLS
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002
        timeout: Any = None,  # noqa: ANN401, ARG002
        verify: Any = True,  # noqa: ANN401, ARG002, FBT002
        cert: Any = None,  # noqa: ANN401, ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Send one request and read its answer whole; the arguments of requests do not count."""
        url, method = request.url or "", request.method or ""
        self._check(method, url)
        with self._allowance.paused():
            self._line.pace()
        entry = Entry(
            at=iso(self._clock()),
            channel=self._line.channel,
            method=method,
            url=url,
            stamp=self._line.stamp,
        )
        began, outcome = self._monotonic(), _Outcome(error="ended from outside")
        seconds = min(self._line.limits.request, self._allowance.seconds())
        try:
            with reading_for(seconds):
                response = self._sent(request, began, seconds)
            self._forget_token(request, response)
            outcome = _outcome(response)
        except Fault as fault:
            outcome = _Outcome(error=f"{type(fault).__name__}: {fault.detail}")
            raise
        finally:
            ms = round((self._monotonic() - began) * 1000)
            self._journal.add(msgspec.structs.replace(entry, ms=ms, **outcome))
        return response

    def _check(self, method: str, url: str) -> None:
        origin = origin_of(url)
        # Plain http is for the address at which a machine asks for its own identity.
        is_secure = origin.startswith("https:") or self._line.channel == "sign-in"
        if not (origin in self._line.origins and is_secure):
            raise HostBlocked.of(method, url)
        if not self._line.allows(method, url):
            raise WriteBlocked.of(method, url)

    def _sent(
        self, request: requests.PreparedRequest, began: float, seconds: float
    ) -> requests.Response:
        host, limits = host_of(request.url or ""), self._line.limits
        timeout = (max(0.001, min(limits.connect, seconds)), max(0.001, min(limits.read, seconds)))
        try:
            response = super().send(
                request, stream=True, timeout=timeout, proxies=self._line.proxies
            )
            self._read(response, host, began, seconds)
        except (HTTPError, OSError) as error:
            waited = self._monotonic() - began
            if waited >= seconds:
                raise _too_slow(host, seconds) from None
            raise diagnose(error, Place(host, self._line.proxies.label, waited)) from None
        return response

    def _read(self, response: requests.Response, host: str, began: float, seconds: float) -> None:
        """Read the body into the response; the connection of one that is given up is closed."""
        raw, held, is_whole = response.raw, bytearray(), False
        try:
            self._check_size(host, raw.length_remaining or 0)
            while piece := raw.read1(_PIECE, decode_content=True):
                held += piece
                self._check_size(host, len(held))
                self._check_time(host, began, seconds)
            is_whole = True
        finally:
            raw.release_conn() if is_whole else raw.close()
        self._allowance.spend(len(held))
        response._content = bytes(held)  # noqa: SLF001 (what requests would have read)
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001

    def _forget_token(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        """Take the token of the request out of an answer that repeats it, whoever reads it next."""
        if self._line.channel == "sign-in":
            return
        token = str(request.headers.get("Authorization", "")).rpartition(" ")[2]

        def clean(text: object) -> str:
            return without_token(str(text).encode("latin-1", "replace"), token).decode("latin-1")

        if not token:
            return
        response._content = without_token(response.content, token)  # noqa: SLF001 (as in _read)
        response.reason = clean(response.reason or "")
        named = {clean(name): clean(value) for name, value in response.headers.items()}
        response.headers = CaseInsensitiveDict(named)

    def _check_size(self, host: str, size: int) -> None:
        bound = self._line.limits.body
        if size > min(bound, self._allowance.size()):
            words = f"{bound / _MEGABYTE:.0f} MB" if bound >= _MEGABYTE else f"{bound} bytes"
            raise TooLarge(f"the answer of {host} is larger than {words}, as none should be")

    def _check_time(self, host: str, began: float, seconds: float) -> None:
        if self._monotonic() - began >= seconds:
            raise _too_slow(host, seconds)


def _too_slow(host: str, seconds: float) -> TooSlow:
    spent = in_seconds(seconds)
    return TooSlow(f"the answer of {host} was not whole after {spent}; ask again later")


class _Session(requests.Session):
    """A session that sends what it is told over its one adapter, and knows nothing else: no
    .netrc, variables, cookies or redirects. That of requests looks for all of them each time.
    """

    def __init__(self, adapter: GuardedAdapter) -> None:
        super().__init__()
        self._adapter = adapter
        self.adapters.clear()
        self.mount("https://", adapter)

    def request(  # type: ignore[override]  # positional arguments are nobody's here
        self,
        method: str,
        url: Any,  # noqa: ANN401 (as in requests)
        headers: Any = None,  # noqa: ANN401
        data: Any = None,  # noqa: ANN401
        files: Any = None,  # noqa: ANN401
        **_: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Send one request; what is not of the request itself is the adapter's to know."""
        prepared = requests.PreparedRequest()
        prepared.prepare_method(method)
        prepared.prepare_url(url, None)
        prepared.prepare_headers({"Accept-Encoding": "gzip, deflate"} | dict(headers or {}))
        prepared.prepare_body(data, files)
        return self._adapter.send(prepared)


def transport(
    line: Line,
    journal: Journal,
    *,
    allowance: Allowance | None = None,
    clock: Callable[[], datetime],
    monotonic: Callable[[], float] = time.monotonic,
) -> RequestsTransport:
    """A transport for clients of the Azure SDK and for credentials of azure-identity.

    Closing it closes nothing that others still use; ``transport.session.close()`` does.
    """
    adapter = GuardedAdapter(line, journal, allowance=allowance, clock=clock, monotonic=monotonic)
    return RequestsTransport(session=_Session(adapter), session_owner=False, use_env_settings=False)
