"""The parts of the page that a reader uses: matrix, witnesses, calendar, pages of causes, paper."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from stampcheck_reports.calendar import calendar, registrations
from stampcheck_reports.html import html_format
from tests.reports.page import opened, shown_count
from tests.reports.sample import write_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_NODES = 5_000


def test_the_matrix_has_a_mark_for_every_pair(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    stamp, own = next((s, own) for s, own in record.by_stamp() if s)
    assert stamp is not None
    with opened(browser, report, "#view=matrix&sort=stamp") as page:
        row = page.locator(".matrix-body [role=row]").first
        marks = row.locator("[role=gridcell]").evaluate_all(
            "nodes => nodes.map(node => node.getAttribute('aria-label'))"
        )
        assert row.locator("[role=rowheader]").inner_text() == stamp.stamp
        words = {"fail": "Failed", "undetermined": "Undetermined", "pass": "Passed"}
        words["not-applicable"] = "Not applicable"
        said = {f"{one.rule}: {words[one.outcome]}" for one in own}
        assert {mark.partition(",")[0] for mark in marks} == said
        assert page.get_attribute("[role=grid]", "aria-rowcount") == "42"


def test_the_matrix_goes_by_keyboard(browser: Browser, report: Path) -> None:
    label = "document.activeElement.getAttribute('aria-label')"
    with opened(browser, report, "#view=matrix&sort=stamp") as page:
        page.focus("[role=grid] [tabindex='0']")
        for key in ("ArrowRight", "ArrowDown", "Control+End"):
            page.keyboard.press(key)
        assert page.evaluate(label).startswith("AZS-")
        assert page.evaluate("document.activeElement.dataset.row") == "40"
        page.keyboard.press("Control+Home")
        assert page.evaluate("document.activeElement.dataset.row") == "-1"
        for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
            page.keyboard.press(key)
        at = page.evaluate("document.activeElement.title")
        page.keyboard.press("Enter")
        page.wait_for_selector("#panel:not([hidden])")
        assert at.split(",")[0] in page.inner_text("#panel")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.title") == at


def test_the_matrix_follows_the_filters(browser: Browser, report: Path, record: ScanRecord) -> None:
    failing = {one.stamp for one in record.findings() if one.outcome is Outcome.FAIL}
    with opened(browser, report, "#view=matrix&outcome=fail") as page:
        assert page.get_attribute("[role=grid]", "aria-rowcount") == str(len(failing) + 1)
        page.locator("[role=columnheader]").nth(1).click()
        assert "rule=AZS-" in page.url


def test_a_matrix_of_a_thousand_stamps_stays_light(browser: Browser, tmp_path: Path) -> None:
    record = write_sample(tmp_path, 1_000)
    html_format.write(record, record.folder)
    with opened(browser, tmp_path / "report.html", "#view=matrix") as page:
        page.focus("[role=grid] [tabindex='0']")
        page.keyboard.press("Control+End")
        assert page.evaluate("document.activeElement.dataset.row") == "1000"
        assert page.locator("*").count() < MOST_NODES


def test_the_proof_tells_time_and_request(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    stamp, found = next(
        (s, f) for s, own in record.by_stamp() if s for f in own if f.outcome is Outcome.FAIL
    )
    document = stamp.documents[0]
    with opened(browser, report, f"#finding={found.finding_id}") as page:
        text = page.inner_text(".proof")
        for words in (document.document, document.collected_at, document.request_id):
            assert words in text
        page.fill("#search", document.request_id)
        assert shown_count(page) == len(record.scan.rules)


def test_two_witnesses_stand_side_by_side(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    torn = [stamp for stamp in record.stamps() if stamp.disagreements]
    one = torn[0].disagreements[0]
    with opened(browser, report, f"#stamp={torn[0].stamp}") as page:
        boxes = page.locator("#panel .witnesses .witness > div").all_inner_texts()
        assert [one.stamp_says in boxes[0], one.azure_says in boxes[1]] == [True, True]
        page.keyboard.press("Escape")
        page.fill("#search", "disagree")
        page.click("[data-view=stamp]")
        assert page.locator(".row.head").count() == len(torn)


def test_a_month_of_the_calendar_filters_its_stamps(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    ends = calendar(registrations(record.stamps()), record.scan.as_of)
    wanted = {month.key: len(month.expiries) for month in ends.months if month.expiries}
    wanted |= {"never": ends.never, "": ends.unknown}
    rules = len(record.scan.rules)
    with opened(browser, report) as page:
        for key, number in wanted.items():
            page.evaluate("address => { location.hash = address }", f"expires={key}")
            page.wait_for_function("key => location.hash.endsWith(key)", arg=f"={key}")
            page.wait_for_selector(".chip")
            assert shown_count(page) == number * rules


def test_tags_are_a_facet(browser: Browser, report: Path, record: ScanRecord) -> None:
    tags = Counter(tag for stamp in record.stamps() for tag in stamp.tags)
    with opened(browser, report, "#tag=test") as page:
        assert shown_count(page) == tags["test"] * len(record.scan.rules)
        words = page.locator(".facet-tag .facet-word").all_inner_texts()
        assert words == sorted(tags)


def test_waived_failures_stand_apart(browser: Browser, report: Path, record: ScanRecord) -> None:
    waived = sum(one.waived for one in record.findings())
    with opened(browser, report) as page:
        page.click("#fold")
        page.click("#fold")
        page.evaluate("document.getElementById('list').scrollTop = 1e6")
        page.wait_for_selector(".row.head-waived")
        *_, before, apart, after, last = page.locator(".row.head").all_inner_texts()
        assert apart.split()[-1] == str(waived) != "0"
        words = [text.split("\n")[0] for text in (before, after, last)]
        assert words == ["Undetermined", "Passed", "Not applicable"]


def test_the_page_of_a_cause_shows_its_runbook_with_gaps(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    tally = record.scan.cause_stamps[0]
    with opened(browser, report, f"#cause-{tally.cause}") as page:
        own = page.locator(f"#cause-{tally.cause}")
        assert own.locator(".runbook mark").count() > 0
        assert own.get_by_role("button", name="Copy").count() > 0
        own.get_by_role("link", name="Show its findings").click()
        assert f"cause={tally.cause}" in page.url


def test_the_panel_steps_through_the_list(browser: Browser, report: Path) -> None:
    with opened(browser, report, "#outcome=fail&sort=stamp") as page:
        page.locator(".row:not(.head)").first.click()
        page.wait_for_selector("#panel:not([hidden])")
        first = page.url
        assert page.is_disabled(".step-previous")
        page.keyboard.press("j")
        page.wait_for_function("first => location.href !== first", arg=first)
        page.keyboard.press("k")
        page.wait_for_function("first => location.href === first", arg=first)


def test_a_slash_goes_to_the_search(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.keyboard.press("/")
        page.keyboard.type("a/b")
        assert page.input_value("#search") == "a/b"


def test_the_list_goes_by_keyboard_to_its_ends(browser: Browser, report: Path) -> None:
    with opened(browser, report, "#outcome=fail") as page:
        page.focus("#list")
        for key in ("ArrowDown", "End"):
            page.keyboard.press(key)
        last = int(page.evaluate("document.activeElement.dataset.line"))
        assert last == shown_count(page) + page.locator(".row.head-waived").count()
        page.keyboard.press("Home")
        assert page.evaluate("document.activeElement.dataset.line") == "0"


@pytest.mark.parametrize(
    ("mode", "shows"),
    [
        ("summary", {"#summary": True, "#calendar": True, "#findings": False, "#rules": False}),
        ("findings", {"#summary": True, "#findings": True, "#rules": False, "#causes": False}),
        ("all", {"#summary": True, "#findings": True, "#rules": True}),
    ],
)
def test_paper_is_the_summary_or_more(
    browser: Browser, report: Path, mode: str, shows: dict[str, bool]
) -> None:
    with opened(browser, report) as page:
        page.evaluate("window.print = () => {}")
        page.click("#print-menu summary")
        page.click(f"#print-menu [data-print={mode}]")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert {part: page.is_visible(part) for part in shows} == shows
        assert page.locator("#print table").count() == (0 if mode == "summary" else 3)
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("#print table").count() == 0


def test_every_page_of_paper_bears_the_digest(
    browser: Browser, report: Path, record: ScanRecord, tmp_path: Path
) -> None:
    with opened(browser, report) as page:
        page.evaluate("document.documentElement.dataset.print = 'summary'")
        page.pdf(path=str(tmp_path / "paper.pdf"), format="A4", tagged=False)
    sheets = PdfReader(tmp_path / "paper.pdf").pages
    assert len(sheets) > 1
    for sheet in sheets:
        assert record.scan.bundle.digest in sheet.extract_text().replace("\n", "")


def test_what_is_folded_unfolds_when_it_is_opened(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    rule = record.scan.rules[0]
    with opened(browser, report, f"#rule-{rule.id}") as page:
        assert rule.rationale in page.inner_text(f"#rule-{rule.id}")
        assert page.locator("#rules .rule-body").count() == 1
        page.locator("#first .causes summary").first.click()
        assert page.locator("#first .causes li >> nth=0").locator(".cause-body").is_visible()
        assert page.locator("*").count() < MOST_NODES
