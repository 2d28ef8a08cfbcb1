"""The inventory of the fleet ``complete``."""

from __future__ import annotations

from typing import Final

from stampcheck.demo.site import Site, guid, home_tenant

SEATTLE: Final = Site(name="amer-seattle")
"""A stamp that the inventory knows by its registration; its folder bears another name."""

_PUBLIC: Final = f'expected_tenant = "{home_tenant("AzureCloud")}"'
_GOVERNMENT: Final = f'expected_tenant = "{home_tenant("AzureUSGovernment")}"'
_FORMER: Final = f'expected_tenant = "{guid("former tenant")}"'
_DISCONNECTED: Final = 'connection = "disconnected"'
_DEVELOPMENT: Final = 'environment = "development"'
_LINES: Final[dict[str, tuple[str, ...]]] = {
    "amer-austin": (),
    "amer-bogota": (_DEVELOPMENT,),
    "amer-chicago": (_PUBLIC, 'connection = "connected"'),
    "amer-denver": (_PUBLIC,),
    "amer-houston": (),
    "amer-montreal": (_PUBLIC,),
    "amer-seattle": (f'registration = "{SEATTLE.registration_id}"',),
    "amer-toronto": (_PUBLIC,),
    "cn-beijing": ('cloud = "AzureChinaCloud"',),
    "cn-chengdu": (f'expected_tenant = "{home_tenant("AzureChinaCloud")}"',),
    "cn-shanghai": ('cloud = "AzureChinaCloud"',),
    "cn-shenzhen": ('cloud = "AzureChinaCloud"', "nodes_at_registration = 4"),
    "emea-amsterdam": (_PUBLIC, 'tags = ["region:emea"]'),
    "emea-athens": (_PUBLIC,),
    "emea-berlin": (_PUBLIC, 'agreement_number = "...42"'),
    "emea-dublin": (_PUBLIC,),
    "emea-helsinki": (),
    "emea-lisbon": (_PUBLIC,),
    "emea-london": (_PUBLIC,),
    "emea-madrid": (),
    "emea-malmo": (),
    "emea-oslo": (_FORMER,),
    "emea-paris": (_PUBLIC,),
    "emea-porto": (),
    "emea-prague": (_PUBLIC,),
    "emea-rome": (_DEVELOPMENT,),
    "emea-tallinn": (_DISCONNECTED,),
    "emea-vienna": (_DEVELOPMENT,),
    "emea-warsaw": (_PUBLIC,),
    "emea-zurich": (_PUBLIC,),
    "gov-boston": (),
    "gov-dallas": (_GOVERNMENT, 'cloud = "AzureUSGovernment"'),
    "gov-phoenix": (_GOVERNMENT,),
    "gov-richmond": (_GOVERNMENT, _DISCONNECTED),
}


def inventory() -> bytes:
    """The inventory as a file; a stamp is in production unless it says otherwise."""
    head = "# The stamps of the demo fleet, and what Contoso declares of them.\nschema = 1\n"
    return (head + "".join(_table(name, lines) for name, lines in _LINES.items())).encode()


def _table(name: str, lines: tuple[str, ...]) -> str:
    environment = () if _DEVELOPMENT in lines else ('environment = "production"',)
    return "\n".join(("", "[[stamp]]", f'name = "{name}"', *environment, *lines, ""))
