"""Which rules stay undetermined, on which stamps, and what would mend it. Pure, over findings and
how far one gets with the sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from stampcheck.evidence import RECIPES
from stampcheck.health import NAMES, SIDES, Side, SourceHealth, State
from stampcheck.model import Finding, Outcome, Reason

_MAX_MENDS: Final = 3
_NAME: Final = "name "
_DECLARED: Final = {"TENANT_REFERENCE": "expected_tenant", "CONNECTION": "connection"}
_KEYS: Final[Mapping[Side, str]] = {
    "azure": "registration or subscription",
    "stamp": "admin_endpoint",
    "pep": "privileged_endpoints",
}


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that stays undetermined on some stamps for one reason. ``why`` is the finding of the
    first of them, ``mends`` what would settle it.
    """

    rule: str
    stamps: tuple[str, ...]
    reason: str
    why: str
    mends: tuple[str, ...]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that ``doctor`` has to say; ``notes`` belong to no single source."""

    sources: tuple[SourceHealth, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all fine, 3 something is not permitted or stays undetermined, 5 nothing reachable."""
        if not any(source.reachable is State.YES for source in self.sources):
            return 5
        is_fine = all(source.is_fine for source in self.sources)
        return 0 if is_fine and not self.gaps else 3


def gaps(
    findings: Iterable[tuple[str, Sequence[Finding]]],
    documents_of: Mapping[str, Sequence[str]],
    sources: Iterable[SourceHealth],
) -> tuple[Gap, ...]:
    """The rules that stay undetermined, alike stamps together. ``findings`` come by stamp;
    ``documents_of`` gives the kinds of document that can answer a fact, by its name.
    """
    by_side = {(source.stamp, source.source): source for source in sources}
    grouped: dict[tuple[str, str, tuple[str, ...]], list[Finding]] = {}
    for stamp, same in findings:
        own: dict[Side, SourceHealth] = {
            side: by_side[stamp, side] for side in SIDES if (stamp, side) in by_side
        }
        for found in same:
            if found.outcome is Outcome.UNDETERMINED:
                key = (found.rule, str(found.reason), _mends(found, documents_of, own))
                grouped.setdefault(key, []).append(found)
    ordered = sorted(grouped.items(), key=lambda one: one[0][0])
    return tuple(
        Gap(
            rule=rule,
            stamps=tuple(dict.fromkeys(found.stamp for found in alike)),
            reason=reason,
            why=alike[0].message,
            mends=mends,
        )
        for (rule, reason, mends), alike in ordered
    )


def _mends(
    found: Finding, documents_of: Mapping[str, Sequence[str]], own: Mapping[Side, SourceHealth]
) -> tuple[str, ...]:
    """What would settle a finding, the most direct first."""
    told: dict[str, None] = {}
    for fact in found.missing:
        for kind in documents_of.get(fact, ()):
            told.setdefault(_mend(kind, own), None)
        if fact in _DECLARED:
            told.setdefault(f"declare {_DECLARED[fact]} in the inventory", None)
    told.pop("", None)
    if not told and found.reason is Reason.FLEET_INCOMPLETE:
        return ("mend the stamps that it names",)
    # What is named already is nearer than what would first have to be named.
    return tuple(sorted(told, key=lambda mend: mend.startswith(_NAME)))[:_MAX_MENDS]


def _mend(kind: str, own: Mapping[Side, SourceHealth]) -> str:
    """What would bring one kind of document; nothing where it came, or only a person has it."""
    source = next((one for side, one in own.items() if RECIPES[kind].side == side), None)
    state = source.permitted.get(kind, State.NOT_ASKED) if source is not None else State.YES
    if source is None or state is State.YES:
        return ""
    where = NAMES[source.source]
    if state is State.NO:
        return f"grant {RECIPES[kind].permission} on {where} to {source.account}"
    if source.reachable is State.NO:
        return f"make {source.address or where} reachable"
    if source.signed_in is State.NO:
        return f"mend the sign-in {source.account} to {where}"
    if state is State.NOT_ASKED:
        return _unasked(kind, source)
    return f"mend what keeps {where} from answering (see above)"


def _unasked(kind: str, source: SourceHealth) -> str:
    if source.source == "azure":
        return f"{_NAME}{_KEYS['azure']} in the inventory, or let the activation be read"
    if not source.address:
        return f"{_NAME}{_KEYS[source.source]} in the inventory"
    return f"let {kind} be read from {NAMES[source.source]}"
