"""The table of how each kind of document is obtained; ``evidence`` makes commands of it.

Paths and commands only read (facts/azure.md 1 to 9). ``{placeholders}`` stand for whole words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from stampcheck.document import KINDS

Side = Literal["azure", "stamp", "pep", "operator"]
"""Who answers: ARM in Azure, ARM on the stamp, the privileged endpoint, a person's own files."""

REGISTRATIONS: Final = (
    "/subscriptions/{subscription_id}/providers/Microsoft.AzureStack/registrations"
    "?api-version=2017-06-01"
)
"""The path that lists the registrations of a subscription; each is then asked for by itself."""

ROLE_DEFINITION: Final = (
    "/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    "/{role_definition_id}?api-version=2022-04-01"
)
"""The path of one role, which a live collection asks for where an assignment names it."""

_READER: Final = "a Reader of the Azure subscription"
_STAMP_READER: Final = "a Reader of the stamp's Default Provider Subscription"
_CLOUD_ADMIN: Final = "the stamp's CloudAdmin"
_OPERATOR: Final = "the operator who runs the registration"
_REGISTRATION: Final = (
    "/subscriptions/{subscription_id}/resourceGroups/{resource_group}"
    "/providers/Microsoft.AzureStack/registrations/{registration_name}"
)
_PROVIDER_SUBSCRIPTION: Final = "/subscriptions/{provider_subscription_id}"
_SYSTEM: Final = f"{_PROVIDER_SUBSCRIPTION}/resourceGroups/System.{{region}}/providers"
_FABRIC: Final = f"{_SYSTEM}/Microsoft.Fabric.Admin/fabricLocations"
_LOG_FIELDS: Final = (
    "correlationId,description,eventTimestamp,operationName,properties,"
    "resourceId,resourceProviderName,status,subscriptionId"
)
_OUT_FILE: Final = "Out-File -Encoding utf8 -LiteralPath {file}"
_STAMPED: Final = "',\"collected_at\":\"' + [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')"
_POWERSHELL_HEAD: Final = (
    '\'{"stampcheck":1,"kind":"{kind}","request":\' + (ConvertTo-Json -InputObject {url})'
    " + ',\"status\":' + %s + " + _STAMPED + ' + \'","body":\' + '
)
# An envelope, since an empty answer proves an absence only where it says what was asked.
_AZ: Final = (
    "$answer = Invoke-AzRestMethod -Method GET -Path {url}; "
    + _POWERSHELL_HEAD % "[int]$answer.StatusCode"
    + "$(if ($answer.Content) { $answer.Content } else { 'null' }) + '}' | "
    + _OUT_FILE
)
_CLI: Final = (
    "answer=$(az rest --only-show-errors --method get --url {url} --output json 2>&1) && "
    'printf \'{"stampcheck":1,"kind":"{kind}","request":"%s","status":200,'
    '"collected_at":"%s","body":%s}\\n\' {url} "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$answer" > {file}'
    " || printf '%s\\n' \"$answer\" > {file}"
)
_MODULES: Final = "@('Az.*', 'AzureRM*', 'Azs.*', 'AzureStack*')"
_LANGUAGE_MODE: Final = (
    "$ExecutionContext.SessionState.LanguageMode; "
    f"Get-Module -ListAvailable -Name {_MODULES}"
    " | Format-Table -Property @('Name', 'Version', 'Path')"
)
_STAMP_INFORMATION: Final = (
    "Invoke-Command -ComputerName {privileged_endpoint} -ConfigurationName PrivilegedEndpoint"
    " -Credential (Get-Credential) -SessionOption"
    " (New-PSSessionOption -Culture en-US -UICulture en-US)"
    " -ScriptBlock { Get-AzureStackStampInformation }"
    " | Select-Object -Property '*' -ExcludeProperty @('RootCACertificates', 'HardwareInfo',"
    " 'PSComputerName', 'RunspaceId', 'PSShowComputerName')"
    f" | ConvertTo-Json -Depth 5 | {_OUT_FILE}"
)
_COPY_TOKEN: Final = f"Get-Content -Raw -LiteralPath {{token_file}} | {_OUT_FILE}"

_ATTEST: Final = "stampcheck attest list"


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How one kind of document is obtained.

    ``path`` is asked for by GET (over the PEP: the cmdlet; empty: a file that exists already).
    ``cli``, ``az`` and ``azurerm`` are templates for ``command``; an empty ``cli`` means that only
    PowerShell can do it. A refusal lands in the file too, since it is evidence.
    """

    kind: str
    title: str
    side: Side
    path: str
    permission: str
    ask: str
    settles: str
    azurerm: str
    cli: str = _CLI
    az: str = _AZ


def _azurerm(cmdlet: str) -> str:
    """The envelope around what an AzureRM cmdlet finds; where it fails, nothing is written."""
    body = "(ConvertTo-Json -InputObject $found -Depth 20) + '}'"
    head = _POWERSHELL_HEAD % 200
    return f"$found = @({cmdlet} -ErrorAction Stop); {head}{body} | {_OUT_FILE}"


_azure: Final = partial(Recipe, side="azure", ask=_READER)
_stamp: Final = partial(Recipe, side="stamp", ask=_STAMP_READER)

_TABLE: Final = (
    _azure(
        kind="registration",
        title="the registration in Azure",
        path=f"{_REGISTRATION}?api-version=2017-06-01",
        permission="Microsoft.AzureStack/registrations/read",
        settles="Whether Azure holds the registration, its Cloud ID and its billing model.",
        azurerm=_azurerm(
            "Get-AzureRmResource -ResourceId {registration_id} -ApiVersion 2017-06-01"
            " -ExpandProperties"
        ),
    ),
    _azure(
        kind="locks",
        title="the management locks of the subscription",
        path="/subscriptions/{subscription_id}/providers/Microsoft.Authorization/locks"
        "?api-version=2016-09-01",
        permission="Microsoft.Authorization/locks/read",
        settles="Whether a lock at or above the registration keeps it from being deleted.",
        azurerm=_azurerm("Get-AzureRmResourceLock -Scope {subscription_path}"),
    ),
    _azure(
        kind="subscription",
        title="the Azure subscription",
        path="/subscriptions/{subscription_id}?api-version=2022-12-01",
        permission="Microsoft.Resources/subscriptions/read",
        settles="Which directory tenant and offer the subscription has and whether it is active.",
        azurerm=_azurerm("Get-AzureRmSubscription -SubscriptionId {subscription_id}"),
    ),
    _azure(
        kind="provider",
        title="the state of the resource provider Microsoft.AzureStack",
        path="/subscriptions/{subscription_id}/providers/Microsoft.AzureStack"
        "?api-version=2021-04-01",
        permission="Microsoft.Resources/subscriptions/providers/read",
        settles="Whether the subscription can hold a registration at all.",
        azurerm=_azurerm("Get-AzureRmResourceProvider -ProviderNamespace Microsoft.AzureStack"),
    ),
    _azure(
        kind="role-assignments",
        title="the role assignments at or above the registration",
        path="{registration_id}/providers/Microsoft.Authorization/roleAssignments"
        "?api-version=2022-04-01&$filter=atScope()",
        permission="Microsoft.Authorization/roleAssignments/read",
        settles="Whether the registration's service principal still holds its role,"
        " which a change of tenant would have deleted.",
        azurerm=_azurerm("Get-AzureRmRoleAssignment -Scope {registration_id}"),
    ),
    _azure(
        kind="role-definitions",
        title="the custom roles of the subscription",
        path="/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
        "?api-version=2022-04-01&$filter=type%20eq%20%27CustomRole%27",
        permission="Microsoft.Authorization/roleDefinitions/read",
        settles="What a custom role of the registration's service principal allows it.",
        azurerm=_azurerm("Get-AzureRmRoleDefinition -Custom -Scope {subscription_path}"),
    ),
    _azure(
        kind="activity-log",
        title="the activity log of the last 90 days for a change of tenant",
        path="/subscriptions/{subscription_id}/providers/Microsoft.Insights/eventtypes/management"
        "/values?api-version=2015-04-01&$filter=eventTimestamp%20ge%20%27{since}T00:00:00Z%27"
        f"%20and%20resourceProvider%20eq%20%27Microsoft.Subscription%27&$select={_LOG_FIELDS}",
        permission="Microsoft.Insights/eventtypes/values/read",
        settles="Whether the log holds Microsoft.Subscription/updateTenant/action, a move of the"
        " subscription to another directory tenant.",
        azurerm=_azurerm(
            "Get-AzureRmLog -ResourceProvider Microsoft.Subscription -MaxRecord 1000"
            " -StartTime (Get-Date).AddDays(-89)"
        ),
    ),
    _stamp(
        kind="activation",
        title="the activation on the stamp",
        path=f"{_PROVIDER_SUBSCRIPTION}/resourceGroups/azurestack-activation/providers"
        "/Microsoft.AzureBridge.Admin/activations/default?api-version=2016-01-01",
        permission="Microsoft.AzureBridge.Admin/activations/read",
        settles="Whether the stamp is activated, by which registration, until when and whether it"
        " reports usage.",
        azurerm=_azurerm(
            "Get-AzsAzureBridgeActivation -Name default -ResourceGroupName azurestack-activation"
        ),
    ),
    _stamp(
        kind="stamp-subscriptions",
        title="the subscriptions on the stamp",
        path="/subscriptions?api-version=2016-05-01",
        permission="Microsoft.Resources/subscriptions/read",
        settles="Which subscription is the Default Provider Subscription, where the activation is.",
        azurerm=_azurerm("Get-AzureRmSubscription"),
    ),
    _stamp(
        kind="alerts",
        title="the active alerts of the stamp",
        path=f"{_SYSTEM}/Microsoft.InfrastructureInsights.Admin/regionHealths/{{region}}/alerts"
        "?api-version=2016-05-01&$filter=(Properties/State%20eq%20%27Active%27)",
        permission="Microsoft.InfrastructureInsights.Admin/regionHealths/alerts/read",
        settles="Whether the stamp itself complains about its activation or usage reporting.",
        azurerm=_azurerm("Get-AzsAlert"),
    ),
    _stamp(
        kind="fabric-locations",
        title="the fabric location, with the Cloud ID of the stamp",
        path=f"{_FABRIC}?api-version=2016-05-01",
        permission="Microsoft.Fabric.Admin/fabricLocations/read",
        settles="Which Cloud ID the stamp has, without the privileged endpoint.",
        azurerm=_azurerm("Get-AzsInfrastructureLocation"),
    ),
    _stamp(
        kind="scale-units",
        title="the scale units of the stamp",
        path=f"{_FABRIC}/{{region}}/scaleUnits?api-version=2020-10-01",
        permission="Microsoft.Fabric.Admin/fabricLocations/scaleUnits/read",
        settles="How many nodes the stamp has now.",
        azurerm=_azurerm("Get-AzsScaleUnit"),
    ),
    _stamp(
        kind="scale-unit-nodes",
        title="the nodes of the stamp",
        path=f"{_FABRIC}/{{region}}/scaleUnitNodes?api-version=2020-10-01",
        permission="Microsoft.Fabric.Admin/fabricLocations/scaleUnitNodes/read",
        settles="How many nodes the stamp has now, one by one.",
        azurerm=_azurerm("Get-AzsScaleUnitNode"),
    ),
    _stamp(
        kind="usage-records",
        title="one day of the usage that the stamp collected itself",
        path=f"{_PROVIDER_SUBSCRIPTION}/providers/Microsoft.Commerce.Admin"
        "/subscriberUsageAggregates?api-version=2015-06-01-preview"
        "&reportedStartTime={usage_from}T00:00:00Z&reportedEndTime={usage_until}T00:00:00Z"
        "&aggregationGranularity=Daily",
        permission="Microsoft.Commerce.Admin/subscriberUsageAggregates/read",
        settles="Whether the stamp collects usage at all, which says nothing of its reporting.",
        azurerm=_azurerm(
            "Get-AzsSubscriberUsage -AggregationGranularity Daily"
            " -ReportedStartTime ([DateTime]::UtcNow.Date.AddDays(-2))"
            " -ReportedEndTime ([DateTime]::UtcNow.Date.AddDays(-1))"
        ),
    ),
    Recipe(
        kind="endpoints",
        title="the endpoints that the stamp names",
        side="stamp",
        path="/metadata/endpoints?api-version=2015-01-01",
        permission="none: it is answered without a sign-in",
        ask="anyone who reaches the stamp's admin endpoint",
        settles="Whether the stamp signs in with Microsoft Entra ID or AD FS.",
        cli=_CLI.replace("--method", "--skip-authorization-header --method"),
        azurerm="(Invoke-WebRequest -UseBasicParsing -Method Get -Uri"
        " ((Get-AzureRmContext).Environment.ResourceManagerUrl.TrimEnd('/') + {url})).Content"
        f" | {_OUT_FILE}",
    ),
    Recipe(
        kind="stamp-information",
        title="the stamp information",
        side="pep",
        path="Get-AzureStackStampInformation",
        permission="CloudAdmin on the privileged endpoint",
        ask=_CLOUD_ADMIN,
        settles="Which Cloud ID, build, identity system and number of nodes the stamp has.",
        cli="",
        az=_STAMP_INFORMATION,
        azurerm=_STAMP_INFORMATION,
    ),
    Recipe(
        kind="registration-token",
        title="the registration token that was saved",
        side="operator",
        path="",
        permission="read access to the file; handle it as a secret",
        ask="whoever ran Get-AzsRegistrationToken",
        settles="Which billing model was asked for and how many nodes the stamp had then.",
        cli="cat -- {token_file} > {file}",
        az=_COPY_TOKEN,
        azurerm=_COPY_TOKEN,
    ),
    Recipe(
        kind="attestation",
        title="the answer of a person",
        side="operator",
        path="",
        permission="nothing but to know the answer and to stand for it by name",
        ask="whoever can know, such as the owner of the contract",
        settles="What no machine can tell; 'stampcheck attest list' prints each open question.",
        cli=_ATTEST,
        az=_ATTEST,
        azurerm=_ATTEST,
    ),
    Recipe(
        kind="operator",
        title="the PowerShell of the operator's machine",
        side="operator",
        path="",
        permission="none beyond a sign-in to that machine",
        ask=_OPERATOR,
        settles="Whether the language mode and the modules allow the registration to run.",
        cli="",
        az=_LANGUAGE_MODE,
        azurerm=_LANGUAGE_MODE,
    ),
)

RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {recipe.kind: recipe for recipe in sorted(_TABLE, key=lambda recipe: KINDS.index(recipe.kind))}
)
"""One recipe for each kind of document, in the order of ``KINDS``."""
