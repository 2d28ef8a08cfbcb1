"""Faults below HTTP, over bare sockets."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from urllib3.exceptions import ProxyError

from stampcheck.collect.deadline import reading_for
from stampcheck.collect.diagnosis import Place, diagnose
from stampcheck.collect.fault import Dropped, Fault, NotReached
from stampcheck.collect.proxy import proxies_for
from stampcheck.collect.trust import tls_context
from tests.emulators.server import Response
from tests.scanner.collect.stage import QUICK, Stage, answer, ask, failure, staged

Talk = Callable[[socket.socket], object]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as one:
        yield one


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """A port whose every connection is talked to by a thread of its own."""

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

    def converse(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            talk(connection)

    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        # Closing alone would leave the thread in accept.
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


def over_tls(stage: Stage, talk: Talk) -> Talk:
    context = stage.authority.server_context()

    def converse(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65_536)
            talk(secure)

    return converse


def test_headers_that_drip_end_with_the_time_of_the_ask(stage: Stage) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(200):
            connection.sendall(b"x")
            time.sleep(0.05)

    with listening(over_tls(stage, drip)) as port:
        began = time.monotonic()
        short = msgspec.structs.replace(QUICK, request=1)
        one = failure(stage.wire(port, limits=short).fetch(ask()))

    assert "was not whole after 1 s" in one.detail
    assert time.monotonic() - began < 8


def test_a_server_that_says_wait_for_ever_is_not_waited_for(stage: Stage) -> None:
    def stall(connection: socket.socket) -> None:
        for _ in range(200):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.05)

    with listening(over_tls(stage, stall)) as port:
        short = msgspec.structs.replace(QUICK, request=1)
        one = failure(stage.wire(port, limits=short).fetch(ask()))

    assert "was not whole after 1 s" in one.detail


def test_what_is_no_http_is_said(stage: Stage) -> None:
    with listening(over_tls(stage, lambda it: it.sendall(b"220 mail ready\r\n\r\n"))) as port:
        one = failure(stage.wire(port).fetch(ask()))

    assert one.detail == f"127.0.0.1:{port} answers with something that is no HTTP; check the port"


def test_one_that_accepts_and_begins_no_tls_counts_as_not_reached(stage: Stage) -> None:
    with listening(lambda _: time.sleep(5)) as port:
        wire = stage.wire(port, limits=msgspec.structs.replace(QUICK, connect=0.3))
        details = [failure(wire.fetch(ask())).detail for _ in range(3)]

    assert "accepted the connection but began no TLS within 0.3 s" in details[0]
    assert details[2] == f"{details[1]}; not asked again"


def test_one_that_answers_tls_in_the_clear_is_told_to_be_another_port(stage: Stage) -> None:
    with listening(lambda it: it.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        one = failure(stage.wire(port).fetch(ask()))

    assert "does not agree on TLS with this machine (WRONG_VERSION_NUMBER); check" in one.detail


def test_a_socket_whose_time_is_over_is_not_read(stage: Stage) -> None:
    port = stage.serve(lambda _: Response())
    context = tls_context(str(stage.authority.ca_bundle))

    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        reading_for(0),
        pytest.raises(TimeoutError),
    ):
        secure.recv_into(bytearray(1))


def test_one_that_hangs_up_at_the_handshake_is_said(stage: Stage) -> None:
    with listening(lambda it: it.recv(10)) as port:
        one = failure(stage.wire(port).fetch(ask()))

    assert "broke off the" in one.detail


def test_one_that_accepts_no_connection_is_given_up_after_the_time_to_connect(
    stage: Stage,
) -> None:
    with contextlib.ExitStack() as held:
        server = held.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        # Fill the queue of connections, so that the next one waits.
        for _ in range(3):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        port = server.getsockname()[1]
        quick = msgspec.structs.replace(QUICK, connect=0.3)
        one = failure(stage.wire(port, limits=quick).fetch(ask()))

    assert "accepted no connection within 0.3 s" in one.detail


def tunnel(connection: socket.socket) -> None:
    """Do what a proxy does at CONNECT, until either side is done."""
    host, _, port = connection.recv(65_536).split()[1].decode().partition(":")
    with socket.create_connection((host, int(port))) as server:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=pump, args=(server, connection), daemon=True)
        back.start()
        pump(connection, server)


def pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)


def test_a_proxy_of_the_environment_carries_the_request_and_sees_none_of_it(stage: Stage) -> None:
    seen: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        seen.append(connection.recv(65_536, socket.MSG_PEEK))
        tunnel(connection)

    port = stage.serve(lambda _: Response(body=b"{}"))
    with listening(talk) as proxy:
        environment = {"HTTPS_PROXY": f"http://me:planted@127.0.0.1:{proxy}"}
        proxies = proxies_for(f"https://127.0.0.1:{port}", environment)
        wire = stage.wire(port, proxies=proxies)
        assert answer(wire.fetch(ask())).body == b"{}"
        wire.close()

    assert seen[0].startswith(f"CONNECT 127.0.0.1:{port} HTTP/1.".encode())
    assert b"Proxy-Authorization: Basic" in seen[0]
    assert b"planted" not in b"".join(stage.lines)
    assert "proxy-authorization" not in stage.requests[0].headers


def test_a_proxy_that_drips_its_answer_ends_with_the_time_of_the_ask(stage: Stage) -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(200):
            connection.sendall(b"x")
            time.sleep(0.05)

    with listening(drip) as proxy:
        proxies = proxies_for("https://h", {"HTTPS_PROXY": f"http://127.0.0.1:{proxy}"})
        began = time.monotonic()
        short = msgspec.structs.replace(QUICK, request=1)
        one = failure(stage.wire(1, limits=short, proxies=proxies).fetch(ask()))

    assert "was not whole after 1 s" in one.detail
    assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    ("proxy", "detail"),
    [
        ("socks5://127.0.0.1:1", "the proxy 127.0.0.1:1 (ALL_PROXY) is of a kind that is not"),
        ("http://proxy.invalid:1", "the proxy proxy.invalid:1 (ALL_PROXY) cannot be resolved, so"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(stage: Stage, proxy: str, detail: str) -> None:
    proxies = proxies_for("https://127.0.0.1:1", {"ALL_PROXY": proxy})

    assert failure(stage.wire(1, proxies=proxies).fetch(ask())).detail.startswith(detail)


@pytest.mark.parametrize(
    ("error", "kind", "detail"),
    [
        (OSError(101, "Network is unreachable"), NotReached, "there is no network path to arm; "),
        (TimeoutError("timed out"), Dropped, "arm could not be asked (TimeoutError)"),
        (ssl.SSLZeroReturnError(), Dropped, "arm broke off the TLS connection; "),
        (ConnectionResetError(104, "reset"), Dropped, "arm broke off the connection before "),
    ],
)
def test_rarer_faults_have_their_words_too(
    error: Exception, kind: type[Fault], detail: str
) -> None:
    fault = diagnose(error, Place("arm", "", 1))

    assert type(fault) is kind
    assert fault.detail.startswith(detail)


def test_a_proxy_that_is_away_for_another_reason_is_said_too() -> None:
    error = ProxyError("planted", OSError(101, "Network is unreachable"))

    fault = diagnose(error, Place("arm", "the proxy p:1 (HTTPS_PROXY)", 1))

    assert (
        fault.detail == "the proxy p:1 (HTTPS_PROXY) cannot be reached, so that arm was not asked"
    )


def test_what_is_wrapped_in_itself_is_looked_at_once() -> None:
    error = ValueError("planted")
    error.__cause__ = error

    assert "planted" not in diagnose(error, Place("arm", "", 1)).detail
