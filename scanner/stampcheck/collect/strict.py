"""Bytes to text to JSON, strictly: what a person handed over may be anything.

``Refused`` says why it cannot be read; its text holds nothing that looks like a secret.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import msgspec

from stampcheck.collect.redact import scrub
from stampcheck.model import Reason
from stampcheck.parse.value import shown

MAX_DEPTH: Final = 64
"""Levels of nesting that are read; no answer of Azure or a stamp comes near."""

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


class Refused(Exception):  # noqa: N818 (becomes a Document with a reason)
    """Why a file is no evidence."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def malformed(detail: str) -> Refused:
    """The file is not what it should be."""
    return Refused(Reason.MALFORMED, detail)


def quoted(value: object) -> str:
    """A short form of a value for a sentence, without what looks like a secret."""
    return shown(scrub(value))


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 or, with a byte order mark, UTF-16."""
    mark, encoding = next((bom for bom in _BOMS if data.startswith(bom[0])), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + len(mark)
        raise malformed(f"byte {place} is not {encoding.upper()}; save the file as UTF-8") from None
    if "\0" in text:
        raise malformed("the file is binary, or UTF-16 without its byte order mark")
    # A file that was appended to may bear a second mark.
    return text.lstrip("\ufeff")


def strict_json(text: str) -> Any:  # noqa: ANN401 (JSON)
    """Parse JSON: no doubled keys, no NaN, no bottomless nesting, no broken text."""
    try:
        body = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        msgspec.json.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        cut = " (is it cut off?)" if error.pos >= len(text.rstrip()) - 1 else ""
        raise malformed(f"{where}: no JSON: {error.msg}{cut}") from None
    except RecursionError:
        raise malformed("the JSON is nested too deep") from None
    except (ValueError, msgspec.MsgspecError) as error:
        raise malformed(f"no JSON: {str(error)[:200]}") from None
    _check_depth(body)
    return body


def _check_depth(body: object) -> None:
    level = [body]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return
    raise malformed(f"the JSON is nested deeper than {MAX_DEPTH} levels")


def _children(value: object) -> list[object]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inner if isinstance(one, (dict, list))]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        doubled = counted.most_common(1)[0][0]
        raise ValueError(f"key {quoted(doubled)} stands twice in one object")
    return mapping


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
