"""The laws of billing: a runbook never contradicts the billing model that is known."""

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import PLACEHOLDERS, FilledRunbook, as_text, fill
from stampcheck.model import Runbook, Step

# Those that go by the model a stamp has; the others that register ask for the one to come.
BY_MODEL = [
    "change-subscription",
    "finish-activation",
    "re-register",
    "register",
    "remove-and-register-again",
    "renew-after-expiry",
    "rename-registration",
    "renew-before-expiry",
    "replace-deleted-registration",
    "usage-reporting-off",
]
NEW_MODEL = ["change-billing-model", "disconnected-to-connected"]
OTHERS = ["PayAsYouUse", "Development", "Custom", "Ruggedized"]
SHORT = Runbook(
    "short",
    "Short",
    "s",
    "2026-11-22",
    (
        Step("Both."),
        Step("Capacity.", billing="Capacity", powershell="Use {{agreement_number}}"),
        Step("Other.", billing="other", powershell="Use {{billing_model}}"),
    ),
)


def filled(name: str, model: str, connection: str = "") -> FilledRunbook:
    values = {"billing_model": f"'{model}'"} if model else {}
    return fill(load().runbooks[name], values, connection=connection)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("'Capacity'", ["Both.", "Capacity."]),
        ("'PayAsYouUse'", ["Both.", "Other."]),
        ("", ["Both.", "Capacity.", "Other."]),
        ("Capacity", ["Both.", "Capacity.", "Other."]),
        ("'Capacity'; Remove-Item C:", ["Both.", "Capacity.", "Other."]),
    ],
)
def test_a_known_model_drops_what_it_excludes_and_an_unknown_one_nothing(
    value: str, kept: list[str]
) -> None:
    assert [step.what for step in fill(SHORT, {"billing_model": value}).steps] == kept


@pytest.mark.parametrize("name", BY_MODEL)
@pytest.mark.parametrize("model", OTHERS)
def test_only_a_capacity_stamp_is_asked_for_its_agreement_number(name: str, model: str) -> None:
    words = PLACEHOLDERS["agreement_number"]

    assert words not in filled(name, model).unfilled
    assert words in filled(name, "Capacity").unfilled
    assert words in filled(name, "").unfilled


@pytest.mark.parametrize("name", BY_MODEL)
def test_capacity_is_never_registered_without_its_agreement_number(name: str) -> None:
    for step in filled(name, "Capacity").steps:
        assert ("-BillingModel" in step.powershell) == ("-AgreementNumber" in step.powershell)
        assert "-BillingModel 'Capacity'" not in step.powershell


@pytest.mark.parametrize("name", BY_MODEL)
@pytest.mark.parametrize("model", OTHERS)
@pytest.mark.parametrize("connection", ["connected", "disconnected"])
def test_another_model_is_registered_as_no_other(name: str, model: str, connection: str) -> None:
    steps = filled(name, model, connection).steps

    assert not any("-BillingModel Capacity" in step.powershell for step in steps)


@pytest.mark.parametrize("name", ["renew-after-expiry", "renew-before-expiry"])
def test_only_a_capacity_order_is_renewed(name: str) -> None:
    assert "renew the capacity order" in as_text(filled(name, "Capacity"))
    assert "capacity order" not in as_text(filled(name, "PayAsYouUse"))


@pytest.mark.parametrize("name", NEW_MODEL)
@pytest.mark.parametrize("model", ["Capacity", "PayAsYouUse"])
def test_a_change_of_model_keeps_both_ways_open(name: str, model: str) -> None:
    assert not any(step.billing for step in load().runbooks[name].steps)
    assert PLACEHOLDERS["agreement_number"] in filled(name, model).unfilled


def test_every_runbook_that_registers_goes_by_a_model_or_asks_for_one() -> None:
    registering = {
        runbook.id
        for runbook in load().runbooks.values()
        for step in runbook.steps
        if "-AgreementNumber" in step.powershell
    }
    assert registering == {*BY_MODEL, *NEW_MODEL, "syndication-off", "syndication-on"}
