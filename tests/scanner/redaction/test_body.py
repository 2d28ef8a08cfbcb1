"""Bodies of documents: what nobody knows to be harmless is withheld."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stampcheck.redaction.body import learn_ids, rewrite_body, rewrite_request
from stampcheck.redaction.pseudonym import Pseudonyms
from stampcheck.redaction.rewriting import Rewriter

GUID = "5bf881b2-2222-4000-8000-000000000002"


@pytest.fixture
def rewriter() -> Rewriter:
    return Rewriter(Pseudonyms("0" * 32))


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({"cloudId": GUID}, {"cloudId": "CLOUD-1"}),
        ({"CloudID": GUID.upper()}, {"CloudID": "CLOUD-1"}),
        ({"tenant_id": GUID}, {"tenant_id": "TENANT-1"}),
        ({"state": "Enabled"}, {"state": "Enabled"}),
        ({"someNewField": "Contoso AG"}, {"someNewField": "TEXT-1"}),
        ({"someNewField": ["2026-11-22T08:00:00Z", "4.5", "true", ""]}, None),
        ({"someNewField": "10.0.0.4"}, {"someNewField": "IP-1"}),
        ({"someNewField": GUID}, {"someNewField": "ID-1"}),
        ({"createdBy": "jan"}, {"createdBy": "USER-1"}),
        ({"user": {"name": "jan", "type": "user"}}, {"user": {"name": "USER-1", "type": "user"}}),
        ({"tags": {"cost centre": "jan"}}, {"tags": {"TAG-1": "TEXT-1"}}),
        ({"name": "Contoso ams"}, {"name": "NAME-1"}),
        ({"namespace": "Microsoft.AzureStack"}, None),
        ({"modules": [{"name": "Az.Accounts", "version": "2.2.8"}]}, None),
        ({"ExternalDomainFQDN": "stack.contoso.example"}, {"ExternalDomainFQDN": "DOMAIN-1"}),
        ({"RegionName": "7"}, {"RegionName": "REGION-1"}),
        ({"count": 4, "on": True, "gone": None}, None),
    ],
)
def test_a_field_is_rewritten_by_what_it_holds(rewriter: Rewriter, body: Any, changed: Any) -> None:
    assert rewrite_body(body, rewriter) == (body if changed is None else changed)


def test_the_name_of_a_resource_is_that_in_its_id(rewriter: Rewriter) -> None:
    body = {
        "name": "keep",
        "id": f"/subscriptions/{GUID}/providers/Microsoft.Authorization/locks/keep",
    }
    changed = rewrite_body(body, rewriter)

    assert list(changed) == ["name", "id"]
    assert changed["name"] == "LOCK-1"
    assert changed["id"].endswith("/SUB-A/providers/Microsoft.Authorization/locks/LOCK-1")


def test_json_in_a_string_and_what_powershell_cut_off_are_rewritten_inside(
    rewriter: Rewriter,
) -> None:
    changed = rewrite_body({"properties": json.dumps({"caller": "jan", "x": "Contoso"})}, rewriter)
    cut = rewrite_body({"properties": f"@{{cloudId={GUID}; note=Contoso; state=On}}"}, rewriter)

    assert json.loads(changed["properties"]) == {"caller": "USER-1", "x": "TEXT-1"}
    assert cut["properties"] == "@{cloudId=CLOUD-1; note=TEXT-1; state=On}"


def test_ids_are_met_where_their_kind_is_told(rewriter: Rewriter) -> None:
    learn_ids([{"x": f"/subscriptions/{GUID}/x"}, {"tenantId": "1" * 32}], rewriter)

    assert rewriter.text(f"{GUID}, {'1' * 32}") == "SUB-A, TENANT-1"


def test_a_request_keeps_what_was_asked_for(rewriter: Rewriter) -> None:
    asked = f"https://adminmanagement.ams.contoso.example:30024/subscriptions/{GUID}?api-version=1"

    assert rewrite_request(asked, rewriter) == (
        "https://adminmanagement.REGION-1.DOMAIN-1:30024/subscriptions/SUB-A?api-version=1"
    )
    assert rewrite_request("Get-AzureStackStampInformation", rewriter) == (
        "Get-AzureStackStampInformation"
    )
