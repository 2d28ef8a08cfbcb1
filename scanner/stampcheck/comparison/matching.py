"""Which stamp of the old scan is which of the new one.

A stamp is known by its name, unless both scans know its Cloud ID and these differ. Then, and where
a name is in one scan only, it is known by its Cloud ID, if one stamp on each side is left that has
it. What bears a name again is taken for that stamp in the end, with another Cloud ID.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence


def matched(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """The old name of each stamp of the new scan that the old one has too, by its new name. Both
    map names to Cloud IDs, empty where not known.
    """
    found = {name: name for name in new if name in old and _agree(old[name], new[name])}
    left_old = [name for name in old if name not in found]
    left_new = [name for name in new if name not in found]
    former = _only_ones(left_old, old)
    for cloud_id, name in _only_ones(left_new, new).items():
        if cloud_id in former:
            found[name] = former[cloud_id]
    taken = set(found.values())
    for name in left_new:
        if name in old and name not in found and name not in taken:
            found[name] = name
    return found


def _agree(old: str, new: str) -> bool:
    return not old or not new or old == new


def _only_ones(names: Sequence[str], cloud_ids: Mapping[str, str]) -> dict[str, str]:
    """The stamp of each Cloud ID that only one of them has."""
    number = Counter(cloud_ids[name] for name in names)
    return {
        cloud_ids[name]: name for name in names if cloud_ids[name] and number[cloud_ids[name]] == 1
    }
