"""What an interruption leaves, and how the user is told to go on."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stampcheck.bundle import BundleWriter, Manifest
from stampcheck.cli.gathering import one_interrupt_a_time
from stampcheck.cli.unfinished import holds_anything, tidy
from stampcheck.collect.ledger import Ledger
from stampcheck.document import Document
from tests.emulators import faults
from tests.emulators.declaration import SECRET
from tests.emulators.synthetic import write_synthetic
from tests.emulators.world import PASSWORD, World, serve_world
from tests.scanner.conftest import Command

SLOW = "stamp-s00002"
MOMENT = "2026-11-22T12:00:00Z"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_synthetic(tmp_path / "made", 3)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the inventory's sign-ins take their secret from."""
    monkeypatch.setenv(SECRET, PASSWORD)


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """What a collection leaves that was ended by force."""
    run = tmp_path / "runs" / "20261122T120000Z"
    run.mkdir(parents=True)
    ledger = Ledger(run)
    ledger.keep(Document(kind="endpoints", label="ams/endpoints.json", collected_at=MOMENT))
    ledger.close()
    return run


def interrupted(
    world: World, out: Path, signals: list[int], gap: float, command: str = "scan"
) -> subprocess.CompletedProcess[str]:
    """Run a command and send it signals once it has collected something."""
    words = [sys.executable, "-m", "stampcheck", command, "--inventory", str(world.inventory)]
    ran = subprocess.Popen(
        [*words, "-o", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for _ in range(600):
        if sum(len(path.read_bytes().splitlines()) for path in _documents(out)) >= 10:
            break
        time.sleep(0.05)
    for one in signals:
        if ran.poll() is None:
            ran.send_signal(one)
        time.sleep(gap)
    told, err = ran.communicate(timeout=60)
    return subprocess.CompletedProcess(words, ran.returncode, told, err)


def _documents(out: Path) -> list[Path]:
    return list(out.glob("*/collecting/documents.jsonl"))


@pytest.mark.parametrize("gap", [0.0, 0.004, 0.7])
@pytest.mark.parametrize("number", [2, 5])
def test_however_often_ctrl_c_is_pressed_what_was_collected_stays(
    bundle: Path, tmp_path: Path, stampcheck: Command, gap: float, number: int
) -> None:
    out = tmp_path / "out"
    with serve_world(bundle, tmp_path, faults={SLOW: [faults.slow(60)]}) as world:
        ran = interrupted(world, out, [signal.SIGINT] * number, gap)

    # One that comes while Python itself ends is that of the system.
    assert ran.returncode == 130, ran.stderr
    assert "Traceback" not in ran.stderr
    (run,) = out.iterdir()
    assert f"go on with --resume {run}" in ran.stderr

    kept = [*run.glob("*/documents.jsonl")]
    assert len(kept) == 1
    assert len(kept[0].read_bytes().splitlines()) >= 10

    (tmp_path / "again").mkdir()
    with serve_world(bundle, tmp_path / "again") as world:
        again = stampcheck("scan", "--inventory", world.inventory, "--resume", run)
    assert again.code == 0, again.err


def test_a_collection_that_was_ended_by_a_signal_names_how_to_go_on(
    bundle: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with serve_world(bundle, tmp_path, faults={SLOW: [faults.slow(60)]}) as world:
        ran = interrupted(world, out, [signal.SIGTERM], 0, "collect")

    (run,) = out.iterdir()
    assert ran.returncode == 130
    assert f"go on with --resume {run}" in ran.stderr


def test_a_deadline_names_how_to_go_on(bundle: Path, tmp_path: Path, stampcheck: Command) -> None:
    with serve_world(bundle, tmp_path, faults={SLOW: [faults.slow(60)]}) as world:
        ran = stampcheck("scan", "--inventory", world.inventory, "--deadline", 4)
        run = Path(ran.out.splitlines()[-1])
        collected = stampcheck("collect", "--inventory", world.inventory, "--deadline", 4)
        judged = stampcheck("evaluate", run)

    assert f"go on with --resume {run}" in ran.err
    assert f"go on with --resume {Path(collected.out.strip()).parent}" in collected.err
    assert f"go on with --resume {run}" in judged.err


def test_a_folder_goes_only_where_nothing_was_collected(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    assert not holds_anything(run)
    ledger = Ledger(run)
    assert not holds_anything(run)
    ledger.keep(Document(kind="endpoints", label="x"))
    assert holds_anything(run)
    ledger.drop()
    writer = BundleWriter(run / "bundle")
    assert not holds_anything(run)
    writer.close(Manifest(collected_at=MOMENT))
    assert holds_anything(run)


def test_a_bundle_that_was_broken_off_goes_and_what_it_was_made_of_stays(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    ledger = Ledger(run)
    ledger.keep(Document(kind="endpoints", label="x"))
    ledger.close()
    (run / "bundle").mkdir()
    (run / "bundle" / "documents.jsonl").touch()
    tidy(run)
    assert [one.name for one in run.iterdir()] == ["collecting"]

    (run / "bundle").mkdir()
    (run / "bundle" / "manifest.json").touch()
    tidy(run)
    assert [one.name for one in run.iterdir()] == ["bundle"]


def test_interrupts_in_quick_succession_are_one() -> None:
    times = 0
    with one_interrupt_a_time():
        for wait in (0, 0, 0.6):
            time.sleep(wait)
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                times += 1

    assert times == 2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_wrong_option_leaves_no_folder(tmp_path: Path, stampcheck: Command) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text('[[stamp]]\nname = "ams"\nadmin_endpoint = "https://127.0.0.1:9"\n')
    for words in (("--stamp", "nobody"), ("--sign-in", "cly"), ("--resume", tmp_path)):
        ran = stampcheck("scan", "--inventory", path, "-o", tmp_path / "out", *words)

        assert ran.code == 2
        assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("broken_off", ["", "bundle"])
@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "{}"),
        ("report", "{}"),
        ("request", "-i", "{}"),
        ("explain", "ams", "-i", "{}"),
        ("find", "5bf881b2-0000-4000-8000-000000000001", "-i", "{}"),
        ("inventory", "init", "{}"),
    ],
)
def test_a_run_that_was_ended_by_force_is_said_to_be_unfinished(
    stampcheck: Command, killed: Path, words: tuple[str, ...], broken_off: str
) -> None:
    if broken_off:
        (killed / "bundle").mkdir()
        (killed / "bundle" / "documents.jsonl").touch()
    for place in (killed, killed / "collecting", *([killed / "bundle"] if broken_off else [])):
        ran = stampcheck(*(word.format(place) for word in words))

        assert ran.code == 2, ran.err
        assert len(ran.err.splitlines()) == 1
        assert re.search("was interrupted", ran.err)
        assert f"--resume {killed}" in ran.err


def test_a_stamp_may_be_called_like_the_folder(stampcheck: Command, evidence: Path) -> None:
    (evidence / "ams-01").rename(evidence / "collecting")

    assert stampcheck("request", "-i", evidence).code == 0


def test_an_unfinished_file_collection_names_no_resume(stampcheck: Command, evidence: Path) -> None:
    run = Path(stampcheck("scan", "--from-files", evidence).out.splitlines()[-1])
    manifest = run / "bundle" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"complete": False}))
    ran = stampcheck("evaluate", run)

    assert "The evidence is incomplete" in ran.err
    assert "--resume" not in ran.err
