"""The script about the operator's machine, by its syntax tree only.

No PowerShell is to be had from the package registries, so this script is **not run** here: the
tests prove that it parses, what it can call, and that a file of the form that it writes is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
import tree_sitter
import tree_sitter_powershell

from stampcheck.collect.reader import read
from stampcheck.scripts.operator import FILE_NAME, render_operator

SCRIPT: Final = render_operator()
CODE: Final = SCRIPT.partition("#>")[2]
PARSER: Final = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
CALLED: Final = frozenset(
    (
        "ConvertTo-Json",
        "ForEach-Object",
        "Get-AzContext",
        "Get-AzRoleAssignment",
        "Get-AzRoleDefinition",
        "Get-AzureRmContext",
        "Get-AzureRmRoleAssignment",
        "Get-AzureRmRoleDefinition",
        "Get-ChildItem",
        "Get-Command",
        "Get-Content",
        "Get-Date",
        "Get-FileHash",
        "Get-Module",
        "Out-File",
        "Select-Object",
        "Test-Connection",
        "Test-NetConnection",
        "Where-Object",
    )
)
NOT_IN_CONSTRAINED_LANGUAGE: Final = (
    "invokation_expression",
    "invokation_foreach_expression",
    "command_invokation_operator",
    "class_statement",
    "enum_statement",
)
NOW: Final = datetime(2030, 1, 1, tzinfo=UTC)


def nodes() -> Iterator[tree_sitter.Node]:
    waiting = [PARSER.parse(SCRIPT.encode()).root_node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def words(kind: str) -> set[str]:
    return {(node.text or b"").decode() for node in nodes() if node.type == kind}


def test_the_script_parses_without_an_error() -> None:
    assert [node.start_point for node in nodes() if node.is_error or node.is_missing] == []


def test_the_script_calls_what_reads_and_one_cmdlet_that_writes_a_new_file() -> None:
    called = words("command_name") - words("function_name")

    assert called == CALLED
    assert CODE.count("Out-File") == 1
    assert re.search(r"Out-File .*-NoClobber", CODE)
    assert all(name.startswith("Get-") for name in words("function_name"))


def test_the_script_runs_in_constrained_language_for_it_calls_no_method_and_no_type() -> None:
    assert not [node.type for node in nodes() if node.type in NOT_IN_CONSTRAINED_LANGUAGE]
    assert not re.search(r"::|New-Object|Add-Type|\.\w+\(|Invoke-Expression", CODE)
    types = {text.strip("[]").lower() for text in words("type_literal")}
    assert types <= {"string", "string[", "int", "switch", "hashtable"}


def test_a_method_call_would_be_seen() -> None:
    """The check above bites: in another script the same parser shows calls of methods."""
    tree = PARSER.parse(b"$a = (Get-Date).ToUniversalTime(); [IO.File]::Delete('x')").root_node
    waiting, types = [tree], set()
    while waiting:
        node = waiting.pop()
        types.add(node.type)
        waiting.extend(node.children)

    assert types & set(NOT_IN_CONSTRAINED_LANGUAGE)


def test_the_script_is_for_windows_powershell_5_1() -> None:
    assert SCRIPT.isascii()
    assert SCRIPT.startswith("#Requires -Version 5.1\n")
    assert not re.search(r"\?\?|\?\.|-Parallel\b|&&|\|\||-AsHashtable|-AsArray|-AsUTC", CODE)
    assert FILE_NAME.endswith(".ps1")


def test_no_token_or_password_is_ever_looked_at() -> None:
    said = "\n".join(line for line in CODE.splitlines() if not line.startswith("#"))

    assert not re.search(r"(?i)token|password|credential|secret|ExtendedProperties", said)


@pytest.fixture
def written() -> dict[str, Any]:
    """What the script writes, by hand, with the names that stand in the script."""
    return {
        "stampcheck": 1,
        "kind": "operator",
        "request": "PowerShell of the operator",
        "status": 0,
        "collected_at": "2026-11-22T10:04:05+01:00",
        "body": {
            "language_mode": "ConstrainedLanguage",
            "powershell_version": "5.1.17763.6414",
            "powershell_edition": "Desktop",
            "modules": [{"name": "Az.Accounts", "version": "2.2.8", "prerelease": ""}],
            "loaded_modules": [],
            "tools": {
                "found": True,
                "path": "C:\\AzureStack-Tools-az\\Registration\\RegisterWithAzure.psm1",
                "branch": "az",
                "sha256": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
            },
            "sign_ins": [
                {
                    "modules": "Az",
                    "account": "operator@contoso.example",
                    "account_kind": "User",
                    "subscription": "0b2a1c3d-1111-4000-8000-000000000001",
                    "tenant": "72f988bf-0000-4000-8000-000000000001",
                    "environment": "AzureCloud",
                    "resource_manager": "https://management.azure.com/",
                }
            ],
            "roles_asked": True,
            "roles": [
                {
                    "role": "Owner",
                    "scope": "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001",
                    "actions": ["*"],
                    "not_actions": [],
                }
            ],
            "privileged_endpoints": [
                {"endpoint": "10.0.0.4", "port": 5985, "reachable": True, "problem": ""}
            ],
        },
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_the_script_writes_is_an_operator_document(
    written: dict[str, Any], encoding: str
) -> None:
    """Windows PowerShell marks UTF-8 at its start; nothing in it is taken for a secret."""
    text = json.dumps(written, indent=4).replace("\n", "\r\n")

    document = read("operator.json", text.encode(encoding), NOW)

    assert (document.kind, document.reason, document.detail) == ("operator", None, "")
    assert document.collected_at == "2026-11-22T09:04:05Z"
    assert document.content() == written["body"]


def test_every_name_of_that_document_stands_in_the_script(written: dict[str, Any]) -> None:
    waiting: list[Any] = [written]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                assert re.search(rf"\b{name} = ", CODE), name
                waiting.append(inner)
        elif isinstance(value, list):
            waiting.extend(value)


def test_a_machine_without_modules_or_sign_in_is_an_operator_document_too(
    written: dict[str, Any],
) -> None:
    written["body"] |= {"modules": [], "sign_ins": [], "tools": {"found": False}, "roles": []}

    document = read("stamp/operator.json", json.dumps(written).encode(), NOW)

    assert (document.kind, document.reason) == ("operator", None)
