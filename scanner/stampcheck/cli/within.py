"""Where a reading command looks: a saved run, a bundle, a folder of evidence, or the latest run."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from stampcheck.bundle import Bundle
from stampcheck.cli.console import Talk
from stampcheck.cli.options import DEFAULT_OUTPUT
from stampcheck.cli.pipeline import JudgingOptions, bundle_time, judge_bundle, now, opened
from stampcheck.cli.unfinished import refuse_unfinished
from stampcheck.collect.files import collect_files
from stampcheck.errors import IntegrityError, UsageError
from stampcheck.record import ScanRecord


def place_of(path: Path | None) -> Path:
    """The place that was named, else the newest run below the usual output folder."""
    if path is not None:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder.")
        return path.parent if path.name == "scan.json" else path
    found = (path.parent for path in DEFAULT_OUTPUT.glob("*/scan.json"))
    runs = sorted(found, key=lambda run: (run.name.partition("-")[0], len(run.name), run.name))
    if not runs:
        raise UsageError(
            f"{DEFAULT_OUTPUT}: holds no run yet; name a run, a bundle or a folder of evidence "
            "with --in PATH."
        )
    return runs[-1]


@contextlib.contextmanager
def record_within(path: Path | None, as_of: datetime | None = None) -> Iterator[ScanRecord]:
    """A scan to read: a saved one, or one that is made of a bundle or a folder on the spot."""
    with judged_within(path, as_of) as (record, _):
        yield record


@contextlib.contextmanager
def judged_within(
    path: Path | None, as_of: datetime | None = None
) -> Iterator[tuple[ScanRecord, Bundle | None]]:
    """A scan to read, and its evidence unless that lies elsewhere. For another date than that of
    a saved scan it is judged anew.
    """
    place = place_of(path)
    if as_of is not None or not (place / "scan.json").is_file():
        with evidence_within(place, as_of) as (bundle, record):
            yield record, bundle
    elif _holds_bundle(place):
        with bundle_within(place) as bundle:
            record = ScanRecord(place)
            _check_same(place, bundle, record)
            yield record, bundle
    else:
        yield ScanRecord(place), None


@contextlib.contextmanager
def evidence_within(
    path: Path | None, as_of: datetime | None
) -> Iterator[tuple[Bundle, ScanRecord]]:
    """Evidence and the scan of it: the saved one, unless another date is asked for."""
    place = place_of(path)
    with bundle_within(place) as bundle:
        if (place / "scan.json").is_file() and as_of is None:
            record = ScanRecord(place)
            _check_same(place, bundle, record)
            yield bundle, record
            return
        with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
            when = as_of or bundle_time(bundle)
            folder = Path(scratch)
            judge_bundle(bundle, folder, JudgingOptions(), talk=Talk(quiet=True), as_of=when)
            yield bundle, ScanRecord(folder)


def _check_same(place: Path, bundle: Bundle, record: ScanRecord) -> None:
    if record.scan.bundle.digest != bundle.digest:
        raise IntegrityError(
            f"{place}: its bundle is not the one that was judged; judge it again with "
            "'stampcheck evaluate'."
        )


@contextlib.contextmanager
def bundle_within(place: Path) -> Iterator[Bundle]:
    """The evidence to read: a bundle, a run's bundle, or one made of a folder on the spot."""
    if place.is_file() or _holds_bundle(place):
        with opened(place) as bundle:
            yield bundle
        return
    refuse_unfinished(place)
    if (place / "scan.json").is_file():
        raise UsageError(
            f"{place}: this run judged a bundle that lies elsewhere; name that one with --in PATH."
        )
    with tempfile.TemporaryDirectory(prefix="stampcheck-") as scratch:
        folder = Path(scratch) / "bundle"
        collect_files(place, folder, now(), None, lambda _: None)
        with Bundle(folder) as bundle:
            yield bundle


def _holds_bundle(place: Path) -> bool:
    return any((place / name).is_file() for name in ("manifest.json", "bundle/manifest.json"))
