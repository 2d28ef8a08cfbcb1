"""The typed fact keys, by area. One line of meaning and unit each; ids compare without case.

Value types are re-exported, so that a rule imports this module and ``model`` only.
"""

from datetime import datetime
from typing import Any, Final

from stampcheck.model import Fact
from stampcheck.values import (
    AccountPermissions,
    ActiveAlerts,
    Alert,
    BillingModel,
    Connection,
    Environment,
    Expiry,
    ExpiryWindows,
    Lock,
    LockLevel,
    OperatorTools,
    PrincipalRole,
    RegistrationDue,
    ResourceId,
    SubscriptionState,
    TenantHistory,
    TenantReference,
)

__all__ = [
    "AccountPermissions",
    "ActiveAlerts",
    "Alert",
    "BillingModel",
    "Connection",
    "Environment",
    "Expiry",
    "ExpiryWindows",
    "Lock",
    "LockLevel",
    "OperatorTools",
    "PrincipalRole",
    "RegistrationDue",
    "ResourceId",
    "SubscriptionState",
    "TenantHistory",
    "TenantReference",
]

# The run itself
AS_OF: Final = Fact[datetime]("AS_OF", "The moment that the scan judges for, UTC.", given=True)
EXPIRY_WINDOWS: Final = Fact[ExpiryWindows](
    "EXPIRY_WINDOWS", "Days before expiry at which a registration fails, by severity.", given=True
)
TENANT_REFERENCE: Final = Fact[TenantReference](
    "TENANT_REFERENCE",
    "Directory tenant that the inventory or an earlier scan expects; may be 'none declared'.",
    given=True,
)

HAS_INVENTORY: Final = Fact[bool](
    "HAS_INVENTORY", "Whether the scan has an inventory of the fleet.", given=True
)
ENVIRONMENT: Final = Fact[Environment](
    "ENVIRONMENT", "Production or development, as the inventory declares.", given=True
)
DECLARED_REGISTRATION: Final = Fact[ResourceId](
    "DECLARED_REGISTRATION", "Registration that the inventory declares of the stamp.", given=True
)

# The stamp
CLOUD_ID: Final = Fact[str](
    "CLOUD_ID",
    "Cloud ID, a lower-case GUID; from the stamp, else from its registration.",
    ("stamp-information", "fabric-locations", "registration-token", "registration"),
)
STAMP_CLOUD_ID: Final = Fact[str](
    "STAMP_CLOUD_ID",
    "Cloud ID by the stamp's own answers only, a lower-case GUID.",
    ("stamp-information", "fabric-locations", "registration-token"),
)
DEPLOYMENT_ID: Final = Fact[str](
    "DEPLOYMENT_ID",
    "Deployment ID, a lower-case GUID; differs between two stamps that share a Cloud ID.",
    ("stamp-information", "fabric-locations"),
)
IDENTITY_SYSTEM: Final = Fact[str](
    "IDENTITY_SYSTEM", "AzureAD or ADFS.", ("stamp-information", "endpoints")
)
STAMP_VERSION: Final = Fact[str](
    "STAMP_VERSION", "Build of the stamp, such as 1.2311.1.22.", ("stamp-information",)
)
NODES: Final = Fact[int](
    "NODES",
    "Number of physical nodes now.",
    ("stamp-information", "scale-unit-nodes", "scale-units"),
)
NODES_AT_REGISTRATION: Final = Fact[int](
    "NODES_AT_REGISTRATION",
    "Number of physical nodes when it was registered; declared, saved token or earlier scan.",
    ("registration-token",),
)
IS_DEVELOPMENT_KIT: Final = Fact[bool](
    "IS_DEVELOPMENT_KIT",
    "Whether the stamp is an Azure Stack Development Kit (ASDK) and no integrated system.",
    ("stamp-information", "scale-units", "scale-unit-nodes", "fabric-locations"),
)
ACTIVATION_PRESENT: Final = Fact[bool](
    "ACTIVATION_PRESENT",
    "Whether the stamp holds its activation; false only where its absence is proven.",
    ("activation", "stamp-subscriptions"),
)
ACTIVATED_REGISTRATION: Final = Fact[ResourceId](
    "ACTIVATED_REGISTRATION", "Registration that the activation names.", ("activation",)
)
ACTIVATION_EXPIRES: Final = Fact[Expiry](
    "ACTIVATION_EXPIRES", "When the registration expires, UTC, or never.", ("activation",)
)
ACTIVATION_STATE: Final = Fact[str](
    "ACTIVATION_STATE", "Provisioning state of the activation, verbatim.", ("activation",)
)
USAGE_REPORTING: Final = Fact[bool](
    "USAGE_REPORTING", "Whether the stamp pushes usage to Azure.", ("activation",)
)
SYNDICATION: Final = Fact[bool](
    "SYNDICATION", "Whether marketplace syndication is on.", ("activation",)
)
AZURE_ENVIRONMENT: Final = Fact[str](
    "AZURE_ENVIRONMENT",
    "Azure cloud of the registration, by its activation, the host that answered or the inventory.",
    ("activation", "registration"),
)
USAGE_ALERT_ERRORS: Final = Fact[tuple[str, ...]](
    "USAGE_ALERT_ERRORS", "Error codes of active usage bridge alerts.", ("alerts",)
)
ALERTS: Final = Fact[ActiveAlerts](
    "ALERTS",
    "Active alerts about registration or usage; empty only where that is proven.",
    ("alerts",),
)
LOCAL_USAGE: Final = Fact[int](
    "LOCAL_USAGE",
    "Number of usage records that the stamp itself collected in the days that were asked for.",
    ("usage-records",),
)
AGREEMENT_NUMBER: Final = Fact[str](
    "AGREEMENT_NUMBER",
    "Agreement number, as 'on record' or its last digits, never whole; empty: there is none.",
    ("registration-token", "attestation"),
)
TOKEN_BILLING_MODEL: Final = Fact[BillingModel](
    "TOKEN_BILLING_MODEL",
    "Billing model that a saved registration token asked for.",
    ("registration-token",),
)

# The registration in Azure
REGISTRATION_PRESENT: Final = Fact[bool](
    "REGISTRATION_PRESENT",
    "Whether Azure holds the stamp's registration; false only where its absence is proven.",
    ("registration",),
)
REGISTRATION_ID: Final = Fact[ResourceId](
    "REGISTRATION_ID", "The stamp's registration as seen in Azure.", ("registration",)
)
REGISTRATION_CLOUD_ID: Final = Fact[str](
    "REGISTRATION_CLOUD_ID", "Cloud ID that Azure holds, a lower-case GUID.", ("registration",)
)
REGISTRATION_OBJECT_ID: Final = Fact[str](
    "REGISTRATION_OBJECT_ID",
    "Object id of the service principal of the registration; empty: it has none.",
    ("registration",),
)
BILLING_MODEL: Final = Fact[BillingModel](
    "BILLING_MODEL", "Billing model of the registration.", ("registration",)
)
CLAIMED_REGISTRATION: Final = Fact[ResourceId](
    "CLAIMED_REGISTRATION",
    "The stamp's registration as Azure shows it, else as its activation names it.",
    ("registration", "activation"),
)
LOCKS: Final = Fact[tuple[Lock, ...]](
    "LOCKS", "Locks at or above the registration; empty only where that is proven.", ("locks",)
)
LOCKS_WHOLE: Final = Fact[bool](
    "LOCKS_WHOLE",
    "Whether a listing shows all locks at or above the registration, so that none is unknown.",
    ("locks",),
)
ROLE_HELD: Final = Fact[bool](
    "ROLE_HELD",
    "Whether the registration's service principal holds a role at or above the registration.",
    ("role-assignments", "registration"),
)

PRINCIPAL_ROLE: Final = Fact[PrincipalRole](
    "PRINCIPAL_ROLE",
    "The role of the registration's service principal at or above the registration.",
    ("role-assignments", "role-definitions", "registration"),
)

# The subscription of the registration
SUBSCRIPTION_ID: Final = Fact[str](
    "SUBSCRIPTION_ID",
    "Azure subscription of the registration, a lower-case GUID.",
    ("registration", "activation"),
)
SUBSCRIPTION_TENANT: Final = Fact[str](
    "SUBSCRIPTION_TENANT", "Home directory tenant of the subscription.", ("subscription",)
)
SUBSCRIPTION_OFFER: Final = Fact[str](
    "SUBSCRIPTION_OFFER", "quotaId of the subscription, verbatim.", ("subscription",)
)
SUBSCRIPTION_STATE: Final = Fact[SubscriptionState](
    "SUBSCRIPTION_STATE", "State of the subscription.", ("subscription",)
)
PROVIDER_STATE: Final = Fact[str](
    "PROVIDER_STATE",
    "Registration state of the provider Microsoft.AzureStack in the subscription, verbatim.",
    ("provider",),
)
TENANT_HISTORY: Final = Fact[TenantHistory](
    "TENANT_HISTORY",
    "Whether the directory changed since the registration was written, by Azure's own traces.",
    ("role-assignments", "activity-log", "subscription"),
)

# Both sides
CONNECTION: Final = Fact[Connection](
    "CONNECTION",
    "Connected or disconnected: declared by the inventory, else derived from both sides.",
    ("registration", "activation", "stamp-information"),
)

REGISTRATION_DUE: Final = Fact[RegistrationDue](
    "REGISTRATION_DUE",
    "Whether the stamp has to be registered, or registered again.",
    ("activation", "registration"),
)

REFUSAL_FOLLOWS: Final = Fact[str](
    "REFUSAL_FOLLOWS",
    "Id of the failing rule that explains why Azure refuses the stamp; empty: none that was read.",
    ("activation", "registration", "subscription", "provider", "role-assignments"),
)

# What only a person can tell
ONE_PARTNER_ID: Final = Fact[bool](
    "ONE_PARTNER_ID",
    "Whether both subscriptions of a move have one Partner ID, as a person attests.",
    ("attestation",),
)
CLOUD_SUPPORTED: Final = Fact[bool](
    "CLOUD_SUPPORTED",
    "Whether a cloud of its own takes registrations, as a person attests.",
    ("attestation",),
)
TOOLS_FIT: Final = Fact[bool](
    "TOOLS_FIT",
    "Whether the operator's tools were compared with the build and fit, as a person attests.",
    ("attestation",),
)

# The operator's machine
LANGUAGE_MODE: Final = Fact[str](
    "LANGUAGE_MODE", "Language mode of the operator's PowerShell, verbatim.", ("operator",)
)
OPERATOR_TOOLS: Final = Fact[OperatorTools](
    "OPERATOR_TOOLS", "Registration tools and modules of the operator's machine.", ("operator",)
)
ACCOUNT_PERMISSIONS: Final = Fact[AccountPermissions](
    "ACCOUNT_PERMISSIONS",
    "What the account that registers may do in the subscription.",
    ("operator",),
)

ALL_FACTS: Final[tuple[Fact[Any], ...]] = tuple(
    value for value in list(globals().values()) if isinstance(value, Fact)
)
