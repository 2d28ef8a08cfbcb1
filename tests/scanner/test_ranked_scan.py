"""A scan of a demo fleet: causes and consequences are the same in every file that tells of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from stampcheck.bundle import Bundle
from stampcheck.causes.catalogue import Catalogue, load
from stampcheck.cli.console import Talk, summary
from stampcheck.collect.files import collect_files
from stampcheck.demo import FLEETS
from stampcheck.engine import RuleSet
from stampcheck.head import Chosen
from stampcheck.judging import Settings
from stampcheck.model import Consequence, Fleet, Outcome, Verdict, fleet_rule
from stampcheck.profile import Profile
from stampcheck.record import ScanRecord
from stampcheck.registry import Loaded, Package
from stampcheck.scan import evaluate, judge_serially
from tests.scanner.conftest import Command
from tests.scanner.test_ranking import cause, rule_info
from tests.scanner.test_scan import scanned

COMPLETE = FLEETS[0]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    return scanned(COMPLETE, tmp_path_factory.mktemp("scan"))


def read(record: ScanRecord, name: str) -> list[dict[str, str]]:
    with (record.folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_causes_of_a_stamp_are_those_that_its_failures_name(record: ScanRecord) -> None:
    for stamp, findings in record.by_stamp():
        if stamp is None:
            continue
        named = {
            (found.rule, cause)
            for found in findings
            if found.outcome is Outcome.FAIL
            for cause in found.causes
        }
        ranked = {(rule, tally.cause) for tally in stamp.causes for rule in tally.explains}
        assert ranked == named
        assert stamp.consequences == tuple(
            word for word in Consequence if any(word in found.consequences for found in findings)
        )
        assert stamp.contradicted == {}


def test_the_fleet_counts_each_cause_on_its_stamps(record: ScanRecord) -> None:
    stamps = list(record.stamps())
    named = Counter(tally.cause for stamp in stamps for tally in stamp.causes)
    top = Counter(stamp.top_cause for stamp in stamps if stamp.causes)
    rows = {row["cause_id"]: row for row in read(record, "causes.csv")}

    assert named
    for tally in record.scan.cause_stamps:
        assert (tally.named, tally.top) == (named[tally.cause], top[tally.cause])
        row = rows[tally.cause]
        assert (row["stamps"], row["likeliest_on"]) == (str(tally.named), str(tally.top))
    assert sum(top.values()) == sum(bool(stamp.causes) for stamp in stamps)


def test_consequences_are_the_same_in_every_file(
    record: ScanRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    stamps = Counter(word.value for stamp in record.stamps() for word in stamp.consequences)
    rows = Counter(
        word
        for row in read(record, "stamps.csv")
        for word in filter(None, row["consequences"].split("; "))
    )
    found = {row["finding_id"]: row["consequences"] for row in read(record, "findings.csv")}
    summary(Talk(no_color=True), record)
    said = capsys.readouterr().err

    assert stamps == rows == Counter(record.scan.consequences)
    for one in record.findings():
        assert found[one.finding_id] == "; ".join(one.consequences)
        assert bool(one.consequences) == (one.outcome is Outcome.FAIL)
    assert f"At risk: licence standing on {stamps['licence standing']} stamps" in said
    assert "Likeliest cause of " in said


def test_two_processes_rank_as_one_does(tmp_path: Path, stampcheck: Command) -> None:
    COMPLETE.write(tmp_path / "evidence")
    collect_files(tmp_path / "evidence", tmp_path / "b", COMPLETE.as_of, None, lambda _: None)
    judge = ("evaluate", tmp_path / "b", "-q", "--format", "csv", "--workers")
    one, two = (ScanRecord(Path(stampcheck(*judge, number).out.strip())) for number in (1, 2))

    assert list(one.stamps()) == list(two.stamps())
    assert one.scan == two.scan


@fleet_rule(rule_info("AZS-XX-009", "seen", "unseen"))
def every_stamp_fails(fleet: Fleet) -> Iterator[Verdict]:
    for holder in fleet.stamps:
        yield Verdict.failed(holder, causes=("seen", "unseen"), message="It is so.")


def test_what_contradicts_a_cause_that_a_fleet_rule_names_is_kept_until_it_has_spoken(
    tmp_path: Path,
) -> None:
    causes = {
        one.id: one
        for one in (cause("seen", "ACTIVATION_PRESENT is true"), cause("unseen", "NODES is 0"))
    }
    rules = RuleSet([every_stamp_fails], causes)
    loaded = (Loaded(every_stamp_fails, Package("acme", "1.2")),)
    settings = Settings(profile=Profile(), as_of=COMPLETE.as_of)
    COMPLETE.write(tmp_path / "evidence")
    collect_files(tmp_path / "evidence", tmp_path / "b", COMPLETE.as_of, None, lambda _: None)
    with Bundle(tmp_path / "b") as bundle:
        evaluate(
            bundle,
            tmp_path,
            chosen=Chosen(rules, loaded, ()),
            catalogue=Catalogue(causes, load().runbooks),
            settings=settings,
            judged=judge_serially(bundle, rules, settings),
            progress=lambda _: None,
        )

    record = ScanRecord(tmp_path)
    active = [stamp for stamp in record.stamps() if stamp.state == "active"]
    assert active
    for stamp in active:
        assert [one.cause for one in stamp.causes] == ["unseen", "seen"]
        assert stamp.causes[1].contradicted_by == ("ACTIVATION_PRESENT is true",)
    text = "the stamp holds its activation (ACTIVATION_PRESENT is true)"
    assert record.scan.contradictions["ACTIVATION_PRESENT is true"] == text
    (seen,) = (one for one in record.scan.cause_stamps if one.cause == "seen")
    assert seen.named - seen.contradicted == seen.top
