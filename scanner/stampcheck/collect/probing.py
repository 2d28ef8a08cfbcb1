"""Probes of everything that an inventory names, side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from stampcheck.collect.asking import Ask, Wire
from stampcheck.collect.probe import METADATA, Get, probe, probe_privileged_endpoint
from stampcheck.collect.proxy import Proxies, proxies_for
from stampcheck.collect.tools import Tools
from stampcheck.collect.trust import ca_file
from stampcheck.collect.wire import ArmWire
from stampcheck.errors import UsageError
from stampcheck.health import Sights
from stampcheck.sighting import Probe
from stampcheck.targets import Cloud, Reach, Target

_AT_A_TIME: Final = 64


def probe_all(reach: Reach, tools: Tools, *, timeout: float) -> Sights:
    """Probe the clouds, the stamps and the privileged endpoints of ``reach``, each for at most
    ``timeout`` seconds. No sign-in; every request is a GET and stands in the journal.
    """
    prober = _Prober(tools, timeout)
    targets = list(reach.targets.values())
    clouds = {one.cloud: reach.clouds[one.cloud] for one in targets if one.cloud in reach.clouds}
    with ThreadPoolExecutor(_AT_A_TIME) as crew:
        of_clouds = {name: crew.submit(prober.cloud, cloud) for name, cloud in clouds.items()}
        of_stamps = {
            one.name: crew.submit(prober.stamp, one) for one in targets if one.admin_endpoint
        }
        privileged = {
            one.name: [
                crew.submit(prober.privileged, one, place) for place in one.privileged_endpoints
            ]
            for one in targets
            if one.privileged_endpoints
        }
    return Sights(
        clouds={name: done.result() for name, done in of_clouds.items()},
        stamps={name: done.result() for name, done in of_stamps.items()},
        privileged={name: [one.result() for one in same] for name, same in privileged.items()},
    )


class _Prober:
    """Probes one place at a time; called by many threads."""

    def __init__(self, tools: Tools, timeout: float) -> None:
        self._tools = tools
        self._timeout = timeout
        self._environment = tools.surroundings.environment
        self._limits = msgspec.structs.replace(
            tools.limits, connect=timeout, read=timeout, request=timeout, retries=0, body=1_000_000
        )

    def cloud(self, cloud: Cloud) -> Probe:
        """Azure's Resource Manager, through the proxy that the environment names."""

        def work() -> Probe:
            ca = ca_file(cloud.ca_bundle, self._environment)
            return self._https("azure", cloud.arm, ca, proxies_for(cloud.arm, self._environment))

        return _said(cloud.arm, work)

    def stamp(self, target: Target) -> Probe:
        """A stamp's Resource Manager, never through a proxy."""

        def work() -> Probe:
            ca = ca_file(target.ca_bundle, self._environment)
            return self._https(f"entry:{target.name}", target.admin_endpoint, ca, Proxies())

        return _said(target.admin_endpoint, work)

    def privileged(self, target: Target, place: str) -> Probe:
        """One privileged endpoint."""

        def work() -> Probe:
            ca = ca_file(target.ca_bundle, self._environment)
            return probe_privileged_endpoint(place, timeout=self._timeout, ca=ca)

        return _said(place, work)

    def _https(self, name: str, origin: str, ca: str, proxies: Proxies) -> Probe:
        wire = ArmWire(
            name,
            origin,
            None,
            "",
            journal=self._tools.journal,
            clock=self._tools.clock,
            limits=self._limits,
            channel="arm" if name == "azure" else "stamp",
            ca_bundle=ca,
            proxies=proxies,
            monotonic=self._tools.monotonic,
        )
        try:
            return probe(
                origin,
                get=_through(wire, name),
                clock=self._tools.clock,
                timeout=self._timeout,
                ca=ca,
                proxy=proxies.label if proxies else "",
            )
        finally:
            wire.close()


def _through(wire: Wire, name: str) -> Get:
    """One GET over a wire without a sign-in."""
    ask = Ask(wire=name, kind="endpoints", path=METADATA, label="probe")
    return lambda _: wire.fetch(ask)


def _said(place: str, work: Callable[[], Probe]) -> Probe:
    """A probe, or the sentence why there can be none, such as a file that cannot be read."""
    try:
        return work()
    except UsageError as error:
        return Probe(origin=place, detail=str(error))
