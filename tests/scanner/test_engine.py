"""The laws of judging, over odd rules and every combination of gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.engine import RuleSet, finding_id, in_order, judge_stamp, pair_outcomes
from stampcheck.fleet import Columns, FleetEvidence, judge_fleet
from stampcheck.model import (
    UNCLAIMED,
    Fact,
    FactMissing,
    Finding,
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

COLOUR = Fact[str]("COLOUR", "A fact of these tests.", ("paint",))
SHAPE = Fact[str]("SHAPE", "Another one.", ("form",))
SIZE = Fact[str]("SIZE", "A witness.", ("form",))
FACTS = (COLOUR, SHAPE, SIZE)
CAUSE = "a-cause"


def info(rule_id: str = "AZS-XX-001", **changes: Any) -> RuleInfo:
    given: dict[str, Any] = {
        "id": rule_id,
        "title": "A fault",
        "severity": Severity.HIGH,
        "rationale": "It matters.",
        "needs": (COLOUR,),
        "fails_when": "It is red.",
        "passes_when": "It is green.",
        "causes": (CAUSE,),
        "remediation": "Paint it.",
        "source": "somewhere",
        "reviewed": "2026-11-22",
    }
    return RuleInfo(**{**given, **changes})


@stamp_rule(info(uses=(SHAPE,), any_of=((SHAPE, SIZE),), fresh=True))
def red(stamp: Stamp) -> Iterator[Verdict]:
    if stamp[COLOUR] == "red":
        yield Verdict.failed(stamp, causes=(CAUSE,), message="It is red.", actual="red")
    else:
        stamp.first(SHAPE, SIZE)
        yield Verdict.passed(stamp, actual=stamp[COLOUR])


@fleet_rule(info("AZS-XX-002"))
def same_colour(fleet: Fleet) -> Iterator[Verdict]:
    for colour, holders in fleet.group_by(COLOUR):
        for holder in holders:
            if len(holders) == 1:
                yield Verdict.passed(holder, actual=colour)
            else:
                yield Verdict.failed(holder, causes=(CAUSE,), message=colour)


def known(value: str, *, stale: bool = False) -> Known[str]:
    return Known(value, Source("a.json", "field", stale))


def facts(**values: Known[str] | Missing) -> dict[Fact[Any], Known[Any] | Missing]:
    gap = Missing(Reason.NOT_COLLECTED, "nobody asked")
    by_name = {fact.name: fact for fact in FACTS}
    return {**dict.fromkeys(FACTS, gap), **{by_name[name]: v for name, v in values.items()}}


def judged(rule: Rule, **values: Known[str] | Missing) -> Finding:
    (found,) = judge_stamp("s", facts(**values), RuleSet([rule], [CAUSE]))
    return found


def fleet_of(*colours: str | None, left_out: str = "") -> dict[str, list[Finding]]:
    columns = Columns((COLOUR,))
    for number, colour in enumerate(colours):
        gap = Missing(Reason.UNREACHABLE, "off")
        columns.add_row(f"s{number}", [known(colour) if colour else gap])
    evidence = FleetEvidence(columns, (), (), left_out)
    return judge_fleet(evidence, RuleSet([same_colour], [CAUSE]))


def test_a_pass_needs_every_need_and_one_witness_of_each_group() -> None:
    assert judged(red, COLOUR=known("green"), SHAPE=known("round")).outcome is Outcome.PASS
    assert judged(red, COLOUR=known("green"), SIZE=known("big")).outcome is Outcome.PASS

    found = judged(red, COLOUR=known("green"))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.NOT_COLLECTED)
    assert "SHAPE" in found.message


def test_a_failure_stands_whatever_else_is_missing() -> None:
    found = judged(red, COLOUR=known("red"))

    assert (found.outcome, found.severity, found.causes) == (
        Outcome.FAIL,
        Severity.HIGH,
        (CAUSE,),
    )
    assert found.sources == (Source("a.json", "field"),)


def test_a_missing_need_ends_the_rule_with_its_reason() -> None:
    found = judged(red, COLOUR=Missing(Reason.ACCESS_DENIED, "a.json: 403"))

    assert (found.outcome, found.reason) == (Outcome.UNDETERMINED, Reason.ACCESS_DENIED)
    assert found.missing == ("COLOUR",)
    assert found.message == "Not known: a fact of these tests (COLOUR): a.json: 403."


def test_old_evidence_cannot_prove_a_pass_but_can_prove_a_failure() -> None:
    passing = judged(red, COLOUR=known("green", stale=True), SHAPE=known("round"))
    witness = judged(red, COLOUR=known("green"), SHAPE=known("round", stale=True))
    failing = judged(red, COLOUR=known("red", stale=True))

    assert passing.reason is Reason.STALE
    assert witness.reason is Reason.STALE
    assert failing.outcome is Outcome.FAIL


@given(
    st.fixed_dictionaries(
        {
            name: st.sampled_from(
                [known("red"), known("green"), *(Missing(reason) for reason in Reason)]
            )
            for name in ("COLOUR", "SHAPE", "SIZE")
        }
    ),
    st.sampled_from(["COLOUR", "SHAPE", "SIZE"]),
)
def test_taking_a_fact_away_makes_no_pass_and_no_failure_of_a_pass(
    values: dict[str, Known[str] | Missing], taken: str
) -> None:
    before = judged(red, **values)
    after = judged(red, **{**values, taken: Missing(Reason.NOT_COLLECTED)})

    assert not (after.outcome is Outcome.PASS and before.outcome is not Outcome.PASS)
    assert not (after.outcome is Outcome.FAIL and before.outcome is Outcome.PASS)


def odd_rules() -> list[Rule]:  # noqa: C901 (one function for each breach)
    """Rules that break the contract, each in its own way."""

    def crashes(_: Stamp) -> Iterator[Verdict]:
        raise RuntimeError("boom")

    def reads_undeclared(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp, actual=stamp[SIZE])

    def says_nothing(_: Stamp) -> Iterator[Verdict]:
        yield from ()

    def gives_a_bool(_: Stamp) -> Iterator[Any]:
        yield True

    def names_no_cause(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.failed(stamp, causes=(), message="bad")

    def names_a_strange_cause(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.failed(stamp, causes=("strange",), message="bad")

    def speaks_of_another(_: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(Stamp("other", {}))

    def speaks_twice(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp)
        yield Verdict.passed(stamp)

    def exaggerates(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.failed(stamp, causes=(CAUSE,), message="bad", severity=Severity.CRITICAL)

    def gives_no_reason(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict(stamp.name, Outcome.UNDETERMINED)

    def gives_a_word_for_an_outcome(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict(stamp.name, "pass")  # type: ignore[arg-type]  # the breach itself

    def gives_a_strange_reason(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict(stamp.name, Outcome.UNDETERMINED, reason="bogus")  # type: ignore[arg-type]  # the breach

    def gives_a_number_for_text(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp, actual=5)  # type: ignore[arg-type]  # the breach itself

    def passes_too_early(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp)
        assert stamp[COLOUR] == "never known here"

    def passes_whatever_it_reads(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp)

    def ends_the_program(_: Stamp) -> Iterator[Verdict]:
        raise SystemExit(0)

    functions = (
        crashes,
        ends_the_program,
        reads_undeclared,
        says_nothing,
        gives_a_bool,
        names_no_cause,
        names_a_strange_cause,
        speaks_of_another,
        speaks_twice,
        exaggerates,
        gives_no_reason,
        gives_a_word_for_an_outcome,
        gives_a_strange_reason,
        gives_a_number_for_text,
        passes_too_early,
        passes_whatever_it_reads,
    )
    return [
        stamp_rule(info(f"AZS-OD-{number:03}"))(function)
        for number, function in enumerate(functions)
    ]


@pytest.mark.parametrize("rule", odd_rules(), ids=lambda rule: rule.name)
def test_an_odd_rule_is_a_row_that_is_undetermined(rule: Rule) -> None:
    found = judged(rule)

    assert found.outcome is Outcome.UNDETERMINED
    assert found.reason in (Reason.RULE_CRASHED, Reason.RULE_SILENT, Reason.NOT_COLLECTED)
    assert found.message


@given(st.permutations(odd_rules()), st.booleans())
def test_every_pair_has_an_outcome_whatever_the_rules_do(
    rules: list[Rule],
    is_known: bool,  # noqa: FBT001 (given by Hypothesis)
) -> None:
    state = known("green") if is_known else Missing(Reason.NOT_COLLECTED)
    found = judge_stamp("s", facts(COLOUR=state), RuleSet([*rules, red], [CAUSE]))
    again = judge_stamp("s", facts(COLOUR=state), RuleSet([red, *reversed(rules)], [CAUSE]))

    assert set(pair_outcomes(found)) == {rule.info.id for rule in (*rules, red)}
    assert found == again


def test_a_failure_before_a_gap_is_kept_beside_the_gap() -> None:
    @stamp_rule(info())
    def two_subjects(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict("s", Outcome.FAIL, "one", message="bad", causes=(CAUSE,))
        yield Verdict.passed(stamp, actual=stamp[COLOUR])

    found = judge_stamp("s", facts(), RuleSet([two_subjects], [CAUSE]))

    assert [one.outcome for one in found] == [Outcome.FAIL, Outcome.UNDETERMINED]
    assert pair_outcomes(found) == {"AZS-XX-001": Outcome.FAIL}


def test_a_stamp_that_did_not_answer_keeps_the_others_from_passing() -> None:
    found = fleet_of("red", "green", None)

    assert [one.reason for one in (*found["s0"], *found["s1"])] == [Reason.FLEET_INCOMPLETE] * 2
    assert "s2" in found["s0"][0].message
    assert found["s2"][0].reason is Reason.UNREACHABLE


def test_two_answers_are_enough_for_a_duplicate() -> None:
    found = fleet_of("red", "red", None)

    assert [one.outcome for name in ("s0", "s1") for one in found[name]] == [Outcome.FAIL] * 2


def test_stamps_that_were_left_out_keep_the_others_from_passing() -> None:
    found = fleet_of("red", "green", left_out="the stamps that were left out")

    assert {one.reason for own in found.values() for one in own} == {Reason.FLEET_INCOMPLETE}


@given(st.permutations(["red", "green", "red", "blue"]))
def test_the_order_of_stamps_changes_nothing(colours: list[str]) -> None:
    columns, rules = Columns((COLOUR,)), RuleSet([same_colour], [CAUSE])
    for name, colour in sorted(zip(("a", "b", "c", "d"), colours, strict=True), key=lambda p: p[1]):
        columns.add_row(name, [known(colour)])
    shuffled = judge_fleet(FleetEvidence(columns, (), ()), rules)
    straight = Columns((COLOUR,))
    for name, colour in zip(("a", "b", "c", "d"), colours, strict=True):
        straight.add_row(name, [known(colour)])

    assert judge_fleet(FleetEvidence(straight, (), ()), rules) == shuffled


def breaks(_: Fleet) -> Iterator[Verdict]:
    raise ValueError("boom")


def ends(_: Fleet) -> Iterator[Verdict]:
    raise SystemExit(0)


def speaks_of_a_strange_subject(fleet: Fleet) -> Iterator[Verdict]:
    yield Verdict(fleet.stamps[0].name, Outcome.PASS, subject="strange")


@pytest.mark.parametrize("function", [breaks, ends, speaks_of_a_strange_subject])
def test_a_crashing_fleet_rule_is_a_row_of_every_stamp(
    function: Callable[[Fleet], Iterator[Verdict]],
) -> None:
    columns = Columns((COLOUR,))
    columns.add_row("a", [known("red")])
    columns.add_row("b", [known("red")])
    crashing = fleet_rule(info("AZS-XX-003"))(function)
    found = judge_fleet(FleetEvidence(columns, (), ()), RuleSet([crashing], [CAUSE]))

    assert {one.reason for own in found.values() for one in own} == {Reason.RULE_CRASHED}
    assert sorted(found) == ["a", "b"]


def test_an_unclaimed_registration_is_a_finding_of_the_pseudo_stamp() -> None:
    columns = Columns((COLOUR,))
    columns.add_row("a", [known("red")])
    unclaimed = (("/subscriptions/1/x", {COLOUR: known("red")}),)
    found = judge_fleet(FleetEvidence(columns, (), unclaimed), RuleSet([same_colour], [CAUSE]))

    (stray,) = found[UNCLAIMED]
    assert (stray.outcome, stray.subject) == (Outcome.FAIL, "/subscriptions/1/x")
    assert found["a"][0].outcome is Outcome.FAIL


def test_the_profile_lowers_a_severity_and_a_verdict_is_never_above_it() -> None:
    rules = RuleSet([red], [CAUSE], {"AZS-XX-001": Severity.LOW})
    (found,) = judge_stamp("s", facts(COLOUR=known("red")), rules)

    assert found.severity is Severity.LOW


def test_a_finding_keeps_its_id_from_scan_to_scan() -> None:
    assert finding_id("AZS-XX-001", "s", "") == finding_id("AZS-XX-001", "s", "")
    assert finding_id("AZS-XX-001", "s", "") != finding_id("AZS-XX-001", "t", "")
    assert finding_id("R", "a\ud800", "") != finding_id("R", "a", "")


def test_findings_go_by_stamp_then_rule_then_subject() -> None:
    def made(stamp: str, rule: str, subject: str) -> Finding:
        return Finding("i", stamp, rule, Outcome.PASS, Severity.LOW, subject)

    ordered = [
        made("a", "R1", ""),
        made("A", "R2", "x"),
        made("b", "R1", "a"),
        made("b", "R1", "b"),
    ]

    assert in_order(reversed(ordered)) == [ordered[1], ordered[0], *ordered[2:]]


def test_old_evidence_that_a_pass_relied_on_keeps_it_from_standing() -> None:
    @stamp_rule(info(uses=(SIZE,), fresh=True))
    def relies_on_size(stamp: Stamp) -> Iterator[Verdict]:
        yield Verdict.passed(stamp, actual=stamp[COLOUR] + stamp[SIZE])

    found = judged(relies_on_size, COLOUR=known("green"), SIZE=known("big", stale=True))

    assert (found.reason, found.missing) == (Reason.STALE, ("SIZE",))


def test_a_stamp_without_its_cloud_id_names_the_fact_that_it_lacks() -> None:
    assert fleet_of("red", None)["s1"][0].missing == ("COLOUR",)


class Unreadable(Exception):  # noqa: N818 (its words are the fault)
    def __str__(self) -> str:
        raise ValueError("boo")


class Final(BaseException):
    pass


class Odd(str):
    __slots__ = ()

    def __reduce__(self) -> Any:
        raise AssertionError("was sent on")


def endless(stamp: Stamp) -> Iterator[Verdict]:
    number = 0
    while True:
        yield Verdict(stamp.name, Outcome.PASS, str(number))
        number += 1


def returned(stamp: Stamp) -> Any:
    return Verdict.passed(stamp)


def given_back(_: Stamp) -> Any:
    return None


def forged(_: Stamp) -> Iterator[Verdict]:
    raise FactMissing(SIZE, 5)  # type: ignore[arg-type]  # the breach itself


def raising(crash: BaseException) -> Any:
    def raises(_: Stamp) -> Iterator[Verdict]:
        raise crash

    return raises


def saying(**changes: Any) -> Any:
    def says(stamp: Stamp) -> Iterator[Verdict]:
        yield msgspec.structs.replace(Verdict.passed(stamp), **changes)

    return says


ROWS = {
    "its exception breaks": (raising(Unreadable()), "Unreadable, whose text cannot be read"),
    "half a character in an exception": (raising(ValueError("a\ud800")), r"a\ud800"),
    "an exception of its own kind": (raising(Final("x")), "Final: x"),
    "a generator's end": (raising(GeneratorExit()), "GeneratorExit"),
    "the end of the program": (raising(SystemExit(0)), "tried to end the program"),
    "a gap of its own making": (forged, "broke: "),
    "half a character": (saying(message="a\ud800"), "message holds half a character"),
    "a kind of text": (saying(actual=Odd("x")), "actual must be text (str), not Odd"),
    "no text": (saying(actual=SHAPE), "actual must be text (str), not Fact"),
    "a kind of tuple": (saying(causes=[CAUSE]), "causes must be a tuple of texts, not list"),
    "an odd cause": (saying(causes=(Odd(CAUSE),)), "a cause must be text (str), not Odd"),
    "a long message": (saying(message="x" * 8001), "message is longer than 8000"),
    "a long value": (saying(actual="x" * 4001), "actual is longer than 4000"),
    "a long subject": (saying(subject="x" * 1101), "subject is longer than 1100"),
    "many causes": (saying(causes=(CAUSE,) * 51), "more than 50 causes"),
    "no end": (endless, "more than 1000 verdicts of one stamp"),
    "a verdict returned": (returned, "returned a Verdict; end the function's verdicts with yield"),
    "nothing returned": (given_back, "returned nothing; end the function's verdicts with yield"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_rule_never_takes_the_scan_with_it(name: str) -> None:
    function, words = ROWS[name]
    own = judged(stamp_rule(info())(function))
    columns = Columns((COLOUR,))
    columns.add_row("s", [known("green")])

    def of_fleet(fleet: Fleet) -> Any:
        return function(fleet.stamps[0])

    rules = RuleSet([fleet_rule(info())(of_fleet)], [CAUSE])
    (fleets,) = judge_fleet(FleetEvidence(columns, (), ()), rules)["s"]

    assert (own.outcome, own.reason) == (Outcome.UNDETERMINED, Reason.RULE_CRASHED)
    assert words in own.message
    assert fleets.reason is Reason.RULE_CRASHED
    assert msgspec.json.encode([own, fleets])
    assert type(own.message) is str


def test_a_person_may_always_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt):
        judged(stamp_rule(info())(raising(KeyboardInterrupt())))


def test_a_finding_shows_first_what_was_said() -> None:
    assert repr(judged(red, COLOUR=known("red"))).startswith(
        "Finding(outcome=<Outcome.FAIL: 'fail'>, message='It is red.', "
    )
