"""A privileged endpoint on loopback: WSMan, NTLM with sealed messages, PowerShell remoting with the
behaviour of a JEA session (no scripts, few cmdlets).

Not proof of what a real one does: its object's shape, its quotas and its idle time-out are
UNVERIFIED: facts/pep.md 1, 3, 4.
"""

from __future__ import annotations

import base64
import socket
import ssl
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from tests.emulators import pep_trouble, wsman
from tests.emulators.jea import Pipelines
from tests.emulators.ntlm import CONTENT_TYPE, Acceptor, accounts_file, bindings
from tests.emulators.pep_behaviour import FAULTS, PASSWORD, USER, Behaviour, Stage

__all__ = ["PASSWORD", "USER", "Behaviour", "Pep", "start_pep", "start_peps"]


class Pep:
    """A running endpoint. ``shells`` are those that nobody closed; ``plain`` counts messages that
    came unencrypted over HTTP and must stay 0.
    """

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None, channel: Any) -> None:
        self.behaviour = behaviour
        self.channel: GssChannelBindings | None = channel
        self.is_tls = tls is not None
        self.shells: dict[str, Pipelines] = {}
        self.actions: list[str] = []
        self.commands: list[str] = []
        self.counts: Counter[str] = Counter()
        self.most_shells = 0
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory()
        self.accounts = accounts_file(Path(self._folder.name), behaviour.user, behaviour.password)
        self._server = _Server(self, tls)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """How the inventory names it."""
        return f"https://127.0.0.1:{self.port}" if self.is_tls else f"127.0.0.1:{self.port}"

    @property
    def plain(self) -> int:
        return self.counts["plain"]

    @property
    def sign_ins(self) -> int:
        """How often somebody was let in; see ``refusals``."""
        return self.counts["sign-ins"]

    @property
    def refusals(self) -> int:
        return self.counts["refusals"]

    def stop(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
        self._folder.cleanup()


@contextmanager
def start_pep(
    behaviour: Behaviour | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    certificate: bytes = b"",
) -> Iterator[Pep]:
    """Serve an endpoint on a free port of 127.0.0.1; with a ``certificate`` (PEM) the sign-in is
    bound to the TLS channel.
    """
    channel = bindings(certificate) if certificate else None
    pep = Pep(behaviour or Behaviour(), tls, channel)
    try:
        yield pep
    finally:
        pep.stop()


@contextmanager
def start_peps(
    bodies: Mapping[str, bytes], behaviour: Behaviour | None = None
) -> Iterator[dict[str, Pep]]:
    """Serve the stamp information (JSON) of each stamp of a fleet, by the names of the stamps."""
    like = behaviour or Behaviour()
    with ExitStack() as stack:
        yield {
            stamp: stack.enter_context(
                start_pep(msgspec.structs.replace(like, information=msgspec.json.decode(body)))
            )
            for stamp, body in bodies.items()
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, pep: Pep, tls: ssl.SSLContext | None) -> None:
        self.pep = pep
        super().__init__(("127.0.0.1", 0), _Connection)
        if tls is not None:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what this is for."""


class _Connection(BaseHTTPRequestHandler):
    """One TCP connection, which is what a sign-in belongs to."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    acceptor: Acceptor | None = None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        pep = self.server.pep
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if body and not pep.is_tls and b"Encrypted Boundary" not in body[:40]:
            pep.counts["plain"] += 1
        pep.stopped.wait(pep.behaviour.delay)
        if self.acceptor is not None and self.acceptor.is_complete:
            self._message(body)
            return
        if not self._in_trouble("sign-in", None):
            self._sign_in(body)

    def _sign_in(self, body: bytes) -> None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Negotiate":
            self._challenge("Negotiate")
            return
        if self.acceptor is None:
            self.acceptor = Acceptor(self.server.pep.accounts, self.server.pep.channel)
        answer = self.acceptor.step(base64.b64decode(token))
        if answer is None:
            self.server.pep.counts["refusals"] += 1
            self.acceptor = None
            self._challenge("Negotiate")
        elif self.acceptor.is_complete:
            self.server.pep.counts["sign-ins"] += 1
            proof = {"WWW-Authenticate": f"Negotiate {base64.b64encode(answer).decode()}"}
            if body:  # over TLS the message comes with the last token
                self._message(body, proof)
            else:
                self._respond(200, b"", proof if answer else {})
        else:
            self._challenge(f"Negotiate {base64.b64encode(answer).decode()}")

    def _challenge(self, how: str) -> None:
        self._respond(401, b"", {"WWW-Authenticate": how})

    def _message(self, body: bytes, headers: dict[str, str] | None = None) -> None:
        assert self.acceptor is not None
        if not self.server.pep.is_tls:
            try:
                body = self.acceptor.unsealed(body)
            except SpnegoError:
                # What Windows answers to a message of another connection's key.
                self._respond(400, b"")
                return
        message = wsman.read(body)
        stage = _stage(message)
        with self.server.pep.lock:
            self.server.pep.actions.append(message.action)
        if not self._in_trouble(stage, message):
            status, answer = self._answer(message)
            self._seal(status, answer, headers)

    def _answer(self, message: wsman.Message) -> tuple[int, bytes]:
        pep = self.server.pep
        with pep.lock:
            if message.action == "Create":
                return self._create(message)
            shell = pep.shells.get(message.shell)
            if shell is None:
                return 500, wsman.fault(message, *FAULTS["gone"])
            if message.action == "Delete":
                del pep.shells[message.shell]
                return 200, wsman.empty(message)
            if message.action == "Command":
                pep.commands.extend(shell.start(message.command, message.data))
                return 200, wsman.started(message)
            if message.action == "Receive":
                pieces = shell.pieces(message.command)
                return 200, wsman.received(message, pieces, is_done=bool(message.command))
            return 200, wsman.empty(message)

    def _create(self, message: wsman.Message) -> tuple[int, bytes]:
        pep, behaviour = self.server.pep, self.server.pep.behaviour
        if not message.resource.endswith("/powershell/PrivilegedEndpoint"):
            return 500, wsman.fault(message, *FAULTS["unknown"])
        name = f"SHELL-{len(pep.actions)}-{time.monotonic_ns()}"
        pep.shells[name] = Pipelines(
            message.data, behaviour.information, behaviour.shape, behaviour.cmdlets, behaviour.reply
        )
        pep.most_shells = max(pep.most_shells, len(pep.shells))
        return 200, wsman.created(message, name)

    def _seal(self, status: int, answer: bytes, headers: dict[str, str] | None = None) -> None:
        if self.server.pep.is_tls or self.acceptor is None:
            kind = {"Content-Type": "application/soap+xml;charset=UTF-8"}
            self._respond(status, answer, kind | (headers or {}))
        else:
            self._respond(status, self.acceptor.sealed(answer), {"Content-Type": CONTENT_TYPE})

    def _respond(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _in_trouble(self, stage: Stage, message: wsman.Message | None) -> bool:
        """Make the trouble of this stage; whether the message has been dealt with."""
        return pep_trouble.made(self, self.server.pep, stage, message)

    @contextmanager
    def last_word(self) -> Iterator[None]:
        """Say something and end the connection with it: in one segment where the system can hold
        it back, so that whoever has read the answer sees the end as well. What still comes is read,
        for a reset would overtake the answer.
        """
        self.close_connection = True
        cork = getattr(socket, "TCP_CORK", None)
        if cork is not None:
            self.connection.setsockopt(socket.IPPROTO_TCP, cork, 1)
        yield
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(5)
            while self.connection.recv(65_536):
                pass

    def end(self) -> None:
        """End the connection without another word."""
        self.close_connection = True
        with suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)


def _stage(message: wsman.Message) -> Stage:
    if message.action == "Receive":
        return "Receive" if message.command else "Open"
    stages: dict[str, Stage] = {"Create": "Create", "Command": "Command", "Delete": "Delete"}
    return stages.get(message.action, "Receive")
