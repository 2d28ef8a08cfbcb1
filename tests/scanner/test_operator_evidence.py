"""From the operator's document to the findings: the script's file in a stamp's folder decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stampcheck.record import ScanRecord
from tests.scanner.conftest import Command, Ran
from tests.scanner.parse import builders as b
from tests.scanner.parse.operator_builders import CONTRIBUTOR, module, operator_body

RULES = ("AZS-AC-001", "AZS-AC-002", "AZS-AC-003")


def outcomes(ran: Ran) -> dict[str, str]:
    record = ScanRecord(Path(ran.out.splitlines()[-1]))
    return {one.rule: one.outcome.value for one in record.findings() if one.rule in RULES}


def scanned(stampcheck: Command, folder: Path, activation: Any, **told: Any) -> dict[str, str]:
    files = {
        "registration.json": (b.registration(), b.REGISTRATION),
        "subscription.json": (b.subscription(), b.SUBSCRIPTION),
        "activation.json": (activation, b.ACTIVATION),
        "information.json": (b.information(), "Get-AzureStackStampInformation"),
    }
    wrapped = {name: b.envelope(body, asked) for name, (body, asked) in files.items()}
    if told:
        body = operator_body(**told)
        wrapped["operator.json"] = b.envelope(body, "PowerShell of the operator", kind="operator")
    own = folder / "evidence" / "ams-01"
    own.mkdir(parents=True)
    for name, content in wrapped.items():
        (own / name).write_text(json.dumps(content), encoding="utf-8")
    return outcomes(stampcheck("scan", "--from-files", own.parent, "-q"))


EXPIRED = b.activation(expiration="2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"language_mode": "FullLanguage"}, ("pass", "pass", "undetermined")),
        ({"language_mode": "ConstrainedLanguage"}, ("fail", "pass", "undetermined")),
        ({"roles": [CONTRIBUTOR]}, ("pass", "fail", "undetermined")),
        ({"roles_asked": False}, ("pass", "undetermined", "undetermined")),
        ({"loaded_modules": [module("AzureRM.Profile")]}, ("pass", "pass", "fail")),
        ({}, ("undetermined", "undetermined", "undetermined")),
    ],
)
def test_where_a_registration_is_due_the_operators_machine_is_judged(
    stampcheck: Command, tmp_path: Path, told: dict[str, Any], expected: tuple[str, ...]
) -> None:
    found = scanned(stampcheck, tmp_path, EXPIRED, **told)

    assert found == dict(zip(RULES, expected, strict=True))


def test_where_none_is_due_nobody_asks(stampcheck: Command, tmp_path: Path) -> None:
    found = scanned(stampcheck, tmp_path, b.activation(), language_mode="NoLanguage")

    assert found == dict.fromkeys(RULES, "not-applicable")
