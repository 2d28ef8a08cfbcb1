"""The generated fleet, the bare loop and stampcheck agree on every stamp."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from stampcheck.bundle import Bundle
from tests.benchmarks import bare_loop, judge_only, outcome
from tests.benchmarks.generator import RULES, expected, identity, outcomes, write_bundle

STAMPS: Final = 40


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmark") / "bundle"
    write_bundle(folder, STAMPS)
    return folder


def test_both_find_what_was_put_in(bundle: Path, tmp_path: Path) -> None:
    bare_loop.judge(bundle, tmp_path / "bare.csv")
    judge_only.judge(bundle, tmp_path / "judge")

    wanted = {
        (identity(number).name, rule, word)
        for number in range(STAMPS)
        for rule, word in zip(RULES, outcomes(number, STAMPS), strict=True)
    }
    for path in (tmp_path / "bare.csv", tmp_path / "judge" / "findings.csv"):
        rows = list(outcome.findings(path))
        assert set(rows) == wanted
        assert len(rows) == len(wanted)
    outcome.check_sums(tmp_path / "judge", expected(STAMPS))


def test_a_rich_bundle_is_judged_alike_by_the_six_and_in_full_by_all(tmp_path: Path) -> None:
    write_bundle(tmp_path / "rich", STAMPS, rich=True)
    judge_only.judge(tmp_path / "rich", tmp_path / "all", only=())

    outcome.check_findings(tmp_path / "all" / "findings.csv", expected(STAMPS))
    outcome.check_sums(tmp_path / "all", expected(STAMPS))
    assert outcome.rows(tmp_path / "all" / "findings.csv") > STAMPS * len(RULES)


def test_every_rule_is_violated_and_met() -> None:
    for rule, counted in expected(STAMPS).items():
        assert counted["fail"], rule
        assert counted["pass"] > STAMPS / 2, rule
        assert sum(counted.values()) == STAMPS


def test_the_bundle_is_the_same_every_time(bundle: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "again", STAMPS)
    for path in bundle.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_a_stamp_is_about_three_kilobytes(bundle: Path) -> None:
    with Bundle(bundle) as opened:
        opened.verify()
        sizes = [document.size for document in opened.documents() if document.stamps]
    assert 2_500 < sum(sizes) / STAMPS < 3_500


def test_rows_of_both_are_of_one_size(bundle: Path, tmp_path: Path) -> None:
    bare_loop.judge(bundle, tmp_path / "bare.csv")
    judge_only.judge(bundle, tmp_path / "judge")

    bare = (tmp_path / "bare.csv").stat().st_size
    ours = (tmp_path / "judge" / "findings.csv").stat().st_size
    assert bare == pytest.approx(ours, rel=0.1)
