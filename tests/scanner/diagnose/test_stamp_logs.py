"""The logs among a stamp's evidence: which causes they prove, and where."""

from __future__ import annotations

import msgspec

from stampcheck.diagnose.stamp_logs import proofs_of
from stampcheck.document import Document
from stampcheck.model import Likelihood
from tests.scanner.diagnose.sample import CAUSES, CLOUD_ID, TAKEN, VERSION, framed, thrown

CATALOGUE = {one.id: one for one in CAUSES}
TEXT = framed("Set-AzsRegistration", *VERSION, *thrown(TAKEN, "x"))


def log(body: object, label: str = "ams/set.log") -> Document:
    return Document(
        kind="registration-log",
        label=label,
        collected_at="2026-11-22T12:00:00Z",
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


def test_no_log_shows_nothing() -> None:
    assert proofs_of([], CATALOGUE) == {}


def test_a_log_shows_its_cause_with_line_likelihood_and_values() -> None:
    (proof,) = proofs_of([log({"text": TEXT})], CATALOGUE)["taken"]

    assert proof.document == "ams/set.log"
    assert TAKEN in TEXT.splitlines()[proof.line - 1]
    assert proof.likelihood is Likelihood.CERTAIN
    assert proof.values["cloud_id"] == CLOUD_ID


def test_lines_that_were_left_out_count_all_the_same() -> None:
    (whole,) = proofs_of([log({"text": TEXT})], CATALOGUE)["taken"]
    (cut,) = proofs_of([log({"text": TEXT, "skipped_lines": 1000})], CATALOGUE)["taken"]

    assert cut.line == whole.line + 1000


def test_a_copy_of_a_log_is_no_second_proof() -> None:
    logs = [log({"text": TEXT}), log({"text": TEXT}, "ams/again.log")]

    assert len(proofs_of(logs, CATALOGUE)["taken"]) == 1


def test_what_is_no_text_shows_nothing() -> None:
    assert proofs_of([log(["text"]), log({"text": 1}), log({})], CATALOGUE) == {}


def test_the_log_of_another_product_shows_nothing() -> None:
    foreign = "Register-AzStackHCI : failed. Microsoft.AzureStackHCI/clusters\nAADSTS50076: x"

    assert proofs_of([log({"text": foreign})], CATALOGUE) == {}
