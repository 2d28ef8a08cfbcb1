"""What the panel of a stamp says to do next: what comes first, and what to ask where causes tie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stampcheck.record import Scan, StampRecord
from stampcheck.tally import asked, likeliest, prerequisites, ties


class NextSteps:
    """Works out the next steps of stamps, by the catalogue of one scan."""

    def __init__(self, scan: Scan) -> None:
        self._causes = {cause.id: cause for cause in scan.causes}
        self._runbooks = {runbook.id: runbook for runbook in scan.runbooks}

    def of(
        self, stamp: StampRecord, causes: Mapping[str, int], rules: Mapping[str, int]
    ) -> dict[str, Any]:
        """Cells of a stamp, as places in the tables: ``ties`` (rules, causes, the one to ask about)
        and, where something comes first, ``plan`` (causes in the order of mending).
        """
        every = ties(stamp.causes)
        told = [
            (
                [rules.get(rule, rule) for rule in tie.rules],
                [causes.get(cause, cause) for cause in tie.causes],
                causes.get(asked(tie, every), asked(tie, every)),
            )
            for tie in every
        ]
        plan = [causes[cause] for cause in self._plan(stamp)]
        return {name: value for name, value in (("ties", told), ("plan", plan)) if value}

    def _plan(self, stamp: StampRecord) -> Iterator[str]:
        main = likeliest(stamp.causes, self._causes, {one.cause for one in stamp.causes})
        runbook = self._runbooks.get(main.runbook) if main else None
        if main is None or runbook is None:
            return
        first = prerequisites(runbook, stamp.causes, self._causes)
        if first:
            yield from (cause.id for cause in first)
            yield main.id
