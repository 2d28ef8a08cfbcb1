"""SARIF: valid, nothing lost, and what GitHub's code scanning can take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from stampcheck_reports.sarif import MOST_RESULTS, sarif_format, text, uri
from tests.reports.cut_short import interrupted
from tests.reports.schemas import of_sarif
from tests.reports.written import sarif

LEVELS = {"critical": "error", "high": "error", "medium": "warning"} | {
    "low": "note",
    "informational": "note",
}


@pytest.fixture(scope="module", params=["record", "hostile"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("sarif")
    sarif_format.write(request.getfixturevalue(request.param), folder)
    return sarif(folder)


@pytest.mark.parametrize("name", ["record", "hostile"])
@pytest.mark.parametrize("results", ["all", "problems"])
def test_the_file_is_valid_against_the_schema_that_it_names(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    name: str,
    results: str,
) -> None:
    sarif_format.write(request.getfixturevalue(name), tmp_path, results=results)
    log = json.loads((tmp_path / "results.sarif").read_bytes())

    assert list(of_sarif().iter_errors(log)) == []
    assert log["$schema"] == of_sarif().schema["id"]


def test_a_failure_has_the_level_of_its_severity_and_nothing_else_has_any(
    run: dict[str, Any],
) -> None:
    for one in run["results"]:
        failed = one["kind"] == "fail"
        assert one["level"] == (LEVELS[one["properties"]["severity"]] if failed else "none")


def test_what_is_waived_is_suppressed_and_nothing_else(record: ScanRecord, tmp_path: Path) -> None:
    sarif_format.write(record, tmp_path)
    waived = [found.waived for found in record.findings()]

    assert any(waived)
    assert [bool(one.get("suppressions")) for one in sarif(tmp_path)["results"]] == waived


def test_every_result_has_a_rule_a_place_and_fingerprints_of_its_own(run: dict[str, Any]) -> None:
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    prints = [one["partialFingerprints"] for one in run["results"]]

    for one in run["results"]:
        assert rules[one["ruleIndex"]] == one["ruleId"]
        assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert one["message"]["text"]
    assert len({one["stampcheck/v1"] for one in prints}) == len(prints)
    assert all(one["primaryLocationLineHash"].startswith(one["stampcheck/v1"]) for one in prints)


def test_rules_carry_what_code_scanning_sorts_and_shows(run: dict[str, Any]) -> None:
    for rule in run["tool"]["driver"]["rules"]:
        properties = rule["properties"]
        assert re.fullmatch(r"\d\.\d", properties["security-severity"])
        assert "security" in properties["tags"]
        assert len(properties["tags"]) <= 10
        assert all(cause["id"] and cause["title"] for cause in properties["causes"])
        assert "**What to do:**" in rule["help"]["markdown"]


def test_a_whole_scan_succeeded_and_warns_of_its_gaps(
    record: ScanRecord, run: dict[str, Any]
) -> None:
    invocation = run["invocations"][0]
    words = " ".join(one["message"]["text"] for one in invocation["toolExecutionNotifications"])

    assert invocation["executionSuccessful"]
    assert all(f"({reason})" in words for reason in record.scan.reasons)


def test_an_interrupted_scan_did_not_succeed(record: ScanRecord, tmp_path: Path) -> None:
    sarif_format.write(interrupted(record, tmp_path / "scan"), tmp_path)
    invocation = sarif(tmp_path)["invocations"][0]

    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"


def test_problems_are_what_fails_then_what_is_open_and_none_is_waived(
    record: ScanRecord, tmp_path: Path
) -> None:
    sarif_format.write(record, tmp_path, results="problems")
    results = sarif(tmp_path)["results"]
    order = [*LEVELS, "open"]
    ranks = [
        order.index("open" if one["kind"] == "open" else one["properties"]["severity"])
        for one in results
    ]
    expected = [
        found.finding_id
        for found in record.findings()
        if found.outcome in (Outcome.FAIL, Outcome.UNDETERMINED) and not found.waived
    ]

    assert ranks == sorted(ranks)
    assert not any("suppressions" in one for one in results)
    assert sorted(one["partialFingerprints"]["stampcheck/v1"] for one in results) == sorted(
        expected
    )


def test_more_problems_than_github_takes_leave_out_the_mildest_and_say_so(
    record: ScanRecord, tmp_path: Path
) -> None:
    for name, most in (("some", 7), ("every", MOST_RESULTS)):
        (tmp_path / name).mkdir()
        sarif_format.write(record, tmp_path / name, results="problems", most=most)
    some, every = sarif(tmp_path / "some"), sarif(tmp_path / "every")
    notes = some["invocations"][0]["toolExecutionNotifications"]

    assert some["results"] == every["results"][:7]
    assert notes[-1]["message"]["text"].startswith(
        f"{len(every['results']) - 7:,} results are left"
    )
    assert len(notes) == len(every["invocations"][0]["toolExecutionNotifications"]) + 1


@settings(max_examples=200)
@given(st.text(st.sampled_from("a.%/\\:?#@ [](){}ع🚀\x00\n"), max_size=12))
@example("../../etc/passwd")
@example("a/../../b")
@example("..")
@example("https://host/x")
@example("C:\\evidence\\a.json")
def test_a_document_s_address_never_leaves_the_bundle(label: str) -> None:
    made = uri(label)

    assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", made)
    assert not made.startswith("/")
    assert not {".", ".."} & set(unquote(made).split("/"))
    assert urljoin("https://host/bundle/", made).startswith("https://host/bundle/")


def test_no_message_reads_as_a_link() -> None:
    assert text("[click](https://example.org) me") == "[click] (https://example.org) me"
