"""A placeholder in PowerShell brings its own quotes, and may stand only where they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import tree_sitter_powershell
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from stampcheck.causes.catalogue import read
from stampcheck.causes.quoting import faults
from stampcheck.causes.runbook import fill, quote
from stampcheck.errors import RunError
from stampcheck.model import Runbook, Step

PARSER = Parser(Language(tree_sitter_powershell.language()))
NAME = "{{registration_name}}"
VALUE = "x; Get-Secret; $(Get-Secret) 'y' \u2019z"
RUNBOOK = """
id = "a-runbook"
title = "A runbook"
source = "here"
reviewed = "2026-11-22"

[[steps]]
what = "Look."
powershell = '''
%s
'''
"""


def write(folder: Path, powershell: str) -> Path:
    for name in ("causes", "runbooks"):
        (folder / name).mkdir()
    (folder / "runbooks" / "a-runbook.toml").write_text(RUNBOOK % powershell, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("powershell", "words"),
    [
        (f"Get-AzResource -Name '{NAME}'", "stands between quotes"),
        (f"Get-AzResource -Name '' -Id 'a {NAME} b", "stands between quotes"),
        (f"Get-AzResource -Name 'it''s {NAME}'", "stands between quotes"),
        (f'Get-AzResource -Name "{NAME}"', "stands between quotes"),
        (f'Get-AzResource -Name "a `" {NAME}"', "stands between quotes"),
        (f"Get-AzResource -Name \u2018{NAME}\u2019", "stands between quotes"),
        (f"Get-AzResource -Name \u201c{NAME}\u201d", "stands between quotes"),
        (f'$text = @"\n{NAME}\n"@', "stands between quotes"),
        (f'Write-Host "$(Get-It {NAME})"', "use a variable of its own"),
        (f"icacls --% {NAME}", "use a variable of its own"),
        (f"# don't {NAME}", "stands in a comment"),
        (f"<# {NAME} #>", "stands in a comment"),
        (f"Get-It a#'b {NAME}'", "stands between quotes"),
        (f"Get-It `'{NAME}", "touches another word"),
        (f"Get-It `{NAME}", "touches another word"),
        (f"Get-It a{NAME}", "touches another word"),
        (f"Get-It {NAME}a", "touches another word"),
        (f"Get-It {NAME}'a'", "touches another word"),
        (f"Get-It {NAME}{NAME}", "touches another word"),
        (f"Get-It $x.{NAME}", "touches another word"),
        (f"&{NAME}", "touches another word"),
    ],
)
def test_a_placeholder_that_its_quotes_do_not_hold_is_refused_with_file_and_step(
    tmp_path: Path, powershell: str, words: str
) -> None:
    with pytest.raises(RunError, match=rf"runbooks/a-runbook\.toml: steps\[0\].*({words})"):
        read(write(tmp_path, powershell))


@pytest.mark.parametrize(
    "powershell",
    [
        f"Get-It -Name {NAME} -Where 'here'",
        f"$x = {NAME}",
        f"Get-It '`' {NAME}",
        f"$x={NAME}; Get-It ($x, {NAME})",
        f"Get-It 'it''s' {NAME}",
        f'Get-It "a `" b" {NAME} # don\'t',
        f"Get-It `\n  -Name {NAME}",
        f"if ($x -eq {NAME}) {{ $y = @{{ Name = {NAME} }} }}",
        f"$x = @'\nit's {{not}} this\n'@\nGet-It {NAME}",
    ],
)
def test_a_placeholder_by_itself_is_taken(powershell: str) -> None:
    assert not list(faults(powershell))


def nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in nodes(child))]


@given(
    st.lists(
        st.sampled_from(
            [
                NAME,
                "'",
                '"',
                "`",
                "#",
                " ",
                "\n",
                "@'\n",
                "\n'@",
                "Get-It",
                "(",
                ")",
                "-a",
                "''",
                "<#",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_what_is_taken_holds_the_value_as_one_string_however_it_is_written(text: str) -> None:
    powershell = f"Get-It {text} {NAME}"
    if list(faults(powershell)):
        return
    step = Step(what="Look.", powershell=powershell)
    value = quote(VALUE) or ""
    runbook = Runbook("a", "A", "here", "2026-11-22", (step,))
    filled = fill(runbook, {"registration_name": value}).steps[0].powershell
    tree = PARSER.parse(filled.encode())
    if tree.root_node.has_error:
        return
    texts = [(node.text or b"").decode() for node in nodes(tree.root_node)]

    assert value in texts
    assert not any(one.strip() in ("Get-Secret", "Get-Secret;") for one in texts)
