"""Which sign-in authority a credential may be sent to. A stamp names one itself, and what a stamp
says is not believed: it could name one that keeps the credentials it gets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from stampcheck.address import Address, read_https
from stampcheck.errors import StampcheckError
from stampcheck.targets import AD_FS

PUBLIC: Final = "login.microsoftonline.com"
MICROSOFT: Final = frozenset(
    (
        PUBLIC,
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "login.partner.microsoftonline.cn",
    )
)
"""The hosts of Microsoft's own authorities (facts/azure.md 11)."""

_ALIASES: Final = {"login.windows.net": PUBLIC}
_ADMIN: Final = "adminmanagement."
_GUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OWN: Final = re.compile(
    rf"https://[a-z0-9.-]+(?::[0-9]+)?/{_GUID}/{{0,2}}|api://[a-z0-9./_-]*{_GUID}[a-z0-9./_-]*",
    re.IGNORECASE,
)
_ANY: Final = re.compile(r"(?:https|api)://[A-Za-z0-9.:/_~-]+")
_MAX: Final = 500


class AuthorityRefused(StampcheckError):  # noqa: N818 (what happened, named as design.md does)
    """A stamp names an authority or audience that no credential is sent to, or for."""


def authority_for_stamp(
    login_endpoint: object, admin_endpoint: str, declared: str
) -> tuple[str, bool]:
    """Where to sign in to a stamp, without a path, and whether that is AD FS.

    ``login_endpoint`` is what the stamp's ``/metadata/endpoints`` names (facts/azure.md 2.2, 2.3);
    ``admin_endpoint`` the https address by which the stamp is reached; ``declared`` the authority
    of the sign-in, empty where the inventory names none. Where it names one, no other is accepted.
    Otherwise it must be Microsoft's or ``adfs.<region>.<domain>`` of the stamp itself.
    ``AuthorityRefused`` says what is named and which key would allow it.
    """
    address = read_https(login_endpoint)
    if address is None:
        raise AuthorityRefused("the stamp names no https address to sign in at.")
    found = _canonical(address)
    is_adfs = re.fullmatch(r"/adfs(?:/.*)?", address.path, re.IGNORECASE) is not None
    if declared:
        wanted = read_https(declared)
        if wanted is not None and _canonical(wanted) == found:
            return found, is_adfs
    elif found.removeprefix("https://") in MICROSOFT and not is_adfs:
        return found, False
    elif found == _own_adfs(admin_endpoint):
        return found, True
    raise AuthorityRefused(_refusal(address, declared))


def _canonical(address: Address) -> str:
    """The origin, by the one name of an authority that has two."""
    host = _ALIASES.get(address.host, "") if address.port in (0, 443) else ""
    return f"https://{host}" if host else address.origin


def _own_adfs(admin_endpoint: str) -> str:
    """The AD FS that is the stamp's own: ``adminmanagement`` replaced by ``adfs``; else empty."""
    address = read_https(admin_endpoint)
    if address is None or not address.host.startswith(_ADMIN):
        return ""
    own = address.host.removeprefix(_ADMIN)
    return f"https://adfs.{own}" if own.count(".") else ""


def _refusal(address: Address, declared: str) -> str:
    if declared:
        return (
            f"the stamp names {address.origin} to sign in at, but the inventory declares"
            f" {declared}; no credentials are sent to an authority that only a stamp names."
        )
    return (
        f"the stamp names {address.origin} to sign in at, which is neither Microsoft's nor the"
        " stamp's own AD FS; no credentials are sent there unless the inventory names it as the"
        " authority of the stamp's [sign_in.NAME]."
    )


def check_account(
    authority: str, *, is_adfs: bool, tenant: str, declared: str, cloud_authority: str
) -> None:
    """Refuse an authority that is not that of the account: the secret of a directory's account is
    sent to no AD FS, and to no cloud but the stamp's own. ``tenant`` and ``declared`` are those of
    the sign-in; raises ``AuthorityRefused``.
    """
    if is_adfs != (tenant == AD_FS):
        named = "AD FS" if is_adfs else "Microsoft Entra ID"
        wanted = 'with tenant = "adfs"' if is_adfs else "of a directory tenant"
        raise AuthorityRefused(
            f"the stamp signs in with {named} at {authority}, but its sign-in is for another; give "
            f"it a stamp_sign_in {wanted}."
        )
    home = read_https(cloud_authority)
    is_home = home is not None and _canonical(home) == authority
    if not (is_adfs or declared or is_home):
        raise AuthorityRefused(
            f"the stamp names {authority} to sign in at, which is not the authority of its cloud; "
            "set its cloud in the inventory, or name the authority in its [sign_in.NAME]."
        )


def scope_of(audiences: object, admin_endpoint: str = "", pinned: str = "") -> str:
    """The scope of a token for a stamp: its first audience, and ``/.default`` (facts/azure.md 2.2).

    It must be the one that the inventory declares (``pinned``), else a stamp's own: an https
    address with a GUID, of an onmicrosoft.com domain or the stamp's own. A token for Azure itself,
    or for another application of the tenant, would work there in the hands of whoever answers as
    the stamp. ``AuthorityRefused`` says what is wrong.
    """
    first = None
    if isinstance(audiences, Sequence) and not isinstance(audiences, str | bytes) and audiences:
        first = audiences[0]
    if not isinstance(first, str) or len(first) > _MAX or not _ANY.fullmatch(first):
        raise AuthorityRefused("the stamp names no usable audience for a token.")
    plain = first.rstrip("/")
    if pinned:
        if plain.lower() != pinned.rstrip("/").lower():
            raise AuthorityRefused(
                f"the stamp names {first[:100]} as the audience of its tokens, but the inventory "
                f"declares {pinned[:100]}; no token is asked for."
            )
    elif not _is_own(plain, admin_endpoint):
        raise AuthorityRefused(
            f"the stamp names {first[:100]} as the audience of its tokens, which is not known to "
            "be a stamp's own; no token is asked for unless the inventory declares it as the "
            "audience of the stamp."
        )
    return plain + "/.default"


def _is_own(audience: str, admin_endpoint: str) -> bool:
    address, admin = read_https(audience), read_https(admin_endpoint)
    if address is None or not _OWN.fullmatch(audience):
        return False
    own = admin.host.removeprefix(_ADMIN) if admin and admin.host.startswith(_ADMIN) else ""
    domains = ("onmicrosoft.com", *([own] if own.count(".") else []))
    return any(address.host.endswith(f".{domain}") for domain in domains)


def is_discovery_off(authority: str, tenant: str) -> bool:
    """Whether azure-identity must not check the authority with ``login.microsoftonline.com``: that
    is another host than the one that was named, and out of reach of a closed network.
    """
    return tenant == AD_FS or authority.lower().rstrip("/") != f"https://{PUBLIC}"
