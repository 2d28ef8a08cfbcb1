"""A small run, made once; what befalls it befalls copies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from stampcheck.cli.main import run

REGISTRATION = (
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/azurestack"
    "/providers/Microsoft.AzureStack/registrations/ams-01"
)


@pytest.fixture(scope="package")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run: one stamp, its evidence, all reports."""
    folder = tmp_path_factory.mktemp("small")
    path = folder / "evidence" / "ams-01" / "registration.json"
    path.parent.mkdir(parents=True)
    body = {
        "id": REGISTRATION,
        "name": "ams-01",
        "type": "Microsoft.AzureStack/registrations",
        "properties": {
            "objectId": "2dbdd5f4-0000-4000-8000-000000000001",
            "cloudId": "5bf881b2-0000-4000-8000-000000000001",
            "billingModel": "PayAsYouUse",
        },
    }
    path.write_text(json.dumps(body), encoding="utf-8")
    out = folder / "out"
    assert run(["scan", "--from-files", str(folder / "evidence"), "-o", str(out), "-q"]) == 3
    (made,) = out.iterdir()
    return made


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Path:
    """A copy of the run, to do something to."""
    return Path(shutil.copytree(finished, tmp_path / "run"))
