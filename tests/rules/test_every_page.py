"""Every rule of ours has a page that is true and not stale, with examples that are judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.cli.main import run
from stampcheck.model import Example, Outcome, Rule
from stampcheck.registry import load_rules
from stampcheck.rule_example import judge, with_gap
from stampcheck.rule_page import page_of

FOLDER = Path(__file__).parents[2] / "rules"
RULES = [one.rule for one in load_rules() if one.package.name == "stampcheck"]
EXAMPLES = [(rule, example) for rule in RULES for example in rule.info.examples]


def test_the_files_are_those_that_the_rules_make() -> None:
    """Renew them by: stampcheck rules pages rules --package stampcheck."""
    command = ["rules", "pages", str(FOLDER), "--package", "stampcheck"]

    assert run([*command, "--check"]) == 0, f"stale; run: stampcheck {' '.join(command)}"


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=[f"{rule.info.id} {one.outcome}" for rule, one in EXAMPLES]
)
def test_every_example_is_judged_as_it_says(rule: Rule, example: Example) -> None:
    found = judge(rule, example)

    assert found.outcome is example.outcome, found.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.info.id)
class TestEveryPage:
    def test_shows_each_outcome_that_the_rule_can_give(self, rule: Rule) -> None:
        given = {example.outcome for example in rule.info.examples}

        assert Outcome.FAIL in given
        assert (Outcome.PASS in given) != rule.info.passes_when.startswith("Never")
        assert (Outcome.NOT_APPLICABLE in given) == bool(rule.info.not_applicable_when)
        assert with_gap(rule) or Outcome.UNDETERMINED in given

    def test_says_what_is_at_risk_worst_first(self, rule: Rule) -> None:
        consequences = rule.info.consequences

        assert consequences
        assert sorted(consequences, key=list(type(consequences[0])).index) == list(consequences)

    def test_names_only_facts_that_the_rule_reads(self, rule: Rule) -> None:
        for example in rule.info.examples:
            for given in (example.facts, *example.others, *example.unclaimed):
                assert set(given) <= set(rule.facts)

    def test_knows_every_document_with_its_permission_and_every_cause_with_its_title(
        self, rule: Rule
    ) -> None:
        page = page_of(rule, "stampcheck", load().causes)

        assert all(cause.title for cause in page.causes)
        assert page.area
        for read in page.reads:
            assert all("not known" not in one.permission for one in read.documents)
