"""Saved scans for programs: ``stampcheck.load_scan`` gives the record and pandas frames of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from stampcheck.errors import UsageError
from stampcheck.model import Finding
from stampcheck.record import Scan, ScanRecord, StampRecord
from stampcheck.registry import load_frames
from stampcheck.zipped import unzip

if TYPE_CHECKING:
    import os

    import pandas as pd

ROWS = 100_000
"""Findings that are turned into a frame at a time."""


class LoadedScan:
    """A saved scan. Its files are read as streams; what a zip held is deleted with the object."""

    def __init__(self, record: ScanRecord) -> None:
        self.record = record

    @property
    def scan(self) -> Scan:
        """The head: scope, versions, rules, causes, sums."""
        return self.record.scan

    def stamps(self) -> Iterator[StampRecord]:
        """The stamps, one at a time."""
        return self.record.stamps()

    def findings(self) -> Iterator[Finding]:
        """The findings, one at a time; those of unclaimed registrations come last."""
        return self.record.findings()

    def findings_frame(self) -> pd.DataFrame:
        """All findings with the columns of findings.csv.

        ``outcome`` and ``severity`` are ordered, worse is greater; dates are UTC, where never is
        the last day of 9999; an empty cell is missing.
        """
        return load_frames().all_findings(self.record)

    def findings_frames(self, rows: int = ROWS) -> Iterator[pd.DataFrame]:
        """The findings in frames of so many rows: for scans that do not fit into memory."""
        if rows < 1:
            raise ValueError("rows must be at least 1")
        return load_frames().findings(self.record, rows)

    def stamps_frame(self) -> pd.DataFrame:
        """The stamps with the columns of stamps.csv."""
        return load_frames().stamps(self.record)

    def rules_frame(self) -> pd.DataFrame:
        """The rules with the columns of rules.csv."""
        return load_frames().rules(self.record)

    def causes_frame(self) -> pd.DataFrame:
        """The causes with the columns of causes.csv."""
        return load_frames().causes(self.record)


def load_scan(path: str | os.PathLike[str]) -> LoadedScan:
    """Open a saved scan: the folder of a run, its ``scan.json``, or a zip of the folder.

    Raises ``stampcheck.errors.UsageError`` where there is none, ``IntegrityError`` where it is
    damaged.
    """
    place = Path(path)
    if not place.exists():
        raise UsageError(f"{place}: there is no such scan.")
    if place.is_dir():
        return LoadedScan(ScanRecord(place))
    if place.suffix.lower() != ".zip":
        return LoadedScan(ScanRecord(place.parent))
    scratch = Path(tempfile.mkdtemp(prefix="stampcheck-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        record = ScanRecord(unzip(place, scratch, "scan.json", "saved scan"))
        stack.pop_all()
    weakref.finalize(record, shutil.rmtree, scratch, ignore_errors=True)
    return LoadedScan(record)
