"""Value types of facts: they compare ids, names and enum values without regard to case, so that
no rule has to. Imports nothing of ours but the model's words.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

import msgspec

_RESOURCE_ID: Final = re.compile(
    r"/subscriptions/([^/]+)(?:/resourceGroups/([^/]+))?"
    r"(?:/providers/([^/]+)/([^/]+)/([^/]+)((?:/[^/]+)*))?/?",
    re.IGNORECASE | re.ASCII,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_MAX_ID: Final = 1024
_REGISTRATION_DEPTH: Final = 8


class BillingModel(StrEnum):
    """Billing models of RegisterWithAzure.psm1 (facts/azure.md 1.3)."""

    PAY_AS_YOU_USE = "PayAsYouUse"
    CAPACITY = "Capacity"
    DEVELOPMENT = "Development"
    CUSTOM = "Custom"
    RUGGEDIZED = "Ruggedized"


class Connection(StrEnum):
    """Whether a stamp can reach Azure."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class LockLevel(StrEnum):
    """Levels of a management lock; ``NotSpecified`` protects nothing (facts/azure.md 4)."""

    CAN_NOT_DELETE = "CanNotDelete"
    READ_ONLY = "ReadOnly"
    NOT_SPECIFIED = "NotSpecified"

    @property
    def protects(self) -> bool:
        """Whether the level keeps a resource from being deleted."""
        return self is not LockLevel.NOT_SPECIFIED


class ResourceId(msgspec.Struct, frozen=True, eq=False):
    """An ARM resource id. Equal without regard to case; keeps the spelling it was read in."""

    text: str
    key: str
    subscription: str
    resource_group: str
    kind: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read ``/subscriptions/...``, or None where the text is no such id.

        ``kind`` is the lower-case provider and type (empty for a subscription or a group);
        ``name`` is the name of the first resource in the path.
        """
        # A text that is too long must not live on as a key of the cache.
        if len(text) > _MAX_ID:
            return None
        return _parse_resource_id(text)  # type: ignore[return-value]  # cached outside the class

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ResourceId) and self.key == other.key

    def __ne__(self, other: object) -> bool:
        # A Struct brings one of its own, which compares identities.
        return not self == other

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.text

    def is_at_or_above(self, other: ResourceId) -> bool:
        """Whether ``other`` is this resource or lies below it, at a path boundary."""
        return other.key == self.key or other.key.startswith(self.key + "/")

    @property
    def is_registration(self) -> bool:
        """Whether it is a registration itself: in a resource group, nothing below it."""
        is_kind = self.kind == "microsoft.azurestack/registrations"
        return is_kind and bool(self.resource_group) and self.key.count("/") == _REGISTRATION_DEPTH

    @property
    def group_id(self) -> str:
        """Lower-case id of the resource group (of the subscription, where there is no group)."""
        group = f"/resourcegroups/{self.resource_group.lower()}" if self.resource_group else ""
        return f"/subscriptions/{self.subscription}{group}"


@functools.lru_cache(maxsize=4096)
def _parse_resource_id(text: str) -> ResourceId | None:
    match = _RESOURCE_ID.fullmatch(text)
    if match is None or _CONTROL.search(text):
        return None
    subscription, group, namespace, kind, name, _ = match.groups()
    return ResourceId(
        text=text.rstrip("/"),
        key=text.rstrip("/").lower(),
        subscription=subscription.lower(),
        resource_group=group or "",
        kind=f"{namespace}/{kind}".lower() if namespace else "",
        name=name or "",
    )


class Expiry(msgspec.Struct, frozen=True, gc=False):
    """A moment in UTC, or never (``at`` is None)."""

    at: datetime | None

    def __str__(self) -> str:
        if self.at is None:
            return "never"
        return self.at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


class Lock(msgspec.Struct, frozen=True, gc=False):
    """A lock at or above a registration."""

    name: str
    level: LockLevel
    scope: ResourceId
    inherited: bool

    @property
    def protects(self) -> bool:
        """Whether it keeps what it stands on from being deleted."""
        return self.level.protects

    @property
    def is_the_scripts_own(self) -> bool:
        """Whether it is the one that RegisterWithAzure.psm1 creates (facts/azure.md 1.7)."""
        return not self.inherited and self.name.lower() == "registrationresourcelock"


class ExpiryWindows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days before the expiry at which a registration that still runs begins to fail."""

    high: int = 7
    medium: int = 30
    low: int = 90

    def severity_days(self) -> tuple[tuple[str, timedelta], ...]:
        """The windows from the nearest to the farthest, as (severity, time before expiry)."""
        return tuple(
            (severity, timedelta(days=getattr(self, severity)))
            for severity in ("high", "medium", "low")
        )


class TenantReference(msgspec.Struct, frozen=True, gc=False):
    """The directory tenant that a subscription is expected in; ``tenant`` empty: none declared."""

    tenant: str
    origin: str


class TenantHistory(msgspec.Struct, frozen=True, gc=False):
    """What Azure itself says of a change of directory since the registration was last written."""

    changed: bool
    why: str


class Environment(StrEnum):
    """What the inventory says that a stamp is for."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class SubscriptionState(StrEnum):
    """States of an Azure subscription; ``Expired`` is the portal's word (facts/azure.md 5.1)."""

    ENABLED = "Enabled"
    WARNED = "Warned"
    PAST_DUE = "PastDue"
    DISABLED = "Disabled"
    DELETED = "Deleted"
    EXPIRED = "Expired"


_ALERT_TITLES: Final = (
    "activation required",
    "activation expiring soon",
    "activation expired",
    "unable to connect to the remote service",
)


class Alert(msgspec.Struct, frozen=True, gc=False):
    """An active alert of the stamp about its registration or its usage (facts/azure.md 2.5).

    Texts as the stamp gives them, at most 200 characters each; empty where it gives none, but for
    the title. ``component`` is ``AzureBridge`` or ``UsageBridge``.
    """

    title: str
    fault_type: str = ""
    component: str = ""
    error_code: str = ""
    severity: str = ""

    def __str__(self) -> str:
        return f"{self.title} ({self.error_code})" if self.error_code else self.title

    @property
    def is_of_usage(self) -> bool:
        """Whether it is of the usage bridge, which sends the usage to Azure."""
        return self.component == "UsageBridge"

    @property
    def is_told(self) -> bool:
        """Whether it tells that it is about registration or usage: by a title that is known, by its
        fault, or by an error code of the usage bridge. A role alone raises alerts of other things.
        """
        title = " ".join(self.title.lower().split()).rstrip(".")
        by_fault = self.fault_type.lower().startswith("usagebridge.")
        return title in _ALERT_TITLES or by_fault or (self.is_of_usage and bool(self.error_code))


class ActiveAlerts(msgspec.Struct, frozen=True, gc=False):
    """The active alerts about registration or usage, in the order of their titles. ``doubt`` says
    why there may be more of them; empty where the listing was read whole.
    """

    seen: tuple[Alert, ...]
    doubt: str = ""


class PrincipalRole(msgspec.Struct, frozen=True, gc=False):
    """Whether a role of the registration's service principal lets the stamp use its registration.

    ``name`` names the role in words; empty where it holds none.
    """

    fits: bool
    name: str
    why: str


class AccountPermissions(msgspec.Struct, frozen=True, gc=False):
    """What the account that is to register may do in a subscription: which of the actions of a
    registration its roles do not allow, groups included. ``lacking_again`` holds those that only a
    registration over one that stands there takes. Both lower case, in the order of the script.
    """

    account: str
    subscription: str
    lacking: tuple[str, ...] = ()
    lacking_again: tuple[str, ...] = ()


class OperatorTools(msgspec.Struct, frozen=True, gc=False):
    """The registration tools and modules of the operator's machine. ``branch`` is that of
    AzureStack-Tools, empty where it is not known; ``loaded`` and ``installed`` name the families
    ``Az`` and ``AzureRM``; ``modules`` the newest version of each module by its name.
    """

    has_tools: bool
    branch: str = ""
    loaded: frozenset[str] = frozenset()
    installed: frozenset[str] = frozenset()
    modules: tuple[tuple[str, str], ...] = ()

    @property
    def family(self) -> str:
        """The family that is used, as far as that is certain: the one loaded, else the only one."""
        used = self.loaded or self.installed
        return next(iter(used)) if len(used) == 1 else ""

    def version(self, module: str) -> str:
        """The newest version of a module, or an empty string."""
        own = (told for name, told in self.modules if name.lower() == module.lower())
        return next(own, "")


class RegistrationDue(msgspec.Struct, frozen=True, gc=False):
    """Whether the stamp has to be registered, or registered again, and why, as one sentence."""

    due: bool
    why: str
