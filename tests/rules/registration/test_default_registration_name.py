"""AZS-RG-004: the script's default name, which a development kit may keep."""

from __future__ import annotations

from typing import Any

import pytest

from stampcheck.model import Outcome, Reason, Severity
from stampcheck.testing import Sample, assert_contract, judge, missing, stamp
from stampcheck.values import ResourceId
from stampcheck_rules.registration.default_registration_name import default_registration_name

ABOVE = (
    "/subscriptions/0b2a1c3d-1111-4000-8000-000000000001/resourceGroups/AzureStackRegistration"
    "/providers/Microsoft.AzureStack/registrations/"
)


def sample(name: str = "AzureStackRegistration", **facts: Any) -> Sample:
    told = {
        "REGISTRATION_PRESENT": True,
        "REGISTRATION_ID": ResourceId.parse(ABOVE + name),
        "IS_DEVELOPMENT_KIT": False,
    }
    return stamp("ams", **told | facts)


@pytest.mark.parametrize(
    "name", ["AzureStackRegistration", "azurestackregistration", "AZURESTACKREGISTRATION"]
)
def test_the_default_name_fails_in_any_case(name: str) -> None:
    found = judge(default_registration_name, sample(name))

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.LOW)
    assert found.causes == ("default-registration-name",)
    assert found.actual == name


@pytest.mark.parametrize(
    "name", ["AzureStack-5bf881b2", "AzureStackRegistration2", "AzureStackRegistratio", "x"]
)
def test_any_other_name_passes(name: str) -> None:
    assert judge(default_registration_name, sample(name)).outcome is Outcome.PASS


@pytest.mark.parametrize("facts", [{}, {"REGISTRATION_ID": missing("access-denied")}])
def test_a_development_kit_may_keep_it(facts: dict[str, Any]) -> None:
    found = judge(default_registration_name, sample(IS_DEVELOPMENT_KIT=True, **facts))

    assert found.outcome is Outcome.NOT_APPLICABLE


def test_what_is_not_there_has_no_name() -> None:
    found = judge(default_registration_name, stamp(REGISTRATION_PRESENT=False))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-RG-001" in found.message


@pytest.mark.parametrize("name", ["AzureStackRegistration", "hub-ams"])
@pytest.mark.parametrize("fact", [fact.name for fact in default_registration_name.info.needs])
def test_every_gap_is_undetermined(fact: str, name: str) -> None:
    found = judge(default_registration_name, sample(name, **{fact: missing("ambiguous")}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)


def test_it_keeps_the_contract() -> None:
    assert_contract(
        default_registration_name,
        sample(),
        sample("hub-ams"),
        sample(IS_DEVELOPMENT_KIT=True),
        sample("hub-ams", IS_DEVELOPMENT_KIT=True),
        sample("hub-ams", REGISTRATION_PRESENT=False),
    )
