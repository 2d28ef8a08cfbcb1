"""The emulator keeps to what the facts say of a privileged endpoint, whoever its client is."""

from __future__ import annotations

import http.client
from pathlib import Path

import msgspec
import pytest
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from tests.emulators.jea import Reply
from tests.emulators.ntlm import accounts_file
from tests.emulators.pep import PASSWORD, USER, Behaviour, start_pep, start_peps

CMDLET = "Get-AzureStackStampInformation"
CONFIGURATION = "PrivilegedEndpoint"
INFORMATION = {"StampVersion": "1.2108.2.65"}


def client(port: int, user: str = USER, password: str = PASSWORD) -> WSMan:
    return WSMan("127.0.0.1", port=port, ssl=False, username=user, password=password, no_proxy=True)


def run(port: int, cmdlet: str) -> PowerShell:
    with client(port) as wsman, RunspacePool(wsman, configuration_name=CONFIGURATION) as pool:
        shell = PowerShell(pool).add_cmdlet(cmdlet)
        shell.invoke()
        shell.close()
        return shell


def test_a_visible_cmdlet_gives_its_object_and_warns() -> None:
    reply = Reply(warnings=("This takes a while",))
    with start_pep(Behaviour(information=INFORMATION, reply=reply)) as pep:
        shell = run(pep.port, CMDLET)
        assert [warning.message for warning in shell.streams.warning] == ["This takes a while"]
        assert shell.output[0].adapted_properties == INFORMATION
        assert (pep.plain, pep.shells, pep.sign_ins) == (0, {}, 1)
        assert pep.actions == ["Create", "Receive", "Command", "Receive", "Signal", "Delete"]


def test_a_cmdlet_that_is_not_visible_fails_as_under_jea() -> None:
    with start_pep() as pep:
        shell = run(pep.port, "ConvertTo-Json")
        assert shell.had_errors
        assert [error.fq_error for error in shell.streams.error] == ["CommandNotFoundException"]


def test_an_error_that_lets_the_pipeline_go_on_comes_with_the_output() -> None:
    with start_pep(Behaviour(information=INFORMATION, reply=Reply(error="half"))) as pep:
        shell = run(pep.port, CMDLET)
        assert not shell.had_errors
        assert len(shell.output) == 1
        assert [str(error) for error in shell.streams.error] == ["half"]


@pytest.mark.parametrize(
    ("user", "password"), [(USER, "wrong"), ("cloudadmin", PASSWORD), ("A\\nobody", PASSWORD)]
)
def test_another_account_is_not_let_in(user: str, password: str) -> None:
    with start_pep() as pep:
        with pytest.raises(AuthenticationError):
            RunspacePool(client(pep.port, user, password)).open()
        assert (pep.refusals, pep.sign_ins) == (1, 0)


def test_another_configuration_is_unknown() -> None:
    with start_pep() as pep, pytest.raises(WSManFaultError) as raised:
        RunspacePool(client(pep.port)).open()
    assert raised.value.code == 2150858811


def test_a_message_in_the_clear_is_counted_and_not_answered() -> None:
    with start_pep() as pep:
        connection = http.client.HTTPConnection("127.0.0.1", pep.port)
        connection.request("POST", "/wsman", b"<s:Envelope/>")
        assert connection.getresponse().status == 401
        connection.close()
        assert pep.plain == 1


def test_a_fleet_has_an_endpoint_for_each_stamp() -> None:
    bodies = {name: msgspec.json.encode({"RegionName": name}) for name in ("one", "two")}
    with start_peps(bodies) as peps:
        for name, pep in peps.items():
            output = run(pep.port, CMDLET).output[0]
            assert output.adapted_properties == {"RegionName": name}


def test_a_password_may_hold_a_colon(tmp_path: Path) -> None:
    path = accounts_file(tmp_path, USER, "a:b:c")
    assert path.read_text().count(":") == 6 - 1
