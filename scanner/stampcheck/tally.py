"""How much a cause explains: of one stamp, of the fleet, and in words for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from stampcheck.model import Cause


class CauseTally(msgspec.Struct, omit_defaults=True):
    """A cause of one stamp: the failed rules that name it, and the predicates of the catalogue that
    hold on the stamp and contradict it.
    """

    cause: str
    explains: list[str]
    contradicted_by: tuple[str, ...] = ()

    @property
    def weight(self) -> tuple[int, int]:
        """Causes of equal weight tie."""
        return (len(self.contradicted_by), len(self.explains))


class FleetTally(msgspec.Struct):
    """A cause of the fleet: the stamps on which a failure names it, on how many of them it is the
    likeliest cause, and on how many something contradicts it.
    """

    cause: str
    explains: list[str]
    top: int = 0
    contradicted: int = 0

    @property
    def named(self) -> int:
        """The number of stamps on which a failure names it."""
        return len(self.explains)

    @property
    def order(self) -> tuple[int, int, str]:
        """Sorts what explains most stamps first: those it is the likeliest cause of go ahead."""
        return (-self.top, -self.named, self.cause)


def tied(causes: Sequence[CauseTally]) -> list[CauseTally]:
    """Of ranked causes those that tie for the first place; none where one leads."""
    leaders = [one for one in causes if one.weight == causes[0].weight]
    return leaders if len(leaders) > 1 else []


def questions(leaders: Sequence[CauseTally], catalogue: Mapping[str, Cause]) -> list[str]:
    """What tells causes that tie apart: how each of them is confirmed, every question once."""
    known = (catalogue[one.cause] for one in leaders if one.cause in catalogue)
    return list(dict.fromkeys(" ".join(cause.confirm.split()) for cause in known))


def in_words(tally: CauseTally, failed: int, contradictions: Mapping[str, str]) -> str:
    """Such as "explains 3 of 3, contradicted by none"; ``failed`` counts the stamp's failures."""
    against = "; ".join(said(tally.contradicted_by, contradictions)) or "none"
    return f"explains {len(tally.explains)} of {failed}, contradicted by {against}"


def said(predicates: Iterable[str], contradictions: Mapping[str, str]) -> list[str]:
    """Predicates in the words of the scan."""
    return [contradictions.get(one, one) for one in predicates]
