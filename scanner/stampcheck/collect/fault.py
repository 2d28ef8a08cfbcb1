"""What goes wrong on the way to an answer, each as one sentence that says what to do about it.

They are no ``AzureError``, so that no policy of the SDK takes them for a reason to ask again.
"""

from __future__ import annotations

from typing import ClassVar, Self

from stampcheck.collect.origin import host_of
from stampcheck.model import Reason


class Fault(Exception):  # noqa: N818 (becomes a Failure)
    """Why there is no answer. ``is_repeatable``: another try may help; ``is_of_connecting``: the
    server was not even reached.
    """

    usual: ClassVar[Reason] = Reason.UNREACHABLE
    is_repeatable: ClassVar[bool] = False
    is_of_connecting: ClassVar[bool] = False

    def __init__(self, detail: str, reason: Reason | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason or self.usual


class NotReached(Fault):
    """No connection: name, network, port or proxy."""

    is_repeatable = True
    is_of_connecting = True


class NotTrusted(Fault):
    """No connection, for the sake of TLS: asking again changes nothing."""

    is_of_connecting = True


class Dropped(Fault):
    """The connection ended before the answer did."""

    is_repeatable = True


class Silent(Fault):
    """A connection, and then nothing."""


class TooSlow(Fault):
    """An answer that was not whole when its time was over."""


class TooLarge(Fault):
    """An answer larger than its bound."""

    usual = Reason.MALFORMED


class Garbled(Fault):
    """An answer that is no HTTP, or packed in a way that cannot be undone."""

    usual = Reason.MALFORMED


class Astray(Fault):
    """A listing that broke off, or an answer that points elsewhere."""


class SignInFailed(Fault):
    """The credential gave no token."""

    usual = Reason.ACCESS_DENIED


class Blocked(Fault):
    """stampcheck itself did not send the request."""

    @classmethod
    def of(cls, method: str, url: str) -> Self:
        """What was blocked, without its path and query."""
        return cls(f"a {method[:20]} to {host_of(url)} was not sent: {cls.why}")

    why: ClassVar[str] = "it is not allowed"


class WriteBlocked(Blocked):
    """A request that does not only read."""

    why = "stampcheck only reads"


class HostBlocked(Blocked):
    """A request to somewhere else than the address that was named."""

    why = "only the addresses of the inventory are asked"
