"""Threads that ask many at once, in lanes, so that who is slow holds up nobody else.

Work that takes long no longer counts against the workers of its lane: other work takes its place.
Work that is overdue is given up: its thread cannot be stopped, but its late result is dropped, and
being a daemon it does not keep the program from ending.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

import msgspec

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_SLOW: Final = 3.0
_MOST: Final = 256


class Done(msgspec.Struct, Generic[K, T], frozen=True):
    """What became of a piece of work: its result, or the exception that ended it."""

    key: K
    result: T | None = None
    error: BaseException | None = None


class _Lane(Generic[K, T]):
    """Work that waits, when the rest was begun, and the threads that are there for it."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[K, Callable[[], T]]] = deque()
        self.began: dict[K, float] = {}
        self.threads = 0


class Crew(Generic[K, T]):
    """Up to ``workers`` pieces of work a lane at one time; ``slow`` is the number of seconds after
    which a piece is no longer counted, ``most`` what a lane never exceeds; ``ahead`` is waited for
    before each piece, which begins only then. One thread uses it.
    """

    def __init__(
        self,
        workers: int,
        monotonic: Callable[[], float],
        *,
        slow: float = _SLOW,
        most: int = _MOST,
        ahead: Callable[[], None] = lambda: None,
    ) -> None:
        self._workers = workers
        self._ahead = ahead
        self._monotonic = monotonic
        self._slow = slow
        self._most = max(most, workers)
        self._lanes: dict[str, _Lane[K, T]] = {}
        self._done: queue.SimpleQueue[Done[K, T]] = queue.SimpleQueue()
        self._lock = threading.Lock()

    def give(self, lane: str, key: K, work: Callable[[], T]) -> None:
        """Hand over a piece of work under a key of its own; it begins when its lane allows."""
        found = self._lanes.setdefault(lane, _Lane())
        with self._lock:
            found.waiting.append((key, work))
        self._reinforce(found)

    def take(self, timeout: float) -> Done[K, T] | None:
        """The next result, or None where none came within so many seconds."""
        for lane in self._lanes.values():
            self._reinforce(lane)
        try:
            return self._done.get(timeout=timeout)
        except queue.Empty:
            return None

    def give_up(self, patience: Callable[[K], float]) -> list[K]:
        """Give up what was begun longer ago than the seconds that it is given; the keys of it."""
        now = self._monotonic()
        with self._lock:
            late = [
                (lane, key)
                for lane in self._lanes.values()
                for key, began in lane.began.items()
                if now - began > patience(key)
            ]
            for lane, key in late:
                del lane.began[key]
                lane.threads -= 1
        return [key for _, key in late]

    def abandon(self) -> list[K]:
        """Give up everything that runs and that waits; the keys of it."""
        with self._lock:
            keys = [
                key
                for lane in self._lanes.values()
                for key in (*lane.began, *(key for key, _ in lane.waiting))
            ]
            for lane in self._lanes.values():
                lane.threads -= len(lane.began)
                lane.began.clear()
                lane.waiting.clear()
        return keys

    def _reinforce(self, lane: _Lane[K, T]) -> None:
        """Start threads for what waits: as many as there are workers, and one for each piece of
        slow work.
        """
        now = self._monotonic()
        with self._lock:
            slow = sum(now - began > self._slow for began in lane.began.values())
            room = min(self._workers + slow, self._most) - lane.threads
            idle = lane.threads - len(lane.began)
            missing = max(0, min(room, len(lane.waiting) - idle))
            lane.threads += missing
        for _ in range(missing):
            threading.Thread(target=self._run, args=(lane,), daemon=True).start()

    def _next(self, lane: _Lane[K, T]) -> tuple[K, Callable[[], T]] | None:
        """Begin what waits longest; without any, or with too many threads, this one ends."""
        now = self._monotonic()
        with self._lock:
            busy = sum(now - began <= self._slow for began in lane.began.values())
            if not lane.waiting or busy >= self._workers:
                lane.threads -= 1
                return None
            key, work = lane.waiting.popleft()
            lane.began[key] = now
            return key, work

    def _run(self, lane: _Lane[K, T]) -> None:
        """Do one piece of work after the other, as long as the lane has any for this thread."""
        while True:
            self._ahead()
            work = self._next(lane)
            if work is None:
                return
            done = _done(*work)
            with self._lock:
                is_awaited = lane.began.pop(done.key, None) is not None
            if not is_awaited:
                # Given up, and no longer counted.
                return
            self._done.put(done)


def _done(key: K, work: Callable[[], T]) -> Done[K, T]:
    try:
        return Done(key, result=work())
    except BaseException as error:  # noqa: BLE001 (handed to the thread that waits)
        return Done(key, error=error)
