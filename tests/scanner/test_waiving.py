"""Waivers over findings: the outcome stays, the evidence decides, each waiver has one status."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampcheck.fact_record import FactState
from stampcheck.model import UNCLAIMED, Finding, Outcome, Severity, Source
from stampcheck.waiver import FAULTS, Waiver, WaiverStatus, fingerprint
from stampcheck.waiving import Holder, Waiving

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
MOMENT = "2026-11-01T00:00:00Z"
RULE = "AZS-PR-001"
READS = {RULE: ("LOCKS", "CONNECTION")}
FACTS = {"LOCKS": FactState("none", "locks.json value"), "CLOUD_ID": FactState("1", "a b")}
FOUND = Finding(
    "0011223344556677",
    "ams-01",
    RULE,
    Outcome.FAIL,
    Severity.MEDIUM,
    expected="a lock",
    actual="none",
    sources=(Source("locks.json", "value"),),
)
HOLDERS = (Holder("ams-01", ("region:emea", "all")), Holder("ber-01", ("all",)))


def accepted(found: Finding = FOUND) -> str:
    return fingerprint(found, FACTS, READS[RULE], MOMENT)


def waiver(**changed: Any) -> Waiver:
    told: dict[str, Any] = {
        "rule": RULE,
        "stamp": "ams-01",
        "owner": "operations",
        "approver": "security",
        "reason": "because",
        "ticket": "RISK-1",
        "accepted": date(2026, 10, 1),
        "expires": date(2026, 12, 31),
        "evidence": (accepted(),),
    }
    if "tag" in changed:
        told["stamp"] = ""
    return Waiver(**told | changed)


def over(
    *waivers: Waiver, found: Finding = FOUND, as_of: datetime = AS_OF, **rest: Any
) -> tuple[Finding, list[WaiverStatus]]:
    """What becomes of a finding and of the waivers."""
    waiving = Waiving(waivers, as_of, rest.get("reads", READS), HOLDERS, judged=MOMENT)
    (marked,) = waiving.mark(found.stamp, [found], rest.get("facts", FACTS))
    return marked, [one.status for one in waiving.records()]


def test_accepted_evidence_is_waived_and_stays_a_failure() -> None:
    marked, statuses = over(waiver())
    assert marked == msgspec.structs.replace(FOUND, waived=True)
    assert (marked.outcome, statuses) == (Outcome.FAIL, [WaiverStatus.APPLIED])


def test_the_last_day_is_one_on_which_it_holds() -> None:
    last = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert over(waiver(), as_of=last)[0].waived
    marked, statuses = over(waiver(), as_of=datetime(2027, 1, 1, tzinfo=UTC))
    assert (marked.waived, statuses) == (False, [WaiverStatus.EXPIRED])


@pytest.mark.parametrize(
    "changed",
    [
        {"actual": "CanNotDelete on the group"},
        {"expected": "two locks"},
        {"severity": Severity.CRITICAL},
        {"sources": (Source("locks.json", "value[0].level"),)},
        {"outcome": Outcome.UNDETERMINED},
    ],
)
def test_other_evidence_is_not_what_was_accepted(changed: dict[str, Any]) -> None:
    marked, statuses = over(waiver(), found=msgspec.structs.replace(FOUND, **changed))
    assert (marked.waived, statuses) == (False, [WaiverStatus.EVIDENCE_CHANGED])


@pytest.mark.parametrize(
    "state", [FactState("one", "locks.json value"), FactState("no right", "", "access-denied")]
)
def test_another_fact_is_not_what_was_accepted(state: FactState) -> None:
    marked, statuses = over(waiver(), facts=FACTS | {"LOCKS": state})
    assert (marked.waived, statuses) == (False, [WaiverStatus.EVIDENCE_CHANGED])


@pytest.mark.parametrize(
    "facts",
    [
        FACTS | {"LOCKS": FactState("none", "another-file.json value")},
        FACTS | {"CLOUD_ID": FactState("2", "a b")},
    ],
    ids=["read elsewhere", "of no concern to the rule"],
)
def test_what_is_no_evidence_of_the_finding_changes_nothing(facts: dict[str, FactState]) -> None:
    assert over(waiver(), facts=facts)[0].waived


@pytest.mark.parametrize(
    "changed",
    [{"message": "said otherwise"}, {"sources": (Source("2027/locks.json", "value", stale=True),)}],
)
def test_words_and_file_names_are_no_evidence(changed: dict[str, Any]) -> None:
    assert over(waiver(), found=msgspec.structs.replace(FOUND, **changed))[0].waived


def test_the_date_of_the_scan_is_no_evidence() -> None:
    dated = msgspec.structs.replace(FOUND, expected="later than 90 days after 2026-11-01")
    later = msgspec.structs.replace(FOUND, expected="later than 90 days after 2027-02-01")
    assert fingerprint(dated, FACTS, ("LOCKS",), MOMENT) == fingerprint(
        later, FACTS, ("LOCKS",), "2027-02-01T00:00:00Z"
    )


def test_how_many_usage_records_there_are_is_no_evidence() -> None:
    few, many, none = ({"LOCAL_USAGE": FactState(text, "u value")} for text in ("1", "9", "0"))
    some = fingerprint(FOUND, few, ("LOCAL_USAGE",), MOMENT)
    assert some == fingerprint(FOUND, many, ("LOCAL_USAGE",), MOMENT)
    assert some != fingerprint(FOUND, none, ("LOCAL_USAGE",), MOMENT)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.NOT_APPLICABLE])
def test_a_waiver_of_what_no_longer_fails_is_unused(outcome: Outcome) -> None:
    marked, statuses = over(waiver(), found=msgspec.structs.replace(FOUND, outcome=outcome))
    assert (marked.waived, statuses) == (False, [WaiverStatus.UNUSED])


@pytest.mark.parametrize(
    "broad", [{"rule": "*"}, {"stamp": "*"}, {"tag": "all"}], ids=["rule", "stamp", "tag"]
)
def test_a_waiver_of_everything_applies_to_nothing(broad: dict[str, str]) -> None:
    marked, statuses = over(waiver(**broad))
    assert (marked.waived, statuses) == (False, [WaiverStatus.OVER_BROAD])


def test_a_tag_that_some_stamps_have_is_not_too_broad() -> None:
    marked, statuses = over(waiver(tag="region:emea"))
    assert (marked.waived, statuses) == (True, [WaiverStatus.APPLIED])


def test_a_rule_or_stamp_that_the_scan_left_out_is_no_fault() -> None:
    assert over(waiver(stamp="zrh-01"))[1] == [WaiverStatus.NOT_JUDGED]
    assert over(waiver(), found=msgspec.structs.replace(FOUND, rule="X"), reads={})[1] == [
        WaiverStatus.NOT_JUDGED
    ]


def test_a_subject_narrows_a_waiver() -> None:
    other = msgspec.structs.replace(FOUND, subject="/b", finding_id="00")
    one = waiver(subject="/a", evidence=(accepted(other),))
    assert over(one, found=other)[1] == [WaiverStatus.UNUSED]
    assert over(waiver(subject="/b", evidence=(accepted(other),)), found=other)[0].waived


def test_an_unclaimed_registration_can_be_waived() -> None:
    stray = msgspec.structs.replace(FOUND, stamp=UNCLAIMED, subject="/subscriptions/a")
    evidence = fingerprint(stray, {}, READS[RULE], MOMENT)
    marked, _ = over(
        waiver(stamp=UNCLAIMED, subject="/subscriptions/a", evidence=(evidence,)),
        found=stray,
        facts={},
    )
    assert marked.waived


WAIVERS = st.builds(
    waiver,
    rule=st.sampled_from([RULE, "AZS-XX-001", "*"]),
    stamp=st.sampled_from(["ams-01", "ber-01", "*", "zrh-01"]),
    expires=st.sampled_from([date(2026, 10, 31), date(2026, 11, 1), date(2026, 12, 31)]),
    evidence=st.sampled_from([(accepted(),), ("00" * 16,), ("00" * 16, accepted())]),
)


@given(st.lists(WAIVERS, max_size=4), st.sampled_from(Outcome))
def test_no_waiver_changes_anything_but_the_flag(waivers: list[Waiver], outcome: Outcome) -> None:
    found = msgspec.structs.replace(FOUND, outcome=outcome)
    marked, statuses = over(*waivers, found=found)
    assert msgspec.structs.replace(marked, waived=False) == found
    assert len(statuses) == len(waivers)
    assert not marked.waived or WaiverStatus.APPLIED in statuses


@given(st.lists(WAIVERS, max_size=4))
def test_a_status_that_is_a_fault_has_an_id(waivers: list[Waiver]) -> None:
    waiving = Waiving(waivers, AS_OF, READS, HOLDERS, judged=MOMENT)
    waiving.mark("ams-01", [FOUND], FACTS)
    for one in waiving.records():
        assert one.fault == FAULTS.get(one.status, "")
        assert one.said.endswith(".")
