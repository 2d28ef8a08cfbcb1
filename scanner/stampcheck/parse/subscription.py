"""The subscription of the registration: its id, home tenant, offer and state (facts/azure.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from stampcheck.model import Known, Missing, Reason, Source
from stampcheck.parse.error import right_tenant
from stampcheck.parse.evidence import Evidence, Found, Held, read_field, read_value
from stampcheck.parse.registration import target_of
from stampcheck.parse.shape import ABSENT, Item, as_mapping
from stampcheck.parse.value import (
    Unreadable,
    guid,
    is_empty,
    malformed,
    member,
    present,
    text,
)
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
    # The tool that gives the tenant signed in to leaves the subscription's own out.
    told = [one for one in found if not _is_of_sign_in(one)] or found
    fact = undisputed([one.held for one in told], [_home_tenant(one) for one in told])
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
    if _is_of_sign_in(found):
        return Missing(
            Reason.AMBIGUOUS,
            f"{found.held.label} gives the tenant signed in to, not the subscription's own",
        )
    has_home = not is_empty(found.item.own("homeTenantId"))
    return read_field(found, "homeTenantId" if has_home else "tenantId", guid)


def _is_of_sign_in(found: Found) -> bool:
    home = found.item.own("homeTenantId")
    is_listing_sign_ins = found.item.own("environmentName") is not ABSENT
    return is_empty(home) and (home is not ABSENT or is_listing_sign_ins)


def undisputed(answers: Sequence[Held], read: Sequence[Known[T] | Missing]) -> Known[T] | Missing:
    """What the newest of the answers tells that has the field, unless one of the same time differs.
    One that has it and cannot be understood is not replaced by an older one.
    """
    telling = [one for one in zip(answers, read, strict=True) if _tells(one[1])]
    if not telling:
        return read[0]
    newest = telling[0][0].document.collected_at
    same = [fact for held, fact in telling if held.document.collected_at == newest]
    first = next((fact for fact in same if isinstance(fact, Missing)), same[0])
    if isinstance(first, Missing):
        return first
    for fact in same[1:]:
        if isinstance(fact, Known) and str(fact.value).lower() != str(first.value).lower():
            return Missing(Reason.AMBIGUOUS, f"{first.source} and {fact.source} differ")
    return first


def _tells(fact: Known[T] | Missing) -> bool:
    return isinstance(fact, Known) or fact.reason is not Reason.ABSENT_IN_ANSWER


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
    return read_value(
        found.item.prop("subscriptionPolicies"),
        found.source("subscriptionPolicies.quotaId"),
        _quota_id,
    )


def _quota_id(value: object) -> str:
    policies = as_mapping(present(value))
    if policies is None:
        raise malformed("the policies of a subscription", value)
    return text(Item(policies).own("quotaId"))


def tenant_reference(evidence: Evidence) -> Known[TenantReference] | Missing:
    """What the inventory, else an earlier scan, expects. That neither does is known as well."""
    declared = evidence.declared.expected_tenant
    if declared:
        return read_value(declared, Source(INVENTORY, "expected_tenant"), _expected_by_inventory)
    if evidence.baseline_tenant:
        source = Source("baseline", "tenant_id")
        return read_value(evidence.baseline_tenant, source, _expected_by_scan)
    return Known(TenantReference("", "nobody"), Source("", ""))


def _expected_by_inventory(value: object) -> TenantReference:
    return TenantReference(guid(value), "the inventory")


def _expected_by_scan(value: object) -> TenantReference:
    return TenantReference(guid(value), "the earlier scan")
