"""Who is asked, by which credential, at which authority, on which way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stampcheck.collect.asking import Ask, Limits
from stampcheck.collect.journal import Journal
from stampcheck.collect.sign_in import Surroundings
from stampcheck.collect.tools import Tools
from stampcheck.collect.wires import Wires
from stampcheck.document import Document
from stampcheck.model import Reason
from stampcheck.targets import CLOUDS, Reach, SignIn, Target
from tests.emulators.server import Request, Response, Servers, json_response
from tests.emulators.sts import Sts
from tests.emulators.tls import Authority

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECRET = "planted-secret"
AUDIENCE = "https://management.stamp.example/5d0f1c3e-7d0c-4f43-9f5e-3c0c0f2f7a10"


class World:
    """A stamp and its AD FS, and what a person was asked for."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers = servers
        self.authority = Authority(folder)
        context = self.authority.server_context()
        self.adfs = f"https://127.0.0.1:{servers.serve(self._sts, context)}"
        self.stamp = f"https://127.0.0.1:{servers.serve(self._stamp, context)}"
        self.tokens: list[str] = []
        self.lines: list[dict[str, Any]] = []
        self.asked: list[str] = []

    def _sts(self, request: Request) -> Response:
        return Sts(secret=SECRET, is_adfs=True).answer(request)

    def _stamp(self, request: Request) -> Response:
        self.tokens.append(request.headers.get("authorization", ""))
        return json_response(200, {"value": []})

    def wires(self, secret: str = "env:S", **environment: str) -> Wires:
        sign_in = SignIn(
            name="ops",
            method="client-secret",
            tenant="adfs",
            client_id="04b07795-0000-4000-8000-000000000002",
            secret=secret,
            authority=self.adfs,
        )
        target = Target(
            name="ams",
            admin_endpoint=self.stamp,
            audience=AUDIENCE,
            ca_bundle=str(self.authority.ca_bundle),
            stamp_sign_in="ops",
        )
        reach = Reach(clouds=dict(CLOUDS), sign_ins={"ops": sign_in}, targets={"ams": target})

        def prompt(what: str) -> str:
            self.asked.append(what)
            return SECRET

        around = Surroundings(
            environment={"S": SECRET} | environment, say=lambda _: None, prompt=prompt
        )
        journal = Journal(lambda line: self.lines.append(json.loads(line)))
        limits = Limits(connect=5, read=5, request=10, retries=0)
        tools = Tools(journal=journal, clock=lambda: NOW, surroundings=around, limits=limits)
        return Wires(reach, tools)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Servers() as servers:
        yield World(servers, tmp_path)


def ask(wire: str) -> Ask:
    path = "/subscriptions?api-version=2016-05-01"
    return Ask(wire=wire, kind="stamp-subscriptions", path=path, label="x", owner="ams")


def learned(world: World, wires: Wires, *, login: str = "") -> Wires:
    """The wires after the stamp said where it signs in."""
    body = {
        "authentication": {"loginEndpoint": login or f"{world.adfs}/adfs", "audiences": [AUDIENCE]}
    }
    document = Document(kind="endpoints", label="e", body=msgspec.Raw(msgspec.json.encode(body)))
    wires.learn(
        Ask(wire="entry:ams", kind="endpoints", path="/", label="e", owner="ams"), [document]
    )
    return wires


def test_a_stamp_is_asked_with_a_token_and_its_entry_without_one(world: World) -> None:
    wires = learned(world, world.wires())

    assert wires.named("entry:ams").fetch(ask("entry:ams")).failure is None
    assert wires.named("stamp:ams").fetch(ask("stamp:ams")).failure is None
    wires.close()

    bare, signed = world.tokens
    assert bare == ""
    assert signed.startswith("Bearer ")
    assert {line["channel"] for line in world.lines} == {"stamp", "sign-in"}
    (account,) = wires.credentials.accounts
    assert account.startswith("ops (client-secret, adfs, 04b07795")
    assert SECRET not in account


def test_neither_a_stamp_nor_its_ad_fs_is_asked_through_a_proxy(world: World) -> None:
    proxy = "http://127.0.0.1:9"
    wires = learned(world, world.wires(HTTPS_PROXY=proxy, HTTP_PROXY=proxy, ALL_PROXY=proxy))

    assert wires.named("stamp:ams").fetch(ask("stamp:ams")).failure is None
    wires.close()


@pytest.mark.parametrize(
    ("login", "reason", "words"),
    [
        ("https://evil.example/adfs", Reason.ACCESS_DENIED, "only a stamp names"),
        ("https://login.microsoftonline.com/", Reason.ACCESS_DENIED, "only a stamp names"),
    ],
)
def test_an_authority_that_only_the_stamp_names_gets_nothing(
    world: World, login: str, reason: Reason, words: str
) -> None:
    wires = learned(world, world.wires(), login=login)
    failure = wires.named("stamp:ams").fetch(ask("stamp:ams")).failure
    wires.close()

    assert failure is not None
    assert failure.reason is reason
    assert words in failure.detail
    assert world.lines == []


def test_what_is_missing_here_is_no_refusal_of_anybody(world: World) -> None:
    wires = learned(world, world.wires(secret="env:NOT_SET"))
    failure = wires.named("stamp:ams").fetch(ask("stamp:ams")).failure
    wires.close()

    assert failure is not None
    assert failure.reason is Reason.NOT_COLLECTED
    assert "NOT_SET is not set" in failure.detail


def test_a_secret_is_typed_in_before_anything_runs_and_once(world: World) -> None:
    wires = learned(world, world.wires(secret="prompt"))
    wires.prepare(["entry:ams", "entry:ams"])

    assert world.asked == ["the secret of the sign-in ops"]
    assert wires.named("stamp:ams").fetch(ask("stamp:ams")).failure is None
    wires.close()
    assert len(world.asked) == 1


def test_once_closed_nothing_is_sent_any_more(world: World) -> None:
    wires = learned(world, world.wires())
    wire = wires.named("stamp:ams")
    assert wire.fetch(ask("stamp:ams")).failure is None
    before = len(world.servers.requests)

    wires.close()
    wires.close()
    failure = wire.fetch(ask("stamp:ams")).failure

    assert failure is not None
    assert "the collection had ended" in failure.detail
    assert len(world.servers.requests) == before


def test_patience_grows_with_persons_and_siblings() -> None:
    limits = Limits()
    endpoints = ("10.0.0.1", "10.0.0.2", "10.0.0.3")
    targets = {
        "one": Target(name="one", privileged_endpoints=endpoints[:1]),
        "three": Target(name="three", privileged_endpoints=endpoints),
    }
    person = SignIn(name="me", method="device-code")
    tools = Tools(
        journal=Journal(len),
        clock=lambda: NOW,
        surroundings=Surroundings(environment={}, say=lambda _: None),
        monotonic=time.monotonic,
    )
    wires = Wires(Reach(sign_ins={"me": person}, targets=targets), tools)

    def patience(wire: str) -> float:
        return wires.patience(ask(wire))

    assert patience("entry:one") > limits.request
    assert patience("azure:AzureCloud:default") >= limits.request + 3 * limits.sign_in
    assert patience("azure:AzureCloud:me") > 600
    assert patience("pep:three") > 3 * 150 > patience("pep:one")
