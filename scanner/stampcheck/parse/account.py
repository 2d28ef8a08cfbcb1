"""What the account that is to register may do, by the operator document (facts/azure.md 4.2, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from stampcheck.model import Known, Missing, Reason
from stampcheck.parse import activation, cloud
from stampcheck.parse.evidence import Evidence, Found
from stampcheck.parse.operator import machine
from stampcheck.parse.permission import Grant, grant, lacking
from stampcheck.parse.presence import is_present
from stampcheck.parse.registration import identity
from stampcheck.parse.shape import ABSENT, Item, as_mapping, has_key
from stampcheck.parse.subscription import subscription_id, tenant
from stampcheck.parse.value import Unreadable, boolean, guid, is_empty, shown, text
from stampcheck.values import AccountPermissions, ResourceId

REGISTER: Final = (
    "microsoft.azurestack/registrations/write",
    "microsoft.authorization/roleassignments/write",
    "microsoft.authorization/locks/write",
)
"""What the registration script does in the subscription, lower case."""

AGAIN: Final = ("microsoft.authorization/locks/delete",)
"""What it does besides where a registration stands there already."""

_ABOVE: Final = "/providers/microsoft.management/managementgroups/"
_MOST: Final = 2000


class _SignIn(msgspec.Struct, frozen=True):
    """Whom the roles are about, and where; ``is_person`` where its groups were expanded."""

    account: str
    subscription: str
    tenant: str
    is_person: bool
    clouds: frozenset[str]

    @property
    def context(self) -> tuple[object, ...]:
        """What two sign-ins have to share to be one."""
        return self.account.lower(), self.subscription, self.tenant, self.clouds


def account_permissions(evidence: Evidence) -> Known[AccountPermissions] | Missing:
    """What the account of the first sign-in, whose roles were read, may do in the subscription that
    the registration stands in, or is to stand in.
    """
    found = machine(evidence)
    if isinstance(found, Missing):
        return found
    signed_in = _signed_in(found)
    if isinstance(signed_in, Missing):
        return signed_in
    return _wrong_context(evidence, found, signed_in) or _permissions(
        found, signed_in, _standing(evidence)
    )


def _standing(evidence: Evidence) -> ResourceId | None:
    """The registration that stands in Azure, at which roles may be given as well."""
    present, seen = is_present(evidence), identity(evidence)
    stands = isinstance(present, Known) and present.value
    return seen.value if stands and isinstance(seen, Known) else None


def _list(value: object) -> list[Any] | None:
    """A list; PowerShell unrolls a list of one."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else None


def _signed_in(found: Found) -> _SignIn | Missing:
    listed = _list(found.item.own("sign_ins"))
    source = found.source("sign_ins")
    if listed is None:
        return Missing(Reason.ABSENT_IN_ANSWER, f"{source}: there is no list of sign-ins")
    if not listed:
        return Missing(
            Reason.NOT_COLLECTED,
            f"{source}: that PowerShell is not signed in to Azure; sign in with the account that "
            "is to register, and run the script with -WithRoles",
        )
    # One that the other modules could not tell is none; the roles are those of the first.
    others = [one for one in listed[1:_MOST] if not has_key(as_mapping(one) or {}, "problem")]
    try:
        signed_in = [_sign_in(one) for one in (listed[0], *others)]
    except Unreadable as why:
        return Missing(why.reason, f"{source}: the sign-in cannot be read ({why.detail})")
    if len({one.context for one in signed_in}) == 1:
        return signed_in[0]
    return Missing(
        Reason.AMBIGUOUS,
        f"{source}: signed in with several accounts, or to several subscriptions, tenants or "
        "clouds, and nothing tells which is used: sign out of the others and run the script again",
    )


def _sign_in(entry: object) -> _SignIn:
    item = Item(as_mapping(entry) or {})
    kind = item.own("account_kind")
    return _SignIn(
        text(item.own("account"))[:120],
        guid(item.own("subscription")),
        guid(item.own("tenant")),
        isinstance(kind, str) and kind.strip().lower() == "user",
        frozenset(_clouds(item)),
    )


def _clouds(item: Item) -> Iterator[str]:
    """The clouds that a sign-in names, by name and by address."""
    named, address = (item.own(name) for name in ("environment", "resource_manager"))
    if not is_empty(named):
        yield text(named).lower()
    if not is_empty(address):
        told = text(address)
        yield cloud.of_address(told).lower() or told.lower()


def _wrong_context(evidence: Evidence, found: Found, signed_in: _SignIn) -> Missing | None:
    """Why the sign-in is not one to the registration's subscription. A stamp that never was
    registered is registered where its operator is signed in.
    """
    elsewhere = _wrong_cloud(evidence, found, signed_in)
    if elsewhere is not None:
        return elsewhere
    wanted = subscription_id(evidence)
    source = found.source("sign_ins[0].subscription")
    if isinstance(wanted, Missing):
        present = activation.is_present(evidence)
        return None if isinstance(present, Known) and not present.value else wanted
    if wanted.value != signed_in.subscription:
        return Missing(
            Reason.AMBIGUOUS,
            f"{source}: signed in to subscription {signed_in.subscription}, the registration's is "
            f"{wanted.value}: select that one and run the script again",
        )
    home = tenant(evidence)
    if isinstance(home, Known) and home.value != signed_in.tenant:
        return Missing(
            Reason.AMBIGUOUS,
            f"{found.source('sign_ins[0].tenant')}: signed in to tenant {signed_in.tenant}, the "
            f"subscription's is {home.value}: sign in to that one and run the script again",
        )
    return None


def _wrong_cloud(evidence: Evidence, found: Found, signed_in: _SignIn) -> Missing | None:
    """Why the sign-in is not one to the registration's cloud, as far as both are known."""
    own = cloud.azure_environment(evidence)
    wanted = own.value if isinstance(own, Known) and cloud.is_known(own.value) else ""
    told = signed_in.clouds | ({wanted.lower()} if wanted and signed_in.clouds else set())
    if len(told) < 2:
        return None
    names = " and ".join(shown(one) for one in sorted(signed_in.clouds))
    return Missing(
        Reason.AMBIGUOUS,
        f"{found.source('sign_ins[0].environment')}: signed in to {names}, the registration's "
        f"cloud is {wanted or 'not known'}: sign in to that one and run the script again",
    )


def _permissions(
    found: Found, signed_in: _SignIn, target: ResourceId | None
) -> Known[AccountPermissions] | Missing:
    source = found.source("roles")
    asked = found.item.own("roles_asked")
    listed = _list(found.item.own("roles"))
    try:
        was_asked = boolean(asked)
    except Unreadable as why:
        return Missing(why.reason, f"{found.source('roles_asked')}: {why.detail}")
    if not was_asked:
        return Missing(
            Reason.NOT_COLLECTED,
            f"{source}: the roles were not read; run the script again with -WithRoles",
        )
    if listed is None or len(listed) > _MOST:
        return Missing(Reason.MALFORMED, f"{source}: there is no list of roles")
    return _judged(found, signed_in, listed, target)


def _judged(
    found: Found, signed_in: _SignIn, listed: list[Any], target: ResourceId | None
) -> Known[AccountPermissions] | Missing:
    grants: list[Grant] = []
    unread = "" if signed_in.is_person else "the roles of its groups were not read"
    for entry in listed:
        own = _grant(entry, signed_in.subscription, target)
        if isinstance(own, str):
            unread = unread or own
        elif own is not None:
            grants.append(own)
    missed, again = lacking(grants, REGISTER), lacking(grants, AGAIN)
    if (missed or again) and unread:
        told = ", ".join((*missed, *again))
        return Missing(Reason.AMBIGUOUS, f"{found.source('roles')}: {unread}, and {told} is open")
    value = AccountPermissions(signed_in.account, signed_in.subscription, missed, again)
    return Known(value, found.source("roles"))


def _grant(entry: object, subscription: str, target: ResourceId | None) -> Grant | str | None:
    """What a role grants in the subscription: None where it stands elsewhere, words where it could
    not be read.
    """
    item = Item(as_mapping(entry) or {})
    if item.own("problem") is not ABSENT:
        return "a role could not be read"
    scope = item.own("scope")
    if not isinstance(scope, str) or not scope.strip():
        return "a role has no scope"
    if not _is_above(scope.strip().lower().rstrip("/"), subscription, target):
        return None
    try:
        own = grant(item.own("actions"), item.own("not_actions"))
    except Unreadable:
        return "a role could not be read"
    return own if own.actions else "a role shows no actions"


def _is_above(scope: str, subscription: str, target: ResourceId | None) -> bool:
    parsed = ResourceId.parse(scope)
    if parsed is not None and target is not None:
        return parsed.is_at_or_above(target)
    if parsed is not None:
        return parsed.key == f"/subscriptions/{subscription}"
    return not scope or scope.startswith(_ABOVE)
