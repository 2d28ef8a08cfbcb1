"""How far one gets with each source of each stamp: reached, signed in, permitted; its clock and its
certificate. Pure, over probes and the documents of a collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

from stampcheck.document import Document
from stampcheck.evidence import RECIPES
from stampcheck.model import Reason
from stampcheck.sighting import Probe
from stampcheck.targets import Target

MAX_SKEW: Final = 300
"""Seconds by which a clock may differ; from then on sign-ins fail (Kerberos, tokens)."""

MIN_DAYS: Final = 30
"""Days that a certificate should still be valid for."""

Side = Literal["azure", "stamp", "pep"]
SIDES: Final[tuple[Side, ...]] = ("azure", "stamp", "pep")
"""Azure's Resource Manager, the stamp's own, the privileged endpoint."""

_UNAUTHENTICATED: Final = 401
_FORBIDDEN: Final = 403
_NO_SIGN_IN: Final = frozenset(("endpoints",))
_FOLLOWS: Final = "was not asked for, because of"
NAMES: Final[Mapping[Side, str]] = {
    "azure": "Azure",
    "stamp": "the stamp",
    "pep": "the privileged endpoint",
}
"""The sources as they are named in a sentence."""


class State(StrEnum):
    """How far one gets. ``not-asked``: the inventory names no way, or an earlier step failed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"


class Sights(msgspec.Struct, frozen=True, kw_only=True):
    """The probes: of clouds by their name, of stamps and their privileged endpoints by stamp."""

    clouds: Mapping[str, Probe] = {}
    stamps: Mapping[str, Probe] = {}
    privileged: Mapping[str, Sequence[Probe]] = {}

    def of(self, side: Side, target: Target) -> tuple[Probe, ...]:
        """The probes of one source."""
        if side == "pep":
            return tuple(self.privileged.get(target.name, ()))
        one = self.clouds.get(target.cloud) if side == "azure" else self.stamps.get(target.name)
        return (one,) if one is not None else ()


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One source of one stamp. ``permitted`` holds the kinds of document that the rules need;
    ``notes`` are sentences on what is wrong, none of them where all is well. The clock is the
    source's minus ours; of several certificates the first to expire counts.
    """

    stamp: str
    source: Side
    address: str
    account: str
    reachable: State
    signed_in: State
    permitted: dict[str, State]
    clock_skew_seconds: int | None = None
    certificate_days: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        """Whether everything that the rules need of it can be read."""
        states = (self.reachable, self.signed_in, *self.permitted.values())
        return not {State.NO, State.UNKNOWN} & set(states)


def source_healths(
    target: Target,
    documents: Iterable[Document],
    kinds: Iterable[str],
    sights: Sights,
    now: datetime,
) -> Iterator[SourceHealth]:
    """The sources of one stamp, by its documents (shared ones too) and the probes. ``kinds`` are
    those that the chosen rules need; a source that none of them is read from is left out.
    """
    own = list(documents)
    wanted = sorted(kinds)
    for side in SIDES:
        asked = [kind for kind in wanted if RECIPES[kind].side == side]
        if asked:
            of_side = [document for document in own if document.kind in asked]
            yield _source(side, target, of_side, asked, sights.of(side, target), now)


def _source(
    side: Side,
    target: Target,
    documents: list[Document],
    kinds: list[str],
    probes: tuple[Probe, ...],
    now: datetime,
) -> SourceHealth:
    by_kind = {
        kind: [document for document in documents if document.kind == kind] for kind in kinds
    }
    days = [_days(probe, now) for probe in probes]
    skews = [probe.skew_seconds for probe in probes if probe.skew_seconds is not None]
    is_named = side == "azure" or bool(_address(side, target, probes))
    return SourceHealth(
        stamp=target.name,
        source=side,
        address=_address(side, target, probes),
        account=_account(side, target),
        reachable=_reachable(documents, probes) if is_named else State.NOT_ASKED,
        signed_in=_signed_in(documents),
        permitted={kind: _permitted(same) for kind, same in by_kind.items()},
        clock_skew_seconds=max(skews, key=abs, default=None),
        certificate_days=min((one for one in days if one is not None), default=None),
        notes=tuple(dict.fromkeys(_notes(side, by_kind, probes, now))),
    )


def _address(side: Side, target: Target, probes: tuple[Probe, ...]) -> str:
    if side == "pep":
        return ", ".join(target.privileged_endpoints)
    return target.admin_endpoint if side == "stamp" else probes[0].origin if probes else ""


def _account(side: Side, target: Target) -> str:
    if side == "pep":
        return target.privileged_endpoint_sign_in
    return (target.azure_sign_in if side == "azure" else target.stamp_sign_in) or "Azure CLI"


def _reachable(documents: list[Document], probes: tuple[Probe, ...]) -> State:
    spoke = any(document.status or document.reason is None for document in documents)
    if spoke or any(probe.reachable for probe in probes):
        return State.YES
    return State.NO if probes or documents else State.NOT_ASKED


def _signed_in(documents: list[Document]) -> State:
    asked = [document for document in documents if document.kind not in _NO_SIGN_IN]
    if any(_is_signed_in(document) for document in asked):
        return State.YES
    if any(document.reason is Reason.ACCESS_DENIED for document in asked):
        return State.NO
    return State.UNKNOWN if asked else State.NOT_ASKED


def _is_signed_in(document: Document) -> bool:
    """A refusal of what was asked for is an answer to somebody who is signed in."""
    return document.reason is None or document.status not in (0, _UNAUTHENTICATED)


def _permitted(same: list[Document]) -> State:
    if any(document.status == _FORBIDDEN for document in same):
        return State.NO
    if any(document.reason is None for document in same):
        return State.YES
    return State.UNKNOWN if same else State.NOT_ASKED


def _days(probe: Probe, now: datetime) -> int | None:
    return (probe.certificate.not_after - now).days if probe.certificate is not None else None


def _notes(
    side: Side, by_kind: Mapping[str, list[Document]], probes: tuple[Probe, ...], now: datetime
) -> Iterator[str]:
    for probe in probes:
        yield from _notes_of(probe, now)
    lacking = [
        (kind, max(same, key=lambda document: document.status == _FORBIDDEN))
        for kind, same in by_kind.items()
        if _permitted(same) in (State.NO, State.UNKNOWN)
    ]
    seen = {probe.detail for probe in probes}
    # What is forbidden is mended one by one; anything else mostly has one cause for all kinds.
    forbidden = [kind for kind, document in lacking if document.status == _FORBIDDEN]
    others = [(kind, one) for kind, one in lacking if kind not in forbidden and not _follows(one)]
    for kind in forbidden:
        yield f"{kind}: refused, for want of {RECIPES[kind].permission} on {NAMES[side]}"
    for kind, document in others[:1]:
        if document.detail not in seen:
            yield f"{kind}: {document.detail or document.reason}"


def _follows(document: Document) -> bool:
    """Whether it was not asked for because of another document, which says more itself."""
    return document.detail.startswith(_FOLLOWS)


def _notes_of(probe: Probe, now: datetime) -> Iterator[str]:
    if probe.detail:
        yield f"{probe.origin}: {probe.detail}"
    if probe.proxy:
        yield f"{probe.origin} is asked through {probe.proxy}"
    if probe.skew_seconds is not None and abs(probe.skew_seconds) > MAX_SKEW:
        ahead = "ahead of" if probe.skew_seconds > 0 else "behind"
        yield f"{probe.origin}: its clock is {abs(probe.skew_seconds)} s {ahead} this machine's"
    days = _days(probe, now)
    if days is not None and days < MIN_DAYS:
        ends = f"expired {-days} days ago" if days < 0 else f"expires in {days} days"
        yield f"{probe.origin}: its certificate {ends}"
