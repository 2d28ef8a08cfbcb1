"""The commands that write reports: which formats, and what is chosen of their options."""

from __future__ import annotations

from pathlib import Path

import pytest

from stampcheck.registry import load_formats
from tests.reports.sample import write_sample
from tests.scanner.conftest import Command


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "scan", 3).folder


def test_all_writes_every_format(stampcheck: Command, scan: Path) -> None:
    ran = stampcheck("report", scan, "--format", "all")

    assert ran.code == 0, ran.err
    assert {path.name for path in Path(ran.out.strip()).iterdir()} == {
        "run-manifest.json",
        *(name for form, _ in load_formats() for name in form.files),
    }


def test_the_help_names_every_format_and_its_options(stampcheck: Command) -> None:
    for name in ("scan", "evaluate", "report", "demo"):
        words = " ".join(stampcheck(name, "--help").out.split())
        assert ", ".join([*(form.id for form, _ in load_formats()), "all"]) in words
        assert "--csv-delimiter WORD Between cells of CSV: comma, semicolon or tab." in words
        assert "--sarif-results WORD In SARIF all findings, or problems" in words


@pytest.mark.parametrize(("word", "mark"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_the_delimiter_stands_in_every_file(
    stampcheck: Command, scan: Path, word: str, mark: str
) -> None:
    ran = stampcheck("report", scan, "--format", "csv", "--csv-delimiter", word)

    for path in Path(ran.out.strip()).glob("*.csv"):
        first = path.read_text(encoding="utf-8-sig").splitlines()[0]
        assert first.count(mark) > 8
        assert {other for other in ",;\t" if other in first} == {mark}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--csv-delimiter", "pipe"),
            "'--csv-delimiter': 'pipe' is not one of 'comma', 'semicolon', 'tab'",
        ),
        (("--format", "html", "--csv-delimiter", "tab"), "add '--format csv'"),
        (("--sarif-results", "problems"), "--sarif-results is for the format sarif"),
        (("--format", "xslx"), "did you mean 'xlsx'"),
    ],
)
def test_a_choice_that_cannot_be_is_said_before_anything_is_written(
    stampcheck: Command, scan: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    for command in (("report", scan), ("evaluate", scan), ("demo",)):
        ran = stampcheck(*command, "-o", "out", *words)
        assert ran.code == 2
        assert said in ran.err
        assert not (tmp_path / "out").exists()
