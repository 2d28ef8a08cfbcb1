"""Traces of a change of directory: the role of the service principal, and the activity log."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.evidence import Held
from stampcheck.parse.principal_role import principal_role
from stampcheck.parse.roles import assignments_above, role_held, tenant_history
from stampcheck.values import ResourceId
from tests.scanner.parse import builders as b

REGISTRATION = b.held("registration.json", b.registration(), b.REGISTRATION)
TRANSFER = "Microsoft.Subscription/updateTenant/action"
WRITE = "Microsoft.AzureStack/registrations/write"
CMDLET = {
    "RoleAssignmentId": b.assignment()["id"],
    "Scope": b.REGISTRATION,
    "DisplayName": "hub",
    "RoleDefinitionName": "Azure Stack Registration Owner",
    "RoleDefinitionId": "6f12a6df-dd06-4f3e-bcb1-ce8be600526a",
    "ObjectId": b.PRINCIPAL,
    "ObjectType": "ServicePrincipal",
}
FLAT = b.assignment()["properties"] | {"id": b.assignment()["id"]}
SHAPES = {
    "rest": b.listing(b.assignment()),
    "powershell": b.powershell(b.listing(b.assignment())),
    "cut at depth": b.powershell([b.assignment()], depth=1),
    "Get-AzRoleAssignment": CMDLET,
    "Get-AzRoleAssignment of several": {"value": [CMDLET, CMDLET], "Count": 2},
    "az role assignment list": [FLAT],
    "without its scope": [FLAT | {"scope": None}],
    "at the group": b.listing(b.assignment(b.GROUP.upper())),
    "at the subscription": b.listing(b.assignment(b.SUBSCRIPTION)),
}


def listed(*entries: Any, asked: str = b.REGISTRATION, at: str = b.AT, **rest: Any) -> Held:
    body, request = b.listing(*entries, **rest), f"{asked}{b.ROLES}?$filter=atScope()"
    return b.held("roles.json", body, request, at=at, kind="role-assignments")


def log(*events: Any, at: str = b.AT) -> Held:
    return b.bare("activity-log.json", b.listing(*events), at=at)


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_every_shape_shows_the_role(body: Any) -> None:
    evidence = b.evidence(REGISTRATION, b.bare("role-assignments.json", body))

    assert b.value(role_held(evidence)) is True
    assert b.value(tenant_history(evidence)).changed is False


@pytest.mark.parametrize(
    "other",
    [
        b.assignment(principalId=b.TENANT),
        b.assignment(b.OTHER),
        b.assignment(f"{b.REGISTRATION}/products/p"),
        b.assignment(principalId=None),
        b.assignment(principalId=5),
        b.assignment(scope="../x", principalId=b.PRINCIPAL),
    ],
)
def test_the_role_of_another_or_elsewhere_is_not_it(other: Any) -> None:
    bare = b.bare("role-assignments.json", [other])

    assert b.value(role_held(b.evidence(REGISTRATION, listed(other)))) is False
    assert b.reason(role_held(b.evidence(REGISTRATION, bare))) == "ambiguous"


@pytest.mark.parametrize(
    "listing",
    [
        listed(nextLink="https://x"),
        listed(asked=b.SUBSCRIPTION),
        listed(asked=b.OTHER),
        b.held("r.json", [], f"{b.REGISTRATION}{b.ROLES}?$filter=principalId eq '{b.TENANT}'"),
    ],
)
def test_a_listing_that_need_not_show_it_proves_nothing(listing: Held) -> None:
    assert b.reason(role_held(b.evidence(REGISTRATION, listing))) == "ambiguous"


MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/contoso"


@pytest.mark.parametrize("asked", [b.SUBSCRIPTION, b.GROUP, b.REGISTRATION])
def test_a_role_at_a_management_group_counts_by_a_listing_from_above_the_registration(
    asked: str,
) -> None:
    evidence = b.evidence(REGISTRATION, listed(b.assignment(MANAGEMENT_GROUP), asked=asked))

    assert b.value(role_held(evidence)) is True


@pytest.mark.parametrize("asked", [f"/subscriptions/{b.DPS}", b.OTHER, MANAGEMENT_GROUP, ""])
def test_a_role_at_a_management_group_of_elsewhere_proves_nothing_and_outweighs_nothing(
    asked: str,
) -> None:
    elsewhere = listed(b.assignment(MANAGEMENT_GROUP), asked=asked)

    assert b.reason(role_held(b.evidence(REGISTRATION, elsewhere))) == "ambiguous"
    assert b.reason(tenant_history(b.evidence(REGISTRATION, elsewhere))) == "ambiguous"
    both = b.evidence(REGISTRATION, elsewhere, listed())
    assert b.value(role_held(both)) is False
    assert b.value(principal_role(both)).fits is False


def test_a_registration_without_a_principal_holds_no_role() -> None:
    without = b.held("r.json", b.registration(objectId=None), b.REGISTRATION)

    assert b.reason(role_held(b.evidence(without, listed()))) == "ambiguous"


def test_the_newest_listing_wins() -> None:
    old, new = listed(b.assignment()), listed(at=b.LATER)

    evidence = b.evidence(REGISTRATION, old, new)
    assert b.value(role_held(evidence)) is False
    assert b.reason(tenant_history(evidence)) == "ambiguous"


def test_a_csp_subscription_cannot_change_its_directory() -> None:
    policies = {"quotaId": "CSP_2015-05-01"}
    csp = b.bare("s.json", b.subscription(subscriptionPolicies=policies))

    found = b.value(tenant_history(b.evidence(REGISTRATION, csp)))
    assert not found.changed
    assert "CSP" in found.why


def transfer(at: str = "2026-10-01T00:00:00Z", **rest: Any) -> Any:
    return b.event(TRANSFER, at, **rest)


@pytest.mark.parametrize(
    ("documents", "changed"),
    [
        ((log(transfer(), b.event(WRITE, "2026-09-01T00:00:00Z", b.REGISTRATION)),), True),
        ((log(transfer(), b.event(WRITE, "2026-10-02T00:00:00Z", b.REGISTRATION)),), False),
        (
            (
                log(transfer(), b.event(WRITE, "2026-09-01T00:00:00Z", b.REGISTRATION)),
                listed(b.assignment(createdOn="2026-10-02T00:00:00Z")),
            ),
            True,
        ),
        (
            (
                log(transfer(), b.event(WRITE, "2026-10-03T00:00:00Z", b.REGISTRATION)),
                listed(b.assignment(createdOn="2026-10-02T00:00:00Z")),
            ),
            False,
        ),
    ],
)
def test_a_transfer_counts_against_the_last_write(
    documents: tuple[Held, ...], *, changed: bool
) -> None:
    assert b.value(tenant_history(b.evidence(REGISTRATION, *documents))).changed is changed


def test_the_system_data_dates_the_last_write() -> None:
    body = b.registration() | {"systemData": {"lastModifiedAt": "2026-09-01T00:00:00.1234567Z"}}
    written = b.held("registration.json", body, b.REGISTRATION)

    found = b.value(tenant_history(b.evidence(written, log(transfer()))))

    assert found.changed is True
    assert "and the registration was last written on 2026-09-01" in found.why


@pytest.mark.parametrize(
    "documents",
    [
        (log(transfer()),),
        (log(transfer()), listed(b.assignment(createdOn="2026-09-01T00:00:00Z"))),
        (log(transfer()), listed(b.assignment(createdOn="2026-10-02T00:00:00Z"))),
        (log(transfer("2026-12-01T00:00:00Z")), listed(b.assignment(createdOn=None))),
        (log(transfer(status="Failed"), b.event(WRITE, "2026-09-01T00:00:00Z", b.REGISTRATION)),),
        (log(transfer(resource="/subscriptions/x") | {"subscriptionId": "x"}),),
        (log(transfer(at="soon")),),
        (log(),),
        (),
    ],
)
def test_other_traces_prove_nothing(documents: tuple[Held, ...]) -> None:
    fact = tenant_history(b.evidence(REGISTRATION, *documents))

    assert b.reason(fact) in ("ambiguous", "not-collected")


@pytest.mark.parametrize(
    "logged",
    [
        b.powershell(transfer()),
        transfer() | {"operationName": TRANSFER.upper(), "status": None},
        {
            "OperationNameValue": TRANSFER,
            "StatusValue": "Succeeded",
            "SubscriptionId": b.SUB,
            "EventTimestamp": "/Date(1790812800000)/",
        },
        b.powershell(transfer(), depth=0),
    ],
)
def test_a_transfer_is_seen_in_every_shape(logged: Any) -> None:
    write = b.event(WRITE, "2026-09-01T00:00:00Z", b.REGISTRATION)

    evidence = b.evidence(REGISTRATION, log(logged, write))
    assert b.value(tenant_history(evidence)).changed is True


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({"roleDefinitionId": "/x/roleDefinitions/6F12A6DF-dd06-4f3e-bcb1-ce8be600526a"}, True),
        ({"roleDefinitionId": "/x/y", "roleDefinitionName": "registration reader"}, True),
        ({"roleDefinitionId": "/x/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"}, False),
        ({"roleDefinitionId": "/x/y", "roleDefinitionName": "Reader"}, False),
        ({"roleDefinitionId": None}, False),
    ],
)
def test_only_the_role_of_a_registration_counts(told: Any, *, counts: bool) -> None:
    evidence = b.evidence(REGISTRATION, listed(b.assignment(**told)))

    if counts:
        assert b.value(role_held(evidence)) is True
        assert b.value(tenant_history(evidence)).changed is False
    else:
        assert b.reason(role_held(evidence)) == "ambiguous"
        assert b.reason(tenant_history(evidence)) == "ambiguous"


def test_an_undated_role_is_said_to_be_undated() -> None:
    evidence = b.evidence(REGISTRATION, listed(b.assignment(createdOn=None)))

    assert b.value(tenant_history(evidence)).why.endswith("(undated)")


def test_of_two_listings_of_one_time_the_first_shows_that_there_is_no_more() -> None:
    target = ResourceId.parse(b.REGISTRATION)
    assert target is not None
    first, second, old = listed(), listed(b.assignment()), listed(b.assignment(), at="2026-01-01")
    evidence = b.evidence(REGISTRATION, first, second, old)
    found, whole = assignments_above(evidence, b.PRINCIPAL, target)

    assert whole is evidence.of("role-assignments")[0]
    assert len(found) == 1


def test_without_a_registration_no_role_is_looked_for() -> None:
    assert b.reason(role_held(b.evidence(listed()))) == "not-collected"
