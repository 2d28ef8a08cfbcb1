"""A log beside the evidence: whose it is, where they differ, who holds what it calls taken."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from stampcheck.causes.catalogue import ours
from stampcheck.causes.runbook import quote
from stampcheck.diagnose import Diagnosis
from stampcheck.diagnose.beside import beside, contradictions, holders, stamp_of
from stampcheck.model import Standing, State
from stampcheck.record import Counts, Scan, StampRecord, UnclaimedRecord
from stampcheck.tally import CauseTally
from tests.reports.sample import write_sample
from tests.scanner.diagnose.sample import CLOUD_ID, OTHER, TAKEN, VERSION, framed, shown, thrown

NAME = "cloud-id-already-registered"
LOG = shown(
    framed(
        "Set-AzsRegistration", *VERSION, *thrown(f"{TAKEN} Reusing cloud identifiers is not", "x")
    ),
    causes=tuple(ours().causes.values()),
)


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    return write_sample(tmp_path_factory.mktemp("scan"), 1).scan


def stamp(name: str, cloud_id: str = "", **more: Any) -> StampRecord:
    values = {"cloud_id": quote(cloud_id) or ""} if cloud_id else {}
    return StampRecord(
        stamp=name,
        state=State.ACTIVE,
        licence_standing=Standing.LICENSED,
        cloud_id=cloud_id,
        **({"values": values} | more),
    )


def named(found: StampRecord | None) -> str:
    return found.stamp if found else ""


def test_a_log_is_of_the_stamp_that_is_named_whatever_it_says() -> None:
    both = (stamp("ams", CLOUD_ID), stamp("Oslo", OTHER))

    assert named(stamp_of(LOG, both, "OSLO")) == "Oslo"
    assert stamp_of(LOG, both, "rome") is None


def test_a_log_is_of_the_stamp_with_its_cloud_id() -> None:
    assert named(stamp_of(LOG, (stamp("ams", OTHER), stamp("osl", CLOUD_ID)), None)) == "osl"
    assert stamp_of(LOG, (stamp("ams", CLOUD_ID), stamp("osl", CLOUD_ID)), None) is None
    assert stamp_of(LOG, (stamp("ams", OTHER),), None) is None


def test_a_log_without_a_cloud_id_is_of_the_only_stamp() -> None:
    mute = shown("AADSTS50034: no such account", causes=tuple(ours().causes.values()))

    assert named(stamp_of(mute, (stamp("ams", OTHER),), None)) == "ams"
    assert stamp_of(mute, (stamp("ams"), stamp("osl")), None) is None


def test_what_differs_is_said_and_what_differs_in_case_only_is_not() -> None:
    (told,) = contradictions(LOG, stamp("ams", OTHER))

    assert f"The log says Cloud ID {CLOUD_ID}, the evidence of ams says {OTHER}" in told
    assert contradictions(LOG, stamp("ams", CLOUD_ID.upper())) == []
    assert contradictions(LOG, stamp("ams")) == []


def test_the_evidence_says_what_it_names_itself_and_what_contradicts(scan: Scan) -> None:
    tally = CauseTally(NAME, ["AZS-ID-001"], ("HAS_INVENTORY is false",))
    other = CauseTally("lock-removed", ["AZS-PR-001"])
    own = stamp("ams", CLOUD_ID, causes=[tally, other], pairs=Counts(failed=2))
    log: Diagnosis = msgspec.structs.replace(
        LOG, causes=[msgspec.structs.replace(one, against=[]) for one in LOG.causes]
    )

    state, first, second = beside(log, own, scan)

    assert state == "Evidence of ams: registration active, licence standing licensed."
    assert first.startswith("The evidence names the cause too: ")
    assert "explains 1 of 2" in first
    assert second.startswith("The evidence names: ")
    assert next(one for one in log.causes if one.id == NAME).against


def test_whoever_holds_a_cloud_id_that_is_taken_is_named(scan: Scan) -> None:
    stray = UnclaimedRecord(registration_id="/subscriptions/b/stray", cloud_id=CLOUD_ID.upper())
    fleet = msgspec.structs.replace(scan, unclaimed=[stray])
    holder = stamp("ams", CLOUD_ID, registration_id="/subscriptions/a/ams")

    (told,) = holders(LOG, [holder, stamp("osl", OTHER, registration_id="/x")], fleet)

    assert told == (
        f"The Cloud ID {CLOUD_ID} is held by registration /subscriptions/a/ams of stamp ams; "
        "registration /subscriptions/b/stray, which no stamp of the fleet claims."
    )


def test_a_cloud_id_that_nobody_here_holds_is_looked_for_elsewhere(scan: Scan) -> None:
    fleet = msgspec.structs.replace(scan, unclaimed=[])
    mute = shown("AADSTS50034: no such account", causes=tuple(ours().causes.values()))

    (told,) = holders(LOG, [stamp("osl", OTHER)], fleet)

    assert f"No registration of the fleet holds the Cloud ID {CLOUD_ID}" in told
    assert holders(mute, [stamp("ams", CLOUD_ID)], fleet) == []
