"""Any text fits into XML, and comes back as it is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stampcheck_reports.display import shown
from stampcheck_reports.xml_text import attributes, content, legal


@given(st.text(st.characters(max_codepoint=0x10FFFF), max_size=20))
def test_any_text_comes_back_as_it_is_shown(text: str) -> None:
    element = etree.fromstring(f"<a{attributes(b=text)}>{content(text)}</a>".encode())

    assert (element.text or "") == element.get("b") == legal(text)


def test_what_xml_cannot_hold_is_written_out_or_replaced() -> None:
    assert legal("a\x00b\ud800c\ufffed") == "a⟨U+0000⟩b\ufffdc\ufffdd"
    assert legal("tab\t line\n") == shown("tab\t line\n")


def test_an_attribute_without_a_value_is_left_out() -> None:
    assert attributes(one=1, none=None, two='<"') == ' one="1" two="&lt;&quot;"'
