"""Stamps and fleets made of facts, for tests and for the examples of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from stampcheck import facts as known_facts
from stampcheck.facts import CLOUD_ID, REGISTRATION_CLOUD_ID, REGISTRATION_ID, SUBSCRIPTION_ID
from stampcheck.model import Example, Fact, Known, Missing, Reason, SeenRegistration, Source
from stampcheck.tomlfile import nearest
from stampcheck.values import ResourceId

State = Known[Any] | Missing

NOT_COLLECTED: Final = Missing(Reason.NOT_COLLECTED, "the test gave no value")
_BY_NAME: Final = {fact.name: fact for fact in known_facts.ALL_FACTS}
_NOWHERE: Final = "00000000-0000-4000-8000-000000000000"


class Sample(msgspec.Struct, frozen=True):
    """A stamp for a test: a name and its facts."""

    name: str
    facts: dict[Fact[Any], Known[Any] | Missing]

    def without(self, fact: Fact[Any], reason: Reason = Reason.NOT_COLLECTED) -> Sample:
        """The same stamp with one fact taken away."""
        gone = Missing(reason, "the test took it away")
        return Sample(self.name, {**self.facts, fact: gone})


class SampleFleet(msgspec.Struct, frozen=True):
    """A fleet for a test: its stamps, every registration seen, the facts of the unclaimed ones."""

    samples: tuple[Sample, ...]
    registrations: tuple[SeenRegistration, ...] = ()
    unclaimed: tuple[tuple[str, dict[Fact[Any], Known[Any] | Missing]], ...] = ()

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)


def missing(reason: str, detail: str = "") -> Missing:
    """A missing fact with the word of its reason, such as ``access-denied``."""
    words = [one.value for one in Reason]
    if reason not in words:
        raise ValueError(f"There is no reason {reason!r}{nearest(reason, words)}")
    return Missing(Reason(reason), detail)


def stamp(name: str = "stamp-1", /, **facts: Any) -> Sample:  # noqa: ANN401 (values of facts)
    """A stamp with facts by name; a plain value becomes a known fact, the rest is missing."""
    return Sample(name, _states({_fact(word): value for word, value in facts.items()}))


def fleet(*samples: Sample, unclaimed: Iterable[Mapping[str, Any]] = ()) -> SampleFleet:
    """A fleet of stamps; ``unclaimed`` are registrations of no stamp, each by its facts by name."""
    nobodys = [{_fact(word): value for word, value in one.items()} for one in unclaimed]
    return _fleet(samples, nobodys)


def fleet_of(example: Example) -> SampleFleet:
    """The fleet that an example of a rule describes; its first stamp is the one it is about."""
    described = (example.facts, *example.others)
    samples = [
        Sample(f"stamp-{number}", _states(facts)) for number, facts in enumerate(described, 1)
    ]
    return _fleet(samples, example.unclaimed)


def _fact(word: str) -> Fact[Any]:
    if word not in _BY_NAME:
        raise ValueError(f"There is no fact {word!r}{nearest(word, _BY_NAME)}")
    return _BY_NAME[word]


def _states(given: Mapping[Fact[Any], Any]) -> dict[Fact[Any], State]:
    for fact in given:
        if fact not in _BY_NAME.values():
            raise ValueError(f"{fact!r} is no fact of stampcheck.facts")
    known = {fact: _state(fact, value) for fact, value in given.items()}
    return {**dict.fromkeys(known_facts.ALL_FACTS, NOT_COLLECTED), **known}


def _state(fact: Fact[Any], value: Any) -> State:  # noqa: ANN401 (values of facts)
    if isinstance(value, (Known, Missing)):
        return value
    if value is None:
        raise ValueError(f"None is no value of {fact.name}; say missing('not-collected') instead")
    return Known(value, Source("test.json", fact.name))


def _fleet(samples: Iterable[Sample], unclaimed: Iterable[Mapping[Fact[Any], Any]]) -> SampleFleet:
    samples = tuple(samples)
    facts = [_states(one) for one in unclaimed]
    nobodys = [_seen(one, f"unclaimed-{number}") for number, one in enumerate(facts, 1)]
    claimed = [
        _seen(sample.facts, "", claimed_by=sample.name)
        for sample in samples
        if isinstance(sample.facts[REGISTRATION_ID], Known)
    ]
    pairs = tuple((seen.id, own) for seen, own in zip(nobodys, facts, strict=True))
    return SampleFleet(samples, (*claimed, *nobodys), pairs)


def _seen(facts: Mapping[Fact[Any], State], name: str, *, claimed_by: str = "") -> SeenRegistration:
    subscription = _text(facts, SUBSCRIPTION_ID)
    own = facts[REGISTRATION_ID]
    path = f"/subscriptions/{subscription or _NOWHERE}/resourceGroups/azurestack/providers"
    made = ResourceId.parse(f"{path}/Microsoft.AzureStack/registrations/{name or 'registration'}")
    found = own.value if isinstance(own, Known) else made
    if found is None:
        raise ValueError(f"SUBSCRIPTION_ID {subscription!r} is no part of a resource id")
    return SeenRegistration(
        id=found.text,
        name=found.name,
        subscription=subscription or found.subscription,
        cloud_id=_text(facts, REGISTRATION_CLOUD_ID) or _text(facts, CLOUD_ID),
        source=Source("registrations.json", name or claimed_by),
        claimed_by=claimed_by,
    )


def _text(facts: Mapping[Fact[Any], State], fact: Fact[str]) -> str:
    state = facts[fact]
    return state.value if isinstance(state, Known) else ""
