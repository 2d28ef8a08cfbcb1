"""Measures report.html in Chromium beside its budgets (design.md 10), and prints a table.

    python -m tests.benchmarks.page [--sizes 10000,100000,1000000] [--rounds N]

Each size is a number of findings: those of a generated fleet, judged by all rules that are
installed, with their catalogue of causes. Every figure is the median over pages that were opened
anew from the disk: *usable* from the start of the navigation until the first rows stand, *filter*
from a word typed until the list is laid out again, *view* for another grouping, *nodes* after that.
Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from playwright.sync_api import sync_playwright

from stampcheck.registry import load_rules
from stampcheck_reports.reading import LIMIT
from tests.benchmarks.generator import write_bundle
from tests.benchmarks.run import evaluate
from tests.reports.conftest import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_SIZES: Final = (10_000, 100_000, 1_000_000)
_QUERIES: Final = ("oslo-01", "activation", "lima azs-rg", "expired")
_VIEWS: Final = ("stamp", "matrix", "outcome")

_WATCH: Final = """
const look = () => {
  const there = document.querySelector("#rows [data-line], table.static");
  if (there && !document.querySelector("#explorer[hidden]")) window.usableAt = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
_TYPE: Final = """
(query) => {
  const box = document.getElementById("search");
  const from = performance.now();
  box.value = query;
  box.dispatchEvent(new Event("input"));
  document.body.getBoundingClientRect();
  return performance.now() - from;
}
"""
_VIEW: Final = """
(view) => {
  const button = document.querySelector(`[data-view=${view}]`);
  if (!button) return 0;
  const from = performance.now();
  button.click();
  document.body.getBoundingClientRect();
  return performance.now() - from;
}
"""
_COUNT: Final = "document.querySelectorAll('*').length"


class Measure(NamedTuple):
    """One page: bytes, milliseconds and elements."""

    size: int
    usable: float
    filter: float
    view: float
    nodes: int


def write_page(folder: Path, findings: int) -> Path:
    """A page of about so many findings, as the command writes it."""
    write_bundle(folder / "bundle", findings // len(load_rules()), rich=True)
    command = evaluate(folder / "bundle", folder / "out", "--format", "html", "-q", "--exit-zero")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (page,) = (folder / "out").glob("*/report.html")
    return page


def measured(browser: Browser, file: Path) -> Measure:
    """Open a page anew and use it."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(_WATCH)
    page.goto(f"file://{file}")
    page.wait_for_function("window.usableAt", timeout=120_000)
    filters, views = [0.0], [0.0]
    if page.locator("#search").count():
        page.wait_for_timeout(1_000)
        filters = [page.evaluate(_TYPE, query) for query in _QUERIES]
        page.evaluate(_TYPE, "")
        views = [page.evaluate(_VIEW, view) for view in _VIEWS]
    told = Measure(
        file.stat().st_size,
        page.evaluate("window.usableAt"),
        statistics.median(filters),
        statistics.median(views),
        page.evaluate(_COUNT),
    )
    page.close()
    return told


def table(sizes: Sequence[int], rounds: int) -> Iterator[str]:
    """The lines of the table."""
    yield "| findings | MB | usable ms | filter ms | view ms | nodes | page |"
    yield "|---|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        for size in sizes:
            file = write_page(Path(scratch) / str(size), size)
            runs = [measured(browser, file) for _ in range(rounds)]
            middle = Measure(*(statistics.median(column) for column in zip(*runs, strict=True)))
            kind = "whole" if size <= LIMIT else "summary"
            yield (
                f"| {size:,} | {middle.size / 1e6:.2f} | {middle.usable:,.0f} "
                f"| {middle.filter:,.0f} | {middle.view:,.0f} | {middle.nodes:,.0f} | {kind} |"
            )
        browser.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)))
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for line in table([int(size) for size in given.sizes.split(",")], given.rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
