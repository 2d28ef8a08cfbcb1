"""Stamps and fleets for tests, made of facts by name; a mistake is told with a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from stampcheck.facts import ALL_FACTS
from stampcheck.model import Fact, Missing, Reason
from stampcheck.sample import Sample, SampleFleet, fleet_with, sample_of
from stampcheck.tomlfile import nearest

_BY_NAME: Final = {fact.name: fact for fact in ALL_FACTS}


def missing(reason: str, detail: str = "") -> Missing:
    """A missing fact with the word of its reason, such as ``access-denied``."""
    words = [one.value for one in Reason]
    if reason not in words:
        raise ValueError(f"There is no reason {reason!r}{nearest(reason, words)}")
    return Missing(Reason(reason), detail)


def stamp(name: str = "stamp-1", /, **facts: Any) -> Sample:  # noqa: ANN401 (values of facts)
    """A stamp with facts by name; a plain value becomes a known fact, the rest is missing."""
    return sample_of(name, _by_fact(facts))


def fleet(*samples: Sample, unclaimed: Iterable[Mapping[str, Any]] = ()) -> SampleFleet:
    """A fleet of stamps; ``unclaimed`` are registrations of no stamp, each by its facts by name."""
    return fleet_with(samples, [_by_fact(one) for one in unclaimed])


def _by_fact(named: Mapping[str, Any]) -> dict[Fact[Any], Any]:
    for word in named:
        if word not in _BY_NAME:
            raise ValueError(f"There is no fact {word!r}{nearest(word, _BY_NAME)}")
    return {_BY_NAME[word]: value for word, value in named.items()}
