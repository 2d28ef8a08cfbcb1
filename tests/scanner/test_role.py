"""The role that an auditor asks for: what the rules read, and nothing beside it."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest

from stampcheck.bundle import Declared
from stampcheck.document import AZURE_KINDS
from stampcheck.evidence import RECIPES
from stampcheck.model import RuleInfo
from stampcheck.registry import load_rules
from stampcheck.role import (
    SCOPE_TO_FILL,
    Group,
    as_json,
    azure_role,
    groups,
    kinds_for,
    permissions,
)

INFOS = {loaded.rule.info.id: loaded.rule.info for loaded in load_rules()}
FIRST = "Microsoft.Resources/subscriptions/read"
PROVIDERS = "Microsoft.Resources/subscriptions/providers/read"


def role(*rules: str, subscriptions: tuple[str, ...] = ()) -> dict[str, Any]:
    chosen = [INFOS[rule] for rule in rules or INFOS]
    read: dict[str, Any] = json.loads(as_json(azure_role(chosen, subscriptions)))
    return read


def test_the_role_of_all_rules_reads_seven_things_and_writes_none() -> None:
    assert role()["Actions"] == [
        "Microsoft.Authorization/locks/read",
        "Microsoft.Authorization/roleAssignments/read",
        "Microsoft.Authorization/roleDefinitions/read",
        "Microsoft.AzureStack/registrations/read",
        "Microsoft.Insights/eventtypes/values/read",
        PROVIDERS,
        FIRST,
    ]
    assert role()["NotActions"] == []


def test_the_role_of_one_rule_holds_only_what_that_rule_reads() -> None:
    assert role("AZS-PR-001")["Actions"] == [
        "Microsoft.Authorization/locks/read",
        "Microsoft.AzureStack/registrations/read",
        PROVIDERS,
        FIRST,
    ]


def test_the_role_of_several_rules_is_the_union_of_theirs() -> None:
    for pair in combinations(INFOS, 2):
        apart = {action for rule in pair for action in role(rule)["Actions"]}
        assert set(role(*pair)["Actions"]) == apart


@pytest.mark.parametrize("rule", sorted(INFOS))
def test_every_kind_of_azure_document_that_a_rule_can_read_is_permitted(rule: str) -> None:
    read = {kind for fact in INFOS[rule].facts for kind in fact.documents}
    wanted = {RECIPES[kind].permission for kind in read if kind in AZURE_KINDS}

    assert wanted <= set(role(rule)["Actions"])


@pytest.mark.parametrize("rule", sorted(INFOS))
@pytest.mark.parametrize("side", ["azure", "stamp"])
def test_every_action_is_a_single_reading_one_and_they_are_sorted(rule: str, side: str) -> None:
    actions = permissions(kinds_for([INFOS[rule]]), side)

    assert all(action.startswith("Microsoft.") for action in actions)
    assert all(action.endswith("/read") and "*" not in action for action in actions)
    assert list(actions) == sorted(set(actions), key=str.lower)


def test_the_stamps_side_never_enters_the_role_for_azure() -> None:
    assert not [action for action in role()["Actions"] if ".Admin/" in action]


def test_the_role_has_the_members_that_azure_takes_and_no_other() -> None:
    assert list(role()) == [
        "Name",
        "IsCustom",
        "Description",
        "Actions",
        "NotActions",
        "AssignableScopes",
    ]
    assert role()["IsCustom"] is True
    assert "AZS-RG-001" in role()["Description"]


def test_subscriptions_are_scopes_each_once_and_sorted() -> None:
    one, other = "0B2A1C3D-1111-4000-8000-000000000001", "0a000000-1111-4000-8000-000000000001"
    scopes = role(subscriptions=(one, other, one.lower()))["AssignableScopes"]

    assert scopes == [f"/subscriptions/{other}", f"/subscriptions/{one.lower()}"]


def test_without_a_subscription_the_scope_is_a_placeholder_that_azure_refuses() -> None:
    assert role()["AssignableScopes"] == [SCOPE_TO_FILL]
    assert "<FILL" in SCOPE_TO_FILL


def test_the_order_of_the_rules_makes_no_difference() -> None:
    infos: list[RuleInfo] = list(INFOS.values())

    assert as_json(azure_role(infos, ())) == as_json(azure_role(infos[::-1], ()))


def test_stamps_are_grouped_by_cloud_and_tenant_and_unknown_tenants_by_cloud() -> None:
    tenant = "72F988BF-0000-4000-8000-000000000001"
    china = "AzureChinaCloud"

    assert groups(
        {
            "a": Declared(expected_tenant=tenant),
            "b": Declared(),
            "c": Declared(cloud=china),
            "d": Declared(cloud="AzureCloud", expected_tenant=tenant.lower()),
            "e": Declared(cloud=china),
        }
    ) == (
        Group(cloud="AzureCloud", tenant=tenant.lower(), stamps=("a", "d")),
        Group(cloud="AzureCloud", tenant="", stamps=("b",)),
        Group(cloud=china, tenant="", stamps=("c", "e")),
    )
