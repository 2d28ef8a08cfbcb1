"""Summary tables agree with the sums of the scan."""

from __future__ import annotations

import subprocess
import sys

from stampcheck.record import ScanRecord
from stampcheck_reports.row import FINDING_COLUMNS, finding_rows
from stampcheck_reports.summary import (
    causes_table,
    findings_frame,
    rules_table,
    standings_table,
)


def test_findings_are_texts_in_the_columns_of_the_file(record: ScanRecord) -> None:
    frame = findings_frame(record)

    assert tuple(frame.columns) == FINDING_COLUMNS
    assert list(frame.itertuples(index=False, name=None)) == list(finding_rows(record))


def test_sums_by_rule_are_those_of_the_scan(record: ScanRecord) -> None:
    table = rules_table(record.scan)

    assert int(table["failed"].sum()) == record.scan.pairs.failed
    assert int(table["undetermined"].sum()) == record.scan.pairs.undetermined


def test_causes_count_stamps(record: ScanRecord) -> None:
    table = causes_table(record.scan).set_index("cause_id")

    for tally in record.scan.cause_stamps:
        row = table.loc[tally.cause]
        numbers = (row["stamps"], row["likeliest_on"], row["contradicted_on"])
        assert numbers == (tally.named, tally.top, tally.contradicted)


def test_standings_leave_none_out(record: ScanRecord) -> None:
    table = standings_table(record.scan)

    assert list(table["licence_standing"]) == ["licensed", "expired", "in-violation", "not-proven"]
    assert int(table["stamps"].sum()) == record.scan.stamp_count


def test_pandas_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys, stampcheck_reports.csv, stampcheck_reports.html;print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
