"""Whether an answer of a stamp's Resource Manager is this stamp's own: its host, its region and its
provider subscription against those of the activation, of the stamp information and of the stamp's
subscriptions. What is not told contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from stampcheck.parse.activation import provider_subscriptions
from stampcheck.parse.cloud import host_of
from stampcheck.parse.evidence import Evidence, Found, Held
from stampcheck.parse.shape import Item
from stampcheck.parse.stamp import stamp_information
from stampcheck.parse.value import Unreadable, shown, text

_SUBSCRIPTION: Final = "subscription"
_REGION: Final = "region"
_HOST: Final = "host"
_ADMIN: Final = "adminmanagement."

Place = tuple[str, str]
"""What is told, and the word that tells it, lower case."""


def of_another_stamp(evidence: Evidence, held: Held) -> str:
    """How the answer contradicts what is known of the stamp, in words; empty where it does not."""
    known = _known(evidence)
    for what, word in chain(_by_request(held), _by_items(held)):
        for own, words in known:
            if own == what and word not in words:
                told = " or ".join(shown(one) for one in sorted(words)[:3])
                return f"{held.label} is of {what} {shown(word)}, and the stamp of {told}"
    return ""


def _known(evidence: Evidence) -> list[tuple[str, set[str]]]:
    """What is known of the stamp, by each witness that tells it; found out once."""
    if "own places" not in evidence.derived:
        witnesses = [*_by_activation(evidence), *_by_information(evidence)]
        known = [(what, {word}) for what, word in dict.fromkeys(witnesses)]
        named = provider_subscriptions(evidence)
        evidence.derived["own places"] = [*known, *([(_SUBSCRIPTION, named)] if named else [])]
    return evidence.derived["own places"]  # type: ignore[no-any-return]  # what was put in above


def _by_activation(evidence: Evidence) -> Iterator[Place]:
    for held in evidence.latest("activation"):
        yield from _by_request(held)
        for item in held.items:
            yield from _by_path(item.id.lower())
            location = _word(item.own("location"))
            if location:
                yield _REGION, location


def _by_information(evidence: Evidence) -> Iterator[Place]:
    found = stamp_information(evidence)
    if not isinstance(found, Found):
        return
    region = _word(found.item.prop("RegionName"))
    domain = _word(found.item.prop("ExternalDomainFQDN"))
    if region:
        yield _REGION, region
    if region and domain:
        yield _HOST, domain if domain.startswith(f"{region}.") else f"{region}.{domain}"


def _by_request(held: Held) -> Iterator[Place]:
    host = host_of(held)
    # An address or an alias says nothing of whose endpoint it is.
    if host.startswith(_ADMIN):
        yield _HOST, host.removeprefix(_ADMIN)
    yield from _by_path(held.path)


def _by_path(path: str) -> Iterator[Place]:
    """Subscription and regions that a lower-case path names."""
    parts = path.split("/", 9)
    for name, word in zip(parts[1::2], parts[2::2], strict=False):
        if name == "subscriptions" and word:
            yield _SUBSCRIPTION, word
        elif name == "resourcegroups" and word.startswith("system."):
            yield _REGION, word.removeprefix("system.")
        elif name == "regionhealths":
            yield _REGION, word


def _by_items(held: Held) -> Iterator[Place]:
    """Subscriptions that the entries stand in; usage may stand in that of its subscriber."""
    seen: set[str] = set()
    for item in held.items:
        parts = item.id.lower().split("/", 3)
        word = parts[2] if parts[1:2] == ["subscriptions"] and parts[2:] else ""
        if word and word not in seen and word != _subscriber(item):
            seen.add(word)
            yield _SUBSCRIPTION, word


def _subscriber(item: Item) -> str:
    return _word(item.prop("subscriptionId"))


def _word(value: object) -> str:
    try:
        return text(value).lower().strip(".")
    except Unreadable:
        return ""
