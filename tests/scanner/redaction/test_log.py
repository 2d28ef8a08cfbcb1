"""Logs: what a line tells the kind of, and what was met once, wherever it stands again."""

from __future__ import annotations

import pytest

from stampcheck.redaction.log import learn_log, rewrite_log
from stampcheck.redaction.pseudonym import Pseudonyms
from stampcheck.redaction.rewriting import Rewriter

LOG = r"""**********************
Windows PowerShell transcript start
Username: CONTOSO\jan
RunAs User: CONTOSO\jan
Machine: PC0815 (Microsoft Windows NT 10.0.20348.0)
Host Application: C:\Windows\System32\powershell.exe -File C:\Users\jan\register.ps1
PS C:\Users\jan> Set-AzsRegistration -PrivilegedEndpoint 10.0.0.4 -RegistrationName hub-ams
VERBOSE: Resource group name: rg-hub, subscription id: 0b2a1c3d-1111-4000-8000-000000000001
VERBOSE: jan is signed in as jan.visser@contoso.example on PC0815; hub-ams is there in rg-hub
ERROR: agreement number = 1234567 of \\files01\share\x.txt, AgreementNumber : $null
"""
PLAIN = r"""**********************
Windows PowerShell transcript start
Username: DOMAIN-1\USER-1
RunAs User: DOMAIN-1\USER-1
Machine: HOST-1 (Microsoft Windows NT 10.0.20348.0)
Host Application: C:\Windows\System32\powershell.exe -File C:\Users\USER-1\register.ps1
PS C:\Users\USER-1> Set-AzsRegistration -PrivilegedEndpoint IP-1 -RegistrationName REG-1
VERBOSE: Resource group name: RG-1, subscription id: SUB-A
VERBOSE: USER-1 is signed in as USER-2 on HOST-1; REG-1 is there in RG-1
ERROR: agreement number = TEXT-1 of \\HOST-2\share\x.txt, AgreementNumber : $null
"""


@pytest.fixture
def rewriter() -> Rewriter:
    return Rewriter(Pseudonyms("0" * 32))


def test_a_log_keeps_its_words_and_loses_its_names(rewriter: Rewriter) -> None:
    learn_log(LOG.splitlines(), rewriter)
    rewriter.forget()
    lines = list(rewrite_log(LOG.splitlines(keepends=True), rewriter))

    assert "".join(lines) == PLAIN


def test_hostile_lines_take_linear_time(rewriter: Rewriter) -> None:
    lines = [sign * 20_000 for sign in ("user:", "\\", "-user ", "a\\", "C:\\Users\\")]
    learn_log(lines, rewriter)

    assert len(list(rewrite_log(lines, rewriter))) == 5
