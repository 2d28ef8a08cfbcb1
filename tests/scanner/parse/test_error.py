"""What a refusal says, and what it proves."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.parse.error import arm_error, reason_of, right_tenant, text_error
from tests.scanner.parse.builders import REGISTRATION, TENANT, error, registration

DENIED = (
    "The client 'x' with object id 'y' does not have authorization to perform action "
    f"'Microsoft.Authorization/locks/read' over scope '{REGISTRATION}' or the scope is invalid."
)
GONE = (
    "The Resource 'Microsoft.AzureStack/registrations/hub' under resource group 'g' was not found."
)
WRONG_ISSUER = (
    "The access token is from the wrong issuer 'https://sts.windows.net/aaaabbbb-0000-4000-8000-"
    f"0000000007e1/'. It must match the tenant 'https://sts.windows.net/{TENANT}/' associated."
)


@pytest.mark.parametrize(
    "body",
    [
        error("AuthorizationFailed", DENIED),
        {"Error": {"Code": "AuthorizationFailed", "Message": DENIED}},
        {"code": "AuthorizationFailed", "message": DENIED},
    ],
)
def test_an_error_is_read_in_any_spelling(body: Any) -> None:
    found = arm_error(body)

    assert found is not None
    assert (found.code, found.asked, found.kind) == ("AuthorizationFailed", "locks", "locks")
    assert found.scope == REGISTRATION
    assert not found.proves_absence


def test_a_depth_string_is_an_error_too() -> None:
    found = arm_error({"error": "@{code=ResourceNotFound; message=gone}"})

    assert found is not None
    assert found.proves_absence


def test_a_404_says_what_it_speaks_of_but_not_what_was_asked() -> None:
    found = arm_error(error("ResourceNotFound", GONE))

    assert found is not None
    assert (found.asked, found.kind, found.scope) == ("", "registration", "")


def test_a_target_is_a_scope() -> None:
    told = {"error": {"code": "ResourceNotFound", "message": "x", "target": REGISTRATION}}
    found = arm_error(told)

    assert found is not None
    assert (found.scope, found.kind) == (REGISTRATION, "registration")


@pytest.mark.parametrize(
    "body",
    [
        registration(),
        {},
        [],
        "error",
        None,
        {"error": None},
        {"error": {"code": 403}},
        {"error": {"code": None, "message": "x"}},
        {"error": "words"},
        {"code": "x"},
    ],
)
def test_what_has_no_code_is_no_error(body: Any) -> None:
    assert arm_error(body) is None


def test_a_refused_sign_in_is_an_error() -> None:
    told = {"error": "invalid_grant", "error_description": "AADSTS700082: expired"}
    found = arm_error(told)

    assert found is not None
    assert reason_of(0, found.code) == "access-denied"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ERROR: (AuthorizationFailed) The client ...", "AuthorizationFailed"),
        ('ERROR: Not Found({"error":{"code":"ResourceNotFound"}})', "ResourceNotFound"),
        ("Get-AzResource : ResourceNotFound : The Resource", "ResourceNotFound"),
        ("ERROR: AADSTS700082: The refresh token has expired", "AADSTS700082"),
        ("ERROR: Please run 'az login' to setup account.", "AuthenticationFailed"),
        ("Run Connect-AzAccount to login.", "AuthenticationFailed"),
    ],
)
def test_what_a_command_line_tool_prints_is_an_error(text: str, code: str) -> None:
    found = text_error(text)

    assert found is not None
    assert found.code == code


def test_other_text_is_no_error() -> None:
    assert text_error("minutes of the meeting") is None


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (200, "", None),
        (204, "", None),
        (200, "ResourceNotFound", "ambiguous"),
        (200, "AuthorizationFailed", "access-denied"),
        (404, "ResourceNotFound", None),
        (0, "ResourceGroupNotFound", None),
        (403, "ResourceNotFound", "access-denied"),
        (404, "SubscriptionNotFound", "access-denied"),
        (401, "", "access-denied"),
        (0, "AADSTS50055", "access-denied"),
        (400, "InvalidApiVersionParameter", "unsupported-version"),
        (400, "Other", "malformed"),
        (429, "", "unreachable"),
        (500, "x", "unreachable"),
        (0, "NoAnswer", "unreachable"),
        (302, "", "unreachable"),
    ],
)
def test_only_a_success_and_a_proof_of_absence_are_evidence(
    status: int, code: str, reason: str | None
) -> None:
    assert reason_of(status, code) == reason


@pytest.mark.parametrize(
    ("text", "tenant"),
    [
        (f'Bearer authorization_uri="https://login.windows.net/{TENANT}", error="x"', TENANT),
        (WRONG_ISSUER, TENANT),
        (f"some {TENANT}", ""),
        ("", ""),
    ],
)
def test_a_refused_sign_in_names_the_right_tenant(text: str, tenant: str) -> None:
    assert right_tenant(text) == tenant
