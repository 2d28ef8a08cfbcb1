"""A saved scan as pandas frames, with the columns of the CSV files and dtypes to work with.

Texts are ``string``, so that no GUID, version or number with leading zeros is mangled; an empty
cell is a missing value. pandas is imported only when a frame is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from stampcheck.model import Outcome, Reason, Severity, Standing, State
from stampcheck.record import Frames, ScanRecord
from stampcheck_reports.row import FINDING_COLUMNS, STAMP_COLUMNS, finding_rows, stamp_cells
from stampcheck_reports.summary import causes_table, rules_table

if TYPE_CHECKING:
    import pandas as pd

_ROWS: Final = 100_000
_NEVER: Final = "never"
_LAST: Final = datetime(9999, 12, 31)  # noqa: DTZ001 (numpy takes it without its zone)
_MOMENTS: Final = ("as_of", "collected_at", "expires", "reviewed", "waived_until")
_FLAGS: Final = ("waived", "documented")
_NUMBERS: Final = ("schema_version", "failed", "undetermined", "passed", "not_applicable")
_SCALES: Final = {
    "outcome": [word.value for word in reversed(Outcome)],
    "severity": [word.value for word in reversed(Severity)],
}
"""Words in their order, the mildest first: ``severity >= "high"`` and ``max()`` mean the worse."""

_KINDS: Final = {
    "reason": [word.value for word in Reason],
    "state": [word.value for word in State],
    "licence_standing": [word.value for word in Standing],
}


def finding_frames(record: ScanRecord, rows: int) -> Iterator[pd.DataFrame]:
    """The findings in frames of so many rows, read as a stream; at least one frame."""
    found = finding_rows(record)
    part = list(islice(found, rows))
    yield _typed(part, FINDING_COLUMNS)
    while part := list(islice(found, rows)):
        yield _typed(part, FINDING_COLUMNS)


def findings_frame(record: ScanRecord) -> pd.DataFrame:
    """All findings with the columns of findings.csv."""
    import pandas as pd

    return pd.concat(finding_frames(record, _ROWS), ignore_index=True)


def stamps_frame(record: ScanRecord) -> pd.DataFrame:
    """The stamps with the columns of stamps.csv."""
    return _typed(map(stamp_cells, record.stamps()), STAMP_COLUMNS)


def rules_frame(record: ScanRecord) -> pd.DataFrame:
    """The rules with the columns of rules.csv."""
    return _retyped(rules_table(record.scan))


def causes_frame(record: ScanRecord) -> pd.DataFrame:
    """The causes with the columns of causes.csv."""
    return _retyped(causes_table(record.scan))


frames: Final = Frames(findings_frame, finding_frames, stamps_frame, rules_frame, causes_frame)


def _typed(rows: Iterable[tuple[str, ...]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    named = zip(columns, cells, strict=True)
    return pd.DataFrame({name: _series(name, texts) for name, texts in named})


def _retyped(table: pd.DataFrame) -> pd.DataFrame:
    """The summary table with the same dtypes; its sums are numbers already."""
    texts = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: _series(name, table[name]) for name in texts})


def _series(name: str, texts: Iterable[str]) -> pd.Series:
    import pandas as pd

    cells = [text or None for text in texts]
    if name in _MOMENTS:
        return _moments(cells)
    if name in _FLAGS:
        flags = [None if cell is None else cell == "true" for cell in cells]
        return pd.Series(flags, dtype="boolean")
    if name in _NUMBERS:
        return pd.Series([int(cell or 0) for cell in cells], dtype="int64")
    if name in _SCALES:
        return pd.Series(pd.Categorical(cells, _SCALES[name], ordered=True))
    if name in _KINDS:
        return pd.Series(pd.Categorical(cells, _KINDS[name]))
    return pd.Series(cells, dtype="string")


def _moments(cells: Iterable[str | None]) -> pd.Series:
    """UTC in whole seconds, so that the year 9999 fits; never is its last day."""
    import numpy as np
    import pandas as pd

    read = [None if cell is None else _moment(cell) for cell in cells]
    return pd.Series(np.array(read, dtype="datetime64[s]")).dt.tz_localize("UTC")


def _moment(cell: str) -> datetime | None:
    """A moment in UTC without its zone; None where the text is no date."""
    if cell == _NEVER:
        return _LAST
    try:
        read = datetime.fromisoformat(cell)
        read = read if read.tzinfo else read.replace(tzinfo=UTC)
        return read.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
