"""How far one gets with each source of each stamp: reached, signed in, permitted; its clock and its
certificate. Pure, over probes and the documents of a collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

import msgspec

from stampcheck.document import Document, iso
from stampcheck.evidence import RECIPES
from stampcheck.model import Reason
from stampcheck.remedy import is_local, remedies
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
# An endpoint says so to an account that it let sign in (facts/pep.md 5).
_DENIES: Final = "denies access"
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
    ``notes`` are sentences on what is wrong, none of them where all is well, ``remedies`` by kind
    what to do where it is told. ``is_asked``: the inventory names it wholly, or another source led
    to it. The clock is the source's minus ours; of several certificates the first to expire counts,
    whose days are below 0 as soon as it has expired; ``certificate_expires`` is when (ISO 8601).
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
    certificate_expires: str = ""
    notes: tuple[str, ...] = ()
    remedies: dict[str, tuple[str, ...]] = {}
    is_asked: bool = True

    @property
    def is_fine(self) -> bool:
        """Whether everything that the rules need of it can be read, as far as it is asked."""
        states = (self.reachable, self.signed_in, *self.permitted.values())
        return not self.is_asked or not {State.NO, State.UNKNOWN} & set(states)


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
    # Whoever has no account asked nobody, and the documents say no more than that.
    own = documents if _is_signable(side, target) else []
    by_kind = {kind: [document for document in own if document.kind == kind] for kind in kinds}
    told = {kind: remedies(side, target, same, probes) for kind, same in by_kind.items()}
    days = [day for probe in probes if (day := _days(probe, now)) is not None]
    skews = [probe.skew_seconds for probe in probes if probe.skew_seconds is not None]
    address = _address(side, target, probes)
    return SourceHealth(
        stamp=target.name,
        source=side,
        address=address,
        account=_account(side, target),
        reachable=_reachable(own, probes) if side == "azure" or address else State.NOT_ASKED,
        signed_in=_signed_in(own),
        permitted={kind: _permitted(same) for kind, same in by_kind.items()},
        clock_skew_seconds=max(skews, key=abs, default=None),
        certificate_days=min(days, default=None),
        certificate_expires=_first_end(probes),
        notes=tuple(dict.fromkeys(_notes(by_kind, probes, now))),
        remedies={kind: same for kind, same in told.items() if same},
        is_asked=bool(own) or _is_named(side, target),
    )


def _is_signable(side: Side, target: Target) -> bool:
    return side != "pep" or bool(target.privileged_endpoint_sign_in)


def _is_named(side: Side, target: Target) -> bool:
    """Whether the inventory alone suffices for asking."""
    if side == "azure":
        return bool(target.registration or target.subscription)
    if side == "stamp":
        return bool(target.admin_endpoint)
    return bool(target.privileged_endpoints) and _is_signable(side, target)


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
    if probes or documents:
        told = [one.detail for one in probes or documents]
        return State.UNKNOWN if all(map(is_local, told)) else State.NO
    return State.NOT_ASKED


def _signed_in(documents: list[Document]) -> State:
    asked = [document for document in documents if document.kind not in _NO_SIGN_IN]
    if any(_is_signed_in(document) for document in asked):
        return State.YES
    refused = [document for document in asked if document.reason is Reason.ACCESS_DENIED]
    if any(not is_local(document.detail) for document in refused):
        return State.NO
    return State.UNKNOWN if asked else State.NOT_ASKED


def _is_signed_in(document: Document) -> bool:
    """A refusal of what was asked for is an answer to somebody who is signed in."""
    is_answer = document.reason is None or document.status not in (0, _UNAUTHENTICATED)
    return is_answer or _is_forbidden(document)


def _is_forbidden(document: Document) -> bool:
    """Whether the account is known and may not read this."""
    is_denied = document.reason is Reason.ACCESS_DENIED and _DENIES in document.detail
    return document.status == _FORBIDDEN or (is_denied and RECIPES[document.kind].side == "pep")


def _permitted(same: list[Document]) -> State:
    if any(map(_is_forbidden, same)):
        return State.NO
    if any(document.reason is None for document in same):
        return State.YES
    return State.UNKNOWN if same else State.NOT_ASKED


def _days(probe: Probe, now: datetime) -> int | None:
    """Whole days until the certificate expires, or since, then negative and at least one."""
    if probe.certificate is None:
        return None
    left = (probe.certificate.not_after - now) / timedelta(days=1)
    return int(left) if left >= 0 else min(-1, int(left))


def _first_end(probes: Iterable[Probe]) -> str:
    """When the first of the certificates expires; empty where none was seen."""
    ends = (iso(probe.certificate.not_after) for probe in probes if probe.certificate)
    return min(ends, default="")


def _notes(
    by_kind: Mapping[str, list[Document]], probes: tuple[Probe, ...], now: datetime
) -> Iterator[str]:
    for probe in probes:
        yield from _notes_of(probe, now)
    lacking = [
        (kind, max(same, key=_is_forbidden))
        for kind, same in by_kind.items()
        if _permitted(same) in (State.NO, State.UNKNOWN)
    ]
    seen = {probe.detail for probe in probes}
    # What is forbidden is mended one by one; anything else mostly has one cause for all kinds.
    forbidden = [kind for kind, document in lacking if _is_forbidden(document)]
    others = [(kind, one) for kind, one in lacking if kind not in forbidden and not _follows(one)]
    for kind in forbidden:
        yield f"{kind}: refused, for want of {right(kind)}"
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
    if probe.certificate is not None:
        left = (probe.certificate.not_after - now) / timedelta(days=1)
        if left < MIN_DAYS:
            yield f"{probe.origin}: certificate {_expiry(left)}"


def _expiry(left: float) -> str:
    days = int(abs(left))
    told = f"{days} day{'' if days == 1 else 's'}"
    if left < 0:
        return f"expired {told} ago" if days else "expired within the last day"
    return f"expires in {told}" if days else "expires within a day"


def right(kind: str) -> str:
    """The permission that a kind of document needs, and where: ``X on Azure``."""
    permission = RECIPES[kind].permission
    # That of the privileged endpoint says itself where.
    return permission if " on " in permission else f"{permission} on {NAMES[_side(kind)]}"


def _side(kind: str) -> Side:
    return next(side for side in SIDES if side == RECIPES[kind].side)
