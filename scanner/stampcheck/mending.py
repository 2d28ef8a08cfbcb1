"""Which rules stay undetermined, on which stamps, and what would mend it. Pure, over findings and
how far one gets with the sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from stampcheck.evidence import RECIPES
from stampcheck.health import NAMES, SIDES, Side, SourceHealth, State, right
from stampcheck.model import Finding, Outcome, Reason
from stampcheck.remedy import OF_THE_STAMP

_MAX_MENDS: Final = 3
# What the judge says of a fleet of which --stamp asked a part only.
_LEFT_OUT: Final = "the stamps that were left out"
_ASK_ALL: Final = "leave --stamp out, so that all are asked"
_NAME: Final = "name "
_SUBSCRIPTION: Final = re.compile(r"in subscription [0-9a-f-]{36}")
_DECLARED: Final = {"TENANT_REFERENCE": "expected_tenant", "CONNECTION": "connection"}
_KEYS: Final[Mapping[Side, str]] = {
    "azure": "registration or subscription",
    "stamp": "admin_endpoint",
    "pep": "privileged_endpoints",
}
# An address that many stamps share is said, one of each stamp's own is not.
_OWN_ADDRESS: Final[Mapping[Side, str]] = {
    "stamp": f"the admin_endpoint {OF_THE_STAMP}",
    "pep": f"the privileged_endpoints {OF_THE_STAMP}",
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
    grouped: dict[tuple[str, str, tuple[str, ...]], list[_Lack]] = {}
    for stamp, same in findings:
        own: dict[Side, SourceHealth] = {
            side: by_side[stamp, side] for side in SIDES if (stamp, side) in by_side
        }
        for found in same:
            if found.outcome is Outcome.UNDETERMINED:
                lack = _Lack(found, _mends(found, documents_of, own), own)
                key = found.rule, str(found.reason), tuple(map(_general, lack.mends))
                grouped.setdefault(key, []).append(lack)
    return tuple(_gap(grouped[key]) for key in sorted(grouped))


class _Lack(msgspec.Struct, frozen=True):
    """A finding that is undetermined, what would settle it, and the sources of its stamp."""

    found: Finding
    mends: tuple[str, ...]
    sources: Mapping[Side, SourceHealth]


def _general(mend: str) -> str:
    """What to do, for whichever subscription."""
    return _SUBSCRIPTION.sub(f"in the subscription {OF_THE_STAMP}", mend)


def _gap(alike: Sequence[_Lack]) -> Gap:
    """One gap of findings that differ by their stamp, its address or its subscription."""
    first = alike[0]
    stamps = tuple(dict.fromkeys(lack.found.stamp for lack in alike))
    is_same = all(lack.mends == first.mends for lack in alike)
    mends = first.mends if is_same else tuple(map(_general, first.mends))
    if len(stamps) == 1:
        named = tuple(_named(mend, first) for mend in mends)
    else:
        named = tuple(mend.replace(OF_THE_STAMP, "of these stamps") for mend in mends)
    return Gap(
        rule=first.found.rule,
        stamps=stamps,
        reason=str(first.found.reason),
        why=first.found.message,
        mends=named,
    )


def _named(mend: str, lack: _Lack) -> str:
    """What to do with the name or the address of the stamp."""
    for side, own in _OWN_ADDRESS.items():
        if own in mend and side in lack.sources:
            return mend.replace(own, lack.sources[side].address or own)
    return mend.replace(OF_THE_STAMP, f"of {lack.found.stamp}")


def _mends(
    found: Finding, documents_of: Mapping[str, Sequence[str]], own: Mapping[Side, SourceHealth]
) -> tuple[str, ...]:
    """What would settle a finding, the most direct first."""
    told: dict[str, None] = {}
    for fact in found.missing:
        for kind in documents_of.get(fact, ()):
            told.update(dict.fromkeys(_mend(kind, own)))
        if fact in _DECLARED:
            told.setdefault(f"declare {_DECLARED[fact]} in the inventory", None)
    if not told and found.reason is Reason.FLEET_INCOMPLETE:
        is_chosen = _LEFT_OUT in found.message
        return (_ASK_ALL if is_chosen else "mend the stamps that it names",)
    # What is named already is nearer than what would first have to be named.
    return tuple(sorted(told, key=lambda mend: mend.startswith(_NAME)))[:_MAX_MENDS]


def _mend(kind: str, own: Mapping[Side, SourceHealth]) -> list[str]:
    """What would bring one kind of document; nothing where it came, or only a person has it."""
    source = next((one for side, one in own.items() if RECIPES[kind].side == side), None)
    if source is None:
        return []
    state = source.permitted.get(kind, State.NOT_ASKED)
    cause = _before(kind) if state is State.NOT_ASKED else kind
    told = list(source.remedies.get(kind) or source.remedies.get(cause, ()))
    if state is State.NO and not RECIPES[kind].permission.startswith("none"):
        return [*told, f"grant {right(kind)} to {source.account}"]
    return told if told or state is State.YES else [_cause(kind, state, source)]


def _cause(kind: str, state: State, source: SourceHealth) -> str:
    """What to do where no refusal tells it: first what lies with the inventory or the account."""
    where = NAMES[source.source]
    if state is State.NOT_ASKED and not source.is_asked:
        return _unnamed(source)
    if source.signed_in is State.NO:
        return f"mend the sign-in {source.account} to {where}"
    if source.reachable is State.NO:
        return f"make {_OWN_ADDRESS.get(source.source, source.address or where)} reachable"
    if state is State.NOT_ASKED:
        return f"let {_before(kind)} be read from {where}"
    return f"mend what keeps {where} from answering (see above)"


def _unnamed(source: SourceHealth) -> str:
    if source.source == "azure":
        return f"{_NAME}{_KEYS['azure']} in the inventory, or let the activation be read"
    key = _KEYS[source.source]
    if source.source == "pep" and source.address:
        key = "privileged_endpoint_sign_in"
    return f"{_NAME}{key} in the inventory"


def _before(kind: str) -> str:
    """The kind that leads to another: what Azure lists is where everything else is found."""
    if kind == "role-definitions":
        return "role-assignments"
    return "registration" if RECIPES[kind].side == "azure" else kind
