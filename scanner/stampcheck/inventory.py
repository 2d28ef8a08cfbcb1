"""The inventory: a TOML file that lists the stamps of the fleet and what is declared of them.

[[stamp]]
name = "ams-01"
environment = "production"
connection = "connected"
expected_tenant = "72f988bf-0000-4000-8000-000000000001"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from stampcheck.bundle import Declared
from stampcheck.model import UNCLAIMED
from stampcheck.reach import STAMP_CHECKS, TABLES, read_reach, refuse_secrets
from stampcheck.reach_checks import guid_text
from stampcheck.targets import CLOUD_NAMES, Reach
from stampcheck.tomlfile import Check, TomlFile, one_of, whole, words
from stampcheck.values import ResourceId

CLOUDS: Final = CLOUD_NAMES
_MAX_NAME: Final = 200
_LAST_DIGITS: Final = re.compile(r"(?:\.\.\.|…|\*+)?\d{2,4}")
_TYPE: Final = "microsoft.azurestack/registrations"


class Inventory(msgspec.Struct, frozen=True):
    """The declared stamps by name, in the order of the file, and how they are reached."""

    path: str
    stamps: dict[str, Declared]
    reach: Reach = Reach()

    def named(self, name: str) -> str:
        """The declared spelling of a stamp's name, or an empty string."""
        lowered = name.casefold()
        return next((known for known in self.stamps if known.casefold() == lowered), "")


def _name(value: Any) -> str:  # noqa: ANN401 (TOML)
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_NAME:
        raise ValueError(f"expected a name of 1 to {_MAX_NAME} characters")
    if value == UNCLAIMED or any(ord(sign) < 32 for sign in value):
        raise ValueError(f"the name may not be {UNCLAIMED} nor hold control characters")
    return value


def _registration(value: Any) -> str:  # noqa: ANN401 (TOML)
    parsed = ResourceId.parse(value) if isinstance(value, str) else None
    if parsed is None or parsed.kind != _TYPE:
        raise ValueError(
            "expected /subscriptions/<id>/resourceGroups/<group>/providers/"
            "Microsoft.AzureStack/registrations/<name>"
        )
    return parsed.text


def _agreement(value: Any) -> str:  # noqa: ANN401 (TOML)
    if value is True or (isinstance(value, str) and value.lower() == "yes"):
        return "yes"
    if isinstance(value, str) and _LAST_DIGITS.fullmatch(value):
        return value
    raise ValueError('expected "yes" or the last two to four digits, never the whole number')


CHECKS: Final[Mapping[str, Check]] = {
    "name": _name,
    "environment": one_of("production", "development"),
    "connection": one_of("connected", "disconnected"),
    "cloud": one_of(*CLOUDS),
    "expected_tenant": guid_text,
    "registration": _registration,
    "subscription": guid_text,
    "nodes_at_registration": whole(1, 64),
    "agreement_number": _agreement,
    "tags": words,
}
"""The keys of a ``[[stamp]]`` that declare something of it, and what each may hold."""


def read_inventory(path: Path) -> Inventory:
    """Read and check an inventory; ``UsageError`` names line, key, value and what is allowed."""
    file = TomlFile(path)
    checks = {"schema": whole(1, 1), "stamp": _tables, **TABLES}
    refuse_secrets(file, file.data, "")
    tables = file.table(file.data, checks, "")
    stamps: dict[str, tuple[Declared, dict[str, Any]]] = {}
    for number, table in enumerate(tables.get("stamp", [])):
        name, declared, reached = _stamp(file, number, table)
        if any(known.casefold() == name.casefold() for known in stamps):
            line = file.line_of("stamp", number, "name")
            raise file.error(line, f"the stamp {name!r} stands twice in the inventory.")
        stamps[name] = declared, reached
    if not stamps:
        raise file.error(0, "lists no stamp; add a [[stamp]] with a name.")
    reach = read_reach(file, tables, stamps)
    return Inventory(str(path), {name: stamp for name, (stamp, _) in stamps.items()}, reach)


def _stamp(
    file: TomlFile, number: int, table: dict[str, Any]
) -> tuple[str, Declared, dict[str, Any]]:
    """The name of a stamp, what is declared of it, and its keys of ``STAMP_CHECKS``."""
    refuse_secrets(file, table, "stamp", number)
    kept = file.table(table, {**CHECKS, **STAMP_CHECKS}, "stamp", number)
    line = file.line_of("stamp", number, "name")
    name = kept.pop("name", "")
    if not name:
        raise file.error(line, "this [[stamp]] has no name.")
    reached = {key: kept.pop(key) for key in STAMP_CHECKS if key in kept}
    return name, Declared(**kept, line=line), reached


def _tables(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (TOML)
    if isinstance(value, list) and all(isinstance(table, dict) for table in value):
        return value
    raise ValueError("expected [[stamp]] tables, with two brackets")


def render_inventory(stamps: Iterable[tuple[str, Declared]]) -> str:
    """An inventory with what is known of each stamp, and the keys to fill in as comments."""
    return _HEAD + "".join(_render_stamp(name, declared) for name, declared in stamps)


_HEAD: Final = """\
# The fleet. Every key but name is optional; see 'stampcheck inventory check'.
schema = 1

# For a scan of the live fleet. Without a sign_in, whoever has run 'az login' is signed in.
# [azure]
# sign_in = "audit"
# [sign_in.audit]
# method = "cli", "device-code", "browser", "client-secret", "client-certificate", ...
# tenant = "<directory tenant>" or "adfs"
# client_id = "<application>"
# secret = "env:NAME", "keyring:SERVICE/USER" or "prompt", never the secret itself
# [sign_in.privileged]
# method = "password"
# user = '<domain>\\cloudadmin'
# secret = "prompt"
"""

_HINTS: Final = {
    "environment": '"production" or "development"',
    "connection": '"connected" or "disconnected"',
    "cloud": '"AzureCloud", "AzureUSGovernment" or "AzureChinaCloud"',
    "expected_tenant": '"<directory tenant that the subscription must be in>"',
    "registration": '"/subscriptions/.../registrations/<name>"',
    "nodes_at_registration": "4",
    "agreement_number": '"yes" or its last digits',
    "tags": '["region:emea"]',
}
_REACH_HINTS: Final = {
    "admin_endpoint": '"https://adminmanagement.<region>.<domain>"',
    "stamp_sign_in": '"audit"',
    "ca_bundle": '"<certificates of the authority that the stamp\'s are from>.pem"',
    "privileged_endpoints": '["<address of each>"]',
    "privileged_endpoint_sign_in": '"privileged"',
}


def _render_stamp(name: str, declared: Declared) -> str:
    lines = ["", "[[stamp]]", f"name = {_toml(name)}"]
    for key, hint in _HINTS.items():
        value = getattr(declared, key)
        lines.append(f"{key} = {_toml(value)}" if value else f"# {key} = {hint}")
    lines += [f"# {key} = {hint}" for key, hint in _REACH_HINTS.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML basic string but for DEL, which names cannot hold.
        return msgspec.json.encode(value).decode()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(word) for word in value) + "]"
    return str(value)
