"""What a log tells of the stamp and its registration: values that fill a runbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

_GUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_NAME: Final = r"[\w.()-]{1,90}"
_HOST: Final = r"[A-Za-z0-9][\w.:%-]{0,100}"
_MODELS: Final = "Capacity|PayAsYouUse|Development|Custom|Ruggedized"

_LINES: Final = (
    ("Running registration actions on build ", r"on build (?P<build>\d+(?:\.\d+){1,3})"),
    ("Cloud Id: ", rf"Cloud Id: (?P<cloud_id>{_GUID})"),
    ("Deployment Id: ", rf"Deployment Id: (?P<deployment_id>{_GUID})"),
    (
        "privileged endpoint: ",
        rf"with privileged endpoint: (?P<privileged_endpoint>{_HOST}?)\.? Attempt",
    ),
    ("service principal in tenant", rf"in tenant '(?P<tenant_id>{_GUID})'"),
    ("Azure bridge configured. ObjectId: ", rf"ObjectId: (?P<service_principal_id>{_GUID})"),
    (
        "Creating resource group '",
        (
            rf"resource group '(?P<resource_group>{_NAME})' in location "
            r"(?P<resource_group_location>[A-Za-z0-9]{2,40})"
        ),
    ),
    (
        "/registrations/",
        (
            rf"(?P<registration_id>/subscriptions/(?P<subscription_id>{_GUID})"
            rf"/resourceGroups/(?P<resource_group>{_NAME})"
            rf"/providers/[Mm]icrosoft\.[Aa]zure[Ss]tack/registrations/(?P<registration_name>{_NAME}\w))"
        ),
    ),
    ("-RegistrationName", rf"-RegistrationName[ :]['\"]?(?P<registration_name>{_NAME})"),
    ("-ResourceGroupName", rf"-ResourceGroupName[ :]['\"]?(?P<resource_group>{_NAME})"),
    (
        "-ResourceGroupLocation",
        r"-ResourceGroupLocation[ :]['\"]?(?P<resource_group_location>[A-Za-z0-9]{2,40})",
    ),
    (
        "-PrivilegedEndpoint ",
        rf"-PrivilegedEndpoint ['\"]?(?P<privileged_endpoint>{_HOST})",
    ),
    ("-BillingModel", rf"-BillingModel[ :]['\"]?(?P<billing_model>{_MODELS})\b"),
    ('"BillingModel"', rf"\"BillingModel\" ?: ?\"(?P<billing_model>{_MODELS})\""),
    ('"ResourceGroupName"', rf"\"ResourceGroupName\" ?: ?\"(?P<resource_group>{_NAME})\""),
    ('"ResourceName"', rf"\"ResourceName\" ?: ?\"(?P<registration_name>{_NAME})\""),
    ('"RegistrationName"', rf"\"RegistrationName\" ?: ?\"(?P<registration_name>{_NAME})\""),
    (
        '"PrivilegedEndpoint"',
        rf"\"PrivilegedEndpoint\" ?: ?\"(?P<privileged_endpoint>{_HOST})\"",
    ),
    ('"SubscriptionId"', rf"\"SubscriptionId\" ?: ?\"(?P<subscription_id>{_GUID})\""),
    ('"TenantId"', rf"\"TenantId\" ?: ?\"(?P<tenant_id>{_GUID})\""),
    (
        '"Environment"',
        r"\"Environment\" ?: ?\{ ?\"Name\" ?: ?\"(?P<cloud_environment>Azure[A-Za-z]{2,30})\"",
    ),
    ("perform action '", r"perform action '(?P<action>[\w./*-]{3,200})'"),
    ("over scope '", r"over scope '(?P<scope>/[\w./() -]{1,400})'"),
    ("orrelationId: ", rf"orrelationId: (?P<correlation_id>{_GUID})"),
    ("orrelation ID: ", rf"orrelation ID: (?P<correlation_id>{_GUID})"),
)
_COMPILED: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    literal: tuple(re.compile(pattern) for other, pattern in _LINES if other == literal)
    for literal, _ in _LINES
}

LITERALS: Final = frozenset(_COMPILED)
"""The texts of messages that tell a value."""

WORDS: Final[Mapping[str, str]] = {
    "action": "refused action",
    "billing_model": "billing model",
    "build": "build of the stamp",
    "cloud_environment": "Azure cloud",
    "cloud_id": "Cloud ID",
    "correlation_id": "correlation ID",
    "deployment_id": "deployment ID",
    "function": "function",
    "privileged_endpoint": "privileged endpoint",
    "registration_id": "registration ID",
    "registration_name": "registration name",
    "resource_group": "resource group",
    "resource_group_location": "location",
    "scope": "refused scope",
    "service_principal_id": "service principal",
    "subscription_id": "subscription",
    "tenant_id": "directory tenant",
}
"""What each value is, for a reader."""


def values_in(text: str, held: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """The values that a message tells, as names and texts; ``held`` are the literals in it."""
    for literal in sorted(held & LITERALS):
        for pattern in _COMPILED[literal]:
            for found in pattern.finditer(text):
                yield from found.groupdict().items()
