"""Saved sample scans, made once a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from stampcheck.record import ScanRecord
from stampcheck_reports.html import html_format
from tests.reports.sample import write_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM: Final = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    """Forty stamps with plain names."""
    return write_sample(tmp_path_factory.mktemp("scan") / "plain", 40)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    """Stamps whose names attack whatever shows them."""
    return write_sample(tmp_path_factory.mktemp("scan") / "hostile", 14, hostile=True, fail=0.4)


@pytest.fixture(scope="session")
def report(record: ScanRecord) -> Path:
    """The page of the plain scan."""
    html_format.write(record, record.folder)
    return record.folder / "report.html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; required in continuous integration, optional on a desk."""
    if not Path(CHROMIUM).exists() and not os.environ.get("STAMPCHECK_REQUIRE_BROWSER"):
        pytest.skip(f"{CHROMIUM} is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()
