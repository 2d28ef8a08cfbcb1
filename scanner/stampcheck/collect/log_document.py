"""A log of the registration among the evidence: kept without secrets, and no longer than needed."""

from __future__ import annotations

import io
import re
from typing import Final

import msgspec

from stampcheck.collect.log_encoding import pieces
from stampcheck.diagnose import Unreadable, products
from stampcheck.diagnose.masking import Mask
from stampcheck.document import LOG, Document

_MOST: Final = 2_000_000
_HEAD: Final = 400_000
_NAMED: Final = re.compile(r"AzureStack\.Activation\.[\w.-]{1,120}\.log$", re.IGNORECASE)
_STAMP: Final = re.compile(r"^(?:[A-Z]{2,20}: )?\d{4}-\d\d-\d\d\.\d\d-\d\d-\d\d: ", re.MULTILINE)
_CLOUD_ID: Final = re.compile(r"Cloud Id: ([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_MOST_IDS: Final = 8
_ENDINGS: Final = (".log", ".txt", ".md")


def is_log(label: str, data: bytes) -> bool:
    """Whether a file is a log of the registration, by its name or by what stands in it."""
    if data[:1] in (b"{", b"[") or data[:4] == b"PK\x03\x04":
        return False
    if _NAMED.search(label):
        return True
    if not label.lower().endswith(_ENDINGS):
        return False
    text = _text(data[:_HEAD])
    return _STAMP.search(text) is not None and any(
        one in text for one in products.load().ours.literals
    )


def fill_log(document: Document, data: bytes) -> None:
    """Make a document that of a log; of a long one the end is kept, where the last runs are."""
    text = _text(data)
    skipped = 0
    if len(text) > _MOST:
        cut = text.find("\n", len(text) - _MOST) + 1
        skipped, text = text.count("\n", 0, cut), text[cut:]
    cloud_ids = sorted({found.lower() for found in _CLOUD_ID.findall(text)})
    body = {
        "cloudIds": cloud_ids[:_MOST_IDS],
        "skipped_lines": skipped,
        "text": Mask().document(text),
    }
    document.kind = LOG
    document.body = msgspec.Raw(msgspec.json.encode(body))


def _text(data: bytes) -> str:
    try:
        return "".join(pieces(io.BytesIO(data)))
    except Unreadable:
        return ""


def cloud_ids_of(document: Document) -> set[str]:
    """The Cloud IDs that a log names (lower case)."""
    body = document.content()
    named = body.get("cloudIds") if isinstance(body, dict) else None
    return {one for one in named if isinstance(one, str)} if isinstance(named, list) else set()
