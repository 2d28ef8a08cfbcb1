"""Faults of the machine: a full disk, Ctrl-C in the middle, a reader that goes away."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stampcheck.bundle import Bundle
from stampcheck.collect.files import collect_files
from tests.benchmarks.generator import write_bundle
from tests.scanner.conftest import Command

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def start(*arguments: object, cwd: Path, limit: int = 0) -> subprocess.Popen[str]:
    """Start the command line, optionally with a limit on the size of the files it may write."""
    # Coverage writes files of its own, which the limit would stop.
    environment = {key: value for key, value in os.environ.items() if "COVERAGE" not in key}

    def prepare() -> None:
        # Whoever runs the tests in the background has SIGINT ignored, which a child inherits.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "stampcheck", *map(str, arguments)],
        cwd=cwd,
        env=environment if limit else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,  # noqa: PLW1509 (the limit has to be set in the child)
    )


def test_a_full_disk_is_one_sentence_and_loses_no_evidence(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", 60)
    ran = start("evaluate", tmp_path / "bundle", "-o", "out", cwd=tmp_path, limit=20_000)
    _, err = ran.communicate(timeout=60)

    assert ran.returncode == 5
    assert "Traceback" not in err
    assert err.count("\n") <= 2
    with Bundle(tmp_path / "bundle") as bundle:
        bundle.verify()


def test_ctrl_c_while_judging_ends_with_130_and_keeps_the_bundle(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", 20_000)
    ran = start("evaluate", tmp_path / "bundle", "-o", "out", cwd=tmp_path)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("out/*/findings.part")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(ran.pid, signal.SIGINT)
    _, err = ran.communicate(timeout=60)

    assert ran.returncode == 130
    assert "Traceback" not in err
    with Bundle(tmp_path / "bundle") as bundle:
        bundle.verify()


def test_ctrl_c_while_reading_keeps_what_was_read(evidence: Path, tmp_path: Path) -> None:
    read = []

    def interrupt(number: int) -> None:
        read.append(number)
        if len(read) == 2:
            raise KeyboardInterrupt

    collected = collect_files(evidence, tmp_path / "bundle", NOW, None, interrupt)

    assert collected.interrupted
    with Bundle(tmp_path / "bundle") as bundle:
        bundle.verify()
        assert not bundle.manifest.complete
        assert bundle.manifest.documents == 2


def test_an_interrupted_bundle_can_be_judged_and_says_so(
    stampcheck: Command, evidence: Path, tmp_path: Path
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    collect_files(evidence, tmp_path / "bundle", NOW, None, interrupt)
    ran = stampcheck("evaluate", tmp_path / "bundle")

    assert ran.code == 3
    assert "interrupted" in ran.err


@pytest.mark.parametrize("command", [("rules", "list"), ("causes", "list")])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = start(*command, cwd=tmp_path)
    assert ran.stdout is not None
    assert ran.stderr is not None
    ran.stdout.close()
    err = ran.stderr.read()
    ran.stderr.close()

    assert ran.wait(timeout=30) in (0, 1)
    assert "Traceback" not in err
