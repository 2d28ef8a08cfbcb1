"""A user's own templates: file by file in place of ours, and one sentence where they are wrong."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import b64encode
from pathlib import Path

import pytest

from stampcheck.errors import RunError, UsageError
from stampcheck.record import ScanRecord
from stampcheck_reports import template
from stampcheck_reports.html import html_format, page

README = Path(__file__).parents[2] / "README.md"
FILE = re.compile(r"`ours/([^`]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


def own(record: ScanRecord, folder: Path, **files: str) -> ScanRecord:
    """The record with templates of these texts; ``__`` stands for a slash."""
    for name, text in files.items():
        path = folder / re.sub(r"_(html|css|js)$", r".\1", name.replace("__", "/"))
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return ScanRecord(record.folder, folder)


def test_without_a_folder_the_page_is_ours(record: ScanRecord, tmp_path: Path) -> None:
    assert page(own(record, tmp_path)) == page(record)


def test_the_example_of_the_readme_puts_a_logo_and_a_footer_on_the_page(
    record: ScanRecord, tmp_path: Path
) -> None:
    files = FILE.findall(README.read_text(encoding="utf-8"))
    for name, text in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    template.check(tmp_path)
    made = page(ScanRecord(record.folder, tmp_path))

    assert len(files) == 3
    assert '<img alt="Contoso" src="data:image/' in made
    assert "Contoso internal audit" in made
    assert record.scan.scan_id in made.partition("<footer")[2]


def test_the_policy_covers_the_users_own_style_and_script(
    record: ScanRecord, tmp_path: Path
) -> None:
    made = page(own(record, tmp_path, styles__own_css=".x{}", scripts__own_js="const own = 1;"))
    style, script = (
        re.findall(rf"<{tag}>(.*?)</{tag}>", made, re.DOTALL)[0] for tag in ("style", "script")
    )

    assert ".x{}" in style
    assert "const own = 1;" in script
    for text in (style, script):
        digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in html.unescape(made)
    assert "default-src 'none'" in html.unescape(made)


def test_a_style_of_ours_is_replaced_by_one_of_the_same_name(
    record: ScanRecord, tmp_path: Path
) -> None:
    ours = template.originals()["styles/tokens.css"]
    made = page(own(record, tmp_path, styles__tokens_css=":root { --own: 1 }"))

    assert ":root { --own: 1 }" in made
    assert ours not in made


def test_what_evidence_says_stays_escaped(hostile: ScanRecord, tmp_path: Path) -> None:
    made = page(own(hostile, tmp_path, footer_html="<b>{{ '<script>' ~ scan.profile }}</b>"))

    assert "<b>&lt;script&gt;" in made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>\n{% if %}", "footer.html line 2: Expected an expression"),
        ("{{ scan.as_of", "footer.html line 1: unexpected end of template"),
        ("{{ x|nofilter }}", "footer.html line 1: No filter named 'nofilter'"),
    ],
)
def test_a_slip_in_the_syntax_is_told_by_file_and_line(
    record: ScanRecord, tmp_path: Path, text: str, words: str
) -> None:
    own(record, tmp_path, footer_html=text)

    with pytest.raises(UsageError, match=re.escape(words)):
        template.check(tmp_path)


@pytest.mark.parametrize("text", ["\n{{ nothing }}", "\n{{ scan.nothing }}", "\n{{ 1 + 'a' }}"])
def test_what_is_not_there_is_told_by_file_and_line(
    record: ScanRecord, tmp_path: Path, text: str
) -> None:
    mine = own(record, tmp_path, footer_html=text)
    template.check(tmp_path)

    with pytest.raises(RunError, match=re.escape(str(tmp_path / "footer.html")) + " line 2: "):
        html_format.write(mine, tmp_path)


def test_a_file_that_nobody_uses_is_refused(record: ScanRecord, tmp_path: Path) -> None:
    own(record, tmp_path, foter_html="x")

    with pytest.raises(UsageError, match=r"foter\.html: overrides nothing .* footer\.html\?"):
        template.check(tmp_path)
    own(record, tmp_path, footer_html='{% include "foter.html" %}')
    template.check(tmp_path)


def test_no_folder_and_no_utf_8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        template.check(tmp_path / "nowhere")
    (tmp_path / "footer.html").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not in UTF-8"):
        template.check(tmp_path)


def test_ours_are_handed_out_whole(record: ScanRecord, tmp_path: Path) -> None:
    for name, text in template.originals().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    template.check(tmp_path)

    assert page(ScanRecord(record.folder, tmp_path)) == page(record)
