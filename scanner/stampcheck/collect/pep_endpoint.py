"""Where a privileged endpoint listens, as the inventory spells it."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from stampcheck.errors import UsageError

_PORTS: Final = {"http": 5985, "https": 5986}
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class Endpoint(msgspec.Struct, frozen=True):
    """A host (an IPv6 address without brackets) and a port; ``tls`` is WinRM over HTTPS."""

    host: str
    port: int
    tls: bool = False

    @property
    def name(self) -> str:
        """``host:port``, as it is shown."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def endpoint(text: str) -> Endpoint:
    """Read ``host``, ``host:port`` (WinRM over HTTP, 5985) or ``https://host[:port]`` (5986).

    Raises UsageError.
    """
    try:
        parts = urlsplit(text.strip() if "://" in text else f"http://{text.strip()}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unusable(text) from None
    if parts.scheme not in _PORTS or _has_more(parts) or not _is_host(host) or port == 0:
        raise _unusable(text)
    return Endpoint(host, port or _PORTS[parts.scheme], parts.scheme == "https")


def _unusable(text: str) -> UsageError:
    return UsageError(
        f"{text[:100]!r} is no privileged endpoint: host, host:port or https://host:port is needed"
    )


def _has_more(parts: SplitResult) -> bool:
    return bool(parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _NAME.fullmatch(host) is not None
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True
