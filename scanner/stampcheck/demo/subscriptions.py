"""Stamps of the fleet ``complete`` whose subscription is not one for a registration, or shared."""

from __future__ import annotations

from collections.abc import Iterator

from stampcheck.demo import answer
from stampcheck.demo.fleet import Folder
from stampcheck.demo.site import Site
from stampcheck.demo.standard import neighbours, stamp


def subscriptions() -> Iterator[Folder]:
    """Offers, clouds, states and providers; production and test in one."""
    yield _of_offer("emea-cork", "PayAsYouGo_2014-09-01")
    yield _of_offer("emea-cadiz", "MSDNDevTest_2014-09-01")
    yield _of_cloud("emea-bremen", "AzureGermanCloud")
    yield _of_cloud("gov-tacoma", "CustomCloud")
    for city, state in (("amer-memphis", "Disabled"), ("amer-reno", "Warned")):
        site = Site(name=city)
        yield stamp(site, subscription=answer.subscription(site, state=state))
    for city, state in (("amer-fresno", "NotRegistered"), ("amer-waco", "Registering")):
        site = Site(name=city)
        yield stamp(site, provider=answer.provider(site, state))
    yield from neighbours(
        Site(name=city, subscription="emea-italy") for city in ("emea-trieste", "emea-pisa")
    )


def _of_offer(city: str, offer: str) -> Folder:
    site = Site(name=city)
    return stamp(site, subscription=answer.subscription(site, offer=offer))


def _of_cloud(city: str, cloud: str) -> Folder:
    site = Site(name=city)
    return stamp(site, activation=answer.activation(site, azureEnvironmentName=cloud))
