"""CSV: one record a line whatever the text, no formula, every sum kept."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stampcheck.record import ScanRecord
from stampcheck_reports.cell import INVISIBLE, TRIGGERS, escaped, line, plain
from stampcheck_reports.csv import csv_format
from stampcheck_reports.row import FINDING_COLUMNS, STAMP_COLUMNS, finding_rows

NASTY = "aZ0 =+-@'\",;\t\r\n\x00\x07\x1b\x85\u00a0\u200b\u202e\u2028\ufeff\uff1d\uff0b\ud800ع🚀"
EVERY = "".join(map(chr, range(sys.maxunicode + 1)))
LEADS = re.findall(f"[{INVISIBLE}]", EVERY)
MARKS = re.findall(f"[{TRIGGERS}]", EVERY)
texts = st.text(st.sampled_from(NASTY) | st.sampled_from(LEADS + MARKS), max_size=12)


def read(path: Path) -> list[list[str]]:
    """The records of a file, read by the standard library."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, strict=True))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(texts, min_size=2, max_size=4))
def test_any_cells_come_back_as_one_record(cells: list[str]) -> None:
    text = line(tuple(cells))

    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [
        [plain(cell) for cell in cells]
    ]
    assert text.encode("utf-8").count(b"\n") == 1


@settings(derandomize=True, deadline=None, max_examples=300)
@given(texts)
def test_escaping_takes_the_same_way_fast_or_slow(text: str) -> None:
    assert next(csv.reader([f"first,{escaped(text)}"], strict=True)) == ["first", plain(text)]


@pytest.mark.parametrize("mark", "=+-@\t\r\uff1d\uff0b\uff0d\uff20")
@pytest.mark.parametrize("lead", ["", " ", "  ", "\ufeff", "\u200b", "\u00a0", "\u202e", "\x00"])
def test_a_formula_is_neutralised_however_it_hides(lead: str, mark: str) -> None:
    assert plain(f"{lead}{mark}cmd|' /C calc'!A0").startswith("'")


def cell(text: str) -> str:
    """What a reader of the file gets of a cell."""
    return next(csv.reader([f"first,{escaped(text)}"], strict=True))[1]


@pytest.mark.parametrize("lead", ["\u3164", "\u115f", "\u1160", "\ufe0f", "\u034f", "\U000e0100"])
def test_a_printable_invisible_start_does_not_take_the_fast_way(lead: str) -> None:
    assert lead.isprintable()
    assert cell(f"{lead}=1+1") == f"'{lead}=1+1"


def test_no_invisible_character_and_no_mark_lets_a_formula_through() -> None:
    assert {"\u3164", " ", "\ufeff"} <= set(LEADS)
    assert [lead for lead in LEADS for mark in MARKS if cell(f"{lead}{mark}1")[:1] != "'"] == []
    assert [mark for mark in MARKS if cell(f"{mark}1")[:1] != "'"] == []


@pytest.mark.parametrize("text", ["", "plain", "a=b", "3 - 2", "/subscriptions/1", "نص", "née"])
def test_a_harmless_text_stays_as_it_is(text: str) -> None:
    assert escaped(text) == text


def test_the_joined_lines_equal_the_escaped_rows(hostile: ScanRecord, tmp_path: Path) -> None:
    csv_format.write(hostile, tmp_path)

    expected = [[plain(cell) for cell in row] for row in finding_rows(hostile)]
    assert read(tmp_path / "findings.csv") == [list(FINDING_COLUMNS), *expected]


def test_stamps_rules_and_causes_have_one_record_each(record: ScanRecord, tmp_path: Path) -> None:
    csv_format.write(record, tmp_path)
    stamps, rules = read(tmp_path / "stamps.csv"), read(tmp_path / "rules.csv")

    assert stamps[0] == list(STAMP_COLUMNS)
    assert len(stamps) == record.scan.stamp_count + 1
    assert [row[0] for row in rules[1:]] == [rule.id for rule in record.scan.rules]
    assert sum(int(row[rules[0].index("failed")]) for row in rules[1:]) == record.scan.pairs.failed
    assert len(read(tmp_path / "causes.csv")) == len(record.scan.causes) + 1


def test_files_begin_with_a_mark_and_end_lines_as_the_standard_says(
    record: ScanRecord, tmp_path: Path
) -> None:
    csv_format.write(record, tmp_path)

    for name in csv_format.files:
        raw = (tmp_path / name).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")


def test_equal_scans_give_equal_bytes(record: ScanRecord, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        csv_format.write(record, tmp_path / name)

    for name in csv_format.files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(("word", "mark"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_each_delimiter_keeps_every_cell(
    hostile: ScanRecord, tmp_path: Path, word: str, mark: str
) -> None:
    csv_format.write(hostile, tmp_path, delimiter=word)
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=mark, strict=True))

    expected = [[plain(cell) for cell in row] for row in finding_rows(hostile)]
    assert rows == [list(FINDING_COLUMNS), *expected]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(texts, min_size=2, max_size=4), st.sampled_from(",;\t"), st.sampled_from(",;\t"))
def test_no_part_of_a_line_is_a_formula_whatever_it_is_split_at(
    cells: list[str], written: str, split: str
) -> None:
    parts = line(tuple(cells), written).removesuffix("\r\n").split(split)

    # A spreadsheet takes off the quotes and what does not show.
    assert not [part for part in parts if re.match(f'["{INVISIBLE}]*[{TRIGGERS}]', part)]


def test_a_comma_inside_a_text_parts_no_sentence_that_is_harmless() -> None:
    assert plain("one, two; three -4") == "one, two; three -4"
    assert plain("one,=2") == cell("one,=2") == "one,'=2"
    assert plain('one; "+2') == "one; \"'+2"
