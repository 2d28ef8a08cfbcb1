"""The shapes that one and the same answer takes in different tools (facts/azure.md 16).

``Item`` reads a field of an ARM object whatever its spelling: REST, ``az``, PowerShell's
``ConvertTo-Json`` in PascalCase, flat or nested, cut off at its depth limit as ``@{a=b}``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, Final

_DEPTH_STRING: Final = re.compile(r"@\{(.*)\}", re.DOTALL)
_DEPTH_MARK: Final = re.compile(r"@\{|\}|(?:^|; )([A-Za-z_]\w*)=")
_LIST_KEYS: Final = (frozenset({"value"}), frozenset({"value", "count"}))
_MAX_DEPTH_STRING: Final = 65_536
_CACHED_KEYS: Final = 64

_FURTHER: Final = ("nextlink", "skiptoken")
_AT_BOTH_LEVELS: Final = frozenset(("id", "name", "type", "kind", "location"))
_ID_FIELDS: Final = ("id", "lockid", "roleassignmentid", "resourceid")

ABSENT: Final = object()
"""Stands for a field that is not there, since null is an answer too."""

CONFLICT: Final = object()
"""Stands for a field that is there twice, in two spellings with two values."""


@functools.lru_cache(maxsize=2048)
def _lowered(keys: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Lower-case keys, and whether two of them fell together."""
    lowered = tuple(key.lower() for key in keys)
    return lowered, len(set(lowered)) < len(lowered)


def fold(mapping: dict[str, Any]) -> dict[str, Any]:
    """The mapping with lower-case keys; a key that is there in two spellings is a conflict."""
    # A mapping of that many keys is no object that a tool writes, and must not fill the cache.
    lowers = _lowered if len(mapping) <= _CACHED_KEYS else _lowered.__wrapped__
    lowered, collide = lowers(tuple(mapping))
    if not collide:
        return dict(zip(lowered, mapping.values(), strict=True))
    folded: dict[str, Any] = {}
    for key, value in zip(lowered, mapping.values(), strict=True):
        folded[key] = value if folded.get(key, value) == value else CONFLICT
    return folded


def has_key(mapping: dict[str, Any], *names: str) -> bool:
    """Whether one of several lower-case names is a key, whatever its spelling."""
    if len(mapping) > _CACHED_KEYS:
        return any(key.lower() in names for key in mapping)
    lowered, _ = _lowered(tuple(mapping))
    return any(name in lowered for name in names)


def depth_string(text: str) -> dict[str, Any] | None:
    """Read ``@{a=b; c=d}``, what ConvertTo-Json leaves below its depth limit; values are strings.

    A key that stands twice is a conflict: a value may hold ``; key=`` itself.
    """
    match = _DEPTH_STRING.fullmatch(text) if len(text) <= _MAX_DEPTH_STRING else None
    if match is None:
        return None
    inner = match.group(1)
    keys = _keys_of(inner)
    ends = [*(key.start() for key in keys[1:]), len(inner)]
    fields: dict[str, Any] = {}
    for key, end in zip(keys, ends, strict=False):
        name = key.group(1)
        fields[name] = CONFLICT if name in fields else inner[key.end() : end]
    return fields


def _keys_of(inner: str) -> list[re.Match[str]]:
    """The keys of the object itself, without those of objects in it."""
    keys = []
    depth = 0
    for mark in _DEPTH_MARK.finditer(inner):
        if mark.group() == "@{":
            depth += 1
        elif mark.group() == "}":
            depth -= 1
        elif depth == 0:
            keys.append(mark)
    return keys


def as_mapping(value: object) -> dict[str, Any] | None:
    """A JSON object, or the object that a depth string stands for."""
    if isinstance(value, dict):
        return value
    return depth_string(value) if isinstance(value, str) else None


def as_list(body: object) -> list[Any] | None:
    """The items of a listing: an array, ``{"value": [...]}`` or ``{"value": [...], "Count": n}``.

    None where the body is a single object.
    """
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        value = body.get("value", body.get("Value", ABSENT))
        if isinstance(value, list):
            return value
        if isinstance(value, dict) and frozenset(key.lower() for key in body) in _LIST_KEYS:
            return [value]
    return None


def is_cut_off(body: object) -> bool:
    """Whether a listing goes on at a ``nextLink`` or ``$skipToken``, by whatever prefix, so that
    what it lacks is not absent.
    """
    return isinstance(body, dict) and any(
        value and key.endswith(_FURTHER) for key, value in fold(body).items()
    )


class Item:
    """One ARM object. ``prefix`` says where in the document it stands, such as ``value[2].``."""

    __slots__ = ("_nested", "_own", "_props", "prefix")

    def __init__(self, mapping: dict[str, Any], prefix: str = "") -> None:
        self._own = fold(mapping)
        self.prefix = prefix
        nested = as_mapping(self._own.get("properties"))
        self._nested = nested is not None
        self._props = fold(nested) if nested is not None else self._own

    def own(self, *names: str) -> Any:  # noqa: ANN401 (JSON)
        """The first of several fields of the object itself that is there, or ``ABSENT``."""
        for name in names:
            value = self._own.get(name.lower(), ABSENT)
            if value is not ABSENT:
                return value
        return ABSENT

    def prop(self, name: str) -> Any:  # noqa: ANN401 (JSON)
        """A field of ``properties``, or of the object where a tool gives it flat, or ``ABSENT``;
        a conflict where both levels give it and differ.
        """
        name = name.lower()
        value = self._props.get(name, ABSENT)
        if not self._nested:
            return value
        flat = self._own.get(name, ABSENT)
        if value is ABSENT:
            return flat
        if flat is ABSENT or flat is None or name in _AT_BOTH_LEVELS:
            return value
        return value if _is_alike(value, flat) else CONFLICT

    def path(self, name: str) -> str:
        """Where a field stands, for the proof."""
        if self._nested and name.lower() in self._props:
            return f"{self.prefix}properties.{name}"
        return self.prefix + name

    @property
    def id(self) -> str:
        """The resource id in whatever field the tool gives it, or an empty string."""
        # PowerShell gives the id of what is locked as ResourceId, beside the LockId.
        for name in _ID_FIELDS:
            value = self._own.get(name)
            if isinstance(value, str) and value.startswith("/"):
                return value
        return ""

    def keys(self) -> set[str]:
        """Lower-case names of the object's own fields and of those in ``properties``."""
        return self._own.keys() | self._props.keys()


def _is_alike(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return one == other


def items(body: object) -> Iterator[Item]:
    """The objects of a listing, or the one object that the body is."""
    listed = as_list(body)
    if listed is None:
        if isinstance(body, dict):
            yield Item(body)
        return
    place = "value" if isinstance(body, dict) else ""
    for number, entry in enumerate(listed):
        mapping = as_mapping(entry)
        if mapping is not None:
            yield Item(mapping, f"{place}[{number}].")
