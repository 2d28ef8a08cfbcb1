"""How a tally reads, which causes tie, and what is asked then."""

from __future__ import annotations

import msgspec

from stampcheck.tally import CauseTally, FleetTally, in_words, questions, tied
from tests.scanner.test_ranking import cause

LEADER = CauseTally("a", ["R1", "R2"])


def test_a_tally_says_what_it_explains_and_what_contradicts_it() -> None:
    refuted = CauseTally("b", ["R1"], ("ROLE_HELD is true", "NODES is 4"))
    words = {"ROLE_HELD is true": "it holds a role (ROLE_HELD is true)"}

    assert in_words(CauseTally("a", ["R1", "R2", "R3"]), 3, {}) == (
        "explains 3 of 3, contradicted by none"
    )
    assert in_words(refuted, 3, words) == (
        "explains 1 of 3, contradicted by it holds a role (ROLE_HELD is true); NODES is 4"
    )


def test_causes_tie_where_they_explain_as_much_and_are_contradicted_by_as_much() -> None:
    rival = CauseTally("b", ["R1", "R3"])
    weaker = CauseTally("c", ["R1"])
    refuted = CauseTally("d", ["R1", "R2"], ("NODES is 4",))

    assert tied([LEADER, rival, weaker]) == [LEADER, rival]
    assert tied([LEADER, weaker]) == tied([LEADER, refuted]) == tied([LEADER]) == tied([]) == []


def test_each_question_is_asked_once() -> None:
    catalogue = {name: cause(name) for name in "ab"}
    other = msgspec.structs.replace(cause("c"), confirm="Or\nis it?")
    tallies = [CauseTally(name, ["R1"]) for name in ("a", "b", "c", "lost")]

    assert questions(tallies, {**catalogue, "c": other}) == ["Is it?", "Or is it?"]


def test_the_fleet_goes_by_the_stamps_that_a_cause_is_likeliest_on() -> None:
    tallies = [FleetTally("a", ["x"], 0), FleetTally("b", ["x"], 1), FleetTally("c", ["x", "y"], 1)]

    assert [one.cause for one in sorted(tallies, key=lambda one: one.order)] == ["c", "b", "a"]


def test_being_the_likeliest_counts_before_being_named_and_the_id_decides_last() -> None:
    tallies = [
        FleetTally("d", ["x", "y", "z"], 0),
        FleetTally("c", ["x"], 1),
        FleetTally("b", ["x"], 1),
        FleetTally("a", ["x"], 2, contradicted=1),
    ]

    assert [one.cause for one in sorted(tallies, key=lambda one: one.order)] == list("abcd")
