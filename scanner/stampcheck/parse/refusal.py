"""The rule whose fault explains that Azure refuses the stamp: derived of other facts, so that the
rules about usage and alerts excuse the same things.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    AS_OF,
    PRINCIPAL_ROLE,
    PROVIDER_STATE,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    SUBSCRIPTION_OFFER,
    SUBSCRIPTION_STATE,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    TENANT_REFERENCE,
)
from stampcheck.model import Fact, Facts, Known, Missing, Reason, Source
from stampcheck.values import SubscriptionState

NEEDS: Final[tuple[Fact[Any], ...]] = (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    AS_OF,
    PRINCIPAL_ROLE,
    PROVIDER_STATE,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    STAMP_CLOUD_ID,
    SUBSCRIPTION_OFFER,
    SUBSCRIPTION_STATE,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    TENANT_REFERENCE,
)
"""The facts that it is derived of."""

_CLOSED: Final = (SubscriptionState.DISABLED, SubscriptionState.EXPIRED, SubscriptionState.DELETED)
_NOT_SERVED: Final = ("notregistered", "unregistered", "unregistering")


def refusal_follows(facts: Facts) -> Known[str]:
    """The id of the first rule that fails, and of whose fault a refusal is a consequence; empty
    where nothing that was read explains one.
    """
    first = next(_failing(facts), None)
    if first is None:
        return Known("", Source("", "nothing that was read explains a refusal"))
    rule, fact = first
    state = facts[fact]
    return Known(rule, state.source if isinstance(state, Known) else Source("", ""))


def _failing(facts: Facts) -> Iterator[tuple[str, Fact[Any]]]:
    present = facts[REGISTRATION_PRESENT]
    # Of a registration that may be another stamp's nothing follows for this one.
    if not (isinstance(present, Missing) and present.reason is Reason.AMBIGUOUS):
        if _has_other_directory(facts):
            yield "AZS-TE-001", SUBSCRIPTION_TENANT
        if _value(facts, SUBSCRIPTION_STATE) in _CLOSED:
            yield "AZS-SU-003", SUBSCRIPTION_STATE
    yield from _by_names(facts)
    expires, as_of = _value(facts, ACTIVATION_EXPIRES), _value(facts, AS_OF)
    if expires is not None and as_of and expires.at is not None and expires.at <= as_of:
        yield "AZS-RG-002", ACTIVATION_EXPIRES
    if not (isinstance(present, Missing) and present.reason is Reason.AMBIGUOUS):
        if str(_value(facts, PROVIDER_STATE)).strip().lower() in _NOT_SERVED:
            yield "AZS-SU-004", PROVIDER_STATE
        role = _value(facts, PRINCIPAL_ROLE)
        if role is not None and not role.fits:
            yield "AZS-TE-002", PRINCIPAL_ROLE


def _value(facts: Facts, fact: Fact[Any]) -> Any:  # noqa: ANN401 (type of the fact)
    state = facts[fact]
    return state.value if isinstance(state, Known) else None


def _has_other_directory(facts: Facts) -> bool:
    """As AZS-TE-001 judges it: the reference first, then what Azure itself shows."""
    reference, history = _value(facts, TENANT_REFERENCE), _value(facts, TENANT_HISTORY)
    if reference is None or (history is not None and not history.changed):
        return False
    if not reference.tenant:
        return history is not None
    tenant = _value(facts, SUBSCRIPTION_TENANT)
    return tenant is not None and tenant != reference.tenant


def _by_names(facts: Facts) -> Iterator[tuple[str, Fact[Any]]]:
    """As AZS-RG-003 and AZS-TE-003 judge it: the activation names another registration."""
    named, seen = _value(facts, ACTIVATED_REGISTRATION), _value(facts, REGISTRATION_ID)
    own, held = _value(facts, STAMP_CLOUD_ID), _value(facts, REGISTRATION_CLOUD_ID)
    if named is None or seen is None or own is None or held is None:
        return
    if (own == held) is (named == seen):
        return
    if named.subscription == seen.subscription:
        yield "AZS-RG-003", ACTIVATED_REGISTRATION
    elif _is_no_partners(facts):
        yield "AZS-TE-003", ACTIVATED_REGISTRATION


def _is_no_partners(facts: Facts) -> bool:
    """Between CSP subscriptions a registration may move."""
    offer = _value(facts, SUBSCRIPTION_OFFER)
    return offer is not None and not offer.strip().lower().startswith("csp")
