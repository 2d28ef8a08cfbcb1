"""The record of a scan: ``scan.json`` (scope, rules, sums, stamps) and ``findings.jsonl``.

Every report format is rendered from it, so that a saved scan can be rendered again. Both files
hold one stamp or finding a line in the canonical order (stamp, rule id, subject) and are read as
streams: memory does not grow with the fleet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from stampcheck.attestation import AttestationRecord
from stampcheck.change import CHANGES_FILE, Comparison
from stampcheck.errors import IntegrityError, UsageError
from stampcheck.fact_record import FACTS_FILE, StampFacts
from stampcheck.model import (
    UNCLAIMED,
    Cause,
    Consequence,
    Finding,
    Runbook,
    Source,
    Standing,
    State,
)
from stampcheck.report_format import ReportFormat as ReportFormat
from stampcheck.report_format import ReportOption as ReportOption
from stampcheck.report_format import Templates as Templates
from stampcheck.report_format import report_format as report_format
from stampcheck.tally import CauseTally, FleetTally
from stampcheck.waiver import WaiverRecord

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

SCHEMA_VERSION: Final = 1
TREND: Final = "trend.json"
"""The file of a run that holds its trend, where a history was kept."""

_STAMPS_MARK: Final = b'"stamps": ['


class Counts(msgspec.Struct):
    """How many pairs (or findings) ended in each outcome."""

    failed: int = 0
    undetermined: int = 0
    passed: int = 0
    not_applicable: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.failed + self.undetermined + self.passed + self.not_applicable

    def add(self, outcome: str, number: int = 1) -> None:
        """Count one outcome by its word."""
        name = _COUNT_NAMES[outcome]
        setattr(self, name, getattr(self, name) + number)


_COUNT_NAMES: Final = {
    "fail": "failed",
    "undetermined": "undetermined",
    "pass": "passed",
    "not-applicable": "not_applicable",
}


class DocumentRecord(msgspec.Struct, array_like=True, frozen=True):
    """A document that was read: its label, when it was collected (ISO 8601 UTC) and the id of its
    request; empty where not known.
    """

    document: str
    collected_at: str = ""
    request_id: str = ""


class Disagreement(msgspec.Struct, frozen=True):
    """What the stamp says and what Azure says of one thing, each with its proof."""

    subject: str
    stamp_says: str
    stamp_source: Source
    azure_says: str
    azure_source: Source


class StampRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One stamp of a scan. Empty texts mean not known; ``values`` fill the runbooks and are
    already quoted for PowerShell; ``causes`` are ranked, the likeliest first; ``consequences`` are
    what its failures stop or endanger, worst first. ``contradicted`` is kept until the fleet rules
    have spoken only: what contradicts the causes that they may name. ``attestations`` are what
    persons said of it, the newest first; ``documents`` are those
    read of it.
    """

    stamp: str
    state: State
    licence_standing: Standing
    cloud_id: str = ""
    registration_id: str = ""
    subscription_id: str = ""
    tenant_id: str = ""
    connection: str = ""
    connection_source: str = ""
    environment: str = ""
    billing_model: str = ""
    usage_reporting: str = ""
    expires: str = ""
    lock: str = ""
    nodes: int | None = None
    pairs: Counts = msgspec.field(default_factory=Counts)
    causes: list[CauseTally] = []
    collected_at: str = ""
    in_inventory: bool = False
    tags: tuple[str, ...] = ()
    notes: list[str] = []
    values: dict[str, str] = {}
    consequences: tuple[Consequence, ...] = ()
    contradicted: dict[str, tuple[str, ...]] = {}
    attestations: list[AttestationRecord] = []
    documents: list[DocumentRecord] = []
    disagreements: list[Disagreement] = []

    @property
    def top_cause(self) -> str:
        """Id of the likeliest cause, or nothing."""
        return self.causes[0].cause if self.causes else ""


class UnclaimedRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A registration in Azure that no stamp claims; its findings bear its id as subject."""

    registration_id: str
    cloud_id: str = ""
    subscription_id: str = ""
    document: str = ""


class ExampleRecord(msgspec.Struct):
    """An example of a rule: the facts given, and what the rule says of them, in words."""

    outcome: str
    given: list[str]
    says: str


class RuleRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Metadata of a rule as it judged, with its sums. ``severity`` is the profile's.

    ``uses`` holds the facts of the ``one_of`` groups too; a pass needs one witness of each group.
    ``digest`` is one of the metadata: it differs where the rule was changed.
    """

    id: str
    title: str
    severity: str
    rationale: str
    fails_when: str
    passes_when: str
    not_applicable_when: str = ""
    remediation: str
    source: str
    reviewed: str
    digest: str = ""
    needs: list[str]
    uses: list[str]
    causes: list[str]
    consequences: tuple[Consequence, ...] = ()
    is_fleet: bool = False
    package: str = ""
    one_of: list[list[str]] = []
    undetermined_when: str = ""
    examples: list[ExampleRecord] = []
    pairs: Counts = msgspec.field(default_factory=Counts)
    findings: Counts = msgspec.field(default_factory=Counts)


class FactRecord(msgspec.Struct, omit_defaults=True):
    """A fact that the rules read: its meaning and the kinds of document that can answer it."""

    name: str
    meaning: str
    documents: tuple[str, ...] = ()


class PackageRecord(msgspec.Struct):
    """A package that brought rules or causes, and its version."""

    name: str
    version: str


class ProblemRecord(msgspec.Struct, omit_defaults=True):
    """A document that is no evidence, or not the newest, and why."""

    document: str
    kind: str
    reason: str
    detail: str
    stamps: tuple[str, ...] = ()
    size: int = 0


class ChannelRecord(msgspec.Struct, frozen=True):
    """How many requests a live collection made on a channel (arm, stamp, sign-in, pep), how many
    of them were refused for want of a right, and how many got no whole answer.
    """

    channel: str
    requests: int
    refused: int
    unanswered: int


class ReferenceRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an earlier scan, taken as reference, recorded of a stamp."""

    tenant: str = ""
    nodes: int | None = None
    read_at: str = ""


class BundleRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Which evidence was judged. ``digest`` is the SHA-256 of the bundle's manifest. Of a live
    collection ``accounts`` signed in, ``asked`` are the stamps that were asked (empty: all) for
    documents of ``kinds``, and ``journal_sha256`` is of the list of all requests.
    """

    digest: str
    collected_at: str
    tool_version: str
    documents: int
    complete: bool = True
    sources: list[str] = []
    inventory: str = ""
    accounts: list[str] = []
    asked: list[str] = []
    kinds: list[str] = []
    channels: list[ChannelRecord] = []
    journal_sha256: str = ""


class Scan(msgspec.Struct, kw_only=True):
    """The head of a scan: everything but its stamps and findings.

    ``pairs`` counts rules x stamps by the worst finding of each pair, ``findings`` the rows, and
    ``unclaimed_findings`` the rows of the pseudo-stamp, which no pair counts. ``failures`` counts
    failed findings by severity, ``waived`` those of them that a waiver marks, ``consequences`` the
    stamps by what is at risk on them. ``waivers`` are all that were given, one status each.
    ``only`` names the stamps that it was narrowed to (empty: all), ``reference`` what an earlier
    scan said of each. ``contradictions`` words the predicates that contradict causes for a reader,
    ``placeholders`` the gaps of runbooks; ``permissions`` and ``document_titles`` go by the kind of
    document; ``documents`` are those that serve no stamp. ``redacted`` is true where
    pseudonyms stand for what identifies anybody.
    """

    schema_version: int = SCHEMA_VERSION
    scan_id: str
    as_of: str
    tool_version: str
    profile: str
    fail_on: str
    expiry_days: dict[str, int] = {}
    max_age_days: int = 30
    bundle: BundleRecord
    packages: list[PackageRecord]
    stamp_count: int
    pairs: Counts
    findings: Counts
    unclaimed_findings: Counts
    failures: dict[str, int]
    standings: dict[str, int]
    states: dict[str, int]
    rules: list[RuleRecord]
    facts: list[FactRecord]
    causes: list[Cause]
    runbooks: list[Runbook]
    state_runbooks: dict[str, str]
    cause_stamps: list[FleetTally]
    contradictions: dict[str, str] = {}
    consequences: dict[str, int] = {}
    waived: dict[str, int] = {}
    waivers: list[WaiverRecord] = []
    max_waiver_days: int = 365
    reasons: dict[str, int]
    documents_by_kind: dict[str, int]
    problems: list[ProblemRecord]
    problem_count: int
    permissions: dict[str, str] = {}
    document_titles: dict[str, str] = {}
    placeholders: dict[str, str] = {}
    unclaimed: list[UnclaimedRecord]
    complete: bool = True
    redacted: bool = False
    documents: list[DocumentRecord] = []
    only: list[str] = []
    reference: dict[str, ReferenceRecord] = {}


class TrendPoint(msgspec.Struct, kw_only=True):
    """One scan of a trend: its pairs by outcome and its stamps by licence standing."""

    scan_id: str
    as_of: str
    stamps: int
    failed: int
    undetermined: int
    passed: int
    not_applicable: int
    standings: dict[str, int]


class ScanRecord:
    """A saved scan in its folder, read as streams. ``trend`` is what a history tells of the fleet
    up to this scan, in the order of time; empty where none was asked. ``templates`` is a folder of
    the user's that formats with ``Templates`` take theirs from first.
    """

    def __init__(self, folder: Path, templates: Path | None = None) -> None:
        self.folder = folder
        self.templates = templates
        self.scan, self._reformatted = _read_head(folder / "scan.json")
        self.trend = _read_trend(folder / TREND)

    def stamps(self) -> Iterator[StampRecord]:
        """The stamps in canonical order, without the unclaimed pseudo-stamp."""
        if self._reformatted:
            yield from msgspec.json.decode(
                (self.folder / "scan.json").read_bytes(), type=_Stamps
            ).stamps
            return
        decoder = msgspec.json.Decoder(StampRecord)
        with (self.folder / "scan.json").open("rb") as stream:
            for line in stream:
                if line.rstrip() == _STAMPS_MARK:
                    break
            for number, line in enumerate(stream):
                text = line.strip().rstrip(b",")
                if text.startswith(b"]") and number == self.scan.stamp_count:
                    return
                yield self._decoded("scan.json", decoder, text)
        raise self._damaged("scan.json", "ends before its last stamp")

    def _decoded(self, name: str, decoder: msgspec.json.Decoder[T], line: bytes) -> T:
        try:
            return decoder.decode(line)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise self._damaged(name, str(error)) from error

    def _damaged(self, name: str, why: str) -> IntegrityError:
        return IntegrityError(
            f"{self.folder / name}: is not what stampcheck wrote ({why[:200]}); judge the bundle "
            "again with 'stampcheck evaluate'."
        )

    def findings(self) -> Iterator[Finding]:
        """The findings in canonical order; those of the unclaimed pseudo-stamp come last."""
        decoder = msgspec.json.Decoder(Finding)
        with (self.folder / "findings.jsonl").open("rb") as stream:
            for line in stream:
                yield self._decoded("findings.jsonl", decoder, line)

    def facts(self) -> Iterator[StampFacts]:
        """The facts of each stamp in canonical order; none where the record is an older one."""
        decoder = msgspec.json.Decoder(StampFacts)
        path = self.folder / FACTS_FILE
        if path.is_file():
            with path.open("rb") as stream:
                for line in stream:
                    yield self._decoded(FACTS_FILE, decoder, line)

    def changes(self) -> Comparison | None:
        """What changed since its baseline, if it was compared with one."""
        path = self.folder / CHANGES_FILE
        if not path.is_file():
            return None
        return self._decoded(CHANGES_FILE, msgspec.json.Decoder(Comparison), path.read_bytes())

    def by_stamp(self) -> Iterator[tuple[StampRecord | None, list[Finding]]]:
        """Each stamp with its findings; at the end None with those of unclaimed registrations."""
        findings = self.findings()
        pending = next(findings, None)
        for stamp in chain(self.stamps(), (None,)):
            name = UNCLAIMED if stamp is None else stamp.stamp
            own: list[Finding] = []
            while pending is not None and pending.stamp == name:
                own.append(pending)
                pending = next(findings, None)
            if stamp is not None or own:
                yield stamp, own
        if pending is not None:
            raise self._damaged(
                "findings.jsonl", "its findings are not those of scan.json's stamps"
            )


class Frames(msgspec.Struct, frozen=True):
    """Makes pandas frames of a saved scan: of all findings, of the findings in parts of so many
    rows, of the stamps, the rules and the causes. One report package brings it.
    """

    all_findings: Callable[[ScanRecord], pd.DataFrame]
    findings: Callable[[ScanRecord, int], Iterator[pd.DataFrame]]
    stamps: Callable[[ScanRecord], pd.DataFrame]
    rules: Callable[[ScanRecord], pd.DataFrame]
    causes: Callable[[ScanRecord], pd.DataFrame]

    @property
    def write(self) -> Callable[[ScanRecord, int], Iterator[pd.DataFrame]]:
        """The function that tells which module it is of, as that of a report format does."""
        return self.findings


def write_scan(scan: Scan, stamp_lines: Iterator[bytes], path: Path) -> None:
    """Write ``scan.json``: the head, then one stamp a line."""
    head = msgspec.json.format(msgspec.json.encode(scan), indent=2).rstrip()
    scratch = path.with_suffix(".part")
    with scratch.open("wb") as stream:
        stream.write(head.removesuffix(b"}").rstrip() + b",\n" + _STAMPS_MARK + b"\n")
        separator = b""
        for line in stamp_lines:
            stream.write(separator + line.rstrip(b"\n"))
            separator = b",\n"
        stream.write(b"\n]}\n")
    scratch.replace(path)


def write_trend(trend: list[TrendPoint], folder: Path) -> None:
    """Write ``trend.json``: a point a line."""
    lines = b",\n".join(map(msgspec.json.encode, trend))
    scratch = folder / f"{TREND}.part"
    scratch.write_bytes(b"[\n" + lines + b"\n]\n")
    scratch.replace(folder / TREND)


def _read_trend(path: Path) -> list[TrendPoint]:
    if not path.is_file():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[TrendPoint])
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise IntegrityError(f"{path}: is no trend of scans ({str(error)[:200]}).") from error


class _Stamps(msgspec.Struct):
    """The stamps of a record that a tool laid out anew, so that they are not one a line."""

    stamps: list[StampRecord]


def _read_head(path: Path) -> tuple[Scan, bool]:
    """The head, and whether another tool laid the file out anew."""
    head = bytearray()
    try:
        with path.open("rb") as stream:
            for line in stream:
                if line.rstrip() == _STAMPS_MARK:
                    return _decode_head(path, bytes(head).rstrip().rstrip(b",") + b"}"), False
                head += line
    except FileNotFoundError:
        raise UsageError(
            f"{path.parent}: no scan.json, so this is no saved scan; name the folder of a run."
        ) from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from error
    return _decode_head(path, bytes(head)), True


def _decode_head(path: Path, data: bytes) -> Scan:
    try:
        version = msgspec.json.decode(data, type=dict[str, Any]).get("schema_version")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise UsageError(
                f"{path}: schema version {version} is newer than {SCHEMA_VERSION}, the newest "
                "that this stampcheck reads; use the version that wrote it."
            )
        return msgspec.json.decode(data, type=Scan)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise UsageError(f"{path}: is no record of a scan ({str(error)[:200]}).") from error
