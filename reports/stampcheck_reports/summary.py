"""Summary tables of a scan for analysts, as pandas frames. pandas is imported only when asked for.

Cells stay texts: dates such as the year 9999 ("never") do not fit into every pandas' timestamps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from stampcheck.model import Standing
from stampcheck.record import Scan, ScanRecord
from stampcheck_reports.row import (
    CAUSE_COLUMNS,
    FINDING_COLUMNS,
    RULE_COLUMNS,
    STANDING_COLUMNS,
    cause_rows,
    finding_rows,
    rule_cells,
)

if TYPE_CHECKING:
    import pandas as pd


_CAUSE_NUMBERS: Final = ("stamps", "likeliest_on", "contradicted_on")


def _frame(rows: Iterable[tuple[str, ...]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns), dtype="str")


def _with_numbers(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return table.astype(dict.fromkeys(columns, "int64"))


def rules_table(scan: Scan) -> pd.DataFrame:
    """The rules with their metadata and sums, in the order of their ids."""
    table = _frame(map(rule_cells, scan.rules), RULE_COLUMNS)
    first, last = RULE_COLUMNS.index("failed"), RULE_COLUMNS.index("findings_not_applicable")
    versions = {package.name: package.version for package in scan.packages}
    table["package_version"] = [versions.get(rule.package, "") for rule in scan.rules]
    return _with_numbers(table, RULE_COLUMNS[first : last + 1])


def causes_table(scan: Scan) -> pd.DataFrame:
    """The causes with the number of stamps that each may hold, most stamps first."""
    return _with_numbers(_frame(cause_rows(scan), CAUSE_COLUMNS), _CAUSE_NUMBERS)


def standings_table(scan: Scan) -> pd.DataFrame:
    """The number of stamps of each licence standing, none left out."""
    rows = [(word.value, str(scan.standings.get(word.value, 0))) for word in Standing]
    return _with_numbers(_frame(rows, STANDING_COLUMNS), ["stamps"])


def findings_frame(record: ScanRecord) -> pd.DataFrame:
    """Every finding with the columns of findings.csv, all texts."""
    return _frame(finding_rows(record), FINDING_COLUMNS)
