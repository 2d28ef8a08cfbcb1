"""``attest`` at the command line, and what becomes of answers in a bundle and a scan."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from stampcheck.bundle import Bundle
from stampcheck.model import Finding, Outcome
from stampcheck.record import ScanRecord
from tests.scanner.conftest import Command

CUSTOM = "AZS-SU-002"
ANSWER = ("custom-cloud", "ams-01", "--answer", "yes", "--who", "the operator of that cloud")


@pytest.fixture
def custom(evidence: Path) -> Path:
    """The stamp of ``evidence`` in a cloud of its own."""
    path = evidence / "ams-01" / "activation.json"
    named = '"properties": {"azureEnvironmentName": "CustomCloud", '
    path.write_text(path.read_text().replace('"properties": {', named))
    return evidence


def scan(stampcheck: Command, evidence: Path, *rest: object) -> Path:
    done = stampcheck("scan", "--from-files", evidence, "-q", "--rule", CUSTOM, *rest)
    return Path(done.out.strip())


def found(run: Path) -> Finding:
    (one,) = ScanRecord(run).findings()
    return one


def answered(stampcheck: Command, *rest: object) -> None:
    done = stampcheck("attest", "add", "a.toml", *ANSWER, "--valid-until", "2099-12-31", *rest)
    assert done.code == 0, done.err


def test_the_open_question_is_printed_to_be_filled_in(
    stampcheck: Command, custom: Path, tmp_path: Path
) -> None:
    run = scan(stampcheck, custom)
    assert found(run).outcome is Outcome.UNDETERMINED
    printed = stampcheck("attest", "list", run)
    (block,) = tomllib.loads(printed.out)["attestation"]
    assert (block["question"], block["stamp"]) == ("custom-cloud", "ams-01")
    (tmp_path / "q.toml").write_text(printed.out)
    unfilled = stampcheck("evaluate", run / "bundle", "-q", "--attestations", "q.toml")
    assert unfilled.code == 2
    assert "filled in" in unfilled.err or "expected" in unfilled.err


def test_an_answer_settles_the_scan_and_names_the_person(stampcheck: Command, custom: Path) -> None:
    answered(stampcheck)
    run = scan(stampcheck, custom, "--attestations", "a.toml")
    assert found(run).outcome is Outcome.PASS
    assert any("by the operator of that cloud" in str(one) for one in found(run).sources)
    assert stampcheck("attest", "list", run).err.strip() == "No question is open."
    with Bundle(run / "bundle") as bundle:
        bundle.verify()
        assert "attestation" in {document.kind for document in bundle.documents()}


def test_evaluate_adds_answers_to_a_copy(stampcheck: Command, custom: Path) -> None:
    before = scan(stampcheck, custom)
    manifest = (before / "bundle" / "manifest.json").read_bytes()
    answered(stampcheck)
    done = stampcheck(
        *("evaluate", before / "bundle", "-q", "--rule", CUSTOM, "--attestations", "a.toml")
    )
    after = Path(done.out.strip())
    assert found(after).outcome is Outcome.PASS
    assert (before / "bundle" / "manifest.json").read_bytes() == manifest
    again = stampcheck("evaluate", after / "bundle", "-q", "--rule", CUSTOM)
    assert found(Path(again.out.strip())) == found(after)


def test_collect_takes_answers_along(stampcheck: Command, custom: Path) -> None:
    answered(stampcheck)
    done = stampcheck("collect", "--from-files", custom, "-q", "--attestations", "a.toml")
    judged = stampcheck("evaluate", done.out.strip(), "-q", "--rule", CUSTOM)
    assert found(Path(judged.out.strip())).outcome is Outcome.PASS


def test_a_proof_that_was_changed_is_said_and_the_answer_is_void(
    stampcheck: Command, custom: Path, tmp_path: Path
) -> None:
    proof = tmp_path / "letter.txt"
    proof.write_text("It does.")
    answered(stampcheck, "--file", "letter.txt")
    proof.write_text("It does not.")
    done = stampcheck("scan", "--from-files", custom, "--rule", CUSTOM, "--attestations", "a.toml")
    run = Path(done.out.strip())
    words = "letter.txt, which was changed since (its SHA-256 is another), so the answer is void"
    assert words in done.err
    assert found(run).outcome is Outcome.UNDETERMINED
    assert words in found(run).message
    (problem,) = (one for one in ScanRecord(run).scan.problems if one.kind == "attestation")
    assert words in problem.detail


def test_an_answer_that_has_ended_leaves_the_question_open(
    stampcheck: Command, custom: Path
) -> None:
    answered(stampcheck)
    run = scan(stampcheck, custom, "--attestations", "a.toml", "--as-of", "2100-01-01")
    assert found(run).outcome is Outcome.UNDETERMINED
    assert "held until 2099-12-31" in found(run).message
    assert 'question = "custom-cloud"' in stampcheck("attest", "list", run).out


def test_evidence_cannot_attest_for_itself(stampcheck: Command, custom: Path) -> None:
    """What a customer hands over is no word of the auditor's."""
    body = (
        '{"question": "custom-cloud", "answer": "yes", "who": "nobody", "when": "2026-11-01",'
        ' "valid_until": "2099-12-31"}'
    )
    forged = f'{{"stampcheck": 1, "kind": "attestation", "body": {body}}}'
    (custom / "ams-01" / "attestation.json").write_text(forged)
    run = scan(stampcheck, custom)

    assert found(run).outcome is Outcome.UNDETERMINED
    assert b'"kind":"attestation"' not in (run / "bundle" / "documents.jsonl").read_bytes()


def test_a_wrong_stamp_is_said_before_anything_is_written(
    stampcheck: Command, custom: Path, tmp_path: Path
) -> None:
    run = scan(stampcheck, custom)
    answered(stampcheck)
    path = tmp_path / "a.toml"
    path.write_text(path.read_text().replace("ams-01", "ams-1"))
    done = stampcheck("evaluate", run / "bundle", "-o", "out", "--attestations", "a.toml")
    assert done.code == 2
    assert "there is no stamp 'ams-1'; did you mean 'ams-01'?" in done.err
    assert not (tmp_path / "out").exists()
