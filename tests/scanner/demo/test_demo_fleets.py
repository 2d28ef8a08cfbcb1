"""The demo fleets: what the program says of them is what the requirements say."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from stampcheck.demo import COMPLETE, FLEETS, TROUBLED, Fleet
from stampcheck.demo.secret import PLANTED
from stampcheck.model import Fact, Outcome, Reason, Standing, State
from stampcheck.registry import load_rules
from stampcheck.values import BillingModel
from tests.scanner.demo.verdict_table import Row, Run, expected, further, judged, told

FIXTURES = Path(__file__).parents[3] / "fixtures" / "fleets"
INFOS = {loaded.rule.info.id: loaded.rule.info for loaded in load_rules()}
FROM_EVIDENCE = (
    Reason.NOT_COLLECTED,
    Reason.ACCESS_DENIED,
    Reason.UNREACHABLE,
    Reason.ABSENT_IN_ANSWER,
    Reason.MALFORMED,
    Reason.UNSUPPORTED_VERSION,
    Reason.STALE,
    Reason.AMBIGUOUS,
)
BOTH = pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Both fleets, judged once."""
    return {fleet.name: judged(fleet, tmp_path_factory.mktemp(fleet.name)) for fleet in FLEETS}


def cells(rows: dict[str, Row], fleet: str) -> dict[tuple[str, str, str], str]:
    """Every cell of a table with its place, empty ones left out."""
    return {
        (fleet, stamp, column): cell
        for stamp, row in rows.items()
        for column, cell in row.items()
        if cell
    }


@BOTH
def test_every_stamp_is_judged_as_the_requirements_say(fleet: Fleet, runs: dict[str, Run]) -> None:
    wanted = cells(expected(fleet), fleet.name)
    rules = further()
    found = cells(told(runs[fleet.name]), fleet.name)
    assert {place: cell for place, cell in found.items() if place[2] not in rules} == wanted


def test_the_further_rules_judge_as_the_requirements_say(runs: dict[str, Run]) -> None:
    rules = further()
    found = {
        (rule, f"{fleet}/{stamp}"): cell
        for fleet, run in runs.items()
        for stamp, row in told(run).items()
        for rule, cell in row.items()
        if rule in rules
    }
    wanted = {
        (rule, stamp): rules[rule].named.get(stamp, rules[rule].rest) for rule, stamp in found
    }
    assert found == wanted
    named = {(rule, stamp) for rule, told_of in rules.items() for stamp in told_of.named}
    assert named <= found.keys()


def test_the_readme_counts_the_stamps(runs: dict[str, Run]) -> None:
    number = sum(run.record.scan.stamp_count for run in runs.values())
    readme = (FIXTURES.parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"two demo fleets, {number} stamps in all" in " ".join(readme.split())


def takes_a_person(given: Mapping[Fact[Any], Any]) -> bool:
    return any(fact.documents == ("attestation",) for fact in given)


@pytest.mark.parametrize("rule", INFOS)
def test_the_two_reports_show_each_outcome_that_a_rule_can_have(
    rule: str, runs: dict[str, Run]
) -> None:
    shown = {
        found.outcome
        for run in runs.values()
        for found in run.record.findings()
        if found.rule == rule
    }
    info = INFOS[rule]
    impossible = {Outcome.NOT_APPLICABLE} if not info.not_applicable_when else set()
    # Where nothing that can be read proves the requirement met, a person has to say so, which is
    # shown by the later fleet.
    passing = [example.facts for example in info.examples if example.outcome is Outcome.PASS]
    never = {Outcome.PASS} if all(map(takes_a_person, passing)) else set()
    assert shown == set(Outcome) - impossible - never


def test_the_complete_fleet_shows_each_reason_that_one_stamp_can_give(runs: dict[str, Run]) -> None:
    found = set(runs["complete"].record.scan.reasons)
    assert found == {*FROM_EVIDENCE, Reason.NEEDS_HUMAN}


def test_the_troubled_fleet_is_the_one_that_is_incomplete(runs: dict[str, Run]) -> None:
    assert Reason.FLEET_INCOMPLETE in runs["troubled"].record.scan.reasons


def test_the_complete_fleet_shows_each_state_and_each_standing(runs: dict[str, Run]) -> None:
    scan = runs["complete"].record.scan
    assert set(scan.states) == set(State)
    assert set(scan.standings) == set(Standing)


def test_the_complete_fleet_shows_each_billing_model_and_connection(runs: dict[str, Run]) -> None:
    stamps = list(runs["complete"].record.stamps())
    assert {stamp.billing_model for stamp in stamps} >= set(BillingModel)
    assert {(stamp.connection, stamp.connection_source) for stamp in stamps} >= {
        (connection, source)
        for connection in ("connected", "disconnected")
        for source in ("declared", "derived")
    }


def test_the_complete_fleet_shows_each_cloud() -> None:
    text = b"\n".join(data for _, data in COMPLETE.files())
    found = set(re.findall(rb'"azureEnvironmentName": "(\w+)"', text))
    known = {b"AzureCloud", b"AzureUSGovernment", b"AzureChinaCloud"}
    assert found == known | {b"AzureGermanCloud", b"CustomCloud"}


@pytest.mark.parametrize(
    "kind", ["the script's own lock", "another lock", "an inherited lock", "(ReadOnly)"]
)
def test_the_complete_fleet_shows_each_kind_of_lock(kind: str, runs: dict[str, Run]) -> None:
    findings = runs["complete"].record.findings()
    assert any(kind in found.actual for found in findings if found.rule == "AZS-PR-001")


def test_the_copy_is_told_once_and_the_halves_are_one(runs: dict[str, Run]) -> None:
    stamps = {stamp.stamp: stamp for stamp in runs["complete"].record.stamps()}
    assert not {"amer-denver-copy", "chicago-azure-export", "ticket-48213"} & stamps.keys()
    assert "amer-denver-copy" in " ".join(stamps["amer-denver"].notes)
    assert "chicago-azure-export" in " ".join(stamps["amer-chicago"].notes)
    assert "ticket-48213" in " ".join(stamps["amer-seattle"].notes)


@pytest.mark.parametrize(
    ("stamp", "cause"),
    [
        ("amer-austin", "cloned-stamp"),
        ("emea-zurich", "left-over-registration"),
        ("emea-prague", "activation-step-missing"),
        ("emea-dublin", "registration-deleted"),
        ("emea-lisbon", "directory-tenant-changed"),
        ("emea-lisbon", "registration-not-accessible"),
        ("emea-oslo", "inventory-out-of-date"),
    ],
)
def test_a_failure_names_the_cause_that_was_planted(
    stamp: str, cause: str, runs: dict[str, Run]
) -> None:
    findings = runs["complete"].record.findings()
    assert any(cause in found.causes for found in findings if found.stamp == stamp)


def outputs(run: Run) -> Iterator[tuple[str, bytes]]:
    """Every file of a run, and what lies packed inside of it."""
    for path in sorted(run.folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path.name, data
            for packed in re.findall(rb"H4sI[A-Za-z0-9+/]{40,}={0,2}", data):
                yield f"{path.name} (packed)", gzip.decompress(base64.b64decode(packed))


def test_planted_secrets_are_in_the_evidence() -> None:
    text = b"\n".join(data for _, data in TROUBLED.files())
    assert [planted for planted in PLANTED[:5] if planted.encode() not in text] == []


def test_planted_secrets_are_in_no_output(runs: dict[str, Run]) -> None:
    found = {
        planted
        for _, data in outputs(runs["troubled"])
        for planted in PLANTED
        if planted.encode() in data
    }
    assert found == set()


def test_the_look_for_secrets_sees_into_the_page(runs: dict[str, Run]) -> None:
    assert any(
        b"careless" in data for name, data in outputs(runs["troubled"]) if "(packed)" in name
    )


def test_the_claims_of_the_planted_token_are_read(runs: dict[str, Run]) -> None:
    stamps = {stamp.stamp: stamp for stamp in runs["troubled"].record.stamps()}
    assert stamps["token-handed-over"].billing_model == BillingModel.CAPACITY


@BOTH
def test_the_fixtures_are_what_the_code_makes(fleet: Fleet) -> None:
    folder = FIXTURES / fleet.name
    kept = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert kept == dict(fleet.files())


@BOTH
def test_a_fleet_names_each_of_its_files_once(fleet: Fleet) -> None:
    paths = [path for path, _ in fleet.files()]
    assert len(paths) == len(set(paths))


@BOTH
def test_the_written_files_bear_a_date_before_the_as_of_date(fleet: Fleet, tmp_path: Path) -> None:
    fleet.write(tmp_path)
    dates = {path.stat().st_mtime for path in tmp_path.rglob("*") if path.is_file()}
    assert dates == {fleet.as_of.timestamp() - 2 * 24 * 3600}


@pytest.mark.parametrize(
    "mark",
    [b"\xef\xbb\xbf", b"\xff\xfe", b'"\\/Date(253402214399000)\\/"', b"@{level=", b'"Count": 1'],
)
def test_the_complete_fleet_is_written_in_several_dialects(mark: bytes) -> None:
    assert any(mark in data for _, data in COMPLETE.files())
