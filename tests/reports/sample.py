"""Plausible saved scans of any size, the same bytes each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.model import (
    Finding,
    Outcome,
    Reason,
    Severity,
    Standing,
    State,
    sort_key,
)
from stampcheck.ranking import rank_causes
from stampcheck.record import (
    Counts,
    RuleRecord,
    Scan,
    ScanRecord,
    StampRecord,
    write_scan,
)
from stampcheck.stamp_record import consequences
from stampcheck.tally import FleetTally
from tests.reports import catalogue_sample as catalogue
from tests.reports import sample_part as part

HOSTILE_NAMES: Final = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "comma, quote \" and 'apostrophe'",
    "ختم-الرياض-٠١",
    "stamp 🚀 {{registration_name}} {{7*7}}",
    "\u202egnp.exe\u2066 bidi",
    "</noscript><b>bold</b>",
    "long " + "x" * 10_000,
    "line\r\nbreak\ttab\x07",
)
_SITES: Final = (
    "oslo",
    "lagos",
    "lima",
    "osaka",
    "perth",
    "riga",
    "tunis",
    "quito",
    "turin",
    "bern",
)
_EXPIRES: Final = (
    "2026-11-22T12:00:00Z",
    "2026-11-30T00:00:00Z",
    "2027-03-31T00:00:00Z",
    "2028-01-01T00:00:00Z",
    "",
)
_GAPS: Final = (Reason.ACCESS_DENIED, Reason.NOT_COLLECTED, Reason.STALE, Reason.UNREACHABLE)


def write_sample(
    folder: Path, stamps: int, *, hostile: bool = False, fail: float = 0.1, gap: float = 0.08
) -> ScanRecord:
    """Write a scan of so many stamps; ``fail`` and ``gap`` are the shares of the pairs."""
    sample = _Sample(stamps, hostile=hostile, fail=fail, gap=gap)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "findings.jsonl").open("wb") as findings:
        lines = list(sample.run(findings.write))
    write_scan(sample.scan(), iter(lines), folder / "scan.json")
    return ScanRecord(folder)


class _Sample:
    def __init__(self, stamps: int, *, hostile: bool, fail: float, gap: float) -> None:
        self.random = random.Random(7)
        self.rules = catalogue.rules()
        self.fail = fail
        self.gap = gap
        names = [f"{_SITES[place % 10]}-{place // 10 + 1:02}" for place in range(stamps)]
        if hostile:
            names[: len(HOSTILE_NAMES)] = HOSTILE_NAMES[:stamps]
        self.names = sorted(names, key=sort_key)
        self.pairs = Counts()
        self.findings = Counts()
        self.unclaimed_counts = Counts()
        self.standings: dict[str, int] = {}
        self.states: dict[str, int] = {}
        self.reasons: dict[str, int] = {}
        self.failures: dict[str, int] = {}
        self.by_cause: dict[str, FleetTally] = {}
        self.consequences: dict[str, int] = {}
        self.unclaimed = [] if not fail else [part.stray(place) for place in range(2)]

    def run(self, write: object) -> Iterator[bytes]:
        encoder = msgspec.json.Encoder()
        for place, name in enumerate(self.names):
            stamp = self._stamp(place, name)
            own = [self._finding(rule, stamp) for rule in self.rules]
            for found, rule in zip(own, self.rules, strict=True):
                self._count(found, stamp, rule)
                write(encoder.encode(found) + b"\n")  # type: ignore[operator]
            self._rank(stamp, own)
            self._finish(stamp)
            yield encoder.encode(stamp)
        for stray in self.unclaimed:
            found = part.stray_finding(stray)
            if found.outcome is Outcome.FAIL:
                self.failures[found.severity] = self.failures.get(found.severity, 0) + 1
            self.unclaimed_counts.add(found.outcome)
            self.findings.add(found.outcome)
            write(encoder.encode(found) + b"\n")  # type: ignore[operator]

    def _stamp(self, place: int, name: str) -> StampRecord:
        short = name[:40]
        group = "azurestack"
        registration = (
            f"/subscriptions/{part.SUBSCRIPTION}/resourceGroups/{group}/providers/"
            f"Microsoft.AzureStack/registrations/{short}"
        )
        connected = place % 3 != 0
        return StampRecord(
            stamp=name,
            state=State.ACTIVE,
            licence_standing=Standing.LICENSED,
            cloud_id=f"{part.finding_id(name)[:8]}-1111-4222-8333-{part.finding_id(name)[:12]}",
            registration_id=registration,
            subscription_id=part.SUBSCRIPTION,
            tenant_id=part.TENANT,
            connection="" if place % 7 == 5 else "connected" if connected else "disconnected",
            connection_source="declared" if place % 2 else "derived",
            environment="AzureCloud",
            billing_model="PayAsYouUse" if connected else "Capacity",
            usage_reporting="on" if connected else "off",
            expires="never" if connected else _EXPIRES[place % len(_EXPIRES)],
            lock="CanNotDelete",
            nodes=4,
            collected_at="2026-11-21T08:00:00Z",
            in_inventory=True,
            tags=("production",) if place % 5 else ("test",),
            values=part.values(short),
            documents=part.documents(name[:60], place),
            disagreements=[part.disagreement(name[:60], registration)] if place % 9 == 2 else [],
        )

    def _finding(self, rule: RuleRecord, stamp: StampRecord) -> Finding:
        draw = self.random.random()
        found = Finding(
            part.finding_id(rule.id, stamp.stamp, ""),
            stamp.stamp,
            rule.id,
            Outcome.PASS,
            Severity(rule.severity),
            sources=part.sources(rule, stamp.stamp[:60]),
            expected=f"{rule.needs[0]} as licensed",
            actual="as licensed",
        )
        if draw < self.fail:
            return part.failed(found, rule, stamp, waived=draw < self.fail / 12)
        if draw < self.fail + self.gap:
            return part.undetermined(found, rule, _GAPS[self.random.randrange(len(_GAPS))])
        if draw > 0.96 and rule.not_applicable_when:
            return msgspec.structs.replace(
                found, outcome=Outcome.NOT_APPLICABLE, message=rule.not_applicable_when
            )
        return found

    def _count(self, found: Finding, stamp: StampRecord, rule: RuleRecord) -> None:
        for counts in (self.pairs, self.findings, stamp.pairs, rule.pairs, rule.findings):
            counts.add(found.outcome)
        if found.outcome is Outcome.FAIL:
            self.failures[found.severity] = self.failures.get(found.severity, 0) + 1
        if found.reason is not None:
            self.reasons[found.reason] = self.reasons.get(found.reason, 0) + 1

    def _rank(self, stamp: StampRecord, own: list[Finding]) -> None:
        stamp.causes = rank_causes(own, {catalogue.REFUTED: ("ROLE_HELD is true",)})
        stamp.consequences = consequences(own)
        for word in stamp.consequences:
            self.consequences[word] = self.consequences.get(word, 0) + 1
        for place, tally in enumerate(stamp.causes):
            known = self.by_cause.setdefault(tally.cause, FleetTally(tally.cause, []))
            known.explains.append(stamp.stamp)
            known.top += place == 0
            known.contradicted += tally.cause == catalogue.REFUTED

    def _finish(self, stamp: StampRecord) -> None:
        causes = {tally.cause for tally in stamp.causes}
        if "not-registered" in causes:
            stamp.state, stamp.licence_standing = State.NOT_STARTED, Standing.IN_VIOLATION
        elif "capacity-expired" in causes:
            stamp.state, stamp.licence_standing = State.EXPIRED, Standing.EXPIRED
        elif stamp.pairs.undetermined > 1:
            stamp.licence_standing = Standing.NOT_PROVEN
            stamp.notes.append("The inventory declares 4 nodes; the stamp information says 5.")
        self.standings[stamp.licence_standing] = self.standings.get(stamp.licence_standing, 0) + 1
        self.states[stamp.state] = self.states.get(stamp.state, 0) + 1

    def scan(self) -> Scan:
        ranked = sorted(self.by_cause.values(), key=lambda tally: (-tally.named, tally.cause))
        return Scan(
            scan_id="6f1c2ab94d0e7735",
            as_of="2026-11-22T12:00:00Z",
            tool_version="0.1.0",
            profile="default",
            fail_on="medium",
            expiry_days={"high": 7, "medium": 30, "low": 90},
            bundle=part.bundle(len(self.names)),
            packages=part.packages(),
            stamp_count=len(self.names),
            pairs=self.pairs,
            findings=self.findings,
            unclaimed_findings=self.unclaimed_counts,
            failures=self.failures,
            standings=self.standings,
            states=self.states,
            rules=self.rules,
            facts=catalogue.facts(),
            causes=catalogue.causes(),
            runbooks=catalogue.runbooks(),
            state_runbooks={state.value: "re-register" for state in State},
            cause_stamps=ranked,
            contradictions=catalogue.CONTRADICTIONS,
            consequences=self.consequences,
            reasons=self.reasons,
            documents_by_kind={"activation": len(self.names), "registration": len(self.names)},
            problems=part.problems(),
            problem_count=0 if not self.fail else 14,
            unclaimed=self.unclaimed,
            permissions={"activation": "Reader on the stamp"},
            document_titles={"activation": "Activation of the stamp"},
            placeholders={"agreement_number": "agreement number of <Contoso>"},
        )
