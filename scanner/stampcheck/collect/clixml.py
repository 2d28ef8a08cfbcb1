"""Objects of PowerShell, as pypsrp gives them, turned into JSON (facts/pep.md 3).

Which shape a real privileged endpoint sends is UNVERIFIED: facts/pep.md 3. So every one is taken:
adapted and extended properties, ``Deserialized.*``, dictionaries, lists, raw CLIXML.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from queue import Queue
from typing import Any, Final
from uuid import UUID
from xml.etree import ElementTree as ET

from pypsrp.complex_objects import ComplexObject, GenericComplexObject

from stampcheck.collect import clixml_raw
from stampcheck.collect.redact import REDACTED

_DEPTH: Final = 24
_VALUES: Final = 50_000
_INTEGERS: Final = range(-(2**63), 2**64)


class Unconvertible(ValueError):  # noqa: N818 (said in a sentence)
    """Values that are no JSON, too many or nested too deeply; the text says which."""


def as_json(value: object) -> Any:  # noqa: ANN401 (JSON)
    """The value as JSON: names keep their case, an enum gives its name, a GUID or version its text,
    a secure string nothing, an object that holds itself null. Raises ``Unconvertible``.
    """
    return _Conversion().value(value, 0)


class _Conversion:
    """One conversion: how much is left, and what is being converted at the moment."""

    def __init__(self) -> None:
        self._left = _VALUES
        self._open: set[int] = set()

    def value(self, value: object, depth: int) -> Any:  # noqa: ANN401 (JSON)
        self._count(depth)
        if isinstance(value, str):
            return self._text(value, depth)
        if value is None or isinstance(value, (bool, int, float, UUID, bytes, ET.Element)):
            return _plain(value)
        if id(value) in self._open:
            return None
        self._open.add(id(value))
        try:
            return self._container(value, depth + 1)
        finally:
            self._open.discard(id(value))

    def _count(self, depth: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise Unconvertible(f"more than {_VALUES} values")
        if depth > _DEPTH:
            raise Unconvertible(f"values nested deeper than {_DEPTH} levels")

    def _text(self, text: str, depth: int) -> Any:  # noqa: ANN401 (JSON)
        raw = clixml_raw.element(text) if clixml_raw.is_object(text) else None
        return _clean(text) if raw is None else self._raw(raw, depth)

    def _container(self, value: object, depth: int) -> Any:  # noqa: ANN401 (JSON)
        if isinstance(value, GenericComplexObject):
            return self._object(value, depth)
        if isinstance(value, Mapping):
            return self._fields(value.items(), depth)
        if isinstance(value, Queue):
            value = list(value.queue)
        if isinstance(value, (list, tuple)):
            return [self.value(inner, depth) for inner in value]
        if isinstance(value, ComplexObject):
            # One of PowerShell's own, such as a credential: nothing that a stamp says of itself.
            return REDACTED
        raise Unconvertible(f"a value of type {type(value).__name__}")

    def _fields(self, fields: Iterable[tuple[object, object]], depth: int) -> dict[str, Any]:
        return {_clean(str(name)): self.value(inner, depth) for name, inner in fields}

    def _object(self, value: GenericComplexObject, depth: int) -> Any:  # noqa: ANN401 (JSON)
        sets = value.property_sets
        if sets and not value.adapted_properties:
            return self._set(sets[0], value.to_string, depth)
        fields = _shadowed(value.adapted_properties, value.extended_properties)
        if fields or value.to_string is None:
            return self._fields(fields.items(), depth)
        return _clean(value.to_string)

    def _set(self, value: object, name: str | None, depth: int) -> Any:  # noqa: ANN401 (JSON)
        """What an object is beside its properties: a collection, or a value with a name."""
        if isinstance(value, int) and name is not None:
            return _clean(name)
        if isinstance(value, str) and clixml_raw.is_collection(value):
            raw = clixml_raw.element(value)
            return _clean(value) if raw is None else self._raw(raw, depth)
        return self.value(value, depth)

    def _raw(self, element: ET.Element, depth: int) -> Any:  # noqa: ANN401 (JSON)
        return clixml_raw.Reading(element, self._count).value(element, depth)


def _shadowed(adapted: Mapping[str, Any], extended: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of both kinds; an extended one hides the adapted one of its name, which has
    no case in PowerShell.
    """
    hidden = {name.lower() for name in extended}
    return {name: value for name, value in adapted.items() if name.lower() not in hidden} | dict(
        extended
    )


def _plain(value: object) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, ET.Element):  # a secure string, for want of a key
        return REDACTED
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, int) and value not in _INTEGERS else value


def _clean(text: str) -> str:
    """The text without half surrogates, which no JSON holds."""
    return text if text.isascii() else text.encode(errors="replace").decode()
