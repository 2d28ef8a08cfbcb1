"""What a body, a request or a name speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.recognise import (
    is_stamp_subscription,
    kind_of_body,
    kind_of_name,
    kind_of_request,
    request_path,
    request_query,
)
from stampcheck.parse.shape import Item
from tests.scanner.parse.builders import (
    ACTIVATION,
    CLOUD,
    DEFINITIONS,
    DPS,
    FABRIC,
    GROUP,
    GUEST_TENANT,
    LOCKS,
    PRINCIPAL,
    REGISTRATION,
    REGISTRATIONS,
    ROLES,
    SUB,
    SUBSCRIPTION,
    TENANT,
    activation,
    alert,
    assignment,
    definition,
    event,
    fabric,
    information,
    listing,
    lock,
    powershell,
    provider_subscription,
    registration,
    subscription,
)

TOKEN = {"billingModel": "Capacity", "objectId": PRINCIPAL, "cloudId": CLOUD}
ACCOUNT = {"environmentName": "AzureCloud", "id": SUB, "state": "Enabled", "tenantId": TENANT}
HUB_ACCOUNT = ACCOUNT | {"environmentName": "AzureStackAdmin", "id": DPS}
RESOURCE = {"ResourceId": REGISTRATION, "ResourceType": "Microsoft.AzureStack/registrations"}
PROVIDER = {"ProviderNamespace": "Microsoft.AzureStack", "RegistrationState": "Registered"}
CMDLET_LOCK = {"Name": "x", "LockId": lock()["id"], "ResourceId": REGISTRATION}
CMDLET_ROLE = {"RoleAssignmentId": assignment()["id"], "ObjectId": PRINCIPAL, "Scope": "/"}
LOGGED = {"OperationNameValue": "x", "EventTimestamp": "/Date(1)/", "ResourceId": REGISTRATION}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (registration(), "registration"),
        (powershell(registration()), "registration"),
        (powershell(registration(), flat=True), "registration"),
        (RESOURCE, "registration"),
        ({"type": "Microsoft.AzureStack/registrations"}, "registration"),
        (registration()["properties"], "registration"),
        (
            listing({"id": f"{GROUP}/providers/Microsoft.Web/sites/x"}, registration()),
            "registration",
        ),
        (activation(), "activation"),
        (powershell(activation(), flat=True), "activation"),
        (activation(id=None)["properties"], "activation"),
        (lock(), "locks"),
        (CMDLET_LOCK, "locks"),
        ([{"id": lock()["id"], "level": "ReadOnly", "name": "x"}], "locks"),
        (assignment(), "role-assignments"),
        (CMDLET_ROLE, "role-assignments"),
        ({"PrincipalId": PRINCIPAL, "RoleDefinitionId": "x"}, "role-assignments"),
        (definition(), "role-definitions"),
        (listing(definition()), "role-definitions"),
        (powershell(definition()), "role-definitions"),
        (definition()["properties"], "role-definitions"),
        ({"id": f"{DEFINITIONS}/x"}, "role-definitions"),
        ({"type": "Microsoft.Authorization/roleDefinitions"}, "role-definitions"),
        ([{"Actions": [], "NotActions": [], "AssignableScopes": []}], "role-definitions"),
        (subscription(), "subscription"),
        (ACCOUNT, "subscription"),
        ({"Id": SUB, "HomeTenantId": TENANT, "TenantId": GUEST_TENANT}, "subscription"),
        (provider_subscription(), "stamp-subscriptions"),
        (powershell(provider_subscription(), depth=0), "stamp-subscriptions"),
        (
            [HUB_ACCOUNT, HUB_ACCOUNT | {"name": "Default Provider Subscription"}],
            "stamp-subscriptions",
        ),
        ([ACCOUNT, HUB_ACCOUNT | {"name": "Default Provider Subscription"}], "subscription"),
        (PROVIDER, "provider"),
        (
            listing({"namespace": "Microsoft.Web"}, {"namespace": "microsoft.azurestack"}),
            "provider",
        ),
        (listing(fabric()), "fabric-locations"),
        ({"type": "Microsoft.Fabric.Admin/fabricLocations/scaleUnits"}, "scale-units"),
        ({"type": "Microsoft.Fabric.Admin/fabricLocations/scaleUnitNodes"}, "scale-unit-nodes"),
        ({"properties": {"scaleUnitNodeStatus": "Running"}}, "scale-unit-nodes"),
        (listing(alert()), "alerts"),
        (listing(event("x", "2026-01-01")), "activity-log"),
        (LOGGED, "activity-log"),
        (information(), "stamp-information"),
        (powershell(information(PSComputerName="10.0.0.1")), "stamp-information"),
        ([information()], "stamp-information"),
        (TOKEN | {"hardwareInfo": []}, "registration-token"),
        (TOKEN | {"issuer": "AzureBridge", "version": "1.0"}, "registration-token"),
        (TOKEN | {"marketplaceSyndicationEnabled": True}, "registration-token"),
        ({"properties": {"registrationToken": "eyJ"}}, "registration-token"),
        ({"portalEndpoint": "x", "authentication": {}}, "endpoints"),
        ({"type": "Microsoft.Commerce/UsageAggregate", "properties": {}}, "usage-records"),
        (
            {"Id": f"{SUBSCRIPTION}/providers/Microsoft.Commerce/UsageAggregate/s-m"},
            "usage-records",
        ),
    ],
)
def test_content_tells_the_kind_in_every_shape(body: Any, kind: str) -> None:
    assert kind_of_body(body) == kind


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"value": None},
        "text",
        {"id": 5, "name": "x"},
        {"id": f"{REGISTRATION}/products/p", "type": "Microsoft.AzureStack/registrations/products"},
        {"type": "Microsoft.AzureStack\\customerSubscriptions", "name": "c"},
        {"type": "Microsoft.AzureBridge.Admin/activations/downloadedProducts"},
        {
            "id": f"{ACTIVATION}/products/p",
            "type": "Microsoft.AzureBridge.Admin/activations/products",
        },
        {"id": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/x/y"},
        {"namespace": "Microsoft.Web"},
        # What Azure itself, and no stamp, records of usage.
        {
            "id": f"{SUBSCRIPTION}/providers/Microsoft.Commerce/UsageAggregates/Daily_BRSDT",
            "type": "Microsoft.Commerce/UsageAggregate",
        },
    ],
)
def test_what_lies_below_a_registration_or_an_activation_is_neither(body: Any) -> None:
    assert kind_of_body(body) == ""


def test_a_quota_or_a_cloud_of_azures_beats_the_name_of_a_subscription() -> None:
    named = subscription(displayName="Default Provider Subscription")

    assert not is_stamp_subscription(Item(named))
    assert not is_stamp_subscription(Item(ACCOUNT | {"name": "Default Provider Subscription"}))
    assert is_stamp_subscription(Item(HUB_ACCOUNT | {"name": "default provider subscription"}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("loc1_registration.JSON", "registration"),
        ("ams/stamp-activation.json", "activation"),
        ("registrations.json", "registration"),
        ("registration-locks.json", "locks"),
        ("Get-AzResourceLock.txt", "locks"),
        ("AzureStackStampInformation.json", "stamp-information"),
        ("role_assignments.json", "role-assignments"),
        ("role_definitions.json", "role-definitions"),
        ("az-account-show.json", "subscription"),
        ("stamp-subscriptions.json", "stamp-subscriptions"),
        ("provider.json", "provider"),
        ("scale-unit-nodes.json", "scale-unit-nodes"),
        ("scale-units.json", "scale-units"),
        ("activity-log.json", "activity-log"),
        ("stamp-ams-usage-records.json", "usage-records"),
        ("Get-AzsSubscriberUsage.json", "usage-records"),
        ("registration-token.txt", "registration-token"),
        ("locks/answer.json", ""),
        ("notes.txt", ""),
        ("", ""),
    ],
)
def test_a_name_suggests_a_kind(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("request_text", "kind"),
    [
        (f"https://management.azure.com{REGISTRATION}?api-version=2017-06-01", "registration"),
        (f"{SUBSCRIPTION}{REGISTRATIONS}", "registration"),
        (f"GET {GROUP}{REGISTRATIONS}/", "registration"),
        (f"{REGISTRATION.upper()}", "registration"),
        (f"{GROUP}/providers/Microsoft.AzureStack//registrations/hub-ams{LOCKS}", "locks"),
        (f"/{REGISTRATION.replace('/', '%2F')}{LOCKS}?api-version=x", "locks"),
        (f"{REGISTRATION}{ROLES}?$filter=atScope()", "role-assignments"),
        (f"{SUBSCRIPTION}{DEFINITIONS}?api-version=2022-04-01", "role-definitions"),
        (f"{SUBSCRIPTION}{DEFINITIONS}/x?api-version=2022-04-01", "role-definitions"),
        (f"{SUBSCRIPTION}/providers/Microsoft.AzureStack", "provider"),
        (SUBSCRIPTION, "subscription"),
        ("https://management.azure.com/subscriptions?api-version=x", "subscription"),
        ("https://adminmanagement.ams.contoso.com/subscriptions", "stamp-subscriptions"),
        ("get https://adminmanagement.ams.contoso.com/subscriptions/", "stamp-subscriptions"),
        (ACTIVATION, "activation"),
        (ACTIVATION.rpartition("/")[0], "activation"),
        (f"{FABRIC}/scaleUnits", "scale-units"),
        ("/metadata/endpoints?api-version=2015-01-01", "endpoints"),
        (
            f"{SUBSCRIPTION}/providers/Microsoft.Commerce.Admin/subscriberUsageAggregates?x=1",
            "usage-records",
        ),
        ("Get-AzureStackStampInformation", "stamp-information"),
        (f"{REGISTRATION}/products", ""),
        ("Get-AzResource", ""),
        ("", ""),
    ],
)
def test_a_request_tells_the_kind(request_text: str, kind: str) -> None:
    assert kind_of_request(request_text) == kind


@pytest.mark.parametrize(
    ("request_text", "path"),
    [
        ("https://management.azure.com:443/subscriptions/a/?x=/y#z", "/subscriptions/a"),
        ("HTTPS://Management.Azure.com//subscriptions//a", "/subscriptions/a"),
        ("/subscriptions/a/resourceGroups/my%20group", "/subscriptions/a/resourceGroups/my group"),
        ("/%2Fsubscriptions%2Fa", "/subscriptions/a"),
        ("https://management.azure.com", ""),
        ("Get-AzResource -ResourceId /subscriptions/a", ""),
        ("", ""),
    ],
)
def test_the_path_of_a_request_is_decoded(request_text: str, path: str) -> None:
    assert request_path(request_text) == path


def test_the_options_of_a_request_are_decoded() -> None:
    asked = "/x?api-version=1&%24filter=atScope%28%29+and+assignedTo('p')&$SkipToken=a#b"

    assert request_query(asked) == {
        "api-version": "1",
        "$filter": "atScope() and assignedTo('p')",
        "$skiptoken": "a",
    }
    assert request_query("/x") == {}


@pytest.mark.parametrize("untold", ["", "id", "type"])
def test_another_products_resource_is_not_a_registration(untold: str) -> None:
    kind = "Microsoft.AzureStackHCI/clusters"
    body = {
        "id": f"{GROUP}/providers/{kind}/c1",
        "type": kind,
        "properties": {"cloudId": CLOUD, "billingModel": "Capacity"},
    }
    body.pop(untold, None)

    assert kind_of_body(body) == ""
