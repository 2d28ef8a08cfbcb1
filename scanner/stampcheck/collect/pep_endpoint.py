"""Where a privileged endpoint listens, as the inventory spells it."""

from __future__ import annotations

from stampcheck.address import Endpoint, read_endpoint
from stampcheck.errors import UsageError

__all__ = ["Endpoint", "endpoint"]


def endpoint(text: str) -> Endpoint:
    """Read ``host``, ``host:port`` (WinRM over HTTP, 5985) or ``https://host[:port]`` (5986), by
    the grammar of the inventory.

    Raises UsageError.
    """
    place = read_endpoint(text)
    if place is None:
        raise UsageError(
            f"{text[:100]!r} is no privileged endpoint: host, host:port or https://host:port is"
            " needed"
        )
    return place
