"""Stamps of the fleet ``troubled`` whose names and texts try to become something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stampcheck.demo import answer
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import lock, role_assignment
from stampcheck.demo.site import Site
from stampcheck.demo.standard import stamp

_FORMULA: Final = "=cmd|' /C calc'!A0"
_MARKUP: Final = "<script>alert(1)</script>"


def hostile() -> Iterator[Folder]:
    """Spellings, formulas, markup, scripts of other directions, pictures, length."""
    yield _spellings()
    yield _formula()
    yield _quotes()
    yield stamp(Site(name="الرياض-01", registration="تسجيل-الرياض"))
    yield stamp(Site(name="🚀 lab 🧪"))
    yield stamp(Site(name="a-name-that-goes-on-" + "and-on-" * 20 + "to-the-end"))


def _spellings() -> Folder:
    """One GUID in four spellings and one id in two cases: all of it is one stamp."""
    site = Site(name="MiXeD-CaSe")
    bare = site.cloud_id.replace("-", "")
    named = site.registration_id.upper()
    return stamp(
        site,
        activation=answer.activation(site, azureRegistrationResourceIdentifier=named),
        stamp_information=answer.stamp_information(
            site, CloudID=f"{{{site.cloud_id.upper()}}}", IdentitySystem="azuread"
        ),
        fabric_locations=answer.fabric_locations(site, stampCloudId=bare.upper()),
        registration=answer.registration(
            site,
            cloudId=f"({site.cloud_id})",
            objectId=site.object_id.upper(),
            billingModel="PAYASYOUUSE",
        ),
        locks=answer.locks(site, lock(named.lower(), "cannotdelete", "registrationresourcelock")),
        role_assignments=answer.roles(
            site, role_assignment(site, principal=f"{{{site.object_id.upper()}}}")
        ),
    )


def _formula() -> Folder:
    """A folder, a registration and a lock named like formulas."""
    site = Site(name="=1+1", registration="=HYPERLINK(A1)")
    return stamp(
        site,
        locks=answer.locks(site, lock(site.registration_id, name="@SUM(1+1)", notes=_FORMULA)),
        subscription=answer.subscription(site, name=_FORMULA),
    )


def _quotes() -> Folder:
    """Quotes for PowerShell, commas for CSV, markup for HTML."""
    site = Site(name="O'Brien, Sons & Co", registration='it\'s, "quoted" <svg onload=alert(1)>')
    image = lock(site.registration_id, name="<img src=x onerror=alert(1)>", notes=_MARKUP)
    return stamp(
        site,
        locks=answer.locks(site, image),
        subscription=answer.subscription(site, name=f"{_MARKUP}\r\n{_FORMULA}"),
    )
