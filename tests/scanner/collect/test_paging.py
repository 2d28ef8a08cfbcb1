"""Listings put together page by page, as strictly read as what comes in one piece."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stampcheck.collect.answered import answered
from stampcheck.collect.asking import Ask
from stampcheck.collect.paging import Listing
from stampcheck.model import Reason
from tests.emulators.server import Handler, Request, Response
from tests.scanner.collect.stage import Stage, staged

LOCKS = Ask(wire="azure:AzureCloud:audit", kind="locks", path="/locks", label="azure/x/locks.json")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as one:
        yield one


def pages(first: str, second: bytes) -> Handler:
    """Two pages; ``LINK`` in the first becomes the link to the second."""

    def handler(request: Request) -> Response:
        if "page2" in request.target:
            return Response(body=second)
        link = json.dumps(f"https://{request.headers['host']}/locks?page2=1")
        return Response(body=first.replace("LINK", link).encode())

    return handler


@pytest.mark.parametrize(
    "second",
    [
        b'{"value":[],"error":{"code":"PartialFailure","message":"half is missing"}}',
        b'{"value":[],"error":"half is missing"}',
        b'{"value":[{"name":"b"}],"value":[]}',
        b'{"value":[{"name":"b","name":"c"}]}',
        b'{"value":[NaN]}',
        b'{"value":[' + b"[" * 100 + b"]" * 100 + b"]}",
        b'{"value":["\xff"]}',
        b"null",
        b"[]",
    ],
)
def test_a_later_page_that_is_not_to_be_trusted_leaves_the_listing_cut_off(
    stage: Stage, second: bytes
) -> None:
    wire = stage.wire(stage.serve(pages('{"value":[{"name":"a"}],"nextLink":LINK}', second)))
    fetched = wire.fetch(LOCKS)

    assert fetched.answer is not None
    assert fetched.failure is not None
    assert fetched.failure.reason is Reason.MALFORMED
    body = json.loads(fetched.answer.body)
    assert body["value"] == [{"name": "a"}]
    assert "page2" in body["nextLink"]


@pytest.mark.parametrize(
    "first",
    [
        '{"value":[{"x":1}],"error":null,"value":[],"nextLink":LINK}',
        '{"value":[{"x":1,"x":2}],"nextLink":LINK}',
        '{"value":[],"nextLink":null,"nextLink":LINK}',
    ],
)
def test_a_first_page_that_says_two_things_is_not_put_right_by_the_second(
    stage: Stage, first: str
) -> None:
    port = stage.serve(pages(first, b'{"value":[]}'))
    fetched = stage.wire(port).fetch(LOCKS)
    (document,) = answered(LOCKS, fetched)

    assert document.reason is Reason.MALFORMED
    assert "stands twice" in document.detail
    assert len(stage.requests) == 1


def test_an_error_of_null_is_none() -> None:
    listing = Listing()

    assert listing.add(b'{"value":[1],"nextLink":"https://h/2","error":null}') == "https://h/2"
    assert listing.add(b'{"value":[2],"error":null}') == ""
    assert json.loads(listing.body())["value"] == [1, 2]


def test_numbers_stay_as_they_came_to_the_last_digit() -> None:
    listing = Listing()
    listing.add(b'{"value":[1.10],"nextLink":"https://h/2"}')
    listing.add(b'{"value":[12345678901234567890.0]}')

    assert listing.body() == b'{"value":[1.10,12345678901234567890.0]}'
