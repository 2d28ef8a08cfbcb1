"""Stamps of the fleet ``complete`` whose billing, syndication or usage does not fit."""

from __future__ import annotations

from collections.abc import Iterator

from stampcheck.demo import answer
from stampcheck.demo.dialect import token_file
from stampcheck.demo.fleet import Folder, in_days
from stampcheck.demo.shapes import token
from stampcheck.demo.site import Site
from stampcheck.demo.stamp_shapes import AZURE_BRIDGE, alert
from stampcheck.demo.standard import stamp


def connections() -> Iterator[Folder]:
    """What the billing model, the connection and the alerts say of each other."""
    yield from _disconnected()
    yield stamp(Site(name="emea-bergen", model="Development"))
    yield stamp(Site(name="emea-turku", model="Development"))
    yield _without_agreement()
    yield from _usage()
    nantes = Site(name="emea-nantes")
    yield stamp(nantes, activation=answer.activation(nantes, marketplaceSyndicationEnabled=False))
    graz = Site(name="emea-graz")
    unfounded = alert(graz, "Activation Required", component=AZURE_BRIDGE)
    yield stamp(graz, alerts=answer.alerts(graz, unfounded))


def _disconnected() -> Iterator[Folder]:
    """The inventory declares them disconnected."""
    omaha = Site(name="gov-omaha", cloud="AzureUSGovernment", model="Capacity", principal=False)
    yield stamp(omaha, activation=answer.activation(omaha, expiration=in_days(300)))
    tampa = Site(
        name="gov-tampa",
        cloud="AzureUSGovernment",
        model="Ruggedized",
        identity="ADFS",
        principal=False,
    )
    yield stamp(tampa)
    laredo = Site(name="gov-laredo", cloud="AzureUSGovernment", model="Capacity", identity="ADFS")
    yield stamp(laredo, activation=answer.activation(laredo, expiration=in_days(300)))


def _without_agreement() -> Folder:
    """The token was made without an agreement number."""
    genoa = Site(name="emea-genoa", model="Capacity")
    folder, files = stamp(genoa, activation=answer.activation(genoa, expiration=in_days(300)))
    without = token_file(token(genoa, agreementNumber=""))
    return folder, files | {"registration-token.txt": without}


def _usage() -> Iterator[Folder]:
    """Usage that the stamp cannot send, and none that it has collected."""
    tulsa = Site(name="amer-tulsa")
    yield stamp(tulsa, alerts=answer.alerts(tulsa, alert(tulsa, code="NetworkError")))
    boise = Site(name="amer-boise")
    yield stamp(boise, usage_records=answer.usage_records(boise))
