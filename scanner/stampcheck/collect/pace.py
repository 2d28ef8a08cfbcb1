"""No more requests in a second than were asked for, whoever makes them."""

from __future__ import annotations

import threading
from collections.abc import Callable


class _Turns(threading.local):
    """Turns that this thread has waited for and not used."""

    number = 0


class Pace:
    """Lets callers pass at most ``rate`` times a second, evenly; from any thread."""

    def __init__(
        self, rate: float, *, monotonic: Callable[[], float], sleep: Callable[[float], object]
    ) -> None:
        self._gap = 1 / rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0
        self._turns = _Turns()

    def ahead(self) -> None:
        """Wait for a turn that this thread will use at its next request."""
        if not self._turns.number:
            self._wait()
            self._turns.number = 1

    def __call__(self) -> None:
        """Wait for the caller's turn, unless it has waited ahead."""
        if self._turns.number:
            self._turns.number = 0
        else:
            self._wait()

    def _wait(self) -> None:
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)
