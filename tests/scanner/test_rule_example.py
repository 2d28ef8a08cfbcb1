"""An example is judged by the rule itself; a gap is made of a pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from stampcheck.facts import (
    ACTIVATION_PRESENT,
    AS_OF,
    CLOUD_ID,
    DEPLOYMENT_ID,
    REGISTRATION_ID,
    SUBSCRIPTION_TENANT,
    TENANT_HISTORY,
    BillingModel,
    Expiry,
    ResourceId,
    TenantHistory,
    TenantReference,
)
from stampcheck.model import (
    Example,
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
    Stamp,
    Verdict,
    fleet_rule,
    stamp_rule,
)
from stampcheck.rule_example import judge, shown, stated, with_gap
from tests.scanner.conftest import REGISTRATION

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ON: dict[Fact[Any], Any] = {AS_OF: NOW, ACTIVATION_PRESENT: True, CLOUD_ID: "one"}
INFO = RuleInfo(
    id="AZS-XX-001",
    title="A fault",
    severity=Severity.LOW,
    rationale="It matters.",
    needs=(AS_OF, ACTIVATION_PRESENT, CLOUD_ID),
    fails_when="It is off.",
    passes_when="It is on.",
    causes=("cloned-stamp",),
    remediation="Turn it on.",
    source="a.md#b",
    reviewed="2026-11-22",
    examples=(Example(Outcome.PASS, ON),),
)


def rule_of(info: RuleInfo) -> Rule:
    def judged(stamp: Stamp) -> Iterator[Verdict]:
        if stamp[ACTIVATION_PRESENT]:
            yield Verdict.passed(stamp)
        else:
            yield Verdict.failed(stamp, causes=("cloned-stamp",), message="It is off.")

    return stamp_rule(info)(judged)


def shared(fleet: Fleet) -> Iterator[Verdict]:
    for cloud_id, holders in fleet.group_by(CLOUD_ID):
        for one in holders:
            if len(holders) > 1:
                names = ", ".join(holder.label for holder in holders)
                yield Verdict.failed(one, causes=("cloned-stamp",), message=names)
            else:
                yield Verdict.passed(one, actual=cloud_id)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (ON, Outcome.PASS),
        ({**ON, ACTIVATION_PRESENT: False}, Outcome.FAIL),
        ({AS_OF: NOW, CLOUD_ID: "one"}, Outcome.UNDETERMINED),
        ({}, Outcome.UNDETERMINED),
    ],
)
def test_what_is_not_named_is_missing(given: dict[Fact[Any], Any], outcome: Outcome) -> None:
    assert judge(rule_of(INFO), Example(outcome, given)).outcome is outcome


def test_an_example_may_say_why_a_fact_is_missing_and_where_one_was_read() -> None:
    denied = Missing(Reason.ACCESS_DENIED, "refused")
    found = judge(rule_of(INFO), Example(Outcome.UNDETERMINED, {**ON, CLOUD_ID: denied}))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.ACCESS_DENIED)
    assert stated(denied) == "missing (access-denied)"
    assert stated(Known(True, Source("a.json", "b"))) == "yes"


def test_the_gap_is_the_first_need_that_evidence_brings() -> None:
    gap = with_gap(rule_of(INFO))

    assert gap is not None
    assert gap.facts == {AS_OF: NOW, CLOUD_ID: "one"}
    assert judge(rule_of(INFO), gap).message.startswith(
        "Not known: whether the stamp holds its activation"
    )


def test_a_fact_that_another_witness_stands_in_for_makes_no_gap() -> None:
    history = TenantHistory(changed=False, why="nothing changed")
    both: dict[Fact[Any], Any] = {AS_OF: NOW, SUBSCRIPTION_TENANT: "one", TENANT_HISTORY: history}
    one: dict[Fact[Any], Any] = {AS_OF: NOW, TENANT_HISTORY: history}

    @stamp_rule(
        msgspec.structs.replace(
            INFO,
            needs=(AS_OF,),
            any_of=((SUBSCRIPTION_TENANT, TENANT_HISTORY),),
            examples=(Example(Outcome.PASS, both),),
        )
    )
    def fine(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp)

    assert with_gap(fine) is None
    told = msgspec.structs.replace(
        fine.info, examples=(*fine.info.examples, Example(Outcome.PASS, one))
    )
    gap = with_gap(msgspec.structs.replace(fine, info=told))
    assert gap is not None
    assert gap.facts == {AS_OF: NOW}


def test_without_a_pass_there_is_no_gap() -> None:
    off = Example(Outcome.FAIL, {ACTIVATION_PRESENT: False})

    assert with_gap(rule_of(msgspec.structs.replace(INFO, examples=(off,)))) is None


def test_of_a_fleet_the_worst_finding_counts() -> None:
    rule = fleet_rule(msgspec.structs.replace(INFO, needs=(CLOUD_ID,), uses=(REGISTRATION_ID,)))(
        shared
    )
    two, other = {CLOUD_ID: "one"}, {CLOUD_ID: "two"}
    stray: dict[Fact[Any], Any] = {CLOUD_ID: "one", REGISTRATION_ID: ResourceId.parse(REGISTRATION)}

    assert (
        judge(rule, Example(Outcome.FAIL, two, others=(two, other))).message == "stamp-1, stamp-2"
    )
    assert judge(rule, Example(Outcome.PASS, two, others=(other,))).outcome is Outcome.PASS
    assert judge(rule, Example(Outcome.UNDETERMINED, two, others=({},))).outcome is (
        Outcome.UNDETERMINED
    )
    found = judge(rule, Example(Outcome.FAIL, two, unclaimed=(stray,)))
    assert found.message == "stamp-1, registration ams-01"
    assert judge(rule, Example(Outcome.FAIL, two, unclaimed=(two,))).message.endswith("unclaimed-1")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (4, "4"),
        ("", "empty"),
        ((), "none"),
        (("b", "a"), "b, a"),
        (frozenset(("b", "a")), "a, b"),
        (NOW, "2026-11-22T00:00:00Z"),
        (BillingModel.CAPACITY, "Capacity"),
        (Expiry(None), "never"),
        (TenantReference("", "nobody"), "tenant: empty; origin: nobody"),
        (DEPLOYMENT_ID, "DEPLOYMENT_ID"),
    ],
)
def test_values_are_shown_in_words(value: object, words: str) -> None:
    assert shown(value) == words
