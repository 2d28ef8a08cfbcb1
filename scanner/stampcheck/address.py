"""Network addresses as people and stamps write them, read strictly: what is unusual is refused."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import msgspec

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_ADDRESS: Final = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
_MAX: Final = 500
_PORTS: Final = {"": 5985, "https": 5986}

REGION: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.IGNORECASE | re.ASCII)
"""The region of a stamp: a label of its host names, ``adminmanagement.<region>.<domain>``."""


class Address(msgspec.Struct, frozen=True):
    """An address in parts: lower case, ``host`` with brackets where it is IPv6, ``port`` 0 where
    none was named, ``path`` with its slash or empty.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port; the port only where it is not that of https."""
        port = f":{self.port}" if self.port not in (0, 443) else ""
        return f"{self.scheme}://{self.host}{port}"


class Endpoint(msgspec.Struct, frozen=True):
    """Where a privileged endpoint listens: a host (an IPv6 address without brackets) and a port;
    ``tls`` is WinRM over HTTPS.
    """

    host: str
    port: int
    tls: bool = False

    @property
    def name(self) -> str:
        """``host:port``, as it is shown."""
        return f"{self._bracketed}:{self.port}"

    @property
    def spelled(self) -> str:
        """The one spelling for an inventory: the port only where it is not the usual one."""
        scheme = "https" if self.tls else ""
        place = self._bracketed if self.port == _PORTS[scheme] else self.name
        return f"https://{place}" if self.tls else place

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def read_address(text: object) -> Address | None:
    """Read ``[scheme://]host[:port][/path]`` of plain ASCII; ``None`` for everything else, such as
    a user before the host, a query, a fragment or a host that ends in a dot.
    """
    if not isinstance(text, str) or len(text) > _MAX:
        return None
    found = _ADDRESS.fullmatch(text)
    if found is None or set("?#\\@") & set(text):
        return None
    host, port = found["host"].lower(), found["port"]
    if not _is_host(host) or (port and not 1 <= int(port) <= 65535):
        return None
    return Address((found["scheme"] or "").lower(), host, int(port or 0), found["path"] or "")


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return _is_ip(host[1:-1], ipaddress.IPv6Address)
    # Digits and dots only are an IP address or nothing: 127.1 means different hosts to different
    # readers.
    if re.fullmatch(r"[0-9.]+", host):
        return _is_ip(host, ipaddress.IPv4Address)
    return bool(_HOST.fullmatch(host))


def _is_ip(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def read_https(text: object) -> Address | None:
    """Read an https address that names its scheme; ``None`` for everything else."""
    address = read_address(text)
    return address if address is not None and address.scheme == "https" else None


def read_endpoint(text: object) -> Endpoint | None:
    """Read ``host``, ``host:port`` (WinRM over HTTP, 5985) or ``https://host[:port][/]`` (5986);
    ``None`` for everything else.
    """
    address = read_address(text)
    if address is None or address.scheme not in _PORTS:
        return None
    if address.path not in (("", "/") if address.scheme else ("",)):
        return None
    host = address.host
    if host.startswith("["):
        host = ipaddress.IPv6Address(host[1:-1]).compressed
    port = address.port or _PORTS[address.scheme]
    return Endpoint(host, port, tls=bool(address.scheme))


def is_region(text: object) -> bool:
    """Whether something is what the region of a stamp can be, see ``REGION``."""
    return isinstance(text, str) and REGION.fullmatch(text) is not None
