"""CLIXML that pypsrp leaves as text: lists of a class of its own, ordered dictionaries and objects
of unknown types (facts/pep.md 3).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from xml.etree import ElementTree as ET

from stampcheck.collect.redact import REDACTED

_LISTS: Final = ("LST", "IE", "QUE", "STK")
_OBJECT: Final = re.compile(r"<Obj[\s>/]")
_COLLECTION: Final = re.compile(rf"<(?:{'|'.join(_LISTS)}|DCT)[\s>/]")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INTEGERS: Final = ("By", "SB", "U16", "I16", "U32", "I32", "U64", "I64")


def is_object(text: str) -> bool:
    """Whether a text is an object that pypsrp did not take apart."""
    return _OBJECT.match(text) is not None


def is_collection(text: str) -> bool:
    """Whether a text is a list or dictionary that pypsrp did not take apart."""
    return _COLLECTION.match(text) is not None


def element(text: str) -> ET.Element | None:
    """The text as XML, or None where it only looks like it."""
    try:
        return ET.fromstring(text)  # noqa: S314 (expat bounds entities, the wire the size)
    except ET.ParseError:
        return None


class Reading:
    """One piece of CLIXML; ``count`` is called for each value with its depth, and may raise."""

    def __init__(self, root: ET.Element, count: Callable[[int], None]) -> None:
        self._count = count
        self._known = {
            found.get("RefId", ""): found for found in root.iter("Obj") if found.get("RefId")
        }
        self._open: set[int] = set()

    def value(self, found: ET.Element, depth: int) -> Any:  # noqa: ANN401 (JSON)
        """The value of an element; a reference is followed, but not into itself."""
        self._count(depth)
        if found.tag in _LISTS:
            return [self.value(inner, depth + 1) for inner in found]
        if found.tag == "DCT":
            return dict(self._entry(entry, depth) for entry in found.findall("En"))
        if found.tag in ("Obj", "Ref"):
            return self._referred(found, depth)
        return _primitive(found)

    def _entry(self, entry: ET.Element, depth: int) -> tuple[str, Any]:
        key, value = entry.find("*[@N='Key']"), entry.find("*[@N='Value']")
        name = "" if key is None else str(self.value(key, depth + 1))
        return name, None if value is None else self.value(value, depth + 1)

    def _referred(self, found: ET.Element, depth: int) -> Any:  # noqa: ANN401 (JSON)
        target = self._known.get(found.get("RefId", "")) if found.tag == "Ref" else found
        if target is None or id(target) in self._open:
            return None
        self._open.add(id(target))
        try:
            return self._object(target, depth + 1)
        finally:
            self._open.discard(id(target))

    def _object(self, found: ET.Element, depth: int) -> Any:  # noqa: ANN401 (JSON)
        collection = next((part for part in found if part.tag in (*_LISTS, "DCT")), None)
        if collection is not None:
            return self.value(collection, depth)
        fields = {
            _unescaped(field.get("N")): self.value(field, depth)
            for part in ("Props", "MS")
            for field in found.findall(f"{part}/*")
        }
        if fields and found.find("Props") is not None:
            return fields
        value = next((part for part in found if part.tag not in _ABOUT), None)
        name = found.find("ToString")
        if name is not None and (value is None or value.tag in _INTEGERS) and not fields:
            return _unescaped(name.text)
        return fields if value is None else self.value(value, depth)


_ABOUT: Final = ("TN", "TNRef", "ToString", "MS", "Props")


def _primitive(found: ET.Element) -> Any:  # noqa: ANN401 (JSON)
    text = found.text or ""
    if found.tag == "Nil":
        return None
    if found.tag == "SS":
        return REDACTED
    if found.tag == "B":
        return text.strip().lower() == "true"
    if found.tag in _INTEGERS and re.fullmatch(r"-?[0-9]{1,19}", text.strip()):
        return int(text)
    return _unescaped(text)


def _unescaped(text: str | None) -> str:
    """The text without CLIXML's ``_xHHHH_``; a pair of them is one character beyond 16 bits."""
    if not text:
        return ""
    wide = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
    return wide.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
