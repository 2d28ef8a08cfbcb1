"""Threads in lanes: who is slow holds up nobody, who is overdue is given up."""

import threading
import time

import pytest

from stampcheck.collect.crew import Crew, Done


def everything(crew: Crew[str, int], number: int) -> list[Done[str, int]]:
    done: list[Done[str, int]] = []
    while len(done) < number:
        taken = crew.take(5)
        assert taken is not None, "nothing came within five seconds"
        done.append(taken)
    return done


def new_crew(workers: int = 2, slow: float = 60) -> Crew[str, int]:
    return Crew(workers, time.monotonic, slow=slow)


def test_every_piece_of_work_gives_one_result() -> None:
    crew = new_crew()
    for number in range(50):
        crew.give("lane", str(number), lambda n=number: n)  # type: ignore[misc]

    done = everything(crew, 50)

    assert {one.key: one.result for one in done} == {str(n): n for n in range(50)}
    assert crew.take(0.01) is None


def test_no_more_work_is_begun_than_there_are_workers() -> None:
    running, most, lock = [0], [0], threading.Lock()

    def work() -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1
        return 0

    crew = new_crew(workers=3)
    for number in range(30):
        crew.give("lane", str(number), work)
    everything(crew, 30)

    assert most[0] <= 3


def test_work_that_hangs_holds_up_neither_its_lane_nor_another() -> None:
    gate = threading.Event()
    crew = new_crew(workers=1, slow=0.05)
    crew.give("pep", "hangs", lambda: int(gate.wait(30)))
    crew.give("pep", "waits", lambda: 1)
    crew.give("azure", "elsewhere", lambda: 2)

    # A tick of the caller's loop is when slow work is noticed.
    assert crew.take(5) == Done("elsewhere", 2)
    time.sleep(0.1)
    assert crew.take(5) == Done("waits", 1)

    gate.set()
    assert crew.take(5) == Done("hangs", 1)


def test_overdue_work_is_given_up_and_its_late_result_dropped() -> None:
    gate = threading.Event()
    crew = new_crew()
    crew.give("lane", "late", lambda: int(gate.wait(30)))
    crew.give("lane", "in time", lambda: 1)
    assert crew.take(5) == Done("in time", 1)

    assert crew.give_up(lambda _: 3600) == []
    assert crew.give_up(lambda _: -1) == ["late"]

    gate.set()
    assert crew.take(0.2) is None
    assert crew.abandon() == []


def test_what_runs_and_what_waits_can_be_abandoned() -> None:
    gate = threading.Event()
    crew = new_crew(workers=1)
    for key in ("runs", "waits", "waits too"):
        crew.give("lane", key, lambda: int(gate.wait(30)))

    assert crew.abandon() == ["runs", "waits", "waits too"]

    gate.set()
    assert crew.take(0.2) is None


@pytest.mark.parametrize("raised", [ValueError("x"), KeyboardInterrupt()])
def test_what_work_raises_is_handed_to_the_thread_that_waits(raised: BaseException) -> None:
    def work() -> int:
        raise raised

    crew = new_crew()
    crew.give("lane", "key", work)
    done = crew.take(5)

    assert done is not None
    assert done.error is raised


def test_work_has_not_begun_while_it_waits_for_its_turn() -> None:
    gate = threading.Event()

    def ahead() -> None:
        gate.wait(30)

    crew: Crew[str, int] = Crew(2, time.monotonic, ahead=ahead)
    for key in "abc":
        crew.give("lane", key, lambda: 1)

    assert crew.take(0.05) is None
    assert crew.give_up(lambda _: -1) == []

    gate.set()
    assert {done.key for done in everything(crew, 3)} == {"a", "b", "c"}


def test_a_thread_that_was_given_up_does_not_count_as_idle() -> None:
    gate = threading.Event()
    crew = new_crew(workers=1)
    crew.give("lane", "lost", lambda: int(gate.wait(30)))
    time.sleep(0.05)
    assert crew.give_up(lambda _: -1) == ["lost"]

    crew.give("lane", "next", lambda: 1)

    assert crew.take(5) == Done("next", 1)
    gate.set()
