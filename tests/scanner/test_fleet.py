"""The reduce step: who owes an answer before anybody is called unique."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from stampcheck.facts import CLOUD_ID, HAS_INVENTORY, SUBSCRIPTION_ID
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.model import (
    UNCLAIMED,
    Fact,
    Fleet,
    Known,
    Missing,
    Outcome,
    Reason,
    Rule,
    RuleInfo,
    Severity,
    Source,
    Verdict,
    fleet_rule,
)
from stampcheck.testing import rule_set

GAP = Missing(Reason.NOT_COLLECTED, "nobody asked")


def rule(*needs: Fact[Any]) -> Rule:
    """Passes everybody, but says "not applicable" of whom it knows to have no subscription."""

    @fleet_rule(
        RuleInfo(
            id="AZS-XX-009",
            title="Odd",
            severity=Severity.LOW,
            rationale="Why.",
            needs=needs,
            uses=(SUBSCRIPTION_ID,),
            fails_when="Never.",
            passes_when="Always.",
            causes=("a-cause",),
            remediation="Nothing.",
            source="a",
            reviewed="2026-11-22",
        )
    )
    def easy(fleet: Fleet) -> Iterator[Verdict]:
        for holder in fleet.holders:
            state = holder.witness(SUBSCRIPTION_ID)
            if isinstance(state, Known) and not state.value:
                yield Verdict.not_applicable(holder, message="It has none.")
            else:
                yield Verdict.passed(holder)

    return easy


def told(
    judge: Rule,
    *stamps: Mapping[Fact[Any], Any],
    stray: Mapping[Fact[Any], Any] | None = None,
    left_out: str = "",
) -> dict[str, list[Outcome]]:
    def states(facts: Mapping[Fact[Any], Any]) -> dict[Fact[Any], Known[Any] | Missing]:
        known = {fact: Known(value, Source("a.json", "x")) for fact, value in facts.items()}
        return {**dict.fromkeys(judge.facts, GAP), **known}

    columns = Columns(judge.facts)
    for number, facts in enumerate(stamps):
        columns.add_row(f"s{number}", list(states(facts).values()))
    unclaimed = (("/subscriptions/1/x", states(stray)),) if stray is not None else ()
    found = judge_fleet(FleetEvidence(columns, (), unclaimed, left_out), rule_set(judge))
    return {name: [one.outcome for one in own] for name, own in found.items()}


def test_whom_the_rule_does_not_concern_keeps_nobody_from_passing() -> None:
    spared = told(rule(CLOUD_ID), {CLOUD_ID: "a"}, {SUBSCRIPTION_ID: ""})
    owing = told(rule(CLOUD_ID), {CLOUD_ID: "a"}, {})

    assert spared == {"s0": [Outcome.PASS], "s1": [Outcome.NOT_APPLICABLE]}
    assert owing == {"s0": [Outcome.UNDETERMINED], "s1": [Outcome.UNDETERMINED]}


@pytest.mark.parametrize(
    ("need", "value", "outcome"),
    [(CLOUD_ID, "a", Outcome.UNDETERMINED), (HAS_INVENTORY, True, Outcome.PASS)],
)
def test_a_registration_owes_what_evidence_tells_and_not_what_the_run_brings(
    need: Fact[Any], value: object, outcome: Outcome
) -> None:
    found = told(rule(need), {need: value}, stray={})

    assert found["s0"] == [outcome]
    assert found[UNCLAIMED] == [Outcome.UNDETERMINED]


def test_a_stamp_owes_what_the_run_brings_as_well() -> None:
    found = told(rule(HAS_INVENTORY), {HAS_INVENTORY: True}, {})

    assert found["s0"] == [Outcome.UNDETERMINED]


def test_stamps_that_were_left_out_are_named_where_no_fact_is() -> None:
    columns = Columns((HAS_INVENTORY, SUBSCRIPTION_ID))
    columns.add_row("a", [Known(value=True, source=Source("", "")), GAP])
    evidence = FleetEvidence(columns, (), (), "the stamps that were left out")
    (found,) = judge_fleet(evidence, rule_set(rule(HAS_INVENTORY)))["a"]

    assert found.reason is Reason.FLEET_INCOMPLETE
    assert "what is needed is not known of the stamps that were left out" in found.message
