"""One token serves all requests until it is refused, over a real SignedIn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from azure.core.credentials import AccessTokenInfo

from stampcheck.collect.signed_in import SignedIn
from tests.emulators.server import Handler, Request, Response, json_response
from tests.scanner.collect.stage import Stage, answer, ask, staged


class Counted:
    """An issuer whose tokens are ``token-1``, ``token-2`` and so on."""

    def __init__(self) -> None:
        self.issued = 0

    def get_token_info(self, *_: str, options: object = None) -> AccessTokenInfo:
        del options
        self.issued += 1
        time.sleep(0.02)
        return AccessTokenInfo(f"token-{self.issued}", int(time.time()) + 3600)

    def close(self) -> None:
        pass


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as one:
        yield one


def signed_in(issuer: Counted) -> SignedIn:
    return SignedIn("audit", lambda: issuer, lambda error: pytest.fail(repr(error)))


def carried(request: Request) -> str:
    return request.headers["authorization"].removeprefix("Bearer ")


def refusing(is_refused: Callable[[str], bool]) -> Handler:
    return lambda one: json_response(401 if is_refused(carried(one)) else 200, {})


def test_a_token_that_is_refused_once_is_replaced_once(stage: Stage) -> None:
    issuer = Counted()
    port = stage.serve(refusing(lambda token: token == "token-1"))
    wire = stage.wire(port, credential=signed_in(issuer))

    assert [answer(wire.fetch(ask())).status for _ in range(4)] == [401, 200, 200, 200]

    assert [carried(one) for one in stage.requests] == ["token-1", *["token-2"] * 3]
    assert issuer.issued == 2


def test_many_threads_whose_token_is_refused_get_one_other(stage: Stage) -> None:
    issuer, together = Counted(), threading.Barrier(16)
    port = stage.serve(refusing(lambda token: token == "token-1"))
    wire = stage.wire(port, credential=signed_in(issuer))

    def twice(_: int) -> list[int]:
        together.wait(10)
        first = answer(wire.fetch(ask())).status
        together.wait(10)
        return [first, answer(wire.fetch(ask())).status]

    with ThreadPoolExecutor(16) as crew:
        statuses = list(crew.map(twice, range(16)))

    assert [second for _, second in statuses] == [200] * 16
    assert issuer.issued == 2


def test_what_one_wire_had_refused_no_other_wire_sends(stage: Stage) -> None:
    issuer = Counted()
    credential = signed_in(issuer)
    strict = stage.wire(stage.serve(refusing(lambda token: token == "token-1")),
                        credential=credential)  # fmt: skip
    other = stage.wire(stage.serve(lambda _: Response(body=b"{}")), credential=credential)

    strict.fetch(ask())
    other.fetch(ask())

    assert carried(stage.requests[-1]) == "token-2"


def test_a_refusal_of_the_rights_keeps_the_token(stage: Stage) -> None:
    issuer = Counted()
    port = stage.serve(lambda _: json_response(403, {}))
    wire = stage.wire(port, credential=signed_in(issuer))

    for _ in range(3):
        wire.fetch(ask())

    assert issuer.issued == 1
