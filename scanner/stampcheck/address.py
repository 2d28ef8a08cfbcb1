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
    re.IGNORECASE,
)
_MAX: Final = 500


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
        return _is_ip(host[1:-1])
    # Digits and dots only are an IP address or nothing: 127.1 means different hosts to different
    # readers.
    return _is_ip(host) if re.fullmatch(r"[0-9.]+", host) else bool(_HOST.fullmatch(host))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def read_https(text: object) -> Address | None:
    """Read an https address that names its scheme; ``None`` for everything else."""
    address = read_address(text)
    return address if address is not None and address.scheme == "https" else None
