"""The least that an account must be allowed to read, reckoned from what the rules read.

A rule's facts name kinds of document, the plan of a collection says what else these need, and each
kind's recipe names its permission; so a rule that is left out takes its permissions with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from stampcheck.bundle import Declared
from stampcheck.collect.plan import kinds_of, with_prerequisites
from stampcheck.evidence import RECIPES
from stampcheck.model import RuleInfo
from stampcheck.targets import CLOUD_NAMES

NAME: Final = "stampcheck auditor"
"""The name of the custom role."""

SCOPE_TO_FILL: Final = "/subscriptions/<FILL: id of the registration's subscription>"
"""Stands for the subscriptions where none is known; Azure refuses it, so that nobody misses it."""

_SUFFIX: Final = "/read"


class Role(msgspec.Struct, frozen=True, rename="pascal", kw_only=True):
    """A custom role of Azure in the form of ``az role definition create --role-definition @FILE``
    and ``New-AzRoleDefinition -InputFile FILE``. Nothing in it but reading.
    """

    name: str
    is_custom: bool = True
    description: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    assignable_scopes: tuple[str, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Stamps whose registrations one role can be for. ``tenant`` is the directory tenant that they
    are expected in, lower case, empty where the inventory does not tell it.
    """

    cloud: str
    tenant: str
    stamps: tuple[str, ...]


def groups(stamps: Mapping[str, Declared]) -> tuple[Group, ...]:
    """The stamps by cloud and tenant, since a role belongs to one of each. Those whose tenant is
    not known are one group of their cloud.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name, declared in stamps.items():
        key = declared.cloud or CLOUD_NAMES[0], declared.expected_tenant.lower()
        found.setdefault(key, []).append(name)
    return tuple(
        Group(cloud=cloud, tenant=tenant, stamps=tuple(names))
        for (cloud, tenant), names in found.items()
    )


def kinds_for(rules: Iterable[RuleInfo]) -> frozenset[str]:
    """The kinds of document that a live collection for these rules asks for."""
    return with_prerequisites(kinds_of(fact for info in rules for fact in info.facts))


def permissions(kinds: Iterable[str], side: str) -> tuple[str, ...]:
    """What an account of one side (``azure``, ``stamp``) must be allowed to read these kinds,
    sorted. Raises ``ValueError`` for what does more than read.
    """
    recipes = [RECIPES[kind] for kind in kinds]
    wanted = {one.permission for one in recipes if one.side == side and "/" in one.permission}
    for action in wanted:
        if not action.endswith(_SUFFIX) or "*" in action:
            raise ValueError(f"{action} is no permission that only reads")
    return tuple(sorted(wanted, key=str.lower))


def azure_role(rules: Iterable[RuleInfo], subscriptions: Iterable[str]) -> Role:
    """The custom role for the Azure side of the rules, assignable in the given subscriptions
    (GUIDs); where there is none, the placeholder stands for them.
    """
    infos = sorted(rules, key=lambda info: info.id)
    scopes = sorted({f"/subscriptions/{one.lower()}" for one in subscriptions})
    judged = ", ".join(info.id for info in infos)
    return Role(
        name=NAME,
        description=f"Reads what stampcheck needs for {judged}; changes nothing."[:1024],
        actions=permissions(kinds_for(infos), "azure"),
        assignable_scopes=tuple(scopes) or (SCOPE_TO_FILL,),
    )


def as_json(role: Role) -> str:
    """The role as indented JSON, with a line break at its end."""
    return msgspec.json.format(msgspec.json.encode(role), indent=2).decode() + "\n"
