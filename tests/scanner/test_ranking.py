"""Causes are ranked across the rules of a stamp, by what they explain and what contradicts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stampcheck.engine import RuleSet, judge_stamp
from stampcheck.facts import CLOUD_ID
from stampcheck.model import (
    Cause,
    Finding,
    Fleet,
    Outcome,
    Rule,
    RuleInfo,
    Severity,
    Stamp,
    Verdict,
    fleet_rule,
    stamp_rule,
)
from stampcheck.ranking import Contradictions, rank_causes
from stampcheck.testing import stamp
from tests.scanner.test_engine import info

WORDS = st.sampled_from(["a", "b", "c", "d"])


def failure(
    rule: str, *causes: str, severity: Severity = Severity.HIGH, subject: str = ""
) -> Finding:
    return Finding(rule + subject, "one", rule, Outcome.FAIL, severity, subject, causes=causes)


def ranked(*findings: Finding, **contradicted: str) -> list[str]:
    against = {cause: (text,) for cause, text in contradicted.items()}
    return [tally.cause for tally in rank_causes(findings, against)]


def test_the_cause_that_explains_most_rules_leads() -> None:
    found = [failure("R1", "a", "b"), failure("R2", "b"), failure("R3", "c", "b")]

    assert ranked(*found)[0] == "b"
    (first, *_) = rank_causes(found, {})
    assert first.explains == ["R1", "R2", "R3"]


def test_a_contradicted_cause_comes_behind_every_other() -> None:
    found = (failure("R1", "a", "b"), failure("R2", "a"))

    assert ranked(*found) == ["a", "b"]
    assert ranked(*found, a="ROLE_HELD is true") == ["b", "a"]


def test_then_the_worst_failure_then_the_place_then_the_id_decide() -> None:
    milder, worse = failure("R1", "b"), failure("R2", "a", severity=Severity.CRITICAL)

    assert ranked(failure("R1", "a", severity=Severity.LOW), failure("R2", "b")) == ["b", "a"]
    assert ranked(milder, worse) == ["a", "b"]
    assert ranked(failure("R1", "b", "a")) == ["b", "a"]
    assert ranked(failure("R1", "b"), failure("R2", "a")) == ["a", "b"]


def test_two_subjects_of_one_rule_count_once() -> None:
    (tally,) = rank_causes([failure("R1", "a"), failure("R1", "a", subject="x")], {})

    assert tally.explains == ["R1"]


def test_what_does_not_fail_names_no_cause() -> None:
    found = Finding("id", "one", "R1", Outcome.UNDETERMINED, Severity.HIGH, causes=("a",))

    assert rank_causes([found], {}) == []


failures = st.lists(
    st.builds(
        lambda rule, causes, severity: failure(f"R{rule}", *causes, severity=severity),
        st.integers(1, 4),
        st.lists(WORDS, min_size=1, max_size=3, unique=True),
        st.sampled_from(Severity),
    ),
    max_size=6,
)


@given(failures, st.sets(WORDS))
def test_every_named_cause_is_ranked_once_and_the_uncontradicted_lead(
    found: list[Finding], against: set[str]
) -> None:
    tallies = rank_causes(found, dict.fromkeys(against, ("ROLE_HELD is true",)))

    assert sorted(t.cause for t in tallies) == sorted({c for one in found for c in one.causes})
    keys = [(bool(t.contradicted_by), -len(t.explains)) for t in tallies]
    assert keys == sorted(keys)


@given(failures, st.randoms())
def test_the_order_of_the_findings_changes_no_rank(found: list[Finding], random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)

    assert ranked(*shuffled) == ranked(*found)


def cause(name: str, *against: str) -> Cause:
    return Cause(name, name, "It is so.", "x", "2026-11-22", False, (), "Is it?", "r", against)


def rule_info(rule: str, *causes: str) -> RuleInfo:
    return info(rule, needs=(CLOUD_ID,), causes=causes)


@stamp_rule(rule_info("AZS-XX-001", "held", "lost"))
def failing(stamp: Stamp) -> Iterator[Verdict]:
    yield Verdict.failed(stamp, causes=("held", "lost"), message=stamp[CLOUD_ID])


@fleet_rule(rule_info("AZS-XX-002", "fleet"))
def twice(fleet: Fleet) -> Iterator[Verdict]:
    for holder in fleet.stamps:
        yield Verdict.passed(holder)


CATALOGUE = {
    one.id: one
    for one in (
        cause("held", "ROLE_HELD is false", "LOCKS lacks x"),
        cause("lost", "ROLE_HELD is true"),
        cause("fleet", "ROLE_HELD is true", "NODES is 4"),
        cause("other", "SUBSCRIPTION_OFFER is x"),
    )
}


def against(*rules: Rule) -> Contradictions:
    return Contradictions(RuleSet(rules, CATALOGUE))


def test_only_causes_that_chosen_rules_may_name_ask_for_facts() -> None:
    names = {fact.name for fact in against(failing).facts}

    assert names == {"ROLE_HELD", "LOCKS"}
    assert {fact.name for fact in against(twice).facts} == {"ROLE_HELD", "NODES"}
    assert Contradictions(RuleSet([failing], {"held", "lost"})).facts == ()


def test_a_stamp_gives_what_contradicts_the_causes_that_its_failures_name() -> None:
    facts = stamp("one", CLOUD_ID="x", ROLE_HELD=True, NODES=4).facts
    rules = RuleSet([failing, twice], CATALOGUE)
    contradictions = Contradictions(rules)
    findings = judge_stamp("one", facts, rules)

    assert contradictions.of_stamp(facts, findings) == {"lost": ("ROLE_HELD is true",)}
    assert contradictions.of_stamp(facts, []) == {}
    assert contradictions.of_fleet(facts) == {"fleet": ("ROLE_HELD is true", "NODES is 4")}


def test_a_worse_failure_decides_before_the_place_at_which_it_names_the_cause() -> None:
    worse = failure("R1", "x", "b", severity=Severity.CRITICAL)
    milder = failure("R2", "a", severity=Severity.LOW)

    assert ranked(worse, milder) == ["x", "b", "a"]


def test_of_contradicted_causes_the_one_with_less_against_it_leads() -> None:
    found = [failure("R1", "a", "b")]
    much = {"a": ("ROLE_HELD is true", "NODES is 4"), "b": ("ROLE_HELD is true",)}

    assert [tally.cause for tally in rank_causes(found, much)] == ["b", "a"]


def test_of_contradicted_causes_the_one_that_explains_more_leads_whatever_is_against_it() -> None:
    found = [failure("R1", "b", "a"), failure("R2", "a")]
    much = {"a": ("ROLE_HELD is true", "NODES is 4"), "b": ("ROLE_HELD is true",)}

    assert [tally.cause for tally in rank_causes(found, much)] == ["a", "b"]
