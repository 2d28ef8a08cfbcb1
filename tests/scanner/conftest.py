"""A command line to type at, and a small fleet to type about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from stampcheck.cli.main import run

SUBSCRIPTION = "0b2a1c3d-1111-4000-8000-000000000001"
CLOUD_ID = "5bf881b2-0000-4000-8000-000000000001"
REGISTRATION = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/ams-01"
)


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def stampcheck(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


def write(path: Path, body: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body), encoding="utf-8")


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """One stamp in order, but for a tenant that nothing settles."""
    folder = tmp_path / "evidence"
    write(
        folder / "ams-01" / "registration.json",
        {
            "id": REGISTRATION,
            "name": "ams-01",
            "type": "Microsoft.AzureStack/registrations",
            "properties": {
                "objectId": "2dbdd5f4-0000-4000-8000-000000000001",
                "cloudId": CLOUD_ID,
                "billingModel": "PayAsYouUse",
            },
        },
    )
    write(
        folder / "ams-01" / "activation.json",
        {
            "id": "/subscriptions/2757c369-0000-4000-8000-00000000000a/resourceGroups"
            "/azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations/default",
            "properties": {
                "azureRegistrationResourceIdentifier": REGISTRATION,
                "expiration": "9999-12-30T23:59:59Z",
                "marketplaceSyndicationEnabled": True,
                "usageReportingEnabled": True,
                "provisioningState": "Succeeded",
            },
        },
    )
    write(
        folder / "locks.json",
        [
            {
                "id": f"{REGISTRATION}/providers/Microsoft.Authorization/locks/keep",
                "level": "CanNotDelete",
                "name": "keep",
            }
        ],
    )
    return folder


@pytest.fixture
def expired(evidence: Path) -> Path:
    """The same stamp with an activation that ran out."""
    path = evidence / "ams-01" / "activation.json"
    path.write_text(path.read_text().replace("9999-12-30", "2020-01-01"))
    return evidence
