"""A page opened from the disk for a test, which sees to it that nothing was requested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@contextmanager
def opened(browser: Browser, file: Path, address: str = "", **options: Any) -> Iterator[Page]:
    """The page, opened from the disk; at the end nothing was requested and nothing complained."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("request", lambda request: seen.append(request.url))
    page.goto(f"file://{file}{address}")
    if options.get("java_script_enabled", True):
        page.wait_for_selector("#explorer:not([hidden])")
    yield page
    assert [text for text in seen if not text.startswith((f"file://{file}", "data:,"))] == []
    context.close()


def shown_count(page: Page) -> int:
    """The number of findings that the filters leave."""
    found = re.match(r"[\d,]+", page.inner_text("#count"))
    return int(found[0].replace(",", "")) if found else -1
