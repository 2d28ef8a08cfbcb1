"""Every sentence of the article leads to a rule, cause, runbook or check, or says why to none."""

from __future__ import annotations

from collections import Counter

import pytest

from stampcheck.article.drift import article_of, source_anchor
from stampcheck.article.table import load
from stampcheck.causes.catalogue import load as load_causes
from stampcheck.cli.main import COMMANDS
from stampcheck.model import RuleInfo
from stampcheck.registry import load_rules

ARTICLE = "register-azure-stack-hub.md"
TABLE = load()[ARTICLE]
CATALOGUE = load_causes()
OURS = [one.rule.info for one in load_rules() if one.package.name == "stampcheck"]
MAPPED = Counter(word for _, _, entry in TABLE.entries for word in entry.maps)
EXISTING = {
    *(info.id for info in OURS),
    *(f"cause:{cause}" for cause in CATALOGUE.causes),
    *(f"runbook:{runbook}" for runbook in CATALOGUE.runbooks),
    *(f"preflight:{name}" for name in TABLE.preflight),
}


def test_everything_that_a_sentence_leads_to_exists() -> None:
    assert not set(MAPPED) - EXISTING


def test_every_check_before_a_registration_is_made_by_something_and_led_to() -> None:
    made_by = {*EXISTING, *(f"command:{name}" for name in COMMANDS)}

    for name, check in TABLE.preflight.items():
        assert check.title, name
        assert check.by, name
        assert not set(check.by) - made_by, name
        assert MAPPED[f"preflight:{name}"], name


@pytest.mark.parametrize("info", OURS, ids=lambda info: info.id)
def test_every_rule_that_names_the_article_has_its_sentences(info: RuleInfo) -> None:
    if article_of(info) != ARTICLE:
        pytest.skip("its source is another")
    places = TABLE.places()
    maps = {digest: entry.maps for _, digest, entry in TABLE.entries}

    assert MAPPED[info.id]
    assert source_anchor(info) in TABLE.headings
    assert info.passages
    for passage in info.passages:
        assert passage.anchor in places[passage.digest]
        assert info.id in maps[passage.digest]


def test_every_cause_that_the_article_documents_is_led_to() -> None:
    documented = {
        f"cause:{cause.id}"
        for cause in CATALOGUE.causes.values()
        if cause.documented and cause.source.startswith(ARTICLE)
    }

    assert not documented - set(MAPPED)


def test_a_sentence_that_leads_nowhere_says_why_in_a_known_word() -> None:
    reasons = {entry.none for _, _, entry in TABLE.entries if entry.none}

    assert reasons <= {
        "about later operations",
        "demands nothing",
        "describes a portal page",
        "describes a prompt",
        "description",
        "head of a table",
        "lead-in",
        "navigation",
        "says how it is carried",
        "says where a file is",
        "says where it is given",
        "scope of the article",
        "syntax",
    }


def test_the_words_are_our_own_and_few() -> None:
    assert all(len(entry.about) <= 60 for _, _, entry in TABLE.entries)
