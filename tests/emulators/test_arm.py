"""The emulated Resource Manager of Azure answers as facts/azure.md says the real one does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.mgmt.resource.resources import ResourceManagementClient

from stampcheck.demo import shapes
from stampcheck.demo.site import Site
from tests.emulators.arm import Arm
from tests.emulators.caller import Caller, called

SITE = Site(name="emea-lab")
OTHER = Site(name="emea-other", subscription="emea-lab", registration="other", group="elsewhere")
ASKED = "?api-version=2017-06-01"
REGISTRATIONS = f"{SITE.subscription_path}/providers/Microsoft.AzureStack/registrations{ASKED}"
LOCKS = "/providers/Microsoft.Authorization/locks?api-version=2016-09-01"


@pytest.fixture
def arm() -> Arm:
    arm = Arm(page_size=2, accepts=lambda token: token != "refused")
    arm.subscription(shapes.subscription(SITE))
    arm.provider(SITE.subscription_id, "Registered")
    for site in (SITE, OTHER):
        arm.resource("registration", shapes.registration(site))
        arm.resource("locks", shapes.lock(site.registration_id))
        arm.resource("role-assignments", shapes.role_assignment(site))
    arm.resource("locks", shapes.lock(SITE.subscription_path, name="whole"))
    moved = "Microsoft.Subscription/updateTenant/action"
    arm.resource("activity-log", shapes.event(SITE, moved, "2026-10-02T09:00:00Z"))
    arm.resource("activity-log", shapes.event(SITE, "Microsoft.X/write", "2026-10-03T09:00:00Z"))
    return arm


@pytest.fixture
def caller(arm: Arm, tmp_path: Path) -> Iterator[Caller]:
    with called(arm, tmp_path) as one:
        yield one


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_subscription_is_given_whole_or_as_the_old_version_has_it(caller: Caller) -> None:
    whole = caller.get(f"{SITE.subscription_path}?api-version=2022-12-01").json()
    old = caller.get(f"{SITE.subscription_path}?api-version=2016-06-01").json()
    assert whole == shapes.subscription(SITE)
    assert "tenantId" not in old
    assert old["state"] == "Enabled"


def test_the_subscriptions_and_tenants_are_listed(caller: Caller) -> None:
    listed = caller.get("/subscriptions?api-version=2016-06-01").json()["value"]
    tenants = caller.get("/tenants?api-version=2022-12-01").json()["value"]
    assert [one["subscriptionId"] for one in listed] == [SITE.subscription_id]
    assert [one["tenantId"] for one in tenants] == [SITE.tenant]


def test_a_registration_is_found_by_id_in_any_case_and_in_both_listings(caller: Caller) -> None:
    by_id = caller.get(f"{SITE.registration_id.upper()}{ASKED}").json()
    group = f"{OTHER.group_path}/providers/Microsoft.AzureStack/registrations{ASKED}"
    assert by_id == shapes.registration(SITE)
    assert [one["name"] for one in caller.pages(group)] == ["other"]
    assert len(caller.pages(REGISTRATIONS)) == 2


def test_locks_show_what_is_at_above_and_below_their_scope(caller: Caller) -> None:
    assert len(caller.pages(f"{SITE.subscription_path}{LOCKS}")) == 3
    assert len(caller.pages(f"{SITE.registration_id}{LOCKS}")) == 2
    above = caller.pages(f"{SITE.subscription_path}{LOCKS}&$filter=atScope()")
    assert [one["name"] for one in above] == ["whole"]


def test_a_next_link_leads_to_the_same_address_and_keeps_the_version(caller: Caller) -> None:
    link = caller.get(f"{SITE.subscription_path}{LOCKS}").json()["nextLink"]
    assert link.startswith(f"{caller.address}/subscriptions/")
    assert "api-version=2016-09-01" in link
    assert "$skiptoken=" in link


def test_role_assignments_are_filtered_by_scope_and_principal(caller: Caller) -> None:
    path = f"{SITE.registration_id}/providers/Microsoft.Authorization/roleAssignments"
    asked = f"{path}?api-version=2022-04-01&$filter=atScope()"
    assert len(caller.pages(asked)) == 1
    assert caller.pages(f"{asked} and principalId eq 'nobody'") == []


def test_a_role_is_found_by_its_id_and_in_the_listing(arm: Arm, caller: Caller) -> None:
    path = f"{SITE.subscription_path}/providers/Microsoft.Authorization/roleDefinitions"
    body = {"id": f"{path}/{SITE.cloud_id}", "properties": {"roleName": "Registration Reader"}}
    arm.resource("role-definitions", body)
    asked = "?api-version=2022-04-01"
    assert caller.get(f"{body['id']}{asked}").json() == body
    assert caller.pages(f"{path}{asked}") == [body]
    assert code(caller.get(f"{path}/none{asked}"))[0] == 404


def test_the_activity_log_is_filtered_by_time_and_provider(caller: Caller) -> None:
    path = f"{SITE.subscription_path}/providers/Microsoft.Insights/eventtypes/management/values"
    asked = f"{path}?api-version=2015-04-01&$filter=eventTimestamp ge '2026-10-01T00:00:00Z'"
    assert len(caller.pages(asked)) == 2
    assert len(caller.pages(f"{asked} and resourceProvider eq 'Microsoft.Subscription'")) == 1
    assert caller.pages(asked.replace("2026-10-01", "2026-11-01")) == []


def test_every_answer_bears_a_request_id_and_a_date(caller: Caller) -> None:
    headers = caller.get(REGISTRATIONS).headers
    assert headers["x-ms-request-id"]
    assert headers["date"].endswith("GMT")
    assert headers["content-type"] == "application/json; charset=utf-8"


def test_what_is_not_there_is_told_from_what_nobody_may_see(caller: Caller) -> None:
    nothing = f"{SITE.group_path}/providers/Microsoft.AzureStack/registrations/none{ASKED}"
    group = nothing.replace("resourceGroups/azurestack", "resourceGroups/none")
    foreign = f"/subscriptions/{OTHER.cloud_id}?api-version=2022-12-01"
    assert code(caller.get(nothing)) == (404, "ResourceNotFound")
    assert code(caller.get(group)) == (404, "ResourceGroupNotFound")
    assert code(caller.get(foreign)) == (404, "SubscriptionNotFound")


def test_a_forbidden_action_is_refused_in_the_words_of_azure(arm: Arm, caller: Caller) -> None:
    arm.forbidden.add("microsoft.azurestack/registrations/read")
    answer = caller.get(REGISTRATIONS)
    assert code(answer) == (403, "AuthorizationFailed")
    told = answer.json()["error"]["message"]
    assert "perform action 'Microsoft.AzureStack/registrations/read' over scope '/sub" in told


def test_a_provider_that_is_not_registered_refuses_with_the_text_that_the_sdk_acts_on(
    arm: Arm, caller: Caller
) -> None:
    arm.provider(SITE.subscription_id, "NotRegistered")
    state = caller.get(
        f"{SITE.subscription_path}/providers/Microsoft.AzureStack?api-version=2021-04-01"
    )
    answer = caller.get(REGISTRATIONS)
    assert state.json()["registrationState"] == "NotRegistered"
    assert code(answer) == (409, "MissingSubscriptionRegistration")
    assert "to use namespace 'Microsoft.AzureStack'" in answer.json()["error"]["message"]


def test_a_missing_and_a_wrong_version_are_refused(caller: Caller) -> None:
    bare = REGISTRATIONS.partition("?")[0]
    assert code(caller.get(bare)) == (400, "MissingApiVersionParameter")
    assert code(caller.get(f"{bare}?api-version=x")) == (400, "InvalidApiVersionParameter")
    assert code(caller.get(f"{bare}?api-version=1999-01-01")) == (400, "NoRegisteredProviderFound")


def test_without_a_token_or_with_a_bad_one_nothing_is_told(arm: Arm, tmp_path: Path) -> None:
    with called(arm, tmp_path, token="") as nobody:
        assert nobody.get(REGISTRATIONS).status_code == 401
        assert nobody.get("/metadata/endpoints?api-version=2022-09-01").status_code == 200
    with called(arm, tmp_path, token="refused") as other:
        assert code(other.get(REGISTRATIONS)) == (401, "InvalidAuthenticationToken")


def test_a_token_of_another_tenant_is_sent_to_the_right_one(arm: Arm, caller: Caller) -> None:
    arm.tenant_of = lambda _token: "11111111-0000-4000-8000-000000000000"
    answer = caller.get(REGISTRATIONS)
    assert code(answer) == (401, "InvalidAuthenticationTokenTenant")
    uri = f'authorization_uri="https://login.windows.net/{SITE.tenant}"'
    assert uri in answer.headers["www-authenticate"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_could_write_is_refused_and_remembered(
    arm: Arm, caller: Caller, method: str
) -> None:
    path = f"{SITE.subscription_path}/providers/Microsoft.AzureStack/register"
    assert caller.send(method, f"{path}?api-version=2016-02-01").status_code == 405
    assert [one.method for one in arm.writes] == [method]


def test_resource_graph_pages_and_is_no_write(arm: Arm, caller: Caller) -> None:
    path = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    query = "resources | where type =~ 'microsoft.azurestack/registrations'"
    asked = {"query": query, "options": {"$top": 1}}
    first = caller.send("POST", path, asked).json()
    more = {"$top": 1, "$skipToken": first["$skipToken"]}
    second = caller.send("POST", path, {"query": query, "options": more}).json()
    names = [body["data"][0]["tenantId"] for body in (first, second)]
    assert (first["totalRecords"], first["count"]) == (2, 1)
    assert names == [SITE.tenant, SITE.tenant]
    assert "$skipToken" not in second
    assert arm.writes == []


def test_resource_graph_runs_out_of_quota(arm: Arm, caller: Caller) -> None:
    arm.graph.quota = 1
    path = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    asked = {"query": "resources | where type =~ 'microsoft.azurestack/registrations'"}
    assert caller.send("POST", path, asked).headers["x-ms-user-quota-resets-after"]
    answer = caller.send("POST", path, asked)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")


class _Credential:
    def get_token(self, *_scopes: str, **_more: object) -> AccessToken:
        return AccessToken("a-token", 2**31)


def test_the_sdks_own_pipeline_is_lured_into_a_write_by_the_409(arm: Arm, caller: Caller) -> None:
    arm.provider(SITE.subscription_id, "NotRegistered")
    client = ResourceManagementClient(
        _Credential(),
        SITE.subscription_id,
        base_url=caller.address,
        credential_scopes=["https://management.azure.com/.default"],
        connection_verify=str(caller.ca_bundle),
    )
    with client, pytest.raises(HttpResponseError):
        client.resources.get_by_id(SITE.registration_id, api_version="2017-06-01")
    assert [one.method for one in arm.writes] == ["POST"]
    assert "/providers/Microsoft.AzureStack/register?" in arm.writes[0].target
