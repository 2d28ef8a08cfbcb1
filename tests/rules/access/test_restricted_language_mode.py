"""AZS-AC-001: only full language mode passes, and only where somebody has to register."""

from __future__ import annotations

import pytest

from stampcheck.facts import RegistrationDue
from stampcheck.model import Outcome, Reason
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck_rules.access.restricted_language_mode import restricted_language_mode

DUE = RegistrationDue(due=True, why="the registration expired on 2026-11-01")
NOT_DUE = RegistrationDue(
    due=False, why="the stamp is registered, and its activation never expires"
)


def test_full_language_passes() -> None:
    sample = stamp(REGISTRATION_DUE=DUE, LANGUAGE_MODE="FullLanguage")

    assert judge(restricted_language_mode, sample).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "mode", ["ConstrainedLanguage", "RestrictedLanguage", "NoLanguage", "FullLanguageMode", ""]
)
def test_every_other_mode_fails_and_is_quoted(mode: str) -> None:
    found = judge(restricted_language_mode, stamp(REGISTRATION_DUE=DUE, LANGUAGE_MODE=mode))

    assert (found.outcome, found.causes) == (Outcome.FAIL, ("language-mode-restricted",))
    assert (found.expected, found.actual) == ("FullLanguage", mode)
    assert "expired on 2026-11-01" in found.message


@pytest.mark.parametrize("fact", ["REGISTRATION_DUE", "LANGUAGE_MODE"])
@pytest.mark.parametrize("reason", ["not-collected", "access-denied", "ambiguous"])
def test_it_does_not_pass_over_a_gap(fact: str, reason: str) -> None:
    told = {"REGISTRATION_DUE": DUE, "LANGUAGE_MODE": "FullLanguage"} | {fact: missing(reason)}
    found = judge(restricted_language_mode, stamp(**told))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason(reason))


def test_where_nobody_has_to_register_no_machine_is_judged() -> None:
    for told in ({}, {"LANGUAGE_MODE": "NoLanguage"}):
        found = judge(restricted_language_mode, stamp(REGISTRATION_DUE=NOT_DUE, **told))

        assert found.outcome is Outcome.NOT_APPLICABLE
        assert "activation never expires" in found.message


def test_its_examples_are_judged_as_they_say() -> None:
    for example in restricted_language_mode.info.examples:
        told = {fact.name: value for fact, value in example.facts.items()}
        assert judge(restricted_language_mode, stamp(**told)).outcome is example.outcome


def test_it_keeps_the_contract() -> None:
    assert_contract(
        restricted_language_mode,
        stamp(REGISTRATION_DUE=DUE, LANGUAGE_MODE="FullLanguage"),
        stamp(REGISTRATION_DUE=DUE, LANGUAGE_MODE="ConstrainedLanguage"),
        stamp(REGISTRATION_DUE=NOT_DUE, LANGUAGE_MODE="ConstrainedLanguage"),
    )
