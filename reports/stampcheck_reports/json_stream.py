"""JSON that is written as it comes, so that memory does not grow with the findings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder()


def write_list(path: Path, before: bytes, items: Iterable[Any], after: bytes) -> None:
    """Write ``before``, the items with commas between them, one a line, and ``after``."""
    with path.open("wb") as stream:
        stream.write(before)
        separator = b"\n"
        for item in items:
            stream.write(separator + _ENCODER.encode(item))
            separator = b",\n"
        stream.write(b"\n" + after + b"\n")


def members(values: dict[str, Any]) -> bytes:
    """The members of an object, without its braces."""
    return _ENCODER.encode(values)[1:-1]
