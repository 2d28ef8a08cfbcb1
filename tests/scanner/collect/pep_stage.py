"""What the tests of the privileged endpoint play on: a wire, a journal, what came of it."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from stampcheck.collect.asking import Answer, Ask, Failure, Fetched, Limits
from stampcheck.collect.journal import Entry, Journal
from stampcheck.collect.pep import PepWire
from tests.emulators.pep import PASSWORD, USER
from tests.scanner.collect.stage import now

CMDLET = "Get-AzureStackStampInformation"
ASK = Ask(
    wire="pep:seattle",
    kind="stamp-information",
    path=CMDLET,
    label="seattle/stamp-information.json",
    owner="seattle",
)
DEADLINE = 2.0
INFORMATION: dict[str, Any] = {
    "StampVersion": "1.2108.2.65",
    "CloudID": "5bf881b2-0000-4000-8000-000000000001",
    "DeploymentID": "2757c369-0000-4000-8000-000000000002",
    "IdentitySystem": "AzureAD",
    "NumberOfNodes": 4,
    "AdminExternalEndpoints": {"AdminResourceManager": "https://adminmanagement.local.contoso/"},
    "EmergencyConsoleIPAddresses": ["192.168.200.225", "192.168.200.226"],
    "ERCSVMInformation": [
        {"Name": "AzS-ERCS01", "IPAddress": "192.168.200.225", "HostName": "node01"},
        {"Name": "AzS-ERCS02", "IPAddress": "192.168.200.226", "HostName": None},
    ],
    "DCVMInformation": [],
}


class Outcome(msgspec.Struct, frozen=True):
    """What a fetch brought, what the journal holds, how many seconds it took."""

    fetched: Fetched
    entries: list[Entry]
    seconds: float

    @property
    def body(self) -> Any:
        answer = self.fetched.answer
        assert isinstance(answer, Answer), self.fetched.failure
        return msgspec.json.decode(answer.body)

    @property
    def failure(self) -> Failure:
        assert self.fetched.answer is None
        assert self.fetched.failure is not None
        return self.fetched.failure


def wire(*endpoints: str, lines: list[bytes] | None = None, **options: Any) -> PepWire:
    written: list[bytes] = [] if lines is None else lines
    given: dict[str, Any] = {
        "user": USER,
        "password": lambda: PASSWORD,
        "journal": Journal(written.append),
        "clock": now,
        "limits": Limits(connect=1),
        "deadline": DEADLINE,
    }
    return PepWire("seattle", endpoints, **(given | options))


def asked(*endpoints: str, patience: float = 5, **options: Any) -> Outcome:
    """Ask once and close."""
    lines: list[bytes] = []
    made = wire(*endpoints, lines=lines, **options)
    began = time.monotonic()
    fetched = made.fetch(ASK)
    seconds = time.monotonic() - began
    made.close(patience)
    return Outcome(fetched, [msgspec.json.decode(line, type=Entry) for line in lines], seconds)
