"""What the tests of the HTTP layer play on: real servers, a journal, a credential, a wire."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from azure.core.credentials import AccessToken

from stampcheck.collect.asking import Answer, Ask, Failure, Fetched, Limits
from stampcheck.collect.journal import Entry, Journal
from stampcheck.collect.wire import ArmWire
from tests.emulators.server import Handler, Request, Servers
from tests.emulators.tls import Authority

TOKEN = "planted-bearer-0123456789"
QUICK = Limits(connect=1, read=0.4, request=3, retry_after=1, retries=2, body=1_000_000, pages=10)
"""For servers that never answer; whoever answers may be late on a busy machine."""

PATIENT = msgspec.structs.replace(QUICK, connect=30, read=30, request=90)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def now() -> datetime:
    return NOW


class Token:
    """A credential that counts how often it is asked."""

    def __init__(self, token: str = TOKEN, lasts: float = 3600) -> None:
        self.token = token
        self.lasts = lasts
        self.asked: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        self.asked.append((scopes, options))
        return AccessToken(self.token, int(time.time() + self.lasts))


class Stage:
    """Servers with certificates of one authority, and wires to them that share a journal."""

    def __init__(self, servers: Servers, authority: Authority) -> None:
        self.servers = servers
        self.authority = authority
        self.lines: list[bytes] = []
        self.waits: list[float] = []

    @property
    def requests(self) -> list[Request]:
        return [request for _, request in self.servers.requests]

    @property
    def entries(self) -> list[Entry]:
        return [msgspec.json.decode(line, type=Entry) for line in self.lines]

    def serve(self, handler: Handler, *, days: float = 30) -> int:
        return self.servers.serve(handler, self.authority.server_context(days=days))

    def wire(self, port: int, *, host: str = "127.0.0.1", **options: Any) -> ArmWire:
        given: dict[str, Any] = {
            "journal": Journal(self.lines.append),
            "clock": now,
            "limits": PATIENT,
            "ca_bundle": str(self.authority.ca_bundle),
            "sleep": self.waits.append,
            "credential": Token(),
        } | options
        credential = given.pop("credential")
        name = "azure:AzureCloud:audit"
        return ArmWire(name, f"https://{host}:{port}", credential, "https://arm/.default", **given)


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    with Servers() as servers:
        yield Stage(servers, Authority(folder))


def ask(path: str = "/things?api-version=1") -> Ask:
    return Ask(wire="azure:AzureCloud:audit", kind="thing", path=path, label="thing.json")


def answer(fetched: Fetched) -> Answer:
    assert fetched.failure is None, fetched.failure
    assert fetched.answer is not None
    return fetched.answer


def failure(fetched: Fetched) -> Failure:
    assert fetched.answer is None
    assert fetched.failure is not None
    return fetched.failure


def by_path(answers: Mapping[str, Any]) -> Handler:
    """A handler that answers by path."""
    return lambda request: answers[request.path]
