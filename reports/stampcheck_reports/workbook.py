"""Sheets of a workbook: rows that are streamed to disk, and tables that are small.

No cell is ever a formula or a link: texts are written as texts whatever they begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stampcheck_reports.columns import Cells, Columns, width
from stampcheck_reports.xml_text import legal

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS: Final = 1_048_576
MOST_UNITS: Final = 32_767
"""Rows of a sheet and UTF-16 units of a cell: Excel's specifications and limits."""

_REMARK: Final = " [cut here: too long for a cell; findings.jsonl and scan.json hold all]"
_MOMENT: Final = 'yyyy-mm-dd"T"hh:mm:ss"Z"'
_DAY: Final = "yyyy-mm-dd"
_FIRST_YEAR: Final = 1901
_A4: Final = 9
_LINE: Final = 15
"""Points of a line."""

_COLOURS: Final = {
    "fail": ("#FFD9D6", "#8E1A10"),
    "in-violation": ("#FFD9D6", "#8E1A10"),
    "expired": ("#FFD9D6", "#8E1A10"),
    "critical": ("#FFD9D6", "#8E1A10"),
    "high": ("#FFE5CC", "#7A3E00"),
    "undetermined": ("#FFF3C4", "#6B5200"),
    "not-proven": ("#FFF3C4", "#6B5200"),
    "medium": ("#FFF3C4", "#6B5200"),
    "pass": ("#DDF3E0", "#1B5E2A"),
    "licensed": ("#DDF3E0", "#1B5E2A"),
    "not-applicable": ("#E9ECEF", "#454C54"),
}
"""Background and letters of a word; each pair keeps a contrast above 4.5."""

_BARS: Final = {
    **dict.fromkeys(("fail", "in-violation", "expired"), "#C0392B"),
    **dict.fromkeys(("undetermined", "not-proven"), "#D4A017"),
    **dict.fromkeys(("pass", "licensed"), "#2E7D4F"),
    "not-applicable": "#8A939C",
}


class Book:
    """A workbook in writing; equal contents give equal bytes."""

    def __init__(self, path: Path, title: str, created: str) -> None:
        from xlsxwriter import Workbook

        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # So that the disk is the one that the report goes to anyway.
            "tmpdir": str(path.parent),
        }
        self.book: Workbook = Workbook(str(path), options)
        self.book.use_zip64()
        self.book.set_properties(
            {"title": legal(title), "author": "stampcheck", "created": moment(created)}
        )
        add = self.book.add_format
        wrapped = {"valign": "top", "text_wrap": True, "num_format": "@"}
        self.text = add({"valign": "top", "num_format": "@"})
        self.wrapped = add(wrapped)
        self.bold = add({"bold": True, "num_format": "@"})
        self.large = add({"bold": True, "font_size": 16, "num_format": "@"})
        head = {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"}
        self.head, self.right = add(head), add(head | {"align": "right"})
        self.number = add({"valign": "top", "num_format": "#,##0", "align": "right", "indent": 1})
        self.moment = add({"valign": "top", "num_format": _MOMENT, "align": "left"})
        self.day = add({"valign": "top", "num_format": _DAY, "align": "left"})
        self.colours = {
            word: add({"bg_color": back, "font_color": front})
            for word, (back, front) in _COLOURS.items()
        }

    def sheet(self, name: str, *, streamed: bool = False) -> Worksheet:
        """A new sheet; the rows of a streamed one are on disk, and come in order."""
        # Each sheet keeps what the workbook is set to while it is added.
        self.book.constant_memory = streamed
        return self.book.add_worksheet(name)

    def write(self, sheet: Worksheet, place: tuple[int, int], text: str, kind: str = "") -> None:
        """Write one cell: a text, or a number or moment where it reads as one."""
        row, column = place
        if kind == "number" and text.isascii() and text.isdigit():
            sheet.write_number(row, column, int(text), self.number)
        elif kind == "moment" and (read := moment(text)) is not None:
            sheet.write_datetime(row, column, read, self.day if len(text) == 10 else self.moment)
        elif text:
            sheet.write_string(row, column, fitting(text), self._format(kind))

    def _format(self, kind: str) -> Format:
        return self.wrapped if kind == "wrapped" else self.text

    def colour(self, sheet: Worksheet, columns: Columns, last: int) -> None:
        """Colour the words of outcomes, severities and standings."""
        for place, name in enumerate(columns.names):
            for word, style in self.colours.items() if name in columns.coloured else ():
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
                sheet.conditional_format(1, place, max(last, 1), place, rule)
        if {"outcome", "severity"} <= set(columns.names) and "severity" not in columns.coloured:
            self._grade(sheet, columns.names, max(last, 1))

    def _grade(self, sheet: Worksheet, names: Cells, last: int) -> None:
        """Colour the severity of failures only: on what passes it would look alarming."""
        from xlsxwriter.utility import xl_col_to_name

        outcome, place = xl_col_to_name(names.index("outcome")), names.index("severity")
        for word in ("critical", "high", "medium"):
            both = f'=AND(${outcome}2="fail",${xl_col_to_name(place)}2="{word}")'
            rule = {"type": "formula", "criteria": both, "format": self.colours[word]}
            sheet.conditional_format(1, place, last, place, rule)

    def grid(self, sheet: Worksheet, row: int, lines: Sequence[Cells], kind: str = "") -> int:
        """Write a small table without filter: a head, then names with cells of a kind beside them;
        the row after it.
        """
        for place, line in enumerate(lines):
            for column, text in enumerate(line):
                if place == 0:
                    style = self.right if column and kind else self.head
                    sheet.write_string(row, column, text, style)
                else:
                    self.write(sheet, (row + place, column), text, kind if column else "")
        return row + len(lines)

    def solid(self, word: str) -> str:
        """The colour of a word's bar in a chart."""
        return _BARS[word]

    def close(self) -> None:
        """Write the file."""
        # Otherwise it would try to close files that sheets which are not streamed never opened.
        self.book.constant_memory = False
        self.book.close()


class Streamed:
    """A sheet of any number of rows, with frozen head and filter; it goes on in further sheets."""

    def __init__(self, book: Book, name: str, columns: Columns, most: int = MOST_ROWS) -> None:
        self._book, self._name, self._columns, self._most = book, name, columns, most
        self._kinds = _kinds(columns)
        self._sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        name = self._name if self._sheets == 1 else f"{self._name} {self._sheets}"
        self._sheet = self._book.sheet(name, streamed=True)
        _set_up(self._sheet, self._columns)
        for place, title in enumerate(self._columns.names):
            self._sheet.write_string(0, place, title, self._book.head)
        self._row = 0

    def add(self, cells: Cells) -> None:
        """Write one row."""
        if self._row + 1 >= self._most:
            self.end()
            self._begin()
        self._row += 1
        write, sheet, ordered = self._book.write, self._sheet, self._columns.ordered(cells)
        _heighten(sheet, self._row, self._columns.lines(ordered))
        for place, (text, kind) in enumerate(zip(ordered, self._kinds, strict=True)):
            write(sheet, (self._row, place), text, kind)

    def end(self) -> None:
        """Put the filter and the colours over what was written."""
        self._sheet.autofilter(0, 0, max(self._row, 1), len(self._columns.names) - 1)
        self._book.colour(self._sheet, self._columns, self._row)
        _print_area(self._sheet, self._columns, self._row)


def table(book: Book, name: str, columns: Columns, rows: Iterable[Cells]) -> None:
    """A sheet that is one real table."""
    sheet, kinds, last = book.sheet(name), _kinds(columns, "wrapped"), 0
    _set_up(sheet, columns)
    for last, cells in enumerate(rows, 1):
        ordered = columns.ordered(cells)
        _heighten(sheet, last, columns.lines(ordered, every=True))
        for place, (text, kind) in enumerate(zip(ordered, kinds, strict=True)):
            book.write(sheet, (last, place), text, kind)
    options: dict[str, Any] = {
        "name": name.replace(" ", "_"),
        "columns": [{"header": title, "header_format": book.head} for title in columns.names],
        "style": "Table Style Medium 2",
    }
    sheet.add_table(0, 0, max(last, 1), len(columns.names) - 1, options)
    book.colour(sheet, columns, last)
    _print_area(sheet, columns, last)


def _heighten(sheet: Worksheet, row: int, lines: int) -> None:
    """Give a row the height of its lines: LibreOffice does not reckon it from wrapped texts."""
    if lines > 1:
        sheet.set_row(row, lines * _LINE)


def _print_area(sheet: Worksheet, columns: Columns, last: int) -> None:
    """Print what a person reads: all columns on the width of a page would be too small for that."""
    sheet.print_area(0, 0, max(last, 1), (columns.printed or len(columns.names)) - 1)


def _kinds(columns: Columns, words: str = "") -> list[str]:
    return [
        "number"
        if name in columns.numbers
        else "moment"
        if name in columns.moments
        else "wrapped"
        if name in columns.wrapped
        else words
        for name in columns.names
    ]


def _set_up(sheet: Worksheet, columns: Columns) -> None:
    """Widths by the names, frozen head and first column, no marks on numbers that are texts."""
    sheet.freeze_panes(1, 1)
    page(sheet)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
    for place, name in enumerate(columns.names):
        sheet.set_column(place, place, width(name, columns))


def page(sheet: Worksheet) -> None:
    """A4 across with narrow margins; sheet, page and number of pages at its foot."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.6)
    sheet.set_footer("&L&A&R&P of &N")


def fitting(text: str) -> str:
    """The text as a cell can hold it; where it is too long it says so."""
    text = legal(text)
    if len(text) * 2 <= MOST_UNITS or len(text.encode("utf-16-le")) <= 2 * MOST_UNITS:
        return text
    kept = text.encode("utf-16-le")[: 2 * (MOST_UNITS - len(_REMARK))]
    return kept.decode("utf-16-le", "ignore") + _REMARK


def moment(text: str) -> datetime | None:
    """A day or a moment in UTC as Excel counts it; None where it is none, or too long ago."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if read.tzinfo is not None:
        read = read.astimezone(UTC).replace(tzinfo=None)
    return read if read.year >= _FIRST_YEAR else None
