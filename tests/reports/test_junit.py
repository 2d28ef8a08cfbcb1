"""JUnit: valid, sums that agree with its cases, and no test that passes for a gap."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from stampcheck_reports.display import shown
from stampcheck_reports.junit import junit_format
from tests.reports.cut_short import interrupted
from tests.reports.schemas import of_junit
from tests.reports.written import cases, junit

ELEMENTS = ("failure", "error", "skipped")


@pytest.mark.parametrize("name", ["record", "hostile"])
@pytest.mark.parametrize("cut", [False, True])
def test_the_file_is_valid(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    name: str,
    *,
    cut: bool,
) -> None:
    record = request.getfixturevalue(name)
    junit_format.write(interrupted(record, tmp_path / "scan") if cut else record, tmp_path)

    of_junit().assertValid(etree.parse(tmp_path / "junit.xml"))


def sums(element: Any) -> list[int]:
    return [int(element.get(name)) for name in ("tests", "failures", "errors")]


@pytest.mark.parametrize("cut", [False, True])
def test_sums_of_suites_and_of_the_whole_are_those_of_the_cases(
    record: ScanRecord, tmp_path: Path, *, cut: bool
) -> None:
    junit_format.write(interrupted(record, tmp_path / "scan") if cut else record, tmp_path)
    root = junit(tmp_path)

    for suite in root:
        every = suite.findall("testcase")
        counted = [sum(case.find(name) is not None for case in every) for name in ELEMENTS]
        assert [*sums(suite), int(suite.get("skipped"))] == [len(every), *counted]
    assert sums(root) == [sum(column) for column in zip(*map(sums, root), strict=True)]


def test_each_outcome_is_one_kind_of_case(record: ScanRecord, tmp_path: Path) -> None:
    junit_format.write(record, tmp_path)
    kinds = [
        next((name for name in ELEMENTS if case.find(name) is not None), "")
        for _, case in cases(tmp_path)
    ]
    expected = {
        Outcome.FAIL: "failure",
        Outcome.UNDETERMINED: "error",
        Outcome.PASS: "",
        Outcome.NOT_APPLICABLE: "skipped",
    }

    assert kinds == [
        "skipped" if found.waived else expected[found.outcome] for found in record.findings()
    ]
    assert Counter(kinds).keys() == {"failure", "error", "", "skipped"}


def test_a_skipped_case_says_why(record: ScanRecord, tmp_path: Path) -> None:
    junit_format.write(record, tmp_path)
    skipped = [
        (case.find("skipped"), found)
        for (_, case), found in zip(cases(tmp_path), record.findings(), strict=True)
        if case.find("skipped") is not None
    ]

    assert {element.get("type") for element, _ in skipped} == {"waived", "not-applicable"}
    for element, found in skipped:
        assert (element.get("type") == "waived") == found.waived
        assert shown(found.message) in element.get("message")


def test_a_scan_that_was_interrupted_is_an_error_of_its_own(
    record: ScanRecord, tmp_path: Path
) -> None:
    junit_format.write(interrupted(record, tmp_path / "scan"), tmp_path)
    name, case = next(cases(tmp_path))

    assert name == "(scan)"
    assert "stamps may be missing" in case.find("error").get("message")


def test_hostile_names_are_only_names(hostile: ScanRecord, tmp_path: Path) -> None:
    junit_format.write(hostile, tmp_path)

    assert [suite.get("name") for suite in junit(tmp_path)][:-1] == [
        shown(stamp.stamp) for stamp in hostile.stamps()
    ]
