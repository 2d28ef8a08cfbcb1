"""Where a person or a machine is sent to sign in: over sockets where something is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stampcheck.collect.sign_in_places import PageRefused, check_page, machine_endpoint
from stampcheck.errors import UsageError
from tests.emulators.server import Response, Servers
from tests.emulators.sts import TENANT
from tests.emulators.tls import Authority
from tests.scanner.collect.test_sign_in import SCOPE, World, refusal

ENTRA = "https://login.microsoftonline.com"
AD_FS = "https://adfs.ams.contoso.com"
TOKEN = b'{"access_token":"a.b.c","expires_in":"3600","expires_on":"4070908800","resource":"x"}'


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Servers() as servers:
        yield World(servers, Authority(tmp_path), tmp_path)


def device(world: World, page: str, code: str) -> None:
    flow = {"user_code": code, "verification_uri": page, "device_code": "x"}
    world.sts.instead[f"/{TENANT}/oauth2/v2.0/devicecode"] = Response(
        body=json.dumps(flow | {"expires_in": 900, "interval": 1}).encode(),
        headers={"content-type": "application/json"},
    )


@pytest.mark.parametrize(
    ("page", "code", "why"),
    [
        ("https://microsoft.com/devicelogin", "C8VGH2XJ7", "which is not its own"),
        ("https://127.0.0.1.evil.example/", "C8VGH2XJ7", "https://127.0.0.1.evil.example, which"),
        ("http://127.0.0.1/devicelogin", "C8VGH2XJ7", "no https address"),
        ("https://a\r\nb\u202e", "C8VGH2XJ7", "no https address"),
        ("https://127.0.0.1/x y", "C8VGH2XJ7", "no https address"),
        ("https://127.0.0.1/x", "A\x1b[2J", "no code that a person could enter"),
        ("https://127.0.0.1/x", "C8 at https://evil.example", "no code that a person could enter"),
    ],
)
def test_nobody_is_sent_with_a_code_to_a_page_that_is_not_the_authoritys(
    world: World, page: str, code: str, why: str
) -> None:
    device(world, page, code)

    assert why in str(refusal(world.make("device-code")))
    assert world.said == []
    assert not [path for path in world.asked if path.endswith("/token")]


@pytest.mark.parametrize(
    ("authority", "page"),
    [
        (ENTRA, "https://microsoft.com/devicelogin"),
        (ENTRA, "https://www.microsoft.com/link"),
        (ENTRA, "https://login.microsoft.com/device"),
        (ENTRA, "https://login.microsoftonline.com/common/oauth2/deviceauth?x=1"),
        (ENTRA, "https://aka.ms/devicelogin"),
        ("https://login.microsoftonline.us", "https://microsoft.com/deviceloginus"),
        ("https://login.chinacloudapi.cn", "https://microsoft.com/deviceloginchina"),
        ("https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn/x"),
        (AD_FS, f"{AD_FS}/adfs/oauth2/deviceauth"),
    ],
)
def test_a_person_is_sent_to_the_pages_that_there_are(authority: str, page: str) -> None:
    check_page(page, "C8VGH2XJ7", authority)


@pytest.mark.parametrize(
    ("authority", "page"),
    [
        (AD_FS, "https://microsoft.com/devicelogin"),
        (AD_FS, "https://login.microsoftonline.com/common/oauth2/deviceauth"),
        (ENTRA, "https://microsoft.com.evil.example/devicelogin"),
        (ENTRA, "https://evilmicrosoft.com/devicelogin"),
        (ENTRA, "https://microsoft.com:8443/devicelogin"),
        (ENTRA, "https://microsoft.com@evil.example/"),
        (ENTRA, "https://x.cloudapp.chinacloudapi.cn/"),
        (ENTRA, "http://microsoft.com/devicelogin"),
        (ENTRA, "microsoft.com/devicelogin"),
    ],
)
def test_a_person_is_sent_nowhere_else(authority: str, page: str) -> None:
    with pytest.raises(PageRefused):
        check_page(page, "C8VGH2XJ7", authority)


@pytest.mark.parametrize("variable", ["IDENTITY_ENDPOINT", "MSI_ENDPOINT"])
def test_the_journal_names_the_address_that_gave_the_machine_its_token(
    world: World, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "IDENTITY_SERVER_THUMBPRINT"):
        monkeypatch.delenv(name, raising=False)
    port = world.servers.serve(lambda _: Response(body=TOKEN))
    address = f"http://127.0.0.1:{port}/msi/token"
    given = {variable: address, "IDENTITY_HEADER": "planted", "MSI_SECRET": "planted"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    world.environment.update(given)

    assert world.make("managed-identity").get_token(SCOPE).token == "a.b.c"
    assert world.noted == [("GET", address, "")]
    assert {request.path for _, request in world.servers.requests} == {"/msi/token"}


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://10.0.0.7/msi/token",
            "http://identity.example/x",
            "http://8.8.8.8/",
            "words words",
        ),
        *(
            "http://127.0.0.1.evil.example/",
            "ftp://127.0.0.1/",
            "http://x@127.0.0.1/",
            "http://[::2]/",
        ),
    ],
)
@pytest.mark.parametrize("variable", ["IDENTITY_ENDPOINT", "MSI_ENDPOINT"])
def test_no_token_of_the_machine_travels_in_the_clear(
    world: World, variable: str, url: str
) -> None:
    world.environment[variable] = url

    with pytest.raises(UsageError, match=f"{variable} names no address for the identity"):
        world.make("managed-identity")


@pytest.mark.parametrize(
    "url",
    [
        *("https://10.0.0.7:2377/x", "http://localhost:42356/msi/token", "http://[::1]:5/x"),
        *("http://169.254.129.3:8081/msi/token/", "http://127.0.0.1:41/msi/token?x=1"),
    ],
)
def test_a_machine_asks_itself_its_link_or_over_https(url: str) -> None:
    assert machine_endpoint({"IDENTITY_ENDPOINT": url, "MSI_ENDPOINT": "http://other/"}) == url
    assert machine_endpoint({"MSI_ENDPOINT": url}) == url


def test_without_variables_a_machine_asks_azure_where_it_always_is() -> None:
    imds = "http://169.254.169.254/metadata/identity/oauth2/token"
    workload = {
        "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
        "AZURE_TENANT_ID": TENANT,
        "AZURE_FEDERATED_TOKEN_FILE": "/token",
    }

    assert machine_endpoint({}) == imds
    assert machine_endpoint({"AZURE_TENANT_ID": TENANT}) == imds
    assert machine_endpoint(workload) == workload["AZURE_AUTHORITY_HOST"]
    assert machine_endpoint(workload | {"AZURE_AUTHORITY_HOST": "login.example"}) == "login.example"
