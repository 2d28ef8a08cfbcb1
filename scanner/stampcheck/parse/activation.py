"""The stamp's activation: whether it is there, and what it says (facts/azure.md 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse.evidence import Evidence, Found, Held, read_field
from stampcheck.parse.shape import ABSENT
from stampcheck.parse.value import boolean, expiry, registration_id, text
from stampcheck.values import Expiry, ResourceId

_REQUEST: Final = re.compile(
    r"/subscriptions/([^/]+)/resourcegroups/azurestack-activation"
    r"/providers/microsoft\.azurebridge\.admin/activations(?:/default)?"
)
_WHAT: Final = "the stamp's activation"
_PROVIDER_NAME: Final = "default provider subscription"


def activation(evidence: Evidence) -> Found | Missing:
    """The activation as the stamp shows it, found once for all facts."""
    found = evidence.derived.get("activation")
    if found is None:
        found = evidence.derived["activation"] = evidence.newest("activation", _WHAT)
    return found


def is_present(evidence: Evidence) -> Known[bool] | Missing:
    """True where it was read; false only for an absence in a confirmed Default Provider
    Subscription.
    """
    found = activation(evidence)
    if isinstance(found, Found):
        return Known(value=True, source=found.held.source(found.item.prefix.rstrip(".") or "id"))
    latest = evidence.latest("activation")
    if not latest or not all(held.is_absence for held in latest):
        return found
    return evidence.contradiction("activation") or _absent(evidence, latest[0])


def _absent(evidence: Evidence, held: Held) -> Known[bool] | Missing:
    asked = _REQUEST.fullmatch(held.path)
    if asked is None or not held.is_whole or "$filter" in held.query:
        return Missing(
            Reason.AMBIGUOUS,
            f"{held.label} shows no activation, but not which subscription of the stamp was asked",
        )
    other = next(_seen_elsewhere(evidence, asked.group(1)), None)
    if other is not None:
        return Missing(
            Reason.AMBIGUOUS,
            f"{held.label} shows no activation, but {other.label} shows that of another stamp",
        )
    if asked.group(1) in provider_subscriptions(evidence):
        return Known(value=False, source=held.source(f"status {held.document.status or 200}"))
    return Missing(
        Reason.AMBIGUOUS,
        f"{held.label} shows no activation in subscription {asked.group(1)}, which is not "
        "confirmed to be the stamp's Default Provider Subscription",
    )


def _seen_elsewhere(evidence: Evidence, subscription: str) -> Iterator[Held]:
    """Answers that show an activation in another subscription of a stamp than the one asked."""
    for held in evidence.of("activation"):
        for item in held.items:
            parsed = ResourceId.parse(item.id)
            if parsed is not None and parsed.subscription != subscription:
                yield held


def provider_subscriptions(evidence: Evidence) -> set[str]:
    """Ids that the stamp's own answers show to be the Default Provider Subscription. One of another
    name counts where it is the only one and has no offer, as a tenant's has, unless the fabric
    names another.
    """
    by_fabric = set(_by_fabric(evidence))
    named, sole = set(), set()
    for held in evidence.of("stamp-subscriptions"):
        own = [(_bare_id(held, place), _name(held, place)) for place in range(len(held.items))]
        named |= {identity for identity, name in own if name == _PROVIDER_NAME}
        if len(own) == 1 and held.is_whole and not _has_offer(held):
            sole.add(own[0][0])
    return named | by_fabric or sole


def _by_fabric(evidence: Evidence) -> Iterator[str]:
    for kind in ("fabric-locations", "scale-units", "scale-unit-nodes"):
        for held in evidence.of(kind):
            parsed = ResourceId.parse(held.items[0].id) if held.items else None
            if parsed is not None and parsed.kind.startswith("microsoft.fabric.admin"):
                yield parsed.subscription


def _has_offer(held: Held) -> bool:
    offer = held.items[0].own("offerid")
    return offer is not ABSENT and bool(offer)


def _bare_id(held: Held, place: int) -> str:
    return str(held.items[place].own("subscriptionid", "id")).rpartition("/")[2].lower()


def _name(held: Held, place: int) -> str:
    return str(held.items[place].own("displayname", "name")).strip().lower()


def _of_activation(evidence: Evidence) -> Found | Missing:
    """The activation; where its absence is proven, that is why its fields are not known."""
    found = activation(evidence)
    if isinstance(found, Found):
        return found
    present = is_present(evidence)
    if isinstance(present, Known):
        return Missing(Reason.ABSENT_IN_ANSWER, "the stamp has no activation")
    return present


def activated_registration(evidence: Evidence) -> Known[ResourceId] | Missing:
    """The registration that the activation names."""
    name = "azureRegistrationResourceIdentifier"
    return read_field(_of_activation(evidence), name, registration_id)


def expires(evidence: Evidence) -> Known[Expiry] | Missing:
    """When the activation runs out."""
    return read_field(_of_activation(evidence), "expiration", expiry)


def provisioning_state(evidence: Evidence) -> Known[str] | Missing:
    """Provisioning state, verbatim."""
    return read_field(_of_activation(evidence), "provisioningState", text)


def usage_reporting(evidence: Evidence) -> Known[bool] | Missing:
    """Whether usage is pushed to Azure."""
    return read_field(_of_activation(evidence), "usageReportingEnabled", boolean)


def syndication(evidence: Evidence) -> Known[bool] | Missing:
    """Whether marketplace syndication is on."""
    return read_field(_of_activation(evidence), "marketplaceSyndicationEnabled", boolean)


def azure_environment(evidence: Evidence) -> Known[str] | Missing:
    """Azure cloud of the registration; not every build returns it."""
    return read_field(_of_activation(evidence), "azureEnvironmentName", text)
