"""Stamps of the fleet ``complete`` of which something is not known: one reason each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stampcheck.demo import answer
from stampcheck.demo.dialect import az_account_shown, bridge_activation, powershell, with_mark
from stampcheck.demo.fleet import Folder, in_days
from stampcheck.demo.shapes import activation, lock, subscription
from stampcheck.demo.site import Site, guid
from stampcheck.demo.stamp_shapes import usage_record
from stampcheck.demo.standard import stamp

_OLD: Final = 45


def gaps() -> Iterator[Folder]:
    """Not asked, not allowed, not reachable, not there, not readable, too old, not clear."""
    yield stamp(Site(name="amer-montreal"), activation=None, alerts=None, usage_records=None)
    boston = Site(name="gov-boston", cloud="AzureUSGovernment", model="Ruggedized")
    yield stamp(boston, locks=answer.denied(answer.locks(boston)))
    yield _toronto()
    yield _shenzhen()
    chengdu = Site(name="cn-chengdu", cloud="AzureChinaCloud")
    yield stamp(
        chengdu,
        activation=answer.aged(answer.activation(chengdu), _OLD),
        locks=answer.aged(answer.locks(chengdu, lock(chengdu.registration_id)), _OLD),
        subscription=answer.aged(answer.subscription(chengdu), _OLD),
    )
    yield _bogota()


def _toronto() -> Folder:
    """Azure did not answer for the registration, and did for the rest."""
    toronto = Site(name="amer-toronto")
    message = "The service is unavailable. Please try again."
    return stamp(
        toronto,
        registration=answer.refused(
            answer.registration(toronto), 503, "ServiceUnavailable", message
        ),
    )


def _shenzhen() -> Folder:
    """A date as a Windows in German shows it, and a registration without a billing model."""
    shenzhen = Site(name="cn-shenzhen", cloud="AzureChinaCloud", model="Capacity")
    local = bridge_activation(activation(shenzhen, expiration="22.03.2027 02:56:11"))
    return stamp(
        shenzhen,
        activation=with_mark(powershell(local)),
        registration=answer.registration(shenzhen, billingModel=None),
    )


def _bogota() -> Folder:
    """Nothing shows whether it is connected, nor which tenant the subscription is in."""
    bogota = Site(name="amer-bogota", model="Development", principal=False)
    on = answer.activation(bogota, expiration=in_days(250), usageReportingEnabled=True)
    return stamp(
        bogota,
        activation=on,
        usage_records=answer.usage_records(bogota, usage_record(bogota)),
        subscription=az_account_shown(subscription(bogota), guid("guest tenant")),
    )
