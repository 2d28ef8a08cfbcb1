"""The page's source: closed to the outside, deterministic, readable without JavaScript."""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64decode, b64encode
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stampcheck.record import ScanRecord
from stampcheck_reports import html, reading
from stampcheck_reports.display import clipped, path, prose, shown
from stampcheck_reports.settle import Settlements
from tests.reports.sample import HOSTILE_NAMES, write_sample


class Page(HTMLParser):
    """Tags with their attributes, the text outside scripts, and each raw block."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in self.raw:
            self.raw[self.cdata_elem][-1] += data
        else:
            self.text.append(data)


def digest(text: str) -> str:
    """A source of a content security policy."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(page: Page) -> str:
    """The content security policy of a page."""
    return next(
        str(attributes["content"])
        for tag, attributes in page.tags
        if tag == "meta" and "content-security-policy" in str(attributes.get("http-equiv")).lower()
    )


def unpacked(page: Page) -> dict[str, Any]:
    """The data block."""
    data: dict[str, Any] = msgspec.json.decode(gzip.decompress(b64decode(page.raw["script"][0])))
    return data


def without_script(page: str) -> str:
    """What stands for the findings where no script runs."""
    section = page[page.index('<section id="findings"') :]
    return section[section.index("<noscript>") : section.index("</noscript>")]


@pytest.fixture(scope="module", params=["plain", "hostile"])
def page(request: pytest.FixtureRequest, record: ScanRecord, hostile: ScanRecord) -> Page:
    """A page of either kind of scan."""
    return Page(html.page(record if request.param == "plain" else hostile))


def test_the_policy_names_the_digests_of_style_and_script(page: Page) -> None:
    block, script = page.raw["script"]

    assert re.fullmatch("[A-Za-z0-9+/=]+", block)
    assert f"style-src {digest(page.raw['style'][0])};" in policy(page)
    assert f"script-src {digest(script)};" in policy(page)
    assert policy(page).startswith("default-src 'none'")


def test_nothing_is_loaded_and_nothing_runs_from_an_attribute(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag not in {"iframe", "object", "embed", "img", "base", "form"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert "src" not in attributes
        assert re.match("#|data:,$", attributes.get("href") or "#")
    assert "http" not in page.raw["style"][0]
    assert set(re.findall(r"https?://[^\"'\s]+", page.raw["script"][1])) <= {
        "http://www.w3.org/2000/svg"
    }


def test_the_script_never_writes_markup(page: Page) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(",
        page.raw["script"][1],
    )


def test_hostile_names_are_text(hostile: ScanRecord) -> None:
    page = Page(html.page(hostile))
    text = "".join(page.text)
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]

    assert len(scripts) == 2
    assert not [tag for tag, _ in page.tags if tag == "img"]
    for name in HOSTILE_NAMES:
        assert shown(name)[:200] in text


def test_the_data_block_holds_every_finding(record: ScanRecord) -> None:
    data = unpacked(Page(html.page(record)))
    findings = list(record.findings())

    assert data["ids"].split("\n") == [found.finding_id for found in findings]
    assert [data["texts"][place] for place in data["columns"]["message"]] == [
        found.message for found in findings
    ]
    assert sum(data["stamp_sizes"]) == len(findings)
    assert [stamp["stamp"] for stamp in data["stamps"]] == [s.stamp for s in record.stamps()]


def test_equal_scans_give_equal_pages(record: ScanRecord, tmp_path: Path) -> None:
    again = write_sample(tmp_path, 40)

    assert html.page(record) == html.page(again)


def test_the_head_names_what_was_judged(record: ScanRecord) -> None:
    text = "".join(Page(html.page(record)).text)
    scan = record.scan

    for words in (scan.as_of, scan.bundle.collected_at, scan.scan_id, scan.bundle.digest):
        assert words in text
    assert "contoso-rules 2.3.1" in text
    assert f"16 rules × 40 stamps = {scan.pairs.total} pairs" in text


def test_a_reader_without_javascript_sees_the_first_failures(tmp_path: Path) -> None:
    record = write_sample(tmp_path, 400)
    page = html.page(record)
    static = without_script(page)

    stamps, findings = static.split("The first 500 findings")
    findings, waived = findings.split("<h3>Waived</h3>")
    assert findings.count("<tr>") == reading.STATIC_ROWS + 1
    assert waived.count("<br>waived") == waived.count("status-fail") > 1
    assert "<br>waived" not in findings
    assert stamps.count("<tr>") == reading.STATIC_STAMPS + 1
    assert "explains 1 of " in stamps
    assert "At risk" in findings
    assert "Undetermined" not in findings
    assert "activation.json properties." in static
    assert '<a href="#cause-cloned-stamp">cloned-stamp</a>' in static


def test_undetermined_findings_fill_the_room_that_failures_leave(record: ScanRecord) -> None:
    page = html.page(record)
    static = without_script(page)
    scan = record.scan

    assert static.count("status-fail") == scan.findings.failed
    assert static.count("status-undetermined") == scan.findings.undetermined


def test_a_scan_too_large_for_a_page_gets_the_summary(tmp_path: Path, record: ScanRecord) -> None:
    large = write_sample(tmp_path, 6_300)
    page = Page(html.page(large))
    text = "".join(page.text)

    assert large.scan.findings.total > reading.LIMIT
    assert "This is the summary page." in text
    assert "findings.csv" in text
    assert len(page.raw["script"]) == 1
    assert len(page.tags) < 6_000
    assert not [tag for tag, attributes in page.tags if attributes.get("id") == "explorer"]
    assert "This is the summary page." not in html.page(record)


def test_text_that_hides_is_written_out() -> None:
    assert shown("a\u202eb\x07") == "a⟨U+202E⟩b⟨U+0007⟩"
    assert len(clipped("x" * 10_000)) == 601


def test_a_path_breaks_after_a_slash_only() -> None:
    assert (
        path("a-b/<c>") == '<span class="part">a-b/</span><wbr><span class="part">&lt;c&gt;</span>'
    )
    assert path("x" * 700).count("<wbr>") == 0
    assert path("") == ""
    assert prose("at https://x/<y>") == "at https:/<wbr>/<wbr>x/<wbr>&lt;y&gt;"


def test_what_settles_a_gap_names_documents_and_the_command(record: ScanRecord) -> None:
    first = Settlements(record.scan)
    for stamp, findings in record.by_stamp():
        first.add(stamp, findings)
    text = " ".join("".join(Page(html.page(record)).text).split())
    section = text[text.index("What would settle the undetermined") :]

    assert "stampcheck request prints the exact command" in section[:200]
    for one in first.ranked:
        assert f"{', '.join(one.kinds) or 'none named'}{one.to_do}{one.reason}" in section
