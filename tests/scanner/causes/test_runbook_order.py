"""The laws of order: what a runbook removes, makes and looks at, and in which sequence."""

import re

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import fill

RUNBOOKS = load().runbooks
COMMAND = re.compile(r"(?<![\w'\\-])[A-Z][A-Za-z]+-[A-Z][A-Za-z]+")
DISCONNECTED_STEPS = (
    "Remove-AzsActivationResource",
    "Get-AzsRegistrationToken",
    "UnRegister-AzsEnvironment",
    "Register-AzsEnvironment",
    "Get-AzsActivationKey",
    "New-AzsActivationResource",
)


def order(runbook: str, connection: str, model: str = "Capacity") -> list[str]:
    """The commands of a runbook in their order."""
    filled = fill(RUNBOOKS[runbook], {"billing_model": f"'{model}'"}, connection=connection)
    return [name for step in filled.steps for name in COMMAND.findall(step.powershell)]


def test_an_expired_registration_is_deleted_before_a_new_one_is_made() -> None:
    connected = order("renew-after-expiry", "connected")
    assert connected.index("Remove-AzResourceLock") < connected.index("Remove-AzsRegistration")
    assert connected.index("Remove-AzsRegistration") < connected.index("Set-AzsRegistration")
    disconnected = order("renew-after-expiry", "disconnected")
    assert disconnected.index("Remove-AzResourceLock") < disconnected.index(
        "UnRegister-AzsEnvironment"
    )
    assert disconnected.index("UnRegister-AzsEnvironment") < disconnected.index(
        "Register-AzsEnvironment"
    )


@pytest.mark.parametrize(
    "runbook", ["renew-before-expiry", "re-register", "usage-reporting-off", "usage-reporting-on"]
)
def test_a_connected_stamp_is_registered_again_without_removal(runbook: str) -> None:
    names = order(runbook, "connected")
    assert "Select-AzSubscription" in names
    assert "Set-AzsRegistration" in names
    assert not any(name.startswith(("Remove-Azs", "UnRegister-")) for name in names)


@pytest.mark.parametrize("model", ["Capacity", "Custom"])
@pytest.mark.parametrize(
    "runbook",
    [
        "renew-before-expiry",
        "renew-after-expiry",
        "re-register",
        "remove-and-register-again",
        "change-subscription",
        "usage-reporting-off",
    ],
)
def test_a_disconnected_stamp_is_taken_down_and_registered_in_the_documented_order(
    runbook: str, model: str
) -> None:
    steps = [name for name in order(runbook, "disconnected", model) if name in DISCONNECTED_STEPS]
    assert steps == list(DISCONNECTED_STEPS)


@pytest.mark.parametrize("connection", ["connected", "disconnected"])
@pytest.mark.parametrize(
    "runbook", ["verify-registration", "collect-evidence", "update-inventory", "follow-a-move"]
)
def test_a_runbook_that_only_looks_changes_nothing(runbook: str, connection: str) -> None:
    reading = ("Get-", "Select-Az", "Connect-", "Add-Az", "ConvertTo-", "Format-", "New-PSSession")
    saving = ("Set-Content", "Invoke-Command", "Remove-PSSession")
    assert all(name.startswith(reading + saving) for name in order(runbook, connection))


def test_settling_a_duplicate_never_deactivates_the_stamp() -> None:
    for connection in ("connected", "disconnected"):
        names = order("settle-duplicate-cloud-id", connection)
        assert "UnRegister-AzsEnvironment" in names
        assert not {"Remove-AzsRegistration", "Remove-AzsActivationResource"} & set(names)
        blocks = (step.powershell for step in RUNBOOKS["settle-duplicate-cloud-id"].steps)
        assert all("{{registration_name}}" not in block for block in blocks)
