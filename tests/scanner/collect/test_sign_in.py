"""Each way to sign in, by the real azure-identity and msal over TLS to an emulated authority."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
import threading
import time
import traceback
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessTokenInfo, SupportsTokenInfo
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport

from stampcheck.collect.asking import Limits
from stampcheck.collect.journal import Journal
from stampcheck.collect.redact import scrub_text
from stampcheck.collect.refused import _MEANINGS, Heard, NotSignedIn, explain
from stampcheck.collect.sign_in import AZURE_CLI, Surroundings, make
from stampcheck.collect.signed_in import SignedIn
from stampcheck.collect.transport import Line, transport
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from stampcheck.targets import SignIn
from tests.emulators import client
from tests.emulators.server import Request, Response, Servers
from tests.emulators.sts import CLIENT, ERRORS, TENANT, TRACE, Sts
from tests.emulators.tls import Authority

SCOPE = "https://management.azure.com/.default"
SECRET = "planted-secret~Q.8"
PASSPHRASE = "planted-passphrase"
ASSERTION = "planted.assertion.x"
MARKER = "planted-token-marker"
PLANTED = (SECRET, PASSPHRASE, ASSERTION, MARKER, "planted", "client_assertion", TRACE)


class World:
    """An authority that serves, and the ways to it."""

    def __init__(self, servers: Servers, tls: Authority, folder: Path) -> None:
        self.servers = servers
        self.tls = tls
        self.folder = folder
        self.sts = Sts(secret=SECRET, assertion=ASSERTION)
        self.port = servers.serve(self._answer, tls.server_context())
        self.said: list[str] = []
        self.noted: list[tuple[str, str, str]] = []
        self.slept: list[float] = []
        self.written: list[bytes] = []
        self.clock = time.time
        self.environment = {"SECRET": SECRET, "PASS": PASSPHRASE}

    def _answer(self, request: Request) -> Response:
        return self.sts.answer(request)

    def _now(self) -> float:
        return self.clock()

    @property
    def authority(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """The requests to the token endpoint."""
        return [one.path for _, one in self.servers.requests if "token" in one.path]

    def sign_in(self, method: str, **fields: str) -> SignIn:
        return SignIn(
            name="audit", method=method, **({"tenant": TENANT, "client_id": CLIENT} | fields)
        )

    def around(self, **fields: Any) -> Surroundings:
        return Surroundings(
            environment=self.environment,
            say=self.said.append,
            note=lambda *words: self.noted.append(words),
            now=self._now,
            sleep=self.slept.append,
            **fields,
        )

    def make(
        self,
        method: str,
        authority: str = "",
        ca: Path | None = None,
        around: Surroundings | None = None,
        **fields: str,
    ) -> SignedIn:
        verify = str(ca or self.tls.ca_bundle)
        return make(
            self.sign_in(method, **fields),
            authority=authority or self.authority,
            transport=lambda: RequestsTransport(connection_verify=verify, connection_timeout=2),
            surroundings=around or self.around(),
        )

    def by_secret(self, **fields: Any) -> SignedIn:
        return self.make("client-secret", **({"secret": "env:SECRET"} | fields))

    def by_certificate(self, path: Path, **fields: Any) -> SignedIn:
        return self.make("client-certificate", certificate=str(path), **fields)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def world(tls: Authority, tmp_path: Path) -> Iterator[World]:
    with Servers() as servers:
        found = World(servers, tls, tmp_path)
        yield found
    # What a person is shown and what the journal gets.
    assert not [word for word in PLANTED if word in f"{found.said} {found.noted}"]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, no secret is logged, and nothing of the sign-in libraries' at all."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert not any(word in caplog.text for word in PLANTED)
    names = ("azure.", "msal")
    assert not [one for one in caplog.records if one.name.startswith(names)]


def everything(error: BaseException) -> str:
    """All that a program could print of an exception."""
    parts = [repr(error), "".join(traceback.format_exception(error)), str(vars(error))]
    for inner in (error.__cause__, error.__context__):
        assert inner is None, repr(inner)
    return "\n".join(parts)


def refusal(credential: SignedIn, scope: str = SCOPE) -> NotSignedIn:
    with pytest.raises(ClientAuthenticationError) as caught:
        credential.get_token(scope)
    assert isinstance(caught.value, NotSignedIn)
    text = everything(caught.value)
    assert not [word for word in PLANTED if word in text], text
    # It goes into documents as it is.
    assert scrub_text(str(caught.value)) == str(caught.value)
    assert len(str(caught.value)) <= 300
    assert str(caught.value).isprintable()
    assert str(caught.value).count(". ") == 0
    return caught.value


def test_a_secret_brings_a_token_that_azure_core_can_use(world: World) -> None:
    credential = world.by_secret()

    token = credential.get_token(SCOPE)
    info = credential.get_token_info(SCOPE, options={"enable_cae": True})

    assert isinstance(credential, SupportsTokenInfo)
    assert token.token.endswith(MARKER)
    assert (info.token, info.expires_on) == (token.token, token.expires_on)
    assert len(world.asked) == 1
    assert MARKER not in repr(credential)
    assert SECRET not in repr(credential)
    assert SECRET not in repr(world.around())
    credential.close()
    credential.close()


@pytest.mark.parametrize("form", [client.pem, client.pfx])
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
@pytest.mark.parametrize("tenant", [TENANT, "adfs"])
def test_a_certificate_brings_a_token(
    world: World, form: Callable[..., Path], passphrase: str, tenant: str
) -> None:
    key, world.sts.certificate = client.certificate()
    world.sts.is_adfs = tenant == "adfs"
    path = form(world.folder / "audit", key, world.sts.certificate, passphrase)
    reference = {"secret": "env:PASS"} if passphrase else {}

    token = world.by_certificate(path, tenant=tenant, **reference).get_token(SCOPE)

    assert token.token.endswith(MARKER)


def test_ad_fs_is_asked_at_its_own_addresses(world: World) -> None:
    world.sts.is_adfs = True

    world.by_secret(tenant="adfs").get_token("https://adminmanagement.a.b/x/.default")

    assert [one.target for _, one in world.servers.requests] == [
        "/adfs/.well-known/openid-configuration",
        "/adfs/oauth2/token/",
    ]


def test_a_workload_brings_a_token(world: World) -> None:
    (world.folder / "token").write_text(ASSERTION)
    world.environment |= {
        "AZURE_FEDERATED_TOKEN_FILE": str(world.folder / "token"),
        "AZURE_CLIENT_ID": CLIENT,
        "AZURE_TENANT_ID": TENANT,
    }

    credential = world.make("workload-identity", tenant="", client_id="")

    assert credential.get_token(SCOPE).token.endswith(MARKER)
    world.sts.fault = 700213
    ERRORS.setdefault(700213, (401, "invalid_client", "No matching federated identity record."))
    assert "no federated credential" in str(refusal(credential, "https://other/.default"))


def test_a_workload_without_its_variables_is_told_so(world: World) -> None:
    with pytest.raises(UsageError, match="AZURE_FEDERATED_TOKEN_FILE, which a workload"):
        world.make("workload-identity")
    world.environment["AZURE_FEDERATED_TOKEN_FILE"] = "/nowhere"
    with pytest.raises(UsageError, match="names /nowhere, which is no file"):
        world.make("workload-identity")


def test_a_device_code_is_shown_and_redeemed_and_renewed_without_a_person(world: World) -> None:
    world.sts.pending = 1
    world.sts.expires_in = 400
    credential = world.make("device-code")

    token = credential.get_token(SCOPE)
    world.clock = lambda: time.time() + 390
    renewed = credential.get_token(SCOPE)
    other = credential.get_token("https://other.example.org/.default")

    assert len({token.token, renewed.token, other.token}) == 3
    assert len(world.said) == 1
    assert world.said[0].endswith("/devicelogin and enter the code C8VGH2XJ7.")
    assert "as audit" in world.said[0]


def test_a_device_code_that_nobody_enters_is_asked_for_once(world: World) -> None:
    world.sts.pending = 10**6
    credential = world.make("device-code", around=world.around(wait=0))

    assert "nobody signed in within the time" in str(refusal(credential))
    assert "nobody signed in" in str(refusal(credential, "https://other.example.org/.default"))
    assert len(world.said) == 1


def test_an_expired_device_code_says_so(world: World) -> None:
    world.sts.instead[f"/{TENANT}/oauth2/v2.0/token"] = Response(
        status=400, body=b'{"error":"expired_token","error_description":"AADSTS70020: planted"}'
    )

    assert "not entered in time (AADSTS70020)" in str(refusal(world.make("device-code")))


class Browser(webbrowser.BaseBrowser):
    """Signs in at once, and gives the nonce as the code; or does nothing."""

    is_open = True
    is_willing = True

    def open(self, url: str, *_: Any, **__: Any) -> bool:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        if self.is_open and self.is_willing:
            threading.Thread(target=self._answer, args=(query,), daemon=True).start()
        return self.is_open

    def _answer(self, query: dict[str, str]) -> None:
        form = urllib.parse.urlencode({"code": query["nonce"], "state": query["state"]})
        with urllib.request.urlopen(query["redirect_uri"], form.encode(), timeout=10) as answer:
            answer.read()


@pytest.fixture
def browser() -> Iterator[Browser]:
    found = Browser("test")
    before = webbrowser._tryorder  # type: ignore[attr-defined]
    webbrowser._tryorder = ["test"]  # type: ignore[attr-defined]
    webbrowser._browsers["test"] = [None, found]  # type: ignore[attr-defined]
    yield found
    webbrowser._tryorder = before  # type: ignore[attr-defined]
    del webbrowser._browsers["test"]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("browser")
def test_a_browser_brings_a_token(world: World) -> None:
    assert world.make("browser").get_token(SCOPE).token.endswith(MARKER)
    assert world.said == [f"A browser will open to sign in at {world.authority}."]


# azure-identity leaves its port open where no browser opens.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_browser_that_is_closed_or_missing_is_one_sentence(
    world: World, browser: Browser
) -> None:
    browser.is_willing = False
    closed = world.make("browser", around=world.around(wait=1))
    assert "nobody signed in within the time" in str(refusal(closed))
    browser.is_open = False
    assert "no browser could be opened" in str(refusal(world.make("browser")))
    gc.collect()


@pytest.fixture
def path(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first on the PATH."""
    folder = world.folder / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return folder


def test_the_azure_cli_brings_a_token_and_is_journaled(world: World, path: Path) -> None:
    client.az(path, f"a.b.{MARKER}")

    credential = world.make("cli")

    assert credential.get_token(SCOPE).token.endswith(MARKER)
    assert world.noted == [("RUN", "az account get-access-token", "")]
    called = (path / "az.calls").read_text()
    assert f"--resource https://management.azure.com --tenant {TENANT}" in called
    assert not world.servers.requests


def test_the_azure_cli_signs_in_where_nobody_is_named(world: World, path: Path) -> None:
    client.az(path, f"a.b.{MARKER}")
    credential = make(
        AZURE_CLI,
        authority=world.authority,
        tenant="adfs",
        transport=lambda: pytest.fail("no transport is needed"),
        surroundings=world.around(),
    )

    credential.get_token(SCOPE)

    assert "--tenant" not in (path / "az.calls").read_text()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ERROR: Please run 'az login' to setup account.", "nobody is signed in to the Azure CLI"),
        (f"ERROR: AADSTS70043: {MARKER} Trace ID: {TRACE}", "(AADSTS70043); run az login"),
        (f"Traceback: {MARKER}", "gave no token"),
    ],
)
def test_an_azure_cli_that_gives_no_token_says_what_to_do(
    world: World, path: Path, said: str, words: str
) -> None:
    client.az(path, error=said)
    credential = world.make("cli")

    assert words in str(refusal(credential))
    assert words in str(refusal(credential))
    assert (path / "az.calls").read_text().count("\n") == 1
    assert [one[:2] for one in world.noted] == [("RUN", "az account get-access-token")]
    assert MARKER not in str(world.noted)


def test_a_missing_azure_cli_is_to_be_installed(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(path))

    assert "is not installed" in str(refusal(world.make("cli")))


def test_an_azure_cli_that_hangs_is_ended(world: World, path: Path) -> None:
    (path / "az").write_text("#!/bin/sh\nexec sleep 60\n")
    (path / "az").chmod(0o755)

    started = time.monotonic()
    assert "did not answer in time" in str(
        refusal(world.make("cli", around=world.around(command=1)))
    )
    assert time.monotonic() - started < 20


def test_an_azure_cli_that_prints_something_else_gives_no_token(world: World, path: Path) -> None:
    (path / "az").write_text(f"#!/bin/sh\necho 'accessToken {MARKER}'\n")
    (path / "az").chmod(0o755)

    assert "gave no token" in str(refusal(world.make("cli")))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (7000215, "the client secret is wrong (AADSTS7000215); store the new one"),
        (7000222, "the client secret has expired (AADSTS7000222); make a new one"),
        (700027, "the certificate has expired or is not the application's (AADSTS700027)"),
        (700016, "the tenant has no such application (AADSTS700016); check client_id"),
        (500011, "does not know the resource (AADSTS500011); check tenant"),
        (50126, "user name or password is wrong (AADSTS50126)"),
        (50076, "multi-factor authentication is required (AADSTS50076)"),
        (53003, "conditional access blocks this sign-in (AADSTS53003)"),
        (50020, "not one of that tenant (AADSTS50020); name another tenant"),
        (50034, "no such account (AADSTS50034)"),
        (65001, "consented"),
        (9999999, "look it up at https://login.microsoftonline.com/error"),
    ],
)
@pytest.mark.parametrize("echo", [False, True])
def test_a_refusal_of_entra_is_one_sentence_and_is_remembered(
    world: World, code: int, words: str, *, echo: bool
) -> None:
    world.sts.fault, world.sts.echo = code, echo
    credential = world.by_secret()

    first = refusal(credential)
    second = refusal(credential)

    assert words in str(first)
    assert str(first).startswith("the sign-in audit was refused: ")
    assert str(first) == str(second)
    assert first is not second
    assert first.reason is Reason.ACCESS_DENIED
    assert len(world.asked) == 1


def test_every_known_meaning_is_a_short_sentence_that_passes_into_documents() -> None:
    for code in (*_MEANINGS, "12345678"):
        for method in ("cli", "browser"):
            sign_in = SignIn(name="audit", method=method)
            error = ClientAuthenticationError(message=f"AADSTS{code}: planted")
            sentence = explain(error, sign_in, "https://login.a.b", Heard()).sentence
            assert scrub_text(sentence) == sentence
            assert f"AADSTS{code}" in sentence
            assert len(sentence) <= 300


def test_a_wrong_secret_is_not_tried_for_another_scope_but_a_missing_resource_says_nothing_of_it(
    world: World,
) -> None:
    world.sts.fault = 500011
    narrow = world.by_secret()
    refusal(narrow)
    world.sts.fault = 0
    assert narrow.get_token("https://other.example.org/.default").token

    world.sts.fault = 7000215
    wrong = world.by_secret()
    refusal(wrong)
    world.sts.fault = 0
    refusal(wrong, "https://other.example.org/.default")


def test_an_unknown_tenant_says_so(world: World) -> None:
    credential = world.by_secret(tenant="nowhere.example.org")

    assert "no such tenant there" in str(refusal(credential))


@pytest.mark.parametrize("echo", [False, True])
def test_a_refusal_of_ad_fs_is_one_sentence(world: World, *, echo: bool) -> None:
    world.sts.is_adfs, world.sts.fault, world.sts.echo = True, 7000215, echo

    text = str(refusal(world.by_secret(tenant="adfs")))

    assert f"was refused by {world.authority} (MSIS9623): " in text


@pytest.mark.parametrize(
    "body",
    [
        b"<html>planted</html>",
        b"[]",
        b"{}",
        b"null",
        b'{"error":{"a":"planted"}}',
        b'{"access_token":5}',
        b"\xff\xfe",
        b'{"access_token":"planted"}',
        b'{"access_token":"planted","expires_in":"never"}',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize("place", ["configuration", "token"])
def test_an_authority_that_answers_nonsense_is_one_sentence(
    world: World, body: bytes, status: int, place: str
) -> None:
    paths = {
        "configuration": f"/{TENANT}/v2.0/.well-known/openid-configuration",
        "token": f"/{TENANT}/oauth2/v2.0/token",
    }
    headers = {"content-type": "application/json"}
    world.sts.instead[paths[place]] = Response(status=status, body=body, headers=headers)
    credential = world.by_secret()

    assert "the sign-in audit " in str(refusal(credential))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("place", ["v2.0/.well-known/openid-configuration", "oauth2/v2.0/token"])
def test_a_busy_server_is_asked_thrice_and_waited_for_as_it_says(
    world: World, status: int, place: str
) -> None:
    busy = Response(status=status, body=b"{}", headers={"retry-after": "7"})
    world.sts.instead[f"/{TENANT}/{place}"] = busy
    credential = world.by_secret()

    found = refusal(credential)
    refusal(credential)

    assert "is busy or disturbed; try again later" in str(found)
    assert found.reason is Reason.UNREACHABLE
    assert world.slept == [7.0, 7.0]
    assert [one.path for _, one in world.servers.requests].count(f"/{TENANT}/{place}") == 3


def test_a_server_that_wants_an_hour_is_left_alone(world: World) -> None:
    busy = Response(status=429, body=b"{}", headers={"retry-after": "3600"})
    world.sts.instead[f"/{TENANT}/oauth2/v2.0/token"] = busy
    credential = world.by_secret()

    assert "asks to be left alone for 3600 s" in str(refusal(credential))
    refusal(credential)
    assert world.slept == []
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    "first", [Response(cut=True), Response(status=503, body=b"{}"), Response(status=500)]
)
def test_what_passes_is_tried_again(world: World, first: Response) -> None:
    world.sts.first.append(first)

    assert world.by_secret().get_token(SCOPE).token.endswith(MARKER)
    assert world.slept == [1.0]


def test_an_authority_out_of_reach_is_tried_thrice_and_then_remembered(world: World) -> None:
    nowhere = world.by_secret(authority="https://127.0.0.1:1")

    found = refusal(nowhere)
    refusal(nowhere, "https://other.example.org/.default")

    assert "https://127.0.0.1:1: it cannot be reached; check network, proxy" in str(found)
    assert found.reason is Reason.UNREACHABLE
    assert world.slept == [1.0, 2.0]


def test_an_unknown_name_is_told_from_a_dead_host(world: World) -> None:
    credential = world.by_secret(authority="https://nowhere.invalid")

    assert "its name is not known" in str(refusal(credential))


def test_an_untrusted_or_expired_certificate_of_the_authority_says_so(
    world: World, tls: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Authority(tmp_path_factory.mktemp("other"))
    assert "not trusted; name it as ca_bundle" in str(refusal(world.by_secret(ca=other.ca_bundle)))

    world.port = world.servers.serve(world.sts.answer, tls.server_context(days=-1))
    assert "has expired; have it renewed" in str(refusal(world.by_secret()))
    assert world.slept == []


@pytest.mark.parametrize("form", [client.pem, client.pfx])
def test_a_certificate_that_cannot_be_used_is_one_sentence(
    world: World, form: Callable[..., Path]
) -> None:
    key, signed = client.certificate()
    path = form(world.folder / "locked", key, signed, PASSPHRASE)
    world.environment["WRONG"] = "planted-wrong"

    def fault(path: Path, **fields: str) -> str:
        with pytest.raises(UsageError) as caught:
            world.by_certificate(path, **fields)
        assert "planted" not in everything(caught.value)
        return str(caught.value)

    assert "the passphrase is wrong" in fault(path, secret="env:WRONG")
    assert "passphrase" in fault(path)
    assert "No such file" in fault(world.folder / "none.pem")
    assert "no file of up to 1 MB" in fault(world.folder)
    old = form(world.folder / "old", *client.certificate(days=-1))
    assert f"expired on {dt.datetime.now(dt.UTC) - dt.timedelta(days=1):%Y-%m-%d}" in fault(old)
    assert "valid from" in fault(form(world.folder / "new", *client.certificate(days=400)))
    assert "no RSA key" in fault(form(world.folder / "ec", *client.certificate(is_rsa=False)))
    (world.folder / "junk").write_bytes(b"-----BEGIN planted")
    assert "neither PEM" in fault(world.folder / "junk")


def test_a_certificate_that_is_another_keys_or_needs_no_passphrase_is_one_sentence(
    world: World,
) -> None:
    (key, signed), (_, other) = client.certificate(), client.certificate()

    with pytest.raises(UsageError, match="not that of the key"):
        world.by_certificate(client.pem(world.folder / "a", key, other))
    plain = client.pem(world.folder / "b", key, signed)
    with pytest.raises(UsageError, match="has no passphrase; leave secret out"):
        world.by_certificate(plain, secret="env:PASS")


def test_a_certificate_that_the_application_does_not_know_is_refused_without_the_assertion(
    world: World,
) -> None:
    key, signed = client.certificate()
    world.sts.certificate, world.sts.echo = client.certificate()[1], True

    credential = world.by_certificate(client.pem(world.folder / "a", key, signed))

    assert "AADSTS700027" in str(refusal(credential))


def test_a_missing_secret_is_a_fault_of_usage_before_anything_is_sent(world: World) -> None:
    with pytest.raises(UsageError, match="the secret of the sign-in audit: the env") as caught:
        world.by_secret(secret="env:NONE")

    assert PLANTED[0] not in everything(caught.value)


def test_a_password_is_for_privileged_endpoints_only(world: World) -> None:
    with pytest.raises(UsageError, match="privileged endpoints only"):
        world.make("password", user="a", secret="env:SECRET")


def test_a_managed_identity_that_there_is_none_of_is_one_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1")
    for name in ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_FEDERATED_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)

    credential = world.make("managed-identity", client_id="")

    assert "no managed identity that answers" in str(refusal(credential))
    assert {one[0] for one in world.noted} == {"GET"}


def test_a_managed_identity_brings_a_token_and_its_proxy_is_not_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = f'{{"access_token":"a.b.{MARKER}","expires_in":"3600","resource":"x"}}'.encode()
    port = world.servers.serve(lambda _: Response(body=body))
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    for name in ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_FEDERATED_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)

    assert world.make("managed-identity").get_token(SCOPE).token.endswith(MARKER)


class Counter:
    """An issuer whose tokens live for an hour from the time of a clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.issued = 0

    def get_token_info(self, *_: str, options: object = None) -> AccessTokenInfo:
        assert options == {}
        self.issued += 1
        return AccessTokenInfo(str(self.issued), int(self.clock()) + 3600)

    def close(self) -> None:
        self.issued = 0


def test_a_token_is_renewed_300_seconds_before_its_end() -> None:
    times = [1000.0]
    counter = Counter(lambda: times[0])
    credential = SignedIn(
        "a", lambda: counter, lambda _: pytest.fail("no fault"), now=lambda: times[0]
    )

    found = []
    for times[0] in (1000.0, 4299.0, 4300.0, 4301.0, 7599.0):
        found.append(credential.get_token(SCOPE).token)

    assert found == ["1", "1", "2", "2", "2"]


def test_a_token_of_short_life_is_kept_for_half_of_it(world: World) -> None:
    world.sts.expires_in = 200
    credential = world.by_secret()
    began = time.time()

    tokens = [credential.get_token(SCOPE).token for _ in range(5)]
    world.clock = lambda: began + 105
    tokens.append(credential.get_token(SCOPE).token)

    assert len(set(tokens)) == 2
    assert len(world.asked) == 2


def test_a_token_that_cannot_be_renewed_serves_until_its_end(world: World) -> None:
    world.sts.expires_in = 200
    credential = world.by_secret()
    began = time.time()
    first = credential.get_token(SCOPE).token
    world.sts.fault = 7000222

    world.clock = lambda: began + 150
    assert credential.get_token(SCOPE).token == first
    world.clock = lambda: began + 210
    assert "has expired" in str(refusal(credential))
    assert len(world.asked) == 2


def test_twenty_threads_ask_for_one_token_or_one_refusal(world: World) -> None:
    good, bad = world.by_secret(), world.by_secret(tenant="nowhere.example.org")

    with ThreadPoolExecutor(20) as pool:
        tokens = list(pool.map(lambda _: good.get_token(SCOPE).token, range(20)))
        before = len(world.servers.requests)
        refusals = list(pool.map(lambda _: str(refusal(bad)), range(20)))

    assert len(set(tokens)) == len(set(refusals)) == 1
    assert len(world.asked) == 1
    assert len(world.servers.requests) - before <= 2


def test_a_token_that_is_forgotten_is_not_given_again_by_msal_either(world: World) -> None:
    credential = world.by_secret()
    first = credential.get_token(SCOPE).token

    credential.forget(first)
    second = credential.get_token(SCOPE).token
    credential.forget(first)

    assert second != first
    assert credential.get_token(SCOPE).token == second
    assert len(world.asked) == 2


def test_only_the_token_that_was_refused_is_forgotten(world: World) -> None:
    credential = world.by_secret()
    first = credential.get_token(SCOPE).token
    other = credential.get_token("https://other.example.org/.default").token

    credential.forget(first)
    credential.forget("")

    assert credential.get_token("https://other.example.org/.default").token == other
    assert len(world.asked) == 2


def test_nobody_is_asked_again_because_a_token_was_refused(world: World) -> None:
    credential = world.make("device-code")

    credential.forget(credential.get_token(SCOPE).token)
    credential.get_token(SCOPE)

    assert len(world.said) == 1


def test_twenty_threads_whose_token_is_refused_ask_for_one_other(world: World) -> None:
    credential = world.by_secret()
    refused = credential.get_token(SCOPE).token

    def again(_: int) -> str:
        credential.forget(refused)
        return credential.get_token(SCOPE).token

    with ThreadPoolExecutor(20) as pool:
        tokens = set(pool.map(again, range(20)))

    assert len(tokens) == 1
    assert refused not in tokens
    assert len(world.asked) == 2


def test_a_claims_challenge_is_passed_on_and_asked_for_anew(world: World) -> None:
    credential = world.by_secret()
    first = credential.get_token(SCOPE).token

    second = credential.get_token_info(SCOPE, options={"claims": '{"access_token":{}}'}).token
    third = credential.get_token(SCOPE).token

    assert first != second
    assert third == second
    assert b"claims=" in world.servers.requests[-1][1].body


def test_claims_that_cannot_be_met_spoil_no_other_token(world: World) -> None:
    credential = world.by_secret()
    first = credential.get_token(SCOPE).token
    world.sts.fault = 50076

    with pytest.raises(NotSignedIn, match="multi-factor"):
        credential.get_token(SCOPE, claims='{"a":{}}')
    with pytest.raises(NotSignedIn, match="multi-factor"):
        credential.get_token(SCOPE, claims='{"b":{}}')

    assert credential.get_token(SCOPE).token == first
    assert len(world.asked) == 2


def test_no_host_but_the_authority_is_asked_and_no_tenant_of_a_challenge(world: World) -> None:
    credential = world.by_secret()
    credential.get_token(SCOPE, tenant_id="evil.example.org")

    assert {one.path.split("/")[1] for _, one in world.servers.requests} == {TENANT}
    assert {port for port, _ in world.servers.requests} == {world.port}


def through_guard(world: World, *, origin: str = "", ca: str = "", **limits: float) -> SignedIn:
    """A sign-in by the transport that the scanner uses."""
    line = Line(
        channel="sign-in",
        origins=frozenset((origin or world.authority,)),
        allows=lambda method, _: method in ("GET", "POST"),
        limits=Limits(**limits),  # type: ignore[arg-type]
        ca=ca or str(world.tls.ca_bundle),
    )
    journal = Journal(world.written.append)
    return make(
        world.sign_in("client-secret", secret="env:SECRET"),
        authority=world.authority,
        transport=lambda: transport(line, journal, clock=lambda: dt.datetime.now(dt.UTC)),
        surroundings=world.around(),
    )


def test_the_scanners_own_transport_brings_a_token_and_journals_no_secret(world: World) -> None:
    assert through_guard(world).get_token(SCOPE).token.endswith(MARKER)

    text = b"".join(world.written).decode()
    assert text.count('"channel":"sign-in"') == 2
    assert "/oauth2/v2.0/token" in text
    assert not [word for word in PLANTED if word in text]


def test_what_the_scanners_own_transport_finds_is_said_as_it_is(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = refusal(through_guard(world, origin="https://127.0.0.1:1"))
    assert "was not sent: only the addresses of the inventory" in str(elsewhere)

    other = Authority(tmp_path_factory.mktemp("other"))
    untrusted = refusal(through_guard(world, ca=str(other.ca_bundle)))
    assert untrusted.reason is Reason.UNREACHABLE
    assert world.slept == []

    world.sts.first.append(Response(hang=True))
    silent = refusal(through_guard(world, read=0.3))
    assert silent.reason is Reason.UNREACHABLE
    assert "the sign-in audit failed: " in str(silent)

    world.sts.first.append(Response(cut=True))
    assert through_guard(world).get_token(SCOPE).token
