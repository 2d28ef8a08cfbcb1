"""Subscriptions that an account sees, over real sockets: ids only, and nothing is written."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stampcheck.collect.asking import Ask, Failure, Fetched
from stampcheck.collect.discovery import Discovered, discover
from stampcheck.collect.journal import Journal
from stampcheck.model import Reason
from tests.emulators.server import Handler, Request, Response, json_response
from tests.scanner.collect.stage import TOKEN, Stage, now, staged
from tests.scanner.parse import builders as b

NAME = "azure:AzureCloud:audit"
SECOND = "22222222-2222-4333-8444-555555555555"
GUEST = "aaaabbbb-0000-4000-8000-0000000007e1"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as set_up:
        yield set_up


def tenants(*identities: str) -> dict[str, Any]:
    return b.listing(*({"id": f"/tenants/{one}", "tenantId": one} for one in identities))


def found(stage: Stage, handler: Handler, mode: str = "subscriptions") -> Discovered:
    wire = stage.wire(stage.serve(handler), allow_graph=mode == "resource-graph")
    return discover(wire, NAME, mode, now)


def listing(*answers: Any, of_tenants: Any = None) -> Handler:
    """Subscriptions page by page; tenants beside them."""

    def handler(request: Request) -> Response:
        if request.path == "/tenants":
            return json_response(200, of_tenants or tenants(b.TENANT))
        page = int(request.target.partition("page=")[2] or 0)
        answer = answers[page]
        if isinstance(answer, Response):
            return answer
        host = request.headers["host"]
        link = {"nextLink": f"https://{host}/subscriptions?api-version=2022-12-01&page={page + 1}"}
        return json_response(200, answer | (link if page + 1 < len(answers) else {}))

    return handler


def test_all_subscriptions_are_found_page_by_page_the_disabled_ones_too(stage: Stage) -> None:
    disabled = b.subscription(
        subscriptionId=SECOND, id=f"/subscriptions/{SECOND}", state="Disabled"
    )
    seen = found(stage, listing(b.listing(b.subscription()), b.listing(disabled)))

    assert (seen.subscriptions, seen.tenants, seen.notes) == ((b.SUB, SECOND), (b.TENANT,), [])
    first, second = seen.documents
    assert first.label == "azure/AzureCloud-audit/subscriptions.json"
    assert second.label == "azure/AzureCloud-audit/subscriptions.json (page 2)"
    assert first.content()["value"] == [b.subscription()]
    assert second.content() == b.listing(disabled)
    assert {one.kind for one in seen.documents} == {"subscription"}
    assert all("/subscriptions?api-version=2022-12-01" in one.request for one in seen.documents)


def test_only_reading_requests_are_sent_and_each_is_in_the_journal(stage: Stage) -> None:
    refusal = b.error(
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.Subscription'.",
    )
    seen = found(stage, listing(json_response(409, refusal)))

    assert [request.method for request in stage.requests] == ["GET", "GET"]
    assert [entry.method for entry in stage.entries] == ["GET", "GET"]
    assert not seen.subscriptions
    assert TOKEN.encode() not in b"".join(stage.lines)


def test_a_tenant_whose_subscriptions_are_not_shown_is_named(stage: Stage) -> None:
    seen = found(
        stage, listing(b.listing(b.subscription()), of_tenants=tenants(b.TENANT, GUEST, "words"))
    )

    assert seen.tenants == (b.TENANT, GUEST)
    assert len(seen.notes) == 1
    assert f"not show ({GUEST})" in seen.notes[0]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (json_response(403, b.error("AuthorizationFailed", "no")), Reason.ACCESS_DENIED),
        (json_response(401, b.error("InvalidAuthenticationToken")), Reason.ACCESS_DENIED),
        (Response(status=503, body=b"<html>"), Reason.UNREACHABLE),
        (Response(body=b"<html>", headers={"content-type": "text/html"}), Reason.MALFORMED),
        (Response(body=b"{", headers={"content-type": "application/json"}), Reason.MALFORMED),
        (json_response(200, ["x"]), Reason.MALFORMED),
        (Response(cut=True), Reason.UNREACHABLE),
        (Response(status=302, headers={"location": "https://evil.example/"}), Reason.UNREACHABLE),
    ],
)
def test_what_cannot_be_listed_is_a_document_and_a_note(
    stage: Stage, answer: Response, why: Reason
) -> None:
    seen = found(stage, listing(answer))

    assert not seen.subscriptions
    assert why in {document.reason for document in seen.documents}
    assert any(note.startswith("Subscriptions could not be discovered: ") for note in seen.notes)


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": []}, b.listing("x", None, {})])
def test_a_listing_of_nothing_finds_nothing(stage: Stage, body: Any) -> None:
    assert found(stage, listing(body)).subscriptions == ()


def test_a_listing_that_goes_on_elsewhere_keeps_what_came(stage: Stage) -> None:
    body = b.listing(b.subscription(), nextLink="https://evil.example/subscriptions")
    seen = found(stage, listing(body))

    assert seen.subscriptions == (b.SUB,)
    assert len(seen.notes) == 1
    assert "evil.example" in seen.notes[0]
    assert [request.path for request in stage.requests] == ["/subscriptions", "/tenants"]


def graph(*rows: Any, **rest: Any) -> Handler:
    return lambda _: json_response(200, {"totalRecords": len(rows), "data": list(rows)} | rest)


def test_resource_graph_finds_subscriptions_with_registrations_by_its_one_post(
    stage: Stage,
) -> None:
    rows = [
        {"id": b.REGISTRATION, "subscriptionId": b.SUB.upper()},
        {"id": b.OTHER, "subscriptionId": b.SUB},
        {"id": "x", "subscriptionId": "../x"},
        "words",
    ]
    seen = found(stage, graph(*rows), "resource-graph")

    assert seen == Discovered(subscriptions=(b.SUB,))
    (request,) = stage.requests
    assert (request.method, request.path) == (
        "POST",
        "/providers/Microsoft.ResourceGraph/resources",
    )
    asked = json.loads(request.body)["query"]
    assert "=~ 'microsoft.azurestack/registrations'" in asked
    assert found(stage, lambda _: Response(body=b"[]"), "resource-graph").subscriptions == ()
    assert found(stage, lambda _: Response(body=b"{"), "resource-graph").subscriptions == ()


def test_resource_graph_that_refuses_or_breaks_off_says_so(stage: Stage) -> None:
    refused = found(
        stage, lambda _: json_response(403, b.error("AuthorizationFailed", "no")), "resource-graph"
    )
    assert [one.reason for one in refused.documents] == [Reason.ACCESS_DENIED]
    assert refused.notes[0].startswith("Subscriptions could not be discovered: Authorization")

    row = {"subscriptionId": b.SUB}
    broken = found(
        stage,
        lambda request: (
            Response(cut=True)
            if b"skipToken" in request.body
            else json_response(200, {"data": [row], "$skipToken": "t"})
        ),
        "resource-graph",
    )
    assert broken.subscriptions == (b.SUB,)
    assert [one.reason for one in broken.documents] == [Reason.UNREACHABLE]
    assert broken.notes[0].startswith("Azure Resource Graph broke off: ")


class Unusable:
    """A wire whose secret is not set."""

    def fetch(self, ask: Ask) -> Fetched:
        return Fetched(
            failure=Failure(url=ask.path, reason=Reason.ACCESS_DENIED, detail="no secret", at=now())
        )

    def close(self) -> None:
        pass


@pytest.mark.parametrize("mode", ["subscriptions", "resource-graph"])
def test_a_wire_that_cannot_be_used_says_why(mode: str) -> None:
    seen = discover(Unusable(), NAME, mode, now)

    assert seen.notes == ["Subscriptions could not be discovered: no secret"]
    assert [one.reason for one in seen.documents] == [Reason.ACCESS_DENIED]


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize("path", ["/subscriptions", "/tenants"])
@pytest.mark.parametrize("kind", ["application/json", "text/html", "application/xml", "x"])
@pytest.mark.parametrize(
    "body",
    [
        *(b"null", b"", b"0", b'"words"', b"[]", b"[[]]", b"<html>", b"<a><b/></a>", b"\xff", DEEP),
        *(b'{"value":[],"nextLink":{}}', b'{"value":[],"nextLink":[1]}', b'{"value":{}}'),
        *(b'{"value":"x"}', b'{"value":[{"tenantId":{"a":1}}]}', b'{"value":' + DEEP + b"}"),
        *(b'{"value":[{"subscriptionId":{}}]}', b'{"value":[],"nextLink":"x"}', b'{"value":[[]]}'),
        *(b'{"value":[{"managedByTenants":5,"subscriptionPolicies":[7]}]}', b'{"nextLink":5}'),
    ],
)
def test_no_answer_however_strange_is_more_than_a_note(
    stage: Stage, path: str, kind: str, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    usual = listing(b.listing(b.subscription()))
    strange = Response(body=body, headers={"content-type": kind})

    seen = found(
        stage,
        lambda one: strange if (one.path == "/tenants") == (path == "/tenants") else usual(one),
    )

    assert seen.subscriptions == ((b.SUB,) if path == "/tenants" else ())
    assert capfd.readouterr() == ("", "")


def on_and_on(link: str, rows: int = 0, delay: float = 0) -> Handler:
    """A listing without an end; PAGE in the link is the number of the next page."""

    def handler(request: Request) -> Response:
        if request.path == "/tenants":
            return json_response(200, tenants())
        page = int(request.target.partition("page=")[2] or 0)
        address = f"https://{request.headers['host']}{link}".replace("PAGE", str(page + 1))
        body = b.listing(*many(rows, page * rows), nextLink=address)
        return Response(
            body=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
            delay=delay,
        )

    return handler


def many(count: int, start: int = 0) -> list[dict[str, Any]]:
    """So many subscriptions of different ids."""
    numbers = (str(uuid.UUID(int=start + one + 1)) for one in range(count))
    return [{"subscriptionId": one, "tenantId": b.TENANT} for one in numbers]


def test_a_listing_in_a_circle_ends_where_it_began(stage: Stage) -> None:
    seen = found(stage, on_and_on("/subscriptions?page=7", rows=1))

    assert len(seen.subscriptions) == 2
    assert any("leads in a circle after 2 pages" in note for note in seen.notes)
    assert [request.path for request in stage.requests] == ["/subscriptions"] * 2 + ["/tenants"]


def test_a_listing_without_an_end_is_left_after_200_pages(stage: Stage) -> None:
    seen = found(stage, on_and_on("/subscriptions?page=PAGE", rows=1))

    assert len(seen.subscriptions) == 200
    (note,) = seen.notes
    assert "more than 200 pages" in note
    assert "[azure].subscriptions" in note


@pytest.mark.parametrize("mode", ["subscriptions", "resource-graph"])
def test_of_too_many_subscriptions_the_first_are_kept_and_the_number_is_said(
    stage: Stage, mode: str
) -> None:
    rows = many(5003)[::-1]
    seen = found(
        stage, graph(*rows) if mode == "resource-graph" else listing(b.listing(*rows)), mode
    )

    assert seen.subscriptions == tuple(sorted(one["subscriptionId"] for one in rows[:5000]))
    assert "sees 5003 subscriptions" in seen.notes[0]
    assert "[azure].subscriptions" in seen.notes[0]


@pytest.mark.parametrize("mode", ["subscriptions", "resource-graph"])
def test_what_takes_too_long_is_given_up_with_what_came(stage: Stage, mode: str) -> None:
    slow = on_and_on("/subscriptions?page=PAGE", rows=1, delay=0.25)
    wire = stage.wire(stage.serve(slow), allow_graph=True)
    began = time.monotonic()
    seen = discover(wire, NAME, mode, now, seconds=0.7 if mode == "subscriptions" else 0.1)

    assert time.monotonic() - began < 20
    assert len(seen.subscriptions) == (2 if mode == "subscriptions" else 0)
    assert "not all listed within" in seen.notes[-1]
    assert "[azure].subscriptions" in seen.notes[-1]
    assert seen.documents[-1].reason is Reason.UNREACHABLE
    asked = len(stage.requests)
    time.sleep(0.8)
    assert len(stage.requests) <= asked + 1


def test_a_journal_that_cannot_be_written_ends_the_search(stage: Stage) -> None:
    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    port = stage.serve(listing(b.listing(b.subscription())))
    with pytest.raises(OSError, match="No space left"):
        discover(stage.wire(port, journal=Journal(full)), NAME, "subscriptions", now)
