"""The proxy that the environment names for an address."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from stampcheck.address import Address, read_address
from stampcheck.collect.origin import origin_of
from stampcheck.errors import UsageError

_SCHEMES: Final = frozenset(("http", "https", "socks4", "socks4a", "socks5", "socks5h"))


class Proxies(dict[str, str]):
    """Proxies by scheme, as requests wants them. The address may hold a password, so that it is
    never shown: ``label`` names host, port and variable.
    """

    def __init__(self, proxies: Mapping[str, str] | None = None, label: str = "") -> None:
        super().__init__(proxies or {})
        self.label = label

    def __repr__(self) -> str:
        return f"Proxies({self.label})"


def proxies_for(url: str, environment: Mapping[str, str]) -> Proxies:
    """What ``HTTPS_PROXY`` (for http ``HTTP_PROXY``) or ``ALL_PROXY`` name, unless ``NO_PROXY``
    exempts the host; lower case goes first. A value that is no address is a ``UsageError``.
    """
    scheme = urlsplit(origin_of(url)).scheme or "https"
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            value = environment.get(variable, "").strip()
            if value and not _is_exempt(url, environment):
                return _proxies(scheme, value, variable)
    return Proxies()


def _proxies(scheme: str, value: str, variable: str) -> Proxies:
    full = value if "://" in value else f"http://{value}"
    head, _, rest = full.partition("://")
    # What stands before the last @ is user and password, whatever is in it.
    address = read_address(rest.rpartition("@")[2].rstrip("/"))
    if address is None or address.path or head.lower() not in _SCHEMES:
        raise UsageError(f"{variable} does not hold the address of a proxy.")
    port = f":{address.port}" if address.port else ""
    return Proxies({scheme: full}, f"the proxy {address.host}{port} ({variable})")


def _is_exempt(url: str, environment: Mapping[str, str]) -> bool:
    listed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    address = read_address(origin_of(url))
    if address is None:
        return False
    return any(_exempts(entry.strip().lower(), address) for entry in listed.split(","))


def _exempts(entry: str, address: Address) -> bool:
    """Whether an entry of ``NO_PROXY`` names the host: ``*``, a name and what ends in it, either
    with a port, an IP address or a network.
    """
    if entry in ("", "*"):
        return entry == "*"
    host = address.host.strip("[]")
    if "/" in entry:
        return _is_in(host, entry)
    named = read_address(entry.removeprefix("*").removeprefix("."))
    if named is None:
        return host == entry
    name = named.host.strip("[]")
    is_port = named.port in (0, address.port)
    return is_port and (host == name or host.endswith(f".{name}"))


def _is_in(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
