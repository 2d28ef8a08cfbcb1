"""The page as a reader meets it: in a browser, offline, with keyboard, in the dark, on a phone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stampcheck.model import Outcome, Severity
from stampcheck.record import ScanRecord
from stampcheck.tally import likeliest, prerequisites, ties
from stampcheck_reports.html import html_format
from tests.reports.page import opened, shown_count
from tests.reports.sample import HOSTILE_NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_NODES = 5_000


def outcomes(record: ScanRecord, outcome: Outcome) -> int:
    """The number of findings of an outcome."""
    return sum(found.outcome is outcome for found in record.findings())


def test_failures_come_first_and_passes_are_folded(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        assert page.inner_text(".row >> nth=0").startswith("Failed")
        page.click("#fold")
        page.click("#fold")
        heads = page.locator(".row.head").all_inner_texts()
        page.evaluate("document.getElementById('list').scrollTop = 1e6")
        page.wait_for_selector(".row.head >> text=Not applicable")

        assert heads[0].startswith("Failed")
        assert heads[1].startswith("Undetermined")
        assert page.locator("*").count() < MOST_NODES


def test_a_filter_leaves_what_it_names(browser: Browser, report: Path, record: ScanRecord) -> None:
    with opened(browser, report) as page:
        page.click(".facet-outcome label >> nth=1")

        assert shown_count(page) == outcomes(record, Outcome.UNDETERMINED)
        assert page.url.endswith("#outcome=undetermined")
        page.click("text=Clear all")
        assert shown_count(page) == sum(1 for _ in record.findings())


def test_search_finds_a_stamp_a_proof_and_an_id(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    found = next(record.findings())
    with opened(browser, report) as page:
        page.fill("#search", "riga-02")
        assert shown_count(page) == len(record.scan.rules)
        page.fill("#search", "riga-02 LOCKS")
        assert 0 < shown_count(page) < len(record.scan.rules)
        page.fill("#search", found.finding_id)
        assert shown_count(page) == 1
        page.fill("#search", "nothing has this")
        assert shown_count(page) == 0


def test_the_address_brings_back_the_state(browser: Browser, report: Path) -> None:
    with opened(browser, report, "#view=rule&q=lima&outcome=fail&sort=stamp") as page:
        assert page.input_value("#search") == "lima"
        assert page.get_attribute("[data-view=rule]", "aria-pressed") == "true"
        assert page.input_value("#sort") == "stamp"
        assert page.is_checked(".facet-outcome input >> nth=0")


def test_a_finding_opens_from_its_address_and_closes_with_escape(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    found = next(found for found in record.findings() if found.outcome is Outcome.FAIL)
    with opened(browser, report, f"#finding={found.finding_id}") as page:
        text = page.inner_text("#panel")
        for words in (found.message, found.expected, found.actual, found.sources[0].field):
            assert words in text
        page.keyboard.press("Escape")
        assert not page.is_visible("#panel")
        assert "finding=" not in page.url


def test_rows_open_by_keyboard_and_the_focus_comes_back(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.focus("#list")
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector("#panel:not([hidden])")
        page.keyboard.press("Escape")

        assert page.evaluate("document.activeElement.className").startswith("row")


def test_a_runbook_has_the_values_of_its_stamp_and_names_the_gaps(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    found = next(
        found
        for found, stamp in ((f, s) for s, own in record.by_stamp() if s for f in own)
        if found.outcome is Outcome.FAIL and stamp.connection == "connected"
    )
    with opened(browser, report, f"#finding={found.finding_id}") as page:
        runbook = page.locator(".runbook").first
        assert f"-RegistrationName '{found.stamp}'" in runbook.inner_text()
        assert "-AgreementNumber '<FILL: agreement number of <Contoso>>'" in runbook.inner_text()
        assert "agreement number" in runbook.locator(".gaps").inner_text()
        assert "Get-AzsRegistrationToken" not in runbook.inner_text()
        runbook.get_by_role("button", name="AzureRM").click()
        assert "Connect-AzureRmAccount" in runbook.inner_text()
        assert "Connect-AzAccount" not in runbook.inner_text()


def test_a_stamp_has_a_panel(browser: Browser, report: Path, record: ScanRecord) -> None:
    stamp = next(record.stamps())
    with opened(browser, report, f"#stamp={stamp.stamp}") as page:
        text = page.inner_text("#panel")
        assert stamp.cloud_id in text
        assert stamp.licence_standing.value in text
        assert f"registration {stamp.state.value}" in text


def test_an_undetermined_finding_says_what_would_settle_it(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    found = next(found for found in record.findings() if found.missing and found.reason)
    with opened(browser, report, f"#finding={found.finding_id}") as page:
        text = page.inner_text(".settle")
        assert found.missing[0] in text
        assert str(found.reason) in text


@pytest.mark.parametrize("view", ["outcome", "stamp", "rule", "cause", "risk"])
def test_every_view_counts_each_finding(browser: Browser, report: Path, view: str) -> None:
    with opened(browser, report, f"#view={view}") as page:
        page.click(f"[data-view={view}]")

        assert shown_count(page) > 0
        assert page.locator(".row.head").count() > 0


def test_hostile_names_stay_text(browser: Browser, hostile: ScanRecord) -> None:
    html_format.write(hostile, hostile.folder)
    with opened(browser, hostile.folder / "report.html", "#view=stamp") as page:
        page.click("#fold")
        page.fill("#search", "onerror")
        page.locator(".row:not(.head)").first.click()
        page.wait_for_selector("#panel:not([hidden])")
        assert page.locator("#panel img").count() == 0
        assert HOSTILE_NAMES[1] in page.inner_text("#panel")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("address", ["", "#view=stamp", "#outcome=undetermined"])
def test_a_phone_needs_no_sideways_scrolling(browser: Browser, report: Path, address: str) -> None:
    narrow = {"width": 390, "height": 844}
    with opened(browser, report, address, viewport=narrow) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= narrow["width"]
        page.locator(".row").last.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= narrow["width"]


def test_dark_follows_the_system_and_the_button(browser: Browser, report: Path) -> None:
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    with opened(browser, report, color_scheme="dark") as page:
        dark = page.evaluate(colour)
        page.click("#theme")
        assert page.evaluate(colour) != dark


def test_without_javascript_the_failures_are_a_table(browser: Browser, report: Path) -> None:
    with opened(browser, report, java_script_enabled=False) as page:
        assert page.locator("table.static tbody tr").count() > 0
        assert not page.is_visible("#explorer")
        assert "pairs failed" in page.inner_text(".headline")


def test_paper_gets_failures_and_gaps(browser: Browser, report: Path, record: ScanRecord) -> None:
    wanted = outcomes(record, Outcome.FAIL) + outcomes(record, Outcome.UNDETERMINED)
    with opened(browser, report) as page:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#print tbody tr").count() == wanted
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("#print tbody tr").count() == 0


def test_the_severity_filter_counts_failures_and_gaps(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    wanted = Counter(
        found.severity.value
        for found in record.findings()
        if found.outcome in (Outcome.FAIL, Outcome.UNDETERMINED)
    )
    with opened(browser, report) as page:
        shown = page.locator(".facet-severity .num").all_inner_texts()
        assert [int(text) for text in shown] == [wanted[level.value] for level in Severity]
        page.click(".facet-severity label >> nth=0")
        assert shown_count(page) == wanted["critical"]


@pytest.mark.parametrize("table", ["#evidence .stacked", "#first .stacked"])
def test_a_phone_shows_wide_tables_as_cards(browser: Browser, report: Path, table: str) -> None:
    display = "node => getComputedStyle(node).display"
    with opened(browser, report, viewport={"width": 390, "height": 844}) as page:
        cells = page.locator(f"{table} >> nth=0").locator("td:not(:empty)")
        boxes = [box for cell in cells.all() if (box := cell.bounding_box())]
        assert cells.first.evaluate(display) == "block"
        assert boxes
        assert min(box["width"] for box in boxes) > 250
    with opened(browser, report, viewport={"width": 700, "height": 844}) as page:
        assert page.locator(f"{table} td >> nth=0").evaluate(display) == "table-cell"


@pytest.mark.parametrize("width", [390, 1440])
def test_parts_of_a_path_stay_on_one_line(browser: Browser, report: Path, width: int) -> None:
    lines = "nodes => nodes.map(node => node.getClientRects()[0].height)"
    with opened(browser, report, viewport={"width": width, "height": 844}) as page:
        heights = page.locator("#evidence .part").evaluate_all(lines)
        assert heights
        assert max(heights) < 30
        fits = "node => node.scrollWidth <= node.clientWidth"
        assert page.locator("#evidence .scroll").evaluate(fits)


def test_a_stamp_ranks_its_causes_before_its_findings(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    stamp = next(stamp for stamp in record.stamps() if any(t.contradicted_by for t in stamp.causes))
    titles = {cause.id: cause.title for cause in record.scan.causes}
    with opened(browser, report, f"#stamp={stamp.stamp}") as page:
        shown = page.locator("#panel .ranked .cause-name").all_inner_texts()
        assert shown == [titles[tally.cause] for tally in stamp.causes]
        text = page.inner_text("#panel")
        first = stamp.causes[0]
        words = f"explains {len(first.explains)} of {stamp.pairs.failed}, contradicted by none"
        assert 0 < text.index(words) < text.index("Cloud ID") < text.rindex("Failed")
        assert "contradicted by 1" in text
        assert f"At risk: {', '.join(stamp.consequences)}" in text
        page.locator("#panel .cause summary").filter(has_text="contradicted by 1").click()
        assert "the principal holds a role (ROLE_HELD is true)" in page.inner_text("#panel")


def test_where_causes_of_one_failure_tie_one_question_is_asked(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    stamps = list(record.stamps())
    tie = next(stamp for stamp in stamps if ties(stamp.causes))
    lone = next(stamp for stamp in stamps if len(stamp.causes) > 1 and not ties(stamp.causes))
    with opened(browser, report, f"#stamp={tie.stamp}") as page:
        (only,) = ties(tie.causes)
        assert page.locator(".next li").count() == 1
        assert only.rules[0] in page.inner_text(".next")
    with opened(browser, report, f"#stamp={lone.stamp}") as page:
        assert page.locator(".next").count() == 0


def test_what_stands_in_the_way_of_registering_comes_first(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    causes = {cause.id: cause for cause in record.scan.causes}
    runbooks = {runbook.id: runbook for runbook in record.scan.runbooks}
    plans = {}
    for stamp in record.stamps():
        main = likeliest(stamp.causes, causes, causes)
        first = prerequisites(runbooks[main.runbook], stamp.causes, causes) if main else []
        plans[stamp.stamp] = (
            [*(one.runbook for one in first), main.runbook] if main and first else []
        )
    blocked = next(name for name, plan in plans.items() if plan)
    free = next(name for name, plan in plans.items() if not plan)
    with opened(browser, report, f"#stamp={blocked}") as page:
        shown = page.locator(".plan .cause-name").all_inner_texts()
        *before, last = (runbooks[one].title for one in plans[blocked])
        assert shown == [*(f"Do first: {title}" for title in before), f"Then: {last}"]
        page.locator(".plan summary").first.click()
        assert page.locator(".plan .runbook").first.is_visible()
    failures = {one.rule: one for one in record.findings() if one.stamp == blocked and one.causes}
    other = next(one for rule, one in failures.items() if rule != "AZS-SU-004")
    with opened(browser, report, f"#finding={other.finding_id}") as page:
        assert "Before registering, mend: Microsoft.AzureStack" in page.inner_text("#panel")
    with opened(browser, report, f"#finding={failures['AZS-SU-004'].finding_id}") as page:
        assert "Before registering" not in page.inner_text("#panel")
    with opened(browser, report, f"#stamp={free}") as page:
        assert page.locator(".plan").count() == 0


def test_the_risk_filter_and_its_view_count_failures(
    browser: Browser, report: Path, record: ScanRecord
) -> None:
    wanted = Counter(word.value for found in record.findings() for word in found.consequences)
    with opened(browser, report, "#view=risk&sort=risk") as page:
        words = page.locator(".facet-risk .facet-word").all_inner_texts()
        numbers = page.locator(".facet-risk .num").all_inner_texts()
        assert dict(zip(words, map(int, numbers), strict=True)) == wanted
        heads = page.locator(".row.head .head-title").all_inner_texts()
        assert heads == [*words, "No consequence is proven"]
        page.click(".facet-risk label >> nth=0")
        assert shown_count(page) == wanted["licence standing"]
        assert "risk=licence" in page.url


def test_findings_sort_by_what_is_at_risk(browser: Browser, report: Path) -> None:
    with opened(browser, report, "#outcome=fail&sort=risk") as page:
        assert page.input_value("#sort") == "risk"
        first = page.locator(".row:not(.head) .cell-text").first.text_content() or ""
        assert first.startswith("at risk: licence standing")
