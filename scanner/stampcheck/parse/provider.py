"""Whether the resource provider is registered in the registration's subscription (facts/azure.md
8): by the provider itself, or by an answer that was refused because it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Found, Held, is_below, read_field
from stampcheck.parse.shape import Item
from stampcheck.parse.subscription import subscription_id, undisputed
from stampcheck.parse.value import text

_WHAT: Final = "the provider Microsoft.AzureStack in the registration's subscription"
_NAMESPACE: Final = "microsoft.azurestack"
_SCOPE: Final = re.compile(r"/subscriptions/([^/]+)/providers(?:/[^/]+)?")
_NOT_REGISTERED: Final = "missingsubscriptionregistration"
_QUOTED: Final = re.compile(r"namespace '([^']{1,256})'", re.IGNORECASE)

Told = tuple[Held, Known[str] | Missing]


def provider_state(evidence: Evidence) -> Known[str] | Missing:
    """Registration state of Microsoft.AzureStack in that subscription, verbatim. The newest that
    is known counts, unless two of one time differ.
    """
    identity = subscription_id(evidence)
    if isinstance(identity, Missing):
        return identity
    told = [*_by_provider(evidence, identity.value), *_by_refusal(evidence, identity.value)]
    if told:
        told.sort(key=lambda one: one[0].document.collected_at.rstrip("Z"), reverse=True)
        return undisputed([held for held, _ in told], [state for _, state in told])
    answer = next((held for held in evidence.of("provider") if held.is_answer), None)
    if answer is None:
        return evidence.gap("provider", _WHAT)
    return Missing(
        Reason.AMBIGUOUS,
        f"{answer.label} does not show Microsoft.AzureStack in subscription {identity.value}",
    )


def _by_provider(evidence: Evidence, subscription: str) -> Iterator[Told]:
    """What answers say of the provider; ``Get-AzResourceProvider`` gives a row a resource type."""
    for held in evidence.of("provider"):
        for scope, found in _rows(held) if held.is_answer else ():
            if scope == subscription or (not scope and not held.shared):
                yield held, read_field(found, "registrationState", text)


def _rows(held: Held) -> list[tuple[str, Found]]:
    """The rows about the provider, each with the subscription that it is of; sorted out once."""
    if "providers" not in held.__dict__:
        held.__dict__["providers"] = [
            (_subscription_of(held, item), Found(item, held))
            for item in held.items
            if _namespace(item) == _NAMESPACE
        ]
    return held.__dict__["providers"]  # type: ignore[no-any-return]  # what was put in above


def _namespace(item: Item) -> str:
    """The namespace by its own field, else at the end of the id."""
    namespace = item.own("namespace", "providerNamespace")
    named = namespace if isinstance(namespace, str) else item.id.rpartition("/")[2]
    return named.strip().lower()


def _subscription_of(held: Held, item: Item) -> str:
    """The subscription by id and request, lower case; empty where neither names one, and a word
    that is none where they contradict each other.
    """
    matches = (_SCOPE.fullmatch(path) for path in (item.id.lower().rstrip("/"), held.path))
    named = {match.group(1) for match in matches if match is not None}
    return "contradiction" if len(named) > 1 else next(iter(named), "")


def _by_refusal(evidence: Evidence, subscription: str) -> Iterator[Told]:
    """Answers that were refused since the subscription is not registered for the provider."""
    start = f"/subscriptions/{subscription}"
    for held in evidence.all():
        if held.document.reason is not Reason.ABSENT_IN_ANSWER or held.error is None:
            continue
        is_here = is_below(held.path, start) if held.path else not held.shared
        if is_here and held.error.code.lower() == _NOT_REGISTERED and _is_ours(held):
            yield held, Known("NotRegistered", held.source("error.code"))


def _is_ours(held: Held) -> bool:
    """Whether the refusal speaks of this provider, and not of another that was asked."""
    named = _QUOTED.search(held.error.message) if held.error is not None else None
    if named is not None:
        return named.group(1).lower() == _NAMESPACE
    return f"/providers/{_NAMESPACE}/" in f"{held.path}/"
