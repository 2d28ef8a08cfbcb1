"""Stamps of the fleet ``complete`` whose evidence was written down by other tools."""

from __future__ import annotations

from collections.abc import Iterator

from stampcheck.demo import answer
from stampcheck.demo.dialect import (
    az_locks,
    az_resource,
    az_roles,
    azure_resource,
    azure_subscription,
    bridge_activation,
    counted,
    powershell,
    raw,
    resource_lock,
    role_assignment,
    wide,
    with_mark,
)
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import (
    activation,
    lock,
    registration,
    stamp_information,
    subscription,
)
from stampcheck.demo.shapes import role_assignment as assignment
from stampcheck.demo.site import Site
from stampcheck.demo.stamp_shapes import alert
from stampcheck.demo.standard import stamp, standard


def spellings() -> Iterator[Folder]:
    """REST, Azure CLI and Windows PowerShell."""
    yield _rest()
    yield _azure_cli()
    yield _windows_powershell()


def _rest() -> Folder:
    """Answers as they came, without an envelope."""
    site = Site(name="emea-porto", model="Custom")
    answers = {
        kind: raw(told) for kind, told in standard(site).items() if isinstance(told, answer.Answer)
    }
    # An empty list without its request would not even say of what it is the list.
    closed = answer.alerts(site, alert(site, code="LoginError", is_active=False))
    return stamp(site, **answers | {"alerts": raw(closed)})


def _azure_cli() -> Folder:
    """The Azure half by ``az``, which does not say what it listed."""
    site = Site(name="emea-malmo", model="Ruggedized")
    return stamp(
        site,
        registration=az_resource(registration(site), site.group),
        locks=az_locks(lock(site.registration_id)),
        role_assignments=az_roles(assignment(site)),
    )


def _windows_powershell() -> Folder:
    """Windows PowerShell 5.1: its dates, depth limit, PascalCase and three encodings."""
    site = Site(name="cn-shanghai", cloud="AzureChinaCloud")
    resource = azure_resource(registration(site), site.subscription_id, site.group)
    switched_off = bridge_activation(activation(site, usageReportingEnabled=False))
    deep = resource_lock(lock(site.registration_id, notes="needed"))
    return stamp(
        site,
        activation=powershell(switched_off),
        stamp_information=wide(powershell(stamp_information(site))),
        registration=wide(powershell(resource)),
        locks=with_mark(powershell(counted(deep))),
        role_assignments=powershell([role_assignment(assignment(site))]),
        subscription=with_mark(powershell(azure_subscription(subscription(site)))),
    )
