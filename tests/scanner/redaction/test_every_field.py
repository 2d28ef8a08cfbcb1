"""No field slips by: whatever holds texts in a record or bundle is rewritten, or known to be
harmless. A new field fails here until somebody has said which it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from stampcheck.attestation import AttestationRecord, AttestationStatus
from stampcheck.bundle import Declared, Manifest, StampEntry
from stampcheck.document import Document
from stampcheck.fact_record import FactState, StampFacts
from stampcheck.model import Finding, Likelihood, Outcome, Severity, Source, Standing, State
from stampcheck.record import (
    BundleRecord,
    Disagreement,
    DocumentRecord,
    ProblemRecord,
    ReferenceRecord,
    Scan,
    ScanRecord,
    StampRecord,
    UnclaimedRecord,
)
from stampcheck.redaction import evidence, saved_facts, saved_scan, scan_head, writing
from stampcheck.redaction.pseudonym import Pseudonyms
from stampcheck.redaction.rewriting import Rewriter
from stampcheck.tally import CauseTally, FleetTally, LogProof
from stampcheck.testing import saved_scan as sample
from stampcheck.waiver import WaiverRecord, WaiverStatus

CANARY = "c0ffee00-1111-4000-8000-00000000cafe"

HARMLESS: dict[type, set[str]] = {
    Source: set(),
    Finding: {"rule", "causes", "missing"},
    StampRecord: {
        *("connection", "connection_source", "environment", "billing_model", "usage_reporting"),
        *("expires", "collected_at", "contradicted"),
    },
    CauseTally: {"cause", "explains", "contradicted_by"},
    LogProof: {"day"},
    ReferenceRecord: {"read_at"},
    FactState: {"reason"},
    StampFacts: set(),
    ProblemRecord: {"kind", "reason"},
    UnclaimedRecord: set(),
    DocumentRecord: {"collected_at"},
    Disagreement: set(),
    WaiverRecord: {"rule", "accepted", "expires", "fault"},
    AttestationRecord: {"question", "when", "valid_until"},
    FleetTally: {"cause"},
    BundleRecord: {"collected_at", "tool_version", "kinds"},
    Scan: {
        *("as_of", "tool_version", "fail_on", "state_runbooks", "contradictions", "permissions"),
        *("document_titles", "placeholders"),
    },
    Manifest: {"tool", "tool_version", "collected_at", "kinds"},
    Declared: {"environment", "connection", "cloud", "agreement_number"},
    StampEntry: set(),
    Document: {"kind", "collected_at", "dated_by"},
}
"""Fields of dates, versions, known words and texts of our own. Of an agreement number no more than
its last two digits are ever stored; what contradicts a cause is told by predicates.
"""

BLANK: dict[type, Any] = {
    Source: Source("", ""),
    Finding: Finding("", "a", "AZS-RG-001", Outcome.FAIL, Severity.LOW),
    StampRecord: StampRecord(stamp="a", state=State.ACTIVE, licence_standing=Standing.LICENSED),
    CauseTally: CauseTally("", []),
    LogProof: LogProof("", 1, Likelihood.CERTAIN),
    ReferenceRecord: ReferenceRecord(),
    FactState: FactState(),
    StampFacts: StampFacts("a", {}),
    ProblemRecord: ProblemRecord("", "", "", ""),
    UnclaimedRecord: UnclaimedRecord(registration_id=""),
    FleetTally: FleetTally("", []),
    DocumentRecord: DocumentRecord(""),
    Disagreement: Disagreement("", "", Source("", ""), "", Source("", "")),
    WaiverRecord: WaiverRecord(
        id="a",
        rule="a",
        owner="a",
        approver="a",
        reason="a",
        ticket="a",
        accepted="2026-11-01",
        expires="2026-12-31",
        status=WaiverStatus.APPLIED,
    ),
    AttestationRecord: AttestationRecord(
        question="a",
        answer="a",
        who="a",
        when="a",
        valid_until="a",
        status=AttestationStatus.VALID,
    ),
    BundleRecord: BundleRecord(digest="", collected_at="", tool_version="", documents=0),
    Manifest: Manifest(collected_at=""),
    Declared: Declared(),
    StampEntry: StampEntry("a"),
    Document: Document(kind="", label=""),
}

REWRITE: dict[type, Callable[[Any, Rewriter], Any]] = {
    Source: saved_scan._source,
    Finding: saved_scan._finding,
    StampRecord: saved_scan._stamp,
    CauseTally: saved_scan._cause,
    LogProof: saved_scan._log,
    ReferenceRecord: scan_head._reference,
    FactState: lambda told, rewriter: saved_facts._fact(told, rewriter, frozenset()),
    StampFacts: lambda one, rewriter: saved_facts._stamp(one, rewriter, frozenset()),
    ProblemRecord: scan_head._problem,
    UnclaimedRecord: scan_head._unclaimed,
    FleetTally: scan_head._tally,
    DocumentRecord: writing.document,
    Disagreement: saved_scan._disagreement,
    WaiverRecord: scan_head._waiver,
    AttestationRecord: saved_scan._attestation,
    BundleRecord: scan_head._bundle,
    Scan: scan_head.rewrite_head,
    Manifest: evidence._manifest,
    Declared: evidence._declared,
    StampEntry: lambda entry, rewriter: evidence._entry(entry, {}, rewriter),
    Document: evidence._document,
}


OURS = {
    *("Counts", "RuleRecord", "ChannelRecord", "ExampleRecord", "FactRecord", "PackageRecord"),
    *("Cause", "Neighbour", "Signature", "Runbook", "Step", "FileDigest"),
}
"""Structs of numbers and of texts of our own, or of a rule package."""


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> ScanRecord:
    return sample(tmp_path_factory.mktemp("sample") / "scan", "empty")


def filled(annotation: msgspec.inspect.Type) -> Any:
    """A value of the type that holds the canary; None where no text is in it."""
    if isinstance(annotation, msgspec.inspect.StrType):
        return CANARY
    if isinstance(annotation, msgspec.inspect.ListType | msgspec.inspect.VarTupleType):
        inner = filled(annotation.item_type)
        kind = list if isinstance(annotation, msgspec.inspect.ListType) else tuple
        return None if inner is None else kind([inner])
    if isinstance(annotation, msgspec.inspect.DictType):
        inner = filled(annotation.value_type)
        return None if inner is None else {"x": inner}
    return None


def texts(struct: type) -> dict[str, Any]:
    """The fields of a struct that hold texts, filled."""
    told = msgspec.inspect.type_info(struct)
    assert isinstance(told, msgspec.inspect.StructType)
    found = {field.name: filled(field.type) for field in told.fields}
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize("struct", REWRITE, ids=lambda struct: struct.__name__)
def test_every_text_is_rewritten_or_known_to_be_harmless(struct: type, scan: ScanRecord) -> None:
    blank = scan.scan if struct is Scan else BLANK[struct]
    left = set()
    for name, value in texts(struct).items():
        changed = REWRITE[struct](
            msgspec.structs.replace(blank, **{name: value}), Rewriter(Pseudonyms("0" * 32))
        )
        if CANARY in str(getattr(changed, name)):
            left.add(name)

    assert left == HARMLESS[struct]


def structs(annotation: msgspec.inspect.Type) -> Iterator[type]:
    """The structs that a type is made of, itself included."""
    if isinstance(annotation, msgspec.inspect.StructType):
        yield annotation.cls
        for field in annotation.fields:
            yield from structs(field.type)
    for part in ("item_type", "value_type"):
        if hasattr(annotation, part):
            yield from structs(getattr(annotation, part))
    for part in ("item_types", "types"):
        for inner in getattr(annotation, part, ()):
            yield from structs(inner)


@pytest.mark.parametrize(
    "whole",
    [Scan, StampRecord, StampFacts, Finding, Manifest, StampEntry, Document],
    ids=lambda one: one.__name__,
)
def test_every_struct_is_rewritten_or_known_to_be_harmless(whole: type) -> None:
    parts = set(structs(msgspec.inspect.type_info(whole)))

    assert {part.__name__ for part in parts - set(REWRITE)} <= OURS


def test_what_an_earlier_scan_said_is_found_by_pseudonyms(scan: ScanRecord) -> None:
    """Its keys are the names of stamps and Cloud IDs, as judging looks for them."""
    rewriter = Rewriter(Pseudonyms("0" * 32))
    rewriter.stamp("AMS-01")
    told = msgspec.structs.replace(
        scan.scan, reference={"ams-01": ReferenceRecord(CANARY, 4), CANARY: ReferenceRecord()}
    )
    reference = scan_head.rewrite_head(told, rewriter).reference

    assert list(reference) == ["stamp-01", "tenant-1"]
    assert reference["stamp-01"] == ReferenceRecord("TENANT-1", 4)
