"""What holds for every installed rule of ours: the contract, causes, a test of its own, its size.

It is the same contract that ``stampcheck rules test`` demands of anybody's rules.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from stampcheck.cli.rules_test import faults_of
from stampcheck.registry import Loaded, load_rules

HERE = Path(__file__).parent
RULES = load_rules()


@pytest.mark.parametrize("loaded", RULES, ids=lambda one: one.rule.info.id)
class TestEveryRule:
    def test_keeps_the_contract_of_rules_test(self, loaded: Loaded) -> None:
        assert not faults_of(loaded)

    def test_has_a_like_named_test(self, loaded: Loaded) -> None:
        *_, area, name = loaded.rule.module.split(".")

        assert (HERE / area / f"test_{name}.py").is_file()

    def test_is_short(self, loaded: Loaded) -> None:
        assert _source(loaded).count("\n") <= 200

    def test_says_when_it_leaves_a_stamp_open_of_which_all_needs_are_known(
        self, loaded: Loaded
    ) -> None:
        info, source = loaded.rule.info, _source(loaded)
        relied = [fact.name for fact in info.uses if f"stamp[{fact.name}]" in source]

        assert ("Verdict.undetermined(" in source or bool(relied)) <= bool(info.undetermined_when)


def _source(loaded: Loaded) -> str:
    spec = find_spec(loaded.rule.module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")


def test_the_six_essential_rules_are_there() -> None:
    essential = {"RG-001", "RG-002", "BI-001", "PR-001", "TE-001", "ID-001"}

    assert {f"AZS-{rule}" for rule in essential} <= {one.rule.info.id for one in RULES}
