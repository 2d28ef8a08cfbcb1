"""axe-core finds nothing to complain about: every view, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from stampcheck_reports.html import html_format
from tests.reports.sample import write_sample
from tests.reports.test_trend_view import point

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_MODES: Final[dict[str, dict[str, Any]]] = {
    "light and wide": {"viewport": {"width": 1440, "height": 900}},
    "dark and wide": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "light and narrow": {"viewport": {"width": 390, "height": 844}},
    "dark and narrow": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
_OPTIONS: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_VIEWS: Final = ("outcome", "stamp", "rule", "cause", "risk", "matrix")


def complaints(page: Page, part: str | None = None) -> list[str]:
    """What axe-core says against the page, or against one part of it."""
    from axe_playwright_python.sync_playwright import Axe

    # The passes are not asked for: to tell of each element takes most of the time.
    response = Axe().run(page, context=part, options=_OPTIONS).response
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"
        for one in response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    """A small scan with something in every part of its page: axe-core looks at each element."""
    record = write_sample(tmp_path_factory.mktemp("scan") / "few", 8, fail=0.3)
    record.trend = [point(1, licensed=9, expired=3), point(2, licensed=8, not_proven=4)]
    html_format.write(record, record.folder)
    return record


@pytest.fixture(params=_MODES)
def page(request: pytest.FixtureRequest, browser: Browser, few: ScanRecord) -> Iterator[Page]:
    """The page in one mode."""
    options: dict[str, Any] = _MODES[request.param]
    report = few.folder / "report.html"
    context = browser.new_context(**options)
    opened = context.new_page()
    opened.goto(f"file://{report}")
    opened.wait_for_selector("#explorer:not([hidden])")
    yield opened
    context.close()


def _is_thorough(page: Page) -> bool:
    """Light and wide, or dark and narrow: each colour and each width is looked at in full once."""
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    return bool(dark) == bool(page.evaluate("innerWidth < 1000"))


def moved(page: Page, address: str) -> None:
    """Go to an address of the page."""
    page.evaluate("address => { location.hash = address }", address)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_every_view_is_accessible(page: Page, few: ScanRecord) -> None:
    moved(page, f"rule-{few.scan.rules[0].id}")
    moved(page, f"cause-{few.scan.causes[0].id}")
    page.locator("#first summary").first.click()
    # What is half under the bar at the top counts as too small to be hit.
    page.evaluate("scrollTo(0, 0)")
    assert complaints(page) == []

    for view in _VIEWS if _is_thorough(page) else ("matrix",):
        moved(page, f"view={view}")
        assert complaints(page, "#findings .results") == []


def test_every_panel_is_accessible(page: Page, few: ScanRecord) -> None:
    wanted = {Outcome.FAIL, Outcome.UNDETERMINED, Outcome.PASS} if _is_thorough(page) else set()
    for found in few.findings():
        if found.outcome in wanted:
            wanted.remove(found.outcome)
            moved(page, f"finding={found.finding_id}")
            assert complaints(page, "#panel") == []
    stamp = next(one for one in few.stamps() if one.disagreements and one.causes)
    moved(page, f"stamp={stamp.stamp}")
    page.evaluate("document.querySelectorAll('#panel details').forEach(one => { one.open = true })")
    assert complaints(page, "#panel") == []


def without_javascript(text: str) -> str:
    """The page as it stands where scripts do not run: axe-core itself needs them."""
    text = re.sub(r"<script[^>]*>.*?</script>", "", text, flags=re.DOTALL)
    text = re.sub(r"<meta http-equiv=[^>]*>", "", text)
    return re.sub(r"</?noscript>", "", text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_without_javascript_is_accessible(
    browser: Browser, few: ScanRecord, tmp_path: Path, scheme: Any
) -> None:
    plain = tmp_path / "plain.html"
    text = (few.folder / "report.html").read_text("utf-8")
    plain.write_text(without_javascript(text), encoding="utf-8")
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"file://{plain}")
    page.locator(".cause-page summary").first.click()

    assert page.locator("table.static").count() > 0
    assert complaints(page) == []
    context.close()
