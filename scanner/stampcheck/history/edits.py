"""Keeping changes when a scan comes in, at the end or between others. Pure.

A change stands at a scan where, and only where, a track is other than in the scan before it that
looked at it. So the changes of a track follow from its values alone, in whatever order scans come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Edit(NamedTuple):
    """A change to write at a scan, by its place in time; ``remove`` takes one away."""

    rank: int
    value: int | None
    remove: bool = False


def edits(
    changes: Mapping[int, int | None], rank: int, value: int | None, following: int | None
) -> list[Edit]:
    """What to do to a track's changes (value by rank; None: not there) for its value in a new scan
    of rank ``rank``; ``following`` is the rank of the next scan that looked at it, if there is one.
    """
    earlier = [one for one in changes if one < rank]
    before = changes[max(earlier)] if earlier else None
    if value == before:
        return []
    made = [Edit(rank, value)]
    if following is None:
        return made
    if following not in changes:
        # It was as before until now, and is so again.
        return [*made, Edit(following, before)]
    if changes[following] == value:
        return [*made, Edit(following, None, remove=True)]
    return made
