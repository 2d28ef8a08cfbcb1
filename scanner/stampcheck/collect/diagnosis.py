"""From the exceptions of sockets, TLS, urllib3 and requests to a ``Fault`` in plain words.

Their own texts are not shown: they may hold a proxy's password or what a stranger sent.
"""

from __future__ import annotations

import errno
import re
import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Final

import msgspec
import requests
from urllib3 import exceptions

from stampcheck.collect.fault import Dropped, Fault, Garbled, NotReached, NotTrusted, Silent

_MAX_CAUSES: Final = 20
_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})")
_NO_ROUTE: Final = frozenset((errno.ENETUNREACH, errno.EHOSTUNREACH))
# OpenSSL's X509_V_ERR_* codes.
_CERTIFICATES: Final = {
    9: "is not valid yet; check the clock of this machine",
    10: "has expired; it must be renewed (or the clock of this machine is wrong)",
    18: "is signed by itself; name it with ca_bundle if it is the right one",
    19: "is not trusted; name the CA that issued it with ca_bundle",
    20: "is not trusted; name the CA that issued it with ca_bundle",
    21: "is not trusted; name the CA that issued it with ca_bundle",
    62: "is for another name; use the name that it was issued for",
    64: "is for another name; use the name that it was issued for",
}


class Place(msgspec.Struct, frozen=True):
    """Where it went wrong: host, proxy with its variable (empty: none), seconds waited."""

    host: str
    proxy: str
    waited: float

    @property
    def seconds(self) -> str:
        """The time waited, for a sentence."""
        return in_seconds(self.waited)


def in_seconds(seconds: float) -> str:
    """A time for a sentence, with a decimal only where it is below a second."""
    return f"{seconds:.0f} s" if seconds >= 0.95 else f"{seconds:.1f} s"


def diagnose(error: BaseException, place: Place) -> Fault:
    """The fault that an exception stands for, by the first of its causes that is known."""
    causes = list(_causes(error))
    for kind, tell in _TELLERS:
        for cause in causes:
            if isinstance(cause, kind):
                return tell(cause, place)
    if any(getattr(cause, "errno", 0) in _NO_ROUTE for cause in causes):
        return _no_route(error, place)
    return Dropped(f"{place.host} could not be asked ({type(error).__name__})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and what is wrapped in it, outermost first."""
    queue: list[object] = [error]
    seen: set[int] = set()
    while queue and len(seen) < _MAX_CAUSES:
        one = queue.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        # Not __context__: it may be of an earlier try.
        inner = (getattr(one, name, None) for name in ("reason", "original_error", "__cause__"))
        queue += [*one.args, *inner]


def _proxy(error: BaseException, place: Place) -> Fault:
    causes = list(_causes(error))
    for cause in causes:
        found = _TUNNEL.search(str(cause))
        if found:
            wish = ", as it wants a sign-in first" if found[1] == "407" else ""
            return NotReached(
                f"{place.proxy} does not connect to {place.host} (status {found[1]}){wish}"
            )
    return NotReached(f"{place.proxy} {_unreached(causes)}, so that {place.host} was not asked")


def _unreached(causes: list[BaseException]) -> str:
    if any(isinstance(cause, exceptions.NameResolutionError) for cause in causes):
        return "cannot be resolved"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "refuses connections"
    return "cannot be reached"


def _no_socks(_: BaseException, place: Place) -> Fault:
    return NotTrusted(f"{place.proxy or 'the proxy'} is of a kind that is not supported")


def _name(_: BaseException, place: Place) -> Fault:
    return NotReached(
        f"{place.host} cannot be resolved; check the name, and that this machine's DNS knows it"
    )


def _refused(_: BaseException, place: Place) -> Fault:
    return NotReached(f"{place.host} refuses connections; check the port and the firewall")


def _certificate(error: BaseException, place: Place) -> Fault:
    code = getattr(error, "verify_code", 0)
    words = _CERTIFICATES.get(code, f"is not valid (OpenSSL code {code}); name its CA in ca_bundle")
    return NotTrusted(f"the certificate of {place.host} {words}")


def _tls_dropped(_: BaseException, place: Place) -> Fault:
    return Dropped(
        f"{place.host} broke off the TLS connection; it may be restarting, or a firewall"
    )


def _tls(error: BaseException, place: Place) -> Fault:
    word = re.sub(r"[^A-Z0-9_]", "", str(getattr(error, "reason", "") or ""))[:60]
    return NotTrusted(
        f"{place.host} does not agree on TLS with this machine ({word or 'no reason given'}); "
        "check that the port is that of https and that it speaks TLS 1.2"
    )


def _connect_timeout(_: BaseException, place: Place) -> Fault:
    return NotReached(
        f"{place.host} accepted no connection within {place.seconds}; "
        "check the network path and the firewall"
    )


def _no_route(_: BaseException, place: Place) -> Fault:
    return NotReached(f"there is no network path to {place.host}; check routes, VPN and firewall")


def _read_timeout(error: BaseException, place: Place) -> Fault:
    if any("handshake" in str(cause) for cause in _causes(error)):
        return NotReached(
            f"{place.host} accepted the connection but began no TLS within {place.seconds}; "
            "check that the port is that of https"
        )
    return Silent(
        f"{place.host} accepted the connection but did not answer within {place.seconds}; "
        "check its health, and ask again later"
    )


def _decode(_: BaseException, place: Place) -> Fault:
    return Garbled(
        f"the answer of {place.host} cannot be unpacked; something on the way changed it"
    )


def _no_http(_: BaseException, place: Place) -> Fault:
    return Garbled(f"{place.host} answers with something that is no HTTP; check the port")


def _dropped(_: BaseException, place: Place) -> Fault:
    return Dropped(f"{place.host} broke off the connection before the answer was whole")


_Teller = Callable[[BaseException, Place], Fault]
# The order matters: what is more particular, or nearer to us, stands first.
_TELLERS: Final[tuple[tuple[type[BaseException], _Teller], ...]] = (
    (requests.exceptions.InvalidSchema, _no_socks),
    (exceptions.ProxyError, _proxy),
    (exceptions.NameResolutionError, _name),
    (ConnectionRefusedError, _refused),
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLEOFError, _tls_dropped),
    (ssl.SSLZeroReturnError, _tls_dropped),
    (ssl.SSLError, _tls),
    (exceptions.NewConnectionError, _no_route),
    (exceptions.ConnectTimeoutError, _connect_timeout),
    (exceptions.ReadTimeoutError, _read_timeout),
    (exceptions.DecodeError, _decode),
    (ConnectionError, _dropped),
    (exceptions.IncompleteRead, _dropped),
    (RemoteDisconnected, _dropped),
    (IncompleteRead, _dropped),
    (HTTPException, _no_http),
    (exceptions.InvalidHeader, _no_http),
    (exceptions.ProtocolError, _dropped),
)
