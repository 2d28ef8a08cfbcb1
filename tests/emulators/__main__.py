"""Serve a fleet for trying by hand: ``python -m tests.emulators serve BUNDLE``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.emulators.declaration import SECRET, SignIns
from tests.emulators.fleet import Fleet, Options
from tests.emulators.server import Servers
from tests.emulators.sts import Sts
from tests.emulators.synthetic import write_synthetic
from tests.emulators.tls import Authority

_USUAL = "an-emulated-secret"


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators")
    command = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help="serve a bundle until Ctrl-C"
    )
    command.add_argument("bundle", type=Path, nargs="?", help="a bundle folder")
    command.add_argument("--stamps", type=int, help="so many made-up stamps instead of a bundle")
    command.add_argument("--latency", type=float, default=0, help="seconds before each answer")
    command.add_argument("--page-size", type=int, default=1000)
    command.add_argument("--absent", default="unsupported", help="forbidden, unavailable, empty")
    command.add_argument("--inventory", type=Path, help="write the inventory there")
    command.add_argument(
        "--pep", action="append", default=[], help="STAMP=HOST:PORT of a privileged endpoint"
    )
    found = parser.parse_args(words)
    if (found.bundle is None) == (found.stamps is None):
        parser.error("name a bundle, or give --stamps")
    return found


def _sign_ins(servers: Servers, authority: Authority) -> SignIns:
    """Token endpoints that know the secret of the environment, or the usual one."""
    secret = os.environ.get(SECRET, _USUAL)
    context = authority.server_context()
    entra = servers.serve(Sts(secret=secret).answer, context)
    adfs = servers.serve(Sts(secret=secret, is_adfs=True).answer, context)
    return SignIns(entra=f"https://127.0.0.1:{entra}", adfs=f"https://127.0.0.1:{adfs}")


def _told(fleet: Fleet, inventory: Path) -> str:
    lines = [f"{address}  {name}" for name, address in fleet.addresses.items()]
    lines += [f"not served: {one.label}: {one.why}" for one in fleet.not_served]
    if SECRET not in os.environ:
        lines.append(f"export {SECRET}={_USUAL}")
    return "\n".join((*lines, f"inventory: {inventory}", "Ctrl-C ends it.", ""))


def main(words: Sequence[str]) -> int:
    """Serve until Ctrl-C; 0."""
    found = _arguments(words)
    with tempfile.TemporaryDirectory() as folder, Servers() as servers:
        authority = Authority(Path(folder))
        bundle = found.bundle or write_synthetic(Path(folder) / "bundle", found.stamps)
        options = Options(latency=found.latency, page_size=found.page_size, absent=found.absent)
        fleet = Fleet(bundle, servers, authority, _sign_ins(servers, authority), options)
        peps: dict[str, list[str]] = {}
        for one in found.pep:
            name, _, place = one.rpartition("=")
            peps.setdefault(name, []).append(place)
        inventory = fleet.inventory(found.inventory or Path(folder) / "inventory.toml", peps)
        try:
            # Whoever has read the last line may press Ctrl-C before the next statement here.
            sys.stdout.write(_told(fleet, inventory))
            sys.stdout.flush()
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
