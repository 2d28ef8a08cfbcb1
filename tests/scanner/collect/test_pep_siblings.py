from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stampcheck.collect.asking import Limits
from stampcheck.collect.pep_endpoint import endpoint
from stampcheck.collect.pep_fault import Overdue
from stampcheck.collect.pep_session import Account, Session
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from tests.emulators.jea import Reply
from tests.emulators.pep import PASSWORD, USER, Behaviour, start_pep
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
        slow = threading.Thread(target=asked, args=(pep.address,), kwargs={"deadline": 3.0})
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
