"""The fleet ``troubled``: what evidence can suffer from. The inventory names two stamps only.

What is expected of each stamp stands in ``tests/scanner/demo/troubled.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stampcheck.demo import answer
from stampcheck.demo.damage import damages
from stampcheck.demo.fleet import Fleet, Folder
from stampcheck.demo.hostile import hostile
from stampcheck.demo.secret import secrets
from stampcheck.demo.shapes import lock, registration
from stampcheck.demo.site import Site, guid
from stampcheck.demo.standard import stamp, standard

_INVENTORY: Final = b"""\
# What Contoso wrote down before it lost count.
schema = 1

[[stamp]]
name = "last-quarter"

[[stamp]]
name = "narrow-rights"
"""


def _folders() -> Iterator[Folder]:
    yield "", {"inventory.toml": _INVENTORY}
    yield from _refusals()
    yield from _many_and_old()
    yield from _cut_off()
    yield from damages()
    yield from hostile()
    yield from secrets()


def _refusals() -> Iterator[Folder]:
    """401, 403, 404 of a subscription, 429, 503."""
    wrong = Site(name="wrong-tenant")
    asked = answer.azure_side(wrong).items()
    yield stamp(wrong, **{name: answer.wrong_tenant(one, wrong.tenant) for name, one in asked})
    narrow = Site(name="narrow-rights")
    yield stamp(
        narrow,
        locks=answer.denied(answer.locks(narrow)),
        role_assignments=answer.denied(answer.roles(narrow)),
    )
    foreign = Site(name="subscription-not-found")
    asked = answer.azure_side(foreign).items()
    yield stamp(foreign, **{name: answer.no_subscription(one, foreign) for name, one in asked})
    yield _throttled()


def _throttled() -> Folder:
    site = Site(name="throttled")
    many = "The request was throttled. Please try again after '17' seconds."
    down = (
        "The gateway did not receive a response from 'Microsoft.Fabric.Admin' within the "
        "specified time period."
    )
    return stamp(
        site,
        registration=answer.refused(answer.registration(site), 429, "TooManyRequests", many),
        activation=answer.refused(
            answer.activation(site), 503, "ServiceUnavailable", "The service is unavailable."
        ),
        stamp_information=None,
        fabric_locations=answer.refused(answer.fabric_locations(site), 504, "GatewayTimeout", down),
    )


def _many_and_old() -> Iterator[Folder]:
    """Several documents of one kind, of which the newest counts; and nothing that is recent."""
    site = Site(name="many-documents", model="Capacity")
    expired = answer.activation(site, expiration="2026-10-01T00:00:00Z")
    renewed = answer.activation(site, expiration="2027-10-01T00:00:00Z")
    yield stamp(
        site,
        activation_before=answer.aged(expired, 10),
        activation=renewed,
        locks_before=answer.aged(answer.locks(site, lock(site.registration_id)), 10),
        locks=answer.locks(site),
    )
    old = Site(name="last-quarter")
    told = {
        kind: answer.aged(one, 90)
        for kind, one in standard(old).items()
        if isinstance(one, answer.Answer)
    }
    yield stamp(old, **told)


def _cut_off() -> Iterator[Folder]:
    """Listings that go on at a next page which nobody read."""
    locks = Site(name="locks-cut-off")
    elsewhere = lock(f"{locks.subscription_path}/resourceGroups/network", name="network")
    yield stamp(locks, locks=answer.locks(locks, elsewhere, next_link=_next(locks, "locks")))
    toothless = Site(name="toothless-cut-off")
    seen = lock(toothless.registration_id, "NotSpecified", "reminder")
    yield stamp(toothless, locks=answer.locks(toothless, seen, next_link=_next(toothless, "locks")))
    listed = Site(name="registrations-cut-off")
    other = registration(Site(name="elsewhere", subscription=listed.name))
    page = answer.registrations(listed, other, next_link=_next(listed, "registrations"))
    absent = answer.no_registration(listed)
    yield stamp(listed, registration=absent, registrations=page, locks=None, role_assignments=None)


def _next(site: Site, what: str) -> str:
    return f"{site.azure}{site.subscription_path}/{what}?$skiptoken={guid('page', site.name)}"


TROUBLED: Final = Fleet("troubled", _folders, inventory="inventory.toml")
"""The fleet whose inventory is of no help, in which little is known."""
