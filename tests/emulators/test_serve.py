"""The emulators can be started by hand."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from stampcheck.inventory import read_inventory

ROOT = Path(__file__).parents[2]


def test_serving_says_where_writes_an_inventory_and_ends_at_once_with_ctrl_c(
    tmp_path: Path,
) -> None:
    inventory = tmp_path / "inventory.toml"
    words = ("serve", "--stamps", "2", "--inventory", str(inventory))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.emulators", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if "Ctrl-C" in line:
                break
        found = read_inventory(inventory)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert any(line.startswith("https://127.0.0.1:") for line in told)
    assert all(target.admin_endpoint for target in found.reach.targets.values())
