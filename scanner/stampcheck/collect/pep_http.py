"""HTTP below pypsrp: one origin, nothing in the clear, no redirect, no more than so many bytes.

pypsrp itself follows redirects, takes answers in the clear though it sends none, and reads
whatever is sent (facts/pep.md 3 and 4).
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import requests
from pypsrp.negotiate import HTTPNegotiateAuth
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from stampcheck.collect.pep_endpoint import Endpoint

_ENCRYPTED: Final = ("multipart/encrypted;", "multipart/x-multi-encrypted;")


class Refused(requests.RequestException):
    """An answer that is not taken; the text says why."""


class Traffic:
    """What goes over the wire in one session: its sockets, its bytes, the last status."""

    def __init__(self, budget: int) -> None:
        self.received = 0
        self.status = 0
        self._budget = budget
        self._sockets: list[Any] = []
        self._is_cut = False
        self._is_over = False

    def opened(self, connection: HTTPConnection) -> None:
        """Note a connection that was made, so that it can be cut; after ``cut`` it is at once."""
        self._sockets.append(connection.sock)
        if self._is_cut or self._is_over:
            self.cut()

    def take(self, count: int) -> None:
        """Count bytes of a body. Raises ``Refused`` beyond the budget."""
        self.received += count
        if self.received > self._budget:
            raise Refused(f"sent more than {self._budget:,} bytes")

    def cut(self, *, for_good: bool = False) -> None:
        """End all connections, whoever waits on them; for use from another thread."""
        self._is_cut = True
        self._is_over = self._is_over or for_good
        while self._sockets:
            with contextlib.suppress(OSError):
                # Not of the subclass: over TLS that would touch what the other thread reads from.
                socket.socket.shutdown(self._sockets.pop(), socket.SHUT_RDWR)

    def resume(self) -> None:
        """Allow connections again, for closing what was cut, unless that was for good."""
        self._is_cut = False


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, opened: Callable[[HTTPConnection], None], **more: Any) -> None:  # noqa: ANN401 (urllib3's)
        super().__init__(*args, **more)
        self._opened = opened

    def connect(self) -> None:
        super().connect()
        self._opened(self)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS, whose connection is an ``HTTPConnection`` too."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Bounded(requests.Response):
    """A response whose body is counted while it is read."""

    def __init__(self, plain: requests.Response, take: Callable[[int], None]) -> None:
        super().__init__()
        vars(self).update(vars(plain))
        self._take = take

    def iter_content(
        self,
        chunk_size: int | None = 1,
        decode_unicode: bool = False,  # noqa: FBT001, FBT002 (requests' signature)
    ) -> Iterator[Any]:
        """As that of requests; raises ``Refused`` when the body grows too large."""
        for piece in super().iter_content(chunk_size, decode_unicode):
            self._take(len(piece))
            yield piece


class _Adapter(HTTPAdapter):
    """The only way out of a session."""

    def __init__(self, origin: str, traffic: Traffic, verify: str) -> None:
        self._origin = origin
        self._traffic = traffic
        self._verify = verify
        super().__init__(max_retries=0)

    def init_poolmanager(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 (requests')
        self.poolmanager = PoolManager(num_pools=1, maxsize=1)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_Pool, opened=self._traffic.opened),
            "https": partial(_TlsPool, opened=self._traffic.opened),
        }

    def build_response(self, req: Any, resp: Any) -> requests.Response:  # noqa: ANN401 (requests')
        return _Bounded(super().build_response(req, resp), self._traffic.take)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002 (requests' signature)
        timeout: Any = None,  # noqa: ANN401 (requests' signature)
        verify: bool | str = True,  # noqa: ARG002, FBT001, FBT002 (the session's own counts)
        cert: Any = None,  # noqa: ANN401, ARG002 (requests' signature)
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002 (none is ever used)
    ) -> requests.Response:
        """Send to the origin only, without a proxy. Raises ``Refused``."""
        if request.method != "POST" or request.url != self._origin:
            raise Refused("would have led to another address")
        response = super().send(request, stream=True, timeout=timeout, verify=self._verify or True)
        self._traffic.status = response.status_code
        if response.is_redirect or 300 <= response.status_code < 400:
            raise Refused(f"redirects (HTTP {response.status_code}), which is not followed")
        if response.status_code == 200 and _is_clear(response):
            raise Refused("answered in the clear, without the encryption that was agreed on")
        return response


def _is_clear(response: requests.Response) -> bool:
    """Whether a body comes unencrypted over HTTP; the end of a sign-in has none."""
    encrypted = response.headers.get("content-type", "").lower().startswith(_ENCRYPTED)
    is_empty = response.headers.get("content-length") == "0"
    return response.url.startswith("http:") and not encrypted and not is_empty


def session(
    endpoint: Endpoint, url: str, traffic: Traffic, auth: HTTPNegotiateAuth, ca_bundle: str
) -> requests.Session:
    """A session that speaks to this endpoint only and reads nothing of the environment: no proxy,
    no ``.netrc``, no REQUESTS_CA_BUNDLE.
    """
    made = requests.Session()
    made.trust_env = False
    made.auth = auth
    made.headers.update({"User-Agent": "stampcheck", "Accept-Encoding": "identity"})
    made.adapters.clear()
    scheme = "https" if endpoint.tls else "http"
    made.mount(f"{scheme}://", _Adapter(url, traffic, ca_bundle))
    return made
