"""The subscription of the registration: its id, home tenant, offer and state (facts/azure.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.error import right_tenant
from stampcheck.parse.evidence import Evidence, Found, Held, read_field, read_value
from stampcheck.parse.registration import target_of
from stampcheck.parse.shape import ABSENT, Item, as_mapping
from stampcheck.parse.value import Unreadable, guid, is_empty, member, text
from stampcheck.values import ResourceId, SubscriptionState, TenantReference

T = TypeVar("T")

INVENTORY: Final = "inventory"
"""Name of the inventory in proofs, whatever its file is called."""

_WHAT: Final = "the registration's subscription"
_UNAUTHORISED: Final = 401
_STATE: Final = member(SubscriptionState)


def subscription_id(evidence: Evidence) -> Known[str] | Missing:
    """The subscription that the registration stands in, or is declared to stand in."""
    found = evidence.derived.get("subscription id")
    if found is None:
        found = evidence.derived["subscription id"] = _subscription_id(evidence)
    return found


def _subscription_id(evidence: Evidence) -> Known[str] | Missing:
    target = target_of(evidence)
    if isinstance(target, Known):
        return read_value(target.value.subscription, target.source, guid)
    declared = ResourceId.parse(evidence.declared.registration)
    value = declared.subscription if declared else evidence.declared.subscription
    return read_value(value, Source(INVENTORY, "subscription"), guid) if value else target


def subscription(evidence: Evidence) -> list[Found] | Missing:
    """The answers about exactly that subscription, newest first: one tool gives what another
    leaves out.
    """
    found = evidence.derived.get("subscription")
    if found is None:
        found = evidence.derived["subscription"] = _subscription(evidence)
    return found


def _subscription(evidence: Evidence) -> list[Found] | Missing:
    identity = subscription_id(evidence)
    if isinstance(identity, Missing):
        return identity
    answers = [held for held in evidence.of("subscription") if held.is_answer]
    found = [Found(item, held) for held in answers for item in _by_id(held).get(identity.value, ())]
    if found:
        return found
    if answers:
        return Missing(
            Reason.AMBIGUOUS,
            f"{answers[0].label} is about another subscription than {identity.value}",
        )
    return evidence.gap("subscription", _WHAT)


def _by_id(held: Held) -> dict[str, list[Item]]:
    if "by_subscription" not in held.__dict__:
        by_id: dict[str, list[Item]] = {}
        for item in held.items:
            by_id.setdefault(bare_id(item), []).append(item)
        held.__dict__["by_subscription"] = by_id
    return held.__dict__["by_subscription"]  # type: ignore[no-any-return]  # put in above


def bare_id(item: Item) -> str:
    """The subscription's GUID, given bare or at the end of its id; empty where it is none."""
    value = item.own("subscriptionid", "id")
    bare = value.rpartition("/")[2] if isinstance(value, str) else value
    try:
        return guid(bare)
    except Unreadable:
        return ""


def tenant(evidence: Evidence) -> Known[str] | Missing:
    """Home directory tenant; a refused sign-in supplies the one that it names as the right one."""
    found = subscription(evidence)
    if isinstance(found, Missing):
        return _tenant_of_refusal(evidence, found)
    fact = undisputed([one.held for one in found], [_home_tenant(one) for one in found])
    if isinstance(fact, Missing):
        return fact
    return tenant_dispute(evidence) or fact


def tenant_dispute(evidence: Evidence) -> Missing | None:
    """A refused sign-in that names another tenant than the subscription's older answer."""
    found = subscription(evidence)
    if isinstance(found, Missing):
        return None
    told = [(one, fact) for one in found if isinstance(fact := _home_tenant(one), Known)]
    refusal = _refused_tenant(evidence)
    if not told or refusal is None:
        return None
    read_at = told[0][0].held.document.collected_at.rstrip("Z")
    held, named = refusal
    if named == told[0][1].value or held.document.collected_at.rstrip("Z") < read_at:
        return None
    return Missing(
        Reason.AMBIGUOUS,
        f"{told[0][1].source}: {told[0][1].value}, but {held.label} names {named} as the tenant",
    )


def _home_tenant(found: Found) -> Known[str] | Missing:
    """``homeTenantId`` beats ``tenantId``; a tool that knows the first but leaves it empty, or that
    lists sign-ins, gives the tenant signed in to.
    """
    home = found.item.own("homeTenantId")
    if not is_empty(home):
        return read_field(found, "homeTenantId", guid)
    if home is not ABSENT or found.item.own("environmentName") is not ABSENT:
        return Missing(
            Reason.AMBIGUOUS,
            f"{found.held.label} gives the tenant signed in to, not the subscription's own",
        )
    return read_field(found, "tenantId", guid)


def undisputed(answers: Sequence[Held], read: Sequence[Known[T] | Missing]) -> Known[T] | Missing:
    """The first that is known, of answers newest first, unless one of the same time differs."""
    known = [
        (held, fact) for held, fact in zip(answers, read, strict=True) if isinstance(fact, Known)
    ]
    if not known:
        return read[0]
    newest, first = known[0]
    for held, fact in known[1:]:
        same_time = held.document.collected_at == newest.document.collected_at
        if same_time and str(fact.value).lower() != str(first.value).lower():
            return Missing(Reason.AMBIGUOUS, f"{first.source} and {fact.source} differ")
    return first


def _tenant_of_refusal(evidence: Evidence, gap: Missing) -> Known[str] | Missing:
    refusal = _refused_tenant(evidence)
    if refusal is None:
        return gap
    held, named = refusal
    return Known(named, held.source("WWW-Authenticate"))


def _refused_tenant(evidence: Evidence) -> tuple[Held, str] | None:
    """The newest refused sign-in to the subscription that names the right tenant."""
    identity = subscription_id(evidence)
    if isinstance(identity, Missing):
        return None
    start = f"/subscriptions/{identity.value}"
    named = [
        (held, tenant_named)
        for held in evidence.all()
        if held.document.status == _UNAUTHORISED
        and _asks(held, start)
        and (tenant_named := right_tenant(_refusal_text(held)))
    ]
    return max(named, key=lambda one: one[0].document.collected_at.rstrip("Z"), default=None)


def _asks(held: Held, start: str) -> bool:
    return held.path == start or held.path.startswith(start + "/")


def _refusal_text(held: Held) -> str:
    message = held.error.message if held.error is not None else ""
    return f"{held.document.headers.get('www-authenticate', '')}\n{message}"


def state(evidence: Evidence) -> Known[SubscriptionState] | Missing:
    """State of the registration's subscription; a word in another language is ambiguous."""
    found = subscription(evidence)
    if isinstance(found, Missing):
        return found
    read = [read_field(one, "state", _state) for one in found]
    return undisputed([one.held for one in found], read)


def _state(value: object) -> SubscriptionState:
    """One of the known states; the portal spells them with blanks (``Past due``)."""
    return _STATE(value.replace(" ", "") if isinstance(value, str) else value)


def offer(evidence: Evidence) -> Known[str] | Missing:
    """QuotaId of the subscription, verbatim; ``az account show`` does not give it."""
    found = subscription(evidence)
    if isinstance(found, Missing):
        return found
    return undisputed([one.held for one in found], [_quota(one) for one in found])


def _quota(found: Found) -> Known[str] | Missing:
    policies = as_mapping(found.item.prop("subscriptionPolicies")) or {}
    source = found.source("subscriptionPolicies.quotaId")
    return read_value(Item(policies).own("quotaId"), source, text)


def tenant_reference(evidence: Evidence) -> Known[TenantReference] | Missing:
    """What the inventory, else an earlier scan, expects. That neither does is known as well."""
    declared = evidence.declared.expected_tenant
    if declared:
        return Known(
            TenantReference(declared, "the inventory"), Source(INVENTORY, "expected_tenant")
        )
    if evidence.baseline_tenant:
        reference = TenantReference(evidence.baseline_tenant, "the earlier scan")
        return Known(reference, Source("baseline", "tenant_id"))
    return Known(TenantReference("", "nobody"), Source("", ""))
