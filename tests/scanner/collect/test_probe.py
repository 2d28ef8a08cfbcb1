"""Probes against real sockets: what they find, and that whatever answers they end in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stampcheck.collect.asking import Answer, Failure, Fetched
from stampcheck.collect.probe import METADATA, probe, probe_privileged_endpoint
from stampcheck.model import Reason
from stampcheck.sighting import Probe
from tests.emulators.server import Request, Response, Servers
from tests.emulators.tls import Authority

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
SLACK = 8.0


class Asked:
    """Stands for the guarded session: remembers what it is asked and answers with a date."""

    def __init__(self, date: str = "Sun, 22 Nov 2026 12:00:00 GMT", wait: float = 0) -> None:
        self.urls: list[str] = []
        self._date = date
        self._wait = wait

    def __call__(self, url: str) -> Fetched:
        self.urls.append(url)
        time.sleep(self._wait)
        return Fetched(Answer(url=url, status=200, body=b"", at=NOW, headers={"date": self._date}))


def refused(url: str) -> Fetched:
    detail = "broke off the connection"
    return Fetched(failure=Failure(url=url, reason=Reason.UNREACHABLE, detail=detail, at=NOW))


def answers(_: Request) -> Response:
    return Response(body=b"{}")


def found(
    port: int,
    get: Callable[[str], Fetched] | None = None,
    *,
    ca: Path | str = "",
    timeout: float = 5,
) -> Probe:
    return probe(
        f"https://127.0.0.1:{port}",
        get=get or Asked(),
        clock=lambda: NOW,
        timeout=timeout,
        ca=str(ca),
    )


@pytest.fixture
def servers() -> Iterator[Servers]:
    with Servers() as running:
        yield running


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def raw(behave: Callable[[socket.socket], None], host: str = "127.0.0.1") -> Iterator[int]:
    """A server below HTTP and TLS; the port. ``behave`` gets each connection."""
    with socket.create_server((host, 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=guarded, args=(connection,), daemon=True).start()

        def guarded(connection: socket.socket) -> None:
            with connection:
                try:
                    behave(connection)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_a_trusted_host_shows_its_certificate_and_its_clock(
    servers: Servers, authority: Authority
) -> None:
    get = Asked()
    port = servers.serve(answers, authority.server_context(days=12))

    seen = found(port, get, ca=authority.ca_bundle)

    assert (seen.reachable, seen.trusted, seen.skew_seconds, seen.detail) == (True, True, 0, "")
    assert seen.certificate is not None
    assert seen.certificate.subject == "CN=localhost"
    assert seen.certificate.issuer == "CN=stampcheck test CA"
    left = seen.certificate.not_after - datetime.now(UTC)
    assert timedelta(days=11) < left < timedelta(days=13)
    assert get.urls == [f"https://127.0.0.1:{port}{METADATA}"]


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Sun, 22 Nov 2026 12:07:00 GMT", 420),
        ("Sun, 22 Nov 2026 11:30:00 GMT", -1800),
        ("Sun, 22 Nov 2026 13:00:00 +0100", 0),
        ("yesterday", None),
        ("", None),
        ("Sun, 99 Nov 99999999999999999999 12:00:00 GMT", None),
    ],
)
def test_the_skew_is_the_hosts_clock_minus_ours(
    servers: Servers, authority: Authority, date: str, skew: int | None
) -> None:
    port = servers.serve(answers, authority.server_context())

    assert found(port, Asked(date), ca=authority.ca_bundle).skew_seconds == skew


def test_a_certificate_of_an_unknown_authority_is_shown_and_nothing_is_asked(
    servers: Servers, authority: Authority
) -> None:
    get = Asked()

    seen = found(servers.serve(answers, authority.server_context()), get)

    assert (seen.reachable, seen.trusted) == (True, False)
    assert "ca_bundle" in seen.detail
    assert seen.certificate is not None
    assert seen.certificate.issuer == "CN=stampcheck test CA"
    assert (get.urls, servers.requests) == ([], [])


def test_an_expired_certificate_is_not_trusted_and_its_date_is_known(
    servers: Servers, authority: Authority
) -> None:
    port = servers.serve(answers, authority.server_context(days=-3))

    seen = found(port, ca=authority.ca_bundle)

    assert seen.trusted is False
    assert "expired" in seen.detail
    assert seen.certificate is not None
    assert seen.certificate.not_after < datetime.now(UTC)


def test_a_certificate_for_another_name_is_not_trusted(authority: Authority) -> None:
    context = authority.server_context()

    def shake_hands(connection: socket.socket) -> None:
        context.wrap_socket(connection, server_side=True).close()

    with raw(shake_hands, "127.0.0.2") as port:
        seen = probe(
            f"https://127.0.0.2:{port}",
            get=Asked(),
            clock=lambda: NOW,
            timeout=5,
            ca=str(authority.ca_bundle),
        )

    assert (seen.reachable, seen.trusted) == (True, False)
    assert "another name" in seen.detail


def test_an_answer_that_does_not_come_leaves_host_and_certificate_known(
    servers: Servers, authority: Authority
) -> None:
    port = servers.serve(answers, authority.server_context())

    seen = found(port, refused, ca=authority.ca_bundle)

    assert (seen.reachable, seen.trusted, seen.skew_seconds) == (True, True, None)
    assert seen.detail == "broke off the connection"


def test_a_closed_port_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    seen = found(port)

    assert (seen.reachable, seen.trusted) == (False, None)
    assert "refuses connections" in seen.detail


def test_a_name_that_nobody_knows_is_not_reachable() -> None:
    seen = probe("https://no-such-host.invalid", get=Asked(), clock=lambda: NOW, timeout=5)

    assert not seen.reachable
    assert "no-such-host.invalid" in seen.detail or "no answer" in seen.detail


@pytest.mark.parametrize("origin", ["http://127.0.0.1", "ftp://x", "", "https://a@b", "https://"])
def test_what_is_no_https_address_is_not_connected_to(origin: str) -> None:
    seen = probe(origin, get=Asked(), clock=lambda: NOW, timeout=5)

    assert (seen.reachable, seen.detail) == (False, "is no https address")


def test_a_file_of_authorities_that_is_not_there_is_said(
    servers: Servers, authority: Authority, tmp_path: Path
) -> None:
    port = servers.serve(answers, authority.server_context())

    seen = found(port, ca=tmp_path / "none.pem")

    assert "none.pem" in seen.detail
    assert servers.requests == []


def hang(connection: socket.socket) -> None:
    connection.recv(1)
    time.sleep(20)


def drip(connection: socket.socket) -> None:
    for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def garbage(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff<html>\x1b[31m" * 1000)


def plain_http(connection: socket.socket) -> None:
    connection.recv(1024)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def cut(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("behave", [hang, drip, garbage, plain_http, cut])
def test_a_host_that_speaks_no_tls_is_reachable_and_never_holds_a_probe_up(
    behave: Callable[[socket.socket], None],
) -> None:
    get = Asked()
    with raw(behave) as port:
        began = time.monotonic()
        seen = found(port, get, timeout=0.7)

    assert time.monotonic() - began < 0.7 + SLACK
    assert (seen.reachable, seen.trusted, seen.certificate) == (True, None, None)
    assert seen.detail
    assert "\x1b" not in seen.detail
    assert get.urls == []


def test_a_get_that_does_not_return_is_not_waited_for(
    servers: Servers, authority: Authority
) -> None:
    port = servers.serve(answers, authority.server_context())
    began = time.monotonic()

    seen = found(port, Asked(wait=20), ca=authority.ca_bundle, timeout=2)

    assert time.monotonic() - began < 2 + SLACK
    assert (seen.reachable, seen.trusted, seen.skew_seconds) == (True, True, None)
    assert seen.detail == "accepts connections, but gives no answer within 2 s"


def test_what_comes_too_late_changes_nothing_any_more(
    servers: Servers, authority: Authority
) -> None:
    port = servers.serve(answers, authority.server_context())
    seen = found(port, Asked(wait=0.9), ca=authority.ca_bundle, timeout=0.6)
    before = seen
    time.sleep(0.6)

    assert seen == before
    assert seen.skew_seconds is None


def test_through_a_proxy_only_the_answer_tells() -> None:
    get = Asked()
    through = "the proxy 10.0.0.9:3128 (HTTPS_PROXY)"

    seen = probe(
        "https://management.azure.example",
        get=get,
        clock=lambda: NOW,
        timeout=5,
        proxy=through,
    )

    assert (seen.reachable, seen.trusted, seen.certificate) == (True, True, None)
    assert (seen.proxy, seen.detail, seen.skew_seconds) == (through, "", 0)
    assert len(get.urls) == 1


def test_a_proxy_that_does_not_let_through_is_named() -> None:
    through = "the proxy 10.0.0.9:3128 (HTTPS_PROXY)"

    seen = probe(
        "https://management.azure.example",
        get=Asked(wait=20),
        clock=lambda: NOW,
        timeout=0.3,
        proxy=through,
    )

    assert not seen.reachable
    assert through in seen.detail


def test_a_privileged_endpoint_is_reachable_where_its_port_accepts() -> None:
    with raw(hang) as port:
        seen = probe_privileged_endpoint(f"127.0.0.1:{port}", timeout=2)

    assert (seen.reachable, seen.trusted, seen.detail) == (True, None, "")


def test_a_privileged_endpoint_that_refuses_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    seen = probe_privileged_endpoint(f"127.0.0.1:{port}", timeout=2)

    assert not seen.reachable
    assert f"127.0.0.1:{port}" in seen.detail


def test_the_certificate_of_a_privileged_endpoint_over_https_is_looked_at(
    servers: Servers, authority: Authority
) -> None:
    port = servers.serve(answers, authority.server_context())
    place = f"https://127.0.0.1:{port}"

    trusted = probe_privileged_endpoint(place, timeout=5, ca=str(authority.ca_bundle))
    unknown = probe_privileged_endpoint(place, timeout=5)

    assert (trusted.reachable, trusted.trusted) == (True, True)
    assert (unknown.reachable, unknown.trusted) == (True, False)
    assert servers.requests == []


def test_what_is_no_privileged_endpoint_is_said() -> None:
    assert not probe_privileged_endpoint("ftp://x/y", timeout=1).reachable
