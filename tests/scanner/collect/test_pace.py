"""A rate is kept whoever asks."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stampcheck.collect.pace import Pace


class Clock:
    """A clock that only sleeping and waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(st.floats(0.5, 50), st.lists(st.floats(0, 3), min_size=2, max_size=30))
def test_two_requests_are_never_closer_than_the_rate_allows(rate: float, idle: list[float]) -> None:
    clock = Clock()
    pace = Pace(rate, monotonic=lambda: clock.now, sleep=clock.sleep)
    passed = []
    for seconds in idle:
        clock.sleep(seconds)
        pace()
        passed.append(clock.now)

    gaps = [late - early for early, late in pairwise(passed)]
    assert min(gaps) >= 1 / rate - 1e-6


def test_who_is_slower_than_the_rate_never_waits() -> None:
    clock = Clock()
    pace = Pace(10, monotonic=lambda: clock.now, sleep=clock.sleep)
    for _ in range(5):
        clock.sleep(1)
        before = clock.now
        pace()
        assert clock.now == before


def test_a_turn_that_was_waited_for_ahead_is_used_once() -> None:
    clock = Clock()
    pace = Pace(1, monotonic=lambda: clock.now, sleep=clock.sleep)
    passed = []
    for _ in range(3):
        pace.ahead()
        pace.ahead()
        pace()
        passed.append(clock.now)
    pace()

    assert passed == [100, 101, 102]
    assert clock.now == 103
