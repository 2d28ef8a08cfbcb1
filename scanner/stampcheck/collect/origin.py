"""Where a URL points, read so strictly that no two readers can differ about it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from stampcheck.address import Address, read_address

_URL: Final = re.compile(r"(https?://[^/?#]+)([/?][^\x00-\x1f\x7f\\#]*)?", re.IGNORECASE)
_PORTS: Final = {"https": 443, "http": 80}
# What may stand in a path and query as it is; the percent sign keeps encodings as they came.
_KEPT: Final = "!$%&'()*+,/:;=?@[]~-._"


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, lower case and with its port; empty for what has another
    scheme, a user before the host, a fragment, control characters or backslashes.
    """
    address = _address(url)
    if address is None:
        return ""
    return f"{address.scheme}://{address.host}:{address.port or _PORTS[address.scheme]}"


def host_of(url: str) -> str:
    """The host of a URL to name in a sentence, its port only where it is not the usual."""
    address = _address(url)
    if address is None:
        return "another address"
    usual = address.port in (0, _PORTS[address.scheme])
    return address.host if usual else f"{address.host}:{address.port}"


def encoded(url: str) -> str:
    """The URL with spaces, braces and whatever else no URL may hold percent-encoded."""
    return quote(url, safe=_KEPT + "#")


def _address(url: str) -> Address | None:
    found = _URL.fullmatch(url)
    return read_address(found[1]) if found else None
