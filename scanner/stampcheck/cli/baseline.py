"""An earlier scan as reference: what it recorded of each stamp, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from stampcheck.change import Change, ChangeClass, Comparison, DiffFormat
from stampcheck.cli.console import Talk
from stampcheck.comparison.compare import compare
from stampcheck.errors import StampcheckError
from stampcheck.judging import Baseline
from stampcheck.model import Severity
from stampcheck.record import ScanRecord
from stampcheck.registry import load_diff_formats

_TENANT_CHANGED: Final = "AZS-TE-001"
_NODES_CHANGED: Final = "AZS-RG-005"
_KEPT: Final = ("csv", "json")
_TOLD: Final = (
    ChangeClass.REGRESSED,
    ChangeClass.NEW,
    ChangeClass.WAIVER_EXPIRED,
    ChangeClass.NEWLY_UNDETERMINED,
    ChangeClass.NO_LONGER_CHECKED,
    ChangeClass.FIXED,
)
_FROM_LIMIT: Final = (ChangeClass.NEW, ChangeClass.WAIVER_EXPIRED)


def recorded(record: ScanRecord) -> dict[str, Baseline]:
    """What an earlier scan recorded of each stamp, by its name and its Cloud ID, but for what it
    found to be wrong itself.
    """
    found: dict[str, Baseline] = {}
    for stamp in record.stamps():
        failed = {rule for tally in stamp.causes for rule in tally.explains}
        tenant = "" if _TENANT_CHANGED in failed else stamp.tenant_id
        nodes = None if _NODES_CHANGED in failed else stamp.nodes
        if tenant or nodes:
            one = Baseline(tenant, nodes, stamp.collected_at)
            found[stamp.stamp.casefold()] = one
            if stamp.cloud_id:
                found.setdefault(stamp.cloud_id, one)
    return found


def compared(baseline: ScanRecord, record: ScanRecord, talk: Talk) -> bool:
    """Write ``diff.json`` and ``diff.csv`` beside a scan and say the main; whether that worked."""
    try:
        comparison = compare(baseline, record)
        kept = [form for form in load_diff_formats() if form.id in _KEPT]
        write_diff(comparison, record.folder, kept)
    except StampcheckError as error:
        talk.warn(f"Error: {error} The scan was not compared with its baseline.")
        return False
    words = [f"{comparison.counts.get(word.value, 0)} {word.value}" for word in _TOLD]
    talk.say(f"Since the baseline of {comparison.old.as_of}: {', '.join(words)}.")
    return True


def write_diff(comparison: Comparison, folder: Path, formats: Iterable[DiffFormat]) -> None:
    """Write a comparison in some formats, each under a temporary name first."""
    for form in formats:
        scratch = folder / f".{form.file}.part"
        form.write(comparison, scratch)
        scratch.replace(folder / form.file)


def diff_code(comparison: Comparison) -> int:
    """1 where something regressed, or a failure that counts is new, worse or waived no more; 3
    where something can only not be told any more; else 0. What is waived does not count.
    """
    limit = Severity(comparison.fail_on).rank
    if any(_counts(change, limit) for change in comparison.changes):
        return 1
    return 3 if comparison.counts.get(ChangeClass.NEWLY_UNDETERMINED.value) else 0


def _counts(change: Change, limit: int) -> bool:
    if change.new is None or change.new.waived:
        return False
    if change.change is ChangeClass.REGRESSED:
        return True
    is_bad = Severity(change.new.severity).rank <= limit
    return is_bad and (change.worse or change.change in _FROM_LIMIT)
