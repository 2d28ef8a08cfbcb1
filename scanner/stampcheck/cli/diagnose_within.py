"""``diagnose --bundle``: the log of a stamp beside the evidence of its fleet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from stampcheck.cli.within import record_within
from stampcheck.diagnose import Diagnosis, Wanted
from stampcheck.diagnose.beside import beside, contradictions, holders, stamp_of
from stampcheck.errors import UsageError
from stampcheck.record import ScanRecord, StampRecord
from stampcheck.tomlfile import nearest

Again = Callable[[Wanted], Diagnosis]
"""Diagnoses the same texts once more, with what is known of the stamp."""


def laid_beside(
    found: Diagnosis, again: Again, wanted: Wanted, bundle: Path, name: str | None
) -> Diagnosis:
    """The diagnosis with the values of the stamp, and what its evidence says."""
    with record_within(bundle) as record:
        stamps = list(record.stamps())
        stamp = stamp_of(found, stamps, name)
        if stamp is None:
            return _without(found, record, stamps, name)
        filled = again(
            msgspec.structs.replace(
                wanted, stamp=stamp.stamp, values=stamp.values, connection=stamp.connection
            )
        )
        filled.evidence = [
            *contradictions(filled, stamp),
            *beside(filled, stamp, record.scan),
            *holders(filled, stamps, record.scan),
        ]
        return filled


def _without(
    found: Diagnosis, record: ScanRecord, stamps: list[StampRecord], name: str | None
) -> Diagnosis:
    if name is not None:
        near = nearest(name, [one.stamp for one in stamps])
        raise UsageError(f"There is no stamp {name!r}{near}")
    found.evidence = [
        "The log names no stamp of this bundle; name it with --stamp NAME.",
        *holders(found, stamps, record.scan),
    ]
    return found
