"""Keeping a scan in a history, from the option to the sentence: its files are safe before that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from stampcheck.cli.console import Talk
from stampcheck.errors import StampcheckError
from stampcheck.record import ScanRecord, TrendPoint, write_trend

if TYPE_CHECKING:
    from stampcheck.history.database import Database

_PATIENCE: Final = 2.0
"""Seconds that the reports wait for a database that somebody holds."""


class Memory:
    """The history that a command was told to keep, or none."""

    def __init__(self, text: str | None) -> None:
        self._place = self._database(text) if text else None
        self._trouble = ""

    def _database(self, text: str) -> Database:
        from stampcheck.history.database import database

        return database(text)

    def recall(self, record: ScanRecord) -> None:
        """Lay the trend up to this scan beside its record, before the reports are written. Where
        the history cannot be read the reports do without.
        """
        if self._place is None:
            return
        try:
            record.trend = self.trend(record)
        except StampcheckError as error:
            self._trouble = str(error)
            return
        write_trend(record.trend, record.folder)

    def trend(self, record: ScanRecord) -> list[TrendPoint]:
        """The trend up to a scan, with the scan itself at its end."""
        own = _point(record)
        earlier = self._earlier(self._place, record) if self._place else []
        return [*(one for one in earlier if one.scan_id != own.scan_id), own]

    def _earlier(self, place: Database, record: ScanRecord) -> list[TrendPoint]:
        from stampcheck.history.reading import reading
        from stampcheck.history.scope import instant

        if place.file is not None and not place.file.exists():
            return []
        patient = msgspec.structs.replace(place, patience=min(place.patience, _PATIENCE))
        with reading(patient, instant(record.scan.as_of), may_be_new=True) as kept:
            return kept.trend([stamp.stamp for stamp in record.stamps()])

    def keep(self, record: ScanRecord, talk: Talk) -> bool:
        """Store the scan, whose files are all written; whether that went well."""
        if self._place is None:
            return True
        from stampcheck.history.keeping import keep
        from stampcheck.history.snapshot import snapshot

        try:
            is_new = keep(self._place, snapshot(record))
        except StampcheckError as error:
            talk.warn(
                f"Error: {error} The scan's files are safe in {record.folder}; keep it later with "
                f"'stampcheck history add {record.folder} --history DATABASE'."
            )
            return False
        told = "is kept in" if is_new else "was already in"
        talk.say(f"The scan {told} {self._place.name}.")
        if self._trouble:
            talk.warn(f"The report shows no trend: {self._trouble}")
        return True


def _point(record: ScanRecord) -> TrendPoint:
    scan = record.scan
    return TrendPoint(
        scan_id=scan.scan_id,
        as_of=scan.as_of,
        stamps=scan.stamp_count,
        failed=scan.pairs.failed,
        undetermined=scan.pairs.undetermined,
        passed=scan.pairs.passed,
        not_applicable=scan.pairs.not_applicable,
        standings=scan.standings,
    )
