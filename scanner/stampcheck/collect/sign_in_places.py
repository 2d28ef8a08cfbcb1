"""Places at which a sign-in goes on beside its authority: the page that a person is sent to, and
the address at which a machine asks for its own identity. Neither is believed unseen.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final

from stampcheck.address import Address, read_address, read_https
from stampcheck.collect.authority import MICROSOFT
from stampcheck.errors import StampcheckError, UsageError

_PAGES: Final = ("microsoft.com", "microsoftonline.com", "microsoftonline.us", "microsoft.us")
_IMDS: Final = "http://169.254.169.254"
_IMDS_PATH: Final = "/metadata/identity/oauth2/token"
# As azure-identity looks for them.
_ENDPOINTS: Final = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT")
_WORKLOAD: Final = ("AZURE_AUTHORITY_HOST", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE")
_POD: Final = "AZURE_POD_IDENTITY_AUTHORITY_HOST"
_PAGE: Final = re.compile(r"[!-~]{1,200}")
_USER_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,32}")


class PageRefused(StampcheckError):  # noqa: N818 (what happened)
    """An authority sends a person to a page that is not its own, or with no usable code."""


def check_page(page: object, code: object, authority: str) -> None:
    """Whether a person may be told to open a page and enter a code there.

    ``authority`` is an https address. Its page must be https and on its own host; for an authority
    of Microsoft one of Microsoft's (facts/azure.md 11). Otherwise ``PageRefused``: whoever
    enters the code elsewhere may be signing somebody else in.
    """
    text = page if isinstance(page, str) and _PAGE.fullmatch(page) else ""
    address, own = read_https(text.partition("?")[0]), read_https(authority)
    if address is None or own is None:
        raise PageRefused(f"{authority} names no https address at which to enter the code.")
    if not _is_own(address, own):
        raise PageRefused(
            f"{authority} wants its code to be entered at {address.origin}, which is not its own, "
            "so that the code is not shown."
        )
    if not (isinstance(code, str) and _USER_CODE.fullmatch(code)):
        raise PageRefused(f"{authority} gives no code that a person could enter.")


def _is_own(page: Address, authority: Address) -> bool:
    if page.host == authority.host:
        return True
    if authority.host not in MICROSOFT or page.port not in (0, 443):
        return False
    is_page = any(page.host == one or page.host.endswith(f".{one}") for one in _PAGES)
    return is_page or page.host == "aka.ms" or page.host in MICROSOFT


def machine_endpoint(environment: Mapping[str, str]) -> str:
    """The address at which azure-identity asks for the identity of this machine.

    ``UsageError`` where a variable names one that is neither https nor on the machine or its own
    link: over plain http everybody on the way would read the token.
    """
    variable = next((name for name in _ENDPOINTS if environment.get(name)), "")
    if not variable and all(environment.get(name) for name in _WORKLOAD):
        variable = _WORKLOAD[0]
    if variable:
        url = environment[variable]
    else:
        variable = _POD
        url = (environment.get(_POD) or _IMDS).strip("/") + _IMDS_PATH
    # Of an authority the host alone will do, for which azure-identity uses https.
    address = read_address(url.partition("?")[0])
    if address is None or not _is_private(address, bare=variable == _WORKLOAD[0]):
        raise UsageError(
            f"{variable} names no address for the identity of a machine: that is one of https, or "
            "of http on the machine itself or its link (127.0.0.1, 169.254.169.254)."
        )
    return url


def _is_private(address: Address, *, bare: bool) -> bool:
    if address.scheme == "https" or (bare and not address.scheme):
        return True
    if address.scheme != "http":
        return False
    try:
        number = ipaddress.ip_address(address.host.strip("[]"))
    except ValueError:
        return address.host == "localhost"
    return number.is_loopback or number.is_link_local
