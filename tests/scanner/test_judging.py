"""A scan with an inventory and with an earlier scan: what they bring reaches the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.cli.pipeline import JudgingOptions, judge_bundle
from stampcheck.collect.files import collect_files
from stampcheck.demo import answer
from stampcheck.demo.fleet import Folder
from stampcheck.demo.shapes import registration
from stampcheck.demo.site import Site
from stampcheck.demo.standard import stamp
from stampcheck.inventory import read_inventory
from stampcheck.model import UNCLAIMED, Finding
from stampcheck.record import ScanRecord

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ONE = Site(name="emea-one", model="Capacity")
NEAR = Site(name="emea-near", subscription="emea-one")
LAB = Site(name="emea-lab", subscription="emea-one")


def with_listing(*others: Site) -> Folder:
    """A stamp in whose folder lies the listing of its whole subscription."""
    listed = answer.registrations(ONE, *map(registration, (ONE, *others)))
    return stamp(ONE, registrations=listed)


def scanned(
    folder: Path,
    *folders: Folder,
    inventory: str = "",
    baseline: Path | None = None,
    stamps: tuple[str, ...] = (),
) -> ScanRecord:
    source, run = folder / "evidence", folder / "run"
    for name, files in folders:
        for file, content in files.items():
            place = source / name / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    run.mkdir()
    declared = None
    if inventory:
        (folder / "fleet.toml").write_text(inventory)
        declared = read_inventory(folder / "fleet.toml")
    collect_files(source, run / "bundle", NOW, declared, lambda _: None)
    options = JudgingOptions(baseline=baseline, stamps=stamps)
    talk = Talk(quiet=True, no_progress=True)
    with Bundle(run / "bundle") as bundle:
        judge_bundle(bundle, run, options, talk=talk, as_of=NOW)
    return ScanRecord(run)


def of(record: ScanRecord, rule: str) -> Mapping[str, Finding]:
    """The findings of a rule by stamp, or by the id of a registration that nobody claims."""
    return {
        found.subject or found.stamp: found for found in record.findings() if found.rule == rule
    }


def declared(name: str, *lines: str) -> str:
    return "\n".join(("[[stamp]]", f'name = "{name}"', *lines, ""))


def test_a_stray_registration_is_a_finding_apart_and_the_sums_agree(tmp_path: Path) -> None:
    record = scanned(tmp_path, with_listing(LAB), inventory=declared("emea-one"))
    found = of(record, "AZS-ID-003")

    assert {name: one.outcome.value for name, one in found.items()} == {
        "emea-one": "pass",
        LAB.registration_id: "fail",
    }
    assert found[LAB.registration_id].stamp == UNCLAIMED
    assert record.scan.unclaimed_findings.failed == 1
    assert record.scan.findings.total == sum(1 for _ in record.findings())
    assert record.scan.pairs.total == len(record.scan.rules)


def test_what_the_inventory_declares_is_listed_though_its_stamp_was_not_asked(
    tmp_path: Path,
) -> None:
    lines = f'registration = "{NEAR.registration_id}"'
    inventory = declared("emea-one") + declared("emea-near", lines)
    found = of(scanned(tmp_path, with_listing(NEAR), inventory=inventory), "AZS-ID-003")

    assert found["emea-near"].outcome.value == "pass"
    assert found[NEAR.registration_id].outcome.value == "not-applicable"
    assert "emea-near" in found[NEAR.registration_id].message


def test_a_stamp_of_which_nothing_is_known_may_have_it(tmp_path: Path) -> None:
    inventory = declared("emea-one") + declared("emea-near")
    found = of(scanned(tmp_path, with_listing(NEAR), inventory=inventory), "AZS-ID-003")

    assert found[NEAR.registration_id].reason == "fleet-incomplete"
    assert "emea-near" in found[NEAR.registration_id].message


def test_an_activation_for_anothers_registration_is_one_failure(tmp_path: Path) -> None:
    listed = answer.registrations(ONE, registration(ONE), registration(NEAR))
    stray = answer.activation(
        NEAR, azureRegistrationResourceIdentifier=ONE.registration_id, expiration="2027-10-01"
    )
    near = stamp(NEAR, activation=stray, registration=listed)
    record = scanned(tmp_path, with_listing(NEAR), near)
    rules = ("AZS-ID-001", "AZS-ID-002", "AZS-ID-003", "AZS-RG-001", "AZS-RG-003", "AZS-TE-003")
    failed = [
        (rule, name)
        for rule in rules
        for name, found in of(record, rule).items()
        if found.outcome == "fail"
    ]

    assert failed == [("AZS-RG-003", "emea-near")]


def test_without_an_inventory_no_registration_is_called_nobodys(tmp_path: Path) -> None:
    found = of(scanned(tmp_path, with_listing(LAB)), "AZS-ID-003")

    assert {name: one.outcome.value for name, one in found.items()} == {
        "emea-one": "not-applicable"
    }


def test_of_a_part_of_the_fleet_nothing_is_said_of_strays(tmp_path: Path) -> None:
    inventory = declared("emea-one") + declared("emea-near")
    found = of(
        scanned(tmp_path, with_listing(LAB), inventory=inventory, stamps=("emea-one",)),
        "AZS-ID-003",
    )

    assert {name: one.reason for name, one in found.items()} == {"emea-one": "fleet-incomplete"}


def test_an_earlier_scan_gives_the_nodes_by_name_and_by_cloud_id(tmp_path: Path) -> None:
    first, again, renamed = tmp_path / "first", tmp_path / "again", tmp_path / "renamed"
    for folder in (first, again, renamed):
        folder.mkdir()
    scanned(first, stamp(ONE))
    grown = stamp(ONE, stamp_information=answer.stamp_information(ONE, NumberOfNodes=6))
    by_name = scanned(again, grown, baseline=first / "run")
    by_cloud = scanned(renamed, ("another-name", grown[1]), baseline=first / "run")

    for record in (by_name, by_cloud):
        (found,) = of(record, "AZS-RG-005").values()
        assert found.outcome.value == "fail"
        assert "baseline nodes" in found.message
    (alone,) = of(ScanRecord(first / "run"), "AZS-RG-005").values()
    assert alone.outcome.value == "undetermined"


def test_the_inventory_goes_before_an_earlier_scan(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    scanned(first, stamp(ONE, stamp_information=answer.stamp_information(ONE, NumberOfNodes=8)))
    inventory = declared("emea-one", "nodes_at_registration = 4")
    record = scanned(second, stamp(ONE), inventory=inventory, baseline=first / "run")

    assert of(record, "AZS-RG-005")["emea-one"].outcome.value == "pass"


def test_an_earlier_scan_says_nothing_of_a_stamp_that_it_did_not_see(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    scanned(first, stamp(NEAR))
    record = scanned(second, stamp(ONE), baseline=first / "run")

    assert of(record, "AZS-RG-005")["emea-one"].reason == "not-collected"
