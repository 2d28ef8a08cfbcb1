"""Whether a host can be reached at all: TCP, TLS, its certificate and its clock. No sign-in.

Whatever the other side does, a probe ends in time: it works in a thread of its own, since a name
server can neither be hurried nor interrupted.
"""

from __future__ import annotations

import email.utils
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509

from stampcheck.address import read_https
from stampcheck.collect.asking import Fetched
from stampcheck.collect.diagnosis import Place, diagnose
from stampcheck.collect.pep_endpoint import Endpoint, endpoint
from stampcheck.collect.trust import tls_context
from stampcheck.errors import UsageError
from stampcheck.sighting import Certificate, Probe

METADATA: Final = "/metadata/endpoints?api-version=2015-01-01"
"""What is asked for its ``Date``: Azure and stamps answer it to anyone (facts/azure.md 2.2)."""

_MAX_NAME: Final = 200
_HTTPS: Final = 443

Get = Callable[[str], Fetched]
"""One GET without a sign-in, to a whole URL."""


class _Task:
    """What a probe has found so far, for when it is cut short."""

    def __init__(self, probe: Probe, timeout: float) -> None:
        self.probe = probe
        self._timeout = timeout
        self._end = time.monotonic() + timeout
        self._lock = threading.Lock()
        self._is_over = False

    def found(self, **fields: object) -> None:
        """Add to what was found, unless nobody waits any more."""
        with self._lock:
            if not self._is_over:
                self.probe = msgspec.structs.replace(self.probe, **fields)

    def left(self) -> float:
        """Seconds until the end, never so few that a socket would not block at all."""
        return max(0.001, self._end - time.monotonic())

    def too_late(self) -> str:
        """What to say where the time is over."""
        what = "accepts connections, but gives no answer" if self.probe.reachable else "no answer"
        return f"{what} within {self._timeout:g} s"

    def run(self, work: Callable[[], None]) -> Probe:
        """Work in a thread until it is done or the time is over."""
        thread = threading.Thread(target=work, name="stampcheck-probe", daemon=True)
        thread.start()
        thread.join(self.left())
        if thread.is_alive():
            self.found(detail=self.probe.detail or self.too_late())
        with self._lock:
            self._is_over = True
        return self.probe


def probe(
    origin: str,
    *,
    get: Get,
    clock: Callable[[], datetime],
    timeout: float,
    ca: str = "",
    proxy: str = "",
) -> Probe:
    """Probe ``https://host[:port]`` within ``timeout`` seconds in all.

    ``ca`` is the file of CAs to trust (``trust.ca_file``), empty: the usual ones. Where ``proxy``
    names one (``Proxies.label``), only the answer to ``get`` tells anything. Never raises.
    """
    address = read_https(origin)
    if address is None:
        return Probe(origin=origin, detail="is no https address")
    task = _Task(Probe(origin=origin, proxy=proxy), timeout)
    place = Endpoint(address.host.strip("[]"), address.port or _HTTPS, tls=True)

    def work() -> None:
        if proxy:
            task.found(detail=f"no answer through {proxy}")
        elif not _examine(task, place, ca):
            return
        _ask_the_time(task, get, clock, address.origin + METADATA)

    return task.run(work)


def probe_privileged_endpoint(text: str, *, timeout: float, ca: str = "") -> Probe:
    """Whether a privileged endpoint accepts connections: ``host[:port]`` (WinRM over HTTP, 5985)
    or ``https://host[:port]`` (5986), where the certificate is looked at too. Never raises.
    """
    try:
        place = endpoint(text)
    except UsageError as error:
        return Probe(origin=text[:_MAX_NAME], detail=str(error))
    task = _Task(Probe(origin=text), timeout)

    def work() -> None:
        if place.tls:
            _examine(task, place, ca)
            return
        connection = _connected(task, place)
        if connection is not None:
            connection.close()

    return task.run(work)


def _connected(task: _Task, place: Endpoint) -> socket.socket | None:
    """A TCP connection; None where there is none, which is then said."""
    try:
        connection = socket.create_connection((place.host, place.port), timeout=task.left())
    except (OSError, UnicodeError) as error:
        task.found(detail=_unreached(task, place, error))
        return None
    task.found(reachable=True)
    return connection


def _unreached(task: _Task, place: Endpoint, error: Exception) -> str:
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return f"{place.host} cannot be resolved; check the name, and the DNS of this machine"
    if isinstance(error, TimeoutError):
        return task.too_late()
    if isinstance(error, ConnectionError):
        return _told(place, error)
    words = str(getattr(error, "strerror", "") or type(error).__name__).lower()
    return f"there is no network path to {place.name} ({words})"


def _told(place: Endpoint, error: Exception) -> str:
    return diagnose(error, Place(place.name.removesuffix(f":{_HTTPS}"), "", 0)).detail


def _examine(task: _Task, place: Endpoint, ca: str) -> bool:
    """Connect and shake hands; whether the certificate is trusted. One that is not is read in a
    second handshake, over which nothing is sent.
    """
    try:
        if not _shake_hands(task, place, tls_context(ca)):
            return False
        task.found(trusted=True)
    except UsageError as error:
        task.found(detail=str(error))
        return False
    except ssl.SSLCertVerificationError as error:
        task.found(trusted=False, detail=_told(place, error))
        _shake_hands(task, place, _reading_only())
        return False
    return True


def _reading_only() -> ssl.SSLContext:
    """A context that shows the certificate of whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _shake_hands(task: _Task, place: Endpoint, context: ssl.SSLContext) -> bool:
    """One handshake; whether it succeeded. Raises only where the certificate is not trusted."""
    connection = _connected(task, place)
    if connection is None:
        return False
    try:
        with connection:
            connection.settimeout(task.left())
            with context.wrap_socket(connection, server_hostname=place.host) as secured:
                task.found(certificate=_certificate(secured.getpeercert(binary_form=True)))
    except ssl.SSLCertVerificationError:
        raise
    except TimeoutError:
        task.found(detail="accepts connections, but does not answer over TLS")
        return False
    except (OSError, ValueError) as error:
        task.found(detail=task.probe.detail or _told(place, error))
        return False
    return True


def _certificate(der: bytes | None) -> Certificate | None:
    try:
        read = x509.load_der_x509_certificate(der or b"")
        subject, issuer = read.subject.rfc4514_string(), read.issuer.rfc4514_string()
        return Certificate(subject[:_MAX_NAME], issuer[:_MAX_NAME], read.not_valid_after_utc)
    except ValueError:
        return None


def _ask_the_time(task: _Task, get: Get, clock: Callable[[], datetime], url: str) -> None:
    """One GET, for the ``Date`` of its answer; whatever else it says is no matter."""
    before = clock()
    fetched = get(url)
    ours = before + (clock() - before) / 2
    if fetched.answer is not None:
        theirs = _date(fetched.answer.headers.get("date", ""))
        skew = round((theirs - ours) / timedelta(seconds=1)) if theirs else None
        task.found(reachable=True, trusted=True, skew_seconds=skew, detail="")
    elif fetched.failure is not None:
        task.found(detail=fetched.failure.detail)


def _date(text: str) -> datetime | None:
    try:
        read = email.utils.parsedate_to_datetime(text[:_MAX_NAME])
        return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
