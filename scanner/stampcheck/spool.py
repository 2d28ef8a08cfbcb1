"""Findings and records on disk until the fleet rules have spoken, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.engine import RuleSet
from stampcheck.model import Finding
from stampcheck.record import StampRecord

PREFIX: Final = 6
"""Bytes before each finding of the spool: the position of its rule and a blank."""

_encode: Final = msgspec.json.Encoder().encode


class Spool:
    """Findings and records of stamp rules on disk until the fleet rules have spoken.

    Each finding is a line behind the position of its rule, so that merging need not decode it.
    """

    def __init__(self, folder: Path, rules: RuleSet) -> None:
        self._findings = (folder / "findings.part").open("w+b")
        self._records = (folder / "stamps.part").open("w+b")
        self._paths = [folder / "findings.part", folder / "stamps.part"]
        self._positions = {rule: b"%05d " % place for rule, place in rules.positions.items()}

    def add(self, record: StampRecord, findings: list[Finding]) -> None:
        """Write one stamp."""
        lines = [self._positions[found.rule] + _encode(found) for found in findings]
        self._findings.write(b"%d\n" % len(lines) + b"\n".join(lines) + b"\n" * bool(lines))
        self._records.write(_encode(record) + b"\n")

    def stamps(self) -> Iterator[tuple[bytes, list[bytes]]]:
        """Each stamp's record and its findings, as they were written."""
        self._findings.seek(0)
        self._records.seek(0)
        for record in self._records:
            number = int(self._findings.readline())
            yield record, [self._findings.readline().rstrip(b"\n") for _ in range(number)]

    def lines(self, findings: Iterable[Finding]) -> list[bytes]:
        """Findings in the form of the spool."""
        return [self._positions[found.rule] + _encode(found) for found in findings]

    def close(self) -> None:
        """Remove the files."""
        self._findings.close()
        self._records.close()
        for path in self._paths:
            path.unlink(missing_ok=True)
