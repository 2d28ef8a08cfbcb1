from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from urllib3.connection import HTTPConnection

from stampcheck.collect.asking import Limits
from stampcheck.collect.pep_endpoint import endpoint
from stampcheck.collect.pep_fault import Overdue
from stampcheck.collect.pep_http import Traffic
from stampcheck.collect.pep_session import Account, Session
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from tests.emulators.jea import Reply
from tests.emulators.pep import PASSWORD, USER, Behaviour, Pep, start_pep
from tests.emulators.pep_behaviour import Stage, Trouble
from tests.scanner.collect.pep_stage import ASK, CMDLET, INFORMATION, asked, wire


def like(**fields: Any) -> Behaviour:
    return Behaviour(**({"information": INFORMATION} | fields))


def test_a_sibling_is_asked_when_an_endpoint_cannot_be_reached_and_only_then() -> None:
    with start_pep(like(trouble={"Receive": "drop"})) as first, start_pep(like()) as second:
        with start_pep(like()) as third:
            outcome = asked("127.0.0.1:1", first.address, second.address, third.address)
            assert outcome.body == INFORMATION
            assert third.sign_ins == 0
        assert not first.shells
        assert not second.shells


def test_the_failure_names_every_endpoint_and_why() -> None:
    with start_pep(like(trouble={"Create": "quota"})) as busy, start_pep(like(shape="two")) as odd:
        failure = asked("127.0.0.1:1", busy.address, odd.address).failure
    assert failure.detail == (
        f"127.0.0.1:1 refuses the connection; {busy.address} has too many open sessions of this "
        f"account: close some, or wait until they time out; {odd.address} returned 2 objects "
        "where one is expected"
    )
    assert failure.url == CMDLET


@pytest.mark.parametrize(
    "behaviour",
    [
        like(password="another"),
        like(trouble={"Create": "denied"}),
        like(cmdlets=()),
        like(reply=Reply(failure="Not for you", failure_category=18)),
    ],
)
def test_a_refusal_is_not_repeated_at_a_sibling_or_later(behaviour: Behaviour) -> None:
    with start_pep(behaviour) as first, start_pep(like()) as second:
        one = wire(first.address, second.address)
        failure = one.fetch(ASK).failure
        assert failure is not None
        assert failure.reason is Reason.ACCESS_DENIED
        assert "The other endpoints were not tried" in failure.detail
        attempts = first.sign_ins + first.refusals
        assert one.fetch(ASK).failure == failure
        assert first.sign_ins + first.refusals == attempts
        assert first.refusals <= 1
        assert second.sign_ins + second.refusals == 0
        assert not first.shells


def test_two_wires_never_have_two_shells_at_one_endpoint() -> None:
    with start_pep(like(delay=0.02)) as pep, ThreadPoolExecutor(6) as crew:
        outcomes = list(crew.map(lambda _: asked(pep.address, deadline=20.0), range(6)))
        assert all(outcome.body == INFORMATION for outcome in outcomes)
        assert pep.most_shells == 1
        assert pep.sign_ins == 6


def test_an_endpoint_that_stays_busy_is_said_to_be() -> None:
    with start_pep(like(trouble={"Receive": "hang"})) as pep:
        slow = threading.Thread(target=asked, args=(pep.address,), kwargs={"deadline": 1.5})
        slow.start()
        while "Command" not in pep.actions:
            time.sleep(0.01)
        assert "still busy" in asked(pep.address, deadline=0.3).failure.detail
        slow.join()


def test_closing_a_wire_cuts_its_session_and_closes_the_shell() -> None:
    with start_pep(like(trouble={"Receive": "hang"})) as pep, start_pep(like()) as sibling:
        one = wire(pep.address, sibling.address, deadline=60)
        with ThreadPoolExecutor(1) as crew:
            running = crew.submit(one.fetch, ASK)
            while "Command" not in pep.actions:
                time.sleep(0.01)
            began = time.monotonic()
            one.close()
            one.close()
            assert running.result(5).failure is not None
        assert time.monotonic() - began < 5
        assert not pep.shells
        assert sibling.sign_ins == 0


def running(pep: Pep) -> None:
    while "Command" not in pep.actions:
        time.sleep(0.01)


def test_many_hung_endpoints_are_closed_at_once_when_all_are_aborted_first() -> None:
    with ExitStack() as stack, ThreadPoolExecutor(8) as crew:
        hung = like(trouble={"Receive": "hang", "Delete": "hang"})
        peps = [stack.enter_context(start_pep(hung)) for _ in range(8)]
        wires = [wire(pep.address, deadline=60, closing=30) for pep in peps]
        fetches = [crew.submit(one.fetch, ASK) for one in wires]
        for pep in peps:
            running(pep)
        began = time.monotonic()
        for one in wires:
            one.abort()
        assert time.monotonic() - began < 5
        until = began + 0.5
        for one in wires:
            one.close(max(0.0, until - time.monotonic()))
        assert time.monotonic() - began < 20
        assert all(fetch.result(5).failure is not None for fetch in fetches)


def test_closing_has_one_patience_for_all_that_a_wire_left_behind() -> None:
    trouble: dict[Stage, Trouble] = {"Receive": "drop", "Delete": "hang"}
    with ExitStack() as stack:
        peps = [stack.enter_context(start_pep(like(trouble=trouble))) for _ in range(2)]
        one = wire(*(pep.address for pep in peps), deadline=0.5, closing=30)
        assert one.fetch(ASK).failure is not None
        began = time.monotonic()
        one.close(1.5)
        one.close(1.5)
        assert 1.5 < time.monotonic() - began < 2.9


def test_a_wire_that_was_aborted_asks_for_nothing_and_sends_nothing() -> None:
    with start_pep(like()) as pep:
        one = wire(pep.address, password=lambda: pytest.fail("asked for the password"))
        one.abort()
        one.abort()
        failure = one.fetch(ASK).failure
        assert failure is not None
        assert failure.reason is Reason.NOT_COLLECTED
        assert failure.detail == "not asked any more, since the run was ended"
        assert pep.sign_ins + pep.refusals == 0
        one.close()


def test_whoever_waits_for_a_busy_endpoint_stops_waiting_when_its_wire_is_aborted() -> None:
    with start_pep(like(trouble={"Receive": "hang"})) as pep, ThreadPoolExecutor(2) as crew:
        busy, waits = wire(pep.address, deadline=60), wire(pep.address, deadline=60)
        first = crew.submit(busy.fetch, ASK)
        running(pep)
        second = crew.submit(waits.fetch, ASK)
        time.sleep(0.1)
        waits.abort()
        assert "the run was ended" in repr(second.result(1).failure)
        assert pep.sign_ins == 1
        busy.close()
        assert first.result(5).failure is not None


def test_a_connection_that_is_made_after_the_cut_is_cut_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = HTTPConnection(*server.getsockname())
        made.connect()
        traffic = Traffic(10)
        traffic.cut()
        traffic.opened(made)
        assert made.sock.recv(1) == b""
        made.close()


def test_a_shell_that_drips_its_farewell_gives_its_endpoint_free_when_the_wire_is_closed() -> None:
    with start_pep(like(trouble={"Delete": "drip"})) as pep:
        one = wire(pep.address, closing=0.2)
        assert one.fetch(ASK).answer is not None
        (attempt,) = one._attempts
        one.close(0.1)
        assert attempt.is_over(1)


def test_a_sign_in_that_would_not_encrypt_is_refused() -> None:
    with pytest.raises(UsageError):
        wire("10.0.0.4", auth="basic")


def test_a_wire_without_endpoints_says_so() -> None:
    assert "no privileged endpoint is named" in asked().failure.detail


def test_the_number_of_messages_of_a_session_is_bounded() -> None:
    account = Account(USER, PASSWORD)
    session = Session(endpoint("127.0.0.1:1"), account, "", Limits(), 9e9, time.monotonic, print)
    for _ in range(2000):
        session._wire.timing.next()
    with pytest.raises(Overdue, match="within 2000 messages"):
        session._wire.timing.next()
