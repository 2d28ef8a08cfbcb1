"""The page says of each rule what ``stampcheck rules show`` says."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Iterator

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.demo import FLEETS
from stampcheck.registry import load_rules
from stampcheck.rule_page import RulePage, page_of
from stampcheck.rule_render import given_lines, says
from tests.scanner.test_scan import scanned

PAGES = [page_of(one.rule, one.package.name, load().causes) for one in load_rules()]


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The words of each rule's section, by its id."""
    run = scanned(FLEETS[0], tmp_path_factory.mktemp("scan")).folder
    text = (run / "report.html").read_text(encoding="utf-8")
    parts = re.split(r'<details id="rule-([^"]+)"', text)[1:]
    return {rule: words(part) for rule, part in zip(parts[::2], parts[1::2], strict=True)}


def words(text: str) -> str:
    return " ".join(markup.unescape(re.sub(r"<[^>]*>", "", text)).split())


def lines(page: RulePage) -> Iterator[str]:
    yield from (page.title, page.rationale, page.remediation, page.source, page.reviewed)
    yield from (page.newer, page.scope, page.package, ", ".join(page.consequences))
    for ending in page.endings:
        yield ending.when
        for case in ending.cases:
            yield from (*given_lines(case), says(case))
    for read in page.reads:
        yield f"{read.part} {read.name} {read.meaning}"
        yield from (f"{one.title} [{one.kind}], by {one.permission}" for one in read.documents)
    yield from (f"{cause.id} {cause.title}" for cause in page.causes)


@pytest.mark.parametrize("page", PAGES, ids=[page.id for page in PAGES])
def test_every_line_of_a_rules_page_is_in_the_report(
    page: RulePage, sections: dict[str, str]
) -> None:
    said = sections[page.id]

    assert [line for line in lines(page) if " ".join(line.split()) not in said] == []
