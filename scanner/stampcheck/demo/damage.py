"""Stamps of the fleet ``troubled`` whose evidence is damaged, odd or of another product."""

from __future__ import annotations

import json
from collections.abc import Iterator

from stampcheck.demo import answer
from stampcheck.demo.dialect import envelope
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import lock
from stampcheck.demo.site import Site
from stampcheck.demo.standard import stamp, stamp_half


def damages() -> Iterator[Folder]:
    """From bytes that are no text to answers that say nothing."""
    yield _unreadable()
    yield _doubled_and_nan()
    yield _years()
    yield _nulls()
    yield _unfamiliar()
    local = Site(name="azure-local")
    yield stamp(
        local, stamp_information=answer.stamp_information(local, StampVersion="10.2311.2.7")
    )


def _unreadable() -> Folder:
    """Nothing that can be read: binary, cut off, empty, of another kind, of no kind."""
    site = Site(name="unreadable")
    cut = envelope(answer.activation(site))
    note = {"ticket": 48213, "text": "see the attached screenshots"}
    return site.name, {
        "registration.json": bytes(range(128, 256)),
        "activation.json": cut[: len(cut) // 2],
        "stamp-information.json": b"",
        "locks.json": b"",
        "role-assignments.json": b"Scope,ObjectId\r\n/subscriptions,none\r\n",
        "subscription.json": json.dumps(note).encode(),
        "screenshot.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    }


def _doubled_and_nan() -> Folder:
    """JSON that is none: a key twice in one object, a number that is not one."""
    site = Site(name="no-json")
    doubled = envelope(answer.activation(site)).replace(
        b'"expiration"', b'"expiration": "2020-01-01T00:00:00Z",\n   "expiration"'
    )
    number = envelope(answer.locks(site, lock(site.registration_id))).replace(
        b'"status": 200', b'"status": NaN'
    )
    return stamp(site, activation=doubled, locks=number)


def _years() -> Folder:
    """The year 1 means not set: as an expiry, and as the date of an answer."""
    site = Site(name="year-one")
    dated = envelope(answer.locks(site, lock(site.registration_id)))
    collected = answer.locks(site).collected_at.encode()
    return stamp(
        site,
        activation=answer.activation(site, expiration="0001-01-01T00:00:00Z"),
        locks=dated.replace(collected, b"0001-01-01T00:00:00Z"),
        registration=answer.registration(site, written="9999-12-31T23:59:59.9999999Z"),
    )


def _nulls() -> Folder:
    """An activation whose fields are all null."""
    site = Site(name="nulls")
    names = ("azureRegistrationResourceIdentifier", "expiration", "usageReportingEnabled")
    return stamp(
        site,
        activation=answer.activation(
            site, marketplaceSyndicationEnabled=None, **dict.fromkeys(names)
        ),
    )


def _unfamiliar() -> Folder:
    """A billing model and a lock level that nobody has documented, while reporting is off."""
    site = Site(name="unfamiliar-words")
    return stamp(
        site,
        activation=answer.activation(site, usageReportingEnabled=False),
        registration=answer.registration(site, billingModel="ConsumptionPlus"),
        locks=answer.locks(site, lock(site.registration_id, "CanNotRead")),
    )


def unregistered(site: Site) -> Folder:
    """A stamp without an activation, in a confirmed Default Provider Subscription."""
    return stamp_half(
        site,
        activation=answer.no_activation(site),
        stamp_subscriptions=answer.stamp_subscriptions(site),
    )
