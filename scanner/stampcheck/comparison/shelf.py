"""The findings and facts of a saved scan by stamp, read where they lie: memory holds their places
only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from stampcheck.errors import IntegrityError
from stampcheck.fact_record import FACTS_FILE, FactState, StampFacts
from stampcheck.model import Finding
from stampcheck.record import ScanRecord

T = TypeVar("T")

Place = tuple[int, int]
"""Where lines begin and how long they are, in bytes."""


class _Named(msgspec.Struct):
    stamp: str


_name_of: Final = msgspec.json.Decoder(_Named).decode
_finding_of: Final = msgspec.json.Decoder(Finding).decode
_facts_of: Final = msgspec.json.Decoder(StampFacts).decode


class Shelf:
    """Random access to the findings and facts of a record."""

    def __init__(self, record: ScanRecord) -> None:
        self.record = record
        self._findings = _places(record.folder / "findings.jsonl")
        facts = record.folder / FACTS_FILE
        self._facts = _places(facts) if facts.is_file() else {}

    @property
    def has_facts(self) -> bool:
        """Whether the record holds facts; older ones do not."""
        return bool(self._facts)

    def findings(self, stamp: str) -> dict[tuple[str, str], Finding]:
        """The findings of a stamp by rule and subject, in their order."""
        return {
            (found.rule, found.subject): found
            for line in _lines(self.record.folder / "findings.jsonl", self._findings.get(stamp))
            for found in [_decoded(_finding_of, line, self.record)]
        }

    def facts(self, stamp: str) -> dict[str, FactState]:
        """The facts of a stamp by name."""
        lines = _lines(self.record.folder / FACTS_FILE, self._facts.get(stamp))
        return {
            name: state
            for line in lines
            for name, state in _decoded(_facts_of, line, self.record).facts.items()
        }


def _places(path: Path) -> dict[str, Place]:
    """Where the lines of each stamp lie; they follow each other."""
    places: dict[str, Place] = {}
    offset = 0
    with path.open("rb") as stream:
        for line in stream:
            try:
                name = _name_of(line).stamp
            except (msgspec.MsgspecError, RecursionError, ValueError) as error:
                raise _damaged(path, error) from error
            start, length = places.get(name, (offset, 0))
            if start + length != offset:
                raise _damaged(path, f"the lines of {name} stand apart")
            places[name] = (start, length + len(line))
            offset += len(line)
    return places


def _lines(path: Path, place: Place | None) -> Iterator[bytes]:
    if place is None:
        return
    with path.open("rb") as stream:
        stream.seek(place[0])
        yield from stream.read(place[1]).splitlines()


def _decoded(decode: Callable[[bytes], T], line: bytes, record: ScanRecord) -> T:
    try:
        return decode(line)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise _damaged(record.folder, error) from error


def _damaged(path: Path, why: object) -> IntegrityError:
    return IntegrityError(
        f"{path}: is not what stampcheck wrote ({str(why)[:200]}); judge the bundle again with "
        "'stampcheck evaluate'."
    )
