"""Two records compared: each finding once, the reasons from what the records hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from stampcheck.change import Change, ChangeClass, Comparison, Why
from stampcheck.comparison.compare import compare
from stampcheck.errors import IntegrityError
from stampcheck.fact_record import FACTS_FILE, FactState, StampFacts
from stampcheck.model import Finding, Outcome, Reason, Severity
from stampcheck.record import Scan, ScanRecord, StampRecord, write_scan
from tests.reports.sample import write_sample
from tests.scanner.test_change import MIRROR

Edit = Callable[[Finding], Finding | None]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    return write_sample(tmp_path_factory.mktemp("old") / "scan", 12, fail=0.2)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    return write_sample(tmp_path_factory.mktemp("new") / "scan", 15, fail=0.35, gap=0.2)


def key(change: Change) -> tuple[str, str, str]:
    return change.stamp, change.rule, change.subject


def test_nothing_changes_between_a_scan_and_itself(first: ScanRecord) -> None:
    found = compare(first, first)
    assert {change.change for change in found.changes} <= {ChangeClass.STILL_FAILING}
    assert not any(change.why or change.worse for change in found.changes)
    assert [*found.added, *found.removed, *found.renamed, *found.standings] == []
    assert sum(found.counts.values()) == first.scan.findings.total


def test_every_finding_of_either_scan_has_one_class(first: ScanRecord, second: ScanRecord) -> None:
    found = compare(first, second)
    keys = {(one.stamp, one.rule, one.subject) for one in first.findings()}
    keys |= {(one.stamp, one.rule, one.subject) for one in second.findings()}
    assert sum(found.counts.values()) == len(keys)
    told = [key(change) for change in found.changes]
    assert len(set(told)) == len(told)
    assert set(told) <= keys


def test_turning_the_scans_mirrors_each_change(first: ScanRecord, second: ScanRecord) -> None:
    there = {key(change): change for change in compare(first, second).changes}
    back = {key(change): change for change in compare(second, first).changes}
    assert there.keys() == back.keys()
    for place, change in there.items():
        turned = back[place]
        assert (turned.old, turned.new) == (change.new, change.old)
        assert turned.change in MIRROR[change.change]


def test_every_change_has_a_reason(first: ScanRecord, second: ScanRecord) -> None:
    for change in compare(first, second).changes:
        assert change.why or change.change is ChangeClass.STILL_FAILING


def edited(
    record: ScanRecord,
    folder: Path,
    *,
    edit: Edit = lambda found: found,
    facts: dict[str, FactState] | None = None,
    head: Callable[[Scan], None] = lambda _: None,
) -> ScanRecord:
    """A copy of a record with other findings, facts or head."""
    shutil.copytree(record.folder, folder)
    encode = msgspec.json.Encoder().encode
    kept = [found for one in record.findings() if (found := edit(one)) is not None]
    (folder / "findings.jsonl").write_bytes(b"".join(encode(one) + b"\n" for one in kept))
    stamps = list(record.stamps())
    lines = [encode(StampFacts(one.stamp, facts or {})) + b"\n" for one in stamps]
    (folder / FACTS_FILE).write_bytes(b"".join(lines))
    scan = ScanRecord(record.folder).scan
    head(scan)
    write_scan(scan, (encode(one) + b"\n" for one in stamps), folder / "scan.json")
    return ScanRecord(folder)


class Case:
    """One stamp and rule of the first scan that passes, and its turn to something else."""

    def __init__(self, record: ScanRecord, *, is_fleet: bool = False) -> None:
        rules = {rule.id: rule for rule in record.scan.rules if rule.is_fleet is is_fleet}
        self.found = next(
            one
            for one in record.findings()
            if one.outcome is Outcome.PASS and one.rule in rules and rules[one.rule].needs
        )
        self.rule = rules[self.found.rule]

    def turned(self, **changed: object) -> Edit:
        """The same finding with other fields; the rest of the scan as it is."""

        def edit(one: Finding) -> Finding:
            is_it = one.finding_id == self.found.finding_id
            return msgspec.structs.replace(one, **changed) if is_it else one

        return edit

    def change(self, comparison: Comparison) -> Change:
        """The change of that finding."""
        return next(
            one
            for one in comparison.changes
            if (one.stamp, one.rule) == (self.found.stamp, self.found.rule)
        )


@pytest.fixture
def case(first: ScanRecord) -> Case:
    return Case(first)


FAILED = {"outcome": Outcome.FAIL, "actual": "otherwise"}


def test_a_fact_that_is_another_tells_of_the_stamp(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    fact = case.rule.needs[0]
    old = edited(first, tmp_path / "old", facts={fact: FactState("4", "a.json n")})
    new = edited(
        first,
        tmp_path / "new",
        edit=case.turned(**FAILED),
        facts={fact: FactState("6", "b.json n")},
    )
    change = case.change(compare(old, new))
    assert change.change is ChangeClass.REGRESSED
    (reason,) = change.why
    assert reason.why is Why.STAMP
    (told,) = reason.facts
    assert (told.fact, told.old, told.new) == (fact, "4", "6")
    assert (told.old_source, told.new_source) == ("a.json n", "b.json n")


def test_a_fact_that_is_refused_now_tells_of_the_coverage(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    fact = case.rule.needs[0]
    gap = {"outcome": Outcome.UNDETERMINED, "reason": Reason.ACCESS_DENIED}
    old = edited(first, tmp_path / "old", facts={fact: FactState("4", "a.json n")})
    refused = {fact: FactState("not allowed", "", "access-denied")}
    new = edited(first, tmp_path / "new", edit=case.turned(**gap), facts=refused)
    change = case.change(compare(old, new))
    assert change.change is ChangeClass.NEWLY_UNDETERMINED
    assert [one.why for one in change.why] == [Why.COVERAGE]
    assert "access-denied: not allowed" in change.why[0].facts[0].new


def test_where_a_fact_was_read_is_no_change(first: ScanRecord, case: Case, tmp_path: Path) -> None:
    fact = case.rule.needs[0]
    old = edited(first, tmp_path / "old", facts={fact: FactState("4", "a.json n")})
    moved = {fact: FactState("4", "z.json n")}
    new = edited(first, tmp_path / "new", edit=case.turned(**FAILED), facts=moved)
    assert Why.STAMP not in {one.why for one in case.change(compare(old, new)).why}


def test_a_rule_of_another_version_tells_of_the_rule(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    def head(scan: Scan) -> None:
        for package in scan.packages:
            package.version = "9.9"

    new = edited(first, tmp_path / "new", edit=case.turned(**FAILED), head=head)
    change = case.change(compare(first, new))
    assert [one.why for one in change.why] == [Why.RULE]
    assert "-> 9.9" in change.why[0].text


def test_a_rule_that_says_something_else_tells_of_the_rule(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    def head(digest: str) -> Callable[[Scan], None]:
        def edit(scan: Scan) -> None:
            for rule in scan.rules:
                rule.digest = digest

        return edit

    old = edited(first, tmp_path / "old", head=head("a"))
    new = edited(first, tmp_path / "new", edit=case.turned(**FAILED), head=head("b"))
    assert [one.why for one in case.change(compare(old, new)).why] == [Why.RULE]


def test_a_severity_of_the_profile_tells_of_the_profile(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    def head(scan: Scan) -> None:
        for rule in scan.rules:
            rule.severity = "informational"

    bad = case.turned(outcome=Outcome.FAIL, severity=Severity.HIGH)
    mild = case.turned(outcome=Outcome.FAIL, severity=Severity.INFORMATIONAL)
    old, new = edited(first, tmp_path / "o", edit=bad), edited(first, tmp_path / "n", edit=mild)
    milder = edited(first, tmp_path / "m", edit=mild, head=head)
    assert Why.PROFILE in {one.why for one in case.change(compare(old, milder)).why}
    assert not case.change(compare(old, new)).worse
    assert case.change(compare(new, old)).worse


def test_a_rule_that_was_left_out_tells_of_the_profile(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    def head(scan: Scan) -> None:
        scan.rules = [rule for rule in scan.rules if rule.id != case.found.rule]

    new = edited(
        first,
        tmp_path / "new",
        edit=lambda one: None if one.rule == case.found.rule else one,
        head=head,
    )
    comparison = compare(first, new)
    change = case.change(comparison)
    assert change.change is ChangeClass.NO_LONGER_CHECKED
    assert [one.why for one in change.why] == [Why.PROFILE]
    assert any("old scan only" in note for note in comparison.notes)


def test_evidence_that_became_too_old_tells_of_the_time(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    def head(scan: Scan) -> None:
        scan.as_of = "2027-06-01T00:00:00Z"

    stale = {"outcome": Outcome.UNDETERMINED, "reason": Reason.STALE}
    new = edited(first, tmp_path / "new", edit=case.turned(**stale), head=head)
    change = case.change(compare(first, new))
    assert [one.why for one in change.why] == [Why.TIME]
    assert "too old" in change.why[0].text


def test_a_fleet_rule_whose_own_facts_are_the_same_tells_of_the_fleet(
    first: ScanRecord, tmp_path: Path
) -> None:
    case = Case(first, is_fleet=True)
    facts = {name: FactState("x", "a.json x") for name in (*case.rule.needs, *case.rule.uses)}
    old = edited(first, tmp_path / "old", facts=facts)
    new = edited(first, tmp_path / "new", edit=case.turned(**FAILED), facts=facts)
    assert [one.why for one in case.change(compare(old, new)).why] == [Why.FLEET]


def test_what_the_records_do_not_hold_is_said_to_be_unexplained(
    first: ScanRecord, case: Case, tmp_path: Path
) -> None:
    new = edited(first, tmp_path / "new", edit=case.turned(**FAILED))
    (reason,) = case.change(compare(first, new)).why
    assert reason.why is Why.UNEXPLAINED


@pytest.mark.parametrize("broken", [b"{", b'{"stamp": 1}\n', b"\xff\n"])
def test_a_broken_record_is_said_in_one_sentence(
    broken: bytes, first: ScanRecord, tmp_path: Path
) -> None:
    shutil.copytree(first.folder, tmp_path / "broken")
    (tmp_path / "broken" / FACTS_FILE).write_bytes(broken)
    with pytest.raises(IntegrityError, match=r"is not what stampcheck wrote"):
        compare(first, ScanRecord(tmp_path / "broken"))


def test_a_stamp_with_another_name_is_followed_by_its_cloud_id(
    first: ScanRecord, tmp_path: Path
) -> None:
    shutil.copytree(first.folder, tmp_path / "new")
    name, renamed = next(iter(first.stamps())).stamp, "zz-renamed"
    for file in ("scan.json", "findings.jsonl"):
        path = tmp_path / "new" / file
        path.write_bytes(
            path.read_bytes().replace(f'"stamp":"{name}"'.encode(), f'"stamp":"{renamed}"'.encode())
        )
    comparison = compare(first, ScanRecord(tmp_path / "new"))
    assert [(one.old, one.new) for one in comparison.renamed] == [(name, renamed)]
    assert comparison.added + comparison.removed == []
    assert {one.change for one in comparison.changes} == {ChangeClass.STILL_FAILING}
    assert all(one.old_stamp == name for one in comparison.changes if one.stamp == renamed)


def test_a_stamp_of_another_cloud_id_under_the_same_name_is_noted(
    first: ScanRecord, tmp_path: Path
) -> None:
    stamps: list[StampRecord] = list(first.stamps())
    shutil.copytree(first.folder, tmp_path / "new")
    path = tmp_path / "new" / "scan.json"
    other = stamps[0].cloud_id.translate(str.maketrans("0123", "4567"))
    path.write_bytes(path.read_bytes().replace(stamps[0].cloud_id.encode(), other.encode()))
    found = compare(first, ScanRecord(tmp_path / "new"))
    assert any(stamps[0].stamp in note and "another Cloud ID" in note for note in found.notes)
