"""What changed between two scans as JSON, as the comparison is kept beside a scan."""

from __future__ import annotations

from pathlib import Path

import msgspec

from stampcheck.change import CHANGES_FILE, Comparison, diff_format


@diff_format("json", "The comparison as it is", CHANGES_FILE)
def changes_json(comparison: Comparison, path: Path) -> None:
    """Write the file."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n")
