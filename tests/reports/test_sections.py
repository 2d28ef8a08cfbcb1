"""The page is made of sections: each in order, with an entry in the navigation, or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from stampcheck.record import ScanRecord
from stampcheck_reports import html
from stampcheck_reports.cause_view import Gaps, cause_views
from stampcheck_reports.reading import Reading, read
from stampcheck_reports.sections import SECTIONS, shown
from tests.reports.sample import write_sample
from tests.reports.test_trend_view import point

LATER = {"changes", "waivers", "attestations"}


@pytest.fixture(scope="module")
def reading(record: ScanRecord) -> Reading:
    return read(record)


def test_sections_stand_in_their_order_with_their_entries(record: ScanRecord) -> None:
    kept = ScanRecord(record.folder)
    kept.trend = [point(1, licensed=1), point(2, licensed=2)]
    page = html.page(kept)
    ids = [one.section.id for one in shown(read(kept))]

    assert ids == [section.id for section in SECTIONS if section.id in ids]
    # Nothing was compared, accepted or attested here; the demo's later fleet shows these.
    assert {section.id for section in SECTIONS} - set(ids) == LATER
    assert re.findall(r'<section id="([^"]+)"', page) == ["summary", *ids]
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert re.findall(r'href="#([^"]+)"', nav) == ["summary", *ids]


def test_a_section_without_content_is_left_out(tmp_path: Path) -> None:
    lone = read(write_sample(tmp_path, 2))

    assert "witnesses" not in [one.section.id for one in shown(lone)]
    assert 'href="#witnesses"' not in html.page(lone.record)


def test_every_section_has_its_template_and_its_style() -> None:
    root = Path(html.__file__).parent
    for section in SECTIONS:
        assert (root / "templates" / section.template).is_file()
        assert not section.style or (root / "styles" / f"{section.style}.css").is_file()


def test_disagreements_name_both_sides(reading: Reading) -> None:
    page = html.page(reading.record)
    section = page[page.index('<section id="witnesses"') :]
    (first, *_) = reading.disagreeing

    assert f"#stamp={first.stamp}" in section
    assert "<b>" in section
    assert "properties.activated_registration" in section


def test_the_calendar_leads_to_the_stamps(record: ScanRecord) -> None:
    page = html.page(record)
    section = page[page.index('<section id="calendar"') : page.index('<section id="findings"')]
    stamp = next(one for one in record.stamps() if one.expires.startswith("2027-03"))

    assert f'<a href="#stamp={stamp.stamp}">' in section
    assert 'role="img" aria-label="Number that expires by month: Expired' in section
    assert re.search(r"of \d+ the date is not known", section)


def test_every_printed_page_bears_the_digest(record: ScanRecord) -> None:
    hostile = msgspec.structs.replace(record.scan.bundle, digest='a"; } </style>b\\')
    record_of = ScanRecord(record.folder)
    record_of.scan = msgspec.structs.replace(record.scan, bundle=hostile)

    assert f"SHA-256 {record.scan.bundle.digest}," in _margin(html.page(record))
    assert "SHA-256 a  styleb," in _margin(html.page(record_of))


def _margin(page: str) -> str:
    found = re.search(r'@page \{ @bottom-left \{ content: "([^"]*)"', page)
    assert found
    return found[1]


def test_every_cause_has_a_page_with_its_runbook(record: ScanRecord) -> None:
    page = html.page(record)

    for view in cause_views(record.scan):
        own = page[page.index(f'<details id="cause-{view.cause.id}"') :].split("</details>")[0]
        assert view.cause.title in own
        assert view.runbook is None or view.runbook.title in own
        assert ('<ol class="steps">' in own) == (view.told_at == view.cause.id)


def test_a_runbook_without_values_shows_its_gaps(record: ScanRecord) -> None:
    filled = Gaps(record.scan).filled("-Number {{agreement_number}} <b>", "'")

    assert filled == (
        "-Number <mark>&#39;&lt;FILL: agreement number of &lt;Contoso&gt;&gt;&#39;</mark> &lt;b&gt;"
    )
