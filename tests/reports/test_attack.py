"""Whatever a text says, no format lets it act: one hostile scan through all of them."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import icalendar
import openpyxl
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import chosen_formats, write_reports
from stampcheck.dated import dated
from stampcheck.record import ScanRecord
from tests.reports import schemas, written
from tests.reports.attack import TEXTS, attacked
from tests.reports.page import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ACTS = ("img", "svg", "iframe", "object", "embed", "form", "base", "link")
CSV_FILES = ("findings.csv", "stamps.csv", "rules.csv", "causes.csv", "waivers.csv")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    """The hostile scan with every format beside it."""
    made = attacked(tmp_path_factory.mktemp("attack"))
    assert write_reports(made, made.folder, chosen_formats(["all"]), Talk(quiet=True))
    return made


def test_every_format_holds_every_finding_of_the_hostile_scan(record: ScanRecord) -> None:
    ids = [found.finding_id for found in record.findings()]
    waived = [found.finding_id for found in record.findings() if found.waived]

    for read in (written.of_csv, written.of_html, written.of_sarif, written.of_ocsf):
        assert [seen.id for seen in read(record.folder)] == ids
    for read in (written.of_junit, written.of_xlsx):
        assert [seen.id for seen in read(record.folder)] == ids
    assert {word: read(record.folder) for word, read in written.WAIVED.items()} == dict.fromkeys(
        written.WAIVED, waived
    )
    assert waived


def test_sarif_ocsf_and_junit_stay_valid(record: ScanRecord) -> None:
    assert schemas.faults(record.folder) == []


def test_no_cell_of_a_csv_is_a_formula_and_no_row_breaks(record: ScanRecord) -> None:
    for name in CSV_FILES:
        data = (record.folder / name).read_bytes()
        with (record.folder / name).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
        assert {len(row) for row in rows} == {len(rows[0])}, name
        assert data.count(b"\n") == data.count(b"\r\n") == len(rows), name
        assert not [cell for row in rows for cell in row if re.match(r"[=+\-@\t\r]", cell)], name


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(record: ScanRecord) -> None:
    book = openpyxl.load_workbook(record.folder / "findings.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    reasons = {row["reason"] for row in written.sheet(record.folder, "Waivers")}
    assert {'=HYPERLINK("https://evil.example","x")', "+1+1", "_x0041__x000D_"} <= reasons


@pytest.mark.parametrize("name", ["report.md", "summary.md"])
def test_markdown_shows_texts_and_nothing_in_them_acts(record: ScanRecord, name: str) -> None:
    text = (record.folder / name).read_text(encoding="utf-8")
    root = etree.HTML(MarkdownIt("gfm-like", {"linkify": False}).render(text))
    tags = {element.tag for element in root.iter()}

    assert tags <= {
        *("html", "body", "h1", "h2", "p", "strong", "blockquote", "span"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert not re.search(r"https?://|@octocat|[^&]#1\b", text)
    assert len({len(table.head) for table in written.tables(record.folder / name)}) > 1
    for table in written.tables(record.folder / name):
        assert {len(row) for row in table.rows} <= {len(table.head)}
    assert len(text) < 65_536 or name == "report.md"


def test_no_address_in_sarif_leaves_the_bundle(record: ScanRecord) -> None:
    for result in written.sarif(record.folder)["results"]:
        for place in result["locations"]:
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            split = urlsplit(uri)
            assert (split.scheme, split.netloc, uri[0] == "/") == ("", "", False), uri
            assert not {".", ".."} & set(unquote(uri).split("/")), uri
    messages = re.findall(
        r'"(?:text|justification)":"((?:[^"\\]|\\.)*)"', _text(record, "results.sarif")
    )
    assert not [one for one in messages if "](" in one]


def test_the_calendar_holds_what_ends_and_no_line_of_another(record: ScanRecord) -> None:
    data = (record.folder / "expiry.ics").read_bytes()
    read = icalendar.Calendar.from_ical(data)

    assert len(read.walk("VEVENT")) == len(dated(record)) > 0
    assert not read.errors
    assert not [event.errors for event in read.walk("VEVENT") if event.errors]
    assert {line.split(b":")[0].split(b";")[0] for line in re.split(rb"\r\n(?! )", data)} <= {
        *(b"BEGIN", b"END", b"VERSION", b"PRODID", b"CALSCALE", b"METHOD", b"X-WR-CALNAME", b""),
        *(b"X-STAMPCHECK-SCAN-ID", b"X-STAMPCHECK-BUNDLE-DIGEST", b"UID", b"DTSTAMP", b"DTSTART"),
        *(b"SUMMARY", b"DESCRIPTION", b"CATEGORIES", b"TRANSP", b"ACTION", b"TRIGGER"),
    }


def test_the_page_holds_no_element_of_a_text(record: ScanRecord) -> None:
    root = etree.HTML(_text(record, "report.html"))
    scripts = [one for one in root.iter("script") if one.get("type") in (None, "module")]
    outside = [one for one in root.iter("a") if "evil" in (one.get("href") or "")]

    assert len(scripts) == 1
    assert not outside
    assert not [
        (one.tag, one.attrib)
        for one in root.iter(*ACTS)
        if any("attacked" in value or "alert" in value for value in one.attrib.values())
    ]
    assert not [name for one in root.iter("*") for name in one.attrib if name.startswith("on")]


@pytest.mark.parametrize("javascript", [True, False])
def test_no_text_acts_in_a_browser(
    browser: Browser, record: ScanRecord, *, javascript: bool
) -> None:
    found = next(one for one in record.findings() if one.waived)
    page_file = record.folder / "report.html"
    address = f"#finding={found.finding_id}"
    with opened(browser, page_file, address, java_script_enabled=javascript) as page:
        assert "attacked" not in page.title()
        assert page.locator("#waivers tbody tr").count() == len(TEXTS)
        if javascript:
            page.wait_for_selector("#panel:not([hidden]) .waiver")
            assert page.locator("#panel img, #panel script, #panel iframe").count() == 0
            assert page.locator("#panel .waiver a:not([href='#waivers'])").count() == 0


def test_an_address_that_cannot_be_read_leaves_the_page_as_it_is(
    browser: Browser, record: ScanRecord
) -> None:
    with opened(browser, record.folder / "report.html", "#%E0%A4%A") as page:
        assert page.locator(".row").count() > 0
        assert page.is_hidden("#loading")


def test_an_address_of_a_section_goes_there(browser: Browser, record: ScanRecord) -> None:
    with opened(browser, record.folder / "report.html", "#waivers") as page:
        page.wait_for_function(
            "document.getElementById('waivers').getBoundingClientRect().top < innerHeight / 3"
        )


def _text(record: ScanRecord, name: str) -> str:
    return (record.folder / name).read_text(encoding="utf-8")
