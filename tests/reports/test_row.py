"""The row words and orders the cells for every format."""

from __future__ import annotations

from stampcheck.model import UNCLAIMED, Reason
from stampcheck.record import ScanRecord
from stampcheck_reports.row import (
    CAUSE_COLUMNS,
    FINDING_COLUMNS,
    RULE_COLUMNS,
    SETTLES,
    STAMP_COLUMNS,
    cause_rows,
    finding_rows,
    rule_cells,
    stamp_cells,
)

DESIGNED = (
    "schema_version scan_id finding_id as_of stamp cloud_id subscription_id registration_id "
    "rule_id rule_title subject outcome severity reason message expected actual causes waived "
    "source consequences bundle_digest"
)


def rows(record: ScanRecord) -> list[dict[str, str]]:
    """The findings as cells by column."""
    return [dict(zip(FINDING_COLUMNS, row, strict=True)) for row in finding_rows(record)]


def test_the_columns_of_findings_are_those_of_the_design() -> None:
    assert tuple(DESIGNED.split()) == FINDING_COLUMNS


def test_every_finding_is_one_row_in_canonical_order(record: ScanRecord) -> None:
    ids = [row["finding_id"] for row in rows(record)]

    assert ids == [found.finding_id for found in record.findings()]


def test_a_row_bears_its_stamp_and_rule(record: ScanRecord) -> None:
    first = rows(record)[0]

    assert first["stamp"] == next(record.stamps()).stamp
    assert first["rule_title"] == record.scan.rules[0].title
    assert first["as_of"] == record.scan.as_of


def test_an_unclaimed_registration_gives_its_own_ids(record: ScanRecord) -> None:
    seen = record.scan.unclaimed[0]
    row = next(row for row in rows(record) if row["subject"] == seen.registration_id)

    assert row["stamp"] == UNCLAIMED
    assert row["cloud_id"] == seen.cloud_id
    assert row["subscription_id"] == seen.subscription_id
    assert row["registration_id"] == seen.registration_id


def test_several_causes_and_sources_share_a_cell(record: ScanRecord) -> None:
    row = next(
        row for row in rows(record) if row["rule_id"] == "AZS-ID-001" and row["outcome"] == "fail"
    )

    assert row["causes"] == "cloud-id-already-registered; cloned-stamp"
    assert row["source"].count("; ") == 1


def test_no_cell_says_none(record: ScanRecord) -> None:
    assert "None" not in {cell for row in finding_rows(record) for cell in row}


def test_the_other_tables_have_a_cell_a_column(record: ScanRecord) -> None:
    assert all(len(stamp_cells(stamp)) == len(STAMP_COLUMNS) for stamp in record.stamps())
    assert all(len(rule_cells(rule)) == len(RULE_COLUMNS) for rule in record.scan.rules)
    assert all(len(row) == len(CAUSE_COLUMNS) for row in cause_rows(record.scan))


def test_causes_come_by_the_number_of_stamps(record: ScanRecord) -> None:
    stamps = [int(row[CAUSE_COLUMNS.index("stamps")]) for row in cause_rows(record.scan)]

    assert stamps == sorted(stamps, reverse=True)
    assert len(stamps) == len(record.scan.causes)


def test_every_reason_says_what_would_settle_it() -> None:
    assert set(SETTLES) == set(Reason)


def test_a_failure_says_what_is_at_risk_and_nothing_else_does(record: ScanRecord) -> None:
    titles = {rule.id: "; ".join(rule.consequences) for rule in record.scan.rules}
    for row in rows(record):
        failed = row["outcome"] == "fail" and row["stamp"] != UNCLAIMED
        assert row["consequences"] == (titles[row["rule_id"]] if failed else "")


def test_a_stamp_names_its_likeliest_cause_and_the_worst_first(record: ScanRecord) -> None:
    for stamp in record.stamps():
        row = dict(zip(STAMP_COLUMNS, stamp_cells(stamp), strict=True))
        assert bool(row["top_cause"]) == bool(row["top_cause_explains"]) == bool(stamp.causes)
        if stamp.causes:
            explained = len(stamp.causes[0].explains)
            assert row["top_cause_explains"] == f"{explained} of {row['failed']}"
        assert row["consequences"] == "; ".join(stamp.consequences)


def test_no_contradicted_cause_leads_where_another_is_left(record: ScanRecord) -> None:
    seen = 0
    for stamp in record.stamps():
        contradicted = [bool(tally.contradicted_by) for tally in stamp.causes]
        assert contradicted == sorted(contradicted)
        seen += any(contradicted)
    assert seen
