"""The fleet ``complete``: each rule with each outcome that it can have, each with a plain cause.

What is expected of each stamp stands in ``tests/scanner/demo/complete.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stampcheck.demo import answer, declared
from stampcheck.demo.connections import connections
from stampcheck.demo.dialect import az_accounts, az_locks, envelope, raw, token_file
from stampcheck.demo.fleet import Fleet, Folder, in_days
from stampcheck.demo.gaps import gaps
from stampcheck.demo.identities import identities
from stampcheck.demo.operations import operations, troubled_operator
from stampcheck.demo.shapes import (
    event,
    lock,
    registration,
    role_assignment,
    subscription,
    token,
)
from stampcheck.demo.site import Site, guid
from stampcheck.demo.spelling import spellings
from stampcheck.demo.stamp_shapes import AZURE_BRIDGE, alert, usage_record
from stampcheck.demo.standard import azure_half, stamp, stamp_half, unregistered_half
from stampcheck.demo.subscriptions import subscriptions

_TRANSFER: Final = "Microsoft.Subscription/updateTenant/action"
_WRITE: Final = "Microsoft.AzureStack/registrations/write"
_SHARED: Final = "emea-shared"


def _folders() -> Iterator[Folder]:
    yield "", {"inventory.toml": declared.inventory()}
    yield from _expiries()
    yield from _shared_subscription()
    yield from _locks()
    yield from _states()
    yield from _tenants()
    yield from _disconnected()
    yield from _identities()
    yield from _halves_and_copies()
    yield from gaps()
    yield from spellings()
    yield from identities()
    yield from connections()
    yield from operations()
    yield from subscriptions()


def _expires(site: Site, days: int, seconds: int = 0, **properties: object) -> answer.Answer:
    return answer.activation(site, expiration=in_days(days, seconds=seconds), **properties)


def _expiries() -> Iterator[Folder]:
    """The expiry on and beside the boundary of each window; never is everybody else's."""
    yield stamp(Site(name="emea-amsterdam"))
    london = Site(name="emea-london", model="Capacity")
    other = lock(london.registration_id, name="do-not-delete")
    yield stamp(london, activation=_expires(london, 7), locks=answer.locks(london, other))
    madrid = Site(name="emea-madrid", model="Capacity")
    yield stamp(
        madrid,
        activation=_expires(madrid, 90),
        subscription=answer.subscription(madrid, offer="csp"),
        locks=answer.locks(madrid, lock(madrid.subscription_path, name="subscription-lock")),
    )
    berlin = Site(name="emea-berlin", model="Capacity")
    yield stamp(berlin, activation=_expires(berlin, 0), operator=troubled_operator(berlin))
    vienna = Site(name="emea-vienna", model="Development")
    yield stamp(
        vienna,
        activation=_expires(vienna, -40),
        alerts=answer.alerts(vienna, alert(vienna, "Activation Expired", component=AZURE_BRIDGE)),
    )


def _shared_subscription() -> Iterator[Folder]:
    """Two stamps whose Azure half lies in subscription-wide files at the root, and a registration
    that expired last year and was never deleted.
    """
    paris = Site(name="emea-paris", model="Capacity", subscription=_SHARED, group="rg-stack-paris")
    zurich = Site(
        name="emea-zurich", model="Capacity", subscription=_SHARED, registration="zurich-2026"
    )
    left_over = Site(
        name="emea-zurich", model="Capacity", subscription=_SHARED, registration="zurich-2025"
    )
    nobodys = Site(name="emea-ghent", subscription=_SHARED, registration="ghent-2023")
    found = (registration(one) for one in (paris, zurich, left_over, nobodys))
    locks = (lock(paris.group_path, name="keep-group"), lock(zurich.registration_id))
    yield (
        "",
        {
            "azure-registrations.json": raw(answer.registrations(paris, *found)),
            "azure-locks.json": az_locks(*locks),
            "azure-provider.json": envelope(answer.provider(paris)),
            "azure-accounts.json": az_accounts(subscription(paris), signed_in=guid("guest tenant")),
        },
    )
    yield stamp_half(
        paris,
        activation=_expires(paris, 30, usageReportingEnabled=True),
        usage_records=answer.usage_records(paris, usage_record(paris)),
        role_assignments=answer.roles(paris, role_assignment(paris)),
    )
    yield stamp_half(
        zurich,
        activation=_expires(zurich, 340),
        role_assignments=answer.roles(zurich, role_assignment(zurich)),
    )


def _locks() -> Iterator[Folder]:
    """Too strict a lock, one that protects nothing, none."""
    oslo = Site(name="emea-oslo", model="Capacity")
    moved, written = "2026-09-15T10:20:30Z", "2026-09-20T07:00:00Z"
    events = (event(oslo, _TRANSFER, moved), event(oslo, _WRITE, written, oslo.registration_id))
    yield stamp(
        oslo,
        activation=_expires(oslo, 90, seconds=1),
        registration=answer.registration(oslo, written=written),
        role_assignments=answer.roles(oslo, role_assignment(oslo, created=written)),
        activity_log=answer.activity_log(oslo, *events),
        locks=answer.locks(oslo, lock(oslo.registration_id, "ReadOnly", "frozen")),
    )
    rome = Site(name="emea-rome", model="Development")
    toothless = lock(rome.registration_id, "NotSpecified")
    yield stamp(rome, locks=answer.locks(rome, toothless))
    athens = Site(name="emea-athens")
    yield stamp(
        athens,
        locks=answer.locks(athens),
        role_assignments=answer.owner_role_only_of(athens, "somebody else"),
    )


def _states() -> Iterator[Folder]:
    """Registrations that stand half-way, or stand elsewhere."""
    warsaw = Site(name="emea-warsaw", group="rg-stack-production")
    yield stamp(warsaw, activation=answer.activation(Site(name="emea-warsaw")))
    prague = Site(name="emea-prague")
    yield stamp(
        prague,
        activation=answer.no_activation(prague),
        alerts=answer.alerts(prague, alert(prague, "Activation Required", component=AZURE_BRIDGE)),
        stamp_subscriptions=answer.stamp_subscriptions(prague),
        operator=answer.operator(prague),
    )
    dublin = Site(name="emea-dublin")
    yield stamp(
        dublin,
        registration=answer.no_registration(dublin),
        registrations=answer.registrations(dublin),
        locks=answer.locks(dublin),
        role_assignments=None,
    )
    yield from _not_activated()


def _not_activated() -> Iterator[Folder]:
    """Nothing done yet, and a token made that was never used."""
    helsinki = Site(name="emea-helsinki")
    yield stamp_half(
        helsinki,
        activation=answer.no_activation(helsinki),
        stamp_subscriptions=answer.stamp_subscriptions(helsinki),
        **unregistered_half(helsinki),
    )
    tallinn = Site(name="emea-tallinn", model="Capacity", identity="ADFS", principal=False)
    folder, files = stamp_half(
        tallinn,
        activation=answer.no_activation(tallinn),
        stamp_information=None,
        stamp_subscriptions=answer.stamp_subscriptions(tallinn),
        **unregistered_half(tallinn),
    )
    yield folder, files | {"registration-token.txt": token_file(token(tallinn))}


def _tenants() -> Iterator[Folder]:
    """Directories that changed: against the inventory, by a refusal, by the activity log."""
    lisbon = Site(name="emea-lisbon", model="Custom")
    yield stamp(
        lisbon,
        activation=_expires(lisbon, 330, usageReportingEnabled=True),
        subscription=answer.subscription(lisbon, tenant=guid("acquired tenant")),
        role_assignments=answer.owner_role_only_of(lisbon, "somebody else"),
        alerts=answer.alerts(lisbon, alert(lisbon, code="Unauthorized")),
    )
    dallas = Site(name="gov-dallas", cloud="AzureUSGovernment", model="Ruggedized")
    right = guid("acquired tenant")
    asked = answer.azure_side(dallas).items()
    yield stamp(dallas, **{name: answer.wrong_tenant(one, right) for name, one in asked})
    yield _transferred()


def _transferred() -> Folder:
    """A transfer after the last write, in a cloud that lacks an API version."""
    site = Site(name="cn-beijing", cloud="AzureChinaCloud")
    message = (
        "No registered resource provider found for location 'chinaeast' and API version "
        "'2020-05-01' for type 'locks'."
    )
    return stamp(
        site,
        role_assignments=answer.roles(site),
        activity_log=answer.activity_log(site, event(site, _TRANSFER, "2026-10-02T09:00:00Z")),
        locks=answer.refused(answer.locks(site), 400, "NoRegisteredProviderFound", message),
    )


def _disconnected() -> Iterator[Folder]:
    """Stamps that never reach Azure, by their own traces or by the inventory."""
    government = {"cloud": "AzureUSGovernment", "model": "Capacity", "identity": "ADFS"}
    phoenix = Site(name="gov-phoenix", principal=False, **government)
    yield stamp(phoenix, activation=_expires(phoenix, 200), role_assignments=None)
    richmond = Site(name="gov-richmond", principal=False, **government)
    yield stamp(
        richmond,
        activation=_expires(richmond, 20, usageReportingEnabled=True),
        subscription=answer.subscription(richmond, tenant=guid("agency tenant")),
        role_assignments=None,
    )


def _identities() -> Iterator[Folder]:
    """One stamp restored from another one's image: the same Cloud ID, another Deployment ID."""
    yield stamp(Site(name="amer-austin"))
    yield stamp(Site(name="amer-houston", origin="amer-austin", registration="AzureStack-houston"))


def _halves_and_copies() -> Iterator[Folder]:
    """A stamp in two halves, a stamp handed over twice, a folder named after a ticket."""
    chicago = Site(name="amer-chicago")
    yield stamp_half(chicago)
    yield azure_half(chicago, "chicago-azure-export")
    denver = stamp(Site(name="amer-denver"))
    yield denver
    yield "amer-denver-copy", denver[1]
    yield "ticket-48213", stamp(declared.SEATTLE)[1]


COMPLETE: Final = Fleet("complete", _folders, inventory="inventory.toml")
"""The fleet with an inventory, in which nearly everything is known."""
