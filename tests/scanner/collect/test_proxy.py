from __future__ import annotations

import pytest

from stampcheck.collect.proxy import Proxies, proxies_for
from stampcheck.errors import UsageError

URL = "https://management.azure.com"
PROXY = "http://proxy.corp:8080"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_is_taken_from_each_of_its_variables(variable: str) -> None:
    found = proxies_for(URL, {variable: PROXY})

    assert found == {"https": PROXY}
    assert found.label == f"the proxy proxy.corp:8080 ({variable})"


def test_lower_case_goes_first_and_the_scheme_before_all() -> None:
    environment = {"ALL_PROXY": "http://c", "HTTPS_PROXY": "http://b", "https_proxy": "http://a"}

    assert proxies_for(URL, environment) == {"https": "http://a"}


def test_without_a_scheme_a_proxy_speaks_http() -> None:
    assert proxies_for(URL, {"HTTPS_PROXY": "proxy.corp:8080"}) == {"https": PROXY}


@pytest.mark.parametrize("environment", [{}, {"HTTP_PROXY": PROXY}, {"HTTPS_PROXY": " "}])
def test_an_https_address_has_no_proxy_where_none_is_named(environment: dict[str, str]) -> None:
    assert not proxies_for(URL, environment)


@pytest.mark.parametrize(
    "listed",
    [
        "*",
        "azure.com",
        ".azure.com",
        "*.azure.com",
        "management.azure.com",
        "other, MANAGEMENT.azure.com:443",
    ],
)
def test_no_proxy_exempts_hosts_and_what_ends_in_them(listed: str) -> None:
    assert not proxies_for(URL, {"HTTPS_PROXY": PROXY, "NO_PROXY": listed})
    assert not proxies_for(URL, {"HTTPS_PROXY": PROXY, "no_proxy": listed})


@pytest.mark.parametrize("listed", ["", "zure.com", "azure.com:8443", "10.0.0.0/8", "a/b", "::1"])
def test_no_proxy_exempts_nothing_else(listed: str) -> None:
    assert proxies_for(URL, {"HTTPS_PROXY": PROXY, "NO_PROXY": listed})


@pytest.mark.parametrize(
    ("url", "listed"),
    [
        ("https://10.1.2.3", "10.0.0.0/8"),
        ("https://10.1.2.3:30024", "10.1.2.3:30024"),
        ("https://[fd00::1]", "fd00::/8"),
        ("https://[::1]", "::1"),
    ],
)
def test_no_proxy_knows_addresses_and_networks(url: str, listed: str) -> None:
    assert not proxies_for(url, {"HTTPS_PROXY": PROXY, "NO_PROXY": listed})


def test_the_password_of_a_proxy_is_used_and_never_shown() -> None:
    secret = "http://me:hunter2@b@proxy.corp:8080/"
    found = proxies_for(URL, {"HTTPS_PROXY": secret})

    assert found == {"https": secret}
    assert "hunter2" not in f"{found!r} {found} {found.label}"


@pytest.mark.parametrize("value", ["http://", "ftp://proxy", "http://a b", "me:hunter2@", "p/x"])
def test_what_is_no_address_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(UsageError, match="HTTPS_PROXY") as raised:
        proxies_for(URL, {"HTTPS_PROXY": value})

    assert value not in str(raised.value)


def test_what_is_no_address_is_exempt_from_nothing() -> None:
    assert proxies_for("nonsense", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"})


def test_no_proxies_are_empty() -> None:
    assert not Proxies()
    assert repr(Proxies()) == "Proxies()"
