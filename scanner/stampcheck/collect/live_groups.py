"""Documents of a live collection to stamps. Whose the stamp's own are is known, since it was asked
for them; those of Azure go to every stamp whose ids they name, as the files of a folder's root do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from stampcheck.collect.attach import declare, share
from stampcheck.collect.described import Group, described
from stampcheck.collect.grouping import Grouped
from stampcheck.document import Document
from stampcheck.inventory import Inventory
from stampcheck.model import sort_key

_NO_NOTES: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


def live_groups(
    own: Mapping[str, list[Document]],
    shared: list[Document],
    inventory: Inventory,
    notes: Mapping[str, Sequence[str]] = _NO_NOTES,
) -> Grouped:
    """Group documents by the stamp that was asked (``own``) and those of Azure (``shared``). Every
    stamp of the inventory is there, even one that nothing is known of. ``notes`` are sentences by
    stamp.
    """
    told: list[str] = []
    groups = [described(Group(name, list(documents))) for name, documents in own.items() if name]
    declare(groups, inventory, told)
    for one in groups:
        one.notes = [*one.notes, *notes.get(one.name, ())]
    unclaimed = share(groups, described(Group("", list(shared))))
    groups.sort(key=lambda one: sort_key(one.name))
    return Grouped(groups, unclaimed, told)
