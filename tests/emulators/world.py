"""Everything that a live collection speaks to, served at once from a bundle, with an inventory that
leads there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.emulators.declaration import SECRET, SignIns
from tests.emulators.faults import Fault
from tests.emulators.fleet import Fleet, Options
from tests.emulators.pep import USER, Behaviour, Pep, start_peps
from tests.emulators.server import Handler, Servers
from tests.emulators.sts import Sts
from tests.emulators.tls import Authority

PASSWORD = "Planted-p4ssword:of-everybody"
"""The secret of every account; it may show nowhere."""

TOKEN = "planted-token-marker"
"""Is part of every token; it may show nowhere."""


class World(msgspec.Struct, frozen=True):
    """What is served, and how it is reached. ``requests`` are those to Azure, stamps and
    authorities, each with its port.
    """

    fleet: Fleet
    peps: dict[str, Pep]
    inventory: Path
    servers: Servers
    authority: Authority

    @property
    def environment(self) -> dict[str, str]:
        """What the sign-ins of the inventory take their secret from."""
        return {SECRET: PASSWORD}

    def methods(self) -> set[str]:
        """The methods that Azure and the stamps saw, the sign-ins left out."""
        ports = {int(address.rpartition(":")[2]) for address in self.fleet.addresses.values()}
        return {request.method for port, request in self.servers.requests if port in ports}


@contextmanager
def serve_world(
    bundle: Path,
    folder: Path,
    *,
    faults: Mapping[str, Sequence[Fault]] | None = None,
    pep: Behaviour | None = None,
    sts: Handler | None = None,
    password: str = PASSWORD,
    options: Options | None = None,
) -> Iterator[World]:
    """Serve a bundle; ``faults`` by the name of a cloud or stamp, ``pep`` what every privileged
    endpoint is like. ``password`` is what authorities and endpoints accept.
    """
    like = msgspec.structs.replace(pep or Behaviour(), user=USER, password=password)
    with Servers() as servers:
        authority = Authority(folder)
        context = authority.server_context()
        entra = servers.serve(sts or Sts(secret=password, marker=TOKEN).answer, context)
        adfs = servers.serve(
            sts or Sts(secret=password, marker=TOKEN, is_adfs=True).answer, context
        )
        sign_ins = SignIns(
            entra=f"https://127.0.0.1:{entra}", adfs=f"https://127.0.0.1:{adfs}", user=USER
        )
        chosen = msgspec.structs.replace(options or Options(), faults=faults or {})
        fleet = Fleet(bundle, servers, authority, sign_ins, chosen)
        with start_peps(fleet.stamp_information, like) as peps:
            places = {name: [one.address] for name, one in peps.items()}
            inventory = fleet.inventory(folder / "live.toml", places)
            yield World(fleet, peps, inventory, servers, authority)
