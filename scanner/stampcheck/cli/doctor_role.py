"""``stampcheck doctor --role``: one custom role, for the stamps of one cloud and one tenant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import click

from stampcheck.cli.console import Talk
from stampcheck.errors import UsageError
from stampcheck.inventory import Inventory
from stampcheck.model import RuleInfo
from stampcheck.role import (
    NAME,
    SCOPE_TO_FILL,
    Group,
    as_json,
    azure_role,
    groups,
    kinds_for,
    permissions,
)
from stampcheck.targets import CLOUD_NAMES
from stampcheck.tomlfile import nearest
from stampcheck.values import ResourceId

UNKNOWN: Final = "unknown"
"""The word of ``--tenant`` for stamps whose tenant the inventory does not tell."""

_SHOWN: Final = 20
_LEFT_OUT: Final = (
    "The subscriptions of [azure] are left out, since nothing tells their tenant: add those of "
    "this one."
)


def print_role(
    talk: Talk,
    infos: list[RuleInfo],
    inventory: Inventory | None,
    stamps: Iterable[str],
    choice: tuple[str | None, str | None],
) -> int:
    """Print the role for the named stamps (none: all), of the cloud and the tenant of ``choice``;
    what to do with it on stderr. ``UsageError`` where these are of several, or of none.
    """
    group = _chosen(inventory, stamps, *choice) if inventory is not None else None
    is_mixed = inventory is not None and len(groups(inventory.stamps)) > 1
    subscriptions = _subscriptions(inventory, group, is_mixed=is_mixed)
    found = azure_role(infos, subscriptions)
    if not found.actions:
        raise UsageError("The chosen rules read nothing from Azure, so that no role is needed.")
    click.echo(as_json(found), nl=False)
    talk.say("Save it as role.json. An Owner of the subscription runs:")
    talk.say("  az role definition create --role-definition @role.json")
    talk.say(f'  az role assignment create --role "{NAME}" --assignee <account> --scope <scope>')
    if not subscriptions:
        talk.say(f"Put the subscription in place of {SCOPE_TO_FILL!r} first.", "yellow")
    elif len(subscriptions) > 1 and group is not None and not group.tenant:
        talk.say("A role belongs to one tenant: leave the subscriptions of other tenants out.")
    if is_mixed and inventory is not None and inventory.reach.azure.subscriptions:
        talk.say(_LEFT_OUT)
    for line in _beside(kinds_for(infos)):
        talk.say(line)
    return 0


def _chosen(
    inventory: Inventory, stamps: Iterable[str], cloud: str | None, tenant: str | None
) -> Group:
    """The one group that the stamps and the options leave."""
    named = {name: inventory.stamps[name] for name in stamps} or inventory.stamps
    every = groups(named)
    left = [one for one in every if _fits(one, _spelled(cloud), tenant)]
    if len(left) == 1:
        return left[0]
    told = "; ".join(map(_told, (left or every)[:_SHOWN]))
    more = len(left or every) - _SHOWN
    told += f"; and {more} more" if more > 0 else ""
    if not left:
        raise UsageError(f"No stamp is of that cloud and tenant. There are: {told}.")
    raise UsageError(
        "A role belongs to one cloud and one tenant (cloud and expected_tenant in the inventory), "
        f"and the stamps are of {len(left)}. Name one with these options, or stamps with --stamp: "
        f"{told}."
    )


def _spelled(cloud: str | None) -> str:
    if cloud is None:
        return ""
    found = next((name for name in CLOUD_NAMES if name.lower() == cloud.lower()), "")
    if not found:
        raise UsageError(f"There is no cloud {cloud!r}{nearest(cloud, list(CLOUD_NAMES))}")
    return found


def _fits(group: Group, cloud: str, tenant: str | None) -> bool:
    is_tenant = tenant is None or tenant.lower() == (group.tenant or UNKNOWN)
    return is_tenant and cloud in ("", group.cloud)


def _told(group: Group) -> str:
    number = f"{len(group.stamps)} stamp{'' if len(group.stamps) == 1 else 's'}"
    return f"--cloud {group.cloud} --tenant {group.tenant or UNKNOWN} ({number})"


def _subscriptions(
    inventory: Inventory | None, group: Group | None, *, is_mixed: bool
) -> list[str]:
    """The Azure subscriptions that an inventory names for a group, each once; those of [azure] only
    where all stamps are of one group, so that they can be of no other.
    """
    if inventory is None or group is None:
        return []
    reach = inventory.reach
    named = dict.fromkeys(() if is_mixed else reach.azure.subscriptions)
    for name in group.stamps:
        target = reach.targets[name]
        registration = ResourceId.parse(target.registration)
        if registration is not None:
            named[registration.subscription] = None
        if target.subscription:
            named[target.subscription] = None
    return list(named)


def _beside(kinds: frozenset[str]) -> list[str]:
    """What is needed beside the role for Azure."""
    lines = []
    own = permissions(kinds, "stamp")
    if own:
        lines.append(
            "On the stamp: Reader on its Default Provider Subscription suffices. It covers "
            f"{', '.join(own)}."
        )
    if "stamp-information" in kinds:
        lines.append("On the privileged endpoint: an account in CloudAdmins.")
    return lines
