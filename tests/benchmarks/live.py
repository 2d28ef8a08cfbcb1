"""Measures a live collection against the same requests made by hand with threads and plain httpx.

    python -m tests.benchmarks.live [--stamps 1000] [--latency 0.05] [--workers 16] [--rounds 3]

The fleet is served by a process of its own. What is made by hand are the requests of stampcheck's
own journal, with as many at one time, one client a host, nothing checked and nothing written.
Nothing here asserts a time; that the collection was whole is checked in every run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import requests

from tests.emulators.declaration import SECRET

_SECRET: Final = "a-secret-of-the-benchmark"
_LANES: Final = 2
"""Azure and the stamps are asked side by side, each by so many workers."""

_MAIN: Final = "import sys; from stampcheck.cli.main import main; main()"
_COLLECT: Final = (sys.executable, "-c", _MAIN, "collect")


class Cost(NamedTuple):
    """Seconds by the wall clock, seconds of the processor, and the number of requests."""

    wall: float
    processor: float
    requests: int


@contextmanager
def served(folder: Path, stamps: int, latency: float) -> Iterator[Path]:
    """The inventory of a fleet that another process serves."""
    inventory = folder / "fleet.toml"
    command = [sys.executable, "-m", "tests.emulators", "serve", "--stamps", str(stamps)]
    process = subprocess.Popen(
        [*command, "--latency", str(latency), "--inventory", str(inventory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, SECRET: _SECRET},
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Ctrl-C"):
                break
        yield inventory
    finally:
        process.terminate()
        process.communicate()


def collected(inventory: Path, folder: Path, workers: int) -> tuple[Cost, list[str]]:
    """Run ``stampcheck collect`` as a whole process; its cost and the addresses it asked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [*_COLLECT, "--inventory", inventory, "-o", folder, "--workers", str(workers), "-q"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, SECRET: _SECRET},
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    bundle = Path(done.stdout.strip())
    lines = (bundle / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    urls = [one["url"] for one in asked if one["channel"] in ("arm", "stamp")]
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, processor, len(asked)), urls


def by_hand(urls: Sequence[str], context: ssl.SSLContext, ca: str, workers: int, kind: str) -> Cost:
    """Make the same requests with a client a host and thread, and a token that is no secret."""
    clients = _Clients(context, ca, kind)
    before = time.process_time()
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        statuses = list(pool.map(clients.get, urls))
    cost = Cost(time.perf_counter() - began, time.process_time() - before, len(statuses))
    clients.close()
    return cost


class _Clients:
    """One client for each host, made when it is first asked."""

    def __init__(self, context: ssl.SSLContext, ca: str, kind: str) -> None:
        self._context = context
        self._ca = ca
        self._kind = kind
        self._clients: dict[str, httpx.Client | requests.Session] = {}
        self._lock = threading.Lock()

    def get(self, url: str) -> int:
        headers = {"Authorization": "Bearer benchmark", "Accept": "application/json"}
        return self._client(urlsplit(url).netloc).get(url, headers=headers).status_code

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _client(self, host: str) -> httpx.Client | requests.Session:
        with self._lock:
            if host not in self._clients:
                self._clients[host] = self._made()
            return self._clients[host]

    def _made(self) -> httpx.Client | requests.Session:
        if self._kind == "httpx":
            return httpx.Client(verify=self._context, timeout=60)
        session = requests.Session()
        session.trust_env = False
        session.verify = self._ca
        return session


def _ca_of(inventory: Path) -> str:
    lines = inventory.read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("ca_bundle"))


def measured(found: argparse.Namespace) -> dict[str, list[Cost]]:
    """The costs of each round, in turn, so that a noisy minute hits all of them."""
    costs: dict[str, list[Cost]] = {"stampcheck collect": [], "httpx": [], "requests": []}
    with (
        tempfile.TemporaryDirectory() as scratch,
        served(Path(scratch), found.stamps, found.latency) as inventory,
    ):
        ca = _ca_of(inventory)
        context = ssl.create_default_context(cafile=ca)
        for number in range(found.rounds):
            cost, urls = collected(inventory, Path(scratch) / f"run{number}", found.workers)
            costs["stampcheck collect"].append(cost)
            for kind in ("httpx", "requests"):
                costs[kind].append(by_hand(urls, context, ca, _LANES * found.workers, kind))
    return costs


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.live")
    parser.add_argument("--stamps", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    found = parser.parse_args()
    costs = measured(found)
    base = median(cost.wall for cost in costs["httpx"])
    print(f"{found.stamps} stamps, {found.latency * 1000:.0f} ms, {found.workers} workers a lane")
    print(f"{'':<20}{'requests':>10}{'wall s':>10}{'x httpx':>10}{'ms CPU / request':>20}")
    for name, some in costs.items():
        wall = median(cost.wall for cost in some)
        each = median(cost.processor * 1000 / cost.requests for cost in some)
        print(f"{name:<20}{some[0].requests:>10}{wall:>10.1f}{wall / base:>10.2f}{each:>20.2f}")


if __name__ == "__main__":
    main()
