"""The law of the session: what one step signs in to or sets is there where a later step runs."""

import re

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import CONNECTIONS, FilledStep, fill
from stampcheck.model import Runbook

RUNBOOKS = load().runbooks
SIGNS_IN = re.compile(r"(?m)^(?:Connect|Add)-Az")
ONLINE = re.compile(
    r"(?:Set-AzsRegistration|Remove-AzsRegistration|Register-AzsEnvironment|Get-AzsActivationKey"
    r"|(?:Get|New|Remove|Set|Move|Select|Register)-Az(?:Resource|Subscription|Role))"
)
VARIABLE = re.compile(r"\$[A-Z]\w+")
BY_ANOTHER_TENANT = ["re-register", "change-billing-model"]


def filled(runbook: Runbook, connection: str, model: str) -> tuple[FilledStep, ...]:
    """The steps of one variant that have PowerShell."""
    steps = fill(runbook, {"billing_model": model}, connection=connection).steps
    return tuple(step for step in steps if step.powershell)


@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("model", ["'Capacity'", "'Custom'"])
@pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda one: one.id)
def test_azure_is_used_where_it_was_signed_in_to(
    runbook: Runbook, connection: str, model: str
) -> None:
    signed_in = ""
    for step in filled(runbook, connection, model):
        if SIGNS_IN.search(step.powershell):
            signed_in = step.where
        elif ONLINE.search(step.powershell):
            assert step.where == signed_in, step.powershell


@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("model", ["'Capacity'", "'Custom'"])
@pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda one: one.id)
def test_a_variable_is_used_where_it_was_set(runbook: Runbook, connection: str, model: str) -> None:
    set_at: dict[str, str] = {}
    for step in filled(runbook, connection, model):
        for line in step.powershell.splitlines():
            left, equals, right = line.partition(" = ")
            for used in VARIABLE.findall(right if equals else line):
                assert set_at.get(used, step.where) == step.where, line
            set_at |= {left: step.where} if equals else {}


@pytest.mark.parametrize("name", BY_ANOTHER_TENANT)
def test_a_subscription_that_changed_its_directory_is_signed_in_to_by_tenant(name: str) -> None:
    signing = [step for step in RUNBOOKS[name].steps if SIGNS_IN.search(step.powershell)]
    assert {step.connection for step in signing} == set(CONNECTIONS)
    assert all("-Tenant" in step.powershell for step in signing)
