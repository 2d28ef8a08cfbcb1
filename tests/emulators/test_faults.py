"""Faults are what a client sees on the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.emulators import faults
from tests.emulators.caller import Caller, called
from tests.emulators.faults import Fault, faulty
from tests.emulators.server import Request, Response, json_response


@contextmanager
def served(folder: Path, *broken: Fault) -> Iterator[Caller]:
    def listing(_request: Request) -> Response:
        return json_response(200, {"value": [1, 2, 3]})

    with called(faulty(listing, *broken), folder) as caller:
        yield caller


def test_a_fault_meets_its_path_only(tmp_path: Path) -> None:
    with served(tmp_path, faults.failing(503, at="/locks")) as caller:
        assert caller.get("/locks").status_code == 503
        assert caller.get("/other").status_code == 200


def test_so_many_failures_come_first_and_then_the_answer(tmp_path: Path) -> None:
    with served(tmp_path, faults.failing(500, times=2)) as caller:
        assert [caller.get("/x").status_code for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize("fault", [faults.hang(), faults.drip(0.5)])
def test_what_never_ends_ends_by_the_clients_clock_only(tmp_path: Path, fault: Fault) -> None:
    begun = time.monotonic()
    with served(tmp_path, fault) as caller, pytest.raises(requests.RequestException):
        caller.get("/x", timeout=0.3)
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("after", [0, 5])
def test_a_connection_is_cut(tmp_path: Path, after: int) -> None:
    with served(tmp_path, faults.cut(after)) as caller, pytest.raises(requests.RequestException):
        caller.get("/x")


def test_an_endless_body_goes_on_beyond_what_anybody_reads(tmp_path: Path) -> None:
    with served(tmp_path, faults.endless()) as caller:
        answer = caller.get("/x", stream=True)
        assert answer.headers["content-length"] == "1000000000"
        assert len(next(answer.iter_content(1_000_000))) == 1_000_000
        answer.close()


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_for_people_comes_instead(tmp_path: Path, status: int) -> None:
    with served(tmp_path, faults.html(status)) as caller:
        answer = caller.get("/x")
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_a_listing_goes_on_and_a_client_is_sent_elsewhere(tmp_path: Path) -> None:
    link = faults.next_link("https://127.0.0.1:1/next", at="/listing")
    with served(tmp_path, link, faults.redirect("https://127.0.0.1:1/")) as caller:
        assert caller.get("/listing").json()["nextLink"] == "https://127.0.0.1:1/next"
        answer = caller.get("/x")
        assert (answer.status_code, answer.headers["location"]) == (307, "https://127.0.0.1:1/")


def test_refusals_are_those_of_resource_manager(tmp_path: Path) -> None:
    action = "Microsoft.Authorization/locks/read"
    broken = (
        faults.throttled(at="/throttled"),
        faults.unauthorized(at="/token"),
        faults.wrong_tenant("https://login.windows.net", "a-tenant", at="/tenant"),
        faults.forbidden(action, at="/action"),
        faults.not_registered(at="/provider"),
    )
    with served(tmp_path, *broken) as caller:
        wait = caller.get("/throttled")
        assert (wait.status_code, wait.headers["retry-after"]) == (429, "3600")
        assert caller.get("/token").status_code == 401
        assert "/a-tenant" in caller.get("/tenant").headers["www-authenticate"]
        assert action in caller.get("/action").json()["error"]["message"]
        assert caller.get("/provider").status_code == 409


def test_a_slow_answer_comes_late(tmp_path: Path) -> None:
    with served(tmp_path, faults.slow(0.3)) as caller:
        begun = time.monotonic()
        assert caller.get("/x").status_code == 200
        assert time.monotonic() - begun >= 0.3
