"""The laws of deletion: only what was first seen to be the right one goes, and never a good one."""

import re

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.causes.runbook import CONNECTIONS, MODULES, fill
from stampcheck.model import Runbook, Step
from stampcheck.registry import load_rules

CATALOGUE = load()
CAUSES_OF = {loaded.rule.info.id: loaded.rule.info.causes for loaded in load_rules()}
DELETES = re.compile(r"^(?:Remove-AzsRegistration|UnRegister-AzsEnvironment)\b", re.MULTILINE)
NAMED = re.compile(r"-RegistrationName \{\{(\w+)\}\}")
OF_STRAYS = ("AZS-ID-001", "AZS-ID-003")


def deletions(steps: tuple[Step, ...]) -> list[int]:
    """The places of the steps that delete a registration."""
    return [number for number, step in enumerate(steps) if DELETES.search(step.powershell)]


DELETING = [one for one in CATALOGUE.runbooks.values() if deletions(one.steps)]


def variant(runbook: Runbook, connection: str, modules: str) -> tuple[Step, ...]:
    """The steps of one variant, unfilled."""
    return tuple(
        step
        for step in runbook.steps
        if step.connection in ("", connection) and step.modules in ("", modules)
    )


@pytest.mark.parametrize("rule", OF_STRAYS)
def test_a_stray_registration_never_leads_to_the_deletion_of_the_stamps_own(rule: str) -> None:
    runbooks = {CATALOGUE.causes[cause].runbook for cause in CAUSES_OF[rule]}
    explaining = {one.runbook for one in CATALOGUE.causes.values() if rule in one.explains}
    for name in runbooks | explaining:
        steps = CATALOGUE.runbooks[name].steps
        deleted = {NAMED.findall(steps[number].powershell)[0] for number in deletions(steps)}
        assert deleted <= {"stale_registration_name"}, name


@pytest.mark.parametrize("runbook", DELETING, ids=lambda one: one.id)
@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("modules", MODULES)
def test_what_is_deleted_is_read_before_with_name_cloud_id_and_expiry(
    runbook: Runbook, connection: str, modules: str
) -> None:
    steps = variant(runbook, connection, modules)
    for number in deletions(steps):
        name = NAMED.findall(steps[number].powershell)[0]
        looks = [
            step
            for step in steps[:number]
            if f"-ResourceName {{{{{name}}}}} `\n    -ExpandProperties" in step.powershell
        ]
        assert looks, (runbook.id, number)
        told = f"{looks[-1].expect} {looks[-1].verify}"
        assert "{{cloud_id}}" in told
        assert "{{expires}}" in told
        assert looks[-1].where == steps[number].where


def test_a_left_over_registration_is_no_expired_one_of_the_stamp() -> None:
    assert "left-over-registration" in CAUSES_OF["AZS-ID-001"]
    assert "left-over-registration" in CAUSES_OF["AZS-ID-003"]
    assert CATALOGUE.causes["expired-registration-not-deleted"].explains == ("AZS-RG-002",)


def test_a_runbook_that_deletes_nothing_that_differs_asks_for_the_strays_own_name() -> None:
    filled = fill(CATALOGUE.runbooks["settle-duplicate-cloud-id"], {"registration_name": "'good'"})
    assert not any("'good'" in step.powershell for step in filled.steps)


def test_no_runbook_sends_the_reader_past_the_look_to_the_deletion() -> None:
    for runbook in CATALOGUE.runbooks.values():
        assert not any("from the step that removes" in step.what for step in runbook.steps)


def test_only_the_difference_of_tenants_is_told_by_tenants() -> None:
    for step in CATALOGUE.runbooks["update-inventory"].steps:
        asks = "tenant" in f"{step.what} {step.powershell} {step.expect}".lower()
        assert not asks or "If it is the directory tenant" in step.what
