"""A server that sends the token back, in whatever form, over real sockets."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest

from stampcheck.collect.asking import Answer
from stampcheck.collect.echo import without_token
from tests.emulators.server import Request, Response
from tests.scanner.collect.stage import Stage, Token, answer, ask, staged

HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"RS256"}').decode().rstrip("=")
PAYLOAD = base64.urlsafe_b64encode(json.dumps({"oid": "planted>>>???" * 9}).encode()).decode()
SIGNATURE = "planted-signature_0123456789-abcdefghijklmnop"
JWT = f"{HEADER}.{PAYLOAD.rstrip('=')}.{SIGNATURE}"
OPAQUE = "planted+opaque/0123456789=="


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as one:
        yield one


def of(token: bytes) -> list[bytes]:
    """Base64 in both alphabets, with and without padding."""
    found = [base64.b64encode(token), base64.urlsafe_b64encode(token)]
    return [*found, *(one.rstrip(b"=") for one in found)]


def echoed(stage: Stage, token: str, form: Callable[[bytes], bytes], channel: str) -> Answer:
    def handler(request: Request) -> Response:
        sent = form(request.headers["authorization"].removeprefix("Bearer ").encode())
        headers = {"x-ms-correlation-request-id": sent.decode("latin-1")}
        return Response(body=b'{"value":["' + sent + b'"]}', headers=headers)

    given: Literal["arm", "stamp"] = "stamp" if channel == "stamp" else "arm"
    wire = stage.wire(stage.serve(handler), credential=Token(token), channel=given)
    return answer(wire.fetch(ask()))


@pytest.mark.parametrize("channel", ["arm", "stamp"])
@pytest.mark.parametrize("token", [JWT, OPAQUE])
@pytest.mark.parametrize(
    "form",
    [
        lambda token: token,
        lambda token: b"Bearer " + token,
        lambda token: quote(token, safe="").encode(),
        lambda token: quote(token, safe="").lower().encode(),
        lambda token: token.replace(b".", b" . "),
        lambda token: token.replace(b".", b"%2E"),
        lambda token: token.rpartition(b".")[2],
        base64.b64encode,
        base64.urlsafe_b64encode,
        lambda token: base64.b64encode(token).rstrip(b"="),
        lambda token: base64.b64encode(b"Bearer " + token),
        lambda token: base64.b64encode(b"Authorization: Bearer " + token + b"\r\n"),
        lambda token: quote(base64.b64encode(token), safe="").encode(),
        lambda token: base64.b64encode(token).replace(b"/", b"\\/"),
    ],
)
def test_a_token_that_comes_back_in_another_form_is_gone_before_anybody_reads_it(
    stage: Stage, token: str, form: Callable[[bytes], bytes], channel: str
) -> None:
    got = echoed(stage, token, form, channel)
    seen = got.body + json.dumps(got.headers).encode() + b"".join(stage.lines)

    for part in (token.encode(), *token.encode().split(b".")[1:]):
        for shape in (part, *of(part), quote(part, safe="").encode()):
            assert shape not in seen
    core = base64.b64encode(form(token.encode()))[12:-12]
    assert core not in base64.b64encode(seen)
    assert got.body.startswith(b'{"value":["')
    assert got.body.endswith(b'"]}')


def test_an_answer_without_the_token_stays_as_it_came() -> None:
    body = b'{"value":[{"id":"x","token":"other"}]}'

    assert without_token(body, JWT) is body
    assert without_token(body, "") is body
    assert without_token(b"short words stay", "short") == b"short words stay"


@pytest.mark.parametrize(("mark", "code"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_a_token_in_utf_16_is_found_too(mark: bytes, code: str) -> None:
    clean = without_token(mark + f'["{JWT}"]'.encode(code), JWT)

    assert SIGNATURE not in clean.removeprefix(mark).decode(code)
