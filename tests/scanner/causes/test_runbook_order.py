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
    "runbook",
    [
        "change-billing-model",
        "re-register",
        "renew-before-expiry",
        "syndication-on",
        "usage-reporting-off",
        "usage-reporting-on",
    ],
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
        "change-billing-model",
        "rename-registration",
        "syndication-off",
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
    "runbook",
    [
        "collect-evidence",
        "follow-a-move",
        "keep-shared-name",
        "known-notice",
        "observe-alert",
        "reactivate-subscription",
        "redeploy-with-ad-fs",
        "separate-subscriptions",
        "unblock-usage",
        "update-inventory",
        "verify-registration",
    ],
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


def test_a_registration_that_is_gone_is_never_asked_to_be_removed() -> None:
    for connection in ("connected", "disconnected"):
        names = order("replace-deleted-registration", connection)
        assert not {"Remove-AzsRegistration", "UnRegister-AzsEnvironment"} & set(names)
        assert names.index("Remove-AzsActivationResource") < max(
            names.index(name)
            for name in ("Set-AzsRegistration", "New-AzsActivationResource")
            if name in names
        )


def test_a_stamp_that_became_connected_is_taken_down_offline_and_registered_online() -> None:
    steps = ("Remove-AzsActivationResource", "UnRegister-AzsEnvironment", "Set-AzsRegistration")
    names = [name for name in order("disconnected-to-connected", "") if name in steps]
    assert names == [*steps, "Set-AzsRegistration"]


def test_a_moved_registration_is_unlocked_before_and_locked_after() -> None:
    names = order("move-registration", "connected")
    assert names[-3:] == ["Remove-AzResourceLock", "Move-AzResource", "New-AzResourceLock"]
    *_, lock = (step for step in RUNBOOKS["move-registration"].steps if step.powershell)
    assert "-ResourceGroupName {{new_resource_group}}" in lock.powershell


def test_a_strict_lock_is_loosened_in_place_and_never_removed() -> None:
    names = order("lift-read-only-lock", "connected")
    assert "Set-AzResourceLock" in names
    assert not any(name.startswith("Remove-") for name in names)


@pytest.mark.parametrize("runbook", ["sign-in-again", "use-another-account"])
def test_the_old_sign_in_is_dropped_before_the_new_one(runbook: str) -> None:
    names = order(runbook, "connected")
    dropped = names.index("Disconnect-AzAccount")
    assert "Connect-AzAccount" in names[dropped:]


def test_syndication_is_turned_on_by_a_parameter_and_off_by_a_token() -> None:
    on = (step.powershell for step in RUNBOOKS["syndication-on"].steps)
    assert all("-MarketplaceSyndicationEnabled:$true" in text for text in on if "Set-Azs" in text)
    assert "Set-AzsRegistration" not in order("syndication-off", "disconnected")
    assert "Set-AzsRegistration" not in order("syndication-off", "connected")
