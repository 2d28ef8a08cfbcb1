"""What the keys that say how a fleet is reached may hold. Each check gives the value to keep, or
raises ``ValueError`` saying what is allowed.
"""

from __future__ import annotations

import re
from typing import Any, Final

from stampcheck.address import is_region, read_endpoint, read_https
from stampcheck.parse.value import Unreadable, guid, is_pseudonym
from stampcheck.targets import AD_FS

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+[A-Za-z0-9-]{2,63}")
_REFERENCE: Final = re.compile(
    r"env:[A-Za-z_][A-Za-z0-9_]{0,127}|keyring:[^/\s][^/\r\n]*/[^/\r\n]+|prompt"
)
_USER: Final = re.compile(r"[^\s\\@:/\"][^\\@:/\"\x00-\x1f]*(?:[\\@][^\\@:/\"\x00-\x1f]+)?")
_NOT_OPERATORS: Final = ("management", "portal", "adminportal")
_MAX: Final = 500
_MAX_LIST: Final = 1000
_MAX_SIBLINGS: Final = 16


def guid_text(value: Any) -> str:  # noqa: ANN401 (TOML)
    """A GUID, lower case and without braces."""
    try:
        # What stands for a GUID in a bundle with pseudonyms can be asked for nowhere.
        if not is_pseudonym(str(value)):
            return guid(value)
    except Unreadable:
        pass
    raise ValueError("expected a GUID, such as 72f988bf-0000-4000-8000-000000000001")


def guids(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (TOML)
    """A list of GUIDs, none twice."""
    if not isinstance(value, list) or len(value) > _MAX_LIST:
        raise ValueError(f"expected a list of up to {_MAX_LIST} GUIDs")
    return _once([guid_text(one) for one in value])


def _once(words: list[str]) -> tuple[str, ...]:
    for place, word in enumerate(words):
        if word in words[:place]:
            raise ValueError(f"{word} stands twice")
    return tuple(words)


def table(value: Any) -> dict[str, Any]:  # noqa: ANN401 (TOML)
    """One table."""
    if isinstance(value, dict):
        return value
    raise ValueError("expected a table, such as [azure], with one bracket")


def tables(value: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 (TOML)
    """Tables with a name each."""
    if isinstance(value, dict) and all(isinstance(one, dict) for one in value.values()):
        return value
    raise ValueError("expected tables with a name each, such as [sign_in.audit]")


def name(value: Any) -> str:  # noqa: ANN401 (TOML)
    """The name of a sign-in or cloud."""
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise ValueError("expected a name of up to 64 letters, digits, hyphens and underscores")


def region(value: Any) -> str:  # noqa: ANN401 (TOML)
    """The region of a stamp."""
    if isinstance(value, str) and is_region(value):
        return value
    raise ValueError("expected the name of a region, such as local: letters, digits and hyphens")


def file(value: Any) -> str:  # noqa: ANN401 (TOML)
    """The name of a file; it may be relative to the inventory's folder."""
    if isinstance(value, str) and 0 < len(value) <= _MAX and value.isprintable():
        return value
    raise ValueError("expected the name of a file")


def tenant(value: Any) -> str:  # noqa: ANN401 (TOML)
    """A directory tenant: GUID, domain or ``adfs``."""
    if isinstance(value, str):
        if value.lower() == AD_FS:
            return AD_FS
        if len(value) <= 253 and _DOMAIN.fullmatch(value):
            return value.lower()
    try:
        return guid_text(value)
    except ValueError:
        pass
    raise ValueError('expected a GUID, a domain such as contoso.onmicrosoft.com, or "adfs"')


def secret(value: Any) -> str:  # noqa: ANN401 (TOML)
    """Where a secret is. The value is never part of the message: it may be the secret itself."""
    if isinstance(value, str) and len(value) <= _MAX and _REFERENCE.fullmatch(value):
        return value
    raise ValueError(
        'holds the secret itself, or none; say where it is: "env:NAME" (environment variable),'
        ' "keyring:SERVICE/USER" or "prompt"'
    )


def user(value: Any) -> str:  # noqa: ANN401 (TOML)
    """The account of the privileged endpoint."""
    if isinstance(value, str) and len(value) <= 256 and _USER.fullmatch(value):
        return value
    raise ValueError(r"expected an account, such as 'AZURESTACK\cloudadmin' (in single quotes)")


def origin(value: Any) -> str:  # noqa: ANN401 (TOML)
    """An https address without a path; a slash at its end is dropped."""
    address = read_https(value)
    if address is not None and address.path in ("", "/"):
        return address.origin
    raise ValueError("expected https://host or https://host:port, without a path or a user")


def audience(value: Any) -> str:  # noqa: ANN401 (TOML)
    """What a token is asked for: an https address, with or without a path."""
    address = read_https(value)
    if address is not None:
        return address.origin + address.path.rstrip("/")
    raise ValueError("expected an https address, such as https://management.azure.com")


def admin_endpoint(value: Any) -> str:  # noqa: ANN401 (TOML)
    """The address of a stamp's Resource Manager for operators, not for tenants, and no portal."""
    found = origin(value)
    first, _, rest = found.removeprefix("https://").partition(".")
    if first in _NOT_OPERATORS and rest:
        raise ValueError(f"that of operators is expected: https://adminmanagement.{rest}")
    return found


def privileged_endpoints(value: Any) -> tuple[str, ...]:  # noqa: ANN401 (TOML)
    """The privileged endpoints of one stamp."""
    if not isinstance(value, list) or not 0 < len(value) <= _MAX_SIBLINGS:
        raise ValueError(f'expected a list of 1 to {_MAX_SIBLINGS} hosts, such as ["10.0.0.4"]')
    return _once([_privileged_endpoint(one) for one in value])


def _privileged_endpoint(value: object) -> str:
    place = read_endpoint(value)
    if place is not None:
        return place.spelled
    if isinstance(value, str) and read_endpoint(value.removesuffix("/")) is not None:
        raise ValueError("expected a host without a slash")
    raise ValueError("expected host, host:port or https://host[:port]; IPv6 in brackets")
