"""Threads that ask many at once, in lanes, so that who is slow holds up nobody else.

Work that takes long no longer counts against the workers of its lane: other work takes its place.
Work that is overdue is given up: its thread cannot be stopped, but its late result is dropped, and
being a daemon it does not keep the program from ending.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator
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
    """Work that waits, and when the rest was begun."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[K, Callable[[], T]]] = deque()
        self.began: dict[K, float] = {}


class Crew(Generic[K, T]):
    """Up to ``workers`` pieces of work a lane at one time; ``slow`` is the number of seconds after
    which a piece is no longer counted, ``most`` what a lane never exceeds. One thread uses it.
    """

    def __init__(
        self,
        workers: int,
        monotonic: Callable[[], float],
        *,
        slow: float = _SLOW,
        most: int = _MOST,
    ) -> None:
        self._workers = workers
        self._monotonic = monotonic
        self._slow = slow
        self._most = max(most, workers)
        self._lanes: dict[str, _Lane[K, T]] = {}
        self._done: queue.SimpleQueue[Done[K, T]] = queue.SimpleQueue()

    def give(self, lane: str, key: K, work: Callable[[], T]) -> None:
        """Hand over a piece of work under a key of its own; it begins when its lane allows."""
        found = self._lanes.setdefault(lane, _Lane())
        found.waiting.append((key, work))
        self._begin(found)

    def take(self, timeout: float) -> Done[K, T] | None:
        """The next result, or None where none came within so many seconds."""
        for lane in self._lanes.values():
            self._begin(lane)
        try:
            while True:
                done = self._done.get(timeout=timeout)
                lane_of = next((one for one in self._lanes.values() if done.key in one.began), None)
                if lane_of is not None:
                    del lane_of.began[done.key]
                    self._begin(lane_of)
                    return done
        except queue.Empty:
            return None

    def give_up(self, patience: Callable[[K], float]) -> list[K]:
        """Give up what was begun longer ago than the seconds that it is given; the keys of it."""
        now = self._monotonic()
        late = [
            (lane, key)
            for lane in self._lanes.values()
            for key, began in lane.began.items()
            if now - began > patience(key)
        ]
        for lane, key in late:
            del lane.began[key]
        return [key for _, key in late]

    def unfinished(self) -> Iterator[K]:
        """The keys of what runs and of what waits; nothing of it is to be taken any more."""
        for lane in self._lanes.values():
            yield from lane.began
            yield from (key for key, _ in lane.waiting)
            lane.began.clear()
            lane.waiting.clear()

    def _begin(self, lane: _Lane[K, T]) -> None:
        """Begin what waits, as long as there are workers; slow work is not counted."""
        now = self._monotonic()
        busy = sum(now - began <= self._slow for began in lane.began.values())
        while lane.waiting and busy < self._workers and len(lane.began) < self._most:
            key, work = lane.waiting.popleft()
            lane.began[key] = now
            busy += 1
            thread = threading.Thread(target=self._run, args=(key, work), daemon=True)
            thread.start()

    def _run(self, key: K, work: Callable[[], T]) -> None:
        try:
            done = Done[K, T](key, result=work())
        except BaseException as error:  # noqa: BLE001 (handed to the thread that waits)
            done = Done[K, T](key, error=error)
        self._done.put(done)
