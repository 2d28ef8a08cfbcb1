"""What a live collection asks, first and after each answer: only what the chosen rules need.

Pure and deterministic: the same inventory and the same answers in the same order give the same
asks, none of them twice. One thread uses a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from stampcheck.collect.arm import AzurePlan
from stampcheck.collect.asking import Ask
from stampcheck.collect.notes import Notes
from stampcheck.collect.stamp_arm import BELOW, StampPlan
from stampcheck.document import AZURE_KINDS, Document
from stampcheck.evidence import RECIPES
from stampcheck.model import Fact
from stampcheck.targets import Reach

LIVE_KINDS: Final = frozenset(
    kind for kind, recipe in RECIPES.items() if recipe.side in ("azure", "stamp", "pep")
)
"""Kinds that can be asked for; the others exist as files only."""

# Which registration is a stamp's is judged by its activation and its Cloud ID, and every fact of
# Azure is about that registration or the subscription that it stands in.
_AZURE: Final = ("provider", "subscription", "registration", "activation", "fabric-locations")
PREREQUISITES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    dict.fromkeys(sorted(AZURE_KINDS), _AZURE)
    | {"role-definitions": (*_AZURE, "role-assignments")}
    | dict.fromkeys(BELOW, ("stamp-subscriptions",))
    | {"stamp-subscriptions": ("endpoints",)}
)
"""What must be read for a kind to be asked for, or to be judged."""


def kinds_of(facts: Iterable[Fact[Any]]) -> frozenset[str]:
    """The kinds of document that can answer facts."""
    return frozenset(kind for fact in facts for kind in fact.documents)


def with_prerequisites(kinds: Iterable[str]) -> frozenset[str]:
    """Kinds that can be asked for, with everything that they need."""
    found: set[str] = set()
    waiting = [kind for kind in kinds if kind in LIVE_KINDS]
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting += PREREQUISITES.get(kind, ())
    return frozenset(found)


class Plan:
    """Asks of a whole fleet. ``wanted`` holds kinds of document; ``today`` is a day in UTC."""

    def __init__(self, reach: Reach, wanted: frozenset[str], today: date) -> None:
        self.kinds = with_prerequisites(wanted)
        self._notes = Notes()
        self._azure = AzurePlan(reach, self.kinds, today, self._notes)
        self._stamps = {
            name: StampPlan(target, self.kinds, today, self._notes)
            for name, target in reach.targets.items()
        }
        self._asked: set[tuple[object, ...]] = set()

    def first(self) -> list[Ask]:
        """What can be asked without knowing anything."""
        asks = self._azure.first()
        for stamp in self._stamps.values():
            asks += stamp.first()
        return self._new(asks)

    def after(self, ask: Ask, documents: list[Document]) -> list[Ask]:
        """What an answer, or a refusal, makes it possible to ask."""
        if ask.wire.startswith("azure:"):
            return self._new(self._azure.after(ask, documents))
        stamp = self._stamps.get(ask.owner)
        asks = stamp.after(ask, documents) if stamp is not None else []
        if ask.kind == "activation":
            asks += self._azure.activated(ask.owner, documents)
        return self._new(asks)

    def wires(self) -> list[str]:
        """The wires to Azure on which subscriptions may be discovered."""
        return self._azure.wires()

    def discovered(self, wire: str, subscriptions: Iterable[str]) -> list[Ask]:
        """What follows from subscriptions that were found through a wire."""
        return self._new(self._azure.discovered(wire, subscriptions))

    def unasked(self) -> dict[str, list[Document]]:
        """By stamp a Document for each kind that could not be asked, once nothing is left to ask:
        a stamp that cannot be reached is told so everywhere, not as if nobody had asked.
        """
        found = {name: stamp.unasked() for name, stamp in self._stamps.items()}
        return {name: documents for name, documents in found.items() if documents}

    def notes(self) -> list[str]:
        """What could not be asked and which key of the inventory would allow it, once nothing is
        left to ask.
        """
        self._azure.conclude()
        return self._notes.told()

    def notes_of(self, stamp: str) -> list[str]:
        """The same about one stamp, without its name."""
        return self._notes.of(stamp)

    def _new(self, asks: list[Ask]) -> list[Ask]:
        """Those that were not given out before. The same in another version is another ask."""
        new = []
        for ask in asks:
            key = (ask.key, ask.path.partition("api-version=")[2].partition("&")[0])
            if key not in self._asked:
                self._asked.add(key)
                new.append(ask)
        return new
