"""Judging writes ids in lower case, so a bundle with pseudonyms gives them back in capitals only
after this: the same pseudonym then stands in the record of the bundle and in that of the scan.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from stampcheck.record import ScanRecord
from stampcheck.redaction.pseudonym import Kind
from stampcheck.redaction.saved_facts import rewrite_facts
from stampcheck.redaction.saved_scan import rewrite_scan

_PSEUDONYM: Final = re.compile(
    rf"(?<![\w-])(?:{'|'.join(Kind)})-(?:\d{{1,9}}|[a-z]{{1,7}})(?![\w-])", re.IGNORECASE
)


class Spelling:
    """Writes pseudonyms in capitals, and nothing else anew."""

    def text(self, text: str) -> str:
        """A text with its pseudonyms in capitals."""
        return _PSEUDONYM.sub(lambda found: found.group().upper(), text)

    stamp = path = label = host = text

    def guid(self, kind: Kind, text: str) -> str:  # noqa: ARG002 (the kind is told by the text)
        """An id or name."""
        return self.text(text)

    def digest(self, text: str) -> str:
        """The digest as it is."""
        return text


def respell(folder: Path) -> None:
    """Spell the pseudonyms of a saved scan as the key does, in place."""
    with tempfile.TemporaryDirectory(prefix=".spelling-", dir=folder) as scratch:
        record = ScanRecord(folder)
        rewrite_scan(record, Path(scratch), Spelling())
        rewrite_facts(record, Path(scratch), Spelling())
        for path in Path(scratch).iterdir():
            path.replace(folder / path.name)
