"""What a role allows, reckoned as Azure does: wildcards, exceptions, several roles added up
(facts/azure.md 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from stampcheck.parse.value import malformed, present

_ACTION: Final = re.compile(r"[\w*./-]{1,256}", re.ASCII)
_MOST: Final = 4096


class Grant(msgspec.Struct, frozen=True, gc=False):
    """Patterns of actions, lower case; an exception takes away from its own grant only."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether it allows a lower-case action."""
        return _is_among(action, self.actions) and not _is_among(action, self.not_actions)


def grant(actions: object, not_actions: object) -> Grant:
    """Read the two lists of a role; raises ``Unreadable`` where either is none. Null stands for no
    exceptions beside actions: PowerShell makes it of an empty list. One left out may be anything.
    """
    allowed = _patterns(actions)
    return Grant(allowed, _patterns([] if not_actions is None else not_actions))


def lacking(grants: Sequence[Grant], actions: Iterable[str]) -> tuple[str, ...]:
    """Those of the lower-case actions that no grant allows, in their order."""
    return tuple(action for action in actions if not any(one.allows(action) for one in grants))


def _patterns(value: object) -> tuple[str, ...]:
    """A list of patterns; below its depth limit PowerShell joins it with blanks."""
    listed = value.split() if isinstance(value, str) else present(value)
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise malformed("a list of actions", value)
    wrong = next((one for one in listed if not _is_pattern(one)), None)
    if wrong is not None or None in listed:
        raise malformed("an action of Azure", wrong)
    return tuple(one.strip().lower() for one in listed)


def _is_pattern(value: object) -> bool:
    return isinstance(value, str) and bool(_ACTION.fullmatch(value.strip()))


def _is_among(action: str, patterns: tuple[str, ...]) -> bool:
    return any(_matches(pattern, action) for pattern in patterns)


def _matches(pattern: str, action: str) -> bool:
    """Whether ``*`` for any text makes them one. In one pass, whatever the number of stars."""
    head, *rest = pattern.split("*")
    if not rest:
        return head == action
    *middle, tail = rest
    at, end = len(head), len(action) - len(tail)
    if at > end or not action.startswith(head) or not action.endswith(tail):
        return False
    for part in middle:
        at = action.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
