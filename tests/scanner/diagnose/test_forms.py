"""Every output says the same, and nothing of a log can break out of it."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import msgspec

from stampcheck.diagnose import Diagnosis
from stampcheck.diagnose.diagnosis import Unread
from stampcheck.diagnose.html_form import as_html
from stampcheck.diagnose.json_form import as_json
from stampcheck.diagnose.markdown_form import as_markdown
from stampcheck.diagnose.text_form import as_lines
from tests.scanner.diagnose.sample import BUSY, CONTEXT, SESSION, VERSION, framed, shown, thrown

HOSTILE = "<script>alert(1)</script> ```\n# head\n[x](javascript:y) \x1b]0;title\x07 \u202eevil `a"
DIAGNOSIS = shown(
    framed("Set-AzsRegistration", *CONTEXT, *SESSION, *VERSION, *thrown(f"{BUSY} {HOSTILE}", "x"))
)


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name.startswith("on") for name, _ in attrs)
        assert not any(name in ("src", "srcset", "action") for name, _ in attrs)
        self.names.append(tag)
        self.scripts += tag == "script"


def test_the_page_holds_its_own_script_and_nothing_of_the_log() -> None:
    page = as_html(DIAGNOSIS)

    assert Tags(page).scripts == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_the_page_loads_nothing() -> None:
    page = html.unescape(as_html(DIAGNOSIS))

    assert "default-src 'none'" in page
    assert not re.search(r"<(?:img|iframe|object|embed|a) ", page)
    assert "url(" not in page


def test_the_ticket_keeps_hostile_text_in_its_block() -> None:
    page = as_markdown(DIAGNOSIS)
    outside = re.sub(r"(?ms)^ *(`{3,})\w*\n.*?^ *\1$", "", page)

    assert "<script>" in page
    assert "<script>" not in outside
    assert "\n# head" not in page


def test_the_terminal_is_not_steered_and_lines_fit() -> None:
    lines = [line.text for line in as_lines(DIAGNOSIS, 80)]

    assert not any("\x1b" in line or "\u202e" in line for line in lines)
    prose = [line for line in lines if " " in line.strip() and not line.startswith(" " * 9)]
    assert max(map(len, prose)) <= 80


def test_the_data_has_the_promised_names() -> None:
    body = msgspec.json.decode(as_json(DIAGNOSIS))

    assert {"causes", "stages", "recovered", "next_question"} <= body.keys()
    first = body["causes"][0]
    assert {"id", "likelihood", "lines", "values", "title"} <= first.keys()
    assert first["likelihood"] in ("certain", "likely", "possible")
    assert first["lines"][0]["file"] == "1.log"
    assert isinstance(first["lines"][0]["line"], int)


def test_nothing_known_is_an_empty_list() -> None:
    body = msgspec.json.decode(as_json(shown("all is well")))

    assert body["causes"] == []
    assert body["exit_code"] == 3


def test_all_forms_name_cause_place_and_question() -> None:
    page = "\n".join(line.text for line in as_lines(DIAGNOSIS, 200))
    for text in (page, as_json(DIAGNOSIS), as_html(DIAGNOSIS), as_markdown(DIAGNOSIS)):
        assert "busy" in text
        assert "1.log" in text
        assert "Is it busy?" in text


def forms(diagnosis: Diagnosis) -> tuple[str, str, str]:
    """What people read: terminal, page and ticket."""
    lines = "\n".join(line.text for line in as_lines(diagnosis, 200))
    return lines, html.unescape(as_html(diagnosis)), as_markdown(diagnosis)


def test_every_form_says_that_nothing_is_known_and_what_to_collect() -> None:
    for text in forms(shown("New-AzResource : something odd happened, StatusCode: 500")):
        assert "o known cause" in text
        assert "MASLogs\\Registration" in text.replace("\\\\", "\\")


def test_every_form_tells_what_the_evidence_says_and_what_could_not_be_read() -> None:
    whole = msgspec.structs.replace(
        DIAGNOSIS,
        stamp="ams-01",
        evidence=["Evidence of ams-01: registration active."],
        notes=["the times are of twelve hours"],
        unread=[Unread("broken.zip", "is no zip file")],
        open_values={"tenant_id": [f"{number}-tenant" for number in (1, 2)]},
    )
    for text in forms(whole):
        assert "Evidence of ams-01: registration active." in text
        assert "the times are of twelve hours" in text
        assert "broken.zip" in text
        assert "1-tenant" in text
