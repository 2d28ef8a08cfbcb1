"""What is counted while the stamps of a scan go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from stampcheck.engine import RuleSet
from stampcheck.model import Finding, Outcome
from stampcheck.record import Counts, DocumentRecord, ProblemRecord, StampRecord
from stampcheck.tally import FleetTally

_MAX_PROBLEMS: Final = 1000


class Sums:
    """What is counted while stamps go by."""

    def __init__(self, rules: RuleSet) -> None:
        self.pairs, self.findings, self.unclaimed = Counts(), Counts(), Counts()
        self.by_rule = {rule.info.id: (Counts(), Counts()) for rule in rules.rules}
        self.standings: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.waived: Counter[str] = Counter()
        self.causes: dict[str, FleetTally] = {}
        self.consequences: Counter[str] = Counter()
        self.problems: list[ProblemRecord] = []
        self.problem_count = 0
        self.unattached: list[DocumentRecord] = []
        self.stamps = 0

    def add_documents(self, kinds: Iterable[str], problems: list[ProblemRecord]) -> None:
        """Count documents by kind, and those that are no evidence."""
        self.kinds.update(kinds)
        self.problem_count += len(problems)
        self.problems.extend(problems[: _MAX_PROBLEMS - len(self.problems)])

    def add_stamp(self, record: StampRecord, findings: list[Finding]) -> None:
        """Count one stamp's pairs, findings and causes."""
        self.stamps += 1
        self.standings[record.licence_standing] += 1
        self.states[record.state] += 1
        worst: dict[str, Outcome] = {}
        for found in findings:
            self._add(found)
            known = worst.get(found.rule)
            if known is None or _RANK[found.outcome] < _RANK[known]:
                worst[found.rule] = found.outcome
        for rule, outcome in worst.items():
            self.pairs.add(outcome)
            self.by_rule[rule][0].add(outcome)
        self.reasons.update(found.reason.value for found in findings if found.reason is not None)
        if record.causes:
            self._add_causes(record)

    def _add_causes(self, record: StampRecord) -> None:
        self.consequences.update(record.consequences)
        for place, tally in enumerate(record.causes):
            known = self.causes.setdefault(tally.cause, FleetTally(tally.cause, []))
            known.explains.append(record.stamp)
            known.top += place == 0
            known.contradicted += bool(tally.contradicted_by)

    def add_unclaimed(self, findings: list[Finding]) -> None:
        """Count the findings of the pseudo-stamp, which no pair counts."""
        for found in findings:
            self._add(found)
            self.unclaimed.add(found.outcome)

    def _add(self, found: Finding) -> None:
        self.findings.add(found.outcome)
        self.by_rule[found.rule][1].add(found.outcome)
        if found.outcome is Outcome.FAIL:
            self.failures[found.severity] += 1
            self.waived[found.severity] += found.waived


_RANK: Final = {outcome: rank for rank, outcome in enumerate(Outcome)}
