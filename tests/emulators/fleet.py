"""A whole fleet served from a bundle: a port for each cloud and one for each stamp."""

from __future__ import annotations

import contextlib
import resource
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.targets import CLOUDS
from tests.emulators.arm import Arm
from tests.emulators.declaration import SignIns, Told, render
from tests.emulators.estate import NotServed, Stamp, read_estate
from tests.emulators.faults import Fault, faulty
from tests.emulators.hub import Hub
from tests.emulators.origin import Absent, any_token
from tests.emulators.server import Handler, Servers
from tests.emulators.tls import Authority
from tests.emulators.turned import Turned

_SPACE: Final = uuid.UUID("5d0f1c3e-7d0c-4f43-9f5e-3c0c0f2f7a10")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a fleet answers. ``faults`` are by the name of a cloud or stamp, ``*`` for all of them;
    ``accepts`` judges bearer tokens, ``tenant_of`` gives the tenant of one (empty: any). ``absent``
    is how a kind is answered that the bundle lacks: as ``unsupported``, the gap stays a gap, while
    a 403 would also show that the account has narrow rights.
    """

    latency: float = 0
    page_size: int = 1000
    absent: Absent = "unsupported"
    accepts: Callable[[str], bool] = any_token
    tenant_of: Callable[[str], str] = lambda _token: ""
    faults: Mapping[str, Sequence[Fault]] = {}


class Fleet:
    """Serves a bundle folder on ``servers`` until these stop.

    ``arms`` and ``hubs`` are the handlers by the name of cloud and stamp, ``addresses`` where each
    is served; ``stamp_information`` the bodies for a privileged endpoint by stamp; ``not_served``
    what does not come back over the wire, and why.
    """

    def __init__(
        self,
        bundle: Path,
        servers: Servers,
        authority: Authority,
        sign_ins: SignIns,
        options: Options | None = None,
    ) -> None:
        self.options = options or Options()
        self.authority = authority
        self.sign_ins = sign_ins
        estate = read_estate(bundle)
        self.stamps = estate.stamps
        clouds = {*CLOUDS, *(stamp.cloud for stamp in estate.stamps.values())}
        common = self._common()
        self.arms = {
            name: Arm(tenant_of=self.options.tenant_of, **common) for name in sorted(clouds)
        }
        self.hubs = {name: self._hub(stamp) for name, stamp in self.stamps.items() if stamp.has_hub}
        turned = Turned(estate, self.arms, self.hubs)
        self.not_served: list[NotServed] = turned.not_served
        self.stamp_information = turned.stamp_information
        self.addresses = self._serve(servers)

    def _common(self) -> dict[str, Any]:
        options = self.options
        return {
            "accepts": options.accepts,
            "latency": options.latency,
            "page_size": options.page_size,
            "absent": options.absent,
            "login": self.sign_ins.entra,
        }

    def _hub(self, stamp: Stamp) -> Hub:
        return Hub(
            provider_subscription=stamp.provider_subscription,
            region=stamp.region,
            endpoints=endpoints(stamp.domain, self.sign_ins, is_adfs=stamp.identity == "ADFS"),
            **self._common(),
        )

    def _serve(self, servers: Servers) -> dict[str, str]:
        _make_room(4 * len(self.hubs))
        context = self.authority.server_context()
        addresses = {}
        for name, handler in (*self.arms.items(), *self.hubs.items()):
            port = servers.serve(self._with_faults(name, handler), context)
            addresses[name] = f"https://127.0.0.1:{port}"
        return addresses

    def _with_faults(self, name: str, handler: Handler) -> Handler:
        faults = (*self.options.faults.get(name, ()), *self.options.faults.get("*", ()))
        return faulty(handler, *faults) if faults else handler

    def inventory(
        self, path: Path, privileged_endpoints: Mapping[str, Sequence[str]] | None = None
    ) -> Path:
        """Write the inventory; a stamp's privileged endpoints are ``host:port`` (WinRM over HTTP)
        or ``https://host:port``.
        """
        peps = privileged_endpoints or {}
        told = [self._told(stamp, peps.get(name, ())) for name, stamp in self.stamps.items()]
        clouds = {name: self.addresses[name] for name in self.arms}
        text = render(told, clouds, self.sign_ins, self.authority.ca_bundle)
        path.write_text(text, encoding="utf-8")
        return path

    def _audience(self, name: str) -> str:
        hub = self.hubs.get(name)
        return str(hub.endpoints["authentication"]["audiences"][0]) if hub else ""

    def _told(self, stamp: Stamp, peps: Sequence[str]) -> Told:
        return Told(
            name=stamp.name,
            declared=stamp.declared,
            cloud=stamp.cloud,
            subscription=stamp.subscription,
            admin_endpoint=self.addresses[stamp.name] if stamp.name in self.hubs else "",
            audience=self._audience(stamp.name),
            region=stamp.region,
            provider_subscription=stamp.provider_subscription,
            is_adfs=stamp.identity == "ADFS",
            privileged_endpoints=tuple(peps),
        )


def _make_room(sockets: int) -> None:
    """Allow so many open sockets and some more, as far as the system lets a process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = sockets + 1024
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def endpoints(domain: str, sign_ins: SignIns, *, is_adfs: bool) -> dict[str, Any]:
    """What a stamp says of itself (facts/azure.md 2.2), with the emulated sign-in."""
    login = f"{sign_ins.adfs_address}/adfs" if is_adfs else f"{sign_ins.entra}/"
    host = domain or "local.stack.contoso.example"
    return {
        "galleryEndpoint": f"https://adminportal.{host}:30015/",
        "graphEndpoint": f"https://graph.{host}/" if is_adfs else "https://graph.windows.net/",
        "portalEndpoint": f"https://adminportal.{host}/",
        "authentication": {
            "loginEndpoint": login,
            "audiences": [f"https://management.{host}/{uuid.uuid5(_SPACE, host)}"],
        },
    }
