"""What changed between two scans as CSV: one line for each finding that is another one now, or
that still fails.
"""

from __future__ import annotations

from pathlib import Path

from stampcheck.change import Comparison, diff_format
from stampcheck_reports.cell import line
from stampcheck_reports.change_row import CHANGE_COLUMNS, change_cells


@diff_format("csv", "Comma-separated values, one line a change", "diff.csv")
def changes_csv(comparison: Comparison, path: Path) -> None:
    """Write the file."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(line(CHANGE_COLUMNS))
        for change in comparison.changes:
            stream.write(line(change_cells(comparison, change)))
