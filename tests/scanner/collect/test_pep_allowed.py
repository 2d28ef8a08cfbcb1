"""What may be run on a privileged endpoint and sent to it, and where."""

from __future__ import annotations

import time

import pytest
from pypsrp.wsman import WSManAction
from requests.exceptions import InvalidSchema

from stampcheck.collect.asking import Limits
from stampcheck.collect.pep_endpoint import endpoint
from stampcheck.collect.pep_fault import Overdue
from stampcheck.collect.pep_http import Refused
from stampcheck.collect.pep_session import ACTIONS, CMDLETS, Account, NotAllowed, Session
from tests.emulators.pep import PASSWORD, USER, Behaviour, start_pep


def test_what_may_be_run_and_sent_is_exactly_this() -> None:
    assert {"Get-AzureStackStampInformation"} == CMDLETS
    assert {"Create", "Command", "Receive", "Send", "Signal", "Delete"} == ACTIONS


@pytest.mark.parametrize(
    "action", [text for name, text in vars(WSManAction).items() if not name.startswith("_")]
)
def test_no_message_of_the_protocol_passes_but_those(action: str) -> None:
    name = action.rpartition("/")[2]
    with start_pep(Behaviour()) as pep:
        account = Account(USER, PASSWORD)
        session = Session(endpoint(pep.address), account, "", Limits(), 0, time.monotonic, print)
        expected = Overdue if name in ACTIONS else NotAllowed
        with pytest.raises(expected):
            session._wire.invoke(action, "x", None)
        assert pep.sign_ins == 0


def test_a_message_that_is_not_on_the_list_is_not_sent() -> None:
    with start_pep(Behaviour()) as pep:
        account = Account(USER, PASSWORD)
        session = Session(endpoint(pep.address), account, "", Limits(), 9e9, time.monotonic, print)
        with pytest.raises(NotAllowed):
            session._wire.get_server_config()
        with pytest.raises(NotAllowed):
            session._wire.invoke(WSManAction.PUT, "x", None)
        assert pep.sign_ins == 0


def test_a_session_speaks_to_its_endpoint_only() -> None:
    account = Account(USER, PASSWORD)
    session = Session(endpoint("127.0.0.1:1"), account, "", Limits(), 9e9, time.monotonic, print)
    inner = session._wire.transport.session
    assert inner is not None
    for method, url in (("GET", "http://127.0.0.1:1/wsman"), ("POST", "http://127.0.0.2:1/wsman")):
        with pytest.raises(Refused):
            inner.request(method, url)
    with pytest.raises(InvalidSchema):
        inner.post("https://127.0.0.1:1/wsman")
