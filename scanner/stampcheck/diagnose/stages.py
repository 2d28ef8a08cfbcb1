"""The steps of a registration, by the lines that open, prove or refuse each (fixed strings of
RegisterWithAzure.psm1 in Azure/AzureStack-Tools, branch az, read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Final

import msgspec


class Status(StrEnum):
    """What a log says of a step."""

    PROVEN = "proven"
    FAILED = "failed"
    RECOVERED = "recovered"
    NOT_REACHED = "not-reached"
    UNKNOWN = "unknown"


class Stage(msgspec.Struct, frozen=True):
    """A step. ``opens``, ``proves`` and ``refuses`` are texts of its lines; ``session`` is where
    its errors arise; ``look_for`` is what to look for where it failed and nobody said why.
    """

    id: str
    title: str
    session: str
    opens: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    look_for: str = ""

    @property
    def literals(self) -> tuple[str, ...]:
        """Every text of its lines."""
        return (*self.opens, *self.proves, *self.refuses)


_CONTEXT: Final = Stage(
    "context",
    "Read the Azure context",
    "local",
    opens=("Gathering info from current Azure Powershell context",),
    proves=("Current Azure Context:",),
    look_for="the lines after 'Gathering info from current Azure Powershell context'",
)
_PEP_SESSION: Final = Stage(
    "pep-session",
    "Open a session with the privileged endpoint",
    "local",
    opens=("Initializing session with privileged endpoint",),
    proves=("Connection to ",),
    refuses=("Creation of session with ",),
    look_for="the text after 'Creation of session with ... failed:'",
)
_STAMP_VERSION: Final = Stage(
    "stamp-version",
    "Read version and Cloud ID of the stamp",
    "pep",
    opens=("Verifying stamp version",),
    proves=("Running registration actions on build",),
    refuses=("An error occurred checking stamp information",),
    look_for="the text after 'An error occurred checking stamp information:'",
)
_SERVICE_PRINCIPAL: Final = Stage(
    "service-principal",
    "Create the service principal",
    "pep",
    opens=("Creating Azure Active Directory service principal in tenant",),
    proves=("Service principal created and Azure bridge configured",),
    refuses=("Creation of service principal failed",),
    look_for="the lines between 'Creating Azure Active Directory service principal' and 'WARNING'",
)
_TOKEN: Final = Stage(
    "registration-token",
    "Create the registration token",
    "pep",
    opens=("Creating registration token",),
    proves=("Registration token created", "Your registration token can be found at"),
    refuses=("Creation of registration token failed",),
    look_for="the text after 'Creation of registration token failed:'",
)
_PROVIDER: Final = Stage(
    "resource-provider",
    "Register the provider Microsoft.AzureStack",
    "azure",
    opens=("Registering Azure Stack resource provider.",),
    proves=("Resource provider registered",),
    refuses=("Registering Azure Stack resource provider failed",),
    look_for="the text after 'Registering Azure Stack resource provider failed:'",
)
_GROUP: Final = Stage(
    "resource-group",
    "Create the resource group",
    "azure",
    opens=("Creating resource group '",),
    refuses=("Creation of Azure resource group failed", "Creation of resource group failed"),
    look_for="the text after 'Creation of Azure resource group failed:'",
)
_RESOURCE: Final = Stage(
    "registration-resource",
    "Create the registration in Azure",
    "azure",
    opens=("Creating registration resource...",),
    proves=(
        "Registration resource created:",
        "Your Azure Stack environment is now registered with Azure",
    ),
    refuses=("Creation of Azure resource failed", "Creation of registration resource failed"),
    look_for="the code and message of Azure after 'Creation of Azure resource failed:'",
)
_ROLE: Final = Stage(
    "role",
    "Give the service principal its role",
    "azure",
    opens=("Setting Azure Stack Registration", "Setting Registration Reader role"),
    refuses=("Assignment of custom RBAC Role", "Defining custom RBAC role"),
    look_for="the text after 'Assignment of custom RBAC Role ... failed:'",
)
_KEY: Final = Stage(
    "activation-key",
    "Fetch the activation key",
    "azure",
    opens=("Retrieving activation key", "Getting activation key from "),
    proves=("Activation key successfully retrieved", "Your activation key has been collected"),
    refuses=("Retrieval of activation key failed",),
    look_for="the text after 'Retrieval of activation key failed:'",
)
_ACTIVATION: Final = Stage(
    "activation",
    "Activate the stamp",
    "pep",
    opens=("Activating Azure Stack (this may take",),
    refuses=("Activation of Azure Stack features failed",),
    look_for="the exception of the action plan before 'Activation of Azure Stack features failed'",
)
_DONE: Final = Stage(
    "done",
    "Registered and activated",
    "",
    proves=(
        "Your environment is now registered and activated using the provided parameters",
        "Your environment has finished the registration and activation process",
    ),
)
_DEACTIVATION: Final = Stage(
    "deactivation",
    "Take the activation off the stamp",
    "pep",
    opens=("De-Activating Azure Stack", "Logging in to AzureStack administrator account"),
    proves=(
        "Your environment is now unable to syndicate items",
        "uccessfully de-activated Azure Stack",
        "Activation resource has been removed from Azure Stack",
    ),
    refuses=(
        "DeActivation of Azure Stack features failed",
        "An error occurred during removal of the activation resource",
    ),
    look_for="the text after 'DeActivation of Azure Stack features failed:'",
)
_REMOVAL: Final = Stage(
    "removal",
    "Remove the registration from Azure",
    "azure",
    opens=(
        "Searching for registration resource in Azure",
        "Removing registration resource from Azure",
    ),
    proves=(
        "Your Azure Stack environment is now unregistered from Azure",
        "Your environment is now unregistered",
    ),
    refuses=(
        "Removal of registration resource failed",
        "Registration resource not found in Azure",
        "Registration resource with matching CloudId",
        "The registration resource found does not correlate",
    ),
    look_for="the text after 'Removal of registration resource failed:'",
)

CONNECTED: Final = (
    *(_CONTEXT, _PEP_SESSION, _STAMP_VERSION, _SERVICE_PRINCIPAL, _TOKEN, _PROVIDER),
    *(_GROUP, _RESOURCE, _ROLE, _KEY, _ACTIVATION, _DONE),
)
DISCONNECTED: Final = (_TOKEN, _RESOURCE, _KEY, _ACTIVATION, _DONE)
REMOVAL: Final = (_CONTEXT, _PEP_SESSION, _STAMP_VERSION, _DEACTIVATION, _REMOVAL)

FLOWS: Final[Mapping[str, tuple[Stage, ...]]] = {
    "connected": CONNECTED,
    "disconnected": DISCONNECTED,
    "removal": REMOVAL,
}
"""The steps of each flow, in their order."""

STAGES: Final = {stage.id: stage for stage in (*CONNECTED, *REMOVAL)}
"""Every step by its id."""


class Function(msgspec.Struct, frozen=True):
    """A function of the registration module: its flow, the step it begins with, and the step of a
    disconnected registration that it is.
    """

    name: str
    flow: str
    begins: str
    step: str


FUNCTIONS: Final = {
    one.name.lower(): one
    for one in (
        Function("Set-AzsRegistration", "connected", "context", "done"),
        Function("Get-AzsRegistrationToken", "disconnected", "pep-session", "registration-token"),
        Function("Register-AzsEnvironment", "disconnected", "context", "registration-resource"),
        Function("Get-AzsActivationKey", "disconnected", "context", "activation-key"),
        Function("New-AzsActivationResource", "disconnected", "pep-session", "activation"),
        Function("Remove-AzsRegistration", "removal", "context", "removal"),
        Function("UnRegister-AzsEnvironment", "removal", "context", "removal"),
        Function("Remove-AzsActivationResource", "removal", "pep-session", "deactivation"),
    )
}
"""The functions that write logs, by their lower-case names."""


class Seen(StrEnum):
    """What one line says of a step."""

    OPENED = "opened"
    PROVEN = "proven"
    REFUSED = "refused"


_BY_LITERAL: Final = {
    literal: (stage.id, seen)
    for stage in STAGES.values()
    for seen, literals in (
        (Seen.REFUSED, stage.refuses),
        (Seen.PROVEN, stage.proves),
        (Seen.OPENED, stage.opens),
    )
    for literal in literals
}
LITERALS: Final = frozenset(_BY_LITERAL)
"""The texts that trace the steps."""


def seen_in(text: str, held: AbstractSet[str]) -> tuple[str, Seen] | None:
    """The step that a message speaks of by how it begins, and what it says of it; ``held`` are the
    literals in it.
    """
    for literal in sorted(held & LITERALS, key=text.find):
        # A message that quotes such a line further on does not say it.
        if literal not in text[: len(literal) + 40]:
            continue
        if literal != "Connection to " or " successful" in text[:200]:
            return _BY_LITERAL[literal]
    return None
