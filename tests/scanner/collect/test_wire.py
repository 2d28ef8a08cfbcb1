from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.core.pipeline import Pipeline, PipelineContext, PipelineRequest
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.subscription import SubscriptionClient
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from stampcheck.collect.bearer import Bearer
from stampcheck.collect.client import NoCredential
from stampcheck.collect.fault import NotReached, SignInFailed, WriteBlocked
from stampcheck.collect.journal import Journal
from stampcheck.collect.proxy import proxies_for
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from tests.emulators.server import Request, Response, json_response
from tests.emulators.tls import Authority, _pem
from tests.scanner.collect.stage import (
    NOW,
    PATIENT,
    QUICK,
    TOKEN,
    Stage,
    Token,
    answer,
    ask,
    failure,
    staged,
)

SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
MISSING = {
    "error": {
        "code": "MissingSubscriptionRegistration",
        "message": (
            "The subscription is not registered to use namespace 'Microsoft.AzureStack'. "
            "See https://aka.ms/rps-not-found for how to register subscriptions."
        ),
    }
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as one:
        yield one


def unregistered(request: Request) -> Response:
    """An ARM as it refuses a subscription without its provider; the POST comes to nothing."""
    return json_response(409 if request.method == "GET" else 400, MISSING)


def test_a_provider_that_is_not_registered_is_never_registered(stage: Stage) -> None:
    port = stage.serve(unregistered)

    fetched = stage.wire(port).fetch(
        ask(f"{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations?api-version=2017-06-01")
    )

    assert answer(fetched).status == 409
    assert json.loads(answer(fetched).body) == MISSING
    assert [request.method for request in stage.requests] == ["GET"]
    assert [entry.method for entry in stage.entries] == ["GET"]


def test_the_sdk_by_itself_would_have_registered_it(stage: Stage) -> None:
    """Proof that the test above can fail."""
    port = stage.serve(unregistered)
    base = f"https://127.0.0.1:{port}"
    over = RequestsTransport(connection_verify=str(stage.authority.ca_bundle))
    url = f"{base}{SUBSCRIPTION}/providers/Microsoft.AzureStack/registrations?api-version=1"

    with ResourceManagementClient(Token(), "-", base, transport=over) as client:
        client.send_request(HttpRequest("GET", url))

    assert "POST" in {request.method for request in stage.requests}


def test_an_answer_is_kept_as_it_came(stage: Stage) -> None:
    body = b'{ "b": 1.50, "a": [1e2] }'
    headers = {"x-ms-request-id": "r", "x-ms-correlation-request-id": "c", "x-other": "o"}
    port = stage.serve(lambda _: Response(body=body, headers=headers))

    one = answer(stage.wire(port).fetch(ask("/things?api-version=1&$filter=a eq 'b'")))

    assert (one.status, one.body, one.pages, one.at) == (200, body, 1, NOW)
    assert one.headers == {"x-ms-request-id": "r", "x-ms-correlation-request-id": "c"}
    assert one.url == f"https://127.0.0.1:{port}/things?api-version=1&$filter=a eq 'b'"
    (request,) = stage.requests
    assert request.target == "/things?api-version=1&$filter=a%20eq%20'b'"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"] == "stampcheck"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 501])
def test_a_refusal_is_an_answer(stage: Stage, status: int) -> None:
    challenge = 'Bearer authorization_uri="https://login.windows.net/t", error="invalid_token"'
    port = stage.serve(lambda _: json_response(status, MISSING, www_authenticate=challenge))

    one = answer(stage.wire(port).fetch(ask()))

    assert one.status == status
    assert one.headers["www-authenticate"] == challenge
    assert len(stage.requests) == 1


def test_html_is_an_answer(stage: Stage) -> None:
    page = b"<html>nextLink: sign in</html>"
    port = stage.serve(lambda _: Response(body=page, headers={"content-type": "text/html"}))

    assert answer(stage.wire(port).fetch(ask())).body == page


def pages(stage: Stage, *bodies: dict[str, Any]) -> int:
    """Serve bodies in turn; ``{base}`` in their links is the address of the server."""

    def handle(_: Request) -> Response:
        text = json.dumps(bodies[len(stage.requests) - 1])
        return Response(body=text.replace("{base}", f"https://127.0.0.1:{port}").encode())

    port = stage.serve(handle)
    return port


def test_the_pages_of_a_listing_become_one(stage: Stage) -> None:
    port = pages(
        stage,
        {"value": [1, 2.50], "total": 3, "nextLink": "{base}/things?$skiptoken=a%2bB%3D{x} y"},
        {"value": [], "total": 9, "nextLink": "{base}/things"},
        {"value": [{"z": 1, "a": None}], "nextLink": None},
    )

    one = answer(stage.wire(port).fetch(ask()))

    assert one.body == b'{"value":[1,2.5,{"z": 1, "a": null}],"total":3}'
    assert one.pages == 3
    assert stage.requests[1].target.lower() == "/things?$skiptoken=a%2bb%3d%7bx%7d%20y"


def test_no_more_pages_are_asked_for_than_are_enough(stage: Stage) -> None:
    port = pages(stage, {"value": [1], "nextLink": "{base}/things?$skiptoken=a"})
    fetched = stage.wire(port).fetch(msgspec.structs.replace(ask(), pages=1))

    assert fetched.failure is None
    assert b"nextLink" in answer(fetched).body
    assert len(stage.requests) == 1


def test_a_listing_of_one_page_is_kept_as_it_came(stage: Stage) -> None:
    port = pages(stage, {"value": [1], "nextLink": ""})

    assert answer(stage.wire(port).fetch(ask())).body == b'{"value": [1], "nextLink": ""}'


@pytest.mark.parametrize(
    "make",
    [
        lambda port: f"https://127.0.0.1:{port}/steal",
        lambda port: f"https://localhost:{port}/steal",
        lambda port: f"https://x@127.0.0.1:{port}/steal",
        lambda port: f"http://127.0.0.1:{port}/steal",
        lambda port: f"//127.0.0.1:{port}/steal",
        lambda _: "/relative",
        lambda _: "https://127.0.0.1/steal",
        lambda _: "nonsense",
        lambda _: "https://127.0.0.1:1\r\nX: y",
    ],
)
def test_a_listing_that_goes_on_elsewhere_is_not_followed(stage: Stage, make: Any) -> None:
    other = stage.serve(lambda _: json_response(200, {"value": [2]}))
    link = make(other)
    port = stage.serve(lambda _: json_response(200, {"value": [1], "nextLink": link}))

    fetched = stage.wire(port).fetch(ask())

    assert fetched.answer is not None
    assert fetched.failure is not None
    assert json.loads(fetched.answer.body) == {"value": [1], "nextLink": link}
    assert "which was not asked" in fetched.failure.detail
    assert [at for at, _ in stage.servers.requests] == [port]


def test_the_same_origin_may_be_written_in_capitals(stage: Stage) -> None:
    def handle(request: Request) -> Response:
        link = f"HTTPS://LocalHost:{port}/2" if request.path != "/2" else None
        return json_response(200, {"value": [1], "nextLink": link})

    port = stage.serve(handle)
    wire = stage.wire(port, host="LOCALHOST")

    assert answer(wire.fetch(ask())).pages == 2
    assert wire.base_url == f"https://localhost:{port}"


def test_a_listing_that_leads_in_a_circle_ends(stage: Stage) -> None:
    port = stage.serve(
        lambda _: json_response(200, {"value": [1], "nextLink": f"https://127.0.0.1:{port}/2"})
    )

    fetched = stage.wire(port).fetch(ask())

    assert fetched.failure is not None
    assert fetched.failure.detail == "the listing leads in a circle after 2 pages"
    assert fetched.answer is not None
    assert json.loads(fetched.answer.body)["value"] == [1, 1]
    assert "nextLink" in json.loads(fetched.answer.body)


def test_a_listing_without_end_ends_at_the_bounds(stage: Stage) -> None:
    def handle(_: Request) -> Response:
        link = f"https://127.0.0.1:{port}/{len(stage.requests)}"
        return json_response(200, {"value": ["x" * 1000], "nextLink": link})

    port = stage.serve(handle)
    by_pages = stage.wire(port).fetch(ask())
    small = msgspec.structs.replace(QUICK, body=2500)
    by_size = stage.wire(port, limits=small).fetch(ask())

    assert by_pages.failure is not None
    assert by_pages.failure.detail == "the listing has more than 10 pages"
    assert by_pages.answer is not None
    assert by_pages.answer.pages == 10
    assert by_size.failure is not None
    assert "larger than 2500 bytes" in by_size.failure.detail
    assert by_size.answer is not None
    assert by_size.answer.pages == 2


@pytest.mark.parametrize(
    ("second", "detail", "reason"),
    [
        (json_response(403, {}), "answered with status 403", Reason.ACCESS_DENIED),
        (json_response(500, {}), "answered with status 500", Reason.UNREACHABLE),
        (
            json_response(429, {}, retry_after="3600"),
            "status 429, which asks to wait (3600)",
            Reason.UNREACHABLE,
        ),
        (Response(body=b"<html>"), "is no JSON listing", Reason.MALFORMED),
        (json_response(200, {"value": 1}), "is no JSON listing", Reason.MALFORMED),
        (json_response(200, {"value": [], "nextLink": 1}), "no JSON listing", Reason.MALFORMED),
        (Response(hang=True), "did not answer", Reason.UNREACHABLE),
        (Response(cut=True), "broke off", Reason.UNREACHABLE),
        (Response(status=302), "status 302", Reason.UNREACHABLE),
    ],
)
def test_a_listing_that_breaks_off_keeps_its_pages_and_says_so(
    stage: Stage, second: Response, detail: str, reason: Reason
) -> None:
    def handle(request: Request) -> Response:
        if request.path == "/2":
            return second
        return json_response(200, {"value": [1], "nextLink": link})

    port = stage.serve(handle)
    link = f"https://127.0.0.1:{port}/2"

    limits = msgspec.structs.replace(PATIENT, read=2) if second.hang else PATIENT
    fetched = stage.wire(port, limits=limits).fetch(ask())

    assert fetched.answer is not None
    assert json.loads(fetched.answer.body) == {"value": [1], "nextLink": link}
    assert fetched.failure is not None
    assert detail in fetched.failure.detail
    assert fetched.failure.reason is reason


def test_a_redirect_to_another_host_is_a_failure_and_gets_nothing(stage: Stage) -> None:
    other = stage.serve(lambda _: Response())
    headers = {"location": f"https://127.0.0.1:{other}/steal?code=1"}
    port = stage.serve(lambda _: Response(status=307, headers=headers))

    one = failure(stage.wire(port).fetch(ask()))

    assert f"a redirect to 127.0.0.1:{other}, which was not followed" in one.detail
    assert "code=1" not in one.detail
    assert one.reason is Reason.UNREACHABLE
    assert [at for at, _ in stage.servers.requests] == [port]


def test_a_server_that_asks_to_wait_an_hour_is_not_waited_for(stage: Stage) -> None:
    port = stage.serve(lambda _: json_response(429, {}, retry_after="3600"))

    one = answer(stage.wire(port).fetch(ask()))

    assert (one.status, one.headers["retry-after"]) == (429, "3600")
    assert stage.waits == []
    assert len(stage.requests) == 1


def test_the_longest_wait_is_bounded_even_where_the_ask_may_take_longer(stage: Stage) -> None:
    port = stage.serve(lambda _: json_response(503, {}, retry_after="2"))
    patient = msgspec.structs.replace(QUICK, request=9000)

    assert answer(stage.wire(port, limits=patient).fetch(ask())).status == 503
    assert stage.waits == []


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"retry-after": "1"}, [1, 1]),
        ({"retry-after": "0"}, [0, 0]),
        ({}, [0.5, 1]),
        ({"retry-after": "soon"}, [0.5, 1]),
        ({"retry-after": "-5"}, [0.5, 1]),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:01 GMT"}, [1, 1]),
        ({"retry-after": "Sun, 22 Nov 2020 12:00:01 GMT"}, [0, 0]),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 15:00:01 GMT",
                "date": "Sun, 22 Nov 2026 15:00:00 GMT",
            },
            [1, 1],
        ),
        ({"retry-after": "Sun, 22 Nov 2026 13:00:00 GMT"}, []),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(
    stage: Stage, status: int, headers: dict[str, str], waits: list[float]
) -> None:
    port = stage.serve(lambda _: Response(status=status, headers=headers))

    assert answer(stage.wire(port).fetch(ask())).status == status
    assert stage.waits == waits
    assert len(stage.requests) == 1 + len(waits)


def test_a_server_that_was_busy_for_a_moment_gives_its_answer(stage: Stage) -> None:
    port = stage.serve(
        lambda _: json_response(200 if len(stage.requests) > 1 else 429, {"a": 1}, retry_after="1")
    )

    assert answer(stage.wire(port).fetch(ask())).status == 200


def test_no_wait_is_longer_than_what_is_left_of_the_ask(stage: Stage) -> None:
    port = stage.serve(lambda _: json_response(503, {}, retry_after="25"))
    short = msgspec.structs.replace(PATIENT, request=20, retry_after=30)

    assert answer(stage.wire(port, limits=short).fetch(ask())).status == 503
    assert stage.waits == []


def test_a_lost_connection_is_tried_once_more(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(cut=len(stage.requests) == 1, body=b"{}"))

    assert answer(stage.wire(port).fetch(ask())).body == b"{}"
    assert stage.waits == [0.5]
    assert [entry.error.partition(":")[0] for entry in stage.entries] == ["Dropped", ""]


def test_one_that_refuses_connections_is_asked_twice_and_then_no_more(stage: Stage) -> None:
    wire = stage.wire(1)

    first, second, third = (failure(wire.fetch(ask())) for _ in range(3))

    assert first.detail.startswith("127.0.0.1:1 refuses connections; ")
    assert first.reason is Reason.UNREACHABLE
    assert second.detail == first.detail
    assert third.detail == f"{first.detail}; not asked again"
    assert len(stage.entries) == 4


def test_one_that_answered_once_is_always_asked_again(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(cut=len(stage.requests) > 1, body=b"{}"))
    wire = stage.wire(port)

    answer(wire.fetch(ask()))
    for _ in range(3):
        assert "not asked again" not in failure(wire.fetch(ask())).detail


def test_a_name_that_nobody_knows_is_said(stage: Stage) -> None:
    one = failure(stage.wire(443, host="adminmanagement.north.invalid").fetch(ask()))

    assert one.detail.startswith("adminmanagement.north.invalid cannot be resolved; check the name")


@pytest.mark.parametrize(
    ("response", "detail"),
    [
        (Response(hang=True), "accepted the connection but did not answer within 0.4 s"),
        (Response(body=b"x" * 999, drip=0.05), "was not whole after 3 s"),
        (Response(body=b"x" * 999, cut_after=5), "broke off the connection before the answer"),
        (Response(endless=1_000_000_000), "is larger than 1 MB"),
    ],
)
def test_every_fault_is_one_line_with_its_host(
    stage: Stage, response: Response, detail: str
) -> None:
    port = stage.serve(lambda _: response)

    limits = QUICK if response.hang or response.drip else PATIENT
    one = failure(stage.wire(port, limits=limits).fetch(ask()))

    assert detail in one.detail
    assert f"127.0.0.1:{port}" in one.detail
    assert "\n" not in one.detail
    assert one.url == f"https://127.0.0.1:{port}/things?api-version=1"
    assert one.at == NOW


def for_another_name(authority: Authority) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere")])
    names = x509.SubjectAlternativeName([x509.DNSName("elsewhere.example")])
    builder = authority._builder(subject, key.public_key(), days=1)
    certificate = builder.add_extension(names, critical=False).sign(authority._key, SHA256())
    encoding = serialization.Encoding.PEM
    path = authority.folder / "elsewhere.pem"
    path.write_bytes(_pem(key) + certificate.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_certificates_that_are_not_to_be_trusted_are_said_each_by_its_fault(stage: Stage) -> None:
    expired = stage.serve(lambda _: Response(), days=-1)
    fresh = stage.serve(lambda _: Response())

    assert "has expired" in failure(stage.wire(expired).fetch(ask())).detail
    untrusted = failure(stage.wire(fresh, ca_bundle="").fetch(ask())).detail
    assert untrusted.endswith("is not trusted; name the CA that issued it with ca_bundle")
    other = stage.servers.serve(lambda _: Response(), for_another_name(stage.authority))
    assert "is for another name" in failure(stage.wire(other).fetch(ask())).detail
    assert stage.requests == []


class Refuses:
    """A credential that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        raise self.error


@pytest.mark.parametrize(
    ("error", "detail", "reason"),
    [
        (
            ClientAuthenticationError(f"AADSTS7000215: wrong.\nTrace: {TOKEN}"),
            "AADSTS7000215: wrong.",
            Reason.ACCESS_DENIED,
        ),
        (
            ClientAuthenticationError("client_secret=planted-0123456789 is wrong"),
            "[redacted] is wrong",
            Reason.ACCESS_DENIED,
        ),
        (NotReached("login is away"), "the sign-in failed: login is away", Reason.UNREACHABLE),
        (
            ServiceRequestError("https://x:y@z"),
            "the sign-in failed (ServiceRequestError)",
            Reason.ACCESS_DENIED,
        ),
    ],
)
def test_a_sign_in_that_fails_is_said_and_nothing_is_asked(
    stage: Stage, error: Exception, detail: str, reason: Reason
) -> None:
    port = stage.serve(lambda _: Response())

    one = failure(stage.wire(port, credential=Refuses(error)).fetch(ask()))

    assert (one.detail, one.reason) == (detail, reason)
    assert stage.requests == []


def test_without_a_credential_no_token_is_sent(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(body=b"{}"))

    answer(stage.wire(port, credential=None, channel="stamp").fetch(ask()))

    assert "authorization" not in stage.requests[0].headers
    assert stage.entries[0].channel == "stamp"
    assert stage.entries[0].stamp == "AzureCloud:audit"


def test_the_credential_is_asked_for_the_token_of_each_request(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(body=b"{}"))
    token = Token()
    wire = stage.wire(port, credential=token)

    for _ in range(2):
        answer(wire.fetch(ask()))

    assert token.asked == [(("https://arm/.default",), {})] * 2


@pytest.mark.parametrize(
    ("claims", "statuses"),
    [(base64.urlsafe_b64encode(b'{"a":1}').decode(), 2), ("_____", 1), ("/w==", 1)],
)
def test_a_challenge_for_claims_is_met_where_it_can_be_read(
    stage: Stage, claims: str, statuses: int
) -> None:
    challenge = f'Bearer error="insufficient_claims", claims="{claims}"'
    port = stage.serve(lambda _: json_response(401, {}, www_authenticate=challenge))
    token = Token()

    assert answer(stage.wire(port, credential=token).fetch(ask())).status == 401

    assert len(stage.requests) == statuses
    assert [options.get("claims") for _, options in token.asked][1:] == ['{"a":1}'] * (statuses - 1)


def test_the_time_of_a_sign_in_is_not_that_of_the_ask(stage: Stage) -> None:
    clock = [0.0]

    class Slow(Token):
        def get_token(self, *scopes: str, **options: Any) -> AccessToken:
            clock[0] += 900
            return super().get_token(*scopes, **options)

    port = stage.serve(lambda _: Response(body=b"{}"))
    wire = stage.wire(port, credential=Slow(), monotonic=lambda: clock[0])

    assert answer(wire.fetch(ask())).status == 200


def test_64_threads_share_one_wire(stage: Stage) -> None:
    port = stage.serve(lambda request: json_response(200, {"path": request.path}))
    wire = stage.wire(port)

    with ThreadPoolExecutor(64) as pool:
        bodies = list(pool.map(lambda n: answer(wire.fetch(ask(f"/{n}"))).body, range(640)))
    wire.close()
    wire.close()

    assert [json.loads(body)["path"] for body in bodies] == [f"/{n}" for n in range(640)]
    assert len(stage.entries) == 640


def test_64_threads_are_refused_without_harm(stage: Stage) -> None:
    port = stage.serve(lambda _: json_response(401, {}))
    wire = stage.wire(port)

    with ThreadPoolExecutor(64) as pool:
        statuses = set(pool.map(lambda _: answer(wire.fetch(ask())).status, range(320)))

    assert statuses == {401}


def test_interrupting_passes(stage: Stage) -> None:
    class Interrupted(Token):
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage.wire(1, credential=Interrupted()).fetch(ask())


def test_no_secret_is_in_anything_that_is_kept_or_shown(stage: Stage) -> None:
    echo = {"x-ms-request-id": f"Bearer {TOKEN}", "www-authenticate": f"Bearer {TOKEN}"}
    port = stage.serve(lambda _: Response(status=401, headers=echo))
    wire = stage.wire(port)

    fetched = [wire.fetch(ask("/x?$skiptoken=planted-in-url&code=planted-code")), wire.fetch(ask())]
    fetched.append(stage.wire(1).fetch(ask("/x?sig=planted-sig")))

    shown = f"{fetched!r} {wire!r} {b''.join(stage.lines)!r}"
    assert "planted" not in shown


def test_an_address_that_is_not_https_is_refused(stage: Stage) -> None:
    for base in ("http://arm", "https://arm/path", "https://u:planted@arm", "arm"):
        with pytest.raises(UsageError, match="no https address") as raised:
            stage.wire(0, host=base)
        assert "planted" not in str(raised.value)


def test_the_guard_of_the_pipeline_needs_no_adapter_to_hold(stage: Stage) -> None:
    """Two guards, each enough: here the transport is the SDK's own."""
    port = stage.serve(lambda _: Response())
    wire = stage.wire(port, credential=None)
    over = RequestsTransport(connection_verify=str(stage.authority.ca_bundle))

    with Pipeline(over, wire.policies()) as pipeline:
        pipeline.run(HttpRequest("GET", wire.base_url))
        for method in ("POST", "PUT", "DELETE"):
            with pytest.raises(WriteBlocked):
                pipeline.run(HttpRequest(method, wire.base_url))

    assert [request.method for request in stage.requests] == ["GET"]


GRAPH = "/providers/Microsoft.ResourceGraph/resources"


def test_resource_graph_is_asked_by_its_one_post_with_all_pages(stage: Stage) -> None:
    def handle(request: Request) -> Response:
        body = json.loads(request.body)
        if "options" not in body:
            return json_response(200, {"data": [1], "count": 1, "$skipToken": "t+/="})
        assert body["options"] == {"$skipToken": "t+/="}
        return json_response(200, {"data": [2], "count": 1})

    port = stage.serve(handle)

    one = answer(stage.wire(port, allow_graph=True).post_graph({"query": "resources"}))

    assert json.loads(one.body) == {"data": [1, 2], "count": 1}
    assert one.pages == 2
    assert [entry.method for entry in stage.entries] == ["POST", "POST"]
    assert {request.path for request in stage.requests} == {GRAPH}


def test_resource_graph_is_not_asked_where_it_is_not_wanted(stage: Stage) -> None:
    port = stage.serve(lambda _: Response())

    one = failure(stage.wire(port).post_graph({"query": "resources"}))

    assert "was not sent: stampcheck only reads" in one.detail
    assert stage.requests == []


def test_other_clients_of_the_sdk_run_over_the_same_guard(stage: Stage) -> None:
    listed = {"value": [{"id": "/subscriptions/s", "subscriptionId": "s"}]}
    port = stage.serve(lambda _: json_response(200, listed))
    wire = stage.wire(port)
    client: Any = SubscriptionClient(
        Token(),
        base_url=wire.base_url,
        policies=wire.policies(is_decoding=True),
        transport=wire.transport(),
    )

    (found,) = client.subscriptions.list()
    with pytest.raises(WriteBlocked):
        client.subscription.cancel("s")
    client.close()

    assert found.subscription_id == "s"
    assert answer(wire.fetch(ask())).status == 200
    assert [request.method for request in stage.requests] == ["GET", "GET"]


def test_a_proxy_of_the_environment_is_named_without_its_password(stage: Stage) -> None:
    environment = {"HTTPS_PROXY": "http://me:planted-pass@127.0.0.1:1"}
    port = stage.serve(lambda _: Response())
    proxies = proxies_for(f"https://127.0.0.1:{port}", environment)

    one = failure(stage.wire(port, proxies=proxies).fetch(ask()))

    assert one.detail.startswith("the proxy 127.0.0.1:1 (HTTPS_PROXY) refuses connections, so that")
    assert "planted" not in f"{one!r}{stage.lines!r}"
    assert stage.requests == []


@pytest.mark.parametrize(
    ("status", "detail"),
    [(407, "(status 407), as it wants a sign-in first"), (503, "(status 503)")],
)
def test_a_proxy_that_does_not_connect_is_told_from_the_server(
    stage: Stage, status: int, detail: str
) -> None:
    proxy = stage.servers.serve(lambda _: Response(status=status))
    environment = {"https_proxy": f"127.0.0.1:{proxy}"}
    proxies = proxies_for("https://arm.invalid", environment)

    one = failure(stage.wire(443, host="arm.invalid", proxies=proxies).fetch(ask()))

    assert (
        f"the proxy 127.0.0.1:{proxy} (https_proxy) does not connect to arm.invalid" in one.detail
    )
    assert one.detail.endswith(detail)
    assert {request.method for request in stage.requests} == {"CONNECT"}


NETRC = """
import sys
from pathlib import Path
from tests.scanner.collect.stage import answer, ask, staged
from tests.emulators.server import Response
with staged(Path(sys.argv[1])) as stage:
    port = stage.serve(lambda _: Response(body=b"{}"))
    answer(stage.wire(port).fetch(ask()))
    print(stage.requests[0].headers["authorization"])
"""


def test_neither_netrc_nor_variables_change_what_is_sent(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password planted\n")
    netrc.chmod(0o600)
    variables = {
        "NETRC": str(netrc),
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "REQUESTS_CA_BUNDLE": "/nowhere",
        "AZURE_CLOUD": "AzureChinaCloud",
        "AZURE_HTTP_USER_AGENT": "planted",
    }
    ran = subprocess.run(
        [sys.executable, "-c", NETRC, str(tmp_path)],
        env=os.environ | variables,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout == f"Bearer {TOKEN}\n", ran.stderr


def test_a_full_disk_passes_to_who_asked(stage: Stage) -> None:
    def write(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    port = stage.serve(lambda _: Response())

    with pytest.raises(OSError, match="No space left"):
        stage.wire(port, journal=Journal(write)).fetch(ask())


def test_the_credential_that_the_sdk_wants_gives_no_token() -> None:
    with pytest.raises(AssertionError):
        NoCredential().get_token("scope")


def test_an_address_that_cannot_be_made_of_an_ask_is_a_failure(stage: Stage) -> None:
    one = failure(stage.wire(1).fetch(ask(":no path")))

    assert one.detail == "127.0.0.1:1 could not be asked (InvalidURL)"


def test_a_token_is_sent_over_https_only(stage: Stage) -> None:
    wire = stage.wire(1)
    (bearer,) = (policy for policy in wire.policies() if isinstance(policy, Bearer))
    request = HttpRequest("GET", "http://127.0.0.1/")

    with pytest.raises(SignInFailed, match="https only"):
        bearer.on_request(PipelineRequest(request, PipelineContext(wire.transport())))

    assert "Authorization" not in request.headers


def test_a_link_of_a_megabyte_is_no_link(stage: Stage) -> None:
    port = stage.serve(lambda _: json_response(200, {"value": [], "nextLink": "x" * 100_000}))

    assert "nextLink" in json.loads(answer(stage.wire(port).fetch(ask())).body)
