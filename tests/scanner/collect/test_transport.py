from __future__ import annotations

import gzip
import os
import resource
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse

from stampcheck.collect.asking import Limits
from stampcheck.collect.fault import (
    Dropped,
    Garbled,
    HostBlocked,
    NotReached,
    NotTrusted,
    Silent,
    TooLarge,
    TooSlow,
    WriteBlocked,
)
from stampcheck.collect.guard import read_only
from stampcheck.collect.journal import Channel, Journal
from stampcheck.collect.origin import encoded, host_of, origin_of
from stampcheck.collect.transport import Line, transport
from stampcheck.collect.trust import ca_file, tls_context
from stampcheck.errors import UsageError
from tests.emulators.server import Response, json_response
from tests.scanner.collect.stage import QUICK, Stage, now, staged

REQUEST_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as one:
        yield one


def over(
    stage: Stage, port: int, *, limits: Limits = QUICK, channel: Channel = "arm", ca: str = ""
) -> RequestsTransport:
    line = Line(
        channel=channel,
        origins=frozenset((f"https://127.0.0.1:{port}",)),
        allows=read_only,
        limits=limits,
        ca=ca or str(stage.authority.ca_bundle),
        stamp="north",
    )
    return transport(line, Journal(stage.lines.append), clock=now)


def sent(one: RequestsTransport, url: str, method: str = "GET") -> HttpResponse:
    response: HttpResponse = one.send(HttpRequest(method, url))
    return response


def test_an_answer_is_whole_and_journaled(stage: Stage) -> None:
    port = stage.serve(lambda _: json_response(200, {"a": 1}, x_ms_request_id=REQUEST_ID))

    response = sent(over(stage, port), f"https://127.0.0.1:{port}/x?api-version=1")

    assert (response.status_code, response.content) == (200, b'{"a":1}')
    (entry,) = stage.entries
    assert (entry.channel, entry.method, entry.status, entry.bytes) == ("arm", "GET", 200, 7)
    assert entry.url == f"https://127.0.0.1:{port}/x?api-version=1"
    assert (entry.request_id, entry.stamp, entry.error) == (REQUEST_ID, "north", "")
    assert entry.at == "2026-11-22T12:00:00Z"


def test_another_origin_gets_nothing(stage: Stage) -> None:
    named = stage.serve(lambda _: Response())
    other = stage.serve(lambda _: Response())
    one = over(stage, named)

    for url in (
        f"https://127.0.0.1:{other}/",
        f"https://localhost:{named}/",
        f"http://127.0.0.1:{named}/",
        f"https://127.0.0.1:{named}@127.0.0.1:{other}/",
    ):
        with pytest.raises(HostBlocked):
            sent(one, url)

    assert stage.requests == []
    assert stage.lines == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "post", "X"])
def test_a_method_that_is_not_allowed_is_never_sent(stage: Stage, method: str) -> None:
    port = stage.serve(lambda _: Response())

    with pytest.raises(WriteBlocked, match="only reads"):
        sent(over(stage, port), f"https://127.0.0.1:{port}/", method)

    assert stage.requests == []


def test_plain_http_is_for_signing_in_only(stage: Stage) -> None:
    port = stage.servers.serve(lambda _: Response(body=b"token"))
    origins = frozenset((f"http://127.0.0.1:{port}",))
    channels: tuple[Channel, ...] = ("sign-in", "arm")
    lines = [Line(channel=each, origins=origins, allows=read_only) for each in channels]
    signing_in, asking = (transport(line, Journal(stage.lines.append), clock=now) for line in lines)

    assert sent(signing_in, f"http://127.0.0.1:{port}/").content == b"token"
    with pytest.raises(HostBlocked):
        sent(asking, f"http://127.0.0.1:{port}/")


def test_one_that_drips_without_tls_is_given_up_too(stage: Stage) -> None:
    port = stage.servers.serve(lambda _: Response(body=b"x" * 10_000, drip=0.05))
    line = Line(
        channel="sign-in",
        origins=frozenset((f"http://127.0.0.1:{port}",)),
        allows=read_only,
        limits=Limits(request=1),
    )

    with pytest.raises(TooSlow):
        sent(transport(line, Journal(stage.lines.append), clock=now), f"http://127.0.0.1:{port}/")


def test_a_redirect_is_an_answer_and_not_followed(stage: Stage) -> None:
    other = stage.serve(lambda _: Response())
    location = f"https://127.0.0.1:{other}/"
    port = stage.serve(lambda _: Response(status=302, headers={"location": location}))

    assert sent(over(stage, port), f"https://127.0.0.1:{port}/").status_code == 302
    assert len(stage.requests) == 1


@pytest.mark.parametrize("location", ["https://[", "\x7f://x", "//", "http:///"])
def test_a_location_that_nobody_can_read_does_no_harm(stage: Stage, location: str) -> None:
    port = stage.serve(lambda _: Response(status=301, headers={"location": location}))

    assert sent(over(stage, port), f"https://127.0.0.1:{port}/").status_code == 301


def test_cookies_are_not_kept(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(headers={"set-cookie": "a=b; Path=/"}))
    one = over(stage, port)

    for _ in range(2):
        sent(one, f"https://127.0.0.1:{port}/")

    assert [request.headers.get("cookie") for request in stage.requests] == [None, None]


def test_one_that_sends_a_gigabyte_is_cut_off_at_the_bound(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(endless=1_000_000_000))

    with pytest.raises(TooLarge, match="larger than 1 MB"):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")

    assert stage.entries[0].error.startswith("TooLarge")


def test_one_that_does_not_say_how_much_it_sends_is_cut_off_too(stage: Stage) -> None:
    chunks = {"transfer-encoding": "chunked"}
    port = stage.serve(lambda _: Response(body=b"x" * 2_000_000, headers=chunks))

    with pytest.raises(TooLarge):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")


def test_a_bomb_of_a_gigabyte_of_zeros_is_unpacked_no_further_than_the_bound(stage: Stage) -> None:
    bomb = _bomb()
    port = stage.serve(lambda _: Response(body=bomb, headers={"content-encoding": "gzip"}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(TooLarge):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert len(bomb) < 1_100_000
    assert grown < 60_000_000


def _bomb() -> bytes:
    """1 GB of zeros, in members of 10 MB, as gzip allows."""
    return gzip.compress(bytes(10_000_000)) * 100


def test_a_packed_answer_is_unpacked(stage: Stage) -> None:
    body = gzip.compress(b'{"a": 1}' * 1000)
    port = stage.serve(lambda _: Response(body=body, headers={"content-encoding": "gzip"}))

    response = sent(over(stage, port), f"https://127.0.0.1:{port}/")

    assert response.content == b'{"a": 1}' * 1000
    assert stage.requests[0].headers["accept-encoding"] == "gzip, deflate"


def test_a_broken_packing_is_said(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(body=b"no", headers={"content-encoding": "gzip"}))

    with pytest.raises(Garbled, match="cannot be unpacked"):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")


def test_one_that_accepts_and_never_answers_is_given_up(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(hang=True))

    with pytest.raises(Silent, match=r"accepted the connection but did not answer within 0\.4 s"):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")

    assert stage.entries[0].error.startswith("Silent")
    assert stage.entries[0].status == 0


def test_one_that_drips_is_given_up_when_its_time_is_over(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(body=b"x" * 10_000, drip=0.05))
    began = time.monotonic()

    with pytest.raises(TooSlow, match="not whole after 1 s"):
        sent(over(stage, port, limits=Limits(request=1)), f"https://127.0.0.1:{port}/")

    assert time.monotonic() - began < 30


def test_one_that_is_cut_off_in_the_middle_is_no_answer(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(body=b"x" * 1000, cut_after=10))

    with pytest.raises(Dropped, match="broke off the connection before the answer was whole"):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")


def test_one_that_is_cut_off_before_it_begins_is_no_answer(stage: Stage) -> None:
    port = stage.serve(lambda _: Response(cut=True))

    with pytest.raises(Dropped):
        sent(over(stage, port), f"https://127.0.0.1:{port}/")


def test_an_expired_certificate_is_told_from_one_that_is_not_trusted(stage: Stage) -> None:
    expired = stage.serve(lambda _: Response(), days=-1)
    fresh = stage.serve(lambda _: Response())

    with pytest.raises(NotTrusted, match="has expired"):
        sent(over(stage, expired), f"https://127.0.0.1:{expired}/")
    with pytest.raises(NotTrusted, match="not trusted; name the CA that issued it with ca_bundle"):
        sent(over(stage, fresh, ca=_usual()), f"https://127.0.0.1:{fresh}/")
    assert stage.requests == []


def _usual() -> str:
    import certifi

    return certifi.where()


def test_one_that_speaks_no_tls_is_said(stage: Stage) -> None:
    port = stage.servers.serve(lambda _: Response())

    with pytest.raises((NotTrusted, NotReached, Dropped)) as raised:
        sent(over(stage, port), f"https://127.0.0.1:{port}/")

    assert "TLS" in raised.value.detail


def test_a_journal_that_cannot_be_written_stops_the_request_in_the_open(stage: Stage) -> None:
    def write(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    port = stage.serve(lambda _: Response())
    line = Line(
        channel="arm",
        origins=frozenset((f"https://127.0.0.1:{port}",)),
        allows=read_only,
        ca=str(stage.authority.ca_bundle),
    )
    with pytest.raises(OSError, match="No space left"):
        sent(transport(line, Journal(write), clock=now), f"https://127.0.0.1:{port}/")


def test_a_ca_that_cannot_be_used_is_said_by_the_name_that_named_it(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")

    with pytest.raises(UsageError, match=r"missing\.pem \(ca_bundle\) cannot be used: No such"):
        ca_file(str(tmp_path / "missing.pem"), {})
    with pytest.raises(UsageError, match=r"missing\.pem \(SSL_CERT_FILE\)"):
        ca_file("", {"SSL_CERT_FILE": str(tmp_path / "missing.pem")})
    with pytest.raises(UsageError, match=r"broken\.pem \(ca_bundle\) holds no certificates"):
        ca_file(str(broken), {})


def test_the_environment_names_a_ca_where_the_inventory_does_not(stage: Stage) -> None:
    ca = str(stage.authority.ca_bundle)

    assert ca_file("", {"REQUESTS_CA_BUNDLE": ca, "SSL_CERT_FILE": "/nowhere"}) == ca
    assert ca_file("", {"CURL_CA_BUNDLE": ca}) == ca
    assert ca_file(ca, {"REQUESTS_CA_BUNDLE": "/nowhere"}) == ca
    assert ca_file("", {}) == ""


def test_a_folder_of_cas_is_a_ca_too(tmp_path: Path) -> None:
    assert tls_context(str(tmp_path)).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Management.Azure.com/x?y", "https://management.azure.com:443"),
        ("https://host:30024", "https://host:30024"),
        ("HTTP://host?x", "http://host:80"),
        ("https://[FD00::1]:5/", "https://[fd00::1]:5"),
        ("https://user@host/", ""),
        ("https://host\\@other/", ""),
        ("https://host/x\r\ny", ""),
        ("https://host/#x", ""),
        ("https://host:99999/", ""),
        ("https://127.1/", ""),
        ("ftp://host/", ""),
        ("//host/", ""),
        ("https://", ""),
    ],
)
def test_a_url_has_one_origin_or_none(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_hosts_are_named_for_people() -> None:
    assert host_of("https://host/x") == "host"
    assert host_of("https://host:8443/x") == "host:8443"
    assert host_of("nowhere") == "another address"


def test_encodings_are_kept_and_what_no_url_may_hold_is_encoded() -> None:
    assert encoded("https://h/a?$skiptoken=a%2bB%3D&x='y z'{0}") == (
        "https://h/a?$skiptoken=a%2bB%3D&x='y%20z'%7B0%7D"
    )


GRAPH = "https://arm/providers/Microsoft.ResourceGraph/resources"


@pytest.mark.parametrize("url", [GRAPH, f"{GRAPH}?api-version=2021-03-01", GRAPH.lower()])
def test_the_one_post_is_allowed_where_it_is_wanted(url: str) -> None:
    assert read_only("POST", url, allow_graph=True)
    assert not read_only("POST", url)


@pytest.mark.parametrize(
    "url",
    [
        f"{GRAPH}/",
        f"{GRAPH}/register",
        f"{GRAPH}//",
        "https://arm//providers/Microsoft.ResourceGraph/resources",
        "https://arm/x/../providers/Microsoft.ResourceGraph/resources",
        "https://arm/providers/Microsoft.ResourceGraph/%72esources",
        "https://arm/providers/Microsoft.ResourceGraph/resources%2e",
        "https://arm/providers/Microsoft.ResourceGraph/resources;x",
        "https://arm/subscriptions/x/providers/Microsoft.ResourceGraph/resources",
        "https://arm/x/register?/providers/Microsoft.ResourceGraph/resources",
        "https://user@arm/providers/Microsoft.ResourceGraph/resources",
    ],
)
def test_no_other_post_passes_for_it(url: str) -> None:
    assert not read_only("POST", url, allow_graph=True)


def test_where_keys_of_tls_would_be_written_the_environment_does_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    tls_context.cache_clear()
    port = stage.serve(lambda _: Response(body=b"{}"))

    assert sent(over(stage, port), f"https://127.0.0.1:{port}/x").status_code == 200
    assert not keys.exists()
    for place in (tmp_path / "no" / "keys", tmp_path):
        monkeypatch.setenv("SSLKEYLOGFILE", str(place))
        tls_context.cache_clear()
        assert tls_context(str(stage.authority.ca_bundle)).keylog_filename is None
    tls_context.cache_clear()


def _looped(folder: Path) -> Path:
    path = folder / "loop"
    path.symlink_to(path)
    return path


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "fifo")
    return folder / "fifo"


def _large(folder: Path) -> Path:
    path = folder / "large"
    path.touch()
    os.truncate(path, 11_000_000)
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_fifo, "neither a file nor a folder"),
        (lambda _: Path("/dev/zero"), "neither a file nor a folder"),
        (_looped, "cannot be used"),
        (_large, "larger than 10 MB"),
    ],
)
def test_a_ca_bundle_that_is_no_file_of_certificates_is_refused_at_once(
    make: Callable[[Path], Path], why: str, tmp_path: Path
) -> None:
    path = make(tmp_path)
    began = time.monotonic()

    with pytest.raises(UsageError, match=why):
        ca_file(str(path), {})
    assert time.monotonic() - began < 20
