"""AZS-RG-006: only Succeeded passes, what is under way is open, and every word is quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.model import Outcome, Reason, Severity
from stampcheck.testing import assert_contract, judge, missing, stamp
from stampcheck_rules.registration.unsuccessful_activation import unsuccessful_activation

DECIDED = {"succeeded", "failed", "canceled", "cancelled", "stopped"}


@pytest.mark.parametrize("state", ["Succeeded", "succeeded", "SUCCEEDED"])
def test_only_succeeded_passes(state: str) -> None:
    found = judge(unsuccessful_activation, stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE=state))

    assert (found.outcome, found.actual) == (Outcome.PASS, state)


@pytest.mark.parametrize("state", ["Failed", "CANCELED", "Cancelled", "Stopped"])
def test_an_end_without_success_fails_and_is_quoted(state: str) -> None:
    found = judge(unsuccessful_activation, stamp(ACTIVATION_STATE=state))

    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.HIGH)
    assert found.causes == ("activation-failed",)
    assert state in found.message


@pytest.mark.parametrize("state", ["Starting", "Running", "Stopping", "Downloading", "running"])
def test_what_is_under_way_is_open_and_quoted(state: str) -> None:
    found = judge(unsuccessful_activation, stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE=state))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.AMBIGUOUS)
    assert f'"{state}"' in found.message
    assert "under way" in found.message


@given(st.text(min_size=1).filter(lambda word: word.lower() not in DECIDED))
def test_no_other_word_decides(state: str) -> None:
    found = judge(unsuccessful_activation, stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE=state))

    assert found.outcome is Outcome.UNDETERMINED
    assert len(found.actual) <= 60
    assert len(found.message) < 200


def test_without_an_activation_there_is_no_state() -> None:
    found = judge(unsuccessful_activation, stamp(ACTIVATION_PRESENT=False))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "AZS-RG-001" in found.message


@pytest.mark.parametrize("fact", [fact.name for fact in unsuccessful_activation.info.needs])
def test_every_gap_is_undetermined(fact: str) -> None:
    told = {"ACTIVATION_PRESENT": True, "ACTIVATION_STATE": "Succeeded"}
    found = judge(unsuccessful_activation, stamp(**told | {fact: missing("unreachable")}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.UNREACHABLE)


def test_it_keeps_the_contract() -> None:
    assert_contract(
        unsuccessful_activation,
        stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE="Succeeded"),
        stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE="Failed"),
        stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE="Running"),
        stamp(ACTIVATION_PRESENT=False, ACTIVATION_STATE="Succeeded"),
    )


UNDER_WAY = [
    "Accepted",
    "Activating",
    "Creating",
    "Deleting",
    "Downloading",
    "InProgress",
    "Pending",
    "Provisioning",
    "Running",
    "Starting",
    "Stopping",
    "Updating",
]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        *((word, "the registration is under way") for word in UNDER_WAY),
        *((word, "does not know") for word in ("Unheard", "Run", "Accepted?", "")),
    ],
)
def test_a_word_is_under_way_or_not_known(state: str, words: str) -> None:
    found = judge(unsuccessful_activation, stamp(ACTIVATION_PRESENT=True, ACTIVATION_STATE=state))

    assert (found.outcome, words in found.message) == (Outcome.UNDETERMINED, True)
