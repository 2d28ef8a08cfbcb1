"""The facts and the trend of a saved scan with pseudonyms, so that an export can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

import msgspec

from stampcheck.fact_record import FACTS_FILE, LONGEST, LONGEST_WHY, FactState, StampFacts
from stampcheck.model import UNCLAIMED, sort_key
from stampcheck.record import ScanRecord, write_trend
from stampcheck.redaction.writing import Writing, free

_encode: Final = msgspec.json.Encoder().encode


def rewrite_facts(record: ScanRecord, folder: Path, writing: Writing) -> None:
    """Write ``facts.jsonl`` anew into ``folder``, its stamps in their order. Names in it have to
    be known from the evidence already, since nothing here tells of what kind they are.
    """
    labels = frozenset(_labels(record))
    lines = [_stamp(one, writing, labels) for one in record.facts()]
    lines.sort(key=lambda one: (one.stamp == UNCLAIMED, sort_key(one.stamp)))
    if lines:
        with (folder / FACTS_FILE).open("wb") as stream:
            stream.writelines(_encode(one) + b"\n" for one in lines)


def _labels(record: ScanRecord) -> Iterator[str]:
    """The documents that the record names."""
    yield from (one.document for one in record.scan.documents)
    for stamp in record.stamps():
        yield from (one.document for one in stamp.documents)


def rewrite_trend(record: ScanRecord, folder: Path, writing: Writing) -> None:
    """Write ``trend.json`` anew into ``folder``, where the record has a trend: sums by date."""
    points = [
        msgspec.structs.replace(one, scan_id=writing.digest(one.scan_id)) for one in record.trend
    ]
    if points:
        write_trend(points, folder)


def _stamp(one: StampFacts, writing: Writing, labels: AbstractSet[str]) -> StampFacts:
    name = one.stamp if one.stamp == UNCLAIMED else writing.stamp(one.stamp)
    return StampFacts(name, {key: _fact(told, writing, labels) for key, told in one.facts.items()})


def _fact(told: FactState, writing: Writing, labels: AbstractSet[str]) -> FactState:
    # What was cut off may end in the middle of a name.
    is_cut = len(told.value) >= (LONGEST_WHY if told.reason else LONGEST)
    value = "" if is_cut else free(told.value, writing)
    return FactState(value, _source(told.source, writing, labels), told.reason)


def _source(source: str, writing: Writing, labels: AbstractSet[str]) -> str:
    """A document and the field in it, which a space parts; either may hold more of them."""
    for found in re.finditer(r" |$", source):
        label = source[: found.start()]
        if label in labels:
            return writing.label(label) + writing.text(source[found.start() :])
    return writing.text(source)
