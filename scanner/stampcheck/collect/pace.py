"""No more requests in a second than were asked for, whoever makes them."""

from __future__ import annotations

import threading
from collections.abc import Callable


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

    def __call__(self) -> None:
        """Wait for the caller's turn."""
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self._sleep(turn - now)
