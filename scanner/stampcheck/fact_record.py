"""What a scan keeps of the facts of each stamp: ``facts.jsonl``, a stamp a line.

It is what a comparison with another scan and the fingerprint of a waiver are made of. The date and
the profile of the run are left out: the head of the scan holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from stampcheck.model import Fact, Facts, Known, Missing

FACTS_FILE: Final = "facts.jsonl"

LONGEST: Final = 2000
LONGEST_WHY: Final = 300


class FactState(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A fact as text: its value and source, or the reason why it is missing (``value`` then says
    in words what was met).
    """

    value: str = ""
    source: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return f"missing ({self.reason})" if self.reason else self.value or "none"

    def is_same(self, other: FactState) -> bool:
        """Whether both tell the same, wherever it was read and however a gap is worded."""
        if self.reason or other.reason:
            return self.reason == other.reason
        return self.value == other.value


FactStates = Mapping[str, FactState]
"""The facts of one stamp by name."""


class StampFacts(msgspec.Struct, frozen=True):
    """The facts of one stamp: a line of ``facts.jsonl``."""

    stamp: str
    facts: dict[str, FactState]


_encode: Final = msgspec.json.Encoder().encode


def facts_line(stamp: str, facts: Facts, wanted: Iterable[Fact[Any]]) -> bytes:
    """The line of one stamp, with its line break."""
    kept = {fact.name: _state(facts[fact]) for fact in wanted}
    return _encode(StampFacts(stamp, kept)) + b"\n"


def _state(state: Known[Any] | Missing) -> FactState:
    if isinstance(state, Missing):
        return FactState(state.why[:LONGEST_WHY], "", state.reason.value)
    return FactState(worded(state.value)[:LONGEST], str(state.source))


def worded(value: object) -> str:
    """A value of a fact as text; equal values give equal texts, whatever their order in a set."""
    if isinstance(value, str):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, frozenset | tuple):
        parts = [worded(one) for one in value]
        return "; ".join(sorted(parts) if isinstance(value, frozenset) else parts) or "none"
    if isinstance(value, msgspec.Struct) and type(value).__str__ is object.__str__:
        return ", ".join(_field(name, getattr(value, name)) for name in value.__struct_fields__)
    return "none" if value is None else str(value)


def _field(name: str, value: object) -> str:
    return f"{name.replace('_', ' ')} {worded(value) or 'none'}"
