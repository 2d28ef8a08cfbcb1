"""How a tally reads, which causes tie, what is asked then, and what comes first."""

from __future__ import annotations

import msgspec

from stampcheck.model import Cause, Runbook, Step
from stampcheck.tally import (
    CauseTally,
    FleetTally,
    Tie,
    asked,
    in_words,
    likeliest,
    prerequisites,
    ties,
)
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


def test_causes_of_a_common_failure_tie_where_they_explain_as_much() -> None:
    rival = CauseTally("b", ["R1", "R3"])
    weaker = CauseTally("c", ["R1"])
    refuted = CauseTally("d", ["R1", "R2"], ("NODES is 4",))

    assert ties([LEADER, rival, weaker, refuted]) == [Tie(("R1",), ("a", "b"))]
    assert ties([LEADER, weaker]) == ties([LEADER, refuted]) == ties([LEADER]) == ties([]) == []


def test_causes_of_different_faults_are_no_alternatives() -> None:
    faults = [CauseTally(name, [f"R{name}"]) for name in "abc"]

    assert ties(faults) == []
    assert ties([*faults, CauseTally("d", ["Rc"])]) == [Tie(("Rc",), ("c", "d"))]


def test_failures_with_the_same_rivals_are_one_tie() -> None:
    rival = CauseTally("b", ["R1", "R2"])

    assert ties([LEADER, rival]) == [Tie(("R1", "R2"), ("a", "b"))]


def test_the_cause_that_most_ties_hold_is_asked_about() -> None:
    every = [Tie(("R1",), ("a", "b")), Tie(("R2",), ("b", "c"))]

    assert [asked(tie, every) for tie in every] == ["b", "b"]
    assert asked(every[0], every[:1]) == "a"


REGISTERING = Runbook("renew", "Renew", "s", "d", (Step("Go", powershell="Set-AzsRegistration"),))


def catalogue(*prerequisites: str) -> dict[str, Cause]:
    """Causes a to d, each with a runbook of its own."""
    return {
        name: msgspec.structs.replace(cause(name), prerequisite=name in prerequisites, runbook=name)
        for name in "abcd"
    }


def test_what_stands_in_the_way_comes_before_what_registers() -> None:
    known = catalogue("a", "b", "c")
    refuted = CauseTally("c", ["R3"], ("NODES is 4",))
    causes = [CauseTally("a", ["R1"]), CauseTally("d", ["R4"]), CauseTally("b", ["R2"]), refuted]
    quiet = msgspec.structs.replace(REGISTERING, steps=(Step("Look", powershell="Get-AzLock"),))

    found = likeliest(causes, known, "abcd")
    assert found is not None
    assert found.id == "d"
    assert [one.id for one in prerequisites(REGISTERING, causes, known)] == ["a", "b"]
    assert prerequisites(quiet, causes, known) == []


def test_where_nothing_else_fails_the_prerequisite_is_mended() -> None:
    known = catalogue("a", "b")
    causes = [CauseTally("a", ["R1"]), CauseTally("b", ["R2"])]
    refuted = CauseTally("d", ["R4"], ("NODES is 4",))

    assert likeliest([*causes, refuted], known, "abcd") == known["a"]
    assert likeliest(causes, known, "b") == known["b"]
    assert likeliest([refuted], known, "d") == known["d"]
    assert likeliest(causes, known, ()) is None


def test_one_runbook_of_several_prerequisites_is_printed_once() -> None:
    known = {
        name: msgspec.structs.replace(one, runbook="same")
        for name, one in catalogue("a", "b").items()
    }
    causes = [CauseTally("a", ["R1"]), CauseTally("b", ["R1"])]
    same = msgspec.structs.replace(REGISTERING, id="same")

    assert prerequisites(REGISTERING, causes, known) == [known["a"]]
    assert prerequisites(same, causes, known) == []


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
