"""The operator document as its script writes it, for the tests of its readers."""

from __future__ import annotations

from typing import Any

from stampcheck.parse.evidence import Held
from tests.scanner.parse import builders as b

OWNER = {
    "role": "Owner",
    "scope": b.SUBSCRIPTION,
    "actions": ["*"],
    "not_actions": [],
}
CONTRIBUTOR = OWNER | {
    "role": "Contributor",
    "not_actions": [
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
    ],
}


def module(name: str, version: str = "1.0.0") -> dict[str, Any]:
    return {"name": name, "version": version, "prerelease": ""}


def sign_in(**fields: Any) -> dict[str, Any]:
    return {
        "modules": "Az",
        "account": "operator@contoso.com",
        "account_kind": "User",
        "subscription": b.SUB,
        "tenant": b.TENANT,
        "environment": "AzureCloud",
        "resource_manager": "https://management.azure.com/",
    } | fields


def operator_body(**fields: Any) -> dict[str, Any]:
    return {
        "language_mode": "FullLanguage",
        "powershell_version": "5.1.19041.1",
        "powershell_edition": "Desktop",
        "modules": [module("Az.Accounts", "2.2.8"), module("AzureStack", "2.4.0")],
        "loaded_modules": [module("Az.Accounts", "2.2.8")],
        "tools": {
            "found": True,
            "path": "C:\\AzureStack-Tools-az\\x",
            "branch": "az",
            "sha256": "",
        },
        "sign_ins": [sign_in()],
        "roles_asked": True,
        "roles": [OWNER],
        "privileged_endpoints": [],
    } | fields


def operator(*, at: str = b.AT, **fields: Any) -> Held:
    request = "PowerShell of the operator"
    return b.held("operator.json", operator_body(**fields), request, at=at, kind="operator")
