"""Whether a server could be reached so far."""

from __future__ import annotations

import threading
from typing import Final

from stampcheck.collect.fault import Blocked, Fault, SignInFailed

_TRIES: Final = 2


class Reachability:
    """Remembers a server that could not be reached, so that not every ask waits for it anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._was_reached = False
        self._in_row = 0
        self._last: Fault | None = None

    @property
    def known(self) -> Fault | None:
        """Why asking is of no use; ``None`` while it may be."""
        with self._lock:
            is_given_up = self._in_row >= _TRIES and not self._was_reached
            return self._last if is_given_up else None

    def take(self, fault: Fault | None) -> None:
        """Learn from an ask: ``None`` is an answer, whatever it says."""
        with self._lock:
            self._was_reached = self._was_reached or fault is None
            if isinstance(fault, SignInFailed | Blocked):
                return
            self._in_row = self._in_row + 1 if fault and fault.is_of_connecting else 0
            self._last = fault
