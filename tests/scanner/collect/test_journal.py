from __future__ import annotations

import threading

import msgspec
import pytest

from stampcheck.collect.journal import Entry, Journal

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
JWT = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2FybSJ9.c2lnbmF0dXJlMTIzNDU2"
HOST = "https://management.azure.com"


def entry(url: str = HOST, **fields: object) -> Entry:
    given = {"at": "2026-11-22T12:00:00Z", "channel": "arm", "method": "GET", "url": url}
    return msgspec.convert(given | fields, Entry)


def written(one: Entry) -> Entry:
    lines: list[bytes] = []
    Journal(lines.append).add(one)
    (line,) = lines
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    return msgspec.json.decode(line, type=Entry)


def test_an_entry_is_one_line_that_says_what_was_asked_and_what_came() -> None:
    one = entry(status=200, bytes=7, ms=12, request_id=GUID, stamp="north")

    assert written(one) == one


@pytest.mark.parametrize(
    "query",
    [
        "api-version=2017-06-01",
        "api-version=2015-04-01&$filter=eventTimestamp%20ge%20'2026-08-24'",
        "api-version=1&%24filter=atScope()&$expand=tenants&$top=5&$select=id",
    ],
)
def test_what_an_auditor_wants_to_read_of_a_url_stays(query: str) -> None:
    assert written(entry(f"{HOST}/subscriptions?{query}")).url == f"{HOST}/subscriptions?{query}"


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (f"{HOST}/x?$skiptoken={JWT}", JWT),
        (f"{HOST}/x?%24skiptoken=abcdefghij", "abcdefghij"),
        (f"{HOST}/x?api-version=1&sig=abcdefghij", "abcdefghij"),
        (f"{HOST}/tokens/{JWT}/x", JWT),
        ("https://user:hunter2hunter2@host/x", "hunter2hunter2"),
    ],
)
def test_what_may_be_secret_in_a_url_vanishes(url: str, secret: str) -> None:
    assert secret not in written(entry(url)).url


def test_the_query_of_a_sign_in_is_not_kept_at_all() -> None:
    one = written(entry("https://login/t/authorize?client_id=1&code=2", channel="sign-in"))

    assert one.url == "https://login/t/authorize"


def test_secrets_in_what_a_server_sent_are_not_kept_and_the_rest_is_bounded() -> None:
    one = written(entry(error=f"Dropped: Bearer {JWT}" + "x" * 900, request_id=JWT + "y" * 900))

    assert JWT not in one.error
    assert len(one.error) <= 300
    assert not one.request_id


@pytest.mark.parametrize(
    "identity",
    [
        *("hunter2hunter2", "planted-secret~Q.8", "S3cret-of-somebody-else", "0f8fad5b", "-" * 20),
        *("a" * 65, f"{GUID}\n", f"x{GUID}", f"{GUID} hunter2"),
    ],
)
def test_what_a_server_calls_a_request_is_kept_only_where_it_looks_like_an_id(
    identity: str,
) -> None:
    assert not written(entry(request_id=identity)).request_id
    assert written(entry(request_id=GUID.upper())).request_id == GUID.upper()


def test_no_id_of_a_sign_in_is_kept_for_what_was_sent_there_is_secret() -> None:
    assert not written(entry(channel="sign-in", request_id=GUID)).request_id


def test_threads_never_mix_their_lines() -> None:
    lines: list[bytes] = []
    journal = Journal(lines.append)

    def add() -> None:
        for _ in range(50):
            journal.add(entry())

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lines) == 400
    assert len(set(lines)) == 1


def test_a_full_disk_reaches_whoever_made_the_request() -> None:
    def write(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        Journal(write).add(entry())
