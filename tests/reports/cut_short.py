"""A saved scan as it would be had its collection been interrupted, or had a finding been waived."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from stampcheck.record import ScanRecord, write_scan


def changed(record: ScanRecord, folder: Path, **changes: Any) -> ScanRecord:
    """A copy of a scan with other values in its head."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (msgspec.json.encode(stamp) for stamp in record.stamps())
    write_scan(msgspec.structs.replace(record.scan, **changes), lines, folder / "scan.json")
    (folder / "findings.jsonl").write_bytes((record.folder / "findings.jsonl").read_bytes())
    return ScanRecord(folder)


def interrupted(record: ScanRecord, folder: Path) -> ScanRecord:
    """The same scan of a collection that was cut short."""
    bundle = msgspec.structs.replace(record.scan.bundle, complete=False)
    return changed(record, folder, bundle=bundle, complete=False)
