"""Stamps of the fleet ``complete`` whose registration has a wrong place or name."""

from __future__ import annotations

from collections.abc import Iterator

from stampcheck.demo import answer
from stampcheck.demo.fleet import Folder, in_days
from stampcheck.demo.shapes import registration
from stampcheck.demo.site import Site
from stampcheck.demo.standard import neighbours, stamp


def identities() -> Iterator[Folder]:
    """Other names, other subscriptions, names used twice, more nodes than were registered."""
    yield _renamed()
    yield stamp(Site(name="amer-lima", registration="AzureStackRegistration"))
    yield from _moved()
    for city in ("amer-recife", "amer-natal"):
        yield stamp(Site(name=city, registration="contoso-hub"))
    yield from neighbours(
        Site(name=city, subscription="emea-riviera", group=group, registration="riviera")
        for city, group in (("emea-lyon", "rg-lyon"), ("emea-nice", "rg-nice"))
    )
    yield _grown()
    yield _kit()


def _renamed() -> Folder:
    """Registered anew under another name; the stamp was never told."""
    quito = Site(name="amer-quito", registration="quito-2026")
    before = Site(name="amer-quito", registration="quito-2024")
    return stamp(
        quito,
        activation=answer.activation(before),
        registrations=answer.registrations(quito, registration(quito)),
    )


def _moved() -> Iterator[Folder]:
    """The registration stands in another subscription than the one that the stamp was told."""
    for city, offer in (("emea-basel", "ea"), ("emea-bern", "csp")):
        now = Site(name=city, subscription=f"{city}-new")
        before = Site(name=city, subscription=f"{city}-old")
        yield stamp(
            now,
            activation=answer.activation(before),
            subscription=answer.subscription(now, offer=offer),
            gone=answer.no_registration(before),
            read=answer.registrations(before),
        )


def _grown() -> Folder:
    """Two nodes were added since the stamp was registered."""
    bilbao = Site(name="emea-bilbao", model="Capacity")
    return stamp(
        bilbao,
        activation=answer.activation(bilbao, expiration=in_days(200)),
        stamp_information=answer.stamp_information(bilbao, NumberOfNodes=6),
    )


def _kit() -> Folder:
    """A development kit: one node, a fixed domain, and what only it may have."""
    kit = Site(
        name="kit-local",
        model="Development",
        registration="kit",
        suffix="azurestack.external",
    )
    return stamp(
        kit,
        stamp_information=answer.stamp_information(kit, NumberOfNodes=1),
        subscription=answer.subscription(kit, offer="PayAsYouGo_2014-09-01"),
    )
