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
_AGREED: Final = 'agreement_number = "yes"'
_FOUR: Final = "nodes_at_registration = 4"
_UNDECLARED: Final = ""
_LINES: Final[dict[str, tuple[str, ...]]] = {
    "amer-austin": (),
    "amer-bogota": (_DEVELOPMENT,),
    "amer-boise": (),
    "amer-chicago": (_PUBLIC, 'connection = "connected"'),
    "amer-denver": (_PUBLIC,),
    "amer-fresno": (),
    "amer-houston": (),
    "amer-lima": (),
    "amer-memphis": (),
    "amer-montreal": (_PUBLIC, 'cloud = "AzureCloud"'),
    "amer-natal": (),
    "amer-quito": (),
    "amer-recife": (),
    "amer-reno": (),
    "amer-seattle": (f'registration = "{SEATTLE.registration_id}"',),
    "amer-toronto": (_PUBLIC,),
    "amer-tulsa": (),
    "amer-waco": (),
    "cn-beijing": ('cloud = "AzureChinaCloud"',),
    "cn-chengdu": (f'expected_tenant = "{home_tenant("AzureChinaCloud")}"',),
    "cn-shanghai": ('cloud = "AzureChinaCloud"',),
    "cn-shenzhen": ('cloud = "AzureChinaCloud"', "nodes_at_registration = 4"),
    "emea-amsterdam": (_PUBLIC, 'tags = ["region:emea"]'),
    "emea-athens": (_PUBLIC,),
    "emea-basel": (f'subscription = "{guid("subscription", "emea-basel-new")}"',),
    "emea-bergen": (),
    "emea-berlin": (_PUBLIC, 'agreement_number = "...42"', _FOUR),
    "emea-bern": (f'subscription = "{guid("subscription", "emea-bern-new")}"',),
    "emea-bilbao": (_AGREED, _FOUR),
    "emea-bremen": (),
    "emea-cadiz": (),
    "emea-cork": (),
    "emea-dublin": (_PUBLIC,),
    "emea-gdansk": (),
    "emea-genoa": (),
    "emea-graz": (),
    "emea-helsinki": (f'subscription = "{guid("subscription", "emea-helsinki")}"',),
    "emea-lisbon": (_PUBLIC,),
    "emea-london": (_PUBLIC, _AGREED, _FOUR),
    "emea-lyon": (),
    "emea-madrid": (_AGREED, _FOUR),
    "emea-malmo": (),
    "emea-nantes": (),
    "emea-nice": (),
    "emea-oslo": (_FORMER, _AGREED, _FOUR),
    "emea-paris": (_PUBLIC, _AGREED, _FOUR),
    "emea-pisa": (_DEVELOPMENT,),
    "emea-porto": (),
    "emea-prague": (_PUBLIC, 'cloud = "AzureCloud"'),
    "emea-riga": (_PUBLIC,),
    "emea-rome": (_DEVELOPMENT,),
    "emea-split": (),
    "emea-tallinn": (_DISCONNECTED, f'subscription = "{guid("subscription", "emea-tallinn")}"'),
    "emea-trieste": (),
    "emea-turku": (_UNDECLARED,),
    "emea-vienna": (_DEVELOPMENT,),
    "emea-warsaw": (_PUBLIC,),
    "emea-zurich": (_PUBLIC,),
    "gov-boston": (),
    "gov-dallas": (_GOVERNMENT, 'cloud = "AzureUSGovernment"'),
    "gov-laredo": (_DISCONNECTED, _AGREED, _FOUR),
    "gov-omaha": (_GOVERNMENT, _DISCONNECTED, _AGREED, _FOUR),
    "gov-phoenix": (_GOVERNMENT, _AGREED, _FOUR),
    "gov-richmond": (_GOVERNMENT, _DISCONNECTED, _AGREED, _FOUR),
    "gov-tacoma": (),
    "gov-tampa": (_GOVERNMENT, _DISCONNECTED),
    "kit-local": (_DEVELOPMENT,),
}


def inventory() -> bytes:
    """The inventory as a file; a stamp is in production unless its lines say otherwise."""
    head = "# The stamps of the demo fleet, and what Contoso declares of them.\nschema = 1\n"
    return (head + "".join(_table(name, lines) for name, lines in _LINES.items())).encode()


def _table(name: str, lines: tuple[str, ...]) -> str:
    is_production = not {_DEVELOPMENT, _UNDECLARED} & set(lines)
    environment = ('environment = "production"',) if is_production else ()
    lines = tuple(line for line in lines if line)
    return "\n".join(("", "[[stamp]]", f'name = "{name}"', *environment, *lines, ""))
