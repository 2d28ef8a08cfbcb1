"""Documents: one raw answer each, with where it came from. A refusal is a document too."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from stampcheck.model import Reason

UNRECOGNISED: Final = "unrecognised"

LOG: Final = "registration-log"
"""The kind of a log of the registration module: it answers no fact, but shows causes."""

_OF_AZURE: Final = (
    "registration",
    "locks",
    "subscription",
    "provider",
    "role-assignments",
    "role-definitions",
    "activity-log",
)
_OF_STAMP: Final = (
    "activation",
    "stamp-subscriptions",
    "alerts",
    "fabric-locations",
    "scale-units",
    "scale-unit-nodes",
    "usage-records",
    "endpoints",
    "stamp-information",
    "registration-token",
)
COLLECTED_KINDS: Final = (*_OF_AZURE, *_OF_STAMP, "operator")
"""Kinds of document that evidence can be."""

KINDS: Final = (*COLLECTED_KINDS, "attestation")
"""Kinds of document that stampcheck knows; an attestation comes from the auditor's own file only,
never from evidence.
"""

AZURE_KINDS: Final = frozenset(_OF_AZURE)
"""Kinds that Azure answers."""

STAMP_KINDS: Final = frozenset(_OF_STAMP)
"""Kinds that the stamp, its privileged endpoint or the person at its console answers."""


class Document(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One answer as it came.

    ``label`` names the file or request; ``stamps`` the stamps it serves (none: the whole fleet).
    ``status`` is the HTTP status, 0 where no HTTP was involved. ``reason`` is set where the answer
    is no evidence; the body is then kept only if it explains why. Times are ISO 8601 UTC;
    ``sha256`` and ``size`` describe the bytes as handed over. ``file`` names the place of a body
    that is too large for its line.
    """

    kind: str
    label: str
    stamps: tuple[str, ...] = ()
    request: str = ""
    status: int = 0
    collected_at: str = ""
    dated_by: str = ""
    sha256: str = ""
    size: int = 0
    headers: dict[str, str] = {}
    reason: Reason | None = None
    detail: str = ""
    file: str = ""
    body: msgspec.Raw = msgspec.Raw(b"null")

    def content(self) -> Any:  # noqa: ANN401 (JSON)
        """The body as plain Python values."""
        return msgspec.json.decode(self.body)


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def iso(moment: datetime) -> str:
    """A moment as ISO 8601 UTC with ``Z``; fractions only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Document)


def encode(document: Document) -> bytes:
    """One JSON line, with its line break."""
    return _encoder.encode(document) + b"\n"


def decode(line: bytes) -> Document:
    """Read one JSON line; raises ``msgspec.MsgspecError`` where it is none."""
    return _decoder.decode(line)
