"""Two words a stamp: the state of its registration and its licence standing (design.md 9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    ACTIVATION_PRESENT,
    ACTIVATION_STATE,
    AS_OF,
    AZURE_ENVIRONMENT,
    BILLING_MODEL,
    CLOUD_ID,
    CONNECTION,
    LOCKS,
    NODES,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_OBJECT_ID,
    REGISTRATION_PRESENT,
    ROLE_HELD,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_TENANT,
    TENANT_REFERENCE,
    TOKEN_BILLING_MODEL,
    USAGE_REPORTING,
    BillingModel,
    Connection,
)
from stampcheck.model import Fact, Facts, Known, Standing, State

RECORD_FACTS: Final[tuple[Fact[Any], ...]] = (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    ACTIVATION_PRESENT,
    ACTIVATION_STATE,
    AS_OF,
    AZURE_ENVIRONMENT,
    BILLING_MODEL,
    CLOUD_ID,
    CONNECTION,
    LOCKS,
    NODES,
    REGISTRATION_CLOUD_ID,
    REGISTRATION_ID,
    REGISTRATION_OBJECT_ID,
    REGISTRATION_PRESENT,
    ROLE_HELD,
    SUBSCRIPTION_ID,
    SUBSCRIPTION_TENANT,
    TENANT_REFERENCE,
    TOKEN_BILLING_MODEL,
    USAGE_REPORTING,
)
"""What a scan records of each stamp, whichever rules were chosen."""


def value(facts: Facts, fact: Fact[Any]) -> Any:  # noqa: ANN401 (type of the fact)
    """The value of a fact, or None where it is missing."""
    state = facts[fact]
    return state.value if isinstance(state, Known) else None


def has_expired(facts: Facts) -> bool | None:
    """Whether the activation has run out at the as-of date; None where that is not known."""
    expiry = value(facts, ACTIVATION_EXPIRES)
    if expiry is None:
        return None
    as_of: datetime = value(facts, AS_OF)
    return expiry.at is not None and expiry.at <= as_of


def state(facts: Facts) -> State:
    """How far the registration has come, by what is proven; else unknown."""
    activated, registered = value(facts, ACTIVATION_PRESENT), value(facts, REGISTRATION_PRESENT)
    if activated is False:
        return _state_without_activation(facts, registered=registered)
    if activated is None or registered is None:
        return State.UNKNOWN
    return _state_with_both(facts) if registered else State.ACTIVATION_WITHOUT_RESOURCE


def _state_with_both(facts: Facts) -> State:
    expired = has_expired(facts)
    if expired:
        return State.EXPIRED
    if _has_moved(facts):
        return State.MOVED
    if _has_other_name(facts) or _is_half_way(facts):
        return State.HALF_RE_REGISTERED
    # What may have expired, or did not come to its end, is not called active.
    return State.ACTIVE if expired is False and _has_succeeded(facts) else State.UNKNOWN


def _has_succeeded(facts: Facts) -> bool:
    """Whether the activation is known to have come to its end."""
    return str(value(facts, ACTIVATION_STATE)).lower() == "succeeded"


def _state_without_activation(facts: Facts, *, registered: bool | None) -> State:
    if registered:
        return State.RESOURCE_WITHOUT_ACTIVATION
    if value(facts, TOKEN_BILLING_MODEL) is not None:
        return State.TOKEN_MADE
    return State.NOT_STARTED


def _has_moved(facts: Facts) -> bool:
    """Whether Azure holds it under the same name in another group or subscription."""
    named, seen = value(facts, ACTIVATED_REGISTRATION), value(facts, REGISTRATION_ID)
    is_elsewhere = named is not None and seen is not None and named != seen
    return is_elsewhere and named.name.lower() == seen.name.lower()


def _has_other_name(facts: Facts) -> bool:
    """Whether it was registered again under a name that the stamp was not activated with."""
    named, seen = value(facts, ACTIVATED_REGISTRATION), value(facts, REGISTRATION_ID)
    return named is not None and seen is not None and named.name.lower() != seen.name.lower()


def _is_half_way(facts: Facts) -> bool:
    """The traces of a re-registration that stopped after it took the lock away: no lock, and a new
    service principal without its role.
    """
    locks = value(facts, LOCKS)
    unlocked = locks is not None and not any(lock.level.protects for lock in locks)
    return unlocked and value(facts, ROLE_HELD) is False


def standing(facts: Facts) -> Standing:
    """Whether the stamp is licensed; only what both sides prove, and not long ago, counts."""
    activated, registered = value(facts, ACTIVATION_PRESENT), value(facts, REGISTRATION_PRESENT)
    # A registration that is not tied to the stamp says nothing of what the stamp pays.
    untied = registered is None and value(facts, BILLING_MODEL) is not None
    pays_by_use = not untied and billing_model(facts) is BillingModel.PAY_AS_YOU_USE
    if activated is False or (registered is False and activated):
        return Standing.IN_VIOLATION if pays_by_use else Standing.NOT_PROVEN
    if has_expired(facts):
        return Standing.EXPIRED
    if pays_by_use and value(facts, USAGE_REPORTING) is False:
        return Standing.IN_VIOLATION
    return Standing.LICENSED if _is_proven(facts) else Standing.NOT_PROVEN


def _is_proven(facts: Facts) -> bool:
    """Whether both sides stand, have not expired by fresh evidence, and report what they must."""
    both = value(facts, ACTIVATION_PRESENT) and value(facts, REGISTRATION_PRESENT)
    proof = (facts[fact] for fact in (ACTIVATION_PRESENT, REGISTRATION_PRESENT, ACTIVATION_EXPIRES))
    is_fresh = all(isinstance(state, Known) and not state.source.stale for state in proof)
    is_settled = bool(both) and is_fresh and _has_succeeded(facts)
    return is_settled and _is_paid(facts)


def _is_paid(facts: Facts) -> bool:
    """Whether the billing model is known, and one by usage can and does report it."""
    model, reporting = billing_model(facts), value(facts, USAGE_REPORTING)
    if model is not BillingModel.PAY_AS_YOU_USE:
        return model is not None
    return reporting is True and value(facts, CONNECTION) is not Connection.DISCONNECTED


def billing_model(facts: Facts) -> BillingModel | None:
    """The registration's billing model; of a stamp without one, what its token asked for."""
    by_azure: BillingModel | None = value(facts, BILLING_MODEL)
    by_token: BillingModel | None = value(facts, TOKEN_BILLING_MODEL)
    return by_azure or by_token
