"""One answer to one request, as a script collects it: the body, the request and the date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec

from stampcheck.demo import shapes, stamp_shapes
from stampcheck.demo.fleet import AS_OF
from stampcheck.demo.site import Site, guid

_COLLECTED: Final = AS_OF - timedelta(days=2)
_ACTIONS: Final = {
    "registration": "Microsoft.AzureStack/registrations/read",
    "locks": "Microsoft.Authorization/locks/read",
    "role-assignments": "Microsoft.Authorization/roleAssignments/read",
    "subscription": "Microsoft.Resources/subscriptions/read",
    "provider": "Microsoft.Resources/subscriptions/providers/read",
}


class Answer(msgspec.Struct, frozen=True):
    """A body with its request; ``age`` is how many days before the usual date it was given."""

    kind: str
    request: str
    body: object
    status: int = 200
    age: int = 0
    headers: Mapping[str, str] = {}

    @property
    def collected_at(self) -> str:
        """The date in the envelope."""
        return (_COLLECTED - timedelta(days=self.age)).strftime("%Y-%m-%dT%H:%M:%SZ")


def registration(site: Site, *, written: str = shapes.REGISTERED, **told: object) -> Answer:
    """The registration, asked for by its id."""
    request = f"{site.azure}{site.registration_id}?api-version=2017-06-01"
    return Answer("registration", request, shapes.registration(site, written=written, **told))


def registrations(site: Site, *bodies: object, next_link: str = "") -> Answer:
    """The registrations of the whole subscription."""
    path = f"{site.subscription_path}/providers/Microsoft.AzureStack/registrations"
    body = shapes.listing(*bodies, next_link=next_link)
    return Answer("registration", f"{site.azure}{path}?api-version=2017-06-01", body)


def activation(site: Site, **properties: object) -> Answer:
    """The activation on the stamp."""
    body = shapes.activation(site, **properties)
    return Answer("activation", f"{site.admin}{body['id']}?api-version=2016-01-01", body)


def locks(site: Site, *found: object, next_link: str = "") -> Answer:
    """The locks of the whole subscription."""
    path = f"{site.subscription_path}/providers/Microsoft.Authorization/locks"
    body = shapes.listing(*found, next_link=next_link)
    return Answer("locks", f"{site.azure}{path}?api-version=2016-09-01", body)


def roles(site: Site, *found: object) -> Answer:
    """The role assignments at or above the registration."""
    path = f"{site.registration_id}/providers/Microsoft.Authorization/roleAssignments"
    request = f"{site.azure}{path}?api-version=2022-04-01&$filter=atScope()"
    return Answer("role-assignments", request, shapes.listing(*found))


def role_definitions(site: Site, *found: object) -> Answer:
    """The roles that the customer made in the subscription."""
    path = f"{site.subscription_path}/providers/Microsoft.Authorization/roleDefinitions"
    request = f"{site.azure}{path}?api-version=2022-04-01&$filter=type%20eq%20'CustomRole'"
    return Answer("role-definitions", request, shapes.listing(*found))


def subscription(
    site: Site, *, tenant: str = "", offer: str = "ea", name: str = "", state: str = "Enabled"
) -> Answer:
    """The Azure subscription."""
    request = f"{site.azure}{site.subscription_path}?api-version=2022-12-01"
    body = shapes.subscription(site, tenant=tenant, offer=offer, name=name, state=state)
    return Answer("subscription", request, body)


def azure_side(site: Site) -> dict[str, Answer]:
    """What is asked of Azure about one registration, by the name of the file."""
    return {
        "registration": registration(site),
        "locks": locks(site),
        "role_assignments": roles(site),
        "subscription": subscription(site),
        "provider": provider(site),
    }


def activity_log(site: Site, *events: object) -> Answer:
    """The activity log of the subscription."""
    path = f"{site.subscription_path}/providers/Microsoft.Insights/eventtypes/management/values"
    request = f"{site.azure}{path}?api-version=2015-04-01"
    return Answer("activity-log", request, shapes.listing(*events))


def stamp_information(site: Site, **changed: object) -> Answer:
    """What the privileged endpoint says of the stamp."""
    body = shapes.stamp_information(site, **changed)
    return Answer("stamp-information", "Get-AzureStackStampInformation", body)


def fabric_locations(site: Site, **changed: object) -> Answer:
    """The fabric's location."""
    item = shapes.fabric_location(site, **changed)
    path = item["id"].rpartition("/")[0]
    return Answer(
        "fabric-locations", f"{site.admin}{path}?api-version=2016-05-01", shapes.listing(item)
    )


def scale_units(site: Site) -> Answer:
    """The scale units of the region."""
    return _of_fabric(site, "scale-units", "scaleUnits", stamp_shapes.scale_unit(site))


def scale_unit_nodes(site: Site) -> Answer:
    """The nodes of the region."""
    nodes = stamp_shapes.scale_unit_nodes(site)
    return _of_fabric(site, "scale-unit-nodes", "scaleUnitNodes", *nodes)


def _of_fabric(site: Site, kind: str, name: str, *found: object) -> Answer:
    path = f"{shapes.fabric_location(site)['id']}/{name}?api-version=2020-10-01"
    return Answer(kind, f"{site.admin}{path}", shapes.listing(*found))


def stamp_subscriptions(site: Site) -> Answer:
    """The stamp's own subscriptions."""
    request = f"{site.admin}/subscriptions?api-version=2016-05-01"
    return Answer(
        "stamp-subscriptions", request, shapes.listing(shapes.provider_subscription(site))
    )


def alerts(site: Site, *found: object) -> Answer:
    """The stamp's active alerts."""
    path = f"{stamp_shapes.alerts_path(site)}?api-version=2016-05-01"
    only = "&$filter=(Properties/State%20eq%20%27Active%27)"
    return Answer("alerts", f"{site.admin}{path}{only}", shapes.listing(*found))


def usage_records(site: Site, *found: object) -> Answer:
    """One day of the usage that the stamp collected itself."""
    path = (
        f"/subscriptions/{site.provider_subscription}/providers/Microsoft.Commerce.Admin"
        "/subscriberUsageAggregates?api-version=2015-06-01-preview"
        "&reportedStartTime=2026-10-28T00:00:00Z&reportedEndTime=2026-10-29T00:00:00Z"
        "&aggregationGranularity=Daily"
    )
    return Answer("usage-records", f"{site.admin}{path}", shapes.listing(*found))


def provider(site: Site, state: str = "Registered") -> Answer:
    """The resource provider in the subscription."""
    path = f"{site.subscription_path}/providers/Microsoft.AzureStack?api-version=2021-04-01"
    return Answer("provider", f"{site.azure}{path}", shapes.provider(site, state))


def operator(site: Site, **changed: object) -> Answer:
    """The machine and the account that register the stamp."""
    return Answer("operator", "PowerShell of the operator", stamp_shapes.operator(site, **changed))


def aged(answer: Answer, days: int) -> Answer:
    """The same answer, given some days earlier."""
    return msgspec.structs.replace(answer, age=days)


def refused(answer: Answer, status: int, code: str, message: str) -> Answer:
    """A refusal in the place of an answer."""
    return msgspec.structs.replace(answer, status=status, body=shapes.error(code, message))


def denied(answer: Answer) -> Answer:
    """403: the account may not read it."""
    scope = answer.request.partition("?")[0].partition("/subscriptions/")
    action = _ACTIONS[answer.kind]
    return refused(
        answer,
        403,
        "AuthorizationFailed",
        f"The client 'auditor@contoso.example' with object id '{guid('auditor')}' does not have "
        f"authorization to perform action '{action}' over scope '{scope[1]}{scope[2]}' or the "
        "scope is invalid. If access was recently granted, please refresh your credentials.",
    )


def wrong_tenant(answer: Answer, right: str) -> Answer:
    """401: the sign-in was to another tenant than the one that the subscription is in."""
    message = (
        "The access token is from the wrong issuer "
        f"'https://sts.windows.net/{guid('elsewhere')}/'. "
        f"It must match the tenant 'https://sts.windows.net/{right}/' associated with this "
        f"subscription. Please use the authority (URL) 'https://login.windows.net/{right}' to get "
        "the token."
    )
    headers = {
        "WWW-Authenticate": f'Bearer authorization_uri="https://login.windows.net/{right}", '
        'error="invalid_token", error_description="The access token is from the wrong issuer."'
    }
    answer = refused(answer, 401, "InvalidAuthenticationTokenTenant", message)
    return msgspec.structs.replace(answer, headers=headers)


def no_subscription(answer: Answer, site: Site) -> Answer:
    """404: the subscription is not there, or not for this account."""
    message = f"The subscription '{site.subscription_id}' could not be found."
    return refused(answer, 404, "SubscriptionNotFound", message)


def no_registration(site: Site) -> Answer:
    """404: the subscription was read, the registration is not in it."""
    return refused(
        registration(site),
        404,
        "ResourceNotFound",
        f"The Resource 'Microsoft.AzureStack/registrations/{site.registration_name}' under "
        f"resource group '{site.group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
    )


def no_activation(site: Site) -> Answer:
    """404: not even the activation's resource group is on the stamp."""
    message = "Resource group 'azurestack-activation' could not be found."
    return refused(activation(site), 404, "ResourceGroupNotFound", message)


def owner_role_only_of(site: Site, principal: str) -> Answer:
    """A listing that covers the registration and holds another principal's role only."""
    return roles(site, shapes.role_assignment(site, principal=guid("principal", principal)))
