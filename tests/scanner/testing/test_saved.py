"""The contract of a report format notices what it is there for; ours keep it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from stampcheck.record import ReportFormat, ScanRecord
from stampcheck.registry import load_formats
from stampcheck.testing import ContractError, assert_report, saved_scan

FROZEN = Path(__file__).parents[3] / "fixtures" / "records"
_numbers = count()


@pytest.mark.parametrize("form", [form for form, _ in load_formats()], ids=lambda form: form.id)
def test_our_formats_keep_the_contract(form: ReportFormat, tmp_path: Path) -> None:
    assert_report(form, tmp_path)


@pytest.mark.parametrize("form", [form for form, _ in load_formats()], ids=lambda form: form.id)
@pytest.mark.parametrize("frozen", sorted(FROZEN.iterdir()), ids=lambda frozen: frozen.name)
def test_our_formats_render_records_of_every_schema(
    form: ReportFormat, frozen: Path, tmp_path: Path
) -> None:
    form.write(ScanRecord(frozen), tmp_path)

    assert all((tmp_path / name).stat().st_size > 100 for name in form.files)


def extra(_: ScanRecord, folder: Path) -> None:
    (folder / "x.txt").write_text("")
    (folder / "y.txt").write_text("")


def nothing(_: ScanRecord, folder: Path) -> None:
    """Write nothing at all."""


def moody(_: ScanRecord, folder: Path) -> None:
    (folder / "x.txt").write_text(str(next(_numbers)))


def meddling(record: ScanRecord, folder: Path) -> None:
    (folder / "x.txt").write_text("")
    (record.folder / "notes.txt").write_text("")


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (extra, "writes ['x.txt', 'y.txt'] instead of ['x.txt']"),
        (nothing, "writes [] instead of ['x.txt']"),
        (moody, "to different bytes of x.txt"),
        (meddling, "changes the saved scan"),
    ],
)
def test_what_breaks_the_contract_is_told(
    write: Callable[[ScanRecord, Path], None], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ContractError) as told:
        assert_report(ReportFormat("acme", "Acme's", ("x.txt",), write), tmp_path)

    assert words in str(told.value)


def test_the_hostile_scan_is_hostile_and_the_empty_one_empty(tmp_path: Path) -> None:
    plain, hostile, empty = (
        saved_scan(tmp_path / variant, variant) for variant in ("plain", "hostile", "empty")
    )

    assert any("<script>" in stamp.stamp for stamp in hostile.stamps())
    assert len(list(hostile.by_stamp())) == len(list(plain.by_stamp())) > 3
    assert not list(empty.by_stamp())
    assert empty.scan.pairs.total == 0
