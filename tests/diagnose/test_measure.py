"""The catalogue does not get worse: what it reaches on the corpus stays above the floors."""

import tomllib
from typing import Any

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.diagnose import Diagnosis, diagnose, text_source
from stampcheck.diagnose.diagnosis import ShownCause
from stampcheck.model import Likelihood
from tests.diagnose.measure import (
    HERE,
    NOTHING,
    Expected,
    Measured,
    Result,
    expectations,
    measured,
    negatives,
    results,
)

FLOORS: dict[str, Any] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
WANTED = expectations()
CAUSES = load().causes


@pytest.fixture(scope="module")
def positive() -> list[Result]:
    """The diagnosis of every text of the corpus."""
    return results(WANTED)


@pytest.fixture(scope="module")
def negative() -> list[Result]:
    """The diagnosis of every negative."""
    return negatives()


@pytest.fixture(scope="module")
def reached(positive: list[Result], negative: list[Result]) -> Measured:
    """What the catalogue reaches."""
    return measured(positive, negative)


@pytest.mark.parametrize("share", ["precision", "recall", "top_1", "values", "recovered"])
def test_no_share_falls_below_its_floor(reached: Measured, share: str) -> None:
    assert getattr(reached, share) >= FLOORS[share], reached.wrong


@pytest.mark.parametrize("word", Likelihood)
def test_a_word_promises_no_more_than_it_keeps(reached: Measured, word: Likelihood) -> None:
    right, said = reached.calibration[word.value]
    assert right >= FLOORS["calibration"][word.value] * said


def test_nothing_is_claimed_of_what_is_not_ours(reached: Measured) -> None:
    assert len(reached.false_claims) <= FLOORS["false_claims"], reached.false_claims


def test_what_is_said_to_be_certain_is_certain(positive: list[Result]) -> None:
    for one in positive:
        if one.expected and one.expected.likelihood is not None:
            assert one.diagnosis.causes[0].likelihood is one.expected.likelihood, one.file


def test_every_text_is_expected_and_every_expectation_has_a_text() -> None:
    files = sorted(file.name for file in (HERE / "corpus").iterdir())
    assert files == sorted(one.file for one in WANTED)
    assert len(files) >= FLOORS["texts"]["corpus"]
    assert len(list((HERE / "negatives").iterdir())) >= FLOORS["texts"]["negatives"]


def test_what_is_expected_is_in_the_catalogue() -> None:
    known = {*CAUSES, NOTHING}
    assert all({one.cause, *one.also} <= known for one in WANTED)


def test_every_cause_that_logs_show_has_a_text_that_shows_it() -> None:
    shown = {one.cause for one in WANTED}
    assert {cause.id for cause in CAUSES.values() if cause.signatures} <= shown


def test_a_bare_step_is_told_as_a_step_and_claims_no_cause() -> None:
    text = (
        "Invocation of interface 'ActivateAzureBridge' of role 'Cloud\\Fabric\\AzureBridge' failed:"
    )
    found = diagnose([text_source("paste", text)], load())
    assert (found.causes, len(found.steps)) == ([], 1)


def claim(likelihood: Likelihood, *causes: str) -> Diagnosis:
    """A diagnosis that claims these causes."""
    runbook: Any = None
    shown = [
        ShownCause(id=cause, title="t", likelihood=likelihood, explanation="e", runbook=runbook)
        for cause in causes
    ]
    return Diagnosis(situation="", causes=shown)


def test_the_shares_are_what_they_say() -> None:
    found = [
        Result("a", claim(Likelihood.CERTAIN, "x"), Expected("a", "x")),
        Result("b", claim(Likelihood.LIKELY, "y", "x"), Expected("b", "x")),
        Result("c", claim(Likelihood.LIKELY, "z"), Expected("c", "x", also=("z",))),
        Result("d", claim(Likelihood.LIKELY), Expected("d", "x")),
    ]
    got = measured(found, [Result("n", claim(Likelihood.POSSIBLE, "x"))])
    assert (got.precision, got.recall, got.top_1) == (2 / 4, 3 / 4, 2 / 4)
    assert got.calibration == {"certain": (1, 1), "likely": (1, 2), "possible": (0, 1)}
    assert (got.false_claims, got.wrong) == (("n",), (("b", "y"), ("d", NOTHING)))
