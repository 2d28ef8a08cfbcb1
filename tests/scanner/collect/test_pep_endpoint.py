from __future__ import annotations

import pytest

from stampcheck.collect.pep_endpoint import Endpoint, endpoint
from stampcheck.errors import UsageError


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("10.0.0.4", Endpoint("10.0.0.4", 5985)),
        ("AzS-ERCS01.contoso.local:5990", Endpoint("azs-ercs01.contoso.local", 5990)),
        ("https://10.0.0.4", Endpoint("10.0.0.4", 5986, tls=True)),
        ("https://[fd00::4]:443/", Endpoint("fd00::4", 443, tls=True)),
        ("[fd00::4]", Endpoint("fd00::4", 5985)),
    ],
)
def test_an_endpoint_is_read_as_the_inventory_spells_it(text: str, place: Endpoint) -> None:
    assert endpoint(text) == place


@pytest.mark.parametrize(
    "text",
    ["", "fd00::4", "host:0", "host:99999", "ftp://host", "user:pw@host", "host/wsman", "a b",
     "[::zz]", "https://", "-host", "[v1.a:b]"],
)  # fmt: skip
def test_anything_else_is_no_endpoint(text: str) -> None:
    with pytest.raises(UsageError):
        endpoint(text)


def test_an_endpoint_is_shown_with_its_port_and_an_ipv6_address_in_brackets() -> None:
    assert endpoint("10.0.0.4").name == "10.0.0.4:5985"
    assert endpoint("https://[FD00::4]").name == "[fd00::4]:5986"
