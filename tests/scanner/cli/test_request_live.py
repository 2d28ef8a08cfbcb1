"""What is asked of persons after a live collection: nothing that the machines can say."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msgspec
import pytest

from tests.emulators import faults
from tests.emulators.declaration import SECRET
from tests.emulators.faults import Fault
from tests.emulators.synthetic import write_synthetic
from tests.emulators.world import PASSWORD, serve_world
from tests.scanner.conftest import Command

FIRST = "stamp-s00000"
RIGHT = "Microsoft.AzureBridge.Admin/activations/read"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the inventory's sign-ins take their secret from."""
    monkeypatch.setenv(SECRET, PASSWORD)


def scanned(stampcheck: Command, folder: Path, fault: Fault, *more: object) -> Path:
    """A live run in which one stamp of two has a fault."""
    made = write_synthetic(folder / "made", 2)
    with serve_world(made, folder, faults={FIRST: [fault]}) as world:
        ran = stampcheck("scan", "--inventory", world.inventory, "--timeout", 2, *more)
    return Path(ran.out.splitlines()[-1])


@pytest.mark.parametrize(
    "fault",
    [
        faults.failing(503),
        faults.failing(500, at="activations"),
        faults.throttled(3600),
        faults.hang(at="activations"),
        faults.cut(),
    ],
    ids=["503", "500", "throttled", "hangs", "cut"],
)
def test_who_was_not_reached_is_asked_again_by_a_scan_and_not_by_a_person(
    stampcheck: Command, tmp_path: Path, fault: Fault
) -> None:
    run = scanned(stampcheck, tmp_path, fault)
    ran = stampcheck("request", "-i", run)

    command = f"run stampcheck scan --inventory live.toml --resume {run} again"
    assert ran.out.count(command) == 1, ran.out
    assert f"activation of {FIRST}" in ran.out
    assert "Ask the" not in ran.out
    assert "  For " not in ran.out
    assert "export-script" not in ran.out


def test_a_right_that_is_missing_is_asked_of_a_person(stampcheck: Command, tmp_path: Path) -> None:
    run = scanned(stampcheck, tmp_path, faults.forbidden(RIGHT, "activations"))
    ran = stampcheck("request", "-i", run)

    assert "--resume" not in ran.out
    assert f"  For {FIRST} " in ran.out
    assert "export-script" in ran.out


def test_of_a_zip_the_scan_needs_the_folder(stampcheck: Command, tmp_path: Path) -> None:
    run = scanned(stampcheck, tmp_path, faults.failing(503))
    packed = tmp_path / "bundle.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((run / "bundle").rglob("*")):
            archive.write(path, path.relative_to(run / "bundle"))
    ran = stampcheck("request", "-i", packed)

    assert f"unpack {packed} into FOLDER" in ran.out
    assert "--resume FOLDER again" in ran.out


def test_what_is_there_is_not_asked_for_again(stampcheck: Command, tmp_path: Path) -> None:
    # An activation that was answered, but tells no registration.
    blank = faults.Fault(
        lambda _, response: msgspec.structs.replace(
            response,
            body=b'{"id": "/subscriptions/2757c369-0000-4000-8000-00000000000a/resourceGroups/'
            b"azurestack-activation/providers/Microsoft.AzureBridge.Admin/activations/default"
            b'", "properties": {"provisioningState": "Succeeded"}}',
        ),
        at="activations",
    )
    run = scanned(stampcheck, tmp_path, blank)
    ran = stampcheck("request", "-i", run)

    assert "(activation)" not in ran.out, ran.out


def test_what_is_there_but_too_old_is_asked_for_again(stampcheck: Command, tmp_path: Path) -> None:
    run = scanned(stampcheck, tmp_path, faults.slow(0), "--as-of", "2090-01-01")
    ran = stampcheck("request", "-i", run)

    assert "(activation)" in ran.out, ran.out
