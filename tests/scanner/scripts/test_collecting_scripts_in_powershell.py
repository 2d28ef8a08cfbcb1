"""The PowerShell scripts, by their syntax tree only.

No PowerShell is to be had from the package registries, so these scripts are **not run** here: the
tests prove that they parse and which cmdlets and methods they can reach, not that a stamp or Azure
answers them. The bash scripts, which do the same in the same order, are run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
import tree_sitter
import tree_sitter_powershell

from stampcheck.evidence import RECIPES, command
from stampcheck.scripts.render import ScriptShell, ScriptSide, file_name, render

PARSER: Final = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
LOCAL: Final = frozenset(
    (
        "ConvertFrom-Json",
        "ConvertTo-Json",
        "Format-Table",
        "Get-Content",
        "Get-Credential",
        "Get-Date",
        "Get-Module",
        "Out-File",
        "Select-Object",
        "Where-Object",
        "Write-Host",
        "Write-Verbose",
    )
)
SESSION: Final = frozenset(
    (
        "Get-AzureStackStampInformation",
        "Invoke-Command",
        "New-PSSession",
        "New-PSSessionOption",
        "Remove-PSSession",
    )
)
REMOTE: Final[dict[str, frozenset[str]]] = {
    "az": frozenset(("Get-AzContext", "Invoke-AzRestMethod")),
    "azurerm": frozenset(("Get-AzureRmContext", "Invoke-WebRequest")),
}
CASES: Final[list[tuple[ScriptSide, ScriptShell]]] = [
    ("azure", "az"),
    ("azure", "azurerm"),
    ("stamp", "az"),
    ("stamp", "azurerm"),
]
NOT_IN_5_1: Final = re.compile(
    r"\?\?|\?\.|-Parallel\b|&&|\|\||-SkipHttpErrorCheck|-AsHashtable|-AsArray"
)


def nodes(text: str) -> Iterator[tree_sitter.Node]:
    """Every node of the syntax tree."""
    waiting = [PARSER.parse(text.encode()).root_node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def words(text: str, kind: str) -> set[str]:
    """The texts of the nodes of a kind."""
    return {(node.text or b"").decode() for node in nodes(text) if node.type == kind}


@pytest.mark.parametrize(("side", "shell"), CASES)
def test_a_script_parses_without_an_error(side: ScriptSide, shell: ScriptShell) -> None:
    """Neither an error nor a missing token."""
    wrong = [node for node in nodes(render(side, shell)) if node.is_error or node.is_missing]
    assert [(node.start_point, node.text) for node in wrong] == []


@pytest.mark.parametrize(("side", "shell"), CASES)
def test_a_script_calls_reading_cmdlets_only(side: ScriptSide, shell: ScriptShell) -> None:
    """Its own functions, what stays on this machine, one cmdlet that reads; nothing by variable."""
    text = render(side, shell)
    called = words(text, "command_name") - words(text, "function_name")
    session = SESSION if side == "stamp" else frozenset()
    assert called <= LOCAL | REMOTE[shell] | session
    assert REMOTE[shell] <= called
    assert not words(text, "command_invokation_operator")


@pytest.mark.parametrize(("side", "shell"), CASES)
def test_every_request_is_a_get(side: ScriptSide, shell: ScriptShell) -> None:
    """Each call that reaches a host names its method, and there is one such call."""
    text = render(side, shell)
    calls = [line for line in text.splitlines() if re.search(r"= Invoke-(AzRest|Web)", line)]
    assert len(calls) == 1
    assert re.search(r" -Method Get ", calls[0], re.IGNORECASE)
    assert not re.search(r"-(Payload|Body)\b|WebClient|HttpClient|WebRequest\]", text)


@pytest.mark.parametrize(("side", "shell"), CASES)
def test_a_script_is_for_windows_powershell_5_1(side: ScriptSide, shell: ScriptShell) -> None:
    """ASCII, since 5.1 takes a file without a mark for ANSI; none of the newer operators."""
    text = render(side, shell)
    assert text.isascii()
    assert text.startswith("#Requires -Version 5.1\n")
    assert not NOT_IN_5_1.search(text)
    assert "ConvertTo-Json -" not in text


@pytest.mark.parametrize("side", ["azure", "stamp"])
def test_the_token_is_never_written_or_shown(side: ScriptSide) -> None:
    """It goes from the sign-in into the header, and nowhere else."""
    lines = [line.strip() for line in render(side, "azurerm").splitlines() if "Bearer" in line]
    assert [line.split("(")[0].split("$")[0] for line in lines] == [
        "function Get-Bearer {",
        "return 'Bearer ' + ",
        "",
    ]
    assert lines[2].startswith("$headers = @{ Authorization = (Get-Bearer)")
    assert "Bearer" not in render(side, "az")


@pytest.mark.parametrize("shell", ["az", "azurerm"])
def test_the_session_of_the_privileged_endpoint_is_always_removed(shell: ScriptShell) -> None:
    """In a finally block; one cmdlet in it, and neither certificates nor hardware are kept."""
    text = render("stamp", shell)
    assert re.search(r"finally \{\s+if \(\$null -ne \$session\) \{ Remove-PSSession", text)
    assert re.findall(r"-ScriptBlock \{ ([^}]+) \}", text) == ["Get-AzureStackStampInformation"]
    assert not re.search(r"Certificate|Serial|HardwareInfo|ERCSVM", text.partition("#>")[2])


@pytest.mark.parametrize("kind", sorted(RECIPES.keys() - {"attestation"}))
@pytest.mark.parametrize("shell", ["az", "azurerm"])
def test_a_command_parses_and_only_reads(kind: str, shell: ScriptShell) -> None:
    """With nothing known, and with a name that has quotation marks."""
    for values in ({}, {"registration_name": "it's", "region": "a'b", "token_file": "c:\\d 'e'"}):
        text = command(kind, values, shell=shell)
        assert not [node for node in nodes(text) if node.is_error or node.is_missing], text
        for name in words(text, "command_name") - LOCAL - SESSION - REMOTE[shell]:
            assert name.startswith(("Get-AzureRm", "Get-Azs"))


@pytest.mark.parametrize("side", ["azure", "stamp"])
@pytest.mark.parametrize("shell", ["az", "azurerm", "cli"])
def test_a_script_asks_for_every_kind_of_its_side(side: ScriptSide, shell: ScriptShell) -> None:
    """By the paths of the table, with nothing left to fill in. Records of usage are asked for live
    only: a person would carry a thousand of them for one that is needed.
    """
    text = render(side, shell)
    for recipe in RECIPES.values():
        if recipe.side == side and recipe.kind != "usage-records":
            tail = recipe.path.rpartition("}")[2].replace("$", "")
            assert tail in text.replace("`$", "").replace("\\$", "")
    assert "@@" not in text
    assert "{subscription_id}" not in text.replace("${subscription_id}", "")
    assert f"collect-{side}-{shell}" in file_name(side, shell)
