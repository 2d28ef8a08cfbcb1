"""``explain`` on a demo fleet: what is done first, which causes compete, runbooks by name."""

from __future__ import annotations

import pytest

from stampcheck.causes.catalogue import load
from stampcheck.demo import FLEETS
from stampcheck.model import Outcome
from stampcheck.record import ScanRecord
from tests.scanner.conftest import Command
from tests.scanner.test_scan import scanned


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    record = scanned(FLEETS[0], tmp_path_factory.mktemp("scan"))
    (record.folder.parent / "bundle").rename(record.folder / "bundle")
    return record


def test_what_an_operator_needs_comes_before_the_runbook_that_registers(
    stampcheck: Command, record: ScanRecord
) -> None:
    out = stampcheck("explain", "emea-berlin", "--in", record.folder).out
    first, _, then = out.partition("\nDo first")[2].partition("\nThen\n")
    named = [
        line.split()[1] for line in first.splitlines() if line[:4].strip().rstrip(".").isdigit()
    ]

    assert named == ["set-language-mode:", "use-another-account:", "update-tools:"]
    assert f"stampcheck explain emea-berlin --runbook update-tools --in {record.folder}" in first
    assert then.startswith(f"{load().runbooks['renew-after-expiry'].title}\n")


@pytest.mark.parametrize("rule", ["AZS-RG-002", "AZS-BI-001"])
def test_it_comes_first_for_one_rule_too(
    stampcheck: Command, record: ScanRecord, rule: str
) -> None:
    out = stampcheck("explain", "emea-berlin", rule, "--in", record.folder).out

    assert out.index("Do first") < out.index("\nThen\nRenew")


def test_the_rule_of_a_prerequisite_shows_its_own_runbook(
    stampcheck: Command, record: ScanRecord
) -> None:
    out = stampcheck("explain", "emea-berlin", "AZS-AC-001", "--in", record.folder).out

    assert f"\n{load().runbooks['set-language-mode'].title}\n" in out
    assert "Do first" not in out


@pytest.mark.parametrize(
    "stamp", ["emea-berlin", "emea-oslo", "emea-lyon", "gov-richmond", "emea-paris"]
)
def test_causes_of_different_faults_do_not_tie(
    stampcheck: Command, record: ScanRecord, stamp: str
) -> None:
    named: dict[str, set[str]] = {}
    for found in record.findings():
        if found.stamp == stamp and found.outcome is Outcome.FAIL:
            named[found.rule] = set(found.causes)
    out = stampcheck("explain", stamp, "--in", record.folder).out
    said = [line.strip() for line in out.splitlines() if "explain it equally well" in line]

    for line in said:
        rules, _, rest = line.partition(": ")
        causes = rest.partition(" explain it")[0].split(" and ")
        assert all(set(causes) <= named[rule] for rule in rules.split(", "))
    assert "tie" not in out.partition("AZS-")[0].split()
    assert len(said) == len(set(said))


def test_a_runbook_by_name_is_filled_with_the_values_of_the_stamp(
    stampcheck: Command, record: ScanRecord
) -> None:
    stamp = next(one for one in record.stamps() if one.stamp == "emea-berlin")
    ran = stampcheck(
        "explain", "emea-berlin", "--runbook", "Set-Language-Mode", "-i", record.folder
    )
    wrong = stampcheck(
        "explain", "emea-berlin", "--runbook", "set-langage-mode", "-i", record.folder
    )

    assert ran.out.startswith(f"{load().runbooks['set-language-mode'].title}\n")
    assert stamp.values["registration_name"] in ran.out
    assert "Conditions" not in ran.out
    assert wrong.code == 2
    assert "did you mean 'set-language-mode'?" in wrong.err


def test_a_runbook_by_name_asks_for_what_comes_first(
    stampcheck: Command, record: ScanRecord
) -> None:
    arguments = ("--runbook", "re-register", "--modules", "AzureRM", "--in", record.folder)
    out = stampcheck("explain", "emea-berlin", *arguments).out

    assert out.startswith("Do first")
    assert "--runbook set-language-mode --modules AzureRM --in" in out


def test_the_unclaimed_registrations_show_their_findings(
    stampcheck: Command, record: ScanRecord
) -> None:
    ran = stampcheck("explain", "(Unclaimed)", "--in", record.folder)

    assert ran.code == 0
    for one in record.scan.unclaimed:
        assert f"\n{one.registration_id}\n" in ran.out
        assert f"stampcheck find {one.cloud_id} --in" in ran.out
    for found in record.findings():
        if found.subject and found.outcome is Outcome.FAIL and found.stamp == "(unclaimed)":
            assert f"{found.message}" in ran.out
            assert f"causes: {', '.join(found.causes)}" in ran.out


def test_one_rule_of_the_unclaimed_registrations(stampcheck: Command, record: ScanRecord) -> None:
    out = stampcheck("explain", "(unclaimed)", "AZS-ID-001", "--in", record.folder).out

    assert "AZS-ID-001" in out
    assert "AZS-ID-003 Registration" not in out
    assert stampcheck("explain", "(unclaimed)", "AZS-XX-9", "-i", record.folder).code == 2
