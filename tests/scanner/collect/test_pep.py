from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stampcheck.collect.asking import Limits
from stampcheck.collect.journal import Journal
from stampcheck.collect.pep_attempt import Attempt
from stampcheck.collect.pep_endpoint import endpoint
from stampcheck.collect.pep_session import Account, NotAllowed, Session
from stampcheck.errors import UsageError
from stampcheck.model import Reason
from tests.emulators.jea import Reply
from tests.emulators.pep import PASSWORD, USER, Behaviour, start_pep, start_peps
from tests.emulators.stamp_objects import Shape
from tests.emulators.tls import Authority
from tests.scanner.collect.pep_stage import ASK, CMDLET, INFORMATION, asked, wire
from tests.scanner.collect.stage import NOW

ROOT = Path(__file__).parents[3]


def like(**fields: Any) -> Behaviour:
    return Behaviour(**({"information": INFORMATION} | fields))


@pytest.mark.parametrize(
    "shape", ["class", "custom", "deserialized", "ordered", "hashtable", "typed"]
)
def test_every_shape_of_the_object_gives_the_same_json(shape: Shape) -> None:
    with start_pep(like(shape=shape)) as pep:
        outcome = asked(pep.address)
        assert outcome.body == INFORMATION
        assert list(outcome.body) == list(INFORMATION)
        assert not pep.shells
        assert pep.plain == 0
        assert pep.commands == [CMDLET]


def test_an_answer_names_the_cmdlet_and_the_journal_the_host_and_each_message() -> None:
    with start_pep(like()) as pep:
        outcome = asked(pep.address)
    answer = outcome.fetched.answer
    assert answer is not None
    assert (answer.url, answer.status, answer.at) == (CMDLET, 0, NOW)
    methods = ["Create", "Receive", "Command", "Receive", "Delete"]
    assert [entry.method for entry in outcome.entries] == methods == pep.actions
    for entry in outcome.entries:
        assert (entry.channel, entry.stamp, entry.status) == ("pep", "seattle", 200)
        what = f" {CMDLET}" if entry.method == "Command" else ""
        assert entry.url == f"127.0.0.1:{pep.port}{what}"
        assert entry.bytes > 0
        assert not entry.error


def test_what_the_recipe_leaves_out_is_not_in_the_answer() -> None:
    more = {"RootCACertificates": [{"Thumbprint": "A"}], "HardwareInfo": "x", "hardwareinfo2": "y"}
    with start_pep(like(information=INFORMATION | more, shape="custom")) as pep:
        assert asked(pep.address).body == INFORMATION | {"hardwareinfo2": "y"}


@pytest.mark.parametrize(
    "path", ["Get-Command", "get-azurestackstampinformation", "", f"{CMDLET} "]
)
def test_no_other_cmdlet_is_run_and_no_connection_is_opened_for_one(path: str) -> None:
    with start_pep(like()) as pep:
        one = wire(pep.address)
        with pytest.raises(NotAllowed):
            one.fetch(msgspec.structs.replace(ASK, path=path))
        session = Session(
            endpoint(pep.address), Account(USER, PASSWORD), "", Limits(), 9e9, time.monotonic, print
        )
        with pytest.raises(NotAllowed):
            session.run(path)
        assert pep.sign_ins == 0
        assert not pep.actions


def test_the_privileged_endpoint_of_emulated_rules_runs_no_script() -> None:
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.wsman import WSMan

    with (
        start_pep(like()) as pep,
        WSMan("127.0.0.1", port=pep.port, ssl=False, username=USER, password=PASSWORD) as wsman,
        RunspacePool(wsman, configuration_name="PrivilegedEndpoint") as pool,
    ):
        shell = PowerShell(pool).add_script(CMDLET)
        assert shell.invoke() == []
        assert [error.fq_error for error in shell.streams.error] == ["ScriptsNotAllowed"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_in_a_session_is_no_answer() -> None:
    account = Account(USER, PASSWORD)
    session = Session(endpoint("127.0.0.1:1"), account, "", Limits(), 9e9, time.monotonic, print)
    released: list[bool] = []
    attempt = Attempt(session, "Get-Command", USER, lambda: released.append(True), closing=1)
    with pytest.raises(RuntimeError, match="a defect"):
        attempt.result(2, 2)
    assert attempt.is_over(2)
    assert released == [True]
    for thread in threading.enumerate():
        if thread.name == "privileged endpoint":
            thread.join(2)


def test_over_tls_with_a_private_authority_the_sign_in_is_bound_to_the_channel(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path)
    context = authority.server_context()
    certificate = next(tmp_path.glob("server-*.pem")).read_bytes().partition(b"-----BEGIN CERT")
    pem = certificate[1] + certificate[2]
    with start_pep(like(), tls=context, certificate=pem) as pep:
        outcome = asked(pep.address, ca_bundle=str(authority.ca_bundle))
        assert outcome.body == INFORMATION
        assert not pep.shells


def test_a_proxy_a_netrc_and_a_ca_bundle_of_the_environment_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    program = (
        "from tests.scanner.collect.pep_stage import asked\n"
        "import sys\nprint(asked(sys.argv[1]).body['CloudID'])\n"
    )
    dead = "http://127.0.0.1:1"
    surroundings = os.environ | {
        "HTTP_PROXY": dead,
        "http_proxy": dead,
        "ALL_PROXY": dead,
        "HTTPS_PROXY": dead,
        "HOME": str(tmp_path),
        "REQUESTS_CA_BUNDLE": "/nowhere.pem",
        "PYTHONPATH": str(ROOT),
    }
    with start_pep(like()) as pep:
        done = subprocess.run(
            [sys.executable, "-c", program, pep.address],
            env=surroundings, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.stdout.strip() == INFORMATION["CloudID"], done.stderr
    assert done.stderr == ""


def test_a_hang_writes_nothing_to_the_screen() -> None:
    program = (
        "from tests.scanner.collect.pep_stage import asked\n"
        "import sys\nprint(asked(sys.argv[1], deadline=0.8).failure.reason)\n"
    )
    with start_pep(like(trouble={"Receive": "hang"}, reply=Reply(warnings=("slow",)))) as pep:
        done = subprocess.run(
            [sys.executable, "-c", program, pep.address],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("unreachable", "")


def test_a_password_that_cannot_be_had_is_said_and_nothing_is_sent() -> None:
    def missing() -> str:
        raise UsageError("the environment variable PEP_PASSWORD is not set")

    with start_pep(like()) as pep:
        failure = asked(pep.address, password=missing).failure
        assert failure.reason is Reason.NOT_COLLECTED
        assert failure.detail == "the environment variable PEP_PASSWORD is not set"
        assert pep.sign_ins == 0


def test_a_password_is_asked_for_once_and_only_when_needed() -> None:
    times: list[int] = []

    def password() -> str:
        times.append(1)
        return PASSWORD

    with start_pep(like()) as pep:
        one = wire(pep.address, password=password)
        assert not times
        assert one.fetch(ASK).answer is not None
        assert one.fetch(ASK).answer is not None
    assert times == [1]


def test_a_user_without_a_domain_is_refused_before_anything_is_sent() -> None:
    with start_pep(like()) as pep:
        failure = asked(pep.address, user="cloudadmin").failure
        assert r"write it as DOMAIN\user" in failure.detail
        assert pep.sign_ins + pep.refusals == 0


def test_without_its_libraries_kerberos_is_said_to_be_missing() -> None:
    if find_spec("gssapi"):
        pytest.skip("the libraries are there")
    with start_pep(like()) as pep:
        failure = asked(pep.address, pep.address, auth="kerberos").failure
    assert "install stampcheck[kerberos]" in failure.detail


def test_a_password_appears_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lines: list[bytes] = []
    told = []
    for behaviour in (
        like(),
        like(password="another"),
        like(trouble={"Receive": "no-psrp"}),
        like(trouble={"Create": "hang"}),
    ):
        with start_pep(behaviour) as pep:
            one = wire(pep.address, lines=lines, deadline=1.0)
            told.append(repr(one.fetch(ASK)))
            told += [repr(one), repr(one._account), str(one._account), repr(vars(one))]
            one.close()
    ours = [record for record in caplog.records if not record.name.startswith("psrpcore")]
    logged = "".join(record.getMessage() + str(record.exc_info) for record in ours)
    assert PASSWORD not in b"".join(lines).decode() + "".join(told) + logged
    assert "StampVersion" not in logged


def test_thirty_four_stamps_are_asked_side_by_side() -> None:
    bodies = {
        f"stamp{number}": msgspec.json.encode(INFORMATION | {"NumberOfNodes": number})
        for number in range(4, 38)
    }
    with start_peps(bodies) as peps, ThreadPoolExecutor(34) as crew:
        outcomes = list(crew.map(lambda pep: asked(pep.address, deadline=30.0), peps.values()))
        assert [outcome.body["NumberOfNodes"] for outcome in outcomes] == list(range(4, 38))
        assert not any(pep.shells for pep in peps.values())


def test_a_journal_that_cannot_be_written_is_no_fault_of_the_endpoint() -> None:
    def full(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with start_pep(like()) as pep:
        with pytest.raises(OSError, match="No space left"):
            wire(pep.address, journal=Journal(full)).fetch(ASK)
        assert not pep.shells


def test_an_endpoint_that_accepts_no_connection_is_given_up_in_time() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        place = f"127.0.0.1:{full.getsockname()[1]}"
        others = [socket.socket() for _ in range(4)]
        for other in others:
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        outcome = asked(place)
        for other in others:
            other.close()
    assert outcome.failure.reason is Reason.UNREACHABLE
    assert outcome.seconds < 2.5
