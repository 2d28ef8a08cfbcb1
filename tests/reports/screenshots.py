"""Takes a picture of every view of the page, for people to look at.

    python -m tests.reports.screenshots OUT [--fleet complete] [--only WORD]

The fleets are those of ``stampcheck demo``. Each view is taken light and wide; the main ones dark,
narrow and on paper as well.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from playwright.sync_api import sync_playwright

from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from tests.reports.conftest import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLEETS: Final = ("complete", "troubled", "later")
WIDE: Final = {"width": 1440, "height": 900}
NARROW: Final = {"width": 390, "height": 844}
_STAMPCHECK: Final = "import sys; from stampcheck.cli.main import main; main()"


class View(NamedTuple):
    """A view: its name, its address on the page, and whether the whole page is pictured."""

    name: str
    address: str = ""
    whole: bool = False


def views(record: ScanRecord) -> Iterator[View]:
    """Every view of a scan, with a finding and a stamp of each kind."""
    yield View("page", whole=True)
    for word in ("first", "witnesses", "calendar", "evidence", "rules", "causes"):
        yield View(word, f"#{word}")
    for word in ("outcome", "stamp", "rule", "cause", "risk", "matrix"):
        yield View(f"by-{word}", f"#view={word}")
    yield View("filtered", "#view=matrix&outcome=fail&outcome=undetermined&sort=severity")
    yield View("search", "#q=registration&view=rule&outcome=fail")
    yield View("rule-page", f"#rule-{record.scan.rules[0].id}")
    yield View("cause-page", f"#cause-{_top_cause(record)}")
    if record.scan.waivers:
        yield View("waivers", "#waivers")
    if record.changes() is not None:
        yield View("changes", "#changes")
        yield View("attestations", "#attestations")
    yield from _panels(record)


def _top_cause(record: ScanRecord) -> str:
    known = [tally.cause for tally in record.scan.cause_stamps] or [record.scan.causes[0].id]
    return known[0]


def _panels(record: ScanRecord) -> Iterator[View]:
    wanted = {Outcome.FAIL: "finding-failed", Outcome.UNDETERMINED: "finding-undetermined"}
    for found in record.findings():
        name = wanted.pop(found.outcome, "")
        if name:
            yield View(name, f"#finding={found.finding_id}")
    waived = next((found for found in record.findings() if found.waived), None)
    if waived:
        yield View("finding-waived", f"#finding={waived.finding_id}")
    stamps = list(record.stamps())
    failing = next((stamp for stamp in stamps if stamp.causes), stamps[0])
    yield View("stamp-failing", f"#stamp={failing.stamp}")
    torn = next((stamp for stamp in stamps if stamp.disagreements), None)
    if torn:
        yield View("stamp-disagreeing", f"#stamp={torn.stamp}")


def demo(folder: Path) -> None:
    """Write the demo fleets with their reports."""
    command = [sys.executable, "-c", _STAMPCHECK, "demo", "-q", "--format", "html", "-o"]
    subprocess.run([*command, str(folder)], check=True, stdout=subprocess.DEVNULL)


def opened(browser: Browser, file: Path, address: str, **options: Any) -> Page:
    """The page at an address."""
    page = browser.new_context(**options).new_page()
    page.goto(f"file://{file}{address}")
    if options.get("java_script_enabled", True) and page.locator("#explorer").count():
        page.wait_for_selector("#explorer:not([hidden])")
    page.wait_for_timeout(150)
    return page


def picture(browser: Browser, file: Path, view: View, place: Path, **options: Any) -> None:
    """Take one picture."""
    page = opened(browser, file, view.address, **options)
    page.screenshot(path=str(place), full_page=view.whole)
    page.context.close()


def paper(browser: Browser, file: Path, mode: str, place: Path) -> None:
    """Print the page as a PDF."""
    page = opened(browser, file, "", viewport=WIDE)
    page.evaluate("mode => { document.documentElement.dataset.print = mode }", mode)
    page.pdf(path=str(place), format="A4")
    page.context.close()


def take(browser: Browser, file: Path, out: Path, only: str) -> None:
    """Take every picture of one report."""
    main = {"page", "by-matrix", "finding-failed", "by-outcome", "stamp-failing"}
    for view in views(ScanRecord(file.parent)):
        if only and only not in view.name:
            continue
        picture(browser, file, view, out / f"{view.name}.png", viewport=WIDE)
        if view.name in main:
            dark = {"viewport": WIDE, "color_scheme": "dark"}
            picture(browser, file, view, out / f"{view.name}-dark.png", **dark)
            picture(browser, file, view, out / f"{view.name}-narrow.png", viewport=NARROW)
    if not only:
        plain = View("no-javascript", whole=True)
        off = {"viewport": WIDE, "java_script_enabled": False}
        picture(browser, file, plain, out / "no-javascript.png", **off)
        for mode in ("summary", "findings", "all"):
            paper(browser, file, mode, out / f"paper-{mode}.pdf")


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--fleet", choices=FLEETS)
    parser.add_argument("--only", default="", help="only views with this in their name")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        demo(Path(scratch))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for fleet in [given.fleet] if given.fleet else FLEETS:
            (given.out / fleet).mkdir(parents=True, exist_ok=True)
            (file,) = Path(scratch).glob(f"*/{fleet}/report/report.html")
            take(browser, file, given.out / fleet, given.only)
        browser.close()


if __name__ == "__main__":
    main()
