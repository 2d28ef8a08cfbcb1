"""What the registering account may do: by the actions of its roles, in the right subscription."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Known, Missing
from stampcheck.parse.account import AGAIN, REGISTER, account_permissions
from stampcheck.parse.evidence import Held
from stampcheck.values import AccountPermissions
from tests.scanner.parse import builders as b
from tests.scanner.parse.operator_builders import CONTRIBUTOR, OWNER, operator, sign_in

AZURE = (
    b.held("registration.json", b.registration(), b.REGISTRATION),
    b.held("subscription.json", b.subscription(), b.SUBSCRIPTION),
)
STACK = "Microsoft.AzureStack/registrations/*"
AUTHORIZATION = "Microsoft.Authorization"
CUSTOM = OWNER | {
    "role": "Registration",
    "actions": [
        STACK,
        "Microsoft.AzureStack/register/action",
        f"{AUTHORIZATION}/roleAssignments/write",
        f"{AUTHORIZATION}/locks/read",
        f"{AUTHORIZATION}/locks/write",
    ],
}
BROKEN = {"problem": "Insufficient privileges to complete the operation."}


def account(*documents: Held, **fields: Any) -> Known[AccountPermissions] | Missing:
    return account_permissions(b.evidence(*(documents or AZURE), operator(**fields)))


def lacks(*roles: Any) -> tuple[str, ...]:
    found = b.value(account(roles=list(roles)))
    return (*found.lacking, *found.lacking_again)


def test_an_owner_lacks_nothing() -> None:
    found = b.value(account())

    assert (found.account, found.subscription) == ("operator@contoso.com", b.SUB)
    assert lacks(OWNER) == ()


def test_a_contributor_may_not_give_roles_or_set_locks() -> None:
    assert lacks(CONTRIBUTOR) == (*REGISTER[1:], *AGAIN)


def test_the_documented_custom_role_cannot_register_again() -> None:
    found = b.value(account(roles=[CUSTOM]))

    assert (found.lacking, found.lacking_again) == ((), AGAIN)


def test_several_roles_add_up_whatever_they_are_called() -> None:
    access = OWNER | {"role": "x", "actions": ["*/read", f"{AUTHORIZATION}/*"]}

    assert lacks(CONTRIBUTOR, access) == ()
    assert lacks() == (*REGISTER, *AGAIN)


@pytest.mark.parametrize(
    ("scope", "counts"),
    [
        ("/", True),
        ("/providers/Microsoft.Management/managementGroups/contoso", True),
        (b.SUBSCRIPTION.upper() + "/", True),
        (b.GROUP, True),
        (b.REGISTRATION.upper(), True),
        (b.OTHER, False),
        (f"{b.REGISTRATION}x", False),
        (b.SUBSCRIPTION.replace("1111", "2222"), False),
        ("/subscriptions", False),
    ],
)
def test_a_role_counts_at_the_registration_or_above(scope: str, *, counts: bool) -> None:
    assert (lacks(OWNER | {"scope": scope}) == ()) is counts


def test_roles_that_nobody_asked_for_are_not_collected_and_it_is_said_how_to_ask() -> None:
    found = account(roles_asked=False, roles=[])

    assert b.reason(found) == "not-collected"
    assert "-WithRoles" in str(found)


@pytest.mark.parametrize(
    "unread",
    [
        BROKEN,
        OWNER | {"actions": []},
        OWNER | {"actions": None},
        OWNER | {"not_actions": "System.Object[]"},
        {key: told for key, told in OWNER.items() if key != "not_actions"},
        OWNER | {"actions": ["System.Object[]"]},
        OWNER | {"scope": ""},
        OWNER | {"scope": None},
        "words",
        None,
    ],
)
def test_a_role_that_cannot_be_read_leaves_open_what_the_others_do_not_allow(unread: Any) -> None:
    assert b.reason(account(roles=[CONTRIBUTOR, unread])) == "ambiguous"
    assert lacks(OWNER, unread) == ()


def test_exceptions_that_are_null_are_none() -> None:
    assert lacks(OWNER | {"not_actions": None}) == ()
    assert b.reason(account(roles=[OWNER | {"actions": None, "not_actions": None}])) == "ambiguous"


def test_the_groups_of_a_service_principal_are_not_known() -> None:
    machine = [sign_in(account_kind="ServicePrincipal")]

    assert b.reason(account(sign_ins=machine, roles=[CONTRIBUTOR])) == "ambiguous"
    assert b.value(account(sign_ins=machine)).lacking == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subscription": b.DPS}, "select that one"),
        ({"tenant": b.GUEST_TENANT}, "sign in to that one"),
    ],
)
def test_a_sign_in_to_another_subscription_or_tenant_says_nothing(
    fields: dict[str, Any], words: str
) -> None:
    found = account(sign_ins=[sign_in(**fields)])

    assert b.reason(found) == "ambiguous"
    assert words in str(found)


CHINA = {
    "environment": "AzureChinaCloud",
    "resource_manager": "https://management.chinacloudapi.cn/",
}


@pytest.mark.parametrize(
    "fields",
    [
        CHINA,
        {"environment": "AzureChinaCloud"},
        {"resource_manager": "https://management.chinacloudapi.cn/"},
        {"resource_manager": "https://management.contoso.com"},
        {"environment": "AzureStackAdmin", "resource_manager": None},
    ],
)
def test_a_sign_in_to_another_cloud_says_nothing(fields: dict[str, Any]) -> None:
    asked = f"https://management.azure.com{b.REGISTRATION}"
    registration = b.held("registration.json", b.registration(), asked)

    found = account(registration, AZURE[1], sign_ins=[sign_in(**fields)])
    assert b.reason(found) == "ambiguous"
    assert "AzureCloud" in str(found)


def test_a_sign_in_whose_words_for_its_cloud_contradict_each_other_says_nothing() -> None:
    told = sign_in(resource_manager="https://management.chinacloudapi.cn/")

    assert b.reason(account(sign_ins=[told])) == "ambiguous"
    untold = sign_in(environment=None, resource_manager="")
    assert b.value(account(sign_ins=[untold])).lacking == ()


@pytest.mark.parametrize(
    "other",
    [
        {"subscription": b.DPS},
        {"tenant": b.GUEST_TENANT},
        {"account": "another@contoso.com"},
        CHINA,
        {"subscription": "words"},
    ],
)
def test_of_several_sign_ins_that_differ_none_is_known_to_be_used(other: dict[str, Any]) -> None:
    both = [sign_in(), sign_in(modules="AzureRM", **other)]

    assert b.reason(account(sign_ins=both)) in ("ambiguous", "malformed")
    assert b.reason(account(sign_ins=both[::-1])) in ("ambiguous", "malformed")


def test_several_sign_ins_that_agree_are_one() -> None:
    same = sign_in(modules="AzureRM", account="Operator@contoso.com")

    assert b.value(account(sign_ins=[sign_in(), same])).lacking == ()
    broken = {"modules": "AzureRM", "problem": "words"}
    assert b.value(account(sign_ins=[sign_in(), broken])).lacking == ()


def test_without_the_tenant_of_the_subscription_its_id_is_enough() -> None:
    assert b.value(account(AZURE[0])).lacking == ()


def test_a_stamp_that_never_was_registered_is_registered_where_its_operator_is_signed_in() -> None:
    provider = b.held(
        "s.json", b.listing(b.provider_subscription()), "https://adminmanagement.x/subscriptions"
    )
    gone = b.held("activation.json", b.error("ResourceNotFound"), b.ACTIVATION, status=404)

    assert b.value(account(provider, gone)).subscription == b.SUB
    assert b.reason(account(provider)) == "not-collected"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"sign_ins": []}, "not-collected"),
        ({"sign_ins": None}, "absent-in-answer"),
        ({"sign_ins": [{"modules": "Az", "problem": "words"}]}, "absent-in-answer"),
        ({"sign_ins": [sign_in(subscription="words")]}, "malformed"),
        ({"sign_ins": [5]}, "absent-in-answer"),
        ({"roles_asked": None}, "absent-in-answer"),
        ({"roles_asked": "perhaps"}, "malformed"),
        ({"roles": None}, "malformed"),
        ({"roles": [OWNER] * 2001}, "malformed"),
    ],
)
def test_what_cannot_be_read_is_a_reason(fields: dict[str, Any], reason: str) -> None:
    assert b.reason(account(**fields)) == reason


def test_a_list_of_one_that_powershell_unrolled_is_a_list() -> None:
    assert b.value(account(sign_ins=sign_in(), roles=OWNER)).lacking == ()


def test_the_first_thing_that_could_not_be_read_is_told() -> None:
    nowhere = OWNER | {"scope": ""}
    first, second = (
        str(account(roles=[CONTRIBUTOR, *pair])) for pair in ((BROKEN, nowhere), (nowhere, BROKEN))
    )

    assert first == str(account(roles=[CONTRIBUTOR, BROKEN]))
    assert second == str(account(roles=[CONTRIBUTOR, nowhere]))
    assert first != second
