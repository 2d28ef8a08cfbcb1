"""How long an ask may still take, and sockets that keep to it however slowly a server speaks."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from stampcheck.collect.crew import Crew

_NEVER = float("inf")


class Allowance(threading.local):
    """What is left to the ask of this thread: seconds with its repetitions and pages, and bytes.

    Outside of an ask nothing is bounded here; each request still has its own bounds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until = _NEVER
        self._bytes = _NEVER

    @contextmanager
    def of(self, *, seconds: float, size: int) -> Iterator[None]:
        """Bound what this thread does within."""
        self._until, self._bytes = self._monotonic() + seconds, size
        try:
            yield
        finally:
            self._until = self._bytes = _NEVER

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count what happens within, such as a person who signs in."""
        began = self._monotonic()
        try:
            yield
        finally:
            self._until += self._monotonic() - began

    def seconds(self) -> float:
        """Seconds left, not below zero."""
        return max(0.0, self._until - self._monotonic())

    def size(self) -> float:
        """Bytes left, not below zero."""
        return max(0.0, self._bytes)

    def spend(self, size: int) -> None:
        """Count the bytes of a body."""
        self._bytes -= size


def at_most(seconds: float, work: Callable[[], object]) -> bool:
    """Do work in a thread that is given up after so many seconds; whether it came to its end.

    What it raises in time is raised here. The thread is a daemon, so that one that was given up
    does not keep the program from ending.
    """
    crew: Crew[str, object] = Crew(1, time.monotonic)
    crew.give("", "", work)
    done = crew.take(min(max(0.0, seconds), threading.TIMEOUT_MAX))
    if done is not None and done.error is not None:
        raise done.error
    return done is not None


class _Reading(threading.local):
    until = _NEVER


# A pooled socket serves one thread after the other; the deadline is that of the thread.
_reading = _Reading()


@contextmanager
def reading_for(seconds: float) -> Iterator[None]:
    """Let every patient socket that this thread reads from time out when the time is over."""
    _reading.until = time.monotonic() + seconds
    try:
        yield
    finally:
        _reading.until = _NEVER


class PatientSocket(ssl.SSLSocket):
    """A socket whose time-out is for the whole of an answer, its headers included: a server that
    sends a byte now and then keeps every time-out that counts from one byte to the next.
    """

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 (as in ssl)
        """Read as ``SSLSocket`` does; ``TimeoutError`` where the thread's time is over."""
        _bound(self)
        return super().recv_into(buffer, nbytes, flags)


class PatientPlainSocket(socket.socket):
    """The same without TLS, for what is read before it begins."""

    @classmethod
    def of(cls, other: socket.socket) -> Self:
        """Take the connection of another socket over."""
        timeout = other.gettimeout()
        found = cls(other.family, other.type, other.proto, other.detach())
        found.settimeout(timeout)
        return found

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:  # noqa: ANN401 (as in socket)
        """Read as ``socket`` does; ``TimeoutError`` where the thread's time is over."""
        _bound(self)
        return super().recv_into(buffer, nbytes, flags)


def _bound(one: socket.socket) -> None:
    """Let the next reading take no longer than the thread has time."""
    left = _reading.until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    timeout = one.gettimeout()
    if left < _NEVER and (timeout is None or left < timeout):
        one.settimeout(left)
