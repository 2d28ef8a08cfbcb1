"""Whether a stamp has to be registered, or registered again: derived of other facts.

That it is due follows from any one trace. That it is not takes the core of a registration: both
sides seen, activated, and an expiry that is far; nodes and directory count where they are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from stampcheck.facts import (
    ACTIVATED_REGISTRATION,
    ACTIVATION_EXPIRES,
    ACTIVATION_PRESENT,
    ACTIVATION_STATE,
    AS_OF,
    BILLING_MODEL,
    EXPIRY_WINDOWS,
    LOCKS,
    NODES,
    NODES_AT_REGISTRATION,
    REGISTRATION_ID,
    REGISTRATION_PRESENT,
    ROLE_HELD,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    TENANT_REFERENCE,
    USAGE_REPORTING,
)
from stampcheck.model import Fact, Facts, Known, Missing, Reason, Source
from stampcheck.values import BillingModel, Expiry, ExpiryWindows, RegistrationDue

_CORE: Final = (ACTIVATION_PRESENT, REGISTRATION_PRESENT, ACTIVATION_EXPIRES, ACTIVATION_STATE)
NEEDS: Final[tuple[Fact[Any], ...]] = (
    *_CORE,
    AS_OF,
    EXPIRY_WINDOWS,
    BILLING_MODEL,
    NODES,
    NODES_AT_REGISTRATION,
    TENANT_REFERENCE,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    LOCKS,
    ROLE_HELD,
    ACTIVATED_REGISTRATION,
    REGISTRATION_ID,
    USAGE_REPORTING,
)
"""The facts that it is derived of."""

_DONE: Final = "succeeded"
_BROKEN: Final = frozenset(("failed", "canceled", "cancelled", "stopped"))


def registration_due(facts: Facts) -> Known[RegistrationDue] | Missing:
    """Whether a registration is due, by ``NEEDS``; the first trace that shows it is told."""
    found = next(_traces(facts), None)
    if found is not None:
        why, source = found
        return Known(RegistrationDue(due=True, why=why), source)
    gap = next((state for fact in _CORE if isinstance(state := facts[fact], Missing)), None)
    if gap is not None:
        return gap
    return _not_due(facts)


def _not_due(facts: Facts) -> Known[RegistrationDue] | Missing:
    state, expires = _value(facts, ACTIVATION_STATE), _value(facts, ACTIVATION_EXPIRES)
    if state.lower() != _DONE:
        source = _source(facts, ACTIVATION_STATE)
        return Missing(Reason.AMBIGUOUS, f"{source}: how {state} ends is not known yet")
    if _value(facts, AS_OF) is None or _value(facts, EXPIRY_WINDOWS) is None:
        return Missing(Reason.NOT_COLLECTED, "the day and the windows of the scan are not known")
    is_endless = isinstance(expires, Expiry) and expires.at is None
    end = ", and its activation never expires" if is_endless else f" and activated until {expires}"
    why = f"the stamp is registered{end}"
    return Known(RegistrationDue(due=False, why=why), _source(facts, ACTIVATION_EXPIRES))


_Trace = tuple[str, Source]


def _traces(facts: Facts) -> Iterator[_Trace]:
    """What shows that a registration is due, the plainest first."""
    yield from _side_missing(facts)
    yield from _near_expiry(facts)
    yield from _unsuccessful(facts)
    yield from _half_way(facts)
    yield from _moved_directory(facts)
    yield from _other_nodes(facts)
    yield from _other_registration(facts)
    yield from _silent(facts)


def _value(facts: Facts, fact: Fact[Any]) -> Any:  # noqa: ANN401 (type of the fact)
    state = facts[fact]
    return state.value if isinstance(state, Known) else None


def _source(facts: Facts, fact: Fact[Any]) -> Source:
    state = facts[fact]
    return state.source if isinstance(state, Known) else Source("", "")


def _side_missing(facts: Facts) -> Iterator[_Trace]:
    if _value(facts, ACTIVATION_PRESENT) is False:
        yield "the stamp is not activated", _source(facts, ACTIVATION_PRESENT)
    if _value(facts, REGISTRATION_PRESENT) is False:
        yield "its registration is not in Azure", _source(facts, REGISTRATION_PRESENT)


def _near_expiry(facts: Facts) -> Iterator[_Trace]:
    expires: Expiry | None = _value(facts, ACTIVATION_EXPIRES)
    windows: ExpiryWindows | None = _value(facts, EXPIRY_WINDOWS)
    as_of = _value(facts, AS_OF)
    if expires is None or expires.at is None or windows is None or as_of is None:
        return
    source = _source(facts, ACTIVATION_EXPIRES)
    if expires.at <= as_of:
        yield f"the registration expired on {expires.at.date()}", source
    elif any(expires.at - as_of <= span for _, span in windows.severity_days()):
        yield f"the registration expires on {expires.at.date()}", source


def _unsuccessful(facts: Facts) -> Iterator[_Trace]:
    state: str | None = _value(facts, ACTIVATION_STATE)
    if state is not None and state.lower() in _BROKEN:
        yield f"the activation did not succeed ({state})", _source(facts, ACTIVATION_STATE)


def _half_way(facts: Facts) -> Iterator[_Trace]:
    """The script takes the lock away, and gives the role after it put the lock back."""
    locks = _value(facts, LOCKS)
    unlocked = locks is not None and not any(lock.level.protects for lock in locks)
    if unlocked and _value(facts, ROLE_HELD) is False:
        yield "a re-registration stopped half way", _source(facts, LOCKS)


def _moved_directory(facts: Facts) -> Iterator[_Trace]:
    """As AZS-TE-001 judges it: the reference first, then what Azure itself shows."""
    reference, tenant = _value(facts, TENANT_REFERENCE), _value(facts, SUBSCRIPTION_TENANT)
    history = _value(facts, TENANT_HISTORY)
    if reference is None:
        return
    if reference.tenant:
        moved = tenant is not None and tenant != reference.tenant
        fact: Fact[Any] = SUBSCRIPTION_TENANT
        moved = moved and not (history is not None and not history.changed)
    else:
        moved, fact = history is not None and history.changed, TENANT_HISTORY
    if moved:
        yield "the subscription is in another directory", _source(facts, fact)


def _other_nodes(facts: Facts) -> Iterator[_Trace]:
    now, then = _value(facts, NODES), _value(facts, NODES_AT_REGISTRATION)
    by_capacity = _value(facts, BILLING_MODEL) is BillingModel.CAPACITY
    if by_capacity and now is not None and then is not None and now != then:
        yield f"the stamp has {now} nodes, {then} when it was registered", _source(facts, NODES)


def _other_registration(facts: Facts) -> Iterator[_Trace]:
    """As AZS-RG-003 and AZS-TE-003 judge it; within a subscription a move of group is supported."""
    named, seen = _value(facts, ACTIVATED_REGISTRATION), _value(facts, REGISTRATION_ID)
    is_tied = _value(facts, REGISTRATION_PRESENT) is True
    if not is_tied or named is None or seen is None:
        return
    if (named.subscription, named.name.lower()) != (seen.subscription, seen.name.lower()):
        source = _source(facts, ACTIVATED_REGISTRATION)
        yield f"the activation names {named}, Azure holds {seen}", source


def _silent(facts: Facts) -> Iterator[_Trace]:
    """As AZS-BI-001 judges it: reporting is chosen when the stamp is registered."""
    is_tied = _value(facts, REGISTRATION_PRESENT) is True
    by_use = _value(facts, BILLING_MODEL) is BillingModel.PAY_AS_YOU_USE
    if is_tied and by_use and _value(facts, USAGE_REPORTING) is False:
        source = _source(facts, USAGE_REPORTING)
        yield "the stamp is billed by its usage, but does not report it", source
